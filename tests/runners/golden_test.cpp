// Fixtures beside each adapter: native in, OneBot out, compared as JSON.
//
//   <folder>/fixtures/NAME.native.json   one native payload, as the platform sends it
//   <folder>/fixtures/NAME.onebot.json   the list of events it becomes; [] for none
//   <folder>/fixtures/self.json          platform -> user_id of the bot
//
// A folder that serves several platforms begins NAME with one of them ("<platform>.text_group"); without it the first
// registered one of the folder is meant. A payload that cannot be translated is written as {"error": "why"}.
// The order of members does not matter; 1.0 and 1 are different. With ONEBRIDGE_UPDATE_FIXTURES=1 in the environment
// the right-hand side is rewritten: review the difference.

#include "onebot/json.h"
#include "tests/runners/fixtures.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace json = onebot::json;
using onebot::Value;
using namespace runners;

// One event per line.
std::string translated(const Fixture& fixture) {
  const auto native = json::Document::parse(read(with(fixture.stem, kNative)));
  if (!native) return json::write(onebot::Fields{{"error", native.error().message}}) + "\n";
  const auto events = fixture.platform->translate(fixture.platform->name, native->root(), self_of(*fixture.platform));
  if (!events) return json::write(onebot::Fields{{"error", events.error().message}}) + "\n";
  std::string out = "[";
  for (const auto& event : *events) out += (out.size() > 1 ? ",\n " : "") + to_json(event);
  return out + "]\n";
}

// Members sorted by name, at every depth.
Value sorted(Value value) {
  if (auto* list = std::get_if<onebot::List>(&value)) {
    for (Value& item : *list) item = sorted(std::move(item));
  }
  if (auto* fields = std::get_if<onebot::Fields>(&value)) {
    for (onebot::Field& field : *fields) field.value = sorted(std::move(field.value));
    std::stable_sort(fields->begin(), fields->end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  }
  return value;
}

std::string canonical(const std::string& text) {
  const auto document = json::Document::parse(text);
  return document ? json::write(sorted(document->root().value())) : "no JSON: " + document.error().message;
}

}  // namespace

TEST_CASE("every native fixture becomes the OneBot events written beside it") {
  for (const Fixture& fixture : fixtures()) {
    const std::filesystem::path expected = with(fixture.stem, kOnebot);
    CAPTURE(fixture.stem);
    const std::string actual = translated(fixture);
    if (updating() && canonical(actual) != canonical(read(expected))) {
      std::ofstream(expected, std::ios::binary) << actual;
      MESSAGE("rewritten: ", expected);
    }
    CHECK(canonical(actual) == canonical(read(expected)));
  }
}

TEST_CASE("every platform has fixtures, and none stands alone") {
  std::map<std::string_view, int> count;
  for (const Fixture& fixture : fixtures()) ++count[fixture.platform->name];
  for (const auto& platform : adapters::platforms()) CHECK_MESSAGE(count[platform.name] > 0, platform.name);

  for (const std::string_view folder : folders()) CHECK(stems(folder, kNative) == stems(folder, kOnebot));
}

TEST_CASE("no event of a fixture leaves the standard") {
  for (const Fixture& fixture : fixtures()) {
    const auto document = json::Document::parse(translated(fixture));
    REQUIRE(document);
    CAPTURE(fixture.stem);
    for (std::size_t i = 0; i < document->root().size(); ++i) {
      const json::View event = document->root()[i];
      CHECK_FALSE(event.at("detail_type").str().empty());
      CHECK(event.at("sub_type").is_string());
      CHECK(event.at("self.platform").str() == fixture.platform->name);
      CHECK_FALSE(event.at("self.user_id").str().empty());
      CHECK((event.at("type").str() == "message") == event.at("message").is_array());
      for (const std::string_view id : {"user_id", "operator_id", "group_id", "guild_id", "channel_id", "message_id"}) {
        const json::View value = event.at(id);
        CHECK_MESSAGE((value.is_missing() || value.is_string()), id);
      }
    }
  }
}
