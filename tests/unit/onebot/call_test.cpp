// Calls: what the compiler refuses in a table, what a request is made of, and what becomes of answers.

#include "onebot/call.h"

#include "onebot/call_answer.h"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

using namespace onebot;

namespace {

consteval bool refused(CallRow row) {
  const std::array<CallRow, 1> rows{row};
  return !conform(rows, "xx");
}
consteval bool refused(CallRow first, CallRow second) {
  const std::array<CallRow, 2> rows{first, second};
  return !conform(rows, "xx");
}

constexpr CallRow kGroupInfo = action("get_group_info").get("/groups/{group_id}").tells("group_id").tells("group_name");
constexpr CallRow kRename = action("set_group_name").put("/groups/{group_id}").sends("name", "group_name");
constexpr CallRow kMembers = action("get_group_member_list")
                                 .get("/groups/{group_id}/members")
                                 .lists("items", "id")
                                 .tells("user_id", "id")
                                 .tells("user_name", "name")
                                 .tells("user_displayname", "");

// What is as it should be.
static_assert(!refused(kGroupInfo, kRename));
static_assert(!refused(kMembers, action("xx.poke").needs("user_id").post("/users/{user_id}/poke")));
static_assert(!refused(action("send_message").by_hand(), action("xx.call_api").by_hand()));
static_assert(!refused(kGroupInfo.tells("xx.owner", "owner").tells("user_remark", "")));

// The action is none of the standard's: misspelt, or the platform's own without a prefix, or with another's.
static_assert(refused(action("get_grup_info").get("/groups/{group_id}").tells("group_id").tells("group_name")));
static_assert(refused(action("poke").needs("user_id").post("/users/{user_id}/poke")));
static_assert(refused(action("call_api").by_hand()));
static_assert(refused(action("yy.poke").needs("user_id").post("/users/{user_id}/poke")));
static_assert(refused(action("message.poke").by_hand()));

// The answer lacks a field, has one too many, or twice, or another shape.
static_assert(refused(action("get_group_info").get("/groups/{group_id}").tells("group_id")));
static_assert(refused(kGroupInfo.tells("owner")));
static_assert(refused(kGroupInfo.tells("group_id", "id")));
static_assert(refused(kGroupInfo.lists()));
static_assert(refused(action("get_group_info").get("/groups/{group_id}")));
static_assert(refused(action("get_group_info").get("/groups/{group_id}").tells_all()));
static_assert(refused(kRename.tells("group_id")));
static_assert(refused(action("get_group_list").get("/groups").tells("group_id").tells("group_name")));

// A parameter that the standard requires goes nowhere; one is there twice; one has no prefix.
static_assert(refused(action("set_group_name").put("/groups/{group_id}")));
static_assert(refused(action("get_group_info").get("/groups").tells("group_id").tells("group_name")));
static_assert(refused(kRename.needs("group_id")));
static_assert(refused(kRename.may("color")));
static_assert(!refused(kRename.may("xx.color").sends("color", "xx.color")));

// A place, a member or a field is fed by no parameter.
static_assert(refused(action("get_group_info").get("/groups/{grup_id}").tells("group_id").tells("group_name")));
static_assert(refused(action("xx.poke").needs("user_id").post("/users/{usr_id}/poke")));
static_assert(refused(action("xx.poke").post("/users/{user_id}/poke")));
static_assert(refused(kGroupInfo.get("/groups/{group_id")));
static_assert(refused(kGroupInfo.get("/groups/{group_id}/{}")));
static_assert(refused(kGroupInfo.get({"/groups/{id}", "group", "group_id user_id"})));
static_assert(!refused(kGroupInfo.get({"/groups/{id}", "group", "group_id"})));
static_assert(refused(kRename.sends("color", "colour")));
static_assert(refused(kRename.asks("color")));
static_assert(
    refused(action("get_group_info").get("/groups/{group_id}").tells("group_id", "id|{grup_id}").tells("group_name")));

// What does not go together, and what stands in another row's shadow.
static_assert(refused(kGroupInfo, kGroupInfo));
static_assert(refused(action("send_message").by_hand().tells("message_id")));
static_assert(refused(action("send_message")));
static_assert(refused(kGroupInfo.get("groups/{group_id}")));
static_assert(refused(kGroupInfo.pages({.query = "after", .next = "next"})));
static_assert(refused(
    action("get_group_list").get("/groups").lists().pages({.query = "after"}).tells("group_id").tells("group_name")));
static_assert(refused(kGroupInfo.tells_all()));

// Segments.
consteval bool refused_segment(std::string_view type) {
  const std::array<std::string_view, 2> types{"text", type};
  return !conform_segments(types, "xx");
}
static_assert(!refused_segment("mention_all") && !refused_segment("xx.card"));
static_assert(refused_segment("mention_al"));
static_assert(refused_segment("card"));
static_assert(refused_segment("yy.card"));
static_assert(refused_segment("text"));

// --- The engine ---

struct Run {
  CallTable table{};
  Fields params{};
  Self self{"xx", "bot"};

  CallInput input() const { return {params, self, 100}; }
  Result<CallRequest> prepare(const CallRow& row) const { return onebot::prepare(table, row, input()); }
  // What applications are told when the platform answers so, page after page; the positions that were asked for.
  std::string answer(const CallRow& row, const std::vector<std::string>& pages,
                     std::vector<std::string>* asked = nullptr) {
    CallAnswer answer(table, row, input());
    for (const std::string& page : pages) {
      const auto document = json::Document::parse(page);
      const auto next = answer.take(document->root());
      if (!next) return next.error().message;
      if (!*next) break;
      if (asked) asked->push_back(**next);
    }
    auto result = answer.result();
    return result ? json::write(*result) : result.error().message;
  }
};

Result<Value> with_dot(const CallInput& input) { return Value(std::string(text_of(input.params, "group_id")) + "."); }
Result<Value> nothing(const CallInput&) { return Value(); }
Result<Value> refusing(const CallInput&) { return fail(Retcode::bad_param, "no"); }
Result<Value> own_id(const CallInput& input) { return Value(Fields{{"user_id", input.self.user_id}}); }
Value doubled(json::View member, const CallInput&) { return Value(2 * member.number().value_or(0)); }

}  // namespace

TEST_CASE("parameters go where their row says: into places, the query, the body") {
  constexpr CallRow kRow = action("xx.do")
                               .needs("group_id")
                               .needs("count", ValueKind::whole)
                               .may("deep", ValueKind::flag)
                               .may("since", ValueKind::number)
                               .may("absent", ValueKind::text)
                               .post({"/groups/{id}/{key}", "do", "group_id group_id"})
                               .puts("key", with_dot)
                               .asks("size=10")
                               .asks("count")
                               .asks("from", "since")
                               .asks("who", with_dot)
                               .asks("absent")
                               .asks("nobody", nothing)
                               .sends("a.b", "count")
                               .sends("a.c", "deep")
                               .sends("absent")
                               .sends("nobody", nothing);
  static_assert(!refused(kRow));
  const Run run{.params = {{"group_id", "a/ä"}, {"count", std::int64_t{3}}, {"deep", true}, {"since", 12.75}}};

  const auto request = run.prepare(kRow);

  REQUIRE(request.has_value());
  CHECK(request->method == "POST");
  REQUIRE(request->places.size() == 2);
  CHECK(request->places[0].name == "id");
  CHECK(request->places[0].param == "group_id");
  CHECK(request->places[0].value == "a/ä");
  CHECK(request->places[1].value == "a/ä.");
  std::string query;
  for (const auto& member : request->query) query.append(member.name).append("=").append(member.value).append(" ");
  CHECK(query == "size=10 count=3 from=12 who=a/ä. ");
  CHECK(request->body == R"({"a":{"b":3,"c":true}})");
  CHECK_FALSE(request->repeatable);
  CHECK(run.prepare(kRow.harmless())->repeatable);
  CHECK_FALSE(Run{.params = {{"group_id", "G"}}}.prepare(kGroupInfo.once())->repeatable);
  CHECK(Run{.params = {{"group_id", "G"}}}.prepare(kGroupInfo)->repeatable);
  CHECK(Run{.params = {{"group_id", "G"}}}.prepare(kGroupInfo)->body.empty());
}

TEST_CASE("a parameter that is missing or of another kind is 10003 and named; one that may be missing may be null") {
  constexpr CallRow kRow = action("xx.do")
                               .needs("id")
                               .needs("text", ValueKind::text)
                               .needs("whole", ValueKind::whole)
                               .needs("number", ValueKind::number)
                               .needs("flag", ValueKind::flag)
                               .needs("object", ValueKind::object)
                               .needs("list", ValueKind::list)
                               .may("more", ValueKind::text)
                               .post("/do");
  const Fields good{{"id", "1"},     {"text", ""},         {"whole", 1},     {"number", 1.5},
                    {"flag", false}, {"object", Fields{}}, {"list", List{}}, {"more", Value()}};
  CHECK(Run{.params = good}.prepare(kRow).has_value());
  for (const Field& field : good) {
    CAPTURE(field.name);
    Run missing{.params = good}, wrong{.params = good};
    set(missing.params, field.name, Value());
    set(wrong.params, field.name, Bytes{});
    const auto refusal = wrong.prepare(kRow);
    REQUIRE_FALSE(refusal.has_value());
    CHECK(refusal.error().code == Retcode::bad_param);
    CHECK(refusal.error().message.starts_with("\"" + field.name + "\""));
    CHECK(missing.prepare(kRow).has_value() == (field.name == "more"));
  }
}

TEST_CASE("an id has 1 to as many bytes as the platform's ids have") {
  const auto code = [](std::string id) {
    const auto request = Run{.table = {.longest_id = 8}, .params = {{"group_id", std::move(id)}}}.prepare(kGroupInfo);
    return request ? Retcode::ok : request.error().code;
  };
  CHECK(code("12345678") == Retcode::ok);
  CHECK(code("123456789") == Retcode::bad_param);
  CHECK(code("") == Retcode::bad_param);
}

TEST_CASE("what a function of the row refuses is refused") {
  const Run run{.params = {{"group_id", "G"}, {"group_name", "N"}}};

  CHECK(run.prepare(kRename.sends("x", refusing)).error().message == "no");
  CHECK(run.prepare(kRename.asks("x", refusing)).error().message == "no");
  CHECK(run.prepare(kRename.puts("group_id", refusing)).error().message == "no");
}

TEST_CASE("an answer is told in the standard's words: by path, by alternative, by parameter, by function") {
  constexpr CallRow kRow = action("get_group_info")
                               .get("/groups/{group_id}")
                               .tells("group_id", "id|openid|{group_id}")
                               .tells("group_name", "of.name")
                               .tells("xx.twice", "n", doubled);
  Run run{.table = {.answer_at = "data"}, .params = {{"group_id", "G"}}};

  CHECK(run.answer(kRow, {R"({"data":{"openid":7,"id":"","of":{"name":"N"},"n":2}})"}) ==
        R"({"group_id":"7","group_name":"N","xx.twice":4.0})");
  CHECK(run.answer(kRow, {"null"}) == R"({"group_id":"G","group_name":"","xx.twice":0.0})");
  CHECK(run.answer(kRename, {R"({"data":{"a":1}})"}) == "null");
  CHECK(run.answer(action("xx.raw").get("/raw").tells_all(), {R"({"data":{"a":1}})"}) == R"({"a":1})");
}

TEST_CASE("an answer about something else than what was asked for is an error") {
  constexpr CallRow kRow = kGroupInfo.confirms("group_id", Retcode::unknown_group);
  Run run{.params = {{"group_id", "G"}}};

  CHECK(run.answer(kRow, {R"({"group_id":"G","group_name":"N"})"}) == R"({"group_id":"G","group_name":"N"})");
  CHECK(run.answer(kRow, {R"({"group_id":"H","group_name":"N"})"}).starts_with("group_id: \"G\" is not where"));
}

TEST_CASE("pages are read until nothing new comes, and an item that comes twice is told once") {
  constexpr CallRow kRow = kMembers.pages({.query = "after", .first = "0"});
  static_assert(!refused(kRow));
  Run run{.params = {{"group_id", "G"}}};
  std::vector<std::string> asked;

  const std::string told = run.answer(kRow,
                                      {R"({"items":[{"id":"1","name":"a"},{"id":"2"}]})", R"([{"id":"2"},{"id":"3"}])",
                                       R"({"items":[{"id":"3"}]})", "[]"},
                                      &asked);

  CHECK(told == R"([{"user_id":"1","user_name":"a","user_displayname":""},)"
                R"({"user_id":"2","user_name":"","user_displayname":""},)"
                R"({"user_id":"3","user_name":"","user_displayname":""}])");
  CHECK(asked == std::vector<std::string>{"2", "3"});
}

TEST_CASE("pages by token end when the platform says so, by a limit of items quietly, by one of pages with an error") {
  constexpr Paging kToken{.query = "page", .next = "token", .more = "has_more", .most_pages = 3, .most_items = 4};
  constexpr CallRow kRow = kMembers.lists("items").pages(kToken);
  Run run{.params = {{"group_id", "G"}}};
  const std::string page = R"({"items":[{"id":"1"}],"has_more":true,"token":"t"})";
  const std::string full = R"({"items":[{},{},{},{}],"has_more":true,"token":"t"})";
  const auto asked = [&](const std::vector<std::string>& pages) {
    std::vector<std::string> positions;
    run.answer(kRow, pages, &positions);
    return positions.size();
  };

  CHECK(asked({page, page}) == 2);
  CHECK(asked({R"({"items":[{"id":"1"}],"has_more":false,"token":"t"})", page}) == 0);
  CHECK(asked({R"({"items":[{"id":"1"}],"has_more":true})", page}) == 0);
  CHECK(asked({R"({"items":[],"has_more":true,"token":"t"})", page}) == 0);
  CHECK(asked({full, page}) == 0);
  CHECK(run.answer(kRow, {page, page, page}) == "the list has more than 3 pages");
}

TEST_CASE("a list may get one item more, and one of it may be picked, also from a list of before") {
  constexpr CallRow kRow = action("get_group_member_info")
                               .get("/groups/{group_id}/members")
                               .lists("items")
                               .adds(own_id)
                               .picks("user_id", Retcode::unknown_user)
                               .tells("user_id", "id")
                               .tells("user_name", "name")
                               .tells("user_displayname", "");
  static_assert(!refused(kRow));
  const auto told = [&](std::string user) {
    return Run{.params = {{"group_id", "G"}, {"user_id", std::move(user)}}}.answer(
        kRow, {R"({"items":[{"id":"1","name":"a"}]})"});
  };
  CHECK(told("1") == R"({"user_id":"1","user_name":"a","user_displayname":""})");
  CHECK(told("bot") == R"({"user_id":"bot"})");
  CHECK(told("2") == "user_id: there is no \"2\" in the platform's list");

  const Run run{.params = {{"group_id", "G"}, {"user_id", "9"}}};
  CallAnswer answer(run.table, kRow, run.input());
  answer.use({Fields{{"user_id", "9"}}});
  CHECK(json::write(answer.result().value()) == R"({"user_id":"9"})");
}

TEST_CASE("every standard segment and action is there once") {
  for (const StandardAction& action : kStandardActions) CHECK(standard_action(action.name).needs == action.needs);
  CHECK(standard_action("get_grup_info").name.empty());
  CHECK(std::size(kStandardActions) == 31);
  CHECK(std::size(kStandardSegments) == 10);
  CHECK(read_named("limit:whole").kind == ValueKind::whole);
  CHECK(read_named("user_id").kind == ValueKind::id);
}
