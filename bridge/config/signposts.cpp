#include "bridge/config/signposts.h"

#include <fmt/format.h>

#include <string>

namespace bridge::config {

namespace {

template <class Options>
std::string address(const Options& options) {
  const bool is_v6 = options.host.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", is_v6 ? "[" : "", options.host, is_v6 ? "]" : "", options.port);
}

}  // namespace

void set_signposts(onebot::connect::Methods& onebot12, OneBot11& onebot11) {
  onebot::connect::Elsewhere of_12, of_11;
  if (!onebot12.http.empty()) of_12.http = address(onebot12.http.front());
  if (!onebot12.websocket.empty()) of_12.websocket = address(onebot12.websocket.front());
  if (!onebot11.http.empty()) of_11.http = address(onebot11.http.front().options);
  if (!onebot11.websocket.empty()) of_11.websocket = address(onebot11.websocket.front().options);
  for (auto& one : onebot12.http) one.elsewhere = of_11;
  for (auto& one : onebot12.websocket) one.elsewhere = of_11;
  for (auto& one : onebot11.http) one.options.section.elsewhere = of_12;
  for (auto& one : onebot11.websocket) one.options.section.elsewhere = of_12;
}

}  // namespace bridge::config
