#include "onebot/segment.h"

#include "onebot/event.h"
#include "onebot/json.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>

using onebot::Fields;
using onebot::Message;
using onebot::Result;
using onebot::Retcode;
namespace json = onebot::json;

namespace {

// What read_message_param() makes of params in JSON.
Result<Message> read(std::string_view params) {
  const auto document = json::Document::parse(params);
  REQUIRE(document);
  return onebot::read_message_param(std::get<Fields>(document->root().value()));
}

std::string types(const Result<Message>& message) {
  if (!message) return "error: " + message.error().message;
  std::string all;
  for (const auto& segment : *message) all += segment.type + " ";
  return all;
}

Retcode code(const Result<Message>& message) { return message ? Retcode::ok : message.error().code; }

}  // namespace

TEST_CASE("a string is one literal text segment") {  // C-MSG-02
  const auto message = read(R"({"message":"[CQ:at,id=1]"})");

  REQUIRE(message);
  REQUIRE(message->size() == 1);
  CHECK(onebot::text_of((*message)[0].data, "text") == "[CQ:at,id=1]");
}

TEST_CASE("a list, one segment and strings in a list are messages") {  // C-MSG-02
  CHECK(types(read(R"({"message":[{"type":"text","data":{"text":"a"}},{"type":"image","data":{"file_id":"f"}}]})")) ==
        "text image ");
  CHECK(types(read(R"({"message":{"type":"mention","data":{"user_id":"u"}}})")) == "mention ");
  CHECK(types(read(R"({"message":["a",{"type":"mention_all","data":{}}]})")) == "text mention_all ");
}

TEST_CASE("missing and null data count as empty") {  // C-MSG-03
  CHECK(types(read(R"({"message":[{"type":"mention_all"}]})")) == "mention_all ");
  CHECK(types(read(R"({"message":[{"type":"mention_all","data":null}]})")) == "mention_all ");
}

TEST_CASE("a message parameter that is no message is 10003") {  // C-MSG-03, C-MSG-05
  for (const std::string_view params :
       {R"({})", R"({"message":null})", R"({"message":1})", R"({"message":true})", R"({"message":[]})",
        R"({"message":""})", R"({"message":["",""]})", R"({"message":[{"type":"text","data":{"text":""}}]})",
        R"({"message":[1]})", R"({"message":[{"data":{}}]})", R"({"message":{"type":""}})",
        R"({"message":{"type":7,"data":{}}})", R"({"message":[[]]})"}) {
    CAPTURE(params);
    CHECK(code(read(params)) == Retcode::bad_param);
  }
}

TEST_CASE("a member that is missing or of another type is 10006 and named") {  // C-MSG-04
  const std::pair<std::string_view, std::string_view> wrong[] = {
      {R"({"type":"text","data":{}})", "text"},
      {R"({"type":"text","data":{"text":1}})", "text"},
      {R"({"type":"image"})", "file_id"},
      {R"({"type":"voice","data":{"file_id":null}})", "file_id"},
      {R"({"type":"mention","data":{"user_id":12345}})", "user_id"},
      {R"({"type":"reply","data":{}})", "message_id"},
      {R"({"type":"reply","data":{"message_id":"m","user_id":1}})", "user_id"},
      {R"({"type":"location","data":{"latitude":"31.0","longitude":1.0,"title":"","content":""}})", "latitude"},
      {R"({"type":"image","data":[]})", "data"},
  };
  for (const auto& [segment, member] : wrong) {
    CAPTURE(segment);
    const auto message = read(std::string(R"({"message":[)") + std::string(segment) + "]}");
    CHECK(code(message) == Retcode::bad_segment_data);
    CHECK(message.error().message.find(member) != std::string::npos);
  }
}

TEST_CASE("a location takes whole numbers") {  // C-SEG-13
  CHECK(types(read(
            R"({"message":{"type":"location","data":{"latitude":31,"longitude":-1,"title":"t","content":""}}})")) ==
        "location ");
}

TEST_CASE("a reply may be sent without the user it answers") {  // C-SEG-10
  CHECK(types(read(R"({"message":[{"type":"reply","data":{"message_id":"m"}},"hi"]})")) == "reply text ");
}

TEST_CASE("a reply comes out first, the rest in its order") {  // C-MSG-06, C-SEG-12
  CHECK(types(read(R"({"message":["a",{"type":"x.face"},{"type":"reply","data":{"message_id":"m"}},"b"]})")) ==
        "reply text x.face text ");
}

TEST_CASE("two replies in one message are 10007") {
  const auto message = read(R"({"message":[{"type":"reply","data":{"message_id":"m"}},"a",
                                           {"type":"reply","data":{"message_id":"n"}}]})");

  CHECK(code(message) == Retcode::unsupported_segment_data);
}

TEST_CASE("segments that are not standard are passed on with their data") {
  const auto message = read(R"({"message":[{"type":"x.face","data":{"id":1}},{"type":"nope","data":{"a":[]}}]})");

  CHECK(types(message) == "x.face nope ");
  CHECK(json::write((*message)[0].data) == R"({"id":1})");
}

TEST_CASE("text behind text is merged, and nothing is no segment") {  // C-MSG-06
  Message message;
  onebot::append_text(message, "");
  CHECK(message.empty());

  onebot::append_text(message, "a");
  onebot::append_text(message, "b");
  message.push_back(onebot::segment::mention_all());
  onebot::append_text(message, "c");

  REQUIRE(message.size() == 3);
  CHECK(onebot::text_of(message[0].data, "text") == "ab");
  CHECK(onebot::text_of(message[2].data, "text") == "c");
}

TEST_CASE("text is merged whatever members stand before it") {
  Message message = {{"text", {{"x.length", 3}, {"text", "a"}}}};

  onebot::append_text(message, "b");

  CHECK(onebot::text_of(message[0].data, "text") == "ab");
}

TEST_CASE("the alternative text is text verbatim, names of people, and the kind of all else") {  // C-ALT-01
  Message message = {onebot::segment::reply("m", "u"), onebot::segment::text("a[x]"), onebot::segment::image("f"),
                     onebot::segment::mention("u1"), onebot::segment::mention_all()};
  onebot::set(message[3].data, "x.user_name", "Ann");

  CHECK(onebot::alt_text(message) == "a[x][image]@Ann@all");
  CHECK(onebot::alt_text({onebot::segment::mention("u1")}) == "@u1");
  CHECK(onebot::alt_text({}).empty());
}
