// What a bot knows again after a restart, and what it does not.

#include "adapters/feishu/memory.h"

#include "adapters/feishu/tests/rig.h"

using namespace rig;

namespace {

struct Life {  // of the program
  explicit Life(fakes::EventSink& events)
      : memory([&events](onebot::Record record) { events.remember(std::move(record)); }) {
    memory.recall(events);
  }
  feishu::Memory memory;
};

}  // namespace

TEST_CASE("records of earlier versions are read") {
  fakes::EventSink events;
  events.records = {{"private_chat", "oc_1", "p2p"}, {"alias", "ou_1", "u1"}, {"sent", "om_1", "om_1 om_2 om_3"}};

  const Life life(events);

  CHECK(life.memory.is_private("oc_1"));
  CHECK(*life.memory.aliases.find("ou_1") == "u1");
  CHECK(life.memory.sent_with("om_1") == std::vector<std::string>{"om_1", "om_2", "om_3"});
  CHECK(events.records.size() == 3);
}

TEST_CASE("what is kept is known after a restart, and written once") {
  fakes::EventSink events;
  {
    Life life(events);
    for (int again = 0; again < 2; ++again) {
      life.memory.chats.set("oc_1", true);
      life.memory.chats.set("oc_2", false);
      life.memory.aliases.set("ou_1", "u1");
      life.memory.keep_sent({"om_1", "om_2"});
    }
  }

  CHECK(events.records.size() == 3);
  const Life life(events);
  CHECK(life.memory.is_private("oc_1"));
  CHECK_FALSE(life.memory.chats.find("oc_2"));  // an unknown chat is taken for a group anyway
  CHECK(*life.memory.aliases.find("ou_1") == "u1");
  CHECK(life.memory.sent_with("om_1") == std::vector<std::string>{"om_1", "om_2"});
}

TEST_CASE("a chat that turns out to be a group is none between two after a restart either") {
  fakes::EventSink events;
  events.records = {{"private_chat", "oc_1", "p2p"}};
  Life(events).memory.chats.set("oc_1", false);

  CHECK_FALSE(Life(events).memory.is_private("oc_1"));
}

TEST_CASE("what the platform said of a chat when it was asked is known after a restart") {
  Bot bot("feishu");
  bot.start();
  bot.push(read(kFixtures / "feishu.v2.recalled.p2p.native.json"));
  bot.answer(R"({"code":0,"data":{"chat_mode":"p2p"}})");

  const auto records = bot.world.events.recall("private_chat");
  REQUIRE(records.size() == 1);
  CHECK(records.front().key == kPrivate);
}
