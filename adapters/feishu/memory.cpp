#include "adapters/feishu/memory.h"

#include "adapters/feishu/account.h"
#include "adapters/feishu/events/native.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace feishu {
namespace {

using onebot::Record;
using onebot::json::View;

constexpr std::string_view kChatRecord = "private_chat", kAliasRecord = "alias", kSentRecord = "sent";

std::vector<std::string> words(std::string_view text) {
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

void Memory::recall(onebot::EventSink& events) {
  for (const Record& record : events.recall(kChatRecord)) chats.set(record.key, true);
  for (const Record& record : events.recall(kAliasRecord)) aliases.set(record.key, record.value);
  for (const Record& record : events.recall(kSentRecord)) groups_of_sent.set(record.key, words(record.value));
}

std::vector<Record> Memory::learn(const Native& native, const std::vector<onebot::Event>& events,
                                  const Account& account) {
  std::vector<Record> records;
  for (const onebot::Event& event : events) {
    if (auto record = learn_chat_of(event, account)) records.push_back(*std::move(record));
  }
  const onebot::Trait* writer = native.trait(onebot::Trait::Kind::written_by);
  auto alias = writer ? learn_alias(native.at(writer->path), account) : std::nullopt;
  if (alias) records.push_back(*std::move(alias));
  if (const auto group = group_with_other_members(native)) members.forget(*group);
  return records;
}

std::optional<Record> Memory::learn_chat_of(const onebot::Event& event, const Account& account) {
  const std::string_view chat = onebot::text_of(event.fields, account.extension("chat_id"));
  if (event.type == "message") {
    messages.set(onebot::text_of(event.fields, "message_id"),
                 {std::string(onebot::text_of(event.fields, "user_id")), std::string(chat)});
    learn_thread(event, account);
    return learn_chat(chat, event.detail_type == "private");
  }
  if (event.detail_type == "friend_increase" || event.detail_type.ends_with(".p2p_chat_entered")) {
    return learn_chat(chat, true);
  }
  if (!event.detail_type.starts_with("group_member_")) return std::nullopt;
  return learn_chat(onebot::text_of(event.fields, "group_id"), false);
}

void Memory::learn_thread(const onebot::Event& message, const Account& account) {
  const auto told = [&](std::string_view name) { return onebot::text_of(message.fields, account.extension(name)); };
  const std::string_view id = onebot::text_of(message.fields, "message_id"), thread = told("thread_id");
  const std::string_view first = told("root_id").empty() ? id : told("root_id");
  const bool topics = told("chat_type") == "topic_group";
  if (topics) topic_chats.set(told("chat_id"), true);
  if (topics || !thread.empty()) threads.add(id, thread.empty() ? first : thread, first);
}

std::optional<Record> Memory::learn_chat(std::string_view chat, bool is_private) {
  const bool known = is_private == this->is_private(chat);
  chats.set(chat, is_private);
  if (!is_private || known) return std::nullopt;
  return Record{std::string(kChatRecord), std::string(chat), "p2p"};
}

std::optional<Record> Memory::learn_alias(View sender, const Account& account) {
  if (account.dialect().send_by == account.id_type || is_self(sender, account)) return std::nullopt;
  const std::string known_as = user_id(sender, account);
  std::string alias = sender.at(kIdTypeNames[static_cast<std::size_t>(account.dialect().send_by)]).text();
  const std::string* old = aliases.find(known_as);
  if (alias.empty() || (old && *old == alias)) return std::nullopt;
  aliases.set(known_as, alias);
  return Record{std::string(kAliasRecord), known_as, std::move(alias)};
}

Record Memory::keep_sent(std::vector<std::string> ids) {
  Record record{.kind = std::string(kSentRecord), .key = ids.front()};
  for (const std::string& id : ids) record.value += (record.value.empty() ? "" : " ") + id;
  groups_of_sent.set(record.key, std::move(ids));
  return record;
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
