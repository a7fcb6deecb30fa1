#include "onebot/v11/sent_message.h"

#include "onebot/crypto.h"
#include "onebot/json.h"
#include "onebot/v11/at.h"
#include "onebot/v11/cq.h"
#include "onebot/v11/request_params.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

namespace onebot::v11 {
namespace {

struct Part {
  const Segment& sent;
  const Scope& scope;
  const Abilities& abilities;

  // A member's text; "" when it is not given or no text.
  std::string text(std::string_view names) const { return text_or_empty(sent.data, names); }
};

// Adds what the part becomes; false: it can not be sent.
using Add = Result<bool> (*)(SentMessage&, const Part&);

struct Row {
  std::string_view type{};
  Add add = nullptr;
};

Result<bool> add(SentMessage& out, Segment segment) {
  out.message.push_back(std::move(segment));
  return true;
}

// Lines that are not empty.
Result<bool> add_lines(SentMessage& out, std::initializer_list<std::string> lines) {
  std::string text;
  for (const std::string& line : lines) {
    if (!line.empty()) text += (text.empty() ? "" : "\n") + line;
  }
  if (text.empty()) return false;
  return add(out, segment::text(std::move(text)));
}

Result<bool> text(SentMessage& out, const Part& part) {
  const std::string words = part.text("text");
  if (words.empty()) return true;
  return add(out, segment::text(words));
}

Result<bool> at(SentMessage& out, const Part& part) {
  const std::string who = part.text(kAtWho), name = part.text("name");
  if (who == kAtAll) return add(out, segment::mention_all());
  const auto native = native_of(part.scope, Space::user, who);
  if (!native || native->id.empty()) return add(out, segment::text("@" + (name.empty() ? who : name)));
  if (!is_self(part.scope, *native)) return add(out, segment::mention(native->id));
  const std::string own = part.scope.ids.name(*native);
  return add(out, segment::text("@" + (!own.empty() ? own : name.empty() ? who : name)));
}

// --- files ---

constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kFiles = {
    {{"image", "image"}, {"record", "voice"}, {"video", "video"}, {"file", "file"}}};

Result<bool> file(SentMessage& out, const Part& part) {
  const std::string_view type = part.sent.type;
  const std::string source = part.text("file").empty() ? part.text("url") : part.text("file");
  if (source.empty()) return fail(Retcode::bad_segment_data, fmt::format("{}: \"file\" is missing", type));
  ONEBOT_TRY(cached, flag_param(part.sent.data, "cache"));
  ONEBOT_TRY(timeout, whole_param(part.sent.data, "timeout"));
  const auto* row = std::ranges::find(kFiles, type, &std::pair<std::string_view, std::string_view>::first);
  out.uploads.push_back({.segment = out.message.size(),
                         .source = source,
                         .type = row->first,
                         .name = part.text("name"),
                         .cached = cached.value_or(true),
                         .timeout = timeout});
  return add(out, {std::string(row->second), {{"file_id", ""}}});
}

// --- what has no place of its own ---

Result<bool> reply(SentMessage& out, const Part& part) {
  const bool second = std::ranges::find(out.message, "reply", &Segment::type) != out.message.end();
  const auto row = message_param(part.scope, part.sent.data, "id");
  if (second || !row) return false;
  return add(out, segment::reply(row->native, row->sender));
}

Result<bool> location(SentMessage& out, const Part& part) {
  return add_lines(out, {part.text("title"), part.text("content"), part.text("lat") + "," + part.text("lon")});
}

Result<bool> share(SentMessage& out, const Part& part) {
  return add_lines(out, {part.text("title"), part.text("content"), part.text("url")});
}

struct Songs {
  std::string_view site{}, address{};
};

constexpr std::array<Songs, 2> kSongs = {{{"163", "https://music.163.com/song?id="}, {kAtWho, kSongsOfIt}}};

Result<bool> music(SentMessage& out, const Part& part) {
  const std::string site = part.text("type");
  if (site == "custom") return share(out, part);
  const auto* songs = std::ranges::find(kSongs, std::string_view(site), &Songs::site);
  if (songs == kSongs.end() || part.text("id").empty()) return false;
  return add_lines(out, {fmt::format("{}{}", songs->address, part.text("id"))});
}

Result<bool> face(SentMessage& out, const Part& part) {
  const std::string_view own = part.abilities.segment("*.face");
  if (own.empty()) return false;
  return add(out, {std::string(own), {{"id", part.text("id")}}});
}

// A card that shows one text.
std::string text_card(std::string_view content) {
  const List elements{Fields{{"tag", "markdown"}, {"content", content}}};
  return json::write(Fields{{"elements", elements}});
}

Result<bool> json_text(SentMessage& out, const Part& part) {
  const std::string written = part.text("data");
  const auto document = json::Document::parse(written);
  const json::View root = document ? document->root() : json::View();
  const std::string_view template_of = part.abilities.segment("*.ark"), card = part.abilities.segment("*.card");
  if (!template_of.empty() && !root.at("template_id").is_missing()) {
    return add(out, {std::string(template_of), std::get<Fields>(root.value())});
  }
  if (!card.empty() && root.is_object()) return add(out, {std::string(card), {{"content", written}}});
  for (const std::string_view name : {"prompt", "title", "desc"}) {
    if (std::string words = root.at(name).text(); !words.empty()) return add(out, segment::text(std::move(words)));
  }
  return false;
}

Result<bool> as_platform_has_it(SentMessage& out, std::string_view name, const Value* value) {
  const auto* fields = value ? std::get_if<Fields>(value) : nullptr;
  if (name.empty() || !fields) return false;
  return add(out, {std::string(name), *fields});
}

// One text that holds both, as one bridge has taught its users: "base64://" of {"markdown", "keyboard"}.
Result<bool> packed_markdown(SentMessage& out, const Part& part, std::string_view packed) {
  constexpr std::string_view kBase64 = "base64://";
  if (packed.starts_with(kBase64)) packed.remove_prefix(kBase64.size());
  const auto bytes = crypto::base64_decode(packed);
  const auto document = json::Document::parse(bytes.value_or(""));
  if (!document || !document->root().is_object()) return false;
  const Fields both = std::get<Fields>(document->root().value());
  ONEBOT_TRY(sent, as_platform_has_it(out, part.abilities.segment("*.markdown"), find(both, "markdown")));
  if (!sent) return false;
  ONEBOT_TRY(keys, as_platform_has_it(out, part.abilities.segment("*.keyboard"), find(both, "keyboard")));
  if (!keys && find(both, "keyboard")) out.left_out.push_back("keyboard");
  return true;
}

Result<bool> markdown(SentMessage& out, const Part& part) {
  const std::string content = part.text("content");
  if (content.empty()) return packed_markdown(out, part, part.text("data"));
  if (const auto own = part.abilities.segment("*.markdown"); !own.empty()) {
    return add(out, {std::string(own), {{"content", content}}});
  }
  if (const auto card = part.abilities.segment("*.card"); !card.empty()) {
    return add(out, {std::string(card), {{"content", text_card(content)}}});
  }
  return add(out, segment::text(content));
}

Result<bool> keyboard(SentMessage& out, const Part& part) {
  const Value data(part.sent.data);
  return as_platform_has_it(out, part.abilities.segment("*.keyboard"), &data);
}

constexpr std::array<Row, 14> kRows = {{{"text", text},
                                        {"at", at},
                                        {"image", file},
                                        {"record", file},
                                        {"video", file},
                                        {"file", file},
                                        {"reply", reply},
                                        {"location", location},
                                        {"share", share},
                                        {"music", music},
                                        {"face", face},
                                        {"json", json_text},
                                        {"markdown", markdown},
                                        {"keyboard", keyboard}}};

Result<bool> add_part(SentMessage& out, const Part& part) {
  if (has_prefix(part.sent.type)) return add(out, part.sent);
  const auto* row = std::ranges::find(kRows, std::string_view(part.sent.type), &Row::type);
  if (row == kRows.end()) return false;
  return row->add(out, part);
}

// --- what was sent, as segments of OneBot 11 ---

std::optional<Segment> one_segment(const Fields& object) {
  Segment segment{.type = std::string(text_of(object, "type"))};
  if (segment.type.empty()) return std::nullopt;
  const Value* data = find(object, "data");
  if (const auto* members = data ? std::get_if<Fields>(data) : nullptr) segment.data = *members;
  return segment;
}

Status append_item(Message& message, const Value& item) {
  if (const auto* text = std::get_if<std::string>(&item)) {
    for (Segment& segment : read_cq(*text)) message.push_back(std::move(segment));
    return {};
  }
  const auto* object = std::get_if<Fields>(&item);
  auto segment = object ? one_segment(*object) : std::nullopt;
  if (!segment) return fail(Retcode::bad_param, "\"message\" holds what is no segment");
  message.push_back(*std::move(segment));
  return {};
}

Result<Message> written_message(const Fields& params) {
  const Value* value = given(params, "message");
  if (!value) return fail(Retcode::bad_param, "\"message\" is missing");
  ONEBOT_TRY(plain, flag_param(params, "auto_escape"));
  const auto* text = std::get_if<std::string>(value);
  if (text && plain.value_or(false)) return Message{segment::text(*text)};
  Message message;
  if (const auto* list = std::get_if<List>(value)) {
    for (const Value& item : *list) ONEBOT_CHECK(append_item(message, item));
  } else if (text || std::holds_alternative<Fields>(*value)) {
    ONEBOT_CHECK(append_item(message, *value));
  } else {
    ONEBOT_TRY(spelled, text_param(params, "message"));  // a number is sent as it is spelled
    message.push_back(segment::text(spelled.value_or("")));
  }
  return message;
}

}  // namespace

Result<SentMessage> read_sent_message(const Fields& params, const Scope& scope, const Abilities& abilities) {
  ONEBOT_TRY(written, written_message(params));
  if (written.size() > kMostCodes) {
    return fail(Retcode::bad_param, fmt::format("\"message\" has more than {} segments", kMostCodes));
  }
  SentMessage out;
  for (const Segment& segment : written) {
    ONEBOT_TRY(sent, add_part(out, {segment, scope, abilities}));
    const bool told = std::ranges::find(out.left_out, segment.type) != out.left_out.end();
    if (!sent && !told) out.left_out.push_back(segment.type);
  }
  if (!out.message.empty()) return out;
  if (out.left_out.empty()) return fail(Retcode::bad_param, "\"message\" is empty");
  return fail(Retcode::bad_param, fmt::format("nothing can be sent of: {}", fmt::join(out.left_out, ", ")));
}

std::string told_of(const SentMessage& message) {
  if (message.left_out.empty()) return {};
  return fmt::format("left out: {}", fmt::join(message.left_out, ", "));
}

}  // namespace onebot::v11
