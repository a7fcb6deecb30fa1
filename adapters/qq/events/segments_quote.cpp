// QQ names an earlier message by an index of its own ("REFIDX_..."), not by its id, and sends what it said along:
//
//   d.message_type        101 several messages, 102 a record of them, 103 an answer
//   d.message_scene.ext   "ref_msg_idx=REFIDX_..."   the message that is answered
//                         "ref_msg_idx=TMP_..."      a record passed on as one text; with 103 an answer to an answer
//   d.msg_elements        the messages meant; each may hold msg_elements again
//   d.message_reference   in guilds: {message_id} of the message that is answered

#include "adapters/qq/events/segments_quote.h"

#include "adapters/qq/events/attachments.h"
#include "adapters/qq/events/scalars.h"
#include "adapters/qq/events/segments_people.h"
#include "adapters/qq/events/unknown.h"

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

// What QQ documents of one of msg_elements.
constexpr Member kMembers[] = {{"msg_idx", Member::Kind::text},      {"author", Member::Kind::object},
                               {"message_type", Member::Kind::text}, {"content", Member::Kind::text},
                               {"attachments", Member::Kind::list},  {"ark_data", Member::Kind::object},
                               {"msg_elements", Member::Kind::list}};

struct Reader {
  View d{};
  Scene scene = Scene::c2c;
  const Self& self;
  View own{};  // mention of the bot

  // In C2C QQ gives no id for the bot's own messages, but there no other bot can have written.
  std::string author_id(View author) const {
    for (const std::string_view name : {"member_openid", "user_openid", "id"}) {
      const std::string id = author.at(name).text();
      if (!id.empty()) return names_self(own, self, id) ? self.user_id : id;
    }
    const bool is_own = is_true(author.at("is_you")) || (scene == Scene::c2c && is_true(author.at("bot")));
    return is_own ? self.user_id : "";
  }

  static List attachments(View element) {
    onebot::Message files;
    const View native = element.at("attachments");
    for (std::size_t i = 0; i < native.size(); ++i) append_attachment(files, native[i]);
    List list;
    for (Segment& file : files) list.push_back(std::move(file.data));
    return list;
  }

  // What is no object among the outermost becomes a segment of its own.
  List elements(View list, int depth) const {
    List out;
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (list[i].is_object()) out.push_back(element(list[i], depth));
      if (!list[i].is_object() && depth > 1) out.push_back(Fields{{"unknown", kept(list[i])}});
    }
    return out;
  }

  Fields element(View native, int depth) const {
    Fields out = {{"message_id", native.at("msg_idx").text()}, {"user_id", author_id(native.at("author"))}};
    if (std::string name = native.at("author.username").text(); !name.empty()) out.push_back({"user_name", name});
    out.push_back({"content", native.at("content").text()});
    if (List files = attachments(native); !files.empty()) out.push_back({"attachments", std::move(files)});
    if (const View ark = native.at("ark_data"); ark.is_object()) out.push_back({"ark", kept(ark)});
    const View inner = native.at("msg_elements");
    if (inner.size() > 0 && depth < kMaxDepth) out.push_back({"elements", elements(inner, depth + 1)});
    Fields more = unknown_members(native, kMembers);
    if (inner.size() > 0 && depth >= kMaxDepth) more.push_back({"msg_elements", kept(inner)});
    if (!more.empty()) out.push_back({"more", std::move(more)});
    return out;
  }
};

// The message meant by index; the first when none says so.
View pick(View elements, std::string_view index) {
  View first;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    if (!index.empty() && elements[i].at("msg_idx").str() == index) return elements[i];
    if (first.is_missing() && elements[i].is_object()) first = elements[i];
  }
  return first;
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

// Whether a reply's own members say all that is known of the one message in it.
bool is_plain(const Fields& element) {
  return !find(element, "ark") && !find(element, "elements") && !find(element, "more");
}

// Without any index nothing can be answered by it, so it is no reply as the standard has it.
std::optional<Quote> read_answer(const Reader& reader, View elements, std::string index) {
  const View meant = pick(elements, index);
  if (index.empty()) index = meant.at("msg_idx").text();
  std::string author = reader.author_id(meant.at("author"));
  Segment reply = index.empty() ? Segment{"qq.quote"} : onebot::segment::reply(std::move(index), author);
  if (reply.data.empty() && !author.empty()) reply.data.push_back({"qq.user_id", std::move(author)});
  if (std::string text = meant.at("content").text(); !text.empty()) reply.data.push_back({"qq.content", text});
  if (List files = Reader::attachments(meant); !files.empty()) reply.data.push_back({"qq.attachments", files});
  List all = reader.elements(elements, 1);
  if (all.size() > 1 || (!all.empty() && !is_plain(std::get<Fields>(all.front())))) {
    reply.data.push_back({"qq.elements", std::move(all)});
  }
  if (reply.data.empty()) return {};
  return Quote{.segment = std::move(reply), .is_answer = reader.scene != Scene::guild};
}

}  // namespace

// An index is spelled as QQ likes: the type of the message says what is meant by it, where there is one.
std::optional<Quote> read_quote(View d, Scene scene, const Self& self) {
  constexpr int kSeveral = 101, kRecord = 102, kAnswer = 103;
  const Reader reader{.d = d, .scene = scene, .self = self, .own = mention_of_self(d, self)};
  std::string index(scene_value(d, "ref_msg_idx"));
  if (index.empty()) index = d.at("message_reference.message_id").text();
  const View elements = d.at("msg_elements");
  const auto type = whole(d.at("message_type")).value_or(0);
  if (type == kSeveral || type == kRecord || (type != kAnswer && index.starts_with("TMP_"))) {
    return read_record(reader, elements);
  }
  return read_answer(reader, elements, std::move(index));
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
