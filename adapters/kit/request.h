// Request: one call of a platform's REST interface. Its path is a template, and what stands in its places is checked
// and encoded here and nowhere else, so that no id leads out of its place.

#pragma once

#include "onebot/io.h"
#include "onebot/result.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kit {

struct Place {
  std::string name{};  // within the braces
  std::string value{};
  std::string param{};  // what an application calls it; "" = the same
};

struct Request {
  std::string method = "GET";
  std::string path{};                                         // "/v2/groups/{group_id}/info", perhaps with a query
  std::vector<Place> places{};                                // what stands in the braces, as it came
  std::vector<Place> query{};                                 // added to the path's own, as it came
  std::string body{};                                         // JSON, or ""; with a file, what comes before it
  std::chrono::milliseconds timeout{10'000}, budget{20'000};  // of one try; of all of them
  int tries = 3;                                              // at most, but for one with a new token
  // Whether doing it twice is doing it once, so that it may be repeated when nobody knows whether it was done: it has a
  // key of its own, or only reads. Absent: every method but POST.
  std::optional<bool> repeatable{};
  // For a body that is a file: what is sent is body, file, tail.
  std::string content_type{"application/json; charset=utf-8"};
  std::optional<onebot::io::FilePart> file{};
  std::string tail{};

  bool harmless_twice() const { return repeatable.value_or(method != "POST"); }
};

// The path with everything in its place, and the query behind it. Error: as of fill_path().
onebot::Result<std::string> address_of(const Request& request);

}  // namespace kit
