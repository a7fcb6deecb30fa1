#include "adapters/qq/simulator/simulator.h"

#include "adapters/kit/simulator/knobs.h"
#include "adapters/kit/simulator/site.h"
#include "adapters/kit/simulator/tokens.h"
#include "adapters/qq/simulator/chats.h"
#include "adapters/qq/simulator/community.h"
#include "adapters/qq/simulator/events.h"
#include "adapters/qq/simulator/flood.h"
#include "adapters/qq/simulator/panels.h"
#include "adapters/qq/simulator/pushes.h"
#include "adapters/qq/simulator/samples.h"
#include "adapters/qq/simulator/sessions.h"
#include "adapters/qq/simulator/streams.h"
#include "adapters/qq/simulator/uploads.h"
#include "onebot/io.h"
#include "onebot/simulator.h"

#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace qq::simulator {
namespace {

using kit::simulator::Call;
using kit::simulator::Knobs;
using kit::simulator::Routes;
using kit::simulator::Site;
using kit::simulator::Tokens;
using kit::simulator::told;
using kit::simulator::Words;
using onebot::Fields;

constexpr std::size_t kMostBody = 32 << 20;                               // of a file that comes whole, as Base64
constexpr std::int64_t kAppId = 102000001, kBotId = 3141592653589793238;  // of the first bot
constexpr std::string_view kAppSecret = "SimulatorSecret0123456789abcdef";
constexpr int kRefused = 40034005;

std::string spell_token(onebot::io::Loop& loop, std::int64_t number) {
  return fmt::format("aT0kEn_{:016x}_{:052}", static_cast<std::uint64_t>(loop.wall() * 1e6), number);
}

class Platform final : public onebot::Simulator, private Words {
 public:
  Platform(onebot::io::Loop& loop, onebot::io::Server& server, onebot::io::Client& client, int number);

  onebot::Result<int> open(const onebot::io::Address& address) override {
    return site_.open(server_, address, &gateway_);
  }
  onebot::Fields bot() const override;
  void set_push_url(std::string url) override { pushes_.set_url(std::move(url)); }
  onebot::Status play(onebot::json::View native) override { return events_.play(native); }
  std::span<const std::string_view> samples() const override;

 private:
  Reply answer(const Routes::Found& found, const Call& call) override;
  onebot::Value written(const Reply& reply, std::string_view trace) const override;

  Reply give_token(const Call& call);
  Reply name_gateway(const Call& call);
  Reply describe_gateway(const Call& call);
  Reply describe_bot(const Call& call);
  Reply validate_address(const Call& call);
  onebot::Fields state() const;
  onebot::Fields bot_user() const;

  onebot::io::Server& server_;
  std::string app_id_, bot_id_;
  Tokens tokens_;
  Knobs knobs_;
  Site site_;
  Gateway gateway_;
  Pushes pushes_;
  Uploads uploads_;
  Chats chats_;
  Streams streams_;
  Panels panels_;
  Community community_;
  Events events_;
  Flood flood_;
};

Platform::Platform(onebot::io::Loop& loop, onebot::io::Server& server, onebot::io::Client& client, int number)
    : server_(server),
      app_id_(fmt::format("{}", kAppId + number)),
      bot_id_(fmt::format("{}", kBotId + number)),
      tokens_(loop, {.scheme = "QQBot "}, [&loop](std::int64_t count) { return spell_token(loop, count); }),
      knobs_(*this, tokens_, kRefused),
      site_(*this, knobs_, loop, {.trace_header = "X-Tps-trace-ID", .max_body = kMostBody}),
      gateway_(
          loop, [this](std::string_view token) { return tokens_.examine(token) == Tokens::Verdict::good; }, bot_user()),
      pushes_(app_id_, kAppSecret, loop, client),
      uploads_(site_.host()),
      chats_(
          loop, knobs_.faults(),
          [this](std::string_view file, std::string_view scene) { return uploads_.knows(file, scene); },
          [this](std::string_view chat, std::string_view text) {
            if (on_sent) on_sent(chat, text);
          },
          [this](std::string_view name, const std::string& id, const onebot::Value& content) {
            events_.emit(name, id, content);
          }),
      streams_(loop, chats_),
      panels_(loop),
      community_(bot_id_),
      events_(gateway_, pushes_, chats_, community_, loop),
      flood_(events_, chats_, loop) {
  site_.routes().add(*this, {{"POST", "/app/getAppAccessToken", &Platform::give_token, Routes::Needs::nothing},
                             {"GET", "/gateway", &Platform::name_gateway},
                             {"GET", "/gateway/bot", &Platform::describe_gateway},
                             {"GET", "/users/@me", &Platform::describe_bot}});
  chats_.add_to(site_.routes());
  uploads_.add_to(site_.routes());
  streams_.add_to(site_.routes());
  panels_.add_to(site_.routes());
  community_.add_to(site_.routes());

  gateway_.add_to(knobs_);
  knobs_.turn("flood", [this](const Call& call) { return flood_.begin(call); });
  knobs_.turn("validate", [this](const Call& call) { return validate_address(call); });
  knobs_.show("sent", [this] { return chats_.sent(); });
  knobs_.show("uploads", [this] { return uploads_.list(); });
  knobs_.show("streams", [this] { return streams_.list(); });
  knobs_.show("panels", [this] { return panels_.list(); });
  knobs_.show("reactions", [this] { return community_.reactions(); });
  knobs_.show("interactions", [this] { return community_.acknowledged(); });
  knobs_.show("pushes", [this] { return pushes_.list(); });
  knobs_.show("state", [this] { return state(); });
}

Fields Platform::bot_user() const {
  return {{"id", bot_id_}, {"username", "SimulatedBot"}, {"bot", true}, {"status", 1}};
}

Fields Platform::bot() const {
  const std::string base = fmt::format("http://{}", site_.host());
  return {{"platform", "qq"},
          {"app_id", app_id_},
          {"app_secret", kAppSecret},
          {"receive", pushes_.url().empty() ? "gateway" : "webhook"},
          {"endpoints", Fields{{"token", base + "/app/getAppAccessToken"}, {"api", base}}}};
}

std::span<const std::string_view> Platform::samples() const { return kSamples; }

Reply Platform::answer(const Routes::Found& found, const Call& call) {
  const bool open = found.route && found.route->needs == Routes::Needs::nothing;
  const auto verdict = tokens_.examine(onebot::io::header(call.request.headers, "Authorization"));
  if (!open && verdict != Tokens::Verdict::good) {
    return refused(
        {401, verdict == Tokens::Verdict::absent ? 11241 : 11244, "the access token is missing or has expired"});
  }
  if (found.route) return found.route->answer(call);
  return found.other_method ? refused({405, 405, "not this method"}) : refused({404, 404, "there is no such address"});
}

onebot::Value Platform::written(const Reply& reply, std::string_view trace) const {
  if (reply.went_well()) return reply.content;
  return Fields{{"message", reply.message}, {"code", reply.code}, {"err_code", reply.code}, {"trace_id", trace}};
}

// --- the platform's own addresses ---

Reply Platform::give_token(const Call& call) {
  if (call.body.at("appId").text() != app_id_ || call.body.at("clientSecret").str() != kAppSecret) {
    return kit::simulator::whole(Fields{{"code", 100016}, {"message", "invalid appid or secret"}});
  }
  const Tokens::Issued issued = tokens_.issue();
  return told(Fields{{"access_token", issued.token}, {"expires_in", fmt::format("{}", issued.seconds)}});
}

Reply Platform::name_gateway(const Call&) {
  if (const auto fault = gateway_.discovery_fault()) return fault->reply("Retry-After");
  return told(Fields{{"url", fmt::format("ws://{}/websocket/", site_.host())}});
}

Reply Platform::describe_gateway(const Call&) {
  if (const auto fault = gateway_.discovery_fault()) return fault->reply("Retry-After");
  return told(Fields{{"url", fmt::format("ws://{}/websocket/", site_.host())},
                     {"shards", gateway_.limits().shards},
                     {"session_start_limit", Fields{{"total", 1500},
                                                    {"remaining", gateway_.limits().remaining},
                                                    {"reset_after", 86'400'000},
                                                    {"max_concurrency", gateway_.limits().max_concurrency}}}});
}

Reply Platform::describe_bot(const Call&) {
  Fields user = bot_user();
  for (const char* name : {"avatar", "union_openid", "share_url", "welcome_msg"}) user.push_back({name, ""});
  return told(std::move(user));
}

// --- what the platform does not have ---

Reply Platform::validate_address(const Call& call) {
  if (pushes_.url().empty()) return kit::simulator::wrong("there is no address");
  pushes_.validate(call.number("unsigned", 0) != 0 ? Pushes::Signature::none : Pushes::Signature::right);
  return kit::simulator::done();
}

Fields Platform::state() const {
  Fields state = gateway_.state();
  state.push_back({"tokens", tokens_.issued()});
  state.push_back({"requests", site_.requests()});
  state.push_back({"flooding", flood_.is_pouring()});
  return state;
}

}  // namespace
}  // namespace qq::simulator

namespace qq {

std::unique_ptr<onebot::Simulator> make_simulator(std::string_view, onebot::io::Loop& loop, onebot::io::Server& server,
                                                  onebot::io::Client& client, int number) {
  return std::make_unique<simulator::Platform>(loop, server, client, number);
}

}  // namespace qq
