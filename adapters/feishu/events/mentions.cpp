#include "adapters/feishu/events/mentions.h"

#include <optional>
#include <string>
#include <utility>

namespace feishu {
namespace {

using onebot::Message;
using onebot::Segment;
using onebot::json::View;

constexpr std::string_view kUser = "@_user_", kAll = "@_all";

// The placeholder that text begins with; "" when it begins with none.
std::string_view placeholder(std::string_view text) {
  if (!text.starts_with(kUser)) return {};
  const std::size_t end = std::min(text.find_first_not_of("0123456789", kUser.size()), text.size());
  return end == kUser.size() ? std::string_view() : text.substr(0, end);
}

// <at NAME="VALUE" ...>SHOWN</at>
struct Tag {
  std::string_view user_id{};
  std::string_view shown{};
  std::size_t size = 0;  // of the whole
};

std::string_view attribute(std::string_view tag, std::string_view name) {
  const auto at = tag.find(name);
  if (at == std::string_view::npos) return {};
  tag.remove_prefix(at + name.size());
  if (!tag.starts_with("=\"")) return {};
  tag.remove_prefix(2);
  const auto end = tag.find('"');
  return end == std::string_view::npos ? std::string_view() : tag.substr(0, end);
}

// The tag that text begins with.
std::optional<Tag> read_tag(std::string_view text) {
  constexpr std::string_view kClose = "</at>";
  if (!text.starts_with("<at ")) return std::nullopt;
  const auto head = text.find('>');
  const auto close = text.find(kClose);
  if (head == std::string_view::npos || close == std::string_view::npos || close < head) return std::nullopt;
  Tag tag{.user_id = attribute(text.substr(0, head), "open_id"),
          .shown = text.substr(head + 1, close - head - 1),
          .size = close + kClose.size()};
  if (tag.user_id.empty()) tag.user_id = attribute(text.substr(0, head), "user_id");
  if (tag.user_id.empty()) return std::nullopt;
  if (tag.shown.starts_with('@')) tag.shown.remove_prefix(1);
  return tag;
}

Segment mention(std::string user_id, std::string_view name, const Account& account) {
  Segment segment = onebot::segment::mention(std::move(user_id));
  if (!name.empty()) segment.data.push_back({account.extension("user_name"), name});
  return segment;
}

}  // namespace

View find_mention(View mentions, std::string_view key) {
  for (std::size_t i = 0; i < mentions.size(); ++i) {
    if (mentions[i].at("key").str() == key) return mentions[i];
  }
  return {};
}

Segment mention_of(View entry, std::string_view name, const Account& account) {
  return mention(user_id(entry.at("id"), account), name, account);
}

bool is_everyone(std::string_view name) { return name == "all" || name == "@all" || name == kAll; }

void append_with_mentions(Message& message, std::string_view text, View mentions, const Account& account) {
  for (auto at = text.find("@_"); at != std::string_view::npos; at = text.find("@_", at)) {
    const std::string_view key = placeholder(text.substr(at));
    const View entry = key.empty() ? View() : find_mention(mentions, key);
    std::size_t size = 0;
    std::optional<Segment> segment;
    if (!entry.is_missing()) {
      segment = mention_of(entry, entry.at("name").str(), account);
      const std::string_view kind = entry.at("mentioned_type").str();
      if (!kind.empty()) segment->data.push_back({account.extension("mentioned_type"), kind});
      size = key.size();
    } else if (text.substr(at).starts_with(kAll)) {
      segment = onebot::segment::mention_all();
      size = kAll.size();
    } else {
      at += 2;
      continue;
    }
    onebot::append_text(message, text.substr(0, at));
    message.push_back(*std::move(segment));
    text.remove_prefix(at + size);
    at = 0;
  }
  onebot::append_text(message, text);
}

void append_legacy_text(Message& message, std::string_view text, const Account& account) {
  for (auto at = text.find("<at "); at != std::string_view::npos; at = text.find("<at ", at)) {
    const auto tag = read_tag(text.substr(at));
    if (!tag) {
      ++at;
      continue;
    }
    onebot::append_text(message, text.substr(0, at));
    message.push_back(is_everyone(tag->user_id) ? onebot::segment::mention_all()
                                                : mention(std::string(tag->user_id), tag->shown, account));
    text.remove_prefix(at + tag->size);
    at = 0;
  }
  onebot::append_text(message, text);
}

}  // namespace feishu
