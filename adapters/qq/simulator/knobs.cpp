// Platform, the part that misbehaves: what tests ask of it under /simulator/ besides events.

#include <algorithm>
#include <charconv>

#include "adapters/qq/simulator/platform.h"

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

}  // namespace qq::simulator
