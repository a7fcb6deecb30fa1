#include "adapters/kit/simulator/knobs.h"

#include <fmt/format.h>

#include <utility>

namespace kit::simulator {
namespace {

using onebot::Fields;

Reply play(onebot::Simulator& simulator, const Call& call) {
  const auto played = simulator.play(call.body);
  return played ? done() : wrong(played.error().message);
}

Reply set_push_url(onebot::Simulator& simulator, const Call& call) {
  if (!call.body.at("url").is_string()) return wrong("\"url\" must be a string");
  simulator.set_push_url(call.body.at("url").text());
  return done();
}

Fault refusal(const Call& call, int refusal_code) {
  const std::string wait = call.text("retry_after");
  return {.status = call.small("status", 400),
          .code = call.small("code", refusal_code),
          .message = "refused on request",
          .retry_after = wait.empty() ? call.text("reset") : wait};
}

}  // namespace

Reply done() { return whole(Fields{}); }
Reply wrong(std::string_view why, int status) { return whole(Fields{{"message", why}}, status); }

Knobs::Knobs(onebot::Simulator& simulator, Tokens& tokens, int refusal_code) {
  turn("event", [&simulator](const Call& call) { return play(simulator, call); });
  turn("push_url", [&simulator](const Call& call) { return set_push_url(simulator, call); });
  turn("refuse", [this, refusal_code](const Call& call) {
    return faults_.refuse(refusal(call, refusal_code), call.small("count", 1)), done();
  });
  turn("script",
       [this](const Call& call) { return faults_.add(call.body) ? done() : wrong("a script is a list of entries"); });
  turn("expire_token", [&tokens](const Call&) { return tokens.expire(), done(); });
}

void Knobs::turn(std::string_view name, Routes::Answer turned) {
  routes_.add({.method = "POST", .path = fmt::format("{}{}", kPath, name), .answer = std::move(turned)});
}

void Knobs::show(std::string_view name, std::function<onebot::Value()> shown) {
  routes_.add({.method = "GET",
               .path = fmt::format("{}{}", kPath, name),
               .answer = [shown = std::move(shown)](const Call&) { return whole(shown()); }});
}

Reply Knobs::answer(Call& call) const {
  if (!call.unreadable.empty()) return wrong(call.unreadable);
  Routes::Found found = routes_.find(call.request.method, call.request.url);
  if (!found.route) return found.other_method ? wrong("not this method", 405) : wrong("there is no such address", 404);
  call.ids = std::move(found.ids);
  return found.route->answer(call);
}

}  // namespace kit::simulator
