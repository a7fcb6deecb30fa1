#include "adapters/qq/replies.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace std::chrono_literals;
using qq::Chat;
using qq::Replies;

namespace {

const Chat kUser{Chat::Kind::c2c, "U"}, kGroup{Chat::Kind::group, "U"};

}  // namespace

TEST_CASE("a user's message has four answers for an hour, a group's five for five minutes") {
  Replies replies;
  replies.add(kUser, Replies::What::message, "C1", 0ms);
  replies.add(kGroup, Replies::What::message, "G1", 0ms);

  for (int seq = 1; seq <= 4; ++seq) CHECK(replies.newest(kUser, 59min).value().msg_seq == seq);
  CHECK_FALSE(replies.newest(kUser, 59min));
  for (int seq = 1; seq <= 5; ++seq) CHECK(replies.newest(kGroup, 4min).value().msg_seq == seq);
  CHECK_FALSE(replies.newest(kGroup, 4min));
}

TEST_CASE("the last five seconds of a window are not used") {
  Replies replies;
  replies.add(kGroup, Replies::What::message, "G1", 0ms);
  replies.add(kUser, Replies::What::message, "C1", 0ms);

  CHECK(replies.newest(kGroup, 5min - 5001ms));
  CHECK_FALSE(replies.newest(kGroup, 5min - 5s));
  CHECK(replies.newest(kUser, 60min - 5001ms));
  CHECK_FALSE(replies.newest(kUser, 60min - 5s));
}

TEST_CASE("a message that comes again keeps the count of its answers") {
  Replies replies;
  replies.add(kUser, Replies::What::message, "C1", 0ms);
  CHECK(replies.newest(kUser, 1s)->msg_seq == 1);

  replies.add(kUser, Replies::What::message, "C1", 2s);

  CHECK(replies.newest(kUser, 3s)->msg_seq == 2);
}

TEST_CASE("an event is answered by its event_id, a message by its msg_id") {
  Replies replies;
  replies.add(kUser, Replies::What::event, "FRIEND_ADD:1", 0ms);
  CHECK(replies.newest(kUser, 1s)->event_id == "FRIEND_ADD:1");

  replies.add(kUser, Replies::What::message, "C1", 2s);

  CHECK(replies.newest(kUser, 3s)->msg_id == "C1");
  CHECK(replies.newest(kUser, 3s)->event_id.empty());
}

TEST_CASE("what the platform closed, and a chat that was left, cannot be answered") {
  Replies replies;
  replies.add(kUser, Replies::What::message, "C1", 0ms);
  replies.add(kUser, Replies::What::message, "C2", 1s);

  replies.close(kUser, "C2");
  CHECK(replies.newest(kUser, 2s)->msg_id == "C1");
  CHECK_FALSE(replies.to(kUser, "C2", 2s));
  replies.forget(kUser);
  CHECK_FALSE(replies.newest(kUser, 2s));
}

TEST_CASE("only so many messages are kept, of a chat and in all, and the newest are those") {
  Replies replies;
  for (std::size_t i = 0; i < Replies::kPerChat + 1; ++i) {
    replies.add(kUser, Replies::What::message, fmt::format("C{}", i), 0ms);
  }
  CHECK_FALSE(replies.to(kUser, "C0", 1s));
  CHECK(replies.to(kUser, "C1", 1s));

  for (std::size_t i = 0; i < Replies::kMost; ++i) {
    replies.add({Chat::Kind::group, fmt::format("G{}", i)}, Replies::What::message, "M", 2s);
  }
  CHECK_FALSE(replies.newest(kUser, 3s));
  CHECK(replies.newest({Chat::Kind::group, "G1"}, 3s));
}
