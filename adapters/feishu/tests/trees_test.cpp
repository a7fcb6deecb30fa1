// Whatever stands in the place of a part of a message, the rest of it arrives, and nothing goes without its ids.

#include "tests/trees.h"

#include "adapters/feishu/events/events.h"
#include "adapters/feishu/tests/rig.h"

#include <fmt/format.h>

using namespace rig;
using trees::Sample;

namespace {

// A message of this type, with two people mentioned.
std::string native_of(std::string_view type, std::string_view content, std::string_view sender = kLin) {
  const auto mention = [](std::string_view key, std::string_view id, std::string_view name) {
    return Fields{{"key", key},
                  {"id", Fields{{"open_id", id}, {"union_id", "on_1"}, {"user_id", onebot::Value()}}},
                  {"name", name},
                  {"mentioned_type", "user"}};
  };
  return onebot::json::write(
      Fields{{"schema", "2.0"},
             {"header",
              Fields{{"event_id", "ev_1"}, {"event_type", "im.message.receive_v1"}, {"create_time", "1754301601217"}}},
             {"event", Fields{{"sender", Fields{{"sender_id", Fields{{"open_id", sender}}}, {"sender_type", "user"}}},
                              {"message", Fields{{"message_id", "om_1"},
                                                 {"chat_id", kGroup},
                                                 {"chat_type", "group"},
                                                 {"message_type", type},
                                                 {"content", content},
                                                 {"mentions", onebot::List{mention("@_user_1", kMarco, "Marco"),
                                                                           mention("@_user_2", kBot, "Bridge")}}}}}}});
}

constexpr std::string_view kNodes =
    R"json([[{"tag":"text","text":"kept-1"},{"tag":"at","user_id":"@_user_1","user_name":"Marco"},{"tag":"a","text":"kept-2","href":"https://a.test"}],
        [{"tag":"md","text":"kept-3 <at user_id=\"ou_1\">x</at> ![image](img_1)"
},{"tag":"file","file_key":"file_1"}],
        [{"tag":"code_block","language":"C","text":"kept-4"},{"tag":"emotion","emoji_type":"OK"},{"tag":"text","text":"kept-5"}],
        [{"tag":"img","image_key":"img_2"}],[{"tag":"media","file_key":"file_2","image_key":"img_3"}],[{"tag":"new","text":"kept-6","of":{"what":1}}]])json";

std::vector<Sample> samples() {
  const std::string mentions = "event.message.mentions", content = "event.message.content>";
  const std::string plain = fmt::format(
      R"({{"title":"kept-0","content":{},"files":[{{"file_key":"file_8","file_name":"a.pdf"}},{{"file_key":"file_9"}}],"new":{{"of":1}}}})",
      kNodes);
  const std::string located = fmt::format(
      R"({{"zh_cn":{{"title":"kept-0","content":{}}},"files":[{{"file_key":"file_8"}}],"new":[1]}})", kNodes);
  const std::string markdown = fmt::format(R"({{"post":{{"content_v2":{}}},"content":[],"files":[]}})", kNodes);
  return {
      {native_of("post", plain),
       {mentions, content + "content", content + "files", content + "title", content + "new"}},
      {native_of("post", located),
       {mentions, content + "zh_cn.content", content + "zh_cn.title", content + "files", content + "new"}},
      {native_of("post", markdown), {mentions, content + "post.content_v2", content + "files"}},
      {native_of("text", R"({"text":"kept-1 @_user_1@_user_2 kept-2 @_all","new":{"of":1}})"),
       {mentions, content + "new"}},
      {native_of("interactive", "{}"), {mentions, "event.message.content"}},
      {native_of("image", R"({"image_key":"img_1"})"), {mentions, "event.message.content"}},
      {native_of("media", R"({"file_key":"file_1","image_key":"img_1","duration":1000})"),
       {mentions, "event.message.content"}},
      {R"({"header":{"event_id":"ev_2","event_type":"im.chat.member.user.added_v1"},"event":{"chat_id":"oc_1","operator_id":{"open_id":"ou_9"},
          "users":[{"name":"kept-1","user_id":{"open_id":"ou_1"}},{"name":"x","user_id":{"open_id":"ou_2"}},{"name":"kept-2","user_id":{"open_id":"ou_3"}}]}})",
       {"event.users.1", "event.operator_id"}},
      {R"({"uuid":"ev_3","type":"event_callback","event":{"type":"message","open_message_id":"om_1","open_chat_id":"oc_1","chat_type":"group","open_id":"ou_1",
          "msg_type":"post","title":"kept-1","text":"<p>kept-2</p>","image_keys":["img_1","img_2"]}})",
       {"event.image_keys"}},
  };
}

const trees::Words kWords{
    .names = {"tag",       "text",      "href",     "user_id", "user_name",  "image_key",     "file_key",
              "file_name", "is_folder", "duration", "content", "content_v2", "language",      "title",
              "files",     "zh_cn",     "key",      "id",      "open_id",    "union_id",      "name",
              "post",      "style",     "type",     "a.b",     "emoji_type", "mentioned_type"},
    .texts = {"text",
              "a",
              "at",
              "img",
              "media",
              "file",
              "audio",
              "md",
              "code_block",
              "hr",
              "emotion",
              "folder",
              "table",
              "",
              "word",
              "@_user_1",
              "@_user_2",
              "@_user_12",
              "@_all",
              "all",
              "ou_7",
              "img_7",
              "file_7",
              "bot",
              "<at user_id=\"\">x</at>",
              "<at id=all></at>",
              "![a](img_7)",
              "```",
              "{\"tag\":\"text\"}",
              "\n"}};

}  // namespace

TEST_CASE("no JSON in the place of a part of a message costs the rest of it, or an id") {
  const auto translate = [](std::string_view native) {
    const Document document = parse(native);
    const auto events = feishu::translate_payload("feishu", document.root(), {"feishu", kBot});
    return events ? *events : std::vector<Event>();
  };
  CHECK(trees::play({.samples = samples(), .words = kWords, .translate = translate}, trees::rounds_or(3000)) == "");
}
