#include "bridge/process/demo_invitation.h"

#include <fmt/format.h>

namespace bridge {
namespace {

struct Paste {
  std::string_view framework{};
  std::string_view words{};  // {0}: the address, {1}: the bot's number
};

constexpr Paste kPastes[] = {
    {"NoneBot", "ONEBOT_WS_URLS=[\"{0}\"]"},
    {"Koishi", "adapter-onebot: {{protocol: ws, selfId: '{1}', endpoint: '{0}'}}"},
    {"Karin", "config/adapter.json, onebot.ws_client: {{\"enable\": true, \"url\": \"{0}\", \"token\": \"\"}}"},
    {"ZeroBot", "Driver: []zero.Driver{{driver.NewWebSocketClient(\"{0}\", \"\")}}"},
    {"node-napcat-ts", "new NCWebsocket({{baseUrl: '{0}'}})"},
};

// "ws://127.0.0.1:6700/102000001/" -> "102000001"
std::string_view number_in(std::string_view url) {
  while (url.ends_with('/')) url.remove_suffix(1);
  return url.substr(url.rfind('/') + 1);
}

}  // namespace

std::vector<std::string> invitation(std::string_view onebot12, const std::vector<std::string>& onebot11) {
  std::vector<std::string> lines{fmt::format("attach a OneBot 12 framework to {}?consumer=framework", onebot12)};
  if (onebot11.empty()) return lines;
  for (const std::string& url : onebot11) lines.push_back(fmt::format("attach a OneBot 11 framework to {}", url));
  for (const auto& [framework, words] : kPastes) {
    const std::string& url = onebot11.front();
    lines.push_back(fmt::format("  {}: {}", framework, fmt::format(fmt::runtime(words), url, number_in(url))));
  }
  return lines;
}

}  // namespace bridge
