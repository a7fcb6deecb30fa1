#include "adapters/qq/simulator/chats.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <utility>

namespace qq::simulator {
namespace {

using kit::simulator::Call;
using kit::simulator::Fault;
using onebot::json::View;
using namespace std::chrono_literals;

constexpr int kTyping = 6;  // a notice, and no message
constexpr int kUnderReview = 304023;
constexpr std::string_view kWaitHeader = "Retry-After";

constexpr Refusal kEmpty{400, 50006, "the message is empty"};
constexpr Refusal kUnknownAnswered{400, 40034024, "msg_id or event_id is not valid"};
constexpr Refusal kTooLate{400, 40034005, "the message can no longer be answered"};
constexpr Refusal kTooMany{400, 40034128, "the message was answered too often"};
constexpr Refusal kDuplicate{400, 40054005, "the message was sent already, check msg_seq"};
constexpr Refusal kUnknownMessage{400, 40061001, "there is no such message"};
constexpr Refusal kTooOld{400, 40064004, "the message is too old to be taken back"};
constexpr Refusal kNoFile{400, 40034004, "file_info is not valid here"};

// How long and how often something can be answered; how long a message can be taken back. 0: always.
struct SceneRules {
  Scene scene = Scene::user;
  std::string_view path{}, openid{};  // of its messages; what events call who or where it is
  std::string_view files{};           // "" = it names none
  std::chrono::minutes window{5};
  std::size_t answers = 0;
  std::chrono::minutes recall{0};
};
constexpr SceneRules kScenes[] = {{Scene::user, "/v2/users/{chat}/messages", "user_openid", "c2c", 60min, 4, 2min},
                                  {Scene::group, "/v2/groups/{chat}/messages", "group_openid", "group", 5min, 5, 2min},
                                  {Scene::channel, "/channels/{chat}/messages", "channel_id"},
                                  {Scene::dm, "/dms/{chat}/messages", "guild_id"}};
const SceneRules& rules_of(Scene scene) { return kScenes[static_cast<std::size_t>(scene)]; }

std::string_view audit_of(const Fault& fault) { return onebot::text_of(fault.entry, "audit"); }

}  // namespace

std::string platform_time(double wall) {
  const std::time_t shifted = static_cast<std::time_t>(wall) + 8 * 3600;
  std::tm parts{};
  gmtime_r(&shifted, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}+08:00", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                     parts.tm_hour, parts.tm_min, parts.tm_sec);
}

Chats::Chats(onebot::io::Loop& loop, kit::simulator::Faults& faults, KnowsFile knows, onebot::Shown shown, Emit emit)
    : loop_(loop), faults_(faults), knows_file_(std::move(knows)), shown_(std::move(shown)), emit_(std::move(emit)) {}

void Chats::add_to(kit::simulator::Routes& routes) {
  for (const SceneRules& rules : kScenes) {
    const auto chat = [scene = rules.scene](const Call& call) { return Chat{scene, std::string(call.id("chat"))}; };
    routes.add({"POST", std::string(rules.path), [this, chat](const Call& call) { return send(chat(call), call); }});
    routes.add({"DELETE", fmt::format("{}/{{message}}", rules.path),
                [this, chat](const Call& call) { return recall(chat(call), call.id("message")); }});
  }
}

void Chats::can_answer(const std::string& id, std::string_view openid, Scene scene) {
  if (id.empty() || openid.empty()) return;
  if (!answerable_.emplace(id, Answerable{std::string(openid), scene, loop_.now()}).second) return;
  answerable_order_.push_back(id);
  if (answerable_order_.size() <= kMostAnswerable) return;
  answerable_.erase(answerable_order_.front());
  answerable_order_.pop_front();
}

std::optional<Refusal> Chats::check_answer(const Chat& chat, View body) {
  const std::string id = body.at("msg_id").is_null() ? body.at("event_id").text() : body.at("msg_id").text();
  if (id.empty()) return std::nullopt;  // an active message
  const auto found = answerable_.find(id);
  if (found == answerable_.end() || found->second.openid != chat.openid || found->second.scene != chat.scene) {
    return kUnknownAnswered;
  }
  Answerable& answered = found->second;
  const SceneRules& rules = rules_of(chat.scene);
  if (loop_.now() - answered.at > rules.window) return kTooLate;
  if (rules.answers == 0) return std::nullopt;
  const std::int64_t seq = body.at("msg_seq").integer().value_or(1);
  if (answered.used.contains(seq)) return kDuplicate;
  if (answered.used.size() >= rules.answers) return kTooMany;
  answered.used.insert(seq);
  return std::nullopt;
}

std::chrono::milliseconds Chats::age_of(std::string_view id) const {
  const auto found = answerable_.find(id);
  return found == answerable_.end() ? 0ms : loop_.now() - found->second.at;
}

std::optional<Refusal> Chats::check_content(const Chat& chat, View body) const {
  const bool has_content = !body.at("content").str().empty();
  if (rules_of(chat.scene).answers == 0) {
    for (const std::string_view part : {"embed", "ark", "image", "markdown", "file_image"}) {
      if (!body.at(part).is_null()) return std::nullopt;
    }
    return has_content ? std::nullopt : std::optional(kEmpty);
  }
  const auto type = body.at("msg_type").integer().value_or(0);
  if (type == 0 && !has_content) return kEmpty;
  if (type == 2 && !body.at("markdown").is_object()) return kEmpty;
  if (type == 7 && !body.at("media").is_object()) return kEmpty;
  if (type < 0 || type > 7) return kBadBody;
  const std::string_view file = body.at("media.file_info").str();
  if (type == 7 && !knows_file_(file, rules_of(chat.scene).files)) return kNoFile;
  return std::nullopt;
}

Reply Chats::keep(const Chat& chat, const std::string& path, View body) {
  if (!body.is_object()) return refused(kBadBody);
  if (auto refusal = check_content(chat, body)) return refused(*refusal);
  if (auto refusal = check_answer(chat, body)) return refused(*refusal);

  if (body.at("msg_type").integer() == kTyping) return kit::simulator::told(onebot::Fields{});
  const std::string id =
      fmt::format("ROBOT1.0_sim{:x}.{:06}-sent!", static_cast<std::uint64_t>(loop_.wall() * 1000), ++number_);
  sent_.push_back({id, chat.openid, path, loop_.now(), body.value()});
  if (sent_.size() > kMostSent) sent_.pop_front();
  return kit::simulator::told(
      onebot::Fields{{"id", id},
                     {"timestamp", platform_time(loop_.wall())},
                     {"ext_info", onebot::Fields{{"ref_idx", fmt::format("REFIDX_sim{:06}==", number_)}}}});
}

Reply Chats::recall(const Chat& chat, std::string_view message_id) {
  const auto found = std::ranges::find(sent_, message_id, &Sent::id);
  if (found == sent_.end() || found->openid != chat.openid || found->recalled) return refused(kUnknownMessage);
  const auto limit = rules_of(chat.scene).recall;
  if (limit > 0min && loop_.now() - found->at > limit) return refused(kTooOld);
  found->recalled = true;
  return kit::simulator::told(onebot::Fields{});
}

Reply Chats::send(const Chat& chat, const Call& call) {
  // A picture for a guild comes as a form; that it is there is all that counts here.
  const auto form = onebot::json::Document::parse(R"({"file_image": true})");
  const View body = call.is_form() ? form->root() : call.body;
  const auto fault = faults_.next();
  const bool under_review = fault && !audit_of(*fault).empty();
  if (fault && !fault->taken && !under_review) return fault->reply(kWaitHeader);
  Reply sent = keep(chat, call.request.url, body);
  if (sent.code != 0) return sent;
  if (under_review)
    return review(*fault, chat, std::string(onebot::text_of(std::get<onebot::Fields>(sent.content), "id")));
  if (shown_) shown_(chat.openid, body.at("content").str());
  return fault ? fault->reply(kWaitHeader) : sent;
}

Reply Chats::review(const Fault& fault, const Chat& chat, const std::string& message_id) {
  const std::string audit_id = fmt::format("audit-{}", ++number_);
  reviews_[audit_id] =
      loop_.after(fault.after, [this, result = std::string(audit_of(fault)), chat, audit_id, message_id] {
        const auto ended = reviews_.extract(audit_id);
        reviewed(result, chat, audit_id, message_id);
      });
  return kit::simulator::whole(
      onebot::Fields{{"code", fault.code.value_or(kUnderReview)},
                     {"message", "push message is waiting for audit now"},
                     {"data", onebot::Fields{{"message_audit", onebot::Fields{{"audit_id", audit_id}}}}}},
      kit::simulator::small(fault.status.value_or(202)));
}

void Chats::reviewed(std::string_view result, const Chat& chat, const std::string& audit_id,
                     const std::string& message_id) {
  const bool passed = result == "pass";
  if (!passed) std::erase_if(sent_, [&](const Sent& message) { return message.id == message_id; });
  const std::string now = platform_time(loop_.wall());
  onebot::Fields content{{"audit_id", audit_id}, {"audit_time", now}, {"create_time", now}};
  if (passed) content.push_back({"message_id", message_id});
  content.push_back({std::string(rules_of(chat.scene).openid), chat.openid});
  const std::string_view name = passed ? "MESSAGE_AUDIT_PASS" : "MESSAGE_AUDIT_REJECT";
  emit_(name, fmt::format("{}:{}", name, audit_id), content);
}

onebot::List Chats::sent() const {
  onebot::List all;
  for (const Sent& message : sent_) {
    all.push_back(onebot::Fields{
        {"id", message.id}, {"path", message.path}, {"recalled", message.recalled}, {"body", message.body}});
  }
  return all;
}

}  // namespace qq::simulator
