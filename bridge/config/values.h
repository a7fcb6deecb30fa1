// The words of the configuration: durations, sizes, URLs, secrets, names. Texts in, values or reasons out.

#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bridge::config {

// The error is a reason that continues the key: "\"soon\" is no duration; allowed: ...".
template <class T>
using Read = std::expected<T, std::string>;

Read<std::chrono::milliseconds> read_duration(std::string_view text);  // "0", "500ms", "30s", "5m", "1h", "7d"
Read<std::uint64_t> read_size(std::string_view text);                  // "4096", "500kB", "64KiB", "1GiB", "1TiB"

// schemes: separated by one blank. The reason never repeats the URL: people put tokens there.
Read<std::string> read_url(std::string_view text, std::string_view schemes);

// "", "none", or where a proxy is: "http://user:password@host:port". As with secrets, "env:NAME" or "file:PATH" may say
// it.
Read<std::string> read_proxy(std::string_view text);
// "user:password" of a URL, as it is written; "" when it has none.
std::string credentials_of(std::string_view url);
// Where a URL leads: a host in lower case and without brackets, and a port, for which its scheme may stand in.
struct Place {
  std::string host{};
  int port = 0;
  bool operator==(const Place&) const = default;
};
Place place_of(std::string_view url);
// A host, a domain or a network that is reached without a proxy; "*" for all.
Read<std::string> read_no_proxy(std::string_view text);

// A literal, "env:NAME" or "file:PATH" (without its last line break). The reason names the variable or the file only.
Read<std::string> read_secret(std::string_view text);

Read<std::string> read_host(std::string_view text);
bool is_loopback(std::string_view host);

std::vector<std::string_view> words(std::string_view separated_by_blanks);
// "a, b, c"
std::string listed(std::span<const std::string_view> names);
// The one of names that text was most likely meant to be; "" when none is close.
std::string_view nearest(std::string_view text, std::span<const std::string_view> names);
// For a message: quoted, printable, at most 60 characters.
std::string quoted(std::string_view text);

}  // namespace bridge::config
