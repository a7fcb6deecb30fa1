#include "adapters/qq/replies.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <map>

using qq::Chat;
using qq::Replies;

namespace {

const Chat kUser{Chat::Kind::c2c, "U"}, kGroup{Chat::Kind::group, "U"};

// What the bridge keeps on disk.
struct Disk {
  std::map<std::string, std::string> kept{};
  int writes = 0;

  onebot::Remember remember() {
    return [this](onebot::Record record) {
      ++writes;
      if (record.value.empty()) {
        kept.erase(record.key);
      } else {
        kept[record.key] = record.value;
      }
    };
  }
  std::vector<onebot::Record> records() const {
    std::vector<onebot::Record> all;
    for (const auto& [key, value] : kept) all.push_back({std::string(Replies::kRecord), key, value});
    return all;
  }
};

constexpr double kMinute = 60;

}  // namespace

TEST_CASE("a user's message has four answers for an hour, a group's five for five minutes") {
  Disk disk;
  Replies replies(disk.remember());
  replies.add(kUser, Replies::What::message, "C1", 0);
  replies.add(kGroup, Replies::What::message, "G1", 0);

  for (int seq = 1; seq <= 4; ++seq) CHECK(replies.next(kUser, 59 * kMinute).value().msg_seq == seq);
  CHECK_FALSE(replies.next(kUser, 59 * kMinute));
  for (int seq = 1; seq <= 5; ++seq) CHECK(replies.next(kGroup, 4 * kMinute).value().msg_seq == seq);
  CHECK_FALSE(replies.next(kGroup, 4 * kMinute));
}

TEST_CASE("the last five seconds of a window are not used") {
  Disk disk;
  Replies replies(disk.remember());
  replies.add(kGroup, Replies::What::message, "G1", 0);
  replies.add(kUser, Replies::What::message, "C1", 0);

  CHECK(replies.next(kGroup, 5 * kMinute - 5.001));
  CHECK_FALSE(replies.next(kGroup, 5 * kMinute - 5));
  CHECK(replies.next(kUser, 60 * kMinute - 5.001));
  CHECK_FALSE(replies.next(kUser, 60 * kMinute - 5));
}

TEST_CASE("a message that comes again keeps the count of its answers") {
  Disk disk;
  Replies replies(disk.remember());
  replies.add(kUser, Replies::What::message, "C1", 0);
  CHECK(replies.next(kUser, 1)->msg_seq == 1);

  replies.add(kUser, Replies::What::message, "C1", 2);

  CHECK(replies.next(kUser, 3)->msg_seq == 2);
}

TEST_CASE("an event is answered by its event_id, a message by its msg_id") {
  Disk disk;
  Replies replies(disk.remember());
  replies.add(kUser, Replies::What::event, "FRIEND_ADD:1", 0);
  CHECK(replies.next(kUser, 1)->event_id == "FRIEND_ADD:1");

  replies.add(kUser, Replies::What::message, "C1", 2);

  CHECK(replies.to(kUser, "C1", 3)->msg_id == "C1");
  CHECK(replies.to(kUser, "C1", 3)->event_id.empty());
}

TEST_CASE("what the platform closed, and a chat that was left, cannot be answered") {
  Disk disk;
  Replies replies(disk.remember());
  replies.add(kUser, Replies::What::message, "C1", 0);
  replies.add(kUser, Replies::What::message, "C2", 1);

  replies.close(kUser, "C2");
  CHECK(replies.next(kUser, 2)->msg_id == "C1");
  CHECK_FALSE(replies.to(kUser, "C2", 2));
  replies.forget(kUser);
  CHECK_FALSE(replies.next(kUser, 2));
}

TEST_CASE("only so many messages are kept, of a chat and in all, and the newest are those") {
  Disk disk;
  Replies replies(disk.remember());
  for (std::size_t i = 0; i < Replies::kPerChat + 1; ++i) {
    replies.add(kUser, Replies::What::message, fmt::format("C{}", i), 0);
  }
  CHECK_FALSE(replies.to(kUser, "C0", 1));
  CHECK(replies.to(kUser, "C1", 1));

  for (std::size_t i = 0; i < Replies::kMost; ++i) {
    replies.add({Chat::Kind::group, fmt::format("G{}", i)}, Replies::What::message, "M", 2);
  }
  CHECK_FALSE(replies.next(kUser, 3));
  CHECK(replies.next({Chat::Kind::group, "G1"}, 3));
}

TEST_CASE("of several messages the one that expires first is answered first, and then the next") {
  Disk disk;
  Replies replies(disk.remember());
  replies.add(kGroup, Replies::What::message, "G1", 0);
  replies.add(kGroup, Replies::What::message, "G2", 10);

  for (int seq = 1; seq <= 5; ++seq) CHECK(replies.next(kGroup, 20)->msg_id == "G1");
  CHECK(replies.next(kGroup, 20)->msg_id == "G2");
  CHECK(replies.credits(kGroup, 20).size() == 1);
  CHECK(replies.credits(kGroup, 20)[0].left == 4);
  CHECK(replies.credits(kGroup, 20)[0].until == 10 + 5 * kMinute - 5);
}

TEST_CASE("a ledger read back from disk goes on counting where it was, with times of the wall") {
  Disk disk;
  {
    Replies replies(disk.remember());
    replies.add(kUser, Replies::What::message, "C1", 100);
    replies.add(kUser, Replies::What::event, "FRIEND_ADD:1", 102);
    CHECK(replies.next(kUser, 103)->msg_seq == 1);
    CHECK(replies.next(kUser, 103)->msg_seq == 2);
  }

  Replies replies(disk.remember());
  replies.recall(disk.records(), 200);

  CHECK(replies.next(kUser, 200)->msg_seq == 3);
  CHECK(replies.to(kUser, "FRIEND_ADD:1", 200)->event_id == "FRIEND_ADD:1");
  CHECK_FALSE(replies.to(kUser, "C1", 100 + 60 * kMinute - 5));
}

TEST_CASE("what is too old is forgotten on disk too, when it is read and when time passes") {
  Disk disk;
  Replies replies(disk.remember());
  replies.add(kUser, Replies::What::message, "C1", 0);
  REQUIRE(disk.kept.size() == 1);

  replies.add(kGroup, Replies::What::message, "G1", 61 * kMinute);
  CHECK(disk.kept.size() == 1);
  CHECK(disk.kept.contains("group:U/0"));

  Replies later(disk.remember());
  later.recall(disk.records(), 200 * kMinute);
  CHECK(disk.kept.empty());
}

TEST_CASE("a flooded chat writes once a second and takes sixteen places, however much is said") {
  Disk disk;
  Replies replies(disk.remember());

  for (int i = 0; i < 10'000; ++i) replies.add(kGroup, Replies::What::message, fmt::format("G{}", i), i / 1000.0);

  CHECK(disk.writes == 10);
  CHECK(disk.kept.size() <= Replies::kPerChat);
}

TEST_CASE("records that cannot be read are passed over and forgotten") {
  Disk disk;
  disk.kept = {
      {"group:U/0", "m x 0 G1"}, {"group:U/99", "m 10 0 G2"}, {"nowhere", "m 10 0 G3"}, {"group:U/1", "m 10 0 G4"}};
  Replies replies(disk.remember());

  replies.recall(disk.records(), 20);

  CHECK(disk.kept.size() == 1);
  CHECK(replies.next(kGroup, 20)->msg_id == "G4");
}
