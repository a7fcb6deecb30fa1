#include "adapters/qq/simulator/chats.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <iterator>
#include <utility>

namespace qq::simulator {
namespace {

using onebot::json::View;
using namespace std::chrono_literals;

constexpr int kTyping = 6;  // a notice, and no message

constexpr Refusal kEmpty{400, 50006, "the message is empty"};
constexpr Refusal kBadBody{400, 50037, "the body is not understood"};
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
  std::string_view path{}, files{};
  std::chrono::minutes window{5};
  std::size_t answers = 0;
  std::chrono::minutes recall{0};
};
constexpr SceneRules kScenes[] = {{Scene::user, "/v2/users/", "c2c", 60min, 4, 2min},
                                  {Scene::group, "/v2/groups/", "group", 5min, 5, 2min},
                                  {Scene::channel, "/channels/", "", 5min},
                                  {Scene::dm, "/dms/", "", 5min}};
const SceneRules& rules_of(Scene scene) { return kScenes[static_cast<std::size_t>(scene)]; }

bool cut(std::string_view& text, std::string_view head) {
  if (!text.starts_with(head)) return false;
  text.remove_prefix(head.size());
  return true;
}

}  // namespace

std::optional<ChatPath> read_chat_path(std::string_view path) {
  const auto* rules =
      std::ranges::find_if(kScenes, [path](const SceneRules& one) { return path.starts_with(one.path); });
  if (rules == std::end(kScenes)) return std::nullopt;
  ChatPath chat{.scene = rules->scene};
  path.remove_prefix(rules->path.size());
  const auto slash = path.find('/');
  if (slash == 0 || slash == std::string_view::npos) return std::nullopt;
  chat.openid = path.substr(0, slash);
  path.remove_prefix(slash);
  if (!cut(path, "/messages")) return std::nullopt;
  if (path.empty()) return chat;
  if (!cut(path, "/") || path.empty() || path.find("/reactions/") != std::string_view::npos) return std::nullopt;
  chat.message_id = path;
  return chat;
}

std::string platform_time(double wall) {
  const std::time_t shifted = static_cast<std::time_t>(wall) + 8 * 3600;
  std::tm parts{};
  gmtime_r(&shifted, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}+08:00", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                     parts.tm_hour, parts.tm_min, parts.tm_sec);
}

void Chats::can_answer(const std::string& id, std::string_view openid, Scene scene) {
  if (id.empty() || openid.empty()) return;
  if (!answerable_.emplace(id, Answerable{std::string(openid), scene, loop_.now()}).second) return;
  answerable_order_.push_back(id);
  if (answerable_order_.size() <= kMostAnswerable) return;
  answerable_.erase(answerable_order_.front());
  answerable_order_.pop_front();
}

std::optional<Refusal> Chats::check_answer(const ChatPath& chat, View body) {
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

std::optional<Refusal> Chats::check_content(const ChatPath& chat, View body) const {
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
  if (type == 7 && knows_file_ && !knows_file_(file, rules_of(chat.scene).files)) return kNoFile;
  return std::nullopt;
}

std::expected<onebot::Fields, Refusal> Chats::send(const ChatPath& chat, const std::string& path, View body) {
  if (!body.is_object()) return std::unexpected(kBadBody);
  if (refusals_left_ > 0) {
    --refusals_left_;
    return std::unexpected(refusal_);
  }
  if (auto refusal = check_content(chat, body)) return std::unexpected(*refusal);
  if (auto refusal = check_answer(chat, body)) return std::unexpected(*refusal);

  if (body.at("msg_type").integer() == kTyping) return onebot::Fields{};
  const std::string id =
      fmt::format("ROBOT1.0_sim{:x}.{:06}-sent!", static_cast<std::uint64_t>(loop_.wall() * 1000), ++number_);
  sent_.push_back({id, chat.openid, path, loop_.now(), body.value()});
  if (sent_.size() > kMostSent) sent_.pop_front();
  return onebot::Fields{{"id", id},
                        {"timestamp", platform_time(loop_.wall())},
                        {"ext_info", onebot::Fields{{"ref_idx", fmt::format("REFIDX_sim{:06}==", number_)}}}};
}

std::expected<void, Refusal> Chats::recall(const ChatPath& chat) {
  const auto found = std::ranges::find(sent_, chat.message_id, &Sent::id);
  if (found == sent_.end() || found->openid != chat.openid || found->recalled) return std::unexpected(kUnknownMessage);
  const auto limit = rules_of(chat.scene).recall;
  if (limit > 0min && loop_.now() - found->at > limit) return std::unexpected(kTooOld);
  found->recalled = true;
  return {};
}

void Chats::refuse_next(int code, int status, int count) {
  refusal_ = {status, code, "refused because the test wants it"};
  refusals_left_ = count;
}

void Chats::withdraw(std::string_view message_id) {
  std::erase_if(sent_, [&](const Sent& message) { return message.id == message_id; });
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
