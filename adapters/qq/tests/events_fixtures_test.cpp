// Rules that hold for whatever QQ sends, tried on every fixture and on broken copies of it.

#include "adapters/qq/events/events.h"
#include "adapters/qq/events/table.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

using onebot::Event;
using onebot::Fields;
using onebot::json::Document;

namespace {

namespace fs = std::filesystem;

const onebot::Self kSelf{.platform = "qq", .user_id = "3141592653589793238"};

struct Fixture {
  std::string name{};
  std::string native{};
  std::string expected{};
};

std::string read(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<Fixture> fixtures() {
  std::vector<Fixture> out;
  for (const auto& entry : fs::directory_iterator(fs::path(SOURCE_DIR) / "adapters/qq/fixtures")) {
    const std::string path = entry.path().string();
    constexpr std::string_view kEnd = ".native.json";
    if (!path.ends_with(kEnd)) continue;
    const std::string stem = path.substr(0, path.size() - kEnd.size());
    out.push_back({.name = fs::path(stem).filename(), .native = read(path), .expected = read(stem + ".onebot.json")});
  }
  return out;
}

std::string to_json(const std::vector<Event>& events) {
  std::string out = "[";
  for (const Event& event : events) out += (out.size() > 1 ? "," : "") + onebot::to_json(event);
  return out + "]";
}

bool has_prefix_pair(const Fields& fields) {
  for (const onebot::Field& a : fields) {
    for (const onebot::Field& b : fields) {
      if (b.name.starts_with(a.name + ".")) return true;
    }
  }
  return false;
}

void check_rules(const Event& event) {
  CHECK((event.type == "message" || event.type == "notice" || event.type == "request"));
  CHECK_FALSE(event.detail_type.empty());
  CHECK_FALSE(has_prefix_pair(event.fields));
  CHECK(find(event.fields, "qq.event"));
  for (const onebot::Field& field : event.fields) {
    const bool standard = field.name.find('.') == std::string::npos;
    if (standard) CHECK_MESSAGE(std::holds_alternative<std::string>(field.value), field.name);
  }
  CHECK((event.type == "message") == !event.message.empty());
  for (const onebot::Segment& segment : event.message) {
    CHECK_FALSE(find(segment.data, "type"));
    CHECK_FALSE(has_prefix_pair(segment.data));
  }
}

}  // namespace

TEST_CASE("every frame becomes the events written beside it") {
  const auto all = fixtures();
  REQUIRE(all.size() > 100);
  for (const Fixture& fixture : all) {
    CAPTURE(fixture.name);
    const auto native = Document::parse(fixture.native);
    const auto expected = Document::parse(fixture.expected);
    REQUIRE(native.has_value());
    REQUIRE(expected.has_value());

    const auto events = qq::translate_payload("qq", native->root(), kSelf);

    REQUIRE(events.has_value());
    CHECK(to_json(*events) == expected->root().dump());
  }
}

TEST_CASE("every event of the table has a fixture") {
  const auto all = fixtures();
  for (const onebot::EventRule& rule : qq::kEvents.rules) {
    const std::string name = R"("t": ")" + std::string(rule.native()) + '"';
    bool found = false;
    for (const Fixture& fixture : all) found = found || fixture.native.find(name) != std::string::npos;
    CHECK_MESSAGE(found, rule.native());
  }
}

TEST_CASE("no fixture breaks the rules applications rely on") {
  for (const Fixture& fixture : fixtures()) {
    CAPTURE(fixture.name);
    const auto native = Document::parse(fixture.native);
    REQUIRE(native.has_value());
    const auto events =
        qq::translate(qq::native_of(native->root()), {.self = kSelf, .appid = "1", .name = "B", .session_id = "S"});
    REQUIRE(events.has_value());
    for (const Event& event : *events) check_rules(event);
  }
}

TEST_CASE("a frame with any one value replaced is still one event that keeps the rules, or none") {
  constexpr std::string_view kOther[] = {"null", "true", "-1.5", "18446744073709551615",
                                         "\"\"", "[]",   "{}",   "[[[{}]]]"};
  for (const Fixture& fixture : fixtures()) {
    CAPTURE(fixture.name);
    for (std::size_t at = fixture.native.find(": "); at != std::string::npos; at = fixture.native.find(": ", at + 1)) {
      const std::size_t end = fixture.native.find_first_of(",}]\n", at);
      for (const std::string_view other : kOther) {
        std::string broken = fixture.native;
        broken.replace(at + 2, end - at - 2, other);
        const auto native = Document::parse(broken);
        if (!native) continue;
        const auto events = qq::translate(qq::native_of(native->root()), {.self = kSelf, .session_id = "S"});
        if (!events) continue;
        CHECK(events->size() <= 1);
        for (const Event& event : *events) check_rules(event);
        CHECK(qq::keys(qq::native_of(native->root())).size() <= 2);
      }
    }
  }
}
