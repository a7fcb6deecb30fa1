#include "bridge/config/media.h"

#include "bridge/config/values.h"

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace bridge::config {

namespace {

constexpr std::int64_t kMinute = 60'000;  // ms
constexpr std::int64_t kYear = 365LL * 24 * 60 * kMinute;

constexpr Rule kMedia[] = {
    {"host", Kind::host, false, "", "127.0.0.1"},
    {"port", Kind::port, false, "", "5701", 0, 65535},
    {"base_url", Kind::url, false, "http https"},
    {"expire", Kind::duration, false, "", "24h", kMinute, kYear},
};

// What is wrong with an address that is given to applications; "" when nothing is.
std::string_view wrong_base(std::string_view url) {
  if (!credentials_of(url).empty()) return "holds a password, which every application would be told; leave it out";
  if (url.find_first_of("?#") != url.npos) return "has a ? or #; allowed: http://host:port or http://host:port/path";
  return "";
}

}  // namespace

std::optional<OneBot11::Media> read_media(const Node* node, const Node& around, Listeners& listeners,
                                          Findings& findings) {
  const Section section = read_section(node, "onebot11.media", kMedia, findings);
  const Node& at = node ? *node : around;
  OneBot11::Media media{address_of(section), section.text("base_url"),
                        std::chrono::milliseconds(section.integer("expire"))};
  const std::string_view wrong = wrong_base(media.base_url);
  if (!wrong.empty()) findings.add(line_in(at, "base_url"), "onebot11.media.base_url", std::string(wrong));
  const onebot::io::Address address = media.address;
  if (address.port == 0 || address.host.empty()) return std::nullopt;
  if (media.base_url.empty()) {
    if (address.host == "0.0.0.0" || address.host == "::") {
      findings.add(
          line_in(at, "host"), "onebot11.media.host",
          fmt::format("{} is no address that applications could call; write base_url = \"http://HOST:{}\" with "
                      "the HOST by which they reach this machine",
                      quoted(address.host), address.port));
    }
    const bool bracket = address.host.contains(':');
    media.base_url = bracket ? fmt::format("http://[{}]:{}", address.host, address.port)
                             : fmt::format("http://{}:{}", address.host, address.port);
  }
  while (media.base_url.ends_with('/')) media.base_url.pop_back();
  // They call it by the name that they are told.
  media.address.hosts = {place_of(media.base_url).host};
  listeners.add({&at, "onebot11.media", address, Listener::Serves::media});
  return media;
}

}  // namespace bridge::config
