#include "adapters/qq/tests/transcripts.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace fs = std::filesystem;

namespace {

const fs::path kFolder = fs::path(SOURCE_DIR) / "adapters/qq/transcripts";

std::map<std::string, std::string> transcripts() {
  std::map<std::string, std::string> all;
  for (const auto& file : fs::directory_iterator(kFolder)) {
    if (file.path().extension() == ".txt") all[file.path().filename().string()] = qq::test::read_file(file.path());
  }
  return all;
}

bool any_has(const std::map<std::string, std::string>& all, std::string_view text) {
  return std::ranges::any_of(all, [&](const auto& file) { return file.second.find(text) != std::string::npos; });
}

}  // namespace

TEST_CASE("the feed does what every transcript says") {
  const auto all = transcripts();
  REQUIRE(all.size() >= 40);
  for (const auto& [name, text] : all) {
    const auto wrong = qq::test::Transcript().run(text);
    CHECK_MESSAGE(!wrong, name, ": ", wrong.value_or(""));
  }
}

TEST_CASE("every close code and every opcode of the platform's tables is in a transcript") {
  const auto all = transcripts();
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
  auto all = transcripts();
  std::erase_if(all, [](const auto& file) { return !file.first.starts_with("shards_"); });
  for (const int code : {1000, 1001, 1006, 4000, 4003, 4005, 4006, 4007, 4008, 4009, 4010, 4011, 4014, 4900, 4913}) {
    CHECK_MESSAGE(any_has(all, fmt::format("cut {}", code)), "no transcript of shards cuts with ", code);
  }
}

TEST_CASE("a transcript that is not so is reported with its line") {
  const auto wrong =
      qq::test::Transcript().run("# c\nin {\"op\": 10, \"d\": {\"heartbeat_interval\": 1000}}\nout {\"op\": 6}\n");
  REQUIRE(wrong);
  CHECK(wrong->starts_with("line 3: out"));

  CHECK(qq::test::Transcript().run("frobnicate\n").value_or("").find("frobnicate") != std::string::npos);
  CHECK(qq::test::Transcript().run("in {\n"));
  CHECK(qq::test::Transcript().run("online true\n"));
}
