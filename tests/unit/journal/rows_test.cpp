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

#include <functional>
#include <memory>
#include <optional>
#include <string>

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
  v11::Rows rows() { return {ids_, messages_, reserve_}; }
  void commit() {}
  void restart() {}

 private:
  fakes::IdRows ids_;
  fakes::MessageRows messages_;
  fakes::Reserve reserve_;
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
