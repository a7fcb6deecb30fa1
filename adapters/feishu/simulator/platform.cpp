#include "adapters/feishu/simulator/platform.h"

#include "adapters/feishu/simulator/samples.h"
#include "adapters/feishu/simulator/simulator.h"
#include "onebot/crypto.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace feishu::simulator {
namespace {

using onebot::Fields;
using onebot::json::Document;
using onebot::json::View;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr seconds kLifetime{7140};
constexpr minutes kSame{30};  // while so much is left, the same token is given again
constexpr std::string_view kSecret = "SimulatorSecret0123456789abcdef", kBotName = "Bridge",
                           kVerification = "Vt7Qk2mZr9LxWc4sNf8eHb1pYd6uGa3J", kEncrypt = "k3Yf8PqZ1vTn6RwB";

// Ids of the first bot; those of the next ones end in their number instead.
constexpr std::string_view kAppId = "cli_a4d1f0c2e5b7900d", kBosshiAppId = "bli_3e7a9c05d1f8462b",
                           kBotId = "ou_ef862efc56c7665d51a7892c6fb6afec";

std::string with_number(std::string_view id, int number) {
  if (number == 0) return std::string(id);
  return fmt::format("{}{:04x}", id.substr(0, id.size() - 4), number);
}

// The platform's own ladder.
PushSettings settings_of(const Dialect& dialect) {
  return {.verification_token = std::string(kVerification),
          .encrypt_key = dialect.signs ? std::string(kEncrypt) : std::string(),
          .sign = dialect.signs,
          .retries = {seconds(15), minutes(5), minutes(60), minutes(360)}};
}

onebot::io::HttpResponse json_answer(int status, const onebot::Value& body) {
  return {status, {{"Content-Type", "application/json; charset=utf-8"}}, onebot::json::write(body)};
}

constexpr std::size_t kMostBody = 40 << 20;  // of a file, as a form

struct Ids {
  std::string id{}, key{};
};

// The ids in `path` where `pattern` has "{id}" and "{key}"; nullopt when they do not match.
std::optional<Ids> match(std::string_view pattern, std::string_view path) {
  Ids ids;
  if (pattern.empty()) return std::nullopt;
  while (!pattern.empty() && !path.empty()) {
    const auto pattern_end = std::min(pattern.find('/', 1), pattern.size());
    const auto path_end = std::min(path.find('/', 1), path.size());
    const std::string_view wanted = pattern.substr(1, pattern_end - 1), part = path.substr(1, path_end - 1);
    if (wanted != part && (!wanted.starts_with('{') || part.empty())) return std::nullopt;
    if (wanted == "{id}") ids.id = part;
    if (wanted == "{key}") ids.key = part;
    pattern.remove_prefix(pattern_end);
    path.remove_prefix(path_end);
  }
  return pattern.empty() && path.empty() ? std::optional(std::move(ids)) : std::nullopt;
}

std::string with_query(const onebot::io::HttpRequest& request) {
  return request.query.empty() ? request.url : fmt::format("{}?{}", request.url, request.query);
}

}  // namespace

Platform::Platform(const Dialect& dialect, onebot::io::Loop& loop, onebot::io::Server& server,
                   onebot::io::Client& client, int number)
    : dialect_(dialect),
      loop_(loop),
      server_(server),
      app_id_(with_number(dialect.kinds_by_prefix ? kAppId : kBosshiAppId, number)),
      bot_id_(with_number(kBotId, number)),
      messages_(dialect, app_id_, loop),
      marks_(messages_, app_id_, loop),
      long_connections_(loop),
      pushes_(dialect, app_id_, settings_of(dialect), loop, client, long_connections_) {
  pushes_.on_push = [this](View push) {
    messages_.hear(push);
    directory_.hear(push);
  };
}

onebot::Result<int> Platform::open(const onebot::io::Address& address) {
  onebot::io::Address roomy = address;
  roomy.max_body = kMostBody;
  ONEBOT_TRY(port, server_.listen(roomy, this, dialect_.dials ? &long_connections_ : nullptr));
  port_ = port;
  host_ = address.host == "0.0.0.0" ? std::string("127.0.0.1") : address.host;
  return port;
}

Fields Platform::bot() const {
  Fields section{{"platform", dialect_.platform},
                 {"app_id", app_id_},
                 {"app_secret", kSecret},
                 {"receive", "webhook"},
                 {"verification_token", pushes_.settings().verification_token}};
  if (!pushes_.settings().encrypt_key.empty()) section.push_back({"encrypt_key", pushes_.settings().encrypt_key});
  section.push_back({"endpoints", Fields{{"api", fmt::format("http://{}:{}", host_, port_)}}});
  return section;
}

std::span<const std::string_view> Platform::samples() const {
  if (dialect_.kinds_by_prefix) return kFeishuSamples;
  return kBosshiSamples;
}

onebot::Status Platform::play(View native) { return pushes_.push(native); }

void Platform::serve(Request request, std::unique_ptr<onebot::io::Exchange> exchange) {
  ++requests_;
  Response response = answer(request);
  response.headers.emplace_back("X-Tt-Logid", fmt::format("{:032x}", requests_));
  exchange->answer(std::move(response));
}

Platform::Response Platform::answer(const Request& request) {
  const bool form = onebot::io::header(request.headers, "Content-Type").value_or("").starts_with("multipart/form-data");
  const auto document = Document::parse(request.body.empty() || form ? "null" : request.body);
  if (!document) return json_answer(400, Fields{{"code", 9499}, {"msg", document.error().message}});
  const View body = document->root();
  return request.url.starts_with("/simulator/") ? call_simulator(request, body) : call_api(request, body);
}

Platform::Response Platform::call_api(const Request& request, View body) {
  const Route routes[] = {
      {"POST", dialect_.paths.token, &Platform::give_token, Route::Needs::nothing},
      {"POST", dialect_.dials ? kEndpointPath : "", &Platform::give_endpoint, Route::Needs::nothing},
      {"GET", dialect_.paths.bot, &Platform::describe_bot},
      {"GET", dialect_.paths.chat, &Platform::describe_chat},
      {"POST", dialect_.paths.send, &Platform::create_message},
      {"POST", dialect_.paths.reply, &Platform::reply_message},
      {"DELETE", dialect_.paths.remove, &Platform::delete_message},
      {"GET", dialect_.paths.message, &Platform::get_message},
      {"PUT", dialect_.paths.message, &Platform::edit_message},
      {"PATCH", dialect_.paths.message, &Platform::patch_card},
      {"GET", dialect_.paths.history, &Platform::list_history},
      {"POST", dialect_.paths.forward, &Platform::forward_message},
      {"GET", dialect_.paths.read_users, &Platform::list_readers},
      {"PATCH", dialect_.paths.urgent, &Platform::urge_message},
      {"POST", dialect_.paths.reactions, &Platform::react},
      {"GET", dialect_.paths.reactions, &Platform::list_reactions},
      {"DELETE", dialect_.paths.reaction, &Platform::remove_reaction},
      {"POST", dialect_.paths.pins, &Platform::pin_message},
      {"GET", dialect_.paths.pins, &Platform::list_pins},
      {"DELETE", dialect_.paths.pin, &Platform::unpin_message},
      {"POST", dialect_.paths.card_update, &Platform::update_card},
      {"GET", dialect_.paths.user, &Platform::describe_user},
      {"GET", dialect_.paths.chats, &Platform::list_chats},
      {"PUT", dialect_.paths.chat, &Platform::rename_chat},
      {"GET", dialect_.paths.members, &Platform::list_members},
      {"DELETE", dialect_.paths.members, &Platform::leave_chat},
      {"POST", dialect_.paths.image, &Platform::take_image},
      {"POST", dialect_.paths.file, &Platform::take_file},
      {"GET", dialect_.paths.resource, &Platform::give_resource}};
  for (const Route& route : routes) {
    auto ids = match(route.path, request.url);
    if (!ids || route.method != request.method) continue;
    if (auto refused = refusal(route, request)) return *std::move(refused);
    Response response = (this->*route.answer)({request, std::move(ids->id), std::move(ids->key), body});
    if (response.status == 200) ++calls_[fmt::format("{} {}", route.method, route.path)];
    return response;
  }
  return {404, {{"Content-Type", "text/plain"}}, "404 page not found"};
}

std::optional<Platform::Response> Platform::refusal(const Route& route, const Request& request) {
  if (route.needs == Route::Needs::nothing) return std::nullopt;
  const int code = token_failure(onebot::io::header(request.headers, "Authorization").value_or(""));
  if (code != 0) return reply({.status = 400, .code = code, .msg = "Invalid access token for authorization."});
  if (refusal_.count == 0) return std::nullopt;
  --refusal_.count;
  return reply(
      {.status = refusal_.status, .code = refusal_.code, .msg = "refused on request", .reset = refusal_.reset});
}

Platform::Response Platform::reply(Reply reply) {
  Fields body{{"code", reply.code}, {"msg", std::move(reply.msg)}};
  if (reply.code == 0)
    body.push_back({"data", std::move(reply.data)});
  else
    body.push_back({"error", Fields{{"log_id", fmt::format("{:032x}", requests_)}}});
  Response response = json_answer(reply.status, body);
  if (!reply.reset.empty()) response.headers.emplace_back("x-ogw-ratelimit-reset", std::move(reply.reset));
  return response;
}

// --- tokens ---

Platform::Response Platform::give_token(const Call& call) {
  if (call.body.at("app_id").str() != app_id_) return reply({.code = 10003, .msg = "invalid param"});
  if (call.body.at("app_secret").str() != kSecret) return reply({.code = 10014, .msg = "app secret invalid"});
  if (token_ends_ - loop_.now() < kSame) renew_token();
  const auto left = std::chrono::duration_cast<seconds>(token_ends_ - loop_.now()).count();
  Fields token{{"tenant_access_token", token_}, {"expire", left}};
  Fields body{{"code", 0}, {"msg", "ok"}};
  if (dialect_.token_at.starts_with("data."))
    body.push_back({"data", std::move(token)});
  else
    body.insert(body.end(), token.begin(), token.end());
  return json_answer(200, body);
}

Platform::Response Platform::give_endpoint(const Call& call) {
  if (call.body.at("AppID").str() != app_id_)
    return json_answer(200, Fields{{"code", 10003}, {"msg", "invalid param"}});
  if (call.body.at("AppSecret").str() != kSecret) {
    return json_answer(200, Fields{{"code", 514}, {"msg", "authentication failed"}});
  }
  return json_answer(200, long_connections_.discover(host_, port_));
}

void Platform::renew_token() {
  old_token_ = std::move(token_);
  old_token_ends_ = token_ends_;
  token_ = fmt::format("t-{}{}", onebot::crypto::hex(onebot::crypto::random_bytes(12)), ++tokens_);
  token_ends_ = loop_.now() + kLifetime;
}

int Platform::token_failure(std::string_view authorization) const {
  constexpr std::string_view kBearer = "Bearer ";
  if (!authorization.starts_with(kBearer) || authorization.size() == kBearer.size()) return 99991661;
  const std::string_view token = authorization.substr(kBearer.size());
  const bool good =
      (token == token_ && loop_.now() < token_ends_) || (token == old_token_ && loop_.now() < old_token_ends_);
  return good ? 0 : 99991663;
}

// --- the platform's own calls ---

Platform::Response Platform::describe_bot(const Call&) {
  return json_answer(200, Fields{{"code", 0},
                                 {"msg", "ok"},
                                 {"bot", Fields{{"activate_status", 2},
                                                {"app_name", kBotName},
                                                {"avatar_url", ""},
                                                {"ip_white_list", onebot::List{}},
                                                {"open_id", bot_id_}}}});
}

Platform::Response Platform::describe_chat(const Call& call) {
  if (!call.id.starts_with("oc_")) {
    return reply({.status = 400, .code = 232006, .msg = "Your request specifies an invalid chat_id."});
  }
  return reply({.data = {{"name", directory_.name_of(call.id)},
                         {"chat_mode", messages_.is_private(call.id) ? "p2p" : "group"},
                         {"chat_type", "private"},
                         {"external", false},
                         {"chat_status", "normal"}}});
}

Platform::Response Platform::create_message(const Call& call) {
  const auto type = onebot::io::query_param(call.request.query, "receive_id_type");
  return tell_sent(messages_.create(with_query(call.request), type.value_or(""), call.body));
}

Platform::Response Platform::reply_message(const Call& call) {
  return tell_sent(messages_.reply(with_query(call.request), call.id, call.body));
}

Platform::Response Platform::tell_sent(Reply sent) {
  const Messages::Kept* message = messages_.newest();
  if (sent.code == 0 && message && on_sent) on_sent(message->chat, message->text);
  return reply(std::move(sent));
}

Platform::Response Platform::forward_message(const Call& call) {
  return tell_sent(messages_.forward(with_query(call.request), call.id, call.request.query, call.body));
}

// A file of a message: its bytes are its key.
Platform::Response Platform::give_resource(const Call& call) {
  if (!messages_.has_resource(call.id, call.key)) {
    return reply({.status = 400, .code = 234003, .msg = "File not in msg."});
  }
  return {200,
          {{"Content-Type", "application/octet-stream"},
           {"Content-Disposition", fmt::format("attachment; filename=\"{}.bin\"", call.key)}},
          fmt::format("bytes of {}", call.key)};
}

Platform::Response Platform::delete_message(const Call& call) { return reply(messages_.remove(call.id)); }

Platform::Response Platform::get_message(const Call& call) { return reply(messages_.get(call.id)); }

}  // namespace feishu::simulator

namespace feishu {

std::unique_ptr<onebot::Simulator> make_simulator(std::string_view platform, onebot::io::Loop& loop,
                                                  onebot::io::Server& server, onebot::io::Client& client, int number) {
  return std::make_unique<simulator::Platform>(dialect_of(platform), loop, server, client, number);
}

}  // namespace feishu
