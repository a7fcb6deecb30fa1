// What onebot/v11/rows.h promises, of every store that keeps OneBot 11's rows: the journal on a real disk, and the one
// in memory that stands for it elsewhere. Each check is made thrice: of what was put just now, of what is committed,
// and after a restart.

#include "onebot/v11/rows.h"

#include "onebot/v11/message_numbers.h"
#include "onebot/v11/numbers.h"
#include "tests/fakes_numbers.h"
#include "tests/unit/core/store_watch.h"
#include "tests/unit/journal/journal_rig.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace v11 = onebot::v11;
using v11::Kind;
using v11::Native;
using v11::Space;
using namespace std::chrono_literals;

namespace {

class OnDisk {
 public:
  OnDisk() { restart(); }
  v11::Rows rows() { return journal_->numbers(); }
  void commit() {
    std::optional<bool> result;
    journal_->append({.committed = [&](bool done) { result = done; }});
    loop_.advance(250ms);
    REQUIRE(loop_.until([&] { return result.has_value(); }));
    REQUIRE(*result);
  }
  void restart() {
    journal_.reset();
    journal_ = rig::open(loop_, log_, {.data_dir = folder_.data()});
  }

 private:
  rig::Folder folder_;
  rig::Loop loop_;
  fakes::Log log_;
  std::unique_ptr<bridge::Journal> journal_;
};

class InMemory {
 public:
  v11::Rows rows() { return {ids_, messages_, reserve_, tokens_, roster_}; }
  void commit() {}
  void restart() {}

 private:
  fakes::IdRows ids_;
  fakes::MessageRows messages_;
  fakes::Reserve reserve_;
  fakes::TokenRows tokens_;
  fakes::RosterRows roster_;
};

void thrice(auto& kind, const std::function<void(const v11::Rows&)>& check) {
  for (const char* when : {"just put", "committed", "after a restart"}) {
    CAPTURE(when);
    check(kind.rows());
    if (std::string(when) == "just put") kind.commit();
    if (std::string(when) == "committed") kind.restart();
  }
}

Native user(std::string id) { return {Kind::user, "chat", std::move(id)}; }
Native group(std::string id) { return {Kind::group, "chat", std::move(id)}; }

v11::MessageRow message(v11::Number number, std::string native) {
  return {.number = number,
          .bot = "chat/1",
          .native = std::move(native),
          .chat_kind = Kind::channel,
          .chat = "guild/channel",
          .sender = "U1",
          .at = 1'790'000'000,
          .event = 42,
          .body = R"([{"type":"text"}])"};
}

}  // namespace

TYPE_TO_STRING(OnDisk);
TYPE_TO_STRING(InMemory);

TEST_CASE_TEMPLATE("a row is found by its native and by its number, in its space alone", Kind_, OnDisk, InMemory) {
  Kind_ kind;
  kind.rows().ids.put({user("a"), 7, "Ann"});
  kind.rows().ids.put({group("a"), 7, ""});

  thrice(kind, [](const v11::Rows& rows) {
    const auto by_native = rows.ids.find(user("a"));
    REQUIRE(by_native);
    CHECK(by_native->number == 7);
    CHECK(by_native->name == "Ann");
    REQUIRE(rows.ids.find(Space::user, 7));
    CHECK(rows.ids.find(Space::user, 7)->native == user("a"));
    CHECK(rows.ids.find(Space::group, 7)->native == group("a"));
    CHECK_FALSE(rows.ids.find(user("A")));
    CHECK_FALSE(rows.ids.find({Kind::channel, "chat", "a"}));
    CHECK_FALSE(rows.ids.find({Kind::user, "other", "a"}));
    CHECK_FALSE(rows.ids.find(Space::user, 8));
  });
}

TEST_CASE_TEMPLATE("a bound number goes out at once, and the old one is understood still", Kind_, OnDisk, InMemory) {
  Kind_ kind;
  v11::Number derived = 0;
  {
    v11::IdNumbers ids(kind.rows().ids);
    derived = ids.number(user("a"), "Ann");
    kind.commit();
    REQUIRE(ids.bind(user("a"), 12'345));
  }

  thrice(kind, [&](const v11::Rows& rows) {
    v11::IdNumbers ids(rows.ids);
    CHECK(ids.number(user("a")) == 12'345);
    CHECK(ids.name(user("a")) == "Ann");
    CHECK(ids.native(Space::user, 12'345) == user("a"));
    CHECK(ids.native(Space::user, derived) == user("a"));
    CHECK_FALSE(ids.bind(user("b"), 12'345));
    CHECK_FALSE(ids.bind(user("b"), derived));
  });
}

TEST_CASE_TEMPLATE("a number that is taken away names its new owner, and the other is found under another one", Kind_,
                   OnDisk, InMemory) {
  Kind_ kind;
  const v11::Number wanted = v11::derived_number(user("a"));
  {
    v11::IdNumbers ids(kind.rows().ids);
    REQUIRE(ids.number(user("a")) == wanted);
    kind.commit();
    REQUIRE(ids.self({.platform = "chat", .app_id = "", .user_id = "bot", .configured_self = wanted}) == wanted);
  }

  thrice(kind, [&](const v11::Rows& rows) {
    v11::IdNumbers ids(rows.ids);
    CHECK(ids.native(Space::user, wanted) == user("bot"));
    CHECK(ids.number(user("a")) == wanted + 1);
    CHECK(ids.native(Space::user, wanted + 1) == user("a"));
  });
}

TEST_CASE_TEMPLATE("a native without a row is found by its alias", Kind_, OnDisk, InMemory) {
  Kind_ kind;
  kind.rows().ids.put({user("a"), 7, "Ann"});
  kind.rows().ids.put_alias(user("also a"), 7);

  thrice(kind, [](const v11::Rows& rows) {
    REQUIRE(rows.ids.find(user("also a")));
    CHECK(rows.ids.find(user("also a"))->native == user("a"));
    CHECK(rows.ids.find(Space::user, 7)->native == user("a"));
  });
}

TEST_CASE_TEMPLATE("a name that is told later is the name", Kind_, OnDisk, InMemory) {
  Kind_ kind;
  kind.rows().ids.put({user("a"), 7, ""});
  kind.commit();
  kind.restart();
  kind.rows().ids.put({user("a"), 7, "Ann"});

  thrice(kind, [](const v11::Rows& rows) { CHECK(rows.ids.find(user("a"))->name == "Ann"); });
}

TEST_CASE_TEMPLATE("a message is found by its number and its native with all that is known of it", Kind_, OnDisk,
                   InMemory) {
  Kind_ kind;
  kind.rows().messages.put(message(7, "m1"));

  thrice(kind, [](const v11::Rows& rows) {
    for (const auto& row : {rows.messages.find(7), rows.messages.find("chat/1", "m1")}) {
      REQUIRE(row);
      CHECK(row->number == 7);
      CHECK(row->bot == "chat/1");
      CHECK(row->native == "m1");
      CHECK(row->chat_kind == Kind::channel);
      CHECK(row->chat == "guild/channel");
      CHECK(row->sender == "U1");
      CHECK(row->at == 1'790'000'000);
      CHECK(row->event == 42);
      CHECK(row->body == R"([{"type":"text"}])");
    }
    CHECK_FALSE(rows.messages.find("chat/2", "m1"));
    CHECK_FALSE(rows.messages.find(8));
  });
}

TEST_CASE_TEMPLATE("messages without a native id do not stand in each other's way", Kind_, OnDisk, InMemory) {
  Kind_ kind;
  kind.rows().messages.put(message(7, ""));
  kind.rows().messages.put(message(8, ""));

  thrice(kind, [](const v11::Rows& rows) {
    CHECK(rows.messages.find(7));
    CHECK(rows.messages.find(8));
    CHECK_FALSE(rows.messages.find("chat/1", ""));
  });
}

TEST_CASE_TEMPLATE("an alias counts more than the message it was taken for", Kind_, OnDisk, InMemory) {
  Kind_ kind;
  kind.rows().messages.put(message(7, "index"));
  kind.rows().messages.put(message(8, "m1"));
  kind.commit();
  kind.rows().messages.put_alias("chat/1", "index", 8);

  thrice(kind, [](const v11::Rows& rows) {
    REQUIRE(rows.messages.find("chat/1", "index"));
    CHECK(rows.messages.find("chat/1", "index")->number == 8);
    CHECK(rows.messages.find(7)->native == "index");
  });
}

TEST_CASE_TEMPLATE("what is learned of a message later is there, under its number", Kind_, OnDisk, InMemory) {
  Kind_ kind;
  v11::Number number = 0;
  {
    v11::MessageNumbers numbers(kind.rows().messages, kind.rows().reserve, 1'790'000'000);
    number = numbers.number({.bot = "chat/1", .native = "m1"});
    kind.commit();
    CHECK(numbers.number(message(0, "m1")) == number);
  }

  thrice(kind, [&](const v11::Rows& rows) { CHECK(rows.messages.find(number)->event == 42); });
}

TEST_CASE_TEMPLATE("the last messages of a chat are listed, the last first, as far as they say something", Kind_,
                   OnDisk, InMemory) {
  Kind_ kind;
  const auto put = [&](v11::Number number, auto change) {
    v11::MessageRow row = message(number, "m" + std::to_string(number));
    change(row);
    kind.rows().messages.put(row);
  };
  put(1, [](auto&) {});
  put(2, [](auto& row) { row.chat = "guild/other"; });
  put(3, [](auto& row) { row.chat_kind = Kind::group; });
  put(4, [](auto& row) { row.bot = "chat/2"; });
  put(5, [](auto& row) { row.event = 0, row.body = ""; });
  kind.commit();
  put(6, [](auto& row) { row.event = 0; });
  put(7, [](auto& row) { row.body = ""; });

  const auto numbers = [](const v11::Rows& rows, v11::Number below, std::size_t most) {
    std::vector<v11::Number> found;
    const v11::Chat chat{"chat/1", Kind::channel, "guild/channel"};
    for (const auto& row : rows.messages.in_chat(chat, below, most)) found.push_back(row.number);
    return found;
  };
  thrice(kind, [&](const v11::Rows& rows) {
    CHECK(numbers(rows, 100, 10) == std::vector<v11::Number>{7, 6, 1});
    CHECK(numbers(rows, 100, 2) == std::vector<v11::Number>{7, 6});
    CHECK(numbers(rows, 7, 10) == std::vector<v11::Number>{6, 1});
    CHECK(numbers(rows, 1, 10).empty());
  });
}

// --- tokens and the roster ---

namespace {

v11::RosterKey member(std::string place, std::string who, Kind kind = Kind::group) {
  return {"chat/1", kind, std::move(place), std::move(who)};
}

std::vector<std::string> users(const std::vector<v11::RosterRow>& rows) {
  std::vector<std::string> names;
  for (const auto& row : rows) names.push_back(row.key.user);
  std::ranges::sort(names);
  return names;
}

std::vector<std::string> names_of_places(const std::vector<v11::RosterRow>& rows) {
  std::vector<std::string> names;
  for (const auto& row : rows) names.push_back(row.key.place);
  std::ranges::sort(names);
  return names;
}

}  // namespace

TEST_CASE_TEMPLATE("a token leads to a bot's file, the one that was put last", Kind_, OnDisk, InMemory) {
  Kind_ kind;
  kind.rows().tokens.put({"a.png", "chat/1", "file-1"});
  kind.rows().tokens.put({"b.png", "chat/1", "file-2"});
  kind.commit();
  kind.rows().tokens.put({"a.png", "chat/2", "file-1"});

  thrice(kind, [](const v11::Rows& rows) {
    REQUIRE(rows.tokens.find("a.png"));
    CHECK(rows.tokens.find("a.png")->bot == "chat/2");
    CHECK(rows.tokens.find("a.png")->file_id == "file-1");
    CHECK(rows.tokens.find("b.png")->file_id == "file-2");
    CHECK_FALSE(rows.tokens.find("A.png"));
  });
}

TEST_CASE_TEMPLATE("who was seen where is listed by bot and place", Kind_, OnDisk, InMemory) {
  Kind_ kind;
  auto rows = kind.rows();
  rows.roster.put({.key = member("g", ""), .name = "Group"});
  rows.roster.put(
      {.key = member("g", "a"), .name = "Ann", .card = "A.", .role = "admin", .first_seen = 5, .last_seen = 7});
  rows.roster.put({.key = member("g", "b")});
  rows.roster.put({.key = member("h", "a")});
  rows.roster.put({.key = member("1/2", "", Kind::channel)});
  rows.roster.put({.key = member("", "p", Kind::user)});
  rows.roster.put({.key = {"chat/2", Kind::group, "g", "c"}});

  thrice(kind, [](const v11::Rows& all) {
    CHECK(users(all.roster.people(member("g", ""))) == std::vector<std::string>{"a", "b"});
    CHECK(users(all.roster.people(member("", "", Kind::user))) == std::vector<std::string>{"p"});
    CHECK(names_of_places(all.roster.places("chat/1")) == std::vector<std::string>{"1/2", "g"});
    CHECK(all.roster.places("chat/2").empty());
    const auto ann = all.roster.find(member("g", "a"));
    REQUIRE(ann);
    CHECK(ann->name == "Ann");
    CHECK(ann->card == "A.");
    CHECK(ann->role == "admin");
    CHECK(ann->first_seen == 5);
    CHECK(ann->last_seen == 7);
    CHECK_FALSE(all.roster.find(member("g", "p")));
  });
}

TEST_CASE_TEMPLATE("what is not told of somebody stays as it was", Kind_, OnDisk, InMemory) {
  Kind_ kind;
  kind.rows().roster.put({.key = member("g", "a"), .name = "Ann", .card = "A.", .first_seen = 5, .last_seen = 5});
  kind.commit();
  kind.rows().roster.put({.key = member("g", "a"), .name = "Anna", .role = "owner", .first_seen = 9, .last_seen = 9});
  kind.rows().roster.put({.key = member("g", "a"), .first_seen = 7, .last_seen = 7});

  thrice(kind, [](const v11::Rows& rows) {
    const auto ann = rows.roster.find(member("g", "a"));
    REQUIRE(ann);
    CHECK(ann->name == "Anna");
    CHECK(ann->card == "A.");
    CHECK(ann->role == "owner");
    CHECK(ann->first_seen == 5);
    CHECK(ann->last_seen == 9);
  });
}

TEST_CASE_TEMPLATE("who is forgotten is gone: a member, a place with all in it, the channels of a guild", Kind_, OnDisk,
                   InMemory) {
  for (const bool committed : {false, true}) {
    CAPTURE(committed);
    Kind_ kind;
    for (const char* place : {"g", "h", "h2"}) {
      for (const char* who : {"", "a", "b"}) kind.rows().roster.put({.key = member(place, who)});
    }
    for (const char* place : {"1/2", "1/3", "12/2"}) {
      for (const char* who : {"", "a", "b"}) kind.rows().roster.put({.key = member(place, who, Kind::channel)});
    }
    for (const char* who : {"p", "q"}) kind.rows().roster.put({.key = member("", who, Kind::user)});
    if (committed) kind.commit();
    kind.rows().roster.forget(member("g", "a"));
    kind.rows().roster.forget(member("h", ""));
    kind.rows().roster.forget(member("1/", "b", Kind::channel));
    kind.rows().roster.forget(member("", "p", Kind::user));

    thrice(kind, [](const v11::Rows& rows) {
      CHECK(users(rows.roster.people(member("g", ""))) == std::vector<std::string>{"b"});
      CHECK(rows.roster.people(member("h", "")).empty());
      CHECK(rows.roster.people(member("h2", "")).size() == 2);
      CHECK(users(rows.roster.people(member("1/2", "", Kind::channel))) == std::vector<std::string>{"a"});
      CHECK(users(rows.roster.people(member("1/3", "", Kind::channel))) == std::vector<std::string>{"a"});
      CHECK(rows.roster.people(member("12/2", "", Kind::channel)).size() == 2);
      CHECK(users(rows.roster.people(member("", "", Kind::user))) == std::vector<std::string>{"q"});
      CHECK(names_of_places(rows.roster.places("chat/1")) == std::vector<std::string>{"1/2", "1/3", "12/2", "g", "h2"});
    });

    kind.rows().roster.forget(member("1/", "", Kind::channel));
    kind.rows().roster.put({.key = member("1/2", "a", Kind::channel)});
    CHECK(users(kind.rows().roster.people(member("1/2", "", Kind::channel))) == std::vector<std::string>{"a"});
    CHECK(kind.rows().roster.people(member("1/3", "", Kind::channel)).empty());
  }
}
