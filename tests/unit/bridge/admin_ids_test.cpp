// OneBot 11's numbers over the admin port, with a journal on disk.

#include "bridge/process/admin_ids.h"

#include "bridge/process/admin.h"
#include "bridge/process/ids_query.h"
#include "onebot/v11/at.h"
#include "onebot/v11/numbers.h"
#include "onebot/v11/segments.h"
#include "onebot/v11/sent_message.h"
#include "tests/unit/journal/journal_rig.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

namespace io = onebot::io;
namespace v11 = onebot::v11;
using v11::Kind;
using v11::Native;
using namespace std::chrono_literals;

namespace {

struct Well final : bridge::Condition {
  std::vector<std::string> why_unhealthy() const override { return {}; }
  std::vector<std::string> why_unready() const override { return {}; }
  std::string metrics() const override { return ""; }
};

struct Rig {
  explicit Rig(std::string token = "s3cret") : admin(std::move(token), well, bridge::AdminIds(*journal, log)) {
    server.listen({}, &admin, nullptr).value();
  }

  std::shared_ptr<fakes::Answered> begin(io::HttpRequest request, bool with_token = true) {
    request.url = "/ids";
    if (with_token) request.headers.emplace_back("Authorization", "Bearer s3cret");
    return server.request(std::move(request));
  }
  io::HttpResponse ask(io::HttpRequest request, bool with_token = true) {
    const auto answered = begin(std::move(request), with_token);
    if (!answered->response) loop.advance(250ms);
    REQUIRE(loop.until([&] { return answered->response.has_value(); }));
    return *answered->response;
  }
  io::HttpResponse get(std::string query = "") { return ask({.query = std::move(query)}); }
  io::HttpResponse post(std::string body) { return ask({.method = "POST", .body = std::move(body)}); }
  void commit() {
    std::optional<bool> done;
    journal->append({.committed = [&](bool committed) { done = committed; }});
    loop.advance(250ms);
    REQUIRE(loop.until([&] { return done.has_value(); }));
    REQUIRE(*done);
  }

  rig::Folder folder;
  rig::Loop loop;
  fakes::Log log;
  std::unique_ptr<bridge::Journal> journal = rig::open(loop, log, {.data_dir = folder.data()});
  v11::IdNumbers ids{journal->numbers().ids};
  fakes::Server server{loop};
  Well well;
  bridge::Admin admin;
};

// Portion by portion, as the command does.
std::string all_of(Rig& rig, const std::string& query, int& portions) {
  std::string lines;
  for (std::optional<std::string> after = ""; after; ++portions) {
    const auto answer = rig.get(after->empty() ? query : fmt::format("{}&after={}", query, *after));
    REQUIRE(answer.status == 200);
    lines += answer.body;
    const auto next = io::header(answer.headers, bridge::AdminIds::kAfter);
    after = next ? std::optional(std::string(*next)) : std::nullopt;
  }
  return lines;
}

const Native kAnn{Kind::user, "chat", "U1"};

}  // namespace

TEST_CASE("numbers are shown and taken for the token alone, never without one, and never for a browser") {
  Rig rig;
  CHECK(rig.ask({}, false).status == 401);
  CHECK(rig.ask({.headers = {{"Authorization", "Bearer s3cre"}}}, false).status == 401);
  CHECK(rig.ask({.method = "POST"}, false).status == 401);
  for (const char* name : {"Origin", "Sec-Fetch-Site"}) {
    CHECK(rig.ask({.headers = {{name, "http://127.0.0.1:8091"}}}).status == 403);
    CHECK(rig.ask({.method = "POST", .headers = {{name, "null"}}}).status == 403);
  }
  CHECK(rig.ask({.method = "DELETE"}).status == 405);
  CHECK(rig.get().status == 200);
  const auto wanted = rig.admin.headers();
  CHECK(std::ranges::find(wanted, "origin") != wanted.end());
  CHECK(std::ranges::find(wanted, "sec-fetch-site") != wanted.end());

  Rig open("");
  for (const char* method : {"GET", "POST"}) {
    const auto refused = open.ask({.method = method});
    CHECK(refused.status == 403);
    CHECK(refused.body.contains("set admin.token"));
  }
}

TEST_CASE("committed numbers are shown as an export has them, by platform, kind, text, native and number") {
  Rig rig;
  (void)rig.ids.number(kAnn, "Ann");
  (void)rig.ids.number({Kind::group, "chat", "G 1&2"}, "Group");
  REQUIRE(rig.ids.bind(kAnn, 12'345));
  rig.commit();

  CHECK(rig.get("platform=chat&kind=user&aliases=false").body ==
        "{\"kind\":\"user\",\"platform\":\"chat\",\"native\":\"U1\",\"number\":12345,\"name\":\"Ann\"}\n");
  CHECK(rig.get("text=nn").body.contains("12345"));
  CHECK(rig.get(bridge::written({.native = "G 1&2"})).body.starts_with("{\"kind\":\"group\""));
  CHECK(rig.get("number=12345").body.contains("\"native\":\"U1\""));
  CHECK(rig.get(fmt::format("number={}", v11::derived_number(kAnn))).body.contains("\"alias\":true"));
  CHECK(rig.get("platform=talk").body.empty());
  CHECK(rig.get("kind=cat").status == 400);
  CHECK(rig.get("number=x").status == 400);
  CHECK(rig.get("aliases=no").status == 400);
  CHECK(rig.get("after=x").status == 400);
}

TEST_CASE("many numbers are shown in portions, each of which looks at so many rows, whether they are meant or not") {
  Rig rig;
  for (int i = 0; i < 5'000; ++i) (void)rig.ids.number({Kind::user, "chat", fmt::format("u{}", i)});
  rig.commit();

  int portions = 0;
  const std::string all = all_of(rig, "aliases=true", portions);
  CHECK(std::ranges::count(all, '\n') == 5'000);
  CHECK(portions == 3);

  portions = 0;
  CHECK(std::ranges::count(all_of(rig, "native=u4999", portions), '\n') == 1);
  CHECK(portions == 3);
}

TEST_CASE("numbers that are taken are on disk before that is answered, and used at once") {
  Rig rig;
  const auto old = rig.ids.number(kAnn, "Ann");
  rig.commit();
  const std::string line = "{\"kind\":\"user\",\"platform\":\"chat\",\"native\":\"U1\",\"number\":12345}\n";

  const auto answered = rig.begin({.method = "POST", .body = line});

  CHECK_FALSE(answered->response);
  CHECK(rig.ids.number(kAnn) == 12'345);
  CHECK(rig.ids.name(kAnn) == "Ann");
  CHECK(rig.ids.native(v11::Space::user, old) == kAnn);
  rig.loop.advance(250ms);
  REQUIRE(rig.loop.until([&] { return answered->response.has_value(); }));
  CHECK(answered->response->status == 200);
  CHECK(answered->response->body == "imported=1\n");
  rig.journal.reset();
  const auto again = rig::open(rig.loop, rig.log, {.data_dir = rig.folder.data()});
  CHECK(v11::IdNumbers(again->numbers().ids).number(kAnn) == 12'345);
}

// O11-MAP-03
TEST_CASE(
    "after a bind an at goes out with the new number, and one of the new or the old number comes in as the person") {
  Rig rig;
  const auto old = rig.ids.number(kAnn);
  rig.commit();
  struct NoMedia final : v11::Media {
    std::string address(const v11::MediaFile&) override { return ""; }
  } media;
  v11::MessageNumbers messages(rig.journal->numbers().messages, rig.journal->numbers().reserve, 1);
  const v11::Scope scope{rig.ids, messages, media, "chat/1", 7, {}};
  const auto event = onebot::json::Document::parse(
      R"({"type":"message","detail_type":"private","self":{"platform":"chat","user_id":"B"},"user_id":"U2",)"
      R"("message":[{"type":"mention","data":{"user_id":"U1"}}]})");
  REQUIRE(event);
  const auto at_out = [&] {
    const auto message = v11::read_message(v11::LoggedEvent(event->root()), scope);
    REQUIRE(message.size() == 1);
    CHECK(message.front().type == "at");
    return std::string(onebot::text_of(message.front().data, v11::kAtWho));
  };
  const auto at_in = [&](v11::Number number) {
    const auto sent =
        v11::read_sent_message({{"message", fmt::format("[CQ:at,{}={}]", v11::kAtWho, number)}}, scope, {});
    REQUIRE(sent);
    REQUIRE(sent->message.size() == 1);
    return sent->message.front().type == "mention" ? std::string(onebot::text_of(sent->message.front().data, "user_id"))
                                                   : sent->message.front().type;
  };
  CHECK(at_out() == fmt::to_string(old));
  CHECK(at_in(12'345) == "text");

  REQUIRE(rig.post("{\"kind\":\"user\",\"platform\":\"chat\",\"native\":\"U1\",\"number\":12345}").status == 200);

  CHECK(at_out() == "12345");
  CHECK(at_in(12'345) == "U1");
  CHECK(at_in(old) == "U1");
  CHECK(at_in(12'346) == "text");
}

TEST_CASE("what clashes is listed, and then nothing is taken, in memory or on disk") {
  Rig rig;
  (void)rig.ids.number(kAnn);
  REQUIRE(rig.ids.bind(kAnn, 5));
  rig.commit();
  const std::string before = rig.get().body;

  const auto answer = rig.post(
      "{\"kind\":\"user\",\"platform\":\"chat\",\"native\":\"U9\",\"number\":99}\n"
      "{\"kind\":\"user\",\"platform\":\"chat\",\"native\":\"U8\",\"number\":5}\n"
      "{\"kind\":\"user\",\"platform\":\"chat\",\"native\":\"U7\",\"number\":99}\n");

  CHECK(answer.status == 409);
  CHECK(answer.body.contains("5 is the number of U1"));
  CHECK(answer.body.contains("99 is the number of U9"));
  CHECK(std::ranges::count(answer.body, '\n') == 2);
  CHECK_FALSE(rig.ids.is_known({Kind::user, "chat", "U9"}));
  CHECK_FALSE(rig.ids.native(v11::Space::user, 99));
  rig.commit();
  CHECK(rig.get().body == before);
}

TEST_CASE("an import names the line that is none, and takes nothing") {
  Rig rig;
  const auto answer =
      rig.post("{\"kind\":\"user\",\"platform\":\"chat\",\"native\":\"U9\",\"number\":99}\n{\"kind\":\"cat\"}\n");
  CHECK(answer.status == 400);
  CHECK(answer.body.contains("line 2: \"kind\""));
  CHECK_FALSE(rig.ids.is_known({Kind::user, "chat", "U9"}));
}

TEST_CASE("while the file cannot be read nothing is taken, and while it cannot be written that is said") {
  Rig rig;
  const std::string line = "{\"kind\":\"user\",\"platform\":\"chat\",\"native\":\"U1\",\"number\":12345}\n";
  auto other =
      bridge::journal::Database::open(rig.folder.data() + "/journal.db", bridge::journal::Database::Access::write, 1s);
  REQUIRE(other);
  REQUIRE(other->run("ALTER TABLE ids RENAME TO away"));
  const auto unread = rig.post(line);
  CHECK(unread.status == 503);
  CHECK(unread.body.contains("nothing was imported"));
  REQUIRE(other->run("ALTER TABLE away RENAME TO ids"));
  CHECK_FALSE(rig.ids.is_known(kAnn));

  {
    const rig::FullDisk full;
    const auto unwritten = rig.post(line);
    CHECK(unwritten.status == 503);
    CHECK(unwritten.body.contains("not on disk yet"));
    CHECK(rig.ids.number(kAnn) == 12'345);
  }
  CHECK(rig.post(line).status == 200);
}

TEST_CASE("what is exported by the admin port is equal after an import into another bridge, aliases too") {
  Rig rig, other;
  for (int i = 0; i < 20; ++i) (void)rig.ids.number({Kind::user, "chat", fmt::format("u{}", i)}, "Name");
  for (int i = 0; i < 5; ++i) REQUIRE(rig.ids.bind({Kind::user, "chat", fmt::format("u{}", i)}, i + 1));
  (void)rig.ids.number({Kind::channel, "chat", "guild/channel"});
  rig.commit();
  const std::string all = rig.get().body;

  for (int i = 0; i < 2; ++i) {
    CHECK(other.post(all).body == "imported=26\n");
    CHECK(other.get().body == all);
  }
  const auto u1 = Native{Kind::user, "chat", "u1"};
  CHECK(other.ids.native(v11::Space::user, v11::derived_number(u1)) == u1);
}
