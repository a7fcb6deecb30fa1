#include "onebot/event.h"

#include "onebot/json.h"

#include <doctest/doctest.h>

#include <limits>
#include <set>
#include <string>

using onebot::Event;

TEST_CASE("a message event has every member the standard asks for, in one order") {
  const Event event{.id = "e1",
                    .time = 1632847927,
                    .type = "message",
                    .detail_type = "group",
                    .self = {"p", "b"},
                    .message = {onebot::segment::text("hi"), onebot::segment::image("f")},
                    .fields = {{"message_id", "m"}, {"group_id", "g"}, {"p.seq", 7}}};

  CHECK(onebot::to_json(event) ==
        R"({"id":"e1","time":1632847927.0,"type":"message","detail_type":"group","sub_type":"",)"
        R"("self":{"platform":"p","user_id":"b"},)"
        R"("message":[{"type":"text","data":{"text":"hi"}},{"type":"image","data":{"file_id":"f"}}],)"
        R"("alt_message":"hi[image]","message_id":"m","group_id":"g","p.seq":7})");
}

TEST_CASE("an alternative text that is given is kept") {
  Event event{.type = "message", .message = {onebot::segment::text("hi")}, .alt_message = "other"};

  CHECK(onebot::to_json(event).find(R"("alt_message":"other")") != std::string::npos);
}

TEST_CASE("a message without segments is an empty list, and a segment without data an empty object") {
  Event event{.type = "message"};
  CHECK(onebot::to_json(event).find(R"("message":[],"alt_message":"")") != std::string::npos);

  event.message = {onebot::segment::mention_all()};
  CHECK(onebot::to_json(event).find(R"("message":[{"type":"mention_all","data":{}}])") != std::string::npos);
}

TEST_CASE("a notice has no message, and a meta event no self") {
  CHECK(onebot::to_json({.type = "notice"}).find("message") == std::string::npos);
  CHECK(onebot::to_json({.type = "notice"}).find("self") != std::string::npos);
  CHECK(onebot::to_json({.type = "meta", .self = {"p", "b"}}).find("self") == std::string::npos);
}

TEST_CASE("whose an event is stands in its JSON as it is written, whatever stands before it") {
  const onebot::Self self{"p.q", "b\"\\,{\xE4\xBD\xA0"};
  for (const char* odd : {"", "a,\"self\":{\"platform\":\"x\"}", "\\", "\\\"", "\n"}) {
    CAPTURE(odd);
    const Event event{.id = odd, .time = -1e-300, .type = "message", .detail_type = odd, .sub_type = odd, .self = self};

    CHECK(onebot::self_in(onebot::to_json(event)) == onebot::to_json(self));
  }
  CHECK(onebot::to_json(onebot::Self{"p", "b"}) == R"({"platform":"p","user_id":"b"})");
}

TEST_CASE("what has no self, or is none of our events, is nobody's") {
  CHECK(onebot::self_in(onebot::to_json(Event{.type = "meta", .fields = {{"n", 1}}})).empty());
  for (const char* text : {"", "{", "{}", "[]", R"({"id)", R"({"id":"1")", R"({"id":"1",)", R"({"id":{"self":"x"}})",
                           R"({"time":12)", R"({"self":{"platform":"p)", R"({"self":)", R"({"self":"x"})"}) {
    CAPTURE(text);
    CHECK(onebot::self_in(text).empty());
  }
}

TEST_CASE("an event is valid JSON whatever the platform put into it") {
  const Event event{.id = "\xFF\"",
                    .time = std::numeric_limits<double>::quiet_NaN(),
                    .type = "notice",
                    .detail_type = std::string("a\0b", 3),
                    .self = {"\n", "\xC3"},
                    .fields = {{"\x01", "\xED\xA0\x80"}}};
  const auto document = onebot::json::Document::parse(onebot::to_json(event));

  REQUIRE(document);
  CHECK(document->root().at("time").number() == 0);
  CHECK(document->root().at("self.user_id").str() == "\xEF\xBF\xBD");
}

TEST_CASE("event ids are UUIDs of version 7 that never repeat and never fall") {
  std::set<std::string> ids;
  std::string last;
  for (int i = 0; i < 10'000; ++i) {
    const std::string id = onebot::make_event_id(1'790'000'000.0 + i / 5000);
    REQUIRE(id.size() == 36);
    CHECK((id[8] == '-' && id[13] == '-' && id[18] == '-' && id[23] == '-'));
    CHECK(id[14] == '7');
    CHECK(std::string("89ab").find(id[19]) != std::string::npos);
    CHECK(id > last);
    CHECK(ids.insert(id).second);
    last = id;
  }
}

TEST_CASE("an id begins with the milliseconds of its time") {
  const std::string id = onebot::make_event_id(1'999'000'000.123);

  CHECK(id.substr(0, 8) + id.substr(9, 4) == "01d16daf567b");
}

TEST_CASE("a clock that is not a time makes an id all the same") {
  for (const double now : {-1.0, std::numeric_limits<double>::infinity(), 0.0}) {
    CHECK(onebot::make_event_id(now).size() == 36);
  }
}
