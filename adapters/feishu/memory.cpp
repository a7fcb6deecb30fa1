#include "adapters/feishu/memory.h"

#include "adapters/feishu/account.h"
#include "adapters/feishu/events/native.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace feishu {
namespace {

using onebot::json::View;

// Of groups nothing is written: the platform tells of them again when it is asked.
std::string chat_record(const bool& is_private) { return is_private ? "p2p" : ""; }
std::optional<bool> private_chat(std::string_view) { return true; }

std::string joined(const std::vector<std::string>& ids) { return fmt::format("{}", fmt::join(ids, " ")); }
std::optional<std::vector<std::string>> words(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    if (!word.empty()) out.emplace_back(word);
    text.remove_prefix(std::min(text.size(), word.size() + 1));
  }
  return out;
}

std::optional<std::string> group_with_other_members(const Native& native) {
  const onebot::Trait* chat = native.trait(onebot::Trait::Kind::in);
  if (!chat || chat->scene != static_cast<int>(Chat::with_other_members)) return std::nullopt;
  return native.at(chat->path).text();
}

}  // namespace

Memory::Memory(const onebot::Remember& remember)
    : chats({"private_chat", chat_record, private_chat}, 20'000, remember),
      aliases(kit::text_form("alias"), 20'000, remember),
      groups_of_sent({"sent", joined, words}, 2000, remember) {}

void Memory::recall(onebot::EventSink& events) {
  const auto recalled = [&events](auto& map) { map.recall(events.recall(map.kind())); };
  recalled(chats);
  recalled(aliases);
  recalled(groups_of_sent);
}

void Memory::learn(const Native& native, const std::vector<onebot::Event>& events, const Account& account) {
  for (const onebot::Event& event : events) learn_chat_of(event, account);
  if (const auto* writer = native.trait(onebot::Trait::Kind::written_by)) learn_alias(native.at(writer->path), account);
  if (const auto group = group_with_other_members(native)) members.forget(*group);
}

void Memory::learn_chat_of(const onebot::Event& event, const Account& account) {
  const std::string_view chat = onebot::text_of(event.fields, account.extension("chat_id"));
  if (event.type == "message") {
    messages.set(onebot::text_of(event.fields, "message_id"),
                 {std::string(onebot::text_of(event.fields, "user_id")), std::string(chat)});
    learn_thread(event, account);
    chats.set(chat, event.detail_type == "private");
  } else if (event.detail_type == "friend_increase" || event.detail_type.ends_with(".p2p_chat_entered")) {
    chats.set(chat, true);
  } else if (event.detail_type.starts_with("group_member_")) {
    chats.set(onebot::text_of(event.fields, "group_id"), false);
  }
}

void Memory::learn_thread(const onebot::Event& message, const Account& account) {
  const auto told = [&](std::string_view name) { return onebot::text_of(message.fields, account.extension(name)); };
  const std::string_view id = onebot::text_of(message.fields, "message_id"), thread = told("thread_id");
  const std::string_view first = told("root_id").empty() ? id : told("root_id");
  const bool topics = told("chat_type") == "topic_group";
  if (topics) topic_chats.set(told("chat_id"), true);
  if (topics || !thread.empty()) threads.add(id, thread.empty() ? first : thread, first);
}

void Memory::learn_alias(View sender, const Account& account) {
  if (account.dialect().send_by == account.id_type || is_self(sender, account)) return;
  std::string alias = sender.at(kIdTypeNames[static_cast<std::size_t>(account.dialect().send_by)]).text();
  if (!alias.empty()) aliases.set(user_id(sender, account), std::move(alias));
}

void Memory::keep_sent(std::vector<std::string> ids) {
  const std::string first = ids.front();
  groups_of_sent.set(first, std::move(ids));
}

std::vector<std::string> Memory::sent_with(std::string_view first) const {
  const std::vector<std::string>* all = groups_of_sent.find(first);
  return all ? *all : std::vector<std::string>{std::string(first)};
}

void Memory::learn_names(const onebot::Value& told) {
  if (const auto* list = std::get_if<onebot::List>(&told)) {
    for (const onebot::Value& one : *list) learn_names(one);
  }
  const auto* fields = std::get_if<onebot::Fields>(&told);
  if (fields && onebot::find(*fields, "user_name")) {
    names.set(onebot::text_of(*fields, "user_id"), std::string(onebot::text_of(*fields, "user_name")));
  }
}

}  // namespace feishu
