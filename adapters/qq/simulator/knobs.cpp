// Platform, the part that misbehaves: what tests ask of it under /simulator/ besides events.

#include "adapters/qq/simulator/platform.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace qq::simulator {
namespace {

using onebot::Fields;
using onebot::io::HttpResponse;

std::int64_t number_in(const onebot::io::HttpRequest& request, std::string_view name, std::int64_t fallback) {
  const auto text = onebot::io::query_param(request.query, name);
  std::int64_t number = fallback;
  if (text) std::from_chars(text->data(), text->data() + text->size(), number);
  return number;
}

HttpResponse answer_with(const onebot::Value& body) {
  return {200, {{"Content-Type", "application/json"}}, onebot::json::write(body)};
}

}  // namespace

// Whoever identifies is sent its events there; a bot that has no session and an address, at that address.
void Platform::emit(std::string_view name, const std::string& id, const onebot::Value& content) {
  if (gateway_.has_sessions() || pushes_.url.empty()) return gateway_.emit(name, id, content);
  pushes_.push(name, id, content);
}

HttpResponse Platform::limit(const Request& request) {
  Limits& limits = gateway_.limits();
  limits.remaining = number_in(request, "remaining", limits.remaining);
  limits.max_concurrency = std::max<std::int64_t>(number_in(request, "concurrency", limits.max_concurrency), 1);
  limits.shards = number_in(request, "shards", limits.shards);
  limits.session_life = std::chrono::milliseconds(number_in(request, "session_ms", limits.session_life.count()));
  return answer_with(Fields{});
}

HttpResponse Platform::freeze(const Request&) {
  gateway_.freeze_all();
  return answer_with(Fields{});
}

HttpResponse Platform::invalidate(const Request& request) {
  gateway_.invalidate_all(number_in(request, "resumable", 0) != 0);
  return answer_with(Fields{});
}

HttpResponse Platform::set_push(const Request& request) {
  const auto body = onebot::json::Document::parse(request.body);
  if (!body) return refusal(400, 400, body.error().message);
  set_push_url(body->root().at("url").text());
  return answer_with(Fields{});
}

HttpResponse Platform::validate_address(const Request& request) {
  if (pushes_.url.empty()) return refusal(400, 400, "there is no address");
  pushes_.validate(number_in(request, "unsigned", 0) != 0 ? Pushes::Signature::none : Pushes::Signature::right);
  return answer_with(Fields{});
}

HttpResponse Platform::list_pushes(const Request&) { return answer_with(pushes_.list()); }

// --- messages that go wrong ---

HttpResponse Platform::set_script(const Request& request) {
  const auto body = onebot::json::Document::parse(request.body);
  if (!body || !script_.add(body->root())) return refusal(400, 400, "a script is a list of entries");
  return answer_with(Fields{});
}

HttpResponse Platform::faulty(const Fault& fault, Fields body) {
  HttpResponse response = refusal(fault.status, fault.code, "so says the script");
  if (!fault.retry_after.empty()) response.headers.emplace_back("Retry-After", fault.retry_after);
  if (body.empty()) return response;
  body.insert(body.begin(), {{"code", fault.code}, {"message", "push message is waiting for audit now"}});
  response.body = onebot::json::write(body);
  return response;
}

HttpResponse Platform::review(const Fault& fault, const ChatPath& path, const std::string& message_id) {
  const std::string audit_id = fmt::format("audit-{}", ++events_);
  reviews_[audit_id] = loop_.after(fault.after, [this, fault, path, audit_id, message_id] {
    const auto ended = reviews_.extract(audit_id);
    reviewed(fault, path, audit_id, message_id);
  });
  return faulty(fault, {{"data", Fields{{"message_audit", Fields{{"audit_id", audit_id}}}}}});
}

void Platform::reviewed(const Fault& fault, const ChatPath& path, const std::string& audit_id,
                        const std::string& message_id) {
  const bool passed = fault.audit == "pass";
  if (!passed) chats_.withdraw(message_id);
  const std::string now = platform_time(loop_.wall());
  Fields content{{"audit_id", audit_id}, {"audit_time", now}, {"create_time", now}};
  if (passed) content.push_back({"message_id", message_id});
  constexpr std::string_view kPlaces[] = {"user_openid", "group_openid", "channel_id", "guild_id"};  // by Scene
  content.push_back({std::string(kPlaces[static_cast<std::size_t>(path.scene)]), path.openid});
  const std::string_view name = passed ? "MESSAGE_AUDIT_PASS" : "MESSAGE_AUDIT_REJECT";
  emit(name, fmt::format("{}:{}", name, audit_id), content);
}

}  // namespace qq::simulator
