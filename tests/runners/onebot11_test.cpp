// Fixtures beside each adapter, once more: the OneBot 11 frames that their events become, compared byte by byte.
//
//   <folder>/fixtures/onebot11/NAME.json   options -> frames; what is missing is as "default"
//   <folder>/fixtures/onebot11.json        "apps": platform -> app_id of the bot; "numbers": native ids and theirs
//
// A payload that becomes no event has no such file. With ONEBRIDGE_UPDATE_FIXTURES=1 in the environment they are
// rewritten: review the difference.

#include "onebot/json.h"
#include "onebot/standard.h"
#include "onebot/v11/events.h"
#include "tests/fakes_numbers.h"
#include "tests/runners/fixtures.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace json = onebot::json;
namespace v11 = onebot::v11;
using namespace runners;

constexpr std::string_view kFrames = ".json";
// The first message of each fixture gets this number.
constexpr v11::Number kFirst = 217'500'001, kStartOf2020 = 1'577'836'800;

struct Variant {
  std::string_view name{};
  v11::Options options{};
};

constexpr std::array<Variant, 4> kVariants = {{{"default", {}},
                                               {"extended", {.extended_notices = true}},
                                               {"guild", {.channels = v11::Channels::guild}},
                                               {"pressed", {.interactions = v11::Interactions::message}}}};

std::filesystem::path expected_of(const Fixture& fixture) {
  const auto name = fixture.stem.filename().string() + std::string(kFrames);
  return fixture.stem.parent_path() / "onebot11" / name;
}

json::Document settings_of(std::string_view folder) {
  auto document = json::Document::parse(read(fixtures_of(folder) / "onebot11.json"));
  REQUIRE_MESSAGE(document, folder);
  return *std::move(document);
}

class Media : public v11::Media {
 public:
  std::string address(const v11::MediaFile& file) override {
    return file.url.empty() ? fmt::format("http://127.0.0.1:5701/media/{}", file.token) : std::string(file.url);
  }
};

// A bot that has just been started, whose first message comes.
struct Rig {
  Rig(const adapters::Platform& platform, const v11::Options& options) {
    const onebot::Self self = self_of(platform);
    const std::string app_id = settings_of(platform.folder).root().at("apps").at(platform.name).text();
    scope.bot = fmt::format("{}/{}", platform.name, app_id);
    scope.self_id = ids.self({.platform = self.platform, .app_id = app_id, .user_id = self.user_id});
    scope.options = options;
  }

  fakes::IdRows id_rows{};
  fakes::MessageRows message_rows{};
  fakes::Reserve reserve{};
  v11::IdNumbers ids{id_rows};
  v11::MessageNumbers messages{message_rows, reserve, kStartOf2020 + kFirst};
  Media media{};
  v11::Scope scope{.ids = ids, .messages = messages, .media = media};
};

// The events of a fixture as the log has them.
std::vector<std::string> logged(const Fixture& fixture) {
  std::vector<std::string> texts;
  const auto native = json::Document::parse(read(with(fixture.stem, kNative)));
  if (!native) return texts;
  const auto events = fixture.platform->translate(fixture.platform->name, native->root(), self_of(*fixture.platform));
  if (!events) return texts;
  for (const auto& event : *events) texts.push_back(to_json(event));
  return texts;
}

std::vector<std::string> frames_of(const Fixture& fixture, const v11::Options& options) {
  std::vector<std::string> frames;
  Rig rig(*fixture.platform, options);
  for (const std::string& text : logged(fixture)) {
    const auto event = json::Document::parse(text);
    REQUIRE(event);
    for (std::string& frame : v11::frames_of(event->root(), rig.scope).texts) frames.push_back(std::move(frame));
  }
  return frames;
}

using Variants = std::map<std::string_view, std::vector<std::string>>;

Variants actual(const Fixture& fixture) {
  Variants all;
  for (const Variant& variant : kVariants) all[variant.name] = frames_of(fixture, variant.options);
  return all;
}

Variants expected(const Fixture& fixture) {
  Variants all;
  const auto document = json::Document::parse(read(expected_of(fixture)));
  REQUIRE_MESSAGE(document, fixture.stem);
  for (const Variant& variant : kVariants) {
    json::View frames = document->root().at(variant.name);
    if (frames.is_missing()) frames = document->root().at("default");
    for (std::size_t i = 0; i < frames.size(); ++i) all[variant.name].push_back(frames[i].dump());
    all[variant.name];
  }
  return all;
}

// One frame per line.
std::string written(const Variants& variants) {
  std::string out = "{";
  for (const auto& [name, frames] : variants) {
    if (name != "default" && frames == variants.at("default")) continue;
    out += fmt::format("{}\"{}\": [", out.size() > 1 ? ",\n " : "", name);
    for (std::size_t i = 0; i < frames.size(); ++i) out += fmt::format("{}\n  {}", i > 0 ? "," : "", frames[i]);
    out += "]";
  }
  return out + "}\n";
}

// Every number in it can be held by a double, and is written as one writes a whole number.
bool has_plain_numbers(json::View value) {
  if (value.is_number()) return value.integer() && std::abs(*value.integer()) <= v11::kMostExact;
  bool plain = true;
  for (std::size_t i = 0; i < value.size(); ++i) plain = plain && has_plain_numbers(value[i]);
  value.members([&](std::string_view, json::View member) { plain = plain && has_plain_numbers(member); });
  return plain;
}

}  // namespace

TEST_CASE("every event of a fixture becomes the OneBot 11 frames written beside it") {  // O11-MAPE-01, O11-MAPE-40
  for (const Fixture& fixture : fixtures()) {
    if (logged(fixture).empty()) continue;
    CAPTURE(fixture.stem);
    const Variants frames = actual(fixture);
    if (updating()) {
      std::filesystem::create_directories(expected_of(fixture).parent_path());
      std::ofstream(expected_of(fixture), std::ios::binary) << written(frames);
    }
    const Variants wanted = expected(fixture);
    for (const Variant& variant : kVariants) {
      CAPTURE(variant.name);
      CHECK(frames.at(variant.name) == wanted.at(variant.name));
    }
  }
}

TEST_CASE("no file of frames stands alone") {
  for (const std::string_view folder : folders()) {
    for (const auto& entry : std::filesystem::directory_iterator(fixtures_of(folder) / "onebot11")) {
      const std::string name = entry.path().filename();
      const std::string stem = name.substr(0, name.size() - kFrames.size());
      CHECK_MESSAGE(std::filesystem::exists(fixtures_of(folder) / (stem + std::string(kNative))), name);
    }
  }
}

TEST_CASE("no frame ends the process of who reads it") {  // O11-EVT-03, O11-EVT-04, O11-EVT-09, O11-SEG-01
  constexpr std::string_view kTypes = "text at image record video file location reply face json forward";
  for (const Fixture& fixture : fixtures()) {
    CAPTURE(fixture.stem);
    for (const auto& [variant, frames] : actual(fixture)) {
      for (const std::string& frame : frames) {
        const auto document = json::Document::parse(frame);
        REQUIRE(document);
        const json::View root = document->root();
        const std::string_view post_type = root.at("post_type").str();
        CHECK((post_type == "message" || post_type == "notice" || post_type == "request"));
        CHECK(root.at("time").integer());
        CHECK(root.at("self_id").integer());
        CHECK(root.at("echo").is_missing());
        CHECK((variant == "guild" || frame.find("\"guild_id\"") == std::string::npos));
        CHECK(has_plain_numbers(root));
        CHECK((post_type != "message" || !root.at("sender.nickname").str().empty()));
        if (post_type != "message" || variant == "guild") continue;
        CHECK(root.at("message_id").integer().value_or(0) > 0);
        for (std::size_t i = 0; i < root.at("message").size(); ++i) {
          const json::View segment = root.at("message")[i];
          CHECK(onebot::has_word(kTypes, segment.at("type").str()));
          CHECK(segment.at("data").is_object());
        }
      }
    }
  }
}

TEST_CASE("native ids have the numbers that were written down for them") {  // O11-ID-02
  for (const std::string_view folder : folders()) {
    const json::Document settings = settings_of(folder);
    const json::View numbers = settings.root().at("numbers");
    CHECK_MESSAGE(numbers.size() > 0, folder);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      const json::View row = numbers[i];
      const std::string_view kind = row.at("kind").str();
      const v11::Native native{kind == "user"    ? v11::Kind::user
                               : kind == "group" ? v11::Kind::group
                                                 : v11::Kind::channel,
                               row.at("platform").text(), row.at("native").text()};
      CHECK(v11::derived_number(native) == row.at("number").integer());
    }
  }
}
