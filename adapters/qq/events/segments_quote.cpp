// QQ names an earlier message by an index of its own ("REFIDX_..."), not by its id, and sends what it said along:
//
//   d.message_scene.ext   "ref_msg_idx=REFIDX_..."   answers that message
//                         "ref_msg_idx=TMP_..."      passes on a record of several, as one text
//   d.message_type        101 several messages, 102 a record, 103 an answer
//   d.msg_elements        the messages meant; each may hold msg_elements again

#include "adapters/qq/events/segments_quote.h"

#include "adapters/qq/events/attachments.h"
#include "adapters/qq/events/segments_people.h"

#include <string>
#include <string_view>
#include <utility>

namespace qq {

using onebot::Fields;
using onebot::List;
using onebot::Segment;
using onebot::Self;
using onebot::json::View;

namespace {

constexpr int kMaxDepth = 8;                                                  // of messages within messages
constexpr std::string_view kRecordHeading = "=== \xE6\xB6\x88\xE6\x81\xAF ";  // of each message in a record

struct Reader {
  View d{};
  Scene scene = Scene::c2c;
  const Self& self;

  // In C2C QQ gives no id for the bot's own messages, but there no other bot can have written.
  std::string author_id(View author) const {
    for (const std::string_view name : {"member_openid", "user_openid", "id"}) {
      const std::string id = author.at(name).text();
      if (!id.empty()) return is_self(d, self, id) ? self.user_id : id;
    }
    const bool own = author.at("is_you").boolean() || (scene == Scene::c2c && author.at("bot").boolean());
    return own ? self.user_id : "";
  }

  static List attachments(View element) {
    List list;
    const View native = element.at("attachments");
    for (std::size_t i = 0; i < native.size(); ++i) list.push_back(attachment_segment(native[i]).data);
    return list;
  }

  List elements(View list, int depth) const {
    List out;
    for (std::size_t i = 0; depth <= kMaxDepth && i < list.size(); ++i) out.push_back(element(list[i], depth));
    return out;
  }

  Fields element(View native, int depth) const {
    Fields out = {{"message_id", native.at("msg_idx").text()}, {"user_id", author_id(native.at("author"))}};
    if (std::string name = native.at("author.username").text(); !name.empty()) out.push_back({"user_name", name});
    out.push_back({"content", native.at("content").text()});
    if (List files = attachments(native); !files.empty()) out.push_back({"attachments", std::move(files)});
    if (const View ark = native.at("ark_data"); ark.is_object()) out.push_back({"ark", ark.value()});
    if (List inner = elements(native.at("msg_elements"), depth + 1); !inner.empty()) {
      out.push_back({"elements", std::move(inner)});
    }
    return out;
  }
};

// The message meant by index; the first when none says so.
View pick(View elements, std::string_view index) {
  for (std::size_t i = 0; i < elements.size(); ++i) {
    if (!index.empty() && elements[i].at("msg_idx").str() == index) return elements[i];
  }
  return elements[0];
}

Quote read_record(const Reader& reader, View elements) {
  const std::string_view content = reader.d.at("content").str();
  std::string text = pick(elements, scene_value(reader.d, "ref_msg_idx")).at("content").text();
  Quote quote{.holds_content = text.empty() && content.starts_with(kRecordHeading)};
  if (quote.holds_content) text = content;
  quote.segment = {"qq.forward", {{"text", std::move(text)}}};
  if (List all = reader.elements(elements, 1); !all.empty()) quote.segment.data.push_back({"elements", std::move(all)});
  return quote;
}

Quote read_answer(const Reader& reader, View elements, std::string index) {
  const View meant = pick(elements, index);
  if (index.empty()) index = meant.at("msg_idx").text();
  Segment reply = onebot::segment::reply(std::move(index), reader.author_id(meant.at("author")));
  if (std::string text = meant.at("content").text(); !text.empty()) reply.data.push_back({"qq.content", text});
  if (List files = Reader::attachments(meant); !files.empty()) reply.data.push_back({"qq.attachments", files});
  if (elements.size() > 1 || meant.at("msg_elements").size() > 0) {
    reply.data.push_back({"qq.elements", reader.elements(elements, 1)});
  }
  return {.segment = std::move(reply)};
}

}  // namespace

std::optional<Quote> read_quote(View d, Scene scene, const Self& self) {
  constexpr int kSeveral = 101, kRecord = 102, kAnswer = 103;
  const Reader reader{.d = d, .scene = scene, .self = self};
  if (scene == Scene::guild) {
    std::string id = d.at("message_reference.message_id").text();
    if (id.empty()) return {};
    return Quote{.segment = onebot::segment::reply(std::move(id), "")};
  }
  const std::string_view index = scene_value(d, "ref_msg_idx");
  const View elements = d.at("msg_elements");
  const auto type = d.at("message_type").integer().value_or(0);
  if (index.starts_with("TMP_") || type == kSeveral || type == kRecord) return read_record(reader, elements);
  if (!index.empty() || (type == kAnswer && elements.size() > 0)) {
    return read_answer(reader, elements, std::string(index));
  }
  return {};
}

std::string_view scene_value(View d, std::string_view key) {
  const View pairs = d.at("message_scene.ext");
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const std::string_view pair = pairs[i].str();
    // Values end in "==", so it is the first "=" that separates.
    const std::size_t equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == key) return pair.substr(equals + 1);
  }
  return {};
}

}  // namespace qq
