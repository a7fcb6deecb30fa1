#include "bridge/config/values.h"

#include "onebot/ascii.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>

namespace bridge::config {

namespace {

constexpr std::size_t kMaxSecret = 64 << 10;  // bytes
constexpr std::size_t kMaxUrl = 2048;         // bytes

struct Unit {
  std::string_view name{};
  std::uint64_t factor = 1;
};
constexpr Unit kDurations[] = {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
constexpr Unit kSizes[] = {
    {"", 1}, {"kB", 1000}, {"KiB", 1ULL << 10}, {"MiB", 1ULL << 20}, {"GiB", 1ULL << 30}, {"TiB", 1ULL << 40}};

// A whole number and its unit, multiplied; nullopt when it is something else or too much.
std::optional<std::uint64_t> measure(std::string_view text, std::span<const Unit> units) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  const auto unit = std::ranges::find(units, text, &Unit::name);
  std::uint64_t product = 0;
  if (unit == units.end() || __builtin_mul_overflow(number, unit->factor, &product) || product > INT64_MAX) {
    return std::nullopt;
  }
  return product;
}

bool is_plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte > 0x20 && byte != 0x7f;
}

std::unexpected<std::string> because(std::string reason) { return std::unexpected(std::move(reason)); }

// Distance of Levenshtein, with a swap of neighbours as one step.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> rows(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) rows[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) rows[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t swap = a[i - 1] == b[j - 1] ? 0 : 1;
      rows[i][j] = std::min({rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + swap});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        rows[i][j] = std::min(rows[i][j], rows[i - 2][j - 2] + 1);
      }
    }
  }
  return rows[a.size()][b.size()];
}

Read<std::string> secret_from_variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (!value) return because(fmt::format("the environment variable {} is not set", quoted(name)));
  if (*value == '\0') return because(fmt::format("the environment variable {} is empty", quoted(name)));
  return std::string(value);
}

Read<std::string> secret_from_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return because(fmt::format("the file {} cannot be read: {}", quoted(path), std::strerror(errno)));
  std::string text(kMaxSecret + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad() || (file.fail() && !file.eof())) {
    return because(fmt::format("the file {} cannot be read: it is no regular file", quoted(path)));
  }
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kMaxSecret) return because(fmt::format("the file {} is longer than 64 KiB", quoted(path)));
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  if (text.empty()) return because(fmt::format("the file {} is empty", quoted(path)));
  return text;
}

// What is wrong with "host", "host:port" or "[v6]:port"; "" when nothing is.
std::string wrong_authority(std::string_view authority) {
  if (const auto at = authority.rfind('@'); at != authority.npos) authority.remove_prefix(at + 1);
  const bool bracket = authority.starts_with('[');
  const auto host_end = bracket ? authority.find(']') : authority.find(':');
  if (bracket && host_end == authority.npos) return "its [ is not closed";
  const std::string_view host = bracket ? authority.substr(1, host_end - 1) : authority.substr(0, host_end);
  if (!read_host(host)) return "it names no host";
  std::string_view rest = authority.substr(std::min(authority.size(), host.size() + (bracket ? 2 : 0)));
  if (rest.empty()) return "";
  int port = 0;
  const auto [end, error] = std::from_chars(rest.data() + 1, rest.data() + rest.size(), port);
  const bool whole = error == std::errc() && end == rest.data() + rest.size();
  if (rest.front() != ':' || !whole || port < 1 || port > 65535) return "its port is not in 1..65535";
  return "";
}

}  // namespace

Read<std::chrono::milliseconds> read_duration(std::string_view text) {
  if (text == "0") return std::chrono::milliseconds(0);
  if (const auto found = measure(text, kDurations)) return std::chrono::milliseconds(*found);
  return because(fmt::format("{} is no duration; allowed: \"0\", or a whole number and ms, s, m, h or d, like \"1h\"",
                             quoted(text)));
}

Read<std::uint64_t> read_size(std::string_view text) {
  if (const auto found = measure(text, kSizes)) return *found;
  return because(
      fmt::format("{} is no size; allowed: a whole number of bytes, or with kB, KiB, MiB, GiB or TiB, like "
                  "\"1GiB\"",
                  quoted(text)));
}

Read<std::string> read_url(std::string_view text, std::string_view schemes) {
  const std::vector<std::string_view> allowed = words(schemes);
  std::string starts;
  for (const std::string_view scheme : allowed) starts += fmt::format("{}{}://", starts.empty() ? "" : " or ", scheme);
  const auto colon = text.find("://");
  if (colon == text.npos || std::ranges::find(allowed, text.substr(0, colon)) == allowed.end()) {
    return because(fmt::format("is no URL that can be used here; allowed: {}...", starts));
  }
  if (text.size() > kMaxUrl) return because(fmt::format("is longer than {} characters", kMaxUrl));
  if (!std::ranges::all_of(text, is_plain)) return because("has a blank or a control character; write it as %20");
  const std::string_view after = text.substr(colon + 3);
  const std::string wrong = wrong_authority(after.substr(0, after.find_first_of("/?#")));
  if (!wrong.empty()) return because(fmt::format("is no usable URL: {}; allowed: {}host:port/path", wrong, starts));
  return std::string(text);
}

Read<std::string> read_proxy(std::string_view text) {
  Read<std::string> proxy = read_secret(text);
  if (!proxy || proxy->empty() || *proxy == "none") return proxy;
  const Read<std::string> url = read_url(*proxy, "http https socks4 socks4a socks5 socks5h");
  if (!url) return because(fmt::format("{}; \"none\", or \"\" for what the environment says", url.error()));
  const auto path = url->find_first_of("/?#", url->find("://") + 3);
  if (path != url->npos && url->substr(path) != "/") return because("has a path; allowed: http://host:port");
  return url;
}

std::string credentials_of(std::string_view url) {
  const auto colon = url.find("://");
  if (colon == url.npos) return "";
  url.remove_prefix(colon + 3);
  const std::string_view authority = url.substr(0, url.find_first_of("/?#"));
  const auto at = authority.rfind('@');
  return at == authority.npos ? "" : std::string(authority.substr(0, at));
}

Place place_of(std::string_view url) {
  const auto colon = std::min(url.find("://"), url.size());
  const std::string_view scheme = url.substr(0, colon);
  Place place{"", scheme == "https" || scheme == "wss" ? 443 : 80};
  url.remove_prefix(std::min(colon + 3, url.size()));
  url = url.substr(0, url.find_first_of("/?#"));
  if (const auto at = url.rfind('@'); at != url.npos) url.remove_prefix(at + 1);
  const bool bracket = url.starts_with('[');
  const auto end = std::min(bracket ? url.find(']') : url.find(':'), url.size());
  place.host = onebot::ascii::lower(url.substr(bracket ? 1 : 0, end - (bracket ? 1 : 0)));
  const std::string_view port = url.substr(std::min(end + (bracket ? 2 : 1), url.size()));
  std::from_chars(port.data(), port.data() + port.size(), place.port);
  return place;
}

Read<std::string> read_no_proxy(std::string_view text) {
  const auto bits = std::min(text.find('/'), text.size());
  const std::string_view host = text.substr(text.starts_with('.') ? 1 : 0, bits - (text.starts_with('.') ? 1 : 0));
  const bool numbered = text.find_first_not_of("0123456789", bits + 1) == text.npos && text.size() != bits + 1;
  if (text == "*" || (numbered && read_host(host))) return std::string(text);
  return because(
      fmt::format("{} is no host; allowed: a name, a domain, an address, a network like \"10.0.0.0/8\", or "
                  "\"*\"",
                  quoted(text)));
}

Read<std::string> read_secret(std::string_view text) {
  Read<std::string> secret{std::string(text)};
  if (text.starts_with("env:")) secret = secret_from_variable(std::string(text.substr(4)));
  if (text.starts_with("file:")) secret = secret_from_file(std::string(text.substr(5)));
  if (secret && std::ranges::any_of(*secret, [](char c) { return static_cast<unsigned char>(c) < 0x20; })) {
    return because("the secret holds a line break or another control character");
  }
  return secret;
}

Read<std::string> read_host(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == ':' ||
           c == '-' || c == '_';
  };
  if (!text.empty() && text.size() <= 255 && std::ranges::all_of(text, allowed)) return std::string(text);
  return because(fmt::format("{} is no host; allowed: a name or an address, like \"127.0.0.1\"", quoted(text)));
}

bool is_loopback(std::string_view host) {
  const bool number = host.find_first_not_of("0123456789.") == host.npos;  // 127.example.org is a name
  return host == "localhost" || host == "::1" || (host.starts_with("127.") && number);
}

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> found;
  while (!text.empty()) {
    const auto blank = std::min(text.find(' '), text.size());
    if (blank > 0) found.push_back(text.substr(0, blank));
    text.remove_prefix(std::min(blank + 1, text.size()));
  }
  return found;
}

std::string listed(std::span<const std::string_view> names) { return fmt::format("{}", fmt::join(names, ", ")); }

std::string_view nearest(std::string_view text, std::span<const std::string_view> names) {
  std::string_view best;
  std::size_t least = std::max<std::size_t>(2, std::min<std::size_t>(text.size(), 64) / 2) + 1;
  for (const std::string_view name : names) {
    const std::size_t steps = distance(text.substr(0, 64), name);
    if (steps < least) least = steps, best = name;
  }
  return best;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text.substr(0, 60)) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  if (text.size() > 60) out += "...";
  return out + '"';
}

}  // namespace bridge::config
