#include "onebot/translate.h"

#include "onebot/conform.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using onebot::Event;
using onebot::EventTable;
using onebot::Fields;
using onebot::Message;
using onebot::Native;
using onebot::on;
using onebot::Result;
using onebot::Self;
using onebot::Value;
using onebot::json::Document;
using onebot::json::View;

namespace {

const Self kSelf{"p", "bot"};

Result<Message> read_text(View native, const Self&) {
  if (!native.at("text").is_string()) return onebot::fail(onebot::Retcode::bad_request, "\"text\" must be a string");
  return Message{onebot::segment::text(std::string(native.at("text").str()))};
}

std::string joined(View native, View, const Self&) { return native.at("invited").boolean() ? "invite" : "join"; }

Value who(View native, View item, const Self& self) {
  return native.at("room").text() + "/" + item.at("id").text() + "/" + self.user_id;
}
Value nothing(View, View, const Self&) { return {}; }

constexpr onebot::EventRule kRules[] = {
    on("said").message("group", read_text).take("message_id", "id").take("group_id", "room").take("user_id", "from.id"),
    on("friend").when("state", "added").notice("friend_increase").take("user_id", "id").at("since", onebot::seconds),
    on("friend").when("gone", "true").notice("friend_decrease").take("user_id", "id"),
    on("friend").notice("p.friend").take("user_id", "id|other_id|name").extra("p.count", "count"),
    on("joined")
        .each("people")
        .notice("group_member_increase")
        .sub(joined)
        .take("group_id", "room")
        .take("user_id", "$.id")
        .field("operator_id", nothing)
        .field("p.who", who)
        .at("$.at|at"),
    on("words")
        .notice("p.words")
        .self("user_id")
        .constant("p.kind", "word")
        .constant("p.empty", "")
        .constant("p.on", true)
        .constant("p.off", false)
        .take("p.left_out", "absent")
        .keep("p.kept", "absent")
        .take("group_id", "absent")
        .field("p.nothing", nothing)
        .take("p.json", "object", onebot::as_json)
        .extra("p.object", "object"),
};
static_assert(onebot::conform(kRules, "p"));

constexpr EventTable kTable = {.rules = kRules,
                               .envelope = {.id = "id", .name = "name", .time = "time", .payload = "body"}};

std::vector<Event> translated(std::string_view json, const EventTable& table = kTable, std::string_view name = {}) {
  const auto frame = Document::parse(json);
  REQUIRE(frame);
  auto events = translate(table, frame->root(), kSelf, name);
  REQUIRE(events);
  return *std::move(events);
}

std::string fields(const Event& event) { return onebot::json::write(event.fields); }

}  // namespace

// What the compiler must refuse to call OneBot.
namespace refused {
using onebot::conform;
constexpr onebot::EventRule kFieldMissing[] = {on("x").notice("group_member_increase").take("group_id", "g")};
constexpr onebot::EventRule kFieldForeign[] = {
    on("x").notice("friend_increase").take("user_id", "u").take("nick", "n")};
constexpr onebot::EventRule kFieldOfAnother[] = {
    on("x").notice("friend_increase").take("user_id", "u").take("group_id", "g")};
constexpr onebot::EventRule kFieldTwice[] = {on("x").notice("friend_increase").take("user_id", "u").self("user_id")};
constexpr onebot::EventRule kSubTypeForeign[] = {on("x").notice("friend_increase", "invite").take("user_id", "u")};
constexpr onebot::EventRule kDetailForeign[] = {on("x").notice("friend_renamed").take("user_id", "u")};
constexpr onebot::EventRule kRequest[] = {on("x").request("friend_request").take("user_id", "u")};
constexpr onebot::EventRule kWrongType[] = {on("x").notice("group").take("user_id", "u")};
constexpr onebot::EventRule kNoType[] = {on("x").take("user_id", "u")};
constexpr onebot::EventRule kBadPrefix[] = {on("x").notice("P2.thing")};
constexpr onebot::EventRule kTakenPrefix[] = {on("x").notice("p.thing").take("self.name", "n")};
constexpr onebot::EventRule kPrefixAlone[] = {on("x").notice("p.")};
static_assert(!conform(kFieldMissing, "p") && !conform(kFieldForeign, "p") && !conform(kFieldOfAnother, "p") &&
              !conform(kFieldTwice, "p"));
static_assert(!conform(kSubTypeForeign, "p") && !conform(kDetailForeign, "p") && !conform(kRequest, "p") &&
              !conform(kWrongType, "p"));
static_assert(!conform(kNoType, "p") && !conform(kBadPrefix, "p") && !conform(kTakenPrefix, "p") &&
              !conform(kPrefixAlone, "p"));

constexpr onebot::EventRule kForeignPrefix[] = {on("x").notice("q.thing")};
constexpr onebot::EventRule kForeignField[] = {on("x").notice("p.thing").take("q.name", "n")};
constexpr onebot::EventRule kForeignSubType[] = {on("x").notice("friend_increase", "q.scan").take("user_id", "u")};
constexpr onebot::EventRule kPrefixWithin[] = {on("x").notice("pp.thing")};
static_assert(!conform(kForeignPrefix, "p") && !conform(kForeignField, "p") && !conform(kForeignSubType, "p"));
static_assert(!conform(kPrefixWithin, "p") && conform(kPrefixWithin, "p pp") && conform(kForeignField, "q p"));

constexpr onebot::EventRule kShadowed[] = {on("x").notice("p.a"), on("y").notice("p.b"), on("x").notice("p.c")};
constexpr onebot::EventRule kShadowedWhen[] = {on("x").notice("p.a"), on("x").when("n", "1").notice("p.c")};
constexpr onebot::EventRule kSameWhen[] = {on("x").when("n", "1").notice("p.a"), on("x").when("n", "1").notice("p.c")};
constexpr onebot::EventRule kNarrowed[] = {on("x").when("n", "1").notice("p.a"), on("x").when("n", "2").notice("p.b"),
                                           on("x").notice("p.c")};
static_assert(!conform(kShadowed, "p") && !conform(kShadowedWhen, "p") && !conform(kSameWhen, "p"));
static_assert(conform(kNarrowed, "p"));

constexpr onebot::EventRule kPathEmpty[] = {on("x").notice("p.a").take("user_id", "")};
constexpr onebot::EventRule kPathOpen[] = {on("x").notice("p.a").take("user_id", "a.")};
constexpr onebot::EventRule kPathHole[] = {on("x").notice("p.a").take("user_id", "a||b")};
constexpr onebot::EventRule kPathBlank[] = {on("x").notice("p.a").take("user_id", "a b")};
constexpr onebot::EventRule kItemOfNone[] = {on("x").notice("p.a").take("user_id", "$.id")};
constexpr onebot::EventRule kTimeOpen[] = {on("x").notice("p.a").at(".t")};
constexpr onebot::EventRule kWhenOpen[] = {on("x").when("a..b", "1").notice("p.a")};
static_assert(!conform(kPathEmpty, "p") && !conform(kPathOpen, "p") && !conform(kPathHole, "p"));
static_assert(!conform(kPathBlank, "p") && !conform(kItemOfNone, "p") && !conform(kTimeOpen, "p"));
static_assert(!conform(kWhenOpen, "p"));

enum class Scene { one, many };
constexpr onebot::EventRule kOnceOfNothing[] = {on("x").notice("p.a").once("message", "")};
constexpr onebot::EventRule kOnceWithoutKey[] = {on("x").notice("p.a").once("", "id")};
constexpr onebot::EventRule kOnceTwice[] = {on("x").notice("p.a").once("message", "id").once("other", "id")};
constexpr onebot::EventRule kNoChat[] = {on("x").notice("p.a").answerable(Scene::many, "")};
constexpr onebot::EventRule kChatHole[] = {on("x").notice("p.a").leaves(Scene::many, "room..id")};
constexpr onebot::EventRule kEchoOfNothing[] = {on("x").notice("p.a").own_echo("", "")};
constexpr onebot::EventRule kAwaitedAlways[] = {on("x").notice("p.a").awaited("id", "", "1")};
constexpr onebot::EventRule kPlaceHole[] = {on("x").notice("p.a").written_by("id", "name", "a..b")};
constexpr onebot::EventRule kPassesNothing[] = {on("x").notice("p.a").passes("id", "")};
constexpr onebot::EventRule kIgnoredEvent[] = {on("x").notice("p.a").ignored()};
constexpr onebot::EventRule kIgnoredField[] = {on("x").ignored().take("p.a", "a")};
static_assert(!conform(kOnceOfNothing, "p") && !conform(kOnceWithoutKey, "p") && !conform(kOnceTwice, "p"));
static_assert(!conform(kNoChat, "p") && !conform(kChatHole, "p") && !conform(kEchoOfNothing, "p"));
static_assert(!conform(kPlaceHole, "p") && !conform(kAwaitedAlways, "p") && !conform(kPassesNothing, "p"));
static_assert(!conform(kIgnoredEvent, "p") && !conform(kIgnoredField, "p"));

constexpr onebot::EventRule kTraits[] = {
    on("said").notice("p.said").once("message", "id").own_echo("id", "").answerable(Scene::one, "room|from.room"),
    on("pressed").notice("p.pressed").awaited("id", "kind", "1 2").receipt_now().own_twice(),
    on("judged").notice("p.judged").passes("id", "result"), on("opened").ignored()};
static_assert(conform(kTraits, "p"));

constexpr onebot::EventRule kSubTypePrefixed[] = {on("x").notice("friend_increase", "p.scan").take("user_id", "u")};
static_assert(conform(kSubTypePrefixed, "p"));
}  // namespace refused

TEST_CASE("a message has its segments, its ids as text, and the envelope's id and time") {
  const auto events = translated(
      R"({"id":9007199254740993,"name":"said","time":1632847927599,
          "body":{"id":18446744073709551615,"room":7,"from":{"id":"u"},"text":"hi"}})");

  REQUIRE(events.size() == 1);
  CHECK(events[0].id == "9007199254740993");
  CHECK(events[0].time == doctest::Approx(1632847927.599).epsilon(1e-13));
  CHECK(events[0].type == "message");
  CHECK(events[0].detail_type == "group");
  CHECK(events[0].self == kSelf);
  CHECK(onebot::alt_text(events[0].message) == "hi");
  CHECK(fields(events[0]) == R"({"message_id":"18446744073709551615","group_id":"7","user_id":"u"})");
}

TEST_CASE("a message that cannot be read is an error, not an event") {
  const auto frame = Document::parse(R"({"name":"said","body":{"text":1}})");

  const auto events = translate(kTable, frame->root(), kSelf);

  REQUIRE_FALSE(events);
  CHECK(events.error().message == "\"text\" must be a string");
}

TEST_CASE("the first rule of a name whose condition holds is taken") {
  CHECK(translated(R"({"name":"friend","body":{"state":"added"}})")[0].detail_type == "friend_increase");
  CHECK(translated(R"({"name":"friend","body":{"gone":true}})")[0].detail_type == "friend_decrease");
  CHECK(translated(R"({"name":"friend","body":{"gone":false}})")[0].detail_type == "p.friend");
  CHECK(translated(R"({"name":"friend","body":{"state":"added","gone":true}})")[0].detail_type == "friend_increase");
}

TEST_CASE("a field takes the first of several paths that holds something") {
  CHECK(fields(translated(R"({"name":"friend","body":{"id":"","other_id":null,"name":"n","count":2}})")[0]) ==
        R"({"user_id":"n","p.count":2})");
  CHECK(fields(translated(R"({"name":"friend","body":{}})")[0]) == R"({"user_id":""})");
}

TEST_CASE("each item of a list is an event with an id and a time of its own") {
  const auto events = translated(R"({"id":"e","name":"joined","time":1,
      "body":{"room":"r","invited":true,"at":"20","people":[{"id":"a","at":10},{"id":"b"}]}})");

  REQUIRE(events.size() == 2);
  CHECK(events[0].id == "e.0");
  CHECK(events[1].id == "e.1");
  CHECK(events[0].time == 10);
  CHECK(events[1].time == 20);
  CHECK(events[0].sub_type == "invite");
  CHECK(fields(events[0]) == R"({"group_id":"r","user_id":"a","operator_id":"","p.who":"r/a/bot"})");
  CHECK(fields(events[1]) == R"({"group_id":"r","user_id":"b","operator_id":"","p.who":"r/b/bot"})");
}

TEST_CASE("a list that is empty or no list makes no event") {
  CHECK(translated(R"({"name":"joined","body":{"people":[]}})").empty());
  CHECK(translated(R"({"name":"joined","body":{"people":{"id":"a"}}})").empty());
  CHECK(translated(R"({"name":"joined"})").empty());
}

TEST_CASE("a time that cannot be read is the envelope's") {
  CHECK(translated(R"({"name":"friend","time":5,"body":{"state":"added","since":9}})")[0].time == 9);
  CHECK(translated(R"({"name":"friend","time":5,"body":{"state":"added","since":"x"}})")[0].time == 5);
  CHECK(translated(R"({"name":"friend","body":{"state":"added"}})")[0].time == 0);
}

TEST_CASE("standard fields are never left out, extended ones when they hold nothing") {
  CHECK(fields(translated(R"({"name":"words","body":{"object":{"a":[1]}}})")[0]) ==
        R"({"user_id":"bot","p.kind":"word","p.empty":"","p.on":true,"p.off":false,"p.kept":"","group_id":"",)"
        R"("p.json":"{\"a\":[1]}","p.object":{"a":[1]}})");
}

TEST_CASE("a native event is read once, knows its row, and answers what the row's traits ask") {
  static constexpr onebot::EventRule kSaid[] = {on("said")
                                                    .notice("p.said")
                                                    .once("message", "id")
                                                    .in(refused::Scene::many, "room|from.room")
                                                    .answerable(refused::Scene::many, "room")};
  const EventTable table = {.rules = kSaid, .envelope = kTable.envelope};
  const auto frame = Document::parse(R"({"id":7,"name":"said","time":5,"body":{"id":"m","from":{"room":"r"}}})");

  const Native native = read_native(table, frame->root());

  CHECK(native.id == "7");
  CHECK(native.time == 5);
  CHECK(native.rule == &kSaid[0]);
  CHECK(native.traits().size() == 3);
  const onebot::Trait* in = native.trait(onebot::Trait::Kind::in);
  REQUIRE(in);
  CHECK(in->scene == static_cast<int>(refused::Scene::many));
  CHECK(native.at(in->path).str() == "r");
  CHECK(native.at(native.trait(onebot::Trait::Kind::answerable)->path).is_missing());
  CHECK_FALSE(native.trait(onebot::Trait::Kind::awaited));
  CHECK_FALSE(read_native(table, frame->root(), "new").trait(onebot::Trait::Kind::once));
}

TEST_CASE("an ignored row has no event, and is not taken for an unknown name") {
  static constexpr onebot::EventRule kOpened[] = {on("opened").ignored()};
  const EventTable table = {
      .rules = kOpened, .envelope = kTable.envelope, .unknown = [](const Native&, const Self& self) {
        return Event{.type = "notice", .detail_type = "p.unknown", .self = self};
      }};

  CHECK(translated(R"({"name":"opened","body":{}})", table).empty());
  CHECK(translated(R"({"name":"closed","body":{}})", table).size() == 1);
}

TEST_CASE("a name given by hand overrides the envelope's") {
  CHECK(translated(R"({"name":"x","body":{}})", kTable, "friend")[0].detail_type == "p.friend");
}

TEST_CASE("a frame that no rule names has no event, and the table can tell") {
  const auto frame = Document::parse(R"({"name":"new","body":{}})");

  CHECK(translated(R"({"name":"new","body":{}})").empty());
  CHECK(translated(R"({"body":{}})").empty());
  CHECK(translated(R"([])").empty());
  CHECK_FALSE(find_rule(kTable, "new", frame->root().at("body")));
  CHECK(find_rule(kTable, "friend", frame->root().at("body")) == &kRules[3]);
}

TEST_CASE("a table completes every event, and makes one of what it does not know") {
  const EventTable table = {.rules = kRules,
                            .envelope = kTable.envelope,
                            .complete =
                                [](Event& event, const Native& native, const Self&) {
                                  set(event.fields, "p.seen",
                                      native.frame.at("n").text() + native.payload.at("n").text());
                                },
                            .unknown =
                                [](const Native& native, const Self& self) {
                                  return Event{.type = "notice",
                                               .detail_type = "p." + std::string(native.name),
                                               .self = self,
                                               .fields = {{"p.raw", native.payload.value()}}};
                                }};

  const auto known = translated(R"({"name":"friend","n":1,"body":{"n":2}})", table);
  CHECK(onebot::text_of(known.at(0).fields, "p.seen") == "12");

  const auto unknown = translated(R"({"id":"e","name":"new","time":7,"n":1,"body":{"n":2}})", table);
  REQUIRE(unknown.size() == 1);
  CHECK(unknown[0].id == "e");
  CHECK(unknown[0].time == 7);
  CHECK(unknown[0].detail_type == "p.new");
  CHECK(fields(unknown[0]) == R"({"p.raw":{"n":2},"p.seen":"12"})");
}

TEST_CASE("rules of many names are each found, and no other name is") {
  static constexpr onebot::EventRule kMany[] = {
      on("a").notice("p.a"), on("b").notice("p.b"), on("c").notice("p.c"), on("d").notice("p.d"), on("e").notice("p.e"),
      on("f").notice("p.f"), on("g").notice("p.g"), on("h").notice("p.h"), on("i").notice("p.i"), on("j").notice("p.j"),
      on("k").notice("p.k"), on("l").notice("p.l"), on("m").notice("p.m"), on("n").notice("p.n"), on("o").notice("p.o"),
      on("p").notice("p.p"), on("q").notice("p.q"), on("r").notice("p.r"), on("s").notice("p.s"), on("t").notice("p.t"),
      on("u").notice("p.u"), on("v").notice("p.v"), on("w").notice("p.w"), on("x").notice("p.x"), on("y").notice("p.y"),
      on("z").notice("p.z")};
  const EventTable table = {.rules = kMany};

  for (char letter = 'a'; letter <= 'z'; ++letter) {
    const auto* rule = find_rule(table, std::string(1, letter), View());
    REQUIRE(rule);
    CHECK(rule->native() == std::string(1, letter));
  }
  for (int other = 0; other < 1000; ++other) CHECK_FALSE(find_rule(table, std::to_string(other), View()));
}
