#include "adapters/feishu/messages/outgoing.h"

#include "adapters/kit/portions.h"
#include "onebot/json_write.h"

#include <algorithm>
#include <utility>

namespace feishu {
namespace {

using onebot::Fields;
using onebot::List;
using onebot::Value;

constexpr std::size_t kBrackets = 3;  // of a paragraph, with its comma

bool is_quoted(char c) { return c == '"' || c == '\\'; }

// The posts as they fill.
class Posts {
 public:
  explicit Posts(std::size_t room) : most_(room), room_(room) {}

  void add(Value paragraph) {
    const std::size_t size = size_of(paragraph) + 1;
    if (size > room_ && has_something()) begin();
    if (size <= room_) return append(std::move(paragraph), size);
    append(List{}, kBrackets);
    if (auto* nodes = std::get_if<List>(&paragraph)) {
      for (Value& node : *nodes) add_node(std::move(node));
    }
  }
  std::vector<List> take() { return std::move(posts_); }

 private:
  bool has_something() const { return !posts_.back().empty(); }
  List& last() { return std::get<List>(posts_.back().back()); }

  void begin() {
    posts_.emplace_back();
    room_ = most_;
  }
  void append(Value paragraph, std::size_t size) {
    posts_.back().push_back(std::move(paragraph));
    room_ -= std::min(room_, size);
  }
  void next_post() {
    begin();
    append(List{}, kBrackets);
  }

  void add_node(Value node) {
    auto* fields = std::get_if<Fields>(&node);
    const std::string text(fields ? onebot::text_of(*fields, "text") : "");
    if (fields && !text.empty()) onebot::set(*fields, "text", "");
    const std::size_t around = size_of(node) + 1;
    if (text.empty() || around > most_ / 2) {
      if (!text.empty()) onebot::set(*fields, "text", text);
      if (size_of(node) + 1 > room_ && !last().empty()) next_post();
      return push(std::move(node));
    }
    for (std::string_view rest = text; !rest.empty();) {
      const std::size_t room = room_ > around ? room_ - around : 0;
      const std::size_t size = kit::portion(rest, room, !last().empty(), text_cost);
      onebot::set(*fields, "text", rest.substr(0, size));
      if (size > 0) push(node);
      rest.remove_prefix(size);
      if (!rest.empty()) next_post();
    }
  }
  void push(Value node) {
    room_ -= std::min(room_, size_of(node) + 1);
    last().push_back(std::move(node));
  }

  std::size_t most_, room_;
  std::vector<List> posts_{List{}};
};

}  // namespace

std::size_t text_cost(char c) {
  if (is_quoted(c)) return 4;
  if (c == '\n' || c == '\t' || c == '\r') return 3;
  return static_cast<unsigned char>(c) < 0x20 ? 7 : 1;
}

std::size_t size_of(const Value& content) {
  std::size_t size = 0;
  for (const char c : onebot::json::write(content)) size += is_quoted(c) ? 2 : 1;
  return size;
}

std::vector<List> posts_of(List paragraphs, std::size_t room) {
  Posts posts(room);
  for (Value& paragraph : paragraphs) posts.add(std::move(paragraph));
  return posts.take();
}

}  // namespace feishu
