#include "adapters/qq/events/segments.h"

#include "adapters/qq/events/attachments.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using onebot::Fields;
using onebot::Message;
using onebot::Result;
using onebot::Self;
using onebot::text_of;
using onebot::json::Document;

namespace {

const Self kSelf{.platform = "qq", .user_id = "3141592653589793238"};

// The segments as the JSON that applications see.
std::string segments(const Result<Message>& message) {
  if (!message) return "error: " + message.error().message;
  std::string out;
  for (const onebot::Segment& part : *message) out += part.type + onebot::json::write(part.data);
  return out;
}

Document parse(std::string_view text) {
  auto document = Document::parse(text);
  REQUIRE(document.has_value());
  return *std::move(document);
}

}  // namespace

TEST_CASE("the blank that QQ leaves where it removed the mention is gone, be it U+0020 or U+00A0") {
  for (const std::string_view blank : {" ", "\xC2\xA0", " \xC2\xA0 "}) {
    CAPTURE(blank);
    const Document d = parse(R"({"content": ")" + std::string(blank) + R"(/weather tomorrow "})");

    CHECK(segments(qq::read_group_at(d.root(), kSelf)) ==
          R"(mention{"user_id":"3141592653589793238"}text{"text":"/weather tomorrow"})");
  }
}

TEST_CASE("a group message in full mode keeps its blanks") {
  const Document d = parse(R"({"content": " a "})");

  CHECK(segments(qq::read_group(d.root(), kSelf)) == R"(text{"text":" a "})");
}

TEST_CASE("the bot is mentioned once, even when the text still shows it") {
  const Document d = parse(R"({"content": "<@B1> hi", "mentions": [{"member_openid": "B1", "is_you": true}]})");

  CHECK(segments(qq::read_group_at(d.root(), kSelf)) ==
        R"(mention{"user_id":"3141592653589793238"}text{"text":" hi"})");
}

TEST_CASE("a mention of everyone that says is_you is none of the bot") {
  const Document d =
      parse(R"({"content": "<@B1>", "mentions": [{"scope": "all", "is_you": true, "member_openid": "B1"}]})");

  CHECK(segments(qq::read_group(d.root(), kSelf)) == R"(mention_all{}text{"text":"<@B1>"})");
}

TEST_CASE("whom a message mentions is mentioned once, be it in a tag, in the list or in both") {
  const auto read = [](std::string_view content, std::string_view mentions) {
    const Document d =
        parse(R"({"content": ")" + std::string(content) + R"(", "mentions": )" + std::string(mentions) + "}");
    return segments(qq::read_group(d.root(), kSelf));
  };
  constexpr std::string_view kZhao = R"({"member_openid": "Z", "id": "Z2", "user_openid": "Z3", "username": "Zhao"})";
  const std::string zhao = R"(mention{"user_id":"Z","qq.user_name":"Zhao"})";
  const std::string once = "[" + std::string(kZhao) + "]", twice = "[" + std::string(kZhao) + R"(, {"id": "Z2"}])";

  CHECK(read(" hi", once) == zhao + R"(text{"text":"hi"})");
  CHECK(read("<@Z> hi", once) == zhao + R"(text{"text":" hi"})");
  CHECK(read("hi <@!Z3>", twice) == R"(text{"text":"hi "})" + zhao);
  CHECK(read("hi ", twice) == zhao + R"(text{"text":"hi"})");
  CHECK(read("", R"([{"nickname": "Wei", "user_openid": "W"}])") == R"(mention{"user_id":"W","qq.user_name":"Wei"})");
}

TEST_CASE("the bot is mentioned in front of all others, wherever the list has it") {
  const Document d = parse(R"({"content": " hi", "mentions": [{"scope": "all"}, {"id": "Z"}, {"is_you": true}]})");

  CHECK(segments(qq::read_group(d.root(), kSelf)) ==
        R"(mention{"user_id":"3141592653589793238"}mention_all{}mention{"user_id":"Z"}text{"text":"hi"})");
}

TEST_CASE("a mention without an id is the name in the text, and none has an empty id") {
  const auto read = [](std::string_view content) {
    const Document d =
        parse(R"({"content": ")" + std::string(content) + R"(", "mentions": [{"id": "", "username": "Zhao"}, {}]})");
    return segments(qq::read_group(d.root(), kSelf));
  };

  CHECK(read(" hi") == R"(text{"text":"@Zhao hi"})");
  CHECK(read("hi @Zhao") == R"(text{"text":"hi @Zhao"})");
}

TEST_CASE("who is listed by name alone and shown by a tag is mentioned once") {
  const std::string own = R"(mention{"user_id":"3141592653589793238"})";
  const Document bot = parse(
      R"({"content": "<@!3141592653589793238> /x", "mentions": [{"avatar": "a", "bot": true, "username": "Bridge"}]})");
  CHECK(segments(qq::read_guild(bot.root(), kSelf)) == own + R"(text{"text":" /x"})");
  const Document taken = parse(R"({"content": " /x", "mentions": [{"bot": true, "username": "Bridge"}]})");
  CHECK(segments(qq::read_group_at(taken.root(), kSelf)) == own + R"(text{"text":"/x"})");
  const Document other = parse(R"({"content": "<@!77> <@!3141592653589793238> x", "mentions": [{"username": "Lin"}]})");
  CHECK(segments(qq::read_guild(other.root(), kSelf)) ==
        R"(mention{"user_id":"77"}text{"text":" "})" + own + R"(text{"text":" x"})");
  const Document untagged = parse(R"({"content": "<@!3141592653589793238> x", "mentions": [{"username": "Lin"}]})");
  CHECK(segments(qq::read_guild(untagged.root(), kSelf)) == R"(text{"text":"@Lin "})" + own + R"(text{"text":" x"})");
}

TEST_CASE("a mention is read in private messages, too, as far as the message lists it") {
  const Document d = parse(R"({"content": "<@Z> <@Y>", "mentions": [{"id": "Z"}]})");

  CHECK(segments(qq::read_c2c(d.root(), kSelf)) == R"(mention{"user_id":"Z"}text{"text":" <@Y>"})");
}

TEST_CASE("everyone is mentioned in a guild whose text has lost the tag") {
  const Document d = parse(R"({"content": "hi", "mention_everyone": true})");

  CHECK(segments(qq::read_guild(d.root(), kSelf)) == R"(mention_all{}text{"text":"hi"})");
}

TEST_CASE("an answer is an answer, however its index is spelled, and loses the blank behind the quote") {
  for (const std::string_view index : {"REFIDX_a==", "TMP_116f2d24", "new-kind-of-index"}) {
    const Document d =
        parse(R"({"content": "\u00a0 third", "message_type": 103, "message_scene": {"ext": ["ref_msg_idx=)" +
              std::string(index) + R"("]}, "msg_elements": [{"content": "second"}]})");

    CHECK(segments(qq::read_group(d.root(), kSelf)) ==
          R"(reply{"message_id":")" + std::string(index) +
              R"(","user_id":"","qq.content":"second"}text{"text":"third"})");
  }
}

TEST_CASE("what is quoted without an index is kept, and is no reply") {
  const Document d = parse(R"({"content": " x", "message_type": 103, "msg_elements": [{"content": "first"}]})");

  CHECK(segments(qq::read_c2c(d.root(), kSelf)) == R"(qq.quote{"qq.content":"first"}text{"text":"x"})");
}

TEST_CASE("messages that come along are kept under every type of message") {
  const Document d =
      parse(R"({"content": "x", "message_type": 7, "msg_elements": [{"msg_idx": "I", "content": "y"}]})");

  CHECK(segments(qq::read_c2c(d.root(), kSelf)) ==
        R"(reply{"message_id":"I","user_id":"","qq.content":"y"}text{"text":"x"})");
}

TEST_CASE("the kind of a file is told in any case, with or without subtype and parameters") {
  const auto type = [](std::string_view content_type) {
    const Document d = parse(R"({"url": "https://a.test/f", "content_type": ")" + std::string(content_type) + R"("})");
    return qq::attachment_segment(d.root()).type;
  };

  for (const std::string_view image : {"image", "IMAGE", "Image/PNG", "image/png; charset=binary", " image ;x"}) {
    CHECK(type(image) == "image");
  }
  for (const std::string_view voice : {"voice", "VOICE", "audio", "audio/silk", "Audio/MPEG;rate=8000"}) {
    CHECK(type(voice) == "voice");
  }
  CHECK(type("Video") == "video");
  for (const std::string_view file : {"file", "", "imagery", "application/image", "text/plain"}) {
    CHECK(type(file) == "file");
  }
}

TEST_CASE("what nobody understands is kept, and costs nothing of what stands beside it") {
  const auto read = [](std::string_view members) {
    const Document d = parse(R"({"content": "hi", )" + std::string(members) + "}");
    const std::string all = segments(qq::read_c2c(d.root(), kSelf));
    CHECK(all.find(R"(text{"text":"hi"})") != std::string::npos);
    return all.substr(std::min(all.size(), std::string(R"(text{"text":"hi"})").size()));
  };

  CHECK(read(R"("attachments": {"a": 1})") == R"(qq.unknown{"name":"attachments","node":{"a":1}})");
  CHECK(read(R"("attachments": ["a"])") == R"(qq.unknown{"name":"attachment","node":"a"})");
  CHECK(read(R"("attachments": [{"url": "https://a.test/f", "new": [1]}])").find(R"("qq.more":{"new":[1]})") !=
        std::string::npos);
  CHECK(read(R"("ark": "card")") == R"(qq.unknown{"name":"ark","node":"card"})");
  CHECK(read(R"("embeds": [7])") == R"(qq.unknown{"name":"embed","node":7})");
  CHECK(read(R"("keyboard": {"rows": 1})") == R"(qq.unknown{"name":"keyboard","node":{"rows":1}})");
  CHECK(read(R"("keyboard": {"id": "7"})") == R"(qq.keyboard{"id":"7"})");
  CHECK(read(R"("markdown": {"content": "# a"})") == R"(qq.markdown{"content":"# a"})");
  CHECK(read(R"("msg_elements": ["x"])") == R"(qq.unknown{"name":"msg_element","node":"x"})");
  CHECK(read(R"("poll": {"a": 1}, "seq": 7, "flag": true, "none": [], "empty": {}, "null": null)") ==
        R"(qq.unknown{"name":"poll","node":{"a":1}})");
}

TEST_CASE("what a quoted message holds beside its text is kept with it") {
  const Document d = parse(R"({"content": "", "msg_elements": [{"msg_idx": "I", "content": "a", "poll": 3,
                               "msg_elements": ["x"], "attachments": [7]}]})");

  CHECK(segments(qq::read_c2c(d.root(), kSelf)) ==
        R"(reply{"message_id":"I","user_id":"","qq.content":"a","qq.attachments":[{"name":"attachment","node":7}],)"
        R"("qq.elements":[{"message_id":"I","user_id":"","content":"a","attachments":[{"name":"attachment","node":7}],)"
        R"("elements":[{"unknown":"x"}],"more":{"poll":3}}]})");
}

TEST_CASE("escapes are undone in guilds and left alone elsewhere") {
  const Document d = parse(R"({"content": "&lt;@!12876043318290471155&gt; &amp;lt;"})");

  CHECK(segments(qq::read_guild(d.root(), kSelf)) == R"(text{"text":"<@!12876043318290471155> &lt;"})");
  CHECK(segments(qq::read_c2c(d.root(), kSelf)) == R"(text{"text":"&lt;@!12876043318290471155&gt; &amp;lt;"})");
}

TEST_CASE("an index holds everything behind the first equals sign") {
  const Document d = parse(R"({"content": "x", "message_scene": {"ext": [7, "ref_msg_idx=REFIDX_a=b=="]}})");

  CHECK(segments(qq::read_c2c(d.root(), kSelf)) ==
        R"(reply{"message_id":"REFIDX_a=b==","user_id":""}text{"text":"x"})");
}

TEST_CASE("quotes within quotes are read eight deep and no deeper") {
  std::string element = R"({"content": "0"})";
  for (int i = 1; i < 12; ++i) {
    element = R"({"content": ")" + std::to_string(i) + R"(", "msg_elements": [)" + element + "]}";
  }
  const Document d = parse(R"({"content": "", "message_type": 103, "msg_elements": [)" + element + "]}");

  const Result<Message> message = qq::read_c2c(d.root(), kSelf);
  REQUIRE(message);
  const onebot::Value* level = find(message->front().data, "qq.elements");
  int depth = 0;
  for (; level; ++depth) level = find(std::get<Fields>(std::get<onebot::List>(*level).front()), "elements");
  CHECK(depth == 8);
}

TEST_CASE("a record of messages that QQ sends as elements keeps the text its author wrote") {
  const Document d = parse(R"({"content": "look", "message_type": 102, "msg_elements": [{"content": "=== 1"}]})");

  CHECK(segments(qq::read_c2c(d.root(), kSelf)) ==
        R"(qq.forward{"text":"=== 1","elements":[{"message_id":"","user_id":"","content":"=== 1"}]})"
        R"(text{"text":"look"})");
}

TEST_CASE("a message with nothing to show is qq.unknown, never empty") {
  CHECK(segments(qq::read_c2c(parse(R"({})").root(), kSelf)) == "qq.unknown{}");
  CHECK(segments(qq::read_guild(parse(R"({"content": "", "message_type": 9})").root(), kSelf)) ==
        R"(qq.unknown{"message_type":9})");
}

TEST_CASE("content that is no text is kept as it is, but a number is read as text") {
  CHECK(segments(qq::read_c2c(parse(R"({"content": [1]})").root(), kSelf)) ==
        R"(qq.unknown{"name":"content","node":[1]})");
  CHECK(segments(qq::read_c2c(parse(R"({"content": 1})").root(), kSelf)) == R"(text{"text":"1"})");
}

TEST_CASE("markdown and buttons that are written as text are kept") {
  CHECK(segments(qq::read_c2c(parse(R"({"content": "", "message_type": 2, "markdown": "# x"})").root(), kSelf)) ==
        R"(qq.markdown{"content":"# x"})");
  CHECK(segments(qq::read_c2c(parse(R"({"content": "x", "keyboard": "k1"})").root(), kSelf)) ==
        R"(text{"text":"x"}qq.unknown{"name":"keyboard","node":"k1"})");
}

TEST_CASE("numbers and truths say the same when they are written as text") {
  const Document d = parse(R"({"content": " x", "message_type": "103", "message_scene": {"ext": ["ref_msg_idx=TMP_1"]},
                               "mentions": [{"is_you": "true", "bot": 1, "id": "OWN"}, {"is_you": 1, "id": "OWN"}]})");

  CHECK(segments(qq::read_group(d.root(), kSelf)) ==
        R"(reply{"message_id":"TMP_1","user_id":""}mention{"user_id":"3141592653589793238"}text{"text":"x"})");
  CHECK(segments(qq::read_group(parse(R"({"content": "@everyone x", "mention_everyone": "true"})").root(), kSelf)) ==
        R"(mention_all{}text{"text":" x"})");
}

TEST_CASE("addresses are completed with what QQ left out") {
  CHECK(qq::complete_url("//multimedia.nt.qq.com.cn/a") == "https://multimedia.nt.qq.com.cn/a");
  CHECK(qq::complete_url("gchat.qpic.cn/a?u=http://b") == "https://gchat.qpic.cn/a?u=http://b");
  CHECK(qq::complete_url("http://thirdqq.qlogo.cn/0") == "http://thirdqq.qlogo.cn/0");
  CHECK(qq::complete_url(" HTTPS://gchat.qpic.cn/A ") == "https://gchat.qpic.cn/A");
  CHECK(qq::complete_url("") == "");
}

TEST_CASE("an address without a host is told and leads nowhere") {
  CHECK(qq::complete_url("/download?id=1") == "/download?id=1");
  CHECK(qq::attachment_segment(parse(R"({"content_type": "image/png", "url": "/a"})").root()).type == "qq.attachment");
}

TEST_CASE("a file id tells its address and name again") {
  const qq::RemoteFile file{.url = "https://example.test/a?b=c&d=%20#e", .name = "report (final) \xE4\xBD\xA0.pdf"};

  CHECK(qq::read_file_id(qq::make_file_id(file)) == file);
}

TEST_CASE("a file id is bounded, and leads to nothing but http") {
  CHECK(qq::make_file_id({.url = "https://" + std::string(qq::kMaxUrl, 'a'), .name = "a"}) == "");
  CHECK(qq::make_file_id({.url = "file:///etc/passwd", .name = "a"}) == "");
  CHECK_FALSE(qq::read_file_id("qq.file?url=file%3A%2F%2F%2Fetc%2Fpasswd"));
  CHECK_FALSE(qq::read_file_id("other"));

  std::string name;
  for (std::size_t i = 0; i < qq::kMaxFileName; ++i) name += "\xC3\xA9";
  const auto file = qq::read_file_id(qq::make_file_id({.url = "https://example.test/a", .name = name}));
  REQUIRE(file);
  CHECK(file->name == name.substr(0, qq::kMaxFileName));
}

TEST_CASE("the name of a file is cut between characters, in front of its extension") {
  const std::string name = std::string(qq::kMaxFileName - 5, 'a') + "\xC3\xA9.pdf";
  const auto file = qq::read_file_id(qq::make_file_id({.url = "https://example.test/a", .name = name}));

  REQUIRE(file);
  CHECK(file->name == std::string(qq::kMaxFileName - 5, 'a') + ".pdf");
}

TEST_CASE("an attachment without an address is shown, but is no file") {
  const Document d = parse(R"({"attachments": [{"content_type": "image/png", "filename": "a.png"}]})");

  CHECK(segments(qq::read_c2c(d.root(), kSelf)) ==
        R"(qq.attachment{"qq.url":"","qq.filename":"a.png","qq.size":0,"qq.content_type":"image/png"})");
}

TEST_CASE("a size is a number, also where QQ writes it as text") {
  const auto size = [](std::string_view written) {
    const auto document = onebot::json::Document::parse(R"({"content_type":"file","url":"https://a.test/f","size":)" +
                                                        std::string(written) + "}");
    return onebot::json::write(*find(qq::attachment_segment(document->root()).data, "qq.size"));
  };

  CHECK(size("1024") == "1024");
  CHECK(size("\"1024\"") == "1024");
  CHECK(size("\"much\"") == "0");
  CHECK(size("-1e300") == "0");
}
