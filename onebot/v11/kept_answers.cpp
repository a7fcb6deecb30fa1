#include "onebot/v11/kept_answers.h"

#include "onebot/encoding.h"
#include "onebot/json_write.h"
#include "onebot/params.h"
#include "onebot/v11/logged_event.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace onebot::v11 {
namespace {

// The platform means it, and would say it again.
constexpr std::array kLasting = {Retcode::refused,     Retcode::forbidden,      Retcode::not_in_chat,
                                 Retcode::no_relation, Retcode::unknown_user,   Retcode::unknown_group,
                                 Retcode::muted,       Retcode::unknown_channel};

// Events that change what is known, by their names without a prefix, and which list it is.
struct Change {
  std::string_view detail{};
  std::string_view list = "get_group_list";
};
constexpr std::array kChanges = std::to_array<Change>({{"friend_increase", "get_friend_list"},
                                                       {"friend_decrease", "get_friend_list"},
                                                       {"group_member_increase"},
                                                       {"group_member_decrease"},
                                                       {"group_updated"},
                                                       {"guild_member_increase"},
                                                       {"guild_member_decrease"},
                                                       {"guild_member_update"},
                                                       {"guild_update"},
                                                       {"channel_member_increase"},
                                                       {"channel_member_decrease"},
                                                       {"channel_create"},
                                                       {"channel_delete"},
                                                       {"channel_update"}});

// A group, a guild with all its channels, or neither: what is of the bot alone.
std::string about(std::string_view bot, const Fields& fields) {
  const std::string_view guild = text_of(fields, "guild_id");
  return fmt::format("{}\n{}", bot, guild.empty() ? text_of(fields, "group_id") : guild);
}

std::string question_of(const Action& question) {
  return fmt::format("{}\n{}", question.name, json::write(question.params));
}

}  // namespace

std::optional<ActionResult> KeptAnswers::find(std::string_view bot, const Action& question, bool anew,
                                              std::chrono::milliseconds now) const {
  const auto found = by_question_.find(Key(about(bot, question.params), question_of(question)));
  if (found == by_question_.end()) return std::nullopt;
  const Kept& kept = *found->second;
  if (now - kept.at >= (anew ? kAnew : kFresh)) return std::nullopt;
  if (kept.error) return std::unexpected(*kept.error);
  auto data = decode(kept.data, Encoding::json);
  return data ? std::optional<ActionResult>(*std::move(data)) : std::nullopt;
}

void KeptAnswers::keep(std::string_view bot, const Action& question, const ActionResult& answer, std::uint64_t changes,
                       std::chrono::milliseconds now) {
  const bool lasts = answer || std::ranges::find(kLasting, answer.error().code) != kLasting.end();
  if (!lasts || changes != changes_) return;
  Kept kept{.key = {about(bot, question.params), question_of(question)}, .at = now};
  if (answer) kept.data = json::write(*answer);
  if (!answer) kept.error = answer.error();
  if (const auto former = by_question_.find(kept.key); former != by_question_.end()) forget(former);
  bytes_ += kept.bytes();
  order_.push_back(std::move(kept));
  by_question_.emplace(order_.back().key, std::prev(order_.end()));
  while (order_.size() > kMost || bytes_ > kMostBytes || now - order_.front().at >= kFresh) {
    forget(by_question_.find(order_.front().key));
    if (order_.empty()) return;
  }
}

void KeptAnswers::on_event(std::string_view bot, const Event& event) {
  if (event.type != "notice") return;
  const auto* change = std::ranges::find(kChanges, without_prefix(event.detail_type), &Change::detail);
  if (change == kChanges.end()) return;
  ++changes_;
  const std::string place = about(bot, event.fields), own = about(bot, {});
  if (place != own) forget(place);
  forget(own, change->list);
}

// What only asks, sends or takes back a message changes nothing that is kept.
void KeptAnswers::on_done(std::string_view bot, const Action& action) {
  const std::string_view name = without_prefix(action.name);
  if (name.starts_with("get_") || name.starts_with("send_") || name == "delete_message") return;
  ++changes_;
  const std::string place = about(bot, action.params), own = about(bot, {});
  if (place != own) forget(place);
  forget(own);
}

// action: of those questions alone; "": of all.
void KeptAnswers::forget(const std::string& about, std::string_view action) {
  auto next = by_question_.lower_bound(Key(about, ""));
  while (next != by_question_.end() && next->first.first == about) {
    const auto at = next++;
    const std::string_view question = at->first.second;
    if (action.empty() || question.substr(0, question.find('\n')) == action) forget(at);
  }
}

void KeptAnswers::forget(std::map<Key, Order::iterator>::iterator question) {
  bytes_ -= question->second->bytes();
  order_.erase(question->second);
  by_question_.erase(question);
}

}  // namespace onebot::v11
