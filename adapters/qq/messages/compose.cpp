#include "adapters/qq/messages/compose.h"

#include "adapters/kit/tags.h"
#include "onebot/standard.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace qq {
namespace {

using onebot::fail;
using onebot::Fields;
using onebot::List;
using onebot::Retcode;
using onebot::Segment;
using onebot::Status;

struct Draft {
  Chat::Kind kind = Chat::Kind::c2c;
  Composed composed{};
  std::string text{};  // behind the content of the last part, not escaped yet: only together it may be a tag
  bool mention_dropped = false;

  bool guild() const { return kind == Chat::Kind::channel || kind == Chat::Kind::dm; }
};

// What in a text would call somebody or show something, behind its "<".
bool begins_tag(std::string_view behind) {
  constexpr std::string_view kTags[] = {"@", "#", "emoji:", "faceType=", "qqbot-"};
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::ranges::any_of(kTags, [&](std::string_view tag) {
    return std::ranges::equal(behind.substr(0, tag.size()), tag, {}, lower, lower);
  });
}

// Guilds have entities for tags, but none for what calls everybody there without being one. Elsewhere QQ has no way to
// escape a tag, so it is broken.
std::string escaped(std::string_view text, bool guild) {
  constexpr std::string_view kEveryone = "@everyone";
  if (!guild) return kit::without_tags(text, begins_tag);
  std::string out;
  for (const char c : text) {
    out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : std::string(1, c);
  }
  for (auto at = out.find(kEveryone); at != std::string::npos; at = out.find(kEveryone, at)) {
    out.insert(at + 1, kit::kZeroWidth);
  }
  return out;
}

void end_text(Draft& draft) {
  const std::string text = std::exchange(draft.text, "");
  if (!text.empty()) draft.composed.parts.back().content += escaped(text, draft.guild());
}

Part& new_part(Draft& draft) {
  end_text(draft);
  return draft.composed.parts.emplace_back();
}

// Text stands beside the file before it or the one after it, so that both take one message.
void open_part(Draft& draft) {
  const std::vector<Part>& parts = draft.composed.parts;
  if (parts.empty() || !parts.back().own.empty()) new_part(draft);
}

void add_content(Draft& draft, std::string_view tag) {
  open_part(draft);
  end_text(draft);
  draft.composed.parts.back().content += tag;
}

Status add_text(const Segment& segment, Draft& draft) {
  const std::string_view text = onebot::text_of(segment.data, "text");
  if (!text.empty()) open_part(draft);
  draft.text += text;
  return {};
}

bool plain_id(std::string_view id) {
  return !id.empty() && id.size() <= 128 && std::ranges::all_of(id, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '-';
  });
}

// A tag of QQ's text language around an id that an application names.
Status add_tag(const Segment& segment, Draft& draft, std::string_view member, std::string_view head,
               std::string_view tail) {
  const std::string_view id = onebot::text_of(segment.data, member);
  if (!plain_id(id)) {
    return fail(Retcode::bad_segment_data,
                fmt::format("{}: {} \"{}\" is no id of this platform", segment.type, member, id));
  }
  add_content(draft, fmt::format("{}{}{}", head, id, tail));
  return {};
}

// QQ shows no mention between two people; there it is left out.
Status add_mention(const Segment& segment, Draft& draft) {
  if (const auto id = onebot::text_of(segment.data, "user_id"); id == "all" || id == "everyone") {
    return fail(Retcode::bad_segment_data, "mention: user_id names everybody, whom only mention_all calls");
  }
  if (draft.kind != Chat::Kind::c2c) return add_tag(segment, draft, "user_id", "<qqbot-at-user id=\"", "\" />");
  Draft aside{.kind = draft.kind};
  draft.mention_dropped = true;
  return add_tag(segment, aside, "user_id", "", "");
}

Status add_mention_all(const Segment&, Draft& draft) {
  add_content(draft, "<qqbot-at-everyone />");
  return {};
}

Status add_face(const Segment& segment, Draft& draft) { return add_tag(segment, draft, "id", "<emoji:", ">"); }
Status add_channel(const Segment& segment, Draft& draft) { return add_tag(segment, draft, "channel_id", "<#", ">"); }

Status add_reply(const Segment& segment, Draft& draft) {
  const std::string_view id = onebot::text_of(segment.data, "message_id");
  if (id.empty()) return fail(Retcode::bad_segment_data, "reply: message_id must not be empty");
  if (!draft.composed.reply_to.empty() && draft.composed.reply_to != id) {
    return fail(Retcode::bad_segment_data, "reply: a message can answer one message only");
  }
  draft.composed.reply_to = id;
  return {};
}

struct NamedType {
  std::string_view segment{};
  FileType type{};
};
constexpr NamedType kTypes[] = {{"image", FileType::image},
                                {"video", FileType::video},
                                {"voice", FileType::voice},
                                {"file", FileType::file},
                                {"audio", FileType::file}};

Status add_file(const Segment& segment, Draft& draft) {
  const std::string_view id = onebot::text_of(segment.data, "file_id");
  if (id.empty()) return fail(Retcode::bad_segment_data, fmt::format("{}: file_id must not be empty", segment.type));
  const auto* named = std::ranges::find(kTypes, std::string_view(segment.type), &NamedType::segment);
  const std::vector<Part>& parts = draft.composed.parts;
  if (parts.empty() || parts.back().attached || !parts.back().own.empty()) new_part(draft);
  draft.composed.parts.back().attached = Attached{named->type, std::string(id)};
  return {};
}

// Events carry these with a member "type" renamed; it goes back as the platform calls it.
Fields as_the_platform(const Fields& data) {
  Fields own = data;
  for (onebot::Field& field : own) {
    if (field.name == "qq.type") field.name = "type";
  }
  return own;
}

std::string own_name(const Segment& segment) { return segment.type.substr(std::string_view("qq.").size()); }

Status add_own(const Segment& segment, Draft& draft) {
  if (segment.data.empty()) return fail(Retcode::bad_segment_data, fmt::format("{}: data is empty", segment.type));
  new_part(draft).own = {{own_name(segment), as_the_platform(segment.data)}};
  return {};
}

Status check_rows(const Fields& data) {
  constexpr std::size_t kMostRows = 5, kMostButtons = 5;
  const onebot::Value* content = onebot::find(data, "content");
  const auto* fields = content ? std::get_if<Fields>(content) : nullptr;
  const onebot::Value* rows = fields ? onebot::find(*fields, "rows") : nullptr;
  const auto* list = rows ? std::get_if<List>(rows) : nullptr;
  if (!list) {
    if (!onebot::text_of(data, "id").empty()) return {};
    return fail(Retcode::bad_segment_data, "qq.keyboard: neither \"id\" nor \"content.rows\" is there");
  }
  const auto too_long = [](const onebot::Value& row) {
    const auto* row_fields = std::get_if<Fields>(&row);
    const onebot::Value* buttons = row_fields ? onebot::find(*row_fields, "buttons") : nullptr;
    const auto* named = buttons ? std::get_if<List>(buttons) : nullptr;
    return !named || named->empty() || named->size() > kMostButtons;
  };
  if (list->empty() || list->size() > kMostRows || std::ranges::any_of(*list, too_long)) {
    return fail(Retcode::bad_segment_data, "qq.keyboard: there must be 1 to 5 rows, each with 1 to 5 buttons");
  }
  return {};
}

// Users and groups get buttons only below markdown.
Status add_keyboard(const Segment& segment, Draft& draft) {
  ONEBOT_CHECK(check_rows(segment.data));
  std::vector<Part>& parts = draft.composed.parts;
  const bool fits = !parts.empty() && (draft.guild() || onebot::find(parts.back().own, "markdown"));
  if (!fits || onebot::find(parts.back().own, "keyboard")) {
    return fail(Retcode::bad_segment_data, "qq.keyboard: it must follow a qq.markdown segment, one keyboard to each");
  }
  parts.back().own.push_back({"keyboard", segment.data});
  return {};
}

enum class Where { anywhere, chats, guilds };
struct Rule {
  std::string_view type{};
  Status (*add)(const Segment&, Draft&) = nullptr;
  Where where = Where::anywhere;
};
constexpr Rule kRules[] = {{"text", add_text},
                           {"mention", add_mention},
                           {"mention_all", add_mention_all, Where::guilds},
                           {"reply", add_reply},
                           {"image", add_file},
                           {"video", add_file, Where::chats},
                           {"voice", add_file, Where::chats},
                           {"audio", add_file, Where::chats},
                           {"file", add_file, Where::chats},
                           {"qq.markdown", add_own},
                           {"qq.keyboard", add_keyboard},
                           {"qq.ark", add_own},
                           {"qq.embed", add_own, Where::guilds},
                           {"qq.face", add_face, Where::guilds},
                           {"qq.channel", add_channel, Where::guilds}};

constexpr auto kSegments = [] {
  std::array<std::string_view, std::size(kRules)> types{};
  std::ranges::transform(kRules, types.begin(), &Rule::type);
  return types;
}();
static_assert(onebot::conform_segments(kSegments, "qq"));

bool allowed(const Rule& rule, const Draft& draft) {
  return rule.where == Where::anywhere || (rule.where == Where::guilds) == draft.guild();
}

int message_type(const Part& part) {
  constexpr int kText = 0, kMarkdown = 2, kArk = 3, kMedia = 7;
  if (part.attached) return kMedia;
  if (onebot::find(part.own, "markdown")) return kMarkdown;
  return onebot::find(part.own, "ark") ? kArk : kText;
}

}  // namespace

std::span<const std::string_view> sendable() { return kSegments; }

onebot::Result<Composed> compose(const onebot::Message& message, Chat::Kind kind) {
  Draft draft{.kind = kind};
  for (const Segment& segment : message) {
    const auto* rule = std::ranges::find(kRules, std::string_view(segment.type), &Rule::type);
    if (rule == std::end(kRules) || !allowed(*rule, draft)) {
      return fail(Retcode::unsupported_segment,
                  fmt::format("a segment \"{}\" cannot be sent to a {}", segment.type, described(kind)));
    }
    ONEBOT_CHECK(rule->add(segment, draft));
  }
  end_text(draft);
  const std::size_t count = draft.composed.parts.size();
  if (count > kMostParts) {
    return fail(Retcode::bad_param,
                fmt::format("message: it would take {} QQ messages, and at most {} may be one", count, kMostParts));
  }
  if (count > 0) return std::move(draft.composed);
  if (draft.mention_dropped) {
    return fail(Retcode::unsupported_segment_data, "mention: there are no mentions in private messages");
  }
  return fail(Retcode::bad_param, "message: there is nothing to send");
}

onebot::Fields message_body(const Part& part, Chat::Kind kind, const Envelope& envelope) {
  const bool guild = kind == Chat::Kind::channel || kind == Chat::Kind::dm;
  Fields body;
  if (!guild) body.push_back({"msg_type", message_type(part)});
  if (!part.content.empty()) body.push_back({"content", part.content});
  for (const onebot::Field& own : part.own) body.push_back(own);
  if (!envelope.file_info.empty()) body.push_back({"media", Fields{{"file_info", envelope.file_info}}});
  if (const auto& answer = envelope.answer) {
    const bool to_event = answer->msg_id.empty();
    body.push_back({to_event ? "event_id" : "msg_id", to_event ? answer->event_id : answer->msg_id});
    if (!guild) body.push_back({"msg_seq", answer->msg_seq});
  }
  if (!envelope.index.empty()) body.push_back({"message_reference", Fields{{"message_id", envelope.index}}});
  return body;
}

}  // namespace qq
