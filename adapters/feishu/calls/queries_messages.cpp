#include "adapters/feishu/calls/queries_messages.h"

#include "adapters/feishu/events/segments.h"
#include "adapters/feishu/messages/compose.h"
#include "onebot/crypto.h"
#include "onebot/segment.h"
#include "onebot/times.h"

#include <fmt/format.h>

#include <utility>

namespace feishu {
namespace {

using onebot::fail;
using onebot::Fields;
using onebot::List;
using onebot::Result;
using onebot::Retcode;
using onebot::Value;
using onebot::json::View;

constexpr std::size_t kMostCard = 30 << 10;

// A message as the REST interface shows it, in the words of a received one.
Value message_fields(View message, const Account& account) {
  const Fields as_pushed{{"message", Fields{{"message_id", message.at("message_id").text()},
                                            {"message_type", message.at("msg_type").text()},
                                            {"content", message.at("body.content").text()},
                                            {"mentions", message.at("mentions").value()}}}};
  Fields out{
      {"message_id", message.at("message_id").text()},
      {"time", onebot::any_time(message.at("create_time"))},
      {"user_id", message.at("sender.id").str() == account.app_id ? account.user_id : message.at("sender.id").text()}};
  const auto document = onebot::json::Document::parse(onebot::json::write(as_pushed));
  if (document) {
    const auto read = read_message(document->root(), account);
    List segments;
    for (const onebot::Segment& segment : read.value_or(onebot::Message{})) {
      segments.push_back(Fields{{"type", segment.type}, {"data", segment.data}});
    }
    out.push_back({"message", std::move(segments)});
  }
  struct Copied {
    std::string_view name{}, from{};
  };
  constexpr Copied kCopied[] = {
      {"message_type", "msg_type"},         {"chat_id", "chat_id"},     {"root_id", "root_id"},
      {"parent_id", "parent_id"},           {"thread_id", "thread_id"}, {"upper_message_id", "upper_message_id"},
      {"sender_type", "sender.sender_type"}};
  for (const Copied& copied : kCopied) {
    const std::string text = message.at(copied.from).text();
    if (!text.empty()) out.push_back({account.extension(copied.name), text});
  }
  out.push_back({account.extension("deleted"), message.at("deleted").boolean()});
  return out;
}

List messages_of(View items, const Account& account) {
  List out;
  for (std::size_t i = 0; i < items.size(); ++i) out.push_back(message_fields(items[i], account));
  return out;
}

// The text of a card given as an object or as JSON text.
Result<std::string> card_param(const Fields& params) {
  const Value* value = onebot::find(params, "card");
  const auto* object = value ? std::get_if<Fields>(value) : nullptr;
  const auto* text = value ? std::get_if<std::string>(value) : nullptr;
  std::string card = object ? onebot::json::write(*object) : text ? *text : std::string();
  const auto parsed = onebot::json::Document::parse(card);
  if (!parsed || !parsed->root().is_object() || card.size() > kMostCard) {
    return fail(Retcode::bad_param, "card: must be an object or the JSON text of one, of 30 KB at most");
  }
  return card;
}

std::string query_text(const Fields& params, std::string_view name, std::string_view as) {
  const std::string_view text = onebot::text_of(params, name);
  return text.empty() ? std::string() : fmt::format("&{}={}", as, onebot::io::percent_encode(text));
}

std::string query_number(const Fields& params, std::string_view name) {
  const Value* value = onebot::find(params, name);
  const auto* whole = value ? std::get_if<std::int64_t>(value) : nullptr;
  const auto* real = value ? std::get_if<double>(value) : nullptr;
  if (whole) return fmt::format("&{}={}", name, *whole);
  const bool fits = real && *real >= 0 && *real < 1e11;
  return fits ? fmt::format("&{}={}", name, static_cast<std::int64_t>(*real)) : std::string();
}

// A query about one message, by its id.
Result<Query> about(const Asked& asked, std::string_view method, std::string_view path, std::string body = {}) {
  ONEBOT_TRY(id, id_param(asked.params, "message_id"));
  return Query{.request = {.method = std::string(method),
                           .path = std::string(path),
                           .places = {{"id", id, "message_id"}},
                           .body = std::move(body)}};
}

std::string_view id_type(const Asked& asked) { return kIdTypeNames[static_cast<std::size_t>(asked.account.id_type)]; }

}  // namespace

Result<Query> get_message(const Asked& asked) {
  ONEBOT_TRY(query, about(asked, "GET", asked.paths.message));
  query.read = [account = asked.account](View data) -> Result<Value> {
    if (data.at("items").size() > 0) return message_fields(data.at("items")[0], account);
    return fail(Retcode::unknown_message, "message_id: there is no such message");
  };
  return query;
}

Result<Query> get_merge_forward(const Asked& asked) {
  ONEBOT_TRY(query, about(asked, "GET", asked.paths.message));
  query.read = [account = asked.account](View data) -> Result<Value> {
    return Value(Fields{{"messages", messages_of(data.at("items"), account)}});
  };
  return query;
}

Result<Query> get_history(const Asked& asked) {
  const bool thread = onebot::find(asked.params, "thread_id") != nullptr;
  ONEBOT_TRY(id, id_param(asked.params, thread ? "thread_id" : "group_id"));
  std::string path = fmt::format("{}?container_id_type={}&container_id={}", asked.paths.history,
                                 thread ? "thread" : "chat", onebot::io::percent_encode(id));
  for (const std::string_view name : {"start_time", "end_time", "page_size"}) path += query_number(asked.params, name);
  path += query_text(asked.params, "sort_type", "sort_type") + query_text(asked.params, "page_token", "page_token");
  return Query{.request = {.path = std::move(path)}, .read = [account = asked.account](View data) -> Result<Value> {
                 return Value(Fields{{"messages", messages_of(data.at("items"), account)},
                                     {"has_more", data.at("has_more").boolean()},
                                     {"page_token", data.at("page_token").text()}});
               }};
}

Result<Query> edit_message(const Asked& asked) {
  ONEBOT_TRY(message, onebot::read_message_param(asked.params));
  ONEBOT_TRY(composed, compose(message, asked.account.dialect(), {.images = false, .files = false}));
  const Outgoing& first = composed.messages.front();
  const bool can = composed.messages.size() == 1 && (first.msg_type == "text" || first.msg_type == "post");
  if (!can) return fail(Retcode::bad_param, "message: only text and posts can take the place of another message");
  const Fields body{{"msg_type", first.msg_type}, {"content", onebot::json::write(first.content)}};
  return about(asked, "PUT", asked.paths.message, onebot::json::write(body));
}

// The uuid lets it be asked for again without being done again.
Result<Query> forward_message(const Asked& asked) {
  const bool group = onebot::find(asked.params, "group_id") != nullptr;
  ONEBOT_TRY(id, id_param(asked.params, group ? "group_id" : "user_id"));
  const Target target = group ? Target{"chat_id", std::move(id)} : asked.person(id);
  const std::string path =
      fmt::format("{}?receive_id_type={}&uuid={}", asked.paths.forward, target.id_type, onebot::crypto::uuid());
  ONEBOT_TRY(query, about(asked, "POST", path, onebot::json::write(Fields{{"receive_id", target.id}})));
  query.request.repeatable = true;
  query.read = [](View data) -> Result<Value> { return Value(Fields{{"message_id", data.at("message_id").text()}}); };
  return query;
}

Result<Query> update_card(const Asked& asked) {
  ONEBOT_TRY(card, card_param(asked.params));
  return about(asked, "PATCH", asked.paths.message, onebot::json::write(Fields{{"content", card}}));
}

// A token is good for two updates, so a repeat could use the second one up.
Result<Query> update_card_by_token(const Asked& asked) {
  ONEBOT_TRY(token, id_param(asked.params, "token"));
  ONEBOT_TRY(card, card_param(asked.params));
  ONEBOT_TRY(document, onebot::json::Document::parse(card));
  const Fields body{{"token", token}, {"card", document.root().value()}};
  return Query{
      .request = {
          .method = "POST", .path = asked.paths.card_update, .body = onebot::json::write(body), .repeatable = false}};
}

Result<Query> add_reaction(const Asked& asked) {
  ONEBOT_TRY(emoji, id_param(asked.params, "emoji_type"));
  const Fields body{{"reaction_type", Fields{{"emoji_type", emoji}}}};
  ONEBOT_TRY(query, about(asked, "POST", asked.paths.reactions, onebot::json::write(body)));
  query.request.repeatable = false;
  query.read = [](View data) -> Result<Value> { return Value(Fields{{"reaction_id", data.at("reaction_id").text()}}); };
  return query;
}

Result<Query> delete_reaction(const Asked& asked) {
  ONEBOT_TRY(reaction, id_param(asked.params, "reaction_id"));
  ONEBOT_TRY(id, id_param(asked.params, "message_id"));
  return Query{.request = {.method = "DELETE",
                           .path = asked.paths.reaction,
                           .places = {{"id", id, "message_id"}, {"key", reaction, "reaction_id"}}}};
}

Result<Query> get_reactions(const Asked& asked) {
  ONEBOT_TRY(query, about(asked, "GET", asked.paths.reactions));
  query.request.path += "?page_size=50" + query_text(asked.params, "emoji_type", "reaction_type");
  query.item = [account = asked.account](View item) {
    const std::string id = item.at("operator.operator_id").text();
    return Value(Fields{{"reaction_id", item.at("reaction_id").text()},
                        {"emoji_type", item.at("reaction_type.emoji_type").text()},
                        {"user_id", id == account.app_id ? account.user_id : id},
                        {"operator_type", item.at("operator.operator_type").text()},
                        {"time", onebot::any_time(item.at("action_time"))}});
  };
  return query;
}

Result<Query> get_read_users(const Asked& asked) {
  ONEBOT_TRY(query, about(asked, "GET", asked.paths.read_users));
  query.request.path += fmt::format("?user_id_type={}&page_size=100", id_type(asked));
  query.item = [](View item) {
    return Value(Fields{{"user_id", item.at("user_id").text()}, {"time", onebot::any_time(item.at("timestamp"))}});
  };
  return query;
}

Result<Query> urge_message(const Asked& asked) {
  const Value* users = onebot::find(asked.params, "user_ids");
  const auto* list = users ? std::get_if<List>(users) : nullptr;
  if (!list || list->empty() || list->size() > 200) {
    return fail(Retcode::bad_param, "user_ids: must be a list of 1 to 200 ids");
  }
  const std::string path = fmt::format("{}?user_id_type={}", asked.paths.urgent, id_type(asked));
  ONEBOT_TRY(query, about(asked, "PATCH", path, onebot::json::write(Fields{{"user_id_list", *list}})));
  query.request.repeatable = false;
  return query;
}

Result<Query> pin_message(const Asked& asked) {
  ONEBOT_TRY(id, id_param(asked.params, "message_id"));
  return Query{.request = {.method = "POST",
                           .path = asked.paths.pins,
                           .body = onebot::json::write(Fields{{"message_id", id}}),
                           .repeatable = true}};
}

Result<Query> unpin_message(const Asked& asked) { return about(asked, "DELETE", asked.paths.pin); }

Result<Query> get_pins(const Asked& asked) {
  ONEBOT_TRY(id, id_param(asked.params, "group_id"));
  return Query{
      .request = {.path = fmt::format("{}?chat_id={}&page_size=50", asked.paths.pins, onebot::io::percent_encode(id))},
      .item = [](View item) {
        return Value(Fields{{"message_id", item.at("message_id").text()},
                            {"user_id", item.at("operator_id").text()},
                            {"time", onebot::any_time(item.at("create_time"))}});
      }};
}

}  // namespace feishu
