// What the bot is called in groups: whose message it is that the platform shows it.

#include "adapters/qq/memory.h"

#include "adapters/qq/events/events.h"
#include "onebot/json.h"
#include "tests/fakes.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <string_view>

namespace {

constexpr std::string_view kGroup = "5F1E9C7A3B8D42604E7A9B1C2D3F5A68", kOther = "6F1E9C7A3B8D42604E7A9B1C2D3F5A68",
                           kOwn = "0F1E2D3C4B5A69788796A5B4C3D2E1F0", kUser = "A0B1C2D3E4F5061728394A5B6C7D8E9F";

struct Life {  // of the program
  explicit Life(fakes::EventSink& sink)
      : memory({}, [&sink](onebot::Record record) { sink.remember(std::move(record)); }) {
    memory.recall(sink, 0);
  }
  void hear(const std::string& frame) {
    const auto document = onebot::json::Document::parse(frame).value();
    memory.learn(qq::native_of(document.root()), {"qq", "B"}, 0);
  }
  bool is_own(const std::string& frame) const {
    const auto document = onebot::json::Document::parse(frame).value();
    return memory.is_own_echo(qq::native_of(document.root()));
  }
  qq::Memory memory;
};

std::string said_by(std::string_view writer, std::string_view group, std::string_view more = "") {
  return fmt::format(
      R"({{"op":0,"t":"GROUP_MESSAGE_CREATE","id":"1","d":{{"id":"M{0}","group_openid":"{1}","content":"x",
                         "author":{{"id":"{0}","member_openid":"{0}"}}{2}}}}})",
      writer, group, more);
}
std::string mentioning(std::string_view group, std::string_view own) {
  return said_by(kUser, group, fmt::format(R"(,"mentions":[{{"id":"{0}","is_you":true,"member_openid":"{0}"}}])", own));
}

}  // namespace

TEST_CASE("a mention tells the bot what it is called in groups, and it is known after a restart") {
  fakes::EventSink sink;
  {
    Life life(sink);
    CHECK_FALSE(life.is_own(said_by(kOwn, kGroup)));
    life.hear(mentioning(kGroup, kOwn));
    CHECK(life.is_own(said_by(kOwn, kOther)));
    CHECK_FALSE(life.is_own(said_by(kUser, kGroup)));
  }

  const auto records = sink.recall("own_member");
  REQUIRE(records.size() == 1);
  CHECK(records.front().key == kGroup);
  CHECK(records.front().value == kOwn);
  CHECK(Life(sink).is_own(said_by(kOwn, kGroup)));
}

TEST_CASE("of more groups than are kept the oldest is forgotten on disk, too") {
  fakes::EventSink sink;
  Life life(sink);
  for (std::size_t i = 0; i <= qq::Memory::kMostMembers; ++i) {
    life.hear(mentioning(fmt::format("{:032X}", i), kOwn));
  }

  CHECK(sink.records.back().key == fmt::format("{:032X}", qq::Memory::kMostMembers));
  const auto forgotten = std::ranges::count_if(
      sink.records, [](const auto& record) { return record.kind == "own_member" && record.value.empty(); });
  CHECK(forgotten == 1);
}
