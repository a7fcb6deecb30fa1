#include "adapters/feishu/simulator/simulator.h"

#include "adapters/feishu/dialect.h"
#include "adapters/feishu/simulator/directory.h"
#include "adapters/feishu/simulator/later.h"
#include "adapters/feishu/simulator/long_connection.h"
#include "adapters/feishu/simulator/marks.h"
#include "adapters/feishu/simulator/messages.h"
#include "adapters/feishu/simulator/pushes.h"
#include "adapters/feishu/simulator/reply.h"
#include "adapters/feishu/simulator/samples.h"
#include "adapters/kit/simulator/knobs.h"
#include "adapters/kit/simulator/site.h"
#include "adapters/kit/simulator/tokens.h"
#include "onebot/crypto.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace feishu::simulator {
namespace {

using kit::simulator::Knobs;
using kit::simulator::Routes;
using kit::simulator::Site;
using kit::simulator::Tokens;
using kit::simulator::whole;
using kit::simulator::Words;
using onebot::Fields;
using namespace std::chrono_literals;

constexpr std::string_view kSecret = "SimulatorSecret0123456789abcdef",
                           kVerification = "Vt7Qk2mZr9LxWc4sNf8eHb1pYd6uGa3J", kEncrypt = "k3Yf8PqZ1vTn6RwB";
constexpr int kRateLimited = 99991400;
constexpr std::size_t kMostBody = 40 << 20;  // of a file, as a form

// Ids of the first bot of the first dialect.
constexpr std::string_view kAppId = "cli_a4d1f0c2e5b7900d", kBosshiAppId = "bli_3e7a9c05d1f8462b",
                           kBotId = "ou_ef862efc56c7665d51a7892c6fb6afec";

// No two bots share an id, whatever their dialects: those of the other dialects begin with the dialect's place, those
// of the next bots end in their number.
std::string own_id(std::string_view id, const Dialect& dialect, int number) {
  const auto place = &dialect - kDialects.data();
  const std::size_t first = id.find('_') + 1;
  std::string own(id);
  if (place > 0) own.replace(first, 4, fmt::format("{:04x}", place));
  if (number > 0) own.replace(own.size() - 4, 4, fmt::format("{:04x}", number));
  return own;
}

// Those that mention the bot do so by its own id.
std::vector<std::string> samples_of(const Dialect& dialect, std::string_view bot_id) {
  const auto samples = dialect.kinds_by_prefix ? std::span<const std::string_view>(kFeishuSamples)
                                               : std::span<const std::string_view>(kBosshiSamples);
  std::vector<std::string> own(samples.begin(), samples.end());
  for (std::string& sample : own) {
    if (const auto at = sample.find(kBotId); at != std::string::npos) sample.replace(at, kBotId.size(), bot_id);
  }
  return own;
}

PushSettings settings_of(const Dialect& dialect) {
  return {.verification_token = std::string(kVerification),
          .encrypt_key = dialect.signs ? std::string(kEncrypt) : std::string(),
          .sign = dialect.signs};
}

std::string spell_token(std::int64_t number) {
  return fmt::format("t-{}{}", onebot::crypto::hex(onebot::crypto::random_bytes(12)), number);
}

class Platform final : public onebot::Simulator, private Words {
 public:
  Platform(const Dialect& dialect, onebot::io::Loop& loop, onebot::io::Server& server, onebot::io::Client& client,
           int number);

  onebot::Result<int> open(const onebot::io::Address& address) override {
    return site_.open(server_, address, dialect_.dials ? &long_connections_ : nullptr);
  }
  Fields bot() const override;
  void set_push_url(std::string url) override { pushes_.set_url(std::move(url)); }
  onebot::Status play(onebot::json::View native) override { return pushes_.push(native); }
  std::span<const std::string_view> samples() const override { return samples_; }

 private:
  Reply answer(const Routes::Found& found, const Call& call) override;
  onebot::Value written(const Reply& reply, std::string_view trace) const override;

  Reply give_token(const Call& call);
  Reply give_endpoint(const Call& call);
  Reply describe_bot(const Call& call) const;

  const Dialect& dialect_;
  onebot::io::Server& server_;
  std::string app_id_, bot_id_;
  std::vector<std::string> sample_texts_;
  std::vector<std::string_view> samples_;  // of these
  Tokens tokens_;
  Knobs knobs_;
  Site site_;
  Messages messages_;
  Later later_;
  Marks marks_;
  Directory directory_;
  LongConnections long_connections_;
  Pushes pushes_;
};

Platform::Platform(const Dialect& dialect, onebot::io::Loop& loop, onebot::io::Server& server,
                   onebot::io::Client& client, int number)
    : dialect_(dialect),
      server_(server),
      app_id_(own_id(dialect.kinds_by_prefix ? kAppId : kBosshiAppId, dialect, number)),
      bot_id_(own_id(kBotId, dialect, number)),
      sample_texts_(samples_of(dialect, bot_id_)),
      samples_(sample_texts_.begin(), sample_texts_.end()),
      tokens_(loop, {.scheme = "Bearer ", .lifetime = 7140s, .overlap = 30min}, spell_token),
      knobs_(*this, tokens_, kRateLimited),
      site_(*this, knobs_, loop,
            {.content_type = "application/json; charset=utf-8", .trace_header = "X-Tt-Logid", .max_body = kMostBody}),
      messages_(
          dialect, app_id_, loop,
          [this](std::string_view chat, std::string_view text) {
            if (on_sent) on_sent(chat, text);
          },
          directory_),
      later_(messages_),
      marks_(messages_, app_id_, loop),
      directory_(app_id_, bot_id_),
      long_connections_(loop),
      pushes_(dialect, app_id_, settings_of(dialect), loop, client, long_connections_) {
  pushes_.on_push = [this](onebot::json::View push) {
    messages_.hear(push);
    later_.hear(push);
    directory_.hear(push);
  };
  const Paths& paths = dialect.paths;
  site_.routes().add(*this,
                     {{"POST", paths.token, &Platform::give_token, Routes::Needs::nothing},
                      {"POST", dialect.dials ? kEndpointPath : "", &Platform::give_endpoint, Routes::Needs::nothing},
                      {"GET", paths.bot, &Platform::describe_bot}});
  messages_.add_to(site_.routes(), paths);
  later_.add_to(site_.routes(), paths);
  marks_.add_to(site_.routes(), paths);
  directory_.add_to(site_.routes(), paths);

  pushes_.add_to(knobs_);
  later_.add_to(knobs_);
  knobs_.turn("forget_files", [this](const Call&) { return directory_.forget_files(), kit::simulator::done(); });
  long_connections_.add_to(knobs_);
  knobs_.show("sent", [this] { return messages_.sent(); });
  knobs_.show("state", [this] {
    return Fields{{"tokens", tokens_.issued()}, {"requests", site_.requests()}, {"push_url", pushes_.url()}};
  });
}

Fields Platform::bot() const {
  Fields section{{"platform", dialect_.platform},
                 {"app_id", app_id_},
                 {"app_secret", kSecret},
                 {"receive", "webhook"},
                 {"verification_token", pushes_.settings().verification_token}};
  if (!pushes_.settings().encrypt_key.empty()) section.push_back({"encrypt_key", pushes_.settings().encrypt_key});
  section.push_back({"endpoints", Fields{{"api", fmt::format("http://{}", site_.host())}}});
  return section;
}

Reply Platform::answer(const Routes::Found& found, const Call& call) {
  if (!call.unreadable.empty()) return whole(Fields{{"code", 9499}, {"msg", call.unreadable}}, 400);
  if (!found.route) {
    return {.status = 404,
            .headers = {{"Content-Type", "text/plain"}},
            .form = Reply::Form::bytes,
            .bytes = "404 page not found"};
  }
  if (found.route->needs == Routes::Needs::nothing) return found.route->answer(call);
  const auto verdict = tokens_.examine(onebot::io::header(call.request.headers, "Authorization"));
  if (verdict != Tokens::Verdict::good) {
    return refused(verdict == Tokens::Verdict::unknown ? 99991663 : 99991661,
                   "Invalid access token for authorization.");
  }
  const auto fault = knobs_.faults().next();
  if (fault && !fault->taken) return fault->reply(kWaitHeader);
  Reply reply = found.route->answer(call);
  return fault ? fault->reply(kWaitHeader) : reply;
}

onebot::Value Platform::written(const Reply& reply, std::string_view trace) const {
  if (!reply.went_well()) {
    return Fields{{"code", reply.code}, {"msg", reply.message}, {"error", Fields{{"log_id", trace}}}};
  }
  return Fields{
      {"code", 0}, {"msg", "success"}, {"data", reply.content.is_null() ? onebot::Value(Fields{}) : reply.content}};
}

Reply Platform::give_token(const Call& call) {
  if (call.body.at("app_id").str() != app_id_) return {.code = 10003, .message = "invalid param"};
  if (call.body.at("app_secret").str() != kSecret) return {.code = 10014, .message = "app secret invalid"};
  const Tokens::Issued issued = tokens_.issue();
  const Fields token{{"tenant_access_token", issued.token}, {"expire", issued.seconds}};
  Fields body{{"code", 0}, {"msg", "ok"}};
  if (dialect_.token_at.starts_with("data."))
    body.push_back({"data", token});
  else
    body.insert(body.end(), token.begin(), token.end());
  return whole(std::move(body));
}

Reply Platform::give_endpoint(const Call& call) {
  if (call.body.at("AppID").str() != app_id_) return whole(Fields{{"code", 10003}, {"msg", "invalid param"}});
  if (call.body.at("AppSecret").str() != kSecret) {
    return whole(Fields{{"code", 514}, {"msg", "authentication failed"}});
  }
  return whole(long_connections_.discover(site_.host()));
}

Reply Platform::describe_bot(const Call&) const {
  return whole(Fields{{"code", 0},
                      {"msg", "ok"},
                      {"bot", Fields{{"activate_status", 2},
                                     {"app_name", "Bridge"},
                                     {"avatar_url", ""},
                                     {"ip_white_list", onebot::List{}},
                                     {"open_id", bot_id_}}}});
}

}  // namespace
}  // namespace feishu::simulator

namespace feishu {

std::unique_ptr<onebot::Simulator> make_simulator(std::string_view platform, onebot::io::Loop& loop,
                                                  onebot::io::Server& server, onebot::io::Client& client, int number) {
  return std::make_unique<simulator::Platform>(dialect_of(platform), loop, server, client, number);
}

}  // namespace feishu
