#include "onebot/connect/refusals.h"

#include "onebot/connect/head.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace onebot::connect {
namespace {

// Where OneBot 11 has its services, and what its actions are called when OneBot 12 calls them otherwise.
constexpr std::string_view kPaths11[] = {"/api", "/event", "/onebot/v11", "/ws", "/cqhttp"};
constexpr std::string_view kActions11[] = {"send_private_msg", "send_group_msg",  "send_msg",    "delete_msg",
                                           "get_msg",          "get_login_info",  "send_like",   "get_stranger_info",
                                           "set_group_kick",   "set_group_ban",   "get_cookies", "set_group_card",
                                           "can_send_image",   "can_send_record", "get_image",   "get_record",
                                           "get_version_info", "set_restart",     "clean_cache", "set_group_leave"};
constexpr std::string_view kOneBot11 =
    "it looks like a client of OneBot 11, and this bridge speaks OneBot 12: choose a "
    "OneBot 12 adapter in the framework";

bool of_onebot_11(std::string_view path) {
  return std::ranges::any_of(kPaths11, [path](std::string_view known) {
    return path == known || (path.starts_with(known) && path[known.size()] == '/');
  });
}

io::HttpResponse plain(int status, std::string_view text, io::Headers headers = {}) {
  headers.emplace_back("Content-Type", "text/plain; charset=utf-8");
  return {status, std::move(headers), fmt::format("{}\n", text)};
}

struct Mistaken {
  Retcode code = Retcode::ok;
  std::string_view cure{};
};

// Failures that only a change of the client's code or set-up ends.
constexpr Mistaken kMistaken[] = {
    {Retcode::bad_request, "send {\"action\": ..., \"params\": {...}} in JSON or MessagePack"},
    {Retcode::unsupported_action, "get_supported_actions lists what there is"},
    {Retcode::who_am_i, "say in \"self\" which bot is meant, as events do"},
    {Retcode::unknown_self, "get_status lists the bots that are here"},
};

}  // namespace

void Refusals::tell(const io::HttpRequest& head, std::string_view reason, std::string_view why,
                    std::string_view cure) const {
  log_.count_one("clients_refused", reason);
  log_.line(LogLevel::warn, fmt::format("{} refused a client: {} remote=\"{}\" path=\"{}\" next=\"{}\"", endpoint_, why,
                                        head.remote, printable(head.url), cure));
}

io::HttpResponse Refusals::path(const io::HttpRequest& head) const {
  const std::string cure = of_onebot_11(head.url) ? std::string(kOneBot11) : "use the path /";
  tell(head, "path", "there is nothing at this path", cure);
  return plain(404, fmt::format("There is nothing at this path; OneBot 12 is spoken at \"/\". What to do: {}.", cure));
}

io::HttpResponse Refusals::method(const io::HttpRequest& head) const {
  tell(head, "method", "this is no POST", "POST an action request to /");
  return plain(405, "An action request of OneBot 12 is a POST to \"/\".", {{"Allow", "POST"}});
}

io::HttpResponse Refusals::token(const io::HttpRequest& head) const {
  const bool given = io::header(head.headers, "Authorization") || io::query_param(head.query, "access_token");
  tell(head, "token", given ? "its access token is another one" : "it sends no access token",
       "let the client send the access_token of this section of the configuration");
  return plain(401,
               fmt::format("The access token is {}. Send that of the bridge's configuration as the header "
                           "\"Authorization: Bearer TOKEN\", or as ?access_token=TOKEN.",
                           given ? "wrong" : "missing"),
               {{"WWW-Authenticate", "Bearer"}});
}

io::HttpResponse Refusals::media_type(const io::HttpRequest& head) const {
  tell(head, "media_type", "its Content-Type is neither application/json nor application/msgpack",
       "send one of the two");
  return plain(415, "An action request is application/json or application/msgpack; say so in Content-Type.");
}

io::HttpResponse Refusals::consumer(const io::HttpRequest& head) const {
  const std::string cure = fmt::format("consumer is {}", kNameRule);
  tell(head, "consumer", "its consumer's name is none", cure);
  return plain(400, fmt::format("The name of a {}.", cure));
}

void Refusals::protocol(const io::HttpRequest& head, std::string_view spoken) const {
  const std::string cure =
      of_onebot_11(head.url)
          ? std::string(kOneBot11)
          : fmt::format("connect with {}://, or to the address of another section", spoken == "HTTP" ? "http" : "ws");
  tell(head, "protocol", fmt::format("it does not speak {}", spoken), cure);
}

void Refusals::answered(std::string_view remote, std::string_view action, const ActionResult& result) const {
  if (result) return;
  failed();
  const Error& error = result.error();
  const auto known = std::ranges::find(kMistaken, error.code, &Mistaken::code);
  if (known == std::end(kMistaken)) return;
  const bool known11 = std::ranges::find(kActions11, action) != std::end(kActions11);
  mistaken(remote, action, error, fmt::format("{}", static_cast<int>(error.code)), known11 ? kOneBot11 : known->cure);
}

void Refusals::mistaken(std::string_view remote, std::string_view action, const Error& error, std::string_view code,
                        std::string_view cure) const {
  log_.count_one("requests_mistaken", code);
  log_.line(
      LogLevel::warn,
      fmt::format("{} refused a request: {} remote=\"{}\" action=\"{}\" retcode={} why=\"{}\" next=\"{}\"", endpoint_,
                  error.code == Retcode::bad_request ? "it is no action request" : "the action cannot be meant so",
                  remote, printable(action), code, printable(error.message), cure));
}

}  // namespace onebot::connect
