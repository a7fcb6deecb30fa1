// Runs adapters/qq/transcripts/: the gateway and the actions. {"binary": FRAME} is sent as a binary
// frame; a text in its place as it is.

#include "adapters/qq/adapter.h"
#include "tests/transcripts.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace {

using transcripts::Transcript;

onebot::Result<std::unique_ptr<onebot::Adapter>> make(const onebot::Fields& section, const onebot::Host& host) {
  ONEBOT_TRY(settings, qq::read_settings(section));
  return std::make_unique<qq::Adapter>(settings, host, [] { return 0.0; });
}

std::string usual(std::string_view url) {
  if (url.ends_with("/getAppAccessToken")) return R"({"access_token": "TOKEN", "expires_in": "7200"})";
  if (url != "https://api.bot.qq.com/gateway/bot") return "";
  return R"({"url": "wss://gateway.test/websocket", "shards": 1, "session_start_limit": {"total": 1500,
             "remaining": 1499, "reset_after": 86400000, "max_concurrency": 20}})";
}

std::optional<std::string> say(fakes::Link& link, std::string_view spelled) {
  const auto document = onebot::json::Document::parse(spelled);
  const onebot::json::View frame = document ? document->root().at("binary") : onebot::json::View();
  if (frame.is_missing()) return transcripts::say_text(link, spelled);
  link.binary(frame.is_string() ? std::string(frame.str()) : frame.dump());
  return std::nullopt;
}

const transcripts::Stage kStage = {.host = "https://api.bot.qq.com",
                                   .section = {{"app_id", "102000001"}, {"app_secret", "S3cret"}},
                                   .asking = "/gateway",
                                   .headers = {{"X-Tps-trace-ID", "trace-1"}},
                                   .make = make,
                                   .usual = usual,
                                   .say = say,
                                   .spell = transcripts::spell_text};

std::map<std::string, std::string> all_transcripts() {
  return transcripts::read_all(std::filesystem::path(SOURCE_DIR) / "adapters/qq/transcripts");
}

bool any_has(const std::map<std::string, std::string>& all, std::string_view text) {
  return std::ranges::any_of(all, [&](const auto& file) { return file.second.find(text) != std::string::npos; });
}

}  // namespace

TEST_CASE("the feed does what every transcript says") {
  const auto all = all_transcripts();
  REQUIRE(all.size() >= 40);
  for (const auto& [name, text] : all) {
    const auto wrong = Transcript(kStage).run(text);
    CHECK_MESSAGE(!wrong, name, ": ", wrong.value_or(""));
  }
}

TEST_CASE("every close code and every opcode of the platform's tables is in a transcript") {
  const auto all = all_transcripts();
  for (const int code : {1000, 1001, 1006, 4000, 4001, 4002, 4003, 4004, 4005, 4006, 4007,
                         4008, 4009, 4010, 4011, 4012, 4013, 4014, 4900, 4913, 4914, 4915}) {
    CHECK_MESSAGE(any_has(all, fmt::format("cut {}", code)), "no transcript cuts with ", code);
  }
  for (const int op : {0, 1, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13}) {
    CHECK_MESSAGE(any_has(all, fmt::format("in    {{\"op\": {}", op)), "no transcript reads opcode ", op);
  }
  for (const int op : {1, 2, 6}) {
    CHECK_MESSAGE(any_has(all, fmt::format("out   {{\"op\": {}", op)), "no transcript expects opcode ", op);
  }
}

TEST_CASE("every close code that leads elsewhere is in a transcript of several shards") {
  auto all = all_transcripts();
  std::erase_if(all, [](const auto& file) { return !file.first.starts_with("shards_"); });
  for (const int code : {1000, 1001, 1006, 4000, 4003, 4005, 4006, 4007, 4008, 4009, 4010, 4011, 4014, 4900, 4913}) {
    CHECK_MESSAGE(any_has(all, fmt::format("cut {}", code)), "no transcript of shards cuts with ", code);
  }
}

TEST_CASE("a transcript that is not so is reported with its line") {
  const auto wrong =
      Transcript(kStage).run("# c\nin {\"op\": 10, \"d\": {\"heartbeat_interval\": 1000}}\nout {\"op\": 6}\n");
  REQUIRE(wrong);
  CHECK(wrong->starts_with("line 3: out"));

  CHECK(Transcript(kStage).run("frobnicate\n").value_or("").find("frobnicate") != std::string::npos);
  CHECK(Transcript(kStage).run("in {\n"));
  CHECK(Transcript(kStage).run("online true\n"));
}
