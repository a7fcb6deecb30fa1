// Rules that hold for whatever the platforms push, tried on every fixture and on broken copies of it.

#include "adapters/feishu/events/events.h"
#include "adapters/feishu/events/table.h"
#include "adapters/feishu/tests/rig.h"
#include "onebot/standard.h"

using namespace rig;

namespace {

struct Fixture {
  std::string name{}, platform{}, native{}, expected{};
};

std::vector<Fixture> fixtures() {
  std::vector<Fixture> out;
  for (const auto& entry : std::filesystem::directory_iterator(kFixtures)) {
    const std::string path = entry.path().string();
    constexpr std::string_view kEnd = ".native.json";
    if (!path.ends_with(kEnd)) continue;
    const std::string stem = path.substr(0, path.size() - kEnd.size());
    const std::string name = std::filesystem::path(stem).filename();
    out.push_back({name, name.substr(0, name.find('.')), read(path), read(stem + ".onebot.json")});
  }
  return out;
}

onebot::Self self_of(const Fixture& fixture) {
  const Document selves = parse(read(kFixtures / "self.json"));
  return {.platform = fixture.platform, .user_id = selves.root().at(fixture.platform).text()};
}

// What only the platform and we may know. A card has a token of another kind.
std::string verification_token(View push) {
  const bool card = push.at("action").is_object();
  return push.at("header").is_object() ? push.at("header.token").text() : card ? "" : push.at("token").text();
}

bool has_prefix_pair(const Fields& fields) {
  for (const onebot::Field& a : fields) {
    for (const onebot::Field& b : fields) {
      if (&a != &b && (a.name == b.name || b.name.starts_with(a.name + "."))) return true;
    }
  }
  return false;
}

void check_rules(const Event& event, const Fixture& fixture) {
  const std::string prefix = fixture.platform == "bosshi" ? "bosshi." : "feishu.";
  CHECK((event.type == "message" || event.type == "notice"));
  CHECK_FALSE(event.detail_type.empty());
  if (event.detail_type.find('.') != std::string::npos) CHECK(event.detail_type.starts_with(prefix));
  CHECK_FALSE(has_prefix_pair(event.fields));
  CHECK(find(event.fields, prefix + "event_type"));
  CHECK((event.type == "message") == !event.message.empty());
  for (const onebot::Field& field : event.fields) {
    if (field.name.find('.') != std::string::npos) CHECK_MESSAGE(field.name.starts_with(prefix), field.name);
    if (onebot::has_word(onebot::kStandardFields, field.name)) {
      CHECK_MESSAGE(std::holds_alternative<std::string>(field.value), field.name);
    }
  }
  for (const onebot::Segment& segment : event.message) {
    CHECK_FALSE(find(segment.data, "type"));
    CHECK_FALSE(has_prefix_pair(segment.data));
  }
}

}  // namespace

TEST_CASE("every push becomes the events written beside it") {
  const auto all = fixtures();
  REQUIRE(all.size() > 100);
  for (const Fixture& fixture : all) {
    CAPTURE(fixture.name);
    const Document native = parse(fixture.native), expected = parse(fixture.expected);

    const auto events = feishu::translate_payload(fixture.platform, native.root(), self_of(fixture));

    REQUIRE(events.has_value());
    const Document got = parse(to_json(*events));
    CHECK_MESSAGE(same(got.root(), expected.root()), got.root().dump());
    for (const Event& event : *events) check_rules(event, fixture);
  }
}

TEST_CASE("every event of the tables has a fixture") {
  const auto all = fixtures();
  for (const auto* table : {&feishu::kEvents, &feishu::kLegacyEvents}) {
    for (const onebot::EventRule& rule : table->rules) {
      if (rule.native().ends_with(feishu::kInPrivate)) continue;  // takes a memory: see adapter_test
      const std::string name(rule.native());
      const bool found = std::ranges::any_of(all, [&](const Fixture& fixture) {
        return fixture.native.find('"' + name + '"') != std::string::npos ||
               fixture.native.find('"' + name + "_v") != std::string::npos;
      });
      CHECK_MESSAGE(found, name);
    }
  }
}

TEST_CASE("a push with any one value replaced is still events that keep the rules, or a clear error") {
  constexpr std::string_view kOther[] = {"null", "true", "-1.5", "18446744073709551615",
                                         "\"\"", "[]",   "{}",   "[[[{}]]]"};
  for (const Fixture& fixture : fixtures()) {
    CAPTURE(fixture.name);
    for (std::size_t at = fixture.native.find("\": "); at != std::string::npos;
         at = fixture.native.find("\": ", at + 1)) {
      const std::size_t end = fixture.native.find_first_of(",}]\n", at);
      for (const std::string_view other : kOther) {
        std::string broken = fixture.native;
        broken.replace(at + 3, end - at - 3, other);
        const auto native = Document::parse(broken);
        if (!native) continue;
        const auto events = feishu::translate_payload(fixture.platform, native->root(), self_of(fixture));
        if (!events) {
          CHECK_FALSE(events.error().message.empty());
          continue;
        }
        for (const Event& event : *events) check_rules(event, fixture);
        const std::string token = verification_token(native->root());
        if (!token.empty()) CHECK(to_json(*events).find(token) == std::string::npos);
        CHECK(feishu::keys(feishu::read_native(native->root())).size() <= 2);
      }
    }
  }
}
