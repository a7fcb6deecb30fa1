#include "adapters/qq/events/fields.h"

#include "adapters/qq/events/scalars.h"
#include "adapters/qq/events/segments_people.h"
#include "adapters/qq/events/segments_quote.h"
#include "onebot/event_rule.h"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace qq {
namespace {

struct Word {
  std::string_view native{};
  std::string_view word{};
};

template <std::size_t size>
std::string_view lookup(const std::array<Word, size>& words, std::string_view native) {
  for (const Word& word : words) {
    if (word.native == native) return word.word;
  }
  return {};
}

constexpr std::array<Word, 9> kTargets = {{{"0", "message"},
                                           {"1", "thread"},
                                           {"2", "comment"},
                                           {"3", "reply"},
                                           {"ReactionTargetType_MSG", "message"},
                                           {"ReactionTargetType_FEED", "thread"},
                                           {"ReactionTargetType_COMMNENT", "comment"},  // QQ's spelling
                                           {"ReactionTargetType_COMMENT", "comment"},
                                           {"ReactionTargetType_REPLY", "reply"}}};

constexpr std::array<Word, 9> kInteractions = {{{"11", "qq.button"},
                                                {"12", "qq.menu"},
                                                {"13", "qq.feedback"},
                                                {"14", "qq.clear_session"},
                                                {"15", "qq.story"},
                                                {"16", "qq.switch_model"},
                                                {"18", "qq.authorize_user"},
                                                {"19", "qq.authorize_group"},
                                                {"20", "qq.authorize_group_status"}}};

std::string target_word(View kind) {
  std::string native = kind.text();
  const std::string_view known = lookup(kTargets, native);
  return known.empty() ? native : std::string(known);
}

bool by_itself(View who, View operator_id) { return operator_id.text().empty() || operator_id.text() == who.text(); }

// Rich text is JSON, or JSON in a string. nullopt: neither.
std::optional<onebot::json::Document> unpack(View view) {
  const std::string_view text = view.str();
  if (!text.starts_with('{') && !text.starts_with('[')) return {};
  auto parsed = onebot::json::Document::parse(text, {.bytes = 1 << 20, .depth = 32});
  if (!parsed) return {};
  return *std::move(parsed);
}

// Both forms say their text in elements: {"text": {"text": ...}} in paragraphs, or {"text_info": {"text": ...}}.
void append_elements(std::string& out, View elements) {
  constexpr std::string_view kPaths[] = {
      "text.text",       "text_info.text",           "url.desc", "url_info.display_text", "at_info.user_info.nick",
      "emoji_info.name", "channel_info.channel_name"};
  for (std::size_t i = 0; i < elements.size(); ++i) {
    for (const std::string_view path : kPaths) out += elements[i].at(path).str();
  }
}

std::string flatten(View rich) {
  std::string out;
  if (rich.is_array()) {
    append_elements(out, rich);
    return out;
  }
  const View paragraphs = rich.at("paragraphs");
  for (std::size_t i = 0; i < paragraphs.size(); ++i) {
    if (i > 0) out += '\n';
    append_elements(out, paragraphs[i].at("elems"));
  }
  return out;
}

}  // namespace

Value integer(View view) {
  const auto number = whole(view);
  return number ? Value(*number) : Value();
}

Value if_true(View view) { return is_true(view) ? Value(true) : Value(); }

Value target_kind(View view) { return target_word(view); }

Value rich_value(View view) {
  const auto parsed = unpack(view);
  return parsed ? parsed->root().value() : view.value();
}

Value rich_text(View view) {
  if (const auto parsed = unpack(view)) return flatten(parsed->root());
  return view.is_string() ? std::string(view.str()) : flatten(view);
}

Value message_index(View d, View, const Self&) { return scene_value(d, "msg_idx"); }
Value quoted_index(View d, View, const Self&) { return scene_value(d, "ref_msg_idx"); }
Value always(View, View, const Self&) { return true; }
Value to_me(View d, View, const Self& self) { return !mention_of_self(d, self).is_missing(); }

std::string join_source(View d, View, const Self&) {
  const std::string source = d.at("apply_source").text();
  return source.empty() ? "" : "qq." + source;
}

Value join_comment(View d, View, const Self&) {
  const View verify = d.at("verify_info");
  std::string comment = verify.at("verify_message").text();
  const View answers = verify.at("review_qa_list");
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (!comment.empty()) comment += '\n';
    comment += fmt::format("{}: {}", answers[i].at("question").text(), answers[i].at("answer").text());
  }
  return comment;
}

std::string interaction_kind(View d, View, const Self&) {
  const std::string kind = onebot::locate("data.type|type", d).text();
  const std::string_view known = lookup(kInteractions, kind);
  if (kind.empty() || !known.empty()) return std::string(known);
  return fmt::format("qq.type_{}", kind);
}

std::string guild_entry(View d, View, const Self&) {
  return by_itself(d.at("user.id"), d.at("op_user_id")) ? "join" : "invite";
}

std::string guild_exit(View d, View, const Self&) {
  return by_itself(d.at("user.id"), d.at("op_user_id")) ? "leave" : "kick";
}

std::string guild_deletion(View d, View, const Self&) {
  const std::string author = d.at("message.author.id").text();
  if (author.empty()) return "";
  return author == d.at("op_user.id").text() ? "recall" : "delete";
}

Value reacted_message(View d, View, const Self&) {
  const View target = d.at("target");
  return target_word(target.at("type")) == "message" ? target.at("id").text() : "";
}

Value reacted_other(View d, View, const Self&) {
  const View target = d.at("target");
  return target_word(target.at("type")) == "message" ? "" : target.at("id").text();
}

}  // namespace qq
