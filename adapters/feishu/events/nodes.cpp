#include "adapters/feishu/events/nodes.h"

#include "adapters/feishu/events/segments.h"
#include "onebot/json_write.h"
#include "onebot/native_path.h"
#include "onebot/standard.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace feishu {
namespace {

using onebot::Message;
using onebot::Segment;
using onebot::json::View;

bool is_text(View view) { return view.is_string() || view.is_number(); }

bool append_plain(Message& message, View node, const RichText&) {
  onebot::append_text(message, node.at("text").text());
  return is_text(node.at("text"));
}

bool append_link(Message& message, View node, const RichText&) {
  const std::string text = node.at("text").text(), href = node.at("href").text();
  const bool alike = text == href || text.empty() || href.empty();
  onebot::append_text(message, alike ? (text.empty() ? href : text) : fmt::format("[{}]({})", text, href));
  return !text.empty() || !href.empty();
}

bool append_mention(Message& message, View node, const RichText& in) {
  const std::string id = first_id({node.at("user_id"), node.at("id"), node}, in.account);
  auto segment = in.mentions.of(id, onebot::locate("user_name|name", node).str());
  if (!segment) return false;
  append(message, *std::move(segment));
  return true;
}

void add_name(Segment& segment, View node, const RichText& in) {
  const std::string name = node.at("file_name").text();
  if (!name.empty()) segment.data.push_back({in.account.extension("name"), name});
}

void add_duration(Segment& segment, View node, const RichText& in) {
  if (const auto duration = node.at("duration").number()) {
    segment.data.push_back({in.account.extension("duration"), *duration / 1000});
  }
}

bool append_emotion(Message& message, View node, const RichText& in) {
  const std::string emoji = node.at("emoji_type").text();
  if (!emoji.empty()) message.push_back({in.account.extension("emotion"), {{"emoji_type", emoji}}});
  return !emoji.empty();
}

// Longer than any inside.
std::string fence_of(std::string_view code) {
  std::size_t longest = 2, run = 0;
  for (const char c : code) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return std::string(longest + 1, '`');
}

bool append_code(Message& message, View node, const RichText&) {
  const std::string code = node.at("text").text(), fence = fence_of(code);
  if (!is_text(node.at("text"))) return false;
  onebot::append_text(message, fmt::format("{}{}\n{}\n{}", fence, node.at("language").text(), code, fence));
  return true;
}

bool append_rule(Message& message, View, const RichText&) {
  onebot::append_text(message, "---");
  return true;
}

bool append_markdown_node(Message& message, View node, const RichText& in) {
  const View text = is_text(node.at("text")) ? node.at("text") : node.at("content");
  append_markdown(message, text.text(), in);
  return is_text(text);
}

struct Node {
  std::string_view tag{};
  NodeReader append = nullptr;
  std::string_view members{};  // that the reader knows, besides those that every node may have
  bool reads_text = false;     // "text"; of other nodes it follows
  bool on_own_lines = false;
};
constexpr std::string_view kCommonMembers = "tag text style un_escape lang";
constexpr std::string_view kVideoMembers = "file_key image_key file_name duration";
constexpr Node kNodes[] = {
    {"text", append_plain, "", true},
    {"a", append_link, "href", true},
    {"at", append_mention, "user_id id open_id union_id user_name name mentioned_type"},
    {"img", append_image, "image_key width height"},
    {"media", append_video, kVideoMembers},
    {"video", append_video, kVideoMembers},
    {"audio", append_voice, "file_key duration"},
    {"file", append_file, "file_key file_name is_folder"},
    {"folder", append_file, "file_key file_name is_folder"},
    {"emotion", append_emotion, "emoji_type"},
    {"md", append_markdown_node, "content", true},
    {"markdown", append_markdown_node, "content", true},
    {"code_block", append_code, "language", true, true},
    {"hr", append_rule, "", false, true},
};

// As text ends in one, an image in none.
bool ends_a_line(const Message& message) {
  return message.empty() ||
         (message.back().type == "text" && onebot::text_of(message.back().data, "text").ends_with('\n'));
}

const Node* find_node(View node) {
  const auto* found = std::ranges::find(kNodes, node.at("tag").str(), &Node::tag);
  return found == std::end(kNodes) ? nullptr : found;
}

bool is_on_own_lines(View node) {
  const Node* known = find_node(node);
  return known && known->on_own_lines;
}

// What a node says that its reader does not know; numbers and truths are about its looks.
void keep_others(Message& message, View node, const Node& known, const RichText& in) {
  onebot::Fields others;
  node.members([&](std::string_view name, View member) {
    const bool is_known = onebot::has_word(kCommonMembers, name) || onebot::has_word(known.members, name);
    const bool says_something = !is_empty(member) && !member.is_number() && !member.is_bool();
    if (!is_known && says_something) others.push_back({std::string(name), member.value()});
  });
  if (others.empty()) return;
  others.insert(others.begin(), {"tag", known.tag});
  message.push_back(unknown("post", onebot::json::write(others), in.account));
}

void append_object(Message& message, View node, const RichText& in) {
  const Node* known = find_node(node);
  if (known && known->on_own_lines && !ends_a_line(message)) onebot::append_text(message, "\n");
  const bool understood = known && known->append(message, node, in);
  if (!understood || !known->reads_text) onebot::append_text(message, node.at("text").str());
  if (!understood) return message.push_back(in.unknown(node));
  keep_others(message, node, *known, in);
}

// ![shown](KEY)
std::optional<Found> image_in(std::string_view text, std::size_t at, const RichText& in) {
  constexpr std::string_view kBetween = "](";
  const std::string_view rest = text.substr(at, kLongestPiece);
  if (!rest.starts_with("![")) return std::nullopt;
  const auto between = rest.find(kBetween);
  const auto end = rest.find(')', between);
  if (between == std::string_view::npos || end == std::string_view::npos) return std::nullopt;
  const std::string_view shown = rest.substr(2, between - 2);
  const std::string_view key = rest.substr(between + kBetween.size(), end - between - kBetween.size());
  if (!key.starts_with("img_") || key.find_first_of(" /:") != key.npos || shown.find('\n') != shown.npos) {
    return std::nullopt;
  }
  Segment image = onebot::segment::image(in.file("image", key));
  if (!shown.empty() && shown != "image") image.data.push_back({in.account.extension("name"), shown});
  return Found{end + 1, std::move(image)};
}

}  // namespace

std::string RichText::file(std::string_view kind, std::string_view key) const {
  return file_id(kind, message_id, key, account);
}

Segment RichText::unknown(View node) const { return feishu::unknown("post", node.dump(), account); }

bool append_image(Message& message, View node, const RichText& in) {
  const std::string key = node.at("image_key").text();
  if (!key.empty()) message.push_back(onebot::segment::image(in.file("image", key)));
  return !key.empty();
}

bool append_video(Message& message, View node, const RichText& in) {
  const std::string key = node.at("file_key").text(), cover = node.at("image_key").text();
  if (key.empty()) return false;
  Segment segment = onebot::segment::video(in.file("file", key));
  add_name(segment, node, in);
  add_duration(segment, node, in);
  if (!cover.empty()) segment.data.push_back({in.account.extension("cover_file_id"), in.file("image", cover)});
  message.push_back(std::move(segment));
  return true;
}

bool append_voice(Message& message, View node, const RichText& in) {
  const std::string key = node.at("file_key").text();
  if (key.empty()) return false;
  Segment segment = onebot::segment::voice(in.file("file", key));
  add_duration(segment, node, in);
  message.push_back(std::move(segment));
  return true;
}

bool append_file(Message& message, View node, const RichText& in) {
  const std::string key = node.at("file_key").text();
  if (key.empty()) return false;
  if (node.at("is_folder").boolean()) {
    message.push_back({in.account.extension("folder"), {{"file_key", key}, {"name", node.at("file_name").text()}}});
    return true;
  }
  Segment segment = onebot::segment::file(in.file("file", key));
  add_name(segment, node, in);
  message.push_back(std::move(segment));
  return true;
}

void append_node(Message& message, View node, const RichText& in) {
  if (is_empty(node)) return;
  if (node.is_string()) return append_markdown(message, node.str(), in);
  if (node.is_object()) return append_object(message, node, in);
  if (!node.is_array()) return message.push_back(in.unknown(node));
  for (std::size_t i = 0; i < node.size(); ++i) {
    if (i > 0 && is_on_own_lines(node[i - 1]) && !ends_a_line(message)) onebot::append_text(message, "\n");
    append_node(message, node[i], in);
  }
}

void append_markdown(Message& message, std::string_view text, const RichText& in) {
  append_pieces(message, text, "@<!", [&in](std::string_view all, std::size_t at) {
    if (all[at] == '!') return image_in(all, at, in);
    return all[at] == '<' ? in.mentions.tag(all, at) : in.mentions.placeholder(all, at);
  });
}

void append_listed_file(Message& message, View file, const RichText& in) {
  if (is_empty(file) || append_file(message, file, in)) return;
  message.push_back(in.unknown(file));
}

}  // namespace feishu
