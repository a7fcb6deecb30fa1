// What several communication methods write into, and read from, the heads of their messages.
// Spec: connect/communication (User-Agent, Content-Type).

#pragma once

#include "onebot/io.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace onebot::connect {

// Who we are towards applications; the same everywhere.
struct Implementation {
  std::string name = "onebridge";  // "impl" of the standard
  std::string version{};
  std::string platforms{};  // for the User-Agent: "one, two"; "" = "bridge"
};

std::string user_agent(const Implementation& implementation);

// "application/json" of "Application/JSON; charset=utf-8"; "" when there is no such header.
std::string media_type(const io::Headers& headers);

// Without userinfo, query and fragment, where people put tokens: fit for a log line or a name on disk.
std::string public_url(std::string_view url);

// How long a Retry-After asks to wait, in seconds or until a date; nullopt when there is none that can be read.
// wall: seconds since the epoch.
std::optional<std::chrono::milliseconds> retry_after(const io::Headers& headers, double wall);

// What a log line says of a refused upgrade. location: as it was told, "" for none; redirects are not followed, so
// whoever reads the line changes the URL.
std::string refused_line(int http_status, std::string_view location);

// Names of consumers and endpoints: they stand in URLs, in configurations and on disk.
inline constexpr std::string_view kNameRule = "1 to 64 letters, digits, \"-\", \"_\" or \".\"";
bool is_name(std::string_view text);

// Text of the other side for a log line: printable ASCII, at most 120 characters.
std::string printable(std::string_view text);

}  // namespace onebot::connect
