#include "onebot/v11/cq.h"

#include "onebot/standard.h"
#include "onebot/v11/at.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <variant>

namespace onebot::v11 {
namespace {

constexpr std::string_view kBegin = "[CQ:";

struct Entity {
  char plain = 0;
  std::string_view written{};
};

// The ampersand is read last, so that "&amp;#91;" is the text "&#91;".
constexpr std::array<Entity, 4> kEntities = {{{'[', "&#91;"}, {']', "&#93;"}, {',', "&#44;"}, {'&', "&amp;"}}};

struct Members {
  std::string_view type{};
  std::string_view names{};  // separated by one blank, in the order written
};

// Types whose arrays have more members than their strings.
constexpr std::array<Members, 9> kMembers = {{{"at", kAtWho},
                                              {"image", "file url"},
                                              {"record", "file url"},
                                              {"video", "file url"},
                                              {"file", "file url"},
                                              {"face", "id"},
                                              {"reply", "id"},
                                              {"forward", "id"},
                                              {"json", "data"}}};

std::string escape(std::string_view text, bool comma) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto* entity = std::ranges::find(kEntities, c, &Entity::plain);
    if (entity == kEntities.end() || (c == ',' && !comma))
      out.push_back(c);
    else
      out += entity->written;
  }
  return out;
}

// A member's text; nullopt for what cannot stand in a string.
std::optional<std::string> plain(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* number = std::get_if<std::int64_t>(&value)) return fmt::to_string(*number);
  if (const auto* number = std::get_if<std::uint64_t>(&value)) return fmt::to_string(*number);
  if (const auto* number = std::get_if<double>(&value)) return fmt::to_string(*number);
  return std::nullopt;
}

void append_member(std::string& out, std::string_view name, const Value& value) {
  if (const auto text = plain(value)) out.append(",").append(name).append("=").append(escape_value(*text));
}

void append_code(std::string& out, const Segment& segment) {
  out.append(kBegin).append(segment.type);
  const auto* members = std::ranges::find(kMembers, std::string_view(segment.type), &Members::type);
  if (members == kMembers.end()) {
    for (const Field& field : segment.data) append_member(out, field.name, field.value);
  } else {
    for (std::string_view names = members->names; !names.empty();) {
      const std::string_view name = take_word(names);
      if (const Value* value = find(segment.data, name)) append_member(out, name, *value);
    }
  }
  out.push_back(']');
}

// What stands between "[CQ:" and "]".
Segment read_code(std::string_view code) {
  const std::size_t end = std::min(code.find(','), code.size());
  Segment segment{.type = std::string(code.substr(0, end))};
  code.remove_prefix(std::min(code.size(), end + 1));
  while (!code.empty()) {
    const bool last = segment.data.size() + 1 == kMostMembers;
    const std::string_view pair = last ? code : code.substr(0, code.find(','));
    code.remove_prefix(std::min(code.size(), pair.size() + 1));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string_view value = pair.substr(std::min(pair.size(), equals + 1));
    if (equals > 0) set(segment.data, pair.substr(0, equals), unescape(value));
  }
  return segment;
}

}  // namespace

std::string escape_text(std::string_view text) { return escape(text, false); }
std::string escape_value(std::string_view value) { return escape(value, true); }

std::string unescape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto* entity =
        std::ranges::find_if(kEntities, [text](const Entity& e) { return text.starts_with(e.written); });
    out.push_back(entity == kEntities.end() ? text.front() : entity->plain);
    text.remove_prefix(entity == kEntities.end() ? 1 : entity->written.size());
  }
  return out;
}

Message read_cq(std::string_view text) {
  Message message;
  std::size_t plain_from = 0, at = text.find(kBegin);
  while (at != std::string_view::npos && message.size() + 2 < kMostCodes) {
    const std::size_t name = at + kBegin.size();
    if (name < text.size() && (text[name] == ',' || text[name] == ']')) {
      at = text.find(kBegin, name);
      continue;
    }
    const std::size_t end = text.find(']', name);
    if (end == std::string_view::npos) break;
    append_text(message, unescape(text.substr(plain_from, at - plain_from)));
    message.push_back(read_code(text.substr(name, end - name)));
    plain_from = end + 1;
    at = text.find(kBegin, plain_from);
  }
  append_text(message, unescape(text.substr(plain_from)));
  return message;
}

std::string write_cq(const Message& message) {
  std::string out;
  for (const Segment& segment : message) {
    if (segment.type == "text")
      out += escape_text(text_of(segment.data, "text"));
    else
      append_code(out, segment);
  }
  return out;
}

}  // namespace onebot::v11
