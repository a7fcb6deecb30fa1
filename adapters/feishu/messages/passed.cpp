#include "adapters/feishu/messages/passed.h"

#include "onebot/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace feishu {
namespace {

using onebot::Fields;
using onebot::List;
using onebot::Result;
using onebot::Retcode;
using onebot::Segment;
using onebot::Value;

Result<Fields> content_of(const Segment& segment, const Passed& passed) {
  const Value* value = onebot::find(segment.data, passed.member);
  const auto* text = value ? std::get_if<std::string>(value) : nullptr;
  const auto* object = value ? std::get_if<Fields>(value) : nullptr;
  if (passed.whole && object) return *object;
  if (passed.whole && text) {
    const auto parsed = onebot::json::Document::parse(*text);
    if (parsed && parsed->root().is_object()) return std::get<Fields>(parsed->root().value());
  }
  if (!passed.whole && text && !text->empty()) return Fields{{std::string(passed.member), *text}};
  return onebot::fail(Retcode::bad_segment_data,
                      fmt::format("segment \"{}\": \"{}\" must be {}", segment.type, passed.member,
                                  passed.whole ? "an object or the JSON text of one" : "a string that is not empty"));
}

List* list_in(Fields& fields, std::string_view name) {
  const auto found = std::ranges::find(fields, name, &onebot::Field::name);
  return found == fields.end() ? nullptr : std::get_if<List>(&found->value);
}

// The platform wants both of a link: one without an address is its text, one without a text shows its address.
void mend_link(Value& node) {
  auto* fields = std::get_if<Fields>(&node);
  if (!fields || onebot::text_of(*fields, "tag") != "a") return;
  const std::string text(onebot::text_of(*fields, "text")), address(onebot::text_of(*fields, "href"));
  if (address.empty())
    node = Fields{{"tag", "text"}, {"text", text}};
  else if (text.empty())
    onebot::set(*fields, "text", address);
}

// Each locale's paragraphs.
std::vector<List*> bodies_of(Fields& post) {
  std::vector<List*> bodies;
  for (onebot::Field& locale : post) {
    auto* fields = std::get_if<Fields>(&locale.value);
    List* paragraphs = fields ? list_in(*fields, "content") : nullptr;
    if (paragraphs) bodies.push_back(paragraphs);
  }
  return bodies;
}

// Of one locale; its title stands over the first.
std::vector<Outgoing> several(const Fields& post, List paragraphs) {
  const auto& [locale, value] = post.front();
  const auto& whole = std::get<Fields>(value);
  const std::size_t around = size_of(locale) + size_of(Value(onebot::text_of(whole, "title"))) + 50;
  std::vector<Outgoing> out;
  for (List& part : posts_of(std::move(paragraphs), around < kMostRich / 2 ? kMostRich - around : kMostRich / 2)) {
    Fields body = whole;
    if (!out.empty() && onebot::find(body, "title")) onebot::set(body, "title", "");
    onebot::set(body, "content", std::move(part));
    out.push_back({"post", {{locale, std::move(body)}}});
  }
  return out;
}

}  // namespace

const Passed* find_passed(const Segment& segment, const Dialect& dialect) {
  std::string_view type = segment.type;
  if (!dialect.rich || !type.starts_with(dialect.prefix)) return nullptr;
  type.remove_prefix(dialect.prefix.size());
  const auto* found = std::ranges::find(kPassed, type, &Passed::segment);
  return found == std::end(kPassed) ? nullptr : found;
}

Result<std::vector<Outgoing>> pass(const Segment& segment, const Passed& passed) {
  ONEBOT_TRY(content, content_of(segment, passed));
  const std::vector<List*> bodies = passed.msg_type == "post" ? bodies_of(content) : std::vector<List*>{};
  for (List* paragraphs : bodies) {
    for (Value& paragraph : *paragraphs) {
      if (auto* nodes = std::get_if<List>(&paragraph)) std::ranges::for_each(*nodes, mend_link);
    }
  }
  const bool is_long = size_of(content) > kMostRich;
  if (is_long && bodies.size() == 1 && content.size() == 1) return several(content, *bodies.front());
  // In the request it is longer, by what is escaped; whether that counts, the platform says.
  const std::size_t size = onebot::json::write(content).size();
  if (size <= kMostCard) return std::vector<Outgoing>{{std::string(passed.msg_type), std::move(content)}};
  return onebot::fail(Retcode::bad_segment_data, fmt::format("segment \"{}\": has {} bytes; the platform takes {}",
                                                             segment.type, size, kMostCard));
}

}  // namespace feishu
