#include "adapters/feishu/events/post.h"

#include "adapters/feishu/events/mentions.h"
#include "adapters/feishu/events/segments.h"

#include <fmt/format.h>

#include <string>

namespace feishu {
namespace {

using onebot::Message;
using onebot::Segment;
using onebot::json::View;

// What the nodes of one post share.
struct Post {
  View mentions{};
  std::string_view message_id{};
  const Account& account;
};

using Append = void (*)(Message&, View node, const Post&);

void append_plain(Message& message, View node, const Post&) { onebot::append_text(message, node.at("text").text()); }

void append_link(Message& message, View node, const Post&) {
  const std::string text = node.at("text").text(), href = node.at("href").text();
  const bool plain = href.empty() || text == href;
  onebot::append_text(message, text.empty() ? href : plain ? text : fmt::format("[{}]({})", text, href));
}

void append_mention(Message& message, View node, const Post& post) {
  const std::string id = node.at("user_id").text();
  if (is_everyone(id)) return message.push_back(onebot::segment::mention_all());
  const View entry = find_mention(post.mentions, id);
  const std::string_view shown = node.at("user_name").str();
  if (!entry.is_missing()) {
    const std::string_view name = entry.at("name").str();
    return message.push_back(mention_of(entry, name.empty() ? shown : name, post.account));
  }
  Segment segment = onebot::segment::mention(id);
  if (!shown.empty()) segment.data.push_back({post.account.extension("user_name"), shown});
  message.push_back(std::move(segment));
}

void append_image(Message& message, View node, const Post& post) {
  const std::string_view key = node.at("image_key").str();
  if (!key.empty()) message.push_back(onebot::segment::image(file_id("image", post.message_id, key, post.account)));
}

void append_video(Message& message, View node, const Post& post) {
  const std::string_view key = node.at("file_key").str(), cover = node.at("image_key").str();
  if (key.empty()) return;
  Segment segment = onebot::segment::video(file_id("file", post.message_id, key, post.account));
  if (!cover.empty()) {
    segment.data.push_back(
        {post.account.extension("cover_file_id"), file_id("image", post.message_id, cover, post.account)});
  }
  message.push_back(std::move(segment));
}

void append_emotion(Message& message, View node, const Post& post) {
  message.push_back({post.account.extension("emotion"), {{"emoji_type", node.at("emoji_type").text()}}});
}

// The fence is longer than any within.
void append_code(Message& message, View node, const Post&) {
  const std::string text = node.at("text").text();
  std::string fence = "```";
  while (text.find(fence) != std::string::npos) fence += '`';
  onebot::append_text(message, fmt::format("{}{}\n{}\n{}", fence, node.at("language").text(), text, fence));
}

void append_rule(Message& message, View, const Post&) { onebot::append_text(message, "---"); }

struct Node {
  std::string_view tag{};
  Append append = nullptr;
};
// Any other tag is taken for text.
constexpr Node kNodes[] = {
    {"text", append_plain},  {"a", append_link},          {"at", append_mention},      {"img", append_image},
    {"media", append_video}, {"emotion", append_emotion}, {"code_block", append_code}, {"hr", append_rule},
};

void append_node(Message& message, View node, const Post& post) {
  for (const Node& known : kNodes) {
    if (known.tag == node.at("tag").str()) return known.append(message, node, post);
  }
  append_plain(message, node, post);
}

// What stands on lines of its own, also where the post has it in the midst of one.
bool is_block(View node) { return node.at("tag").str() == "code_block" || node.at("tag").str() == "hr"; }

void append_paragraph(Message& message, View nodes, const Post& post) {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const bool apart = i > 0 && (is_block(nodes[i - 1]) || is_block(nodes[i]));
    const bool ended = !message.empty() && onebot::text_of(message.back().data, "text").ends_with('\n');
    if (apart && !ended) onebot::append_text(message, "\n");
    append_node(message, nodes[i], post);
  }
}

// The object that holds the paragraphs, whether or not a locale is around it.
View without_locale(View content) {
  if (content.at("content").is_array()) return content;
  View found;
  content.members([&found](std::string_view, View member) {
    if (found.is_missing() && member.at("content").is_array()) found = member;
  });
  return found.is_missing() ? content : found;
}

// "</p><p>" and "<br>" end a line, other tags are dropped. What follows a "<" and is no tag stays.
std::string strip_tags(std::string_view html) {
  constexpr std::string_view kParagraph = "</p><p>";
  std::string out;
  while (!html.empty()) {
    const auto end = html.front() == '<' ? html.find('>') : std::string_view::npos;
    const char first = html.size() > 1 ? html[1] : '\0';
    const bool tag = end != std::string_view::npos &&
                     (first == '/' || (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z'));
    if (!tag) {
      out += html.front();
      html.remove_prefix(1);
      continue;
    }
    const bool paragraph = html.starts_with(kParagraph);
    if (paragraph || html.starts_with("<br>") || html.starts_with("<br/>") || html.starts_with("<br ")) out += '\n';
    html.remove_prefix(paragraph ? kParagraph.size() : end + 1);
  }
  return out;
}

void append_title(Message& message, View title) {
  if (!title.str().empty()) onebot::append_text(message, fmt::format("{}\n", title.str()));
}

}  // namespace

Message read_post(View content, View mentions, std::string_view message_id, const Account& account) {
  const View post = without_locale(content);
  const Post shared{.mentions = mentions, .message_id = message_id, .account = account};
  Message message;
  append_title(message, post.at("title"));
  const View paragraphs = post.at("content");
  for (std::size_t i = 0; i < paragraphs.size(); ++i) {
    if (i > 0) onebot::append_text(message, "\n");
    append_paragraph(message, paragraphs[i], shared);
  }
  return message;
}

Message read_legacy_post(View native, std::string_view message_id, const Account& account) {
  Message message;
  append_title(message, native.at("title"));
  onebot::append_text(message, strip_tags(native.at("text").str()));
  const View keys = native.at("image_keys");
  for (std::size_t i = 0; i < keys.size(); ++i) {
    message.push_back(onebot::segment::image(file_id("image", message_id, keys[i].text(), account)));
  }
  return message;
}

}  // namespace feishu
