// What is asked about files and pictures.

#include "onebot/v11/file_actions.h"

#include "onebot/v11/segments.h"
#include "tests/unit/v11/actions_rig.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

using onebot::Fields;
using onebot::Retcode;
namespace v11 = onebot::v11;
using Rig = rig::Questions;

namespace {

class Tokens : public v11::Tokens {
 public:
  std::optional<std::string> file_id(std::string_view token) const override {
    if (token == "0123456789abcdef.wav") return "file-1";
    return std::nullopt;
  }
};

struct WithFiles : Rig {
  static constexpr std::array<std::string_view, 1> kFiles = {"get_file_fragmented"};
  WithFiles() {
    abilities.actions = kFiles;
    here.tokens = &tokens;
  }
  Tokens tokens;
};

const Fields kPrepared{{"name", "a.wav"}, {"total_size", 1'234}, {"sha256", "f00d"}};

}  // namespace

TEST_CASE("O11-MED-01: a token is good in get_image, get_record and get_file, and so is a file_id") {
  for (const std::string_view params :
       {R"({"file":"0123456789abcdef.wav"})", R"({"file_id":"0123456789abcdef.wav"})", R"({"file":"file-1"})"}) {
    CAPTURE(params);
    WithFiles rig;
    const std::string url = rig.bot.media.address(
        {.token = params.contains("wav") ? "0123456789abcdef.wav" : v11::media_token("file-1", "a.wav", "", "bin")});

    CHECK(rig.ask("get_image", params) == R"(get_file_fragmented {"stage":"prepare","file_id":"file-1"})");
    CHECK(rig.answer(kPrepared) == R"({"file":"","size":1234,"filename":"a.wav","url":")" + url + "\"}");
    for (const std::string_view action : {"get_record", "get_file"}) {
      CHECK(rig.ask(action, params) == R"(get_file_fragmented {"stage":"prepare","file_id":"file-1"})");
      CHECK(rig.answer(kPrepared) == R"({"file":"","url":")" + url + R"(","file_size":"1234","file_name":"a.wav"})");
    }
  }
}

TEST_CASE("a file is asked for by what it is called, and nothing is turned into another format") {
  WithFiles rig;

  CHECK(rig.ask("get_image") == "1400: \"file\" is missing");
  CHECK(rig.ask("get_image", R"({"file":"fedcba9876543210.png"})") == "1400: unknown file fedcba9876543210.png");
  CHECK(rig.ask("get_record", R"({"file":"0123456789abcdef.wav","out_format":"mp3"})") ==
        "1400: \"out_format\": nothing is turned into mp3 here");
  CHECK(rig.ask("get_record", R"({"file":"0123456789abcdef.wav","out_format":"wav"})").starts_with("get_file_frag"));
  rig.ask("get_image", R"({"file":"file-1"})");
  CHECK(rig.answer(onebot::fail(Retcode::unknown_file, "there is no such file")).ends_with(": there is no such file"));
}

TEST_CASE("a file's address is told without asking the platform, and refused where there is none") {
  WithFiles rig;

  CHECK(rig.ask("get_group_file_url", R"({"group_id":1,"file_id":"0123456789abcdef.wav"})") ==
        R"(0: {"url":"http://127.0.0.1:5701/media/0123456789abcdef.wav"})");
  rig.bot.media.serves = false;
  CHECK(rig.ask("get_private_file_url", R"({"file_id":"0123456789abcdef.wav"})").starts_with("1404: "));
}

TEST_CASE("O11-MED-09: who has a picture that the platform shows to everybody has it here") {
  Rig rig;
  const std::string user = fmt::to_string(rig.bot.user("u"));

  rig.ask("get_stranger_info", fmt::format(R"({{"user_id":{}}})", user));
  CHECK(rig::member(rig.answer(Fields{{"user_id", "u"}, {"chat.avatar", "https://cdn.test/u"}}), "avatar") ==
        "\"https://cdn.test/u\"");
  CHECK(rig::member(rig.answer(Fields{{"user_id", "u"}}), "avatar") == "missing");
}

TEST_CASE("a small file comes with its bytes, a large one without") {
  WithFiles rig;
  const std::string url = rig.bot.media.address({.token = "0123456789abcdef.wav"});
  const std::string told = R"("url":")" + url + R"(","file_size":)";

  rig.ask("get_file", R"({"file":"0123456789abcdef.wav"})");
  REQUIRE(v11::asks_on(rig.asked, Fields{{"name", "a.wav"}, {"total_size", 3}}, rig.here));
  CHECK(rig::json::write(rig.asked.action.params) == R"({"stage":"transfer","file_id":"file-1","offset":0,"size":3})");
  CHECK(rig.answer(Fields{{"data", onebot::Bytes{"abc"}}}) ==
        R"({"file":"",)" + told + R"("3","file_name":"a.wav","base64":"YWJj"})");

  rig.ask("get_file", R"({"file":"0123456789abcdef.wav"})");
  REQUIRE(v11::asks_on(rig.asked, Fields{{"name", "a.wav"}, {"total_size", 3}}, rig.here));
  CHECK(rig.answer(onebot::fail(Retcode::unknown_file, "gone")) ==
        R"({"file":"",)" + told + R"("3","file_name":"a.wav"})");

  rig.ask("get_file", R"({"file":"0123456789abcdef.wav"})");
  CHECK_FALSE(v11::asks_on(rig.asked, Fields{{"name", "a.wav"}, {"total_size", (1 << 20) + 1}}, rig.here));
}

TEST_CASE("a file is fetched by address or taken as Base64, and told under a token that can be sent") {
  WithFiles rig;
  const auto source = [&](std::string_view params) {
    const std::string refused = rig.ask("download_file", params);
    if (rig.asked.uploads.empty()) return refused;
    const v11::Upload upload = std::exchange(rig.asked.uploads.front(), {});
    return fmt::format("{} name={} {}", upload.source, upload.name, rig::json::write(upload.headers));
  };
  CHECK(source(R"({"url":"https://h/x/a.png?b=c","thread_count":3})") == "https://h/x/a.png?b=c name=a.png {}");
  CHECK(source(R"({"url":"https://h/x","name":"b.png"})") == "https://h/x name=b.png {}");
  CHECK(source(R"({"base64":"YWJj"})") == "base64://YWJj name= {}");
  for (const std::string_view headers :
       {R"("A=b=c\r\nReferer=http://r")", R"(["A: b=c","Referer=http://r"])", R"({"A":"b=c","Referer":"http://r"})"}) {
    CHECK(source(fmt::format(R"({{"url":"https://h/x","headers":{}}})", headers)) ==
          R"(https://h/x name= {"A":"b=c","Referer":"http://r"})");
  }

  rig.ask("download_file", R"({"url":"https://h/a.png"})");
  CHECK(rig.asked.action.name.empty());
  set(rig.asked.action.params, "message",
      onebot::List{Fields{{"type", "file"}, {"data", Fields{{"file_id", "file-9"}}}}});
  CHECK(rig.answer(onebot::Value()) == R"({"file":")" + v11::media_token("file-9", "a.png", "", "bin") + "\"}");
  CHECK(rig.answer(onebot::fail(Retcode::unknown_file, "no")).ends_with(": no"));
}

TEST_CASE("nothing is fetched from what is no web address") {
  WithFiles rig;
  CHECK(rig.ask("download_file") == "1400: \"url\" or \"base64\" is missing");
  for (const std::string_view url : {"file:///etc/passwd", "/etc/passwd", "ftp://h/x", "file-1"}) {
    CHECK(rig.ask("download_file", fmt::format(R"({{"url":"{}"}})", url)) ==
          "1400: \"url\" must begin with http:// or https://");
  }
}
