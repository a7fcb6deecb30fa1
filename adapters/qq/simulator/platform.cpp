#include "adapters/qq/simulator/platform.h"

#include "adapters/qq/simulator/samples.h"
#include "adapters/qq/simulator/simulator.h"
#include "onebot/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

namespace qq::simulator {
namespace {

using onebot::Fields;
using onebot::io::HttpResponse;
using onebot::json::Document;
using onebot::json::View;
using std::chrono::seconds;

constexpr seconds kLifetime{7200}, kOverlap{60};
constexpr std::size_t kMostBody = 32 << 20;  // of a file that comes whole, as Base64

HttpResponse json_answer(const onebot::Value& body, int status = 200) {
  return {status, {{"Content-Type", "application/json"}}, onebot::json::write(body)};
}

std::int64_t number_param(const onebot::io::HttpRequest& request, std::string_view name, std::int64_t fallback) {
  const auto text = onebot::io::query_param(request.query, name);
  std::int64_t number = fallback;
  if (text) std::from_chars(text->data(), text->data() + text->size(), number);
  return number;
}

constexpr std::int64_t kAppId = 102000001, kBotId = 3141592653589793238;  // of the first bot
constexpr std::string_view kAppSecret = "SimulatorSecret0123456789abcdef";

}  // namespace

Platform::Platform(onebot::io::Loop& loop, onebot::io::Server& server, onebot::io::Client& client, int number)
    : loop_(loop),
      server_(server),
      app_id_(fmt::format("{}", kAppId + number)),
      bot_id_(fmt::format("{}", kBotId + number)),
      gateway_(
          loop, [this](std::string_view authorization) { return is_token(authorization); }, bot_user()),
      pushes_(app_id_, kAppSecret, loop, client),
      chats_(loop),
      community_(bot_id_) {
  chats_.on_media([this](std::string_view file, std::string_view scene) { return uploads_.knows(file, scene); });
}

const Platform::Route Platform::kRoutes[] = {
    {"POST", "/app/getAppAccessToken", &Platform::give_token, true},
    {"GET", "/gateway", &Platform::name_gateway},
    {"GET", "/gateway/bot", &Platform::describe_gateway},
    {"GET", "/users/@me", &Platform::describe_bot},
    {"POST", "/simulator/event", &Platform::play_event, true},
    {"POST", "/simulator/flood", &Platform::flood, true},
    {"POST", "/simulator/close", &Platform::close, true},
    {"POST", "/simulator/reconnect", &Platform::reconnect, true},
    {"POST", "/simulator/grant", &Platform::grant, true},
    {"POST", "/simulator/refuse", &Platform::refuse_sends, true},
    {"POST", "/simulator/expire_token", &Platform::expire_token, true},
    {"GET", "/simulator/sent", &Platform::list_sent, true},
    {"GET", "/simulator/state", &Platform::show_state, true},
    {"GET", "/simulator/uploads", &Platform::list_uploads, true},
    {"GET", "/simulator/reactions", &Platform::list_reactions, true},
    {"GET", "/simulator/interactions", &Platform::list_interactions, true},
    {"POST", "/simulator/script", &Platform::set_script, true},
    {"POST", "/simulator/limit", &Platform::limit, true},
    {"POST", "/simulator/freeze", &Platform::freeze, true},
    {"POST", "/simulator/invalidate", &Platform::invalidate, true},
    {"POST", "/simulator/push_url", &Platform::set_push, true},
    {"POST", "/simulator/validate", &Platform::validate_address, true},
    {"GET", "/simulator/pushes", &Platform::list_pushes, true},
};

Fields Platform::bot_user() const {
  return {{"id", bot_id_}, {"username", "SimulatedBot"}, {"bot", true}, {"status", 1}};
}

onebot::Result<int> Platform::open(const onebot::io::Address& address) {
  onebot::io::Address roomy = address;
  roomy.max_body = kMostBody;
  ONEBOT_TRY(port, server_.listen(roomy, this, &gateway_));
  port_ = port;
  host_ = address.host == "0.0.0.0" ? std::string("127.0.0.1") : address.host;
  return port;
}

Fields Platform::bot() const {
  const std::string base = fmt::format("http://{}:{}", host_, port_);
  return {{"platform", "qq"},
          {"app_id", app_id_},
          {"app_secret", kAppSecret},
          {"receive", pushes_.url.empty() ? "gateway" : "webhook"},
          {"endpoints", Fields{{"token", base + "/app/getAppAccessToken"}, {"api", base}}}};
}

std::span<const std::string_view> Platform::samples() const { return kSamples; }

void Platform::serve(Request request, std::unique_ptr<onebot::io::Exchange> exchange) {
  ++requests_;
  Response response = answer(request);
  response.headers.emplace_back("X-Tps-trace-ID", fmt::format("{:032x}", requests_));
  exchange->answer(std::move(response));
}

HttpResponse Platform::answer(const Request& request) {
  if (const auto status = uploads_.put(request)) return {*status, {}, ""};
  const auto* route = std::ranges::find(kRoutes, std::string_view(request.url), &Route::path);
  const bool open = route != std::end(kRoutes) && route->open;
  const auto authorization = onebot::io::header(request.headers, "Authorization");
  if (!open && !is_token(authorization.value_or(""))) {
    return refusal(401, authorization ? 11244 : 11241, "the access token is missing or has expired");
  }
  if (route == std::end(kRoutes)) {
    if (auto response = answer_parts(request)) return *std::move(response);
    return refusal(404, 404, "there is no such address");
  }
  if (route->method != request.method) return refusal(405, 405, "not this method");
  return (this->*route->answer)(request);
}

// The addresses with ids in them.
std::optional<HttpResponse> Platform::answer_parts(const Request& request) {
  if (const auto path = read_chat_path(request.url)) return chat(request, *path);
  if (const auto uploaded = uploads_.answer(request, fmt::format("http://{}:{}", host_, port_))) return told(*uploaded);
  if (const auto answered = community_.answer(request)) return told(*answered);
  return std::nullopt;
}

HttpResponse Platform::told(const std::expected<onebot::Value, Refusal>& answer) {
  if (!answer) return refusal(answer.error().status, answer.error().code, answer.error().message);
  return answer->is_null() ? HttpResponse{204, {}, ""} : json_answer(*answer);
}

HttpResponse Platform::refusal(int status, int code, std::string_view message) {
  return json_answer(
      Fields{{"message", message}, {"code", code}, {"err_code", code}, {"trace_id", fmt::format("{:032x}", requests_)}},
      status);
}

// --- tokens: the same again until its last minute, then a new one beside it ---

HttpResponse Platform::give_token(const Request& request) {
  const auto document = Document::parse(request.body);
  const View body = document ? document->root() : View{};
  if (body.at("appId").text() != app_id_ || body.at("clientSecret").str() != kAppSecret) {
    return json_answer(Fields{{"code", 100016}, {"message", "invalid appid or secret"}});
  }
  if (token_ends_ - loop_.now() <= kOverlap) renew_token();
  const auto left = std::chrono::duration_cast<seconds>(token_ends_ - loop_.now()).count();
  return json_answer(Fields{{"access_token", token_}, {"expires_in", fmt::format("{}", left)}});
}

void Platform::renew_token() {
  old_token_ = std::move(token_);
  old_token_ends_ = token_ends_;
  token_ = fmt::format("aT0kEn_{:016x}_{:052}", static_cast<std::uint64_t>(loop_.wall() * 1e6), ++tokens_);
  token_ends_ = loop_.now() + kLifetime;
}

bool Platform::is_token(std::string_view authorization) const {
  constexpr std::string_view kPrefix = "QQBot ";
  if (!authorization.starts_with(kPrefix) || authorization.size() == kPrefix.size()) return false;
  const std::string_view token = authorization.substr(kPrefix.size());
  return (token == token_ && loop_.now() < token_ends_) || (token == old_token_ && loop_.now() < old_token_ends_);
}

// --- the platform's own addresses ---

HttpResponse Platform::name_gateway(const Request&) {
  return json_answer(Fields{{"url", fmt::format("ws://{}:{}/websocket/", host_, port_)}});
}

HttpResponse Platform::describe_gateway(const Request&) {
  return json_answer(Fields{{"url", fmt::format("ws://{}:{}/websocket/", host_, port_)},
                            {"shards", gateway_.limits().shards},
                            {"session_start_limit", Fields{{"total", 1500},
                                                           {"remaining", gateway_.limits().remaining},
                                                           {"reset_after", 86'400'000},
                                                           {"max_concurrency", gateway_.limits().max_concurrency}}}});
}

HttpResponse Platform::describe_bot(const Request&) {
  Fields user = bot_user();
  for (const char* name : {"avatar", "union_openid", "share_url", "welcome_msg"}) user.push_back({name, ""});
  return json_answer(user);
}

HttpResponse Platform::chat(const Request& request, const ChatPath& path) {
  if (request.method == "POST" && path.message_id.empty()) return send(request, path);
  if (request.method != "DELETE" || path.message_id.empty()) return refusal(405, 405, "not this method");
  const auto recalled = chats_.recall(path);
  if (!recalled) return refusal(recalled.error().status, recalled.error().code, recalled.error().message);
  return json_answer(Fields{});
}

HttpResponse Platform::send(const Request& request, const ChatPath& path) {
  // A picture for a guild comes as a form; that it is there is all that counts here.
  const bool form = onebot::io::header(request.headers, "Content-Type").value_or("").starts_with("multipart/form-data");
  const auto document = Document::parse(form ? R"({"file_image": true})" : std::string_view(request.body));
  const View body = document ? document->root() : View{};
  const auto fault = script_.next();
  if (fault && !fault->taken && fault->audit.empty()) return faulty(*fault, {});
  const auto sent = chats_.send(path, request.url, body);
  if (!sent) return refusal(sent.error().status, sent.error().code, sent.error().message);
  if (fault && !fault->audit.empty()) return review(*fault, path, std::string(onebot::text_of(*sent, "id")));
  if (on_sent) on_sent(path.openid, body.at("content").str());
  return fault ? faulty(*fault, {}) : json_answer(*sent);
}

// --- what the platform does not have ---

HttpResponse Platform::play_event(const Request& request) {
  const auto document = Document::parse(request.body);
  if (!document) return refusal(400, 400, document.error().message);
  const auto played = play(document->root());
  return played ? json_answer(Fields{}) : refusal(400, 400, played.error().message);
}

HttpResponse Platform::close(const Request& request) {
  gateway_.close_all(static_cast<int>(std::clamp<std::int64_t>(number_param(request, "code", 4009), 1000, 4999)),
                     number_param(request, "shard", -1));
  return json_answer(Fields{});
}

HttpResponse Platform::reconnect(const Request&) {
  gateway_.ask_reconnect();
  return json_answer(Fields{});
}

HttpResponse Platform::grant(const Request& request) {
  gateway_.grant(static_cast<std::uint32_t>(number_param(request, "bits", 0)));
  return json_answer(Fields{});
}

HttpResponse Platform::refuse_sends(const Request& request) {
  chats_.refuse_next(static_cast<int>(number_param(request, "code", 40034005)),
                     static_cast<int>(number_param(request, "status", 400)),
                     static_cast<int>(number_param(request, "count", 1)));
  return json_answer(Fields{});
}

HttpResponse Platform::expire_token(const Request&) {
  token_ends_ = old_token_ends_ = loop_.now();
  return json_answer(Fields{});
}

HttpResponse Platform::list_sent(const Request&) { return json_answer(chats_.sent()); }

HttpResponse Platform::list_uploads(const Request&) { return json_answer(uploads_.list()); }

HttpResponse Platform::list_reactions(const Request&) { return json_answer(community_.reactions()); }

HttpResponse Platform::list_interactions(const Request&) { return json_answer(community_.acknowledged()); }

HttpResponse Platform::show_state(const Request&) {
  Fields state = gateway_.state();
  state.push_back({"tokens", tokens_});
  state.push_back({"requests", requests_});
  state.push_back({"flooding", !floods_.empty()});
  return json_answer(state);
}

}  // namespace qq::simulator

namespace qq {

std::unique_ptr<onebot::Simulator> make_simulator(std::string_view, onebot::io::Loop& loop, onebot::io::Server& server,
                                                  onebot::io::Client& client, int number) {
  return std::make_unique<simulator::Platform>(loop, server, client, number);
}

}  // namespace qq
