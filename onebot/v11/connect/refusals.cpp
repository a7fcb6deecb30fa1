#include "onebot/v11/connect/refusals.h"

#include "onebot/connect/head.h"
#include "onebot/crypto.h"
#include "onebot/json_write.h"
#include "onebot/v11/answers.h"

#include <fmt/format.h>

namespace onebot::v11::connect {
namespace {

using onebot::connect::kNameRule;

constexpr int kHttp = 1'000;  // the retcode of a refusal is its HTTP status and this

io::HttpResponse refusal(int status, std::string_view message, Fields more = {}) {
  Fields body{
      {"status", "failed"}, {"retcode", kHttp + status}, {"data", Value()}, {"message", message}, {"wording", message}};
  for (Field& field : more) body.push_back(std::move(field));
  return json_response(status, json::write(body));
}

// The token a client sends: behind the name of any scheme, or bare. A header that is there decides alone.
std::optional<std::string> token_of(const io::HttpRequest& head) {
  const auto header = io::header(head.headers, "Authorization");
  if (!header) return io::query_param(head.query, "access_token");
  const auto blank = header->find(' ');
  return std::string(blank == std::string_view::npos ? *header : header->substr(blank + 1));
}

}  // namespace

io::HttpResponse json_response(int status, std::string body) {
  return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = std::move(body)};
}

std::optional<io::HttpResponse> Refusals::entry(const io::HttpRequest& head, std::string_view access_token) const {
  if (access_token.empty()) {
    if (!io::header(head.headers, "Origin")) return std::nullopt;
    told_.tell(head, "token", "a web page asks, and any page could", "set access_token in this section");
    return refusal(403, "a web page may come in with an access_token alone, and none is configured");
  }
  const auto token = token_of(head);
  if (token && crypto::constant_time_equal(*token, access_token)) return std::nullopt;
  const bool given = token && !token->empty();
  told_.tell(head, "token", given ? "its access token is another one" : "it sends no access token",
             "let the client send the access_token of this section of the configuration");
  if (given) return refusal(403, "the access token is wrong: send that of the bridge's configuration");
  io::HttpResponse missing =
      refusal(401, "the access token is missing: send \"Authorization: Bearer TOKEN\", or ?access_token=TOKEN");
  missing.headers.emplace_back("WWW-Authenticate", "Bearer");
  return missing;
}

std::optional<io::HttpResponse> Refusals::dialect(const io::HttpRequest& upgrade) const {
  const auto offered = io::header(upgrade.headers, "Sec-WebSocket-Protocol");
  if (!offered || !told_.signpost().is_subprotocol(*offered)) return std::nullopt;
  told_.tell(upgrade, "dialect", "it offers the subprotocol of OneBot 12", told_.signpost().cure());
  return refusal(400, told_.signpost().cure());
}

io::HttpResponse Refusals::path(const io::HttpRequest& head, const std::vector<Number>& bots) const {
  if (told_.signpost().is_path(head.url)) {
    told_.tell(head, "path", "there is nothing at this path", told_.signpost().cure());
    return refusal(404, fmt::format("there is nothing at this path; {}", told_.signpost().cure()));
  }
  List list;
  for (const Number bot : bots) list.push_back(bot);
  const std::string_view message =
      bots.empty() ? "there is nothing at this path" : "there is nothing at this path; say which bot: /<self_id>/...";
  told_.tell(head, "path", "there is nothing at this path",
             bots.empty() ? "use a path of OneBot 11, such as /" : "begin the path with the number of a bot");
  return refusal(404, message, bots.empty() ? Fields{} : Fields{{"bots", std::move(list)}});
}

io::HttpResponse Refusals::unknown_bot(const io::HttpRequest& head) const {
  told_.tell(head, "path", "this bot's number is not known yet", "wait until it is online, or set onebot11_id");
  return refusal(503, "the number of this bot is not known yet");
}

io::HttpResponse Refusals::method(const io::HttpRequest& head) const {
  told_.tell(head, "method", "this is neither GET nor POST", "ask by GET or POST");
  io::HttpResponse response = refusal(405, "an action is asked for by GET or POST");
  response.headers.emplace_back("Allow", "GET, POST");
  return response;
}

io::HttpResponse Refusals::media_type(const io::HttpRequest& head) const {
  told_.tell(head, "media_type", "its Content-Type is neither application/json nor a form's", "send one of the two");
  return refusal(406, "parameters are application/json or application/x-www-form-urlencoded; say so in Content-Type");
}

io::HttpResponse Refusals::consumer(const io::HttpRequest& head) const {
  const std::string cure = fmt::format("consumer is {}", kNameRule);
  told_.tell(head, "consumer", "its consumer's name is none", cure);
  return refusal(400, fmt::format("the name of a {}", cure));
}

io::HttpResponse Refusals::stopping() const { return refusal(503, "the bridge stops"); }

void Refusals::protocol(const io::HttpRequest& head, std::string_view spoken) const {
  const std::string cure =
      told_.signpost().is_path(head.url)
          ? told_.signpost().cure()
          : fmt::format("connect with {}://, or to the address of another section", spoken == "HTTP" ? "http" : "ws");
  told_.tell(head, "protocol", fmt::format("it does not speak {}", spoken), cure);
}

std::string Refusals::answered(std::string_view remote, std::string_view action, const ActionResult& result) const {
  const auto& signpost = told_.signpost();
  const bool other = signpost.is_action(action) && (result || result.error().code == Retcode::unsupported_action);
  std::string hint = other ? signpost.cure() : "";
  if (result) {
    if (other) told_.other_dialect(remote, fmt::format("it asks for {}", action));
    return hint;
  }
  told_.failed();
  const Error& error = result.error();
  std::string_view cure;
  if (error.code == Retcode::bad_request) cure = "send {\"action\": ..., \"params\": {...}} in JSON";
  if (error.code == Retcode::unsupported_action) cure = "get_supported_actions lists what there is";
  if (other) cure = hint;
  if (!cure.empty()) {
    told_.mistaken(remote, action, error, fmt::format("{}", retcode_of(error.code)), cure);
  }
  return hint;
}

}  // namespace onebot::v11::connect
