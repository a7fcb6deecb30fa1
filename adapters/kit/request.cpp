#include "adapters/kit/request.h"

#include "adapters/kit/path.h"

#include <fmt/format.h>

namespace kit {

onebot::Result<std::string> address_of(const Request& request) {
  std::vector<PathValue> values;
  for (const Place& place : request.places) values.push_back({place.name, place.value, place.param});
  ONEBOT_TRY(out, fill_path(request.path, values));
  for (const Place& place : request.query) {
    out += fmt::format("{}{}={}", out.find('?') == std::string::npos ? '?' : '&', place.name,
                       onebot::io::percent_encode(place.value));
  }
  return out;
}

}  // namespace kit
