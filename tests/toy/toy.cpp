// A platform that exists for nothing but the runners: people talk to a bot, whose server pushes to us without ceremony;
// one event, one action, and a simulator. It shows how little a platform is that needs no connection and no token.

#include "adapters/kit/acknowledgement.h"
#include "adapters/kit/section.h"
#include "adapters/kit/simulator/knobs.h"
#include "adapters/kit/simulator/site.h"
#include "adapters/registry.h"
#include "onebot/call.h"
#include "onebot/conform.h"
#include "onebot/params.h"
#include "onebot/task.h"
#include "onebot/translate.h"

namespace toy {
namespace {

using namespace onebot;
using namespace std::chrono_literals;

Result<Message> read_text(json::View native, const Self&) { return Message{segment::text(native.at("text").text())}; }

constexpr EventRule kRules[] = {
    on("said").message("private", read_text).take("message_id", "id").take("user_id", "from").once("said", "id"),
};
static_assert(conform(kRules, "toy"));
constexpr EventTable kEvents{kRules, {.id = "id", .name = "kind", .time = "at"}};

Result<std::vector<Event>> translate_payload(std::string_view platform, json::View native, const Self& self) {
  return onebot::translate(kEvents, native, Self{std::string(platform), self.user_id});
}

constexpr CallRow kCalls[] = {action("send_message").by_hand()};
static_assert(conform(kCalls, "toy"));
constexpr std::string_view kActions[] = {"send_message"};

constexpr Option kOptions[] = {{"app_id", Option::Kind::text, true}, {"endpoints.api", Option::Kind::url, true}};

class Adapter final : public onebot::Adapter {
 public:
  Adapter(std::string app_id, std::string api, const Host& host)
      : host_(host), api_(std::move(api)), app_id_(std::move(app_id)), self_{"toy", app_id_} {}

  void start() override {
    pushes_ = host_.ingress.on_push("/toy/" + app_id_,
                                    [this](auto request, auto exchange) { take(request, std::move(exchange)); });
    host_.events.set_online(online_ = true);
  }
  void stop() override { pushes_.reset(), calls_.clear(), online_ = false; }
  const Self& self() const override { return self_; }
  bool online() const override { return online_; }
  std::span<const std::string_view> actions() const override { return kActions; }
  void call(Action action, Reply reply) override {
    auto told = std::make_shared<Reply>(std::move(reply));
    calls_.push_back(onebot::start<ActionResult>(send(std::move(action.params)),
                                                 [told](ActionResult result) { (*told)(std::move(result)); }));
  }

 private:
  void take(const io::HttpRequest& request, std::unique_ptr<io::Exchange> exchange) {
    const auto document = json::Document::parse(request.body);
    auto events = document ? onebot::translate(kEvents, document->root(), self_) : std::vector<Event>();
    if (!events || events->empty()) return exchange->answer({400, {}, "not understood\n"});
    Arrival arrival{.events = *std::move(events), .keys = {document->root().at("id").text()}};
    arrival.committed = kit::acknowledge(host_.loop, 2s, [exchange = std::move(exchange)](kit::Stored stored) mutable {
      exchange->answer({stored == kit::Stored::yes ? 200 : 503, {}, ""});
    });
    host_.events.emit(std::move(arrival));
  }
  Task<ActionResult> send(Fields params) {
    auto to = string_param(params, "user_id");
    auto message = read_message_param(params);
    if (!to || !message) co_return std::unexpected(to ? message.error() : to.error());
    const std::string body = json::write(Fields{{"to", *std::move(to)}, {"text", alt_text(*message)}});
    io::HttpRequest request{.method = "POST", .url = api_ + "/say", .body = body};
    auto answer = co_await answer_to(host_.client, std::move(request));
    if (!answer) co_return std::unexpected(std::move(answer).error());
    const auto told = json::Document::parse(answer->body);
    if (!told || answer->status != 200) co_return fail(Retcode::refused, "the toy refused: " + answer->body);
    co_return Fields{{"message_id", told->root().at("id").text()}, {"time", host_.loop.wall()}};
  }

  Host host_;
  std::string api_, app_id_;
  Self self_;
  bool online_ = false;
  io::Owner pushes_{};
  std::vector<io::Owner> calls_{};
};

Result<std::unique_ptr<onebot::Adapter>> make(std::string_view, const Fields& fields, const Host& host) {
  ONEBOT_TRY(section, kit::Section::read(fields, kOptions));
  return std::make_unique<Adapter>(section.text("app_id"), section.endpoint("api", ""), host);
}

class Simulator final : public onebot::Simulator, private kit::simulator::Words {
 public:
  Simulator(io::Loop& loop, io::Server& server, io::Client& client)
      : server_(server),
        client_(client),
        tokens_(loop, {}, [](auto) { return std::string(); }),
        knobs_(*this, tokens_, 1),
        site_(*this, knobs_, loop, {}) {
    site_.routes().add(*this, {{"POST", "/say", [](Simulator& toy, const auto& call) { return toy.say(call); }}});
  }
  Result<int> open(const io::Address& address) override { return site_.open(server_, address, nullptr); }
  Fields bot() const override {
    return {{"platform", "toy"}, {"app_id", "7"}, {"endpoints", Fields{{"api", "http://" + site_.host()}}}};
  }
  void set_push_url(std::string url) override { url_ = std::move(url); }
  Status play(json::View native) override {
    push_ = client_.send({.method = "POST", .url = url_, .body = native.dump()}, [](auto) {});
    return {};
  }
  std::span<const std::string_view> samples() const override { return kSamples; }

 private:
  static constexpr std::string_view kSamples[] = {
      R"({"kind":"said","id":"m1","from":"ann","text":"hello","at":1790000000})"};

  kit::simulator::Reply say(const kit::simulator::Call& call) {
    on_sent(call.body.at("to").str(), call.body.at("text").str());
    return kit::simulator::whole(Fields{{"id", "m2"}});
  }
  kit::simulator::Reply answer(const kit::simulator::Routes::Found& found, const kit::simulator::Call& call) override {
    return found.route ? found.route->answer(call) : kit::simulator::refused({404, 1, "no such address"});
  }
  Value written(const kit::simulator::Reply& reply, std::string_view) const override { return reply.message; }

  io::Server& server_;
  io::Client& client_;
  kit::simulator::Tokens tokens_;
  kit::simulator::Knobs knobs_;
  kit::simulator::Site site_;
  std::string url_{};
  io::Owner push_{};
};

std::unique_ptr<onebot::Simulator> simulate(std::string_view, io::Loop& loop, io::Server& server, io::Client& client,
                                            int) {
  return std::make_unique<Simulator>(loop, server, client);
}

constexpr adapters::Platform kPlatforms[] = {{"toy", "tests/toy", kOptions, &make, &translate_payload, &simulate}};

}  // namespace
}  // namespace toy

std::span<const adapters::Platform> adapters::platforms() { return toy::kPlatforms; }
