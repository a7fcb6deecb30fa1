#include "adapters/feishu/events/fields.h"

#include "adapters/feishu/account.h"
#include "adapters/feishu/events/redaction.h"
#include "onebot/times.h"

#include <initializer_list>

namespace feishu {
namespace {

const Account& account_in(const Self& self) { return static_cast<const Account&>(self); }

// Ids that lie side by side under other names than usual.
std::string chosen(View open_id, View union_id, View user, const Account& account) {
  if (is_self(open_id, account)) return account.user_id;
  const View by_type[] = {open_id, union_id, user};
  std::string id = by_type[static_cast<std::size_t>(account.id_type)].text();
  for (const View other : by_type) {
    if (id.empty()) id = other.text();
  }
  return id;
}

// "join" by oneself, "invite" by another, "" when nobody is named.
std::string join_by(const std::string& actor, const std::string& user) {
  return actor.empty() ? "" : actor == user ? "join" : "invite";
}

// One who leaves is named as the operator, or nobody is.
std::string leave_by(const std::string& actor, const std::string& user) {
  return actor.empty() || actor == user ? "leave" : "kick";
}

std::string text_of(const Value& value) { return std::get<std::string>(value); }

}  // namespace

Value sender(View native, View, const Self& self) {
  return first_id({native.at("sender.sender_id"), native.at("sender.id"), native.at("sender")}, account_in(self));
}

Value legacy_actor(View native, View, const Self& self) {
  return chosen(native.at("open_id"), native.at("union_id"), native.at("employee_id"), account_in(self));
}

Value legacy_sender(View native, View item, const Self& self) { return legacy_actor(native, item, self); }

Value reader(View native, View, const Self& self) { return user_id(native.at("reader.reader_id"), account_in(self)); }

Value operator_id(View native, View, const Self& self) { return user_id(native.at("operator_id"), account_in(self)); }

Value menu_operator(View native, View, const Self& self) {
  return user_id(native.at("operator.operator_id"), account_in(self));
}

Value acting(View native, View, const Self& self) { return user_id(native.at("operator"), account_in(self)); }

Value legacy_operator(View native, View, const Self& self) {
  return chosen(native.at("operator_open_id"), native.at("operator_union_id"), native.at("operator_employee_id"),
                account_in(self));
}

Value card_actor(View native, View, const Self& self) { return user_id(native, account_in(self)); }

Value card_operator(View native, View, const Self& self) {
  return first_id({native.at("operator"), native.at("operator.operator_id"), native}, account_in(self));
}

Value friend_id(View native, View, const Self& self) { return user_id(native.at("user"), account_in(self)); }

Value listed_user(View, View item, const Self& self) {
  return first_id({item.at("user_id"), item.is_object() ? item : View()}, account_in(self));
}

Value legacy_listed_user(View, View item, const Self& self) { return user_id(item, account_in(self)); }

Value inviter(View native, View, const Self& self) { return user_id(native.at("inviter.id"), account_in(self)); }

Value meeting_operator(View native, View, const Self& self) {
  return user_id(native.at("operator.id"), account_in(self));
}

Value learner(View native, View, const Self& self) { return user_id(native.at("learner.user_id"), account_in(self)); }

Value applicant(View native, View, const Self& self) { return user_id(native.at("start_user"), account_in(self)); }

Value assignee(View native, View, const Self& self) { return user_id(native.at("assigned_user"), account_in(self)); }

Value reactor(View native, View, const Self& self) {
  const std::string person = user_id(native.at("user_id"), account_in(self));
  return person.empty() ? known_as(native.at("app_id").text(), account_in(self)) : person;
}

Value recalled_author(View native, View, const Self& self) {
  const Memory* memory = account_in(self).memory;
  return memory ? memory->author(native.at("message_id").str()) : std::string();
}

// Who recalled a message is told only where it is its author.
Value recall_operator(View native, View item, const Self& self) {
  return native.at("recall_type").str() == "message_owner" ? recalled_author(native, item, self) : Value("");
}

Value reaction_chat(View native, View, const Self& self) {
  const Memory* memory = account_in(self).memory;
  return memory ? memory->chat_of(native.at("message_id").str()) : std::string();
}

// A chat of which nobody has said that it is a group is not taken for one.
Value reaction_group(View native, View item, const Self& self) {
  const std::string chat = text_of(reaction_chat(native, item, self));
  return !chat.empty() && account_in(self).memory->is_group(chat) ? chat : std::string();
}

Value card_group(View native, View, const Self& self) {
  std::string chat = native.at("context.open_chat_id").text();
  if (chat.empty()) chat = native.at("open_chat_id").text();
  const Memory* memory = account_in(self).memory;
  return !memory || memory->is_group(chat) ? chat : std::string();
}

Value last_message_time(View native, View, const Self&) {
  const double time = onebot::any_time(native.at("last_message_create_time"));
  return time > 0 ? Value(time) : Value();
}

Value whole(View native, View, const Self& self) { return as_told(native, account_in(self)); }

std::string recall_kind(View native, View, const Self&) {
  return native.at("recall_type").str() == "message_owner" ? "recall" : "delete";
}

std::string join_kind(View native, View item, const Self& self) {
  return join_by(text_of(operator_id(native, item, self)), text_of(listed_user(native, item, self)));
}

std::string leave_kind(View native, View item, const Self& self) {
  return leave_by(text_of(operator_id(native, item, self)), text_of(listed_user(native, item, self)));
}

std::string own_leave_kind(View native, View, const Self& self) {
  return is_self(native.at("operator_id"), account_in(self)) ? "leave" : "kick";
}

std::string legacy_join_kind(View native, View item, const Self& self) {
  return join_by(text_of(acting(native, item, self)), text_of(legacy_listed_user(native, item, self)));
}

std::string legacy_leave_kind(View native, View item, const Self& self) {
  return leave_by(text_of(acting(native, item, self)), text_of(legacy_listed_user(native, item, self)));
}

}  // namespace feishu
