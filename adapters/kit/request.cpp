#include "adapters/kit/request.h"

#include <fmt/format.h>

#include <algorithm>

namespace kit {
namespace {

using onebot::Retcode;

constexpr std::size_t kMostBytes = 512;

bool ends_a_part(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f || c == '/' || c == '?' || c == '#';
}

onebot::Result<std::string> encoded(const Place& place) {
  const bool fits = place.value.size() <= kMostBytes && place.value.find_first_not_of('.') != std::string::npos &&
                    std::ranges::none_of(place.value, ends_a_part);
  if (fits) return onebot::io::percent_encode(place.value);
  const std::string& param = place.param.empty() ? place.name : place.param;
  return onebot::fail(
      param == "message_id" ? Retcode::unknown_message : Retcode::bad_param,
      fmt::format("\"{}\" must be an id of 1 to {} characters, without / ? # and not dots alone", param, kMostBytes));
}

}  // namespace

onebot::Result<std::string> address_of(const Request& request) {
  std::string out;
  std::string_view path = request.path;
  for (auto open = path.find('{'); open != std::string_view::npos; open = path.find('{')) {
    const auto close = std::min(path.find('}', open), path.size() - 1);
    const std::string_view name = path.substr(open + 1, close - open - 1);
    const auto place = std::ranges::find(request.places, name, &Place::name);
    if (place == request.places.end()) {
      return onebot::fail(Retcode::internal_handler_error, fmt::format("nothing stands at {{{}}} in a path", name));
    }
    ONEBOT_TRY(value, encoded(*place));
    out.append(path.substr(0, open)).append(value);
    path.remove_prefix(close + 1);
  }
  out += path;
  for (const Place& place : request.query) {
    out += fmt::format("{}{}={}", out.find('?') == std::string::npos ? '?' : '&', place.name,
                       onebot::io::percent_encode(place.value));
  }
  return out;
}

}  // namespace kit
