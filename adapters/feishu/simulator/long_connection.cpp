#include "adapters/feishu/simulator/long_connection.h"

#include "adapters/feishu/simulator/connection.h"
#include "adapters/feishu/simulator/reply.h"
#include "onebot/crypto.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace feishu::simulator {
namespace {

using onebot::Fields;
using onebot::json::View;
using std::chrono::milliseconds;

constexpr std::size_t kKept = 1000;
constexpr std::string_view kPath = "/ws/v2";
constexpr std::int64_t kCrowded = 1000040350;

std::string new_id() { return onebot::crypto::hex(onebot::crypto::random_bytes(16)); }

int small(View view, std::int64_t old) {
  return static_cast<int>(std::clamp<std::int64_t>(view.integer().value_or(old), 0, 1'000'000));
}

// A switch that is set to what the change says, if it does.
void flip(bool& on, View change) {
  if (change.is_bool()) on = change.boolean();
}

// What the next so many attempts are refused with, if the change says so.
void refuse_next(kit::simulator::Faults& attempts, View said) {
  if (!said.is_object()) return;
  attempts.refuse({.status = said.at("status").integer(), .code = said.at("code").integer()},
                  small(said.at("count"), 1));
}

}  // namespace

// One delivery on its way. Dropped, nobody waits for it.
class LongConnections::Expecting final : public onebot::io::Pending {
 public:
  Expecting(LongConnections& platform, std::string id) : platform_(platform), id_(std::move(id)) {}
  ~Expecting() override { platform_.expected_.erase(id_); }

 private:
  LongConnections& platform_;
  std::string id_;
};

LongConnections::LongConnections(onebot::io::Loop& loop) : loop_(loop), connections_(loop) {}
LongConnections::~LongConnections() = default;

void LongConnections::add_to(kit::simulator::Knobs& knobs) {
  knobs.turn("long_connection", [this](const Call& call) { return set(call.body), kit::simulator::done(); });
  knobs.show("long_connection", [this] { return state(); });
  knobs.turn("mute", [this](const Call&) {
    for (Connection* connection : connections_.all()) connection->mute();
    return kit::simulator::done();
  });
  knobs.turn("disconnect", [this](const Call& call) {
    for (Connection* connection : connections_.all()) connection->close(call.small("code", 1001));
    return kit::simulator::done();
  });
}

void LongConnections::set(View change) {
  settings_.config = updated(settings_.config, change.at("config"));
  settings_.parts = static_cast<std::size_t>(
      std::clamp(small(change.at("parts"), static_cast<std::int64_t>(settings_.parts)), 1, 1024));
  flip(settings_.reversed, change.at("reversed"));
  flip(settings_.doubled, change.at("doubled"));
  settings_.lost = small(change.at("lost"), settings_.lost);
  settings_.patience = milliseconds(small(change.at("patience_ms"), settings_.patience.count()));
  refuse_next(discovery_, change.at("refuse_discovery"));
  refuse_next(handshake_, change.at("refuse_handshake"));
  if (!change.at("config").is_object()) return;
  for (Connection* connection : connections_.all()) connection->tell_config();
}

std::string LongConnections::config_json() const {
  const ClientConfig& config = settings_.config;
  return onebot::json::write(Fields{{"ReconnectCount", config.attempts},
                                    {"ReconnectInterval", std::int64_t{config.reconnect.count()}},
                                    {"ReconnectNonce", std::int64_t{config.spread.count()}},
                                    {"PingInterval", std::int64_t{config.ping.count()}}});
}

Fields LongConnections::discover(std::string_view host) {
  ++discoveries_;
  if (const auto fault = discovery_.next()) {
    return {{"code", fault->code.value_or(0)}, {"msg", "refused on request"}};
  }
  if (connections_.size() >= kMost) return {{"code", kCrowded}, {"msg", "too many connections"}};
  const std::string ticket = new_id();
  if (tickets_.size() > kKept) tickets_.clear();
  tickets_.insert(ticket);
  const auto config = onebot::json::Document::parse(config_json());
  return {{"code", 0},
          {"msg", ""},
          {"data", Fields{{"URL", fmt::format("ws://{}{}?device_id={}&service_id={}&ticket={}", host, kPath,
                                              1000000 + discoveries_, kService, ticket)},
                          {"ClientConfig", config->root().value()}}}};
}

std::optional<onebot::io::HttpResponse> LongConnections::refuse(const onebot::io::HttpRequest& upgrade) {
  if (upgrade.url != kPath) return onebot::io::HttpResponse{404, {}, ""};
  const auto refusal = [](std::int64_t status, std::string_view why, std::int64_t code) {
    return onebot::io::HttpResponse{403,
                                    {{"Handshake-Status", fmt::format("{}", status)},
                                     {"Handshake-Msg", std::string(why)},
                                     {"Handshake-Autherrcode", fmt::format("{}", code)}},
                                    ""};
  };
  if (const auto fault = handshake_.next()) {
    return refusal(fault->status.value_or(514), "refused on request", fault->code.value_or(0));
  }
  const auto ticket = tickets_.find(onebot::io::query_param(upgrade.query, "ticket").value_or(""));
  if (ticket == tickets_.end()) return refusal(514, "the ticket is used or unknown", 1000040344);
  tickets_.erase(ticket);
  return std::nullopt;
}

onebot::io::WebSocketPeer* LongConnections::accept(const onebot::io::HttpRequest&,
                                                   std::unique_ptr<onebot::io::WebSocket> socket) {
  ++opened_;
  return connections_.add(std::make_unique<Connection>(*this, std::move(socket)));
}

onebot::io::Owner LongConnections::send(std::string_view type, std::string_view body, Done done) {
  const std::string id = new_id();
  Expected& expected = expected_[id];
  expected.done = std::move(done);
  const milliseconds patience = is_open() ? settings_.patience : milliseconds(0);
  expected.timer = loop_.after(patience, [this, id] { finish(id, 0, "nothing was acknowledged"); });
  if (is_open()) {
    const auto lot = static_cast<unsigned char>(onebot::crypto::random_bytes(1).front());
    Connection* chosen = connections_.all()[lot % connections_.size()];
    for (const Frame& frame : frames_of(type, id, body)) chosen->send(frame);
  }
  return std::make_unique<Expecting>(*this, id);
}

std::vector<Frame> LongConnections::frames_of(std::string_view type, const std::string& id, std::string_view body) {
  const std::size_t count = std::clamp<std::size_t>(settings_.parts, 1, std::max<std::size_t>(body.size(), 1));
  const std::string trace = new_id(), now = milliseconds_text(loop_.wall());
  std::vector<Frame> frames;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t from = body.size() * i / count, to = body.size() * (i + 1) / count;
    frames.push_back({.seq = ++number_,
                      .log = number_,
                      .service = kService,
                      .method = Frame::kData,
                      .headers = {{"type", std::string(type)},
                                  {"message_id", id},
                                  {"sum", fmt::format("{}", count)},
                                  {"seq", fmt::format("{}", i)},
                                  {"trace_id", trace},
                                  {"timestamp", now},
                                  {"instance_id", "simulator"}},
                      .payload = std::string(body.substr(from, to - from))});
  }
  if (settings_.lost > 0) {
    --settings_.lost;
    frames.pop_back();
  }
  if (settings_.doubled) {
    for (std::size_t i = frames.size(); i > 0; --i)
      frames.insert(frames.begin() + static_cast<std::ptrdiff_t>(i), Frame(frames[i - 1]));
  }
  if (settings_.reversed) std::ranges::reverse(frames);
  return frames;
}

void LongConnections::acknowledged(const Frame& frame) {
  const std::string id(frame.header("message_id"));
  const auto body = onebot::json::Document::parse(frame.payload);
  const View root = body ? body->root() : View();
  const int code = small(root.at("code"), 0);
  const auto shown = onebot::crypto::base64_decode(root.at("data").str());
  if (acknowledgements_.size() >= kKept) acknowledgements_.pop_front();
  acknowledgements_.push_back(
      {{"message_id", id}, {"code", code}, {"answer", shown.value_or("")}, {"biz_rt", frame.header("biz_rt")}});
  if (!expected_.contains(id)) ++unexpected_;
  finish(id, code, shown.value_or(""));
}

void LongConnections::finish(const std::string& id, int status, std::string answer) {
  auto expected = expected_.extract(id);
  if (!expected.empty()) expected.mapped().done({status, std::move(answer)});
}

Fields LongConnections::state() const {
  onebot::List said(acknowledgements_.begin(), acknowledgements_.end());
  const auto muted = std::ranges::count_if(connections_.all(), [](const auto& one) { return one->muted(); });
  return {{"discoveries", discoveries_},
          {"opened", opened_},
          {"open", static_cast<std::int64_t>(connections_.size())},
          {"muted", std::int64_t{muted}},
          {"pings", pings_},
          {"unexpected_acknowledgements", unexpected_},
          {"acknowledgements", std::move(said)}};
}

}  // namespace feishu::simulator
