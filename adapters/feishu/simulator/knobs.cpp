// Platform, the part that no real platform has: what tests turn and read under /simulator/.

#include "adapters/feishu/simulator/platform.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace feishu::simulator {
namespace {

using onebot::Fields;
using onebot::json::View;

onebot::io::HttpResponse json_answer(int status, const onebot::Value& body) {
  return {status, {{"Content-Type", "application/json; charset=utf-8"}}, onebot::json::write(body)};
}

onebot::io::HttpResponse done() { return json_answer(200, Fields{}); }
onebot::io::HttpResponse wrong(std::string_view why) { return json_answer(400, Fields{{"message", why}}); }

int small(View view, int fallback) {
  const auto number = view.integer();
  return number ? static_cast<int>(std::clamp<std::int64_t>(*number, 0, 1'000'000'000)) : fallback;
}

}  // namespace

const Platform::Route Platform::kOwnRoutes[] = {
    {"POST", "/simulator/event", &Platform::play_event},
    {"POST", "/simulator/push_url", &Platform::set_push},
    {"POST", "/simulator/settings", &Platform::set},
    {"POST", "/simulator/refuse", &Platform::refuse_next},
    {"POST", "/simulator/expire_token", &Platform::expire_token},
    {"GET", "/simulator/sent", &Platform::list_sent},
    {"GET", "/simulator/pushes", &Platform::list_pushes},
    {"POST", "/simulator/long_connection", &Platform::set_long_connection},
    {"POST", "/simulator/mute", &Platform::mute},
    {"POST", "/simulator/disconnect", &Platform::disconnect},
    {"GET", "/simulator/long_connection", &Platform::show_long_connection},
    {"GET", "/simulator/state", &Platform::show_state},
    {"GET", "/simulator/calls", &Platform::list_calls},
};

Platform::Response Platform::call_simulator(const Request& request, View body) {
  bool known = false;
  for (const Route& route : kOwnRoutes) {
    if (route.path != request.url) continue;
    if (route.method == request.method) return (this->*route.answer)({request, "", "", body});
    known = true;
  }
  if (known) return json_answer(405, Fields{{"message", "not this method"}});
  return json_answer(404, Fields{{"message", "there is no such address"}});
}

Platform::Response Platform::play_event(const Call& call) {
  const auto played = play(call.body);
  return played ? done() : wrong(played.error().message);
}

Platform::Response Platform::set_push(const Call& call) {
  if (!call.body.at("url").is_string()) return wrong("\"url\" must be a string");
  set_push_url(call.body.at("url").text());
  return done();
}

Platform::Response Platform::set(const Call& call) {
  PushSettings& settings = pushes_.settings();
  if (const View key = call.body.at("encrypt_key"); key.is_string()) settings.encrypt_key = key.str();
  if (const View token = call.body.at("verification_token"); token.is_string())
    settings.verification_token = token.str();
  if (const View sign = call.body.at("sign"); sign.is_bool()) settings.sign = sign.boolean();
  if (const View insists = call.body.at("insist"); insists.is_bool()) settings.insists = insists.boolean();
  if (const View waits = call.body.at("retry_ms"); waits.is_array()) {
    settings.retries.clear();
    for (std::size_t i = 0; i < waits.size(); ++i) settings.retries.emplace_back(small(waits[i], 1000));
  }
  return done();
}

Platform::Response Platform::refuse_next(const Call& call) {
  refusal_ = {.code = small(call.body.at("code"), 99991400),
              .status = small(call.body.at("status"), 400),
              .count = small(call.body.at("count"), 1),
              .reset = call.body.at("reset").text()};
  return done();
}

Platform::Response Platform::expire_token(const Call&) {
  token_ends_ = old_token_ends_ = loop_.now();
  return done();
}

Platform::Response Platform::list_sent(const Call&) { return json_answer(200, messages_.sent()); }

Platform::Response Platform::list_pushes(const Call&) { return json_answer(200, pushes_.list()); }

Platform::Response Platform::set_long_connection(const Call& call) {
  long_connections_.set(call.body);
  return done();
}

Platform::Response Platform::mute(const Call&) {
  long_connections_.mute();
  return done();
}

Platform::Response Platform::disconnect(const Call& call) {
  long_connections_.close_all(small(call.body.at("code"), 1001));
  return done();
}

Platform::Response Platform::show_long_connection(const Call&) { return json_answer(200, long_connections_.state()); }

Platform::Response Platform::list_calls(const Call&) {
  Fields calls;
  for (const auto& [call, count] : calls_) calls.push_back({call, count});
  return json_answer(200, calls);
}

Platform::Response Platform::show_state(const Call&) {
  return json_answer(200, Fields{{"tokens", tokens_}, {"requests", requests_}, {"push_url", pushes_.settings().url}});
}

}  // namespace feishu::simulator
