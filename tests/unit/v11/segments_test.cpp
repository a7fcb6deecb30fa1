#include "onebot/v11/segments.h"

#include "tests/unit/v11/rig.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <string_view>

using rig::Bot;
using rig::member;
namespace v11 = onebot::v11;

namespace {

std::string message_of(Bot& bot, std::string_view segments) { return member(bot.in_group(segments), "message"); }
std::string message_of(std::string_view segments) {
  Bot bot;
  return message_of(bot, segments);
}

std::string text(std::string_view text) { return fmt::format(R"([{{"type":"text","data":{{"text":"{}"}}}}])", text); }

}  // namespace

TEST_CASE("whoever is mentioned is an at, and nobody is a text") {  // O11-ID-03, O11-MSG-01
  Bot bot;
  CHECK(message_of(bot, R"({"type":"mention","data":{"user_id":"a","chat.user_name":"Ann"}})") ==
        fmt::format(R"([{{"type":"at","data":{{"qq":"{}","name":"Ann"}}}}])", bot.user("a")));
  CHECK(message_of(bot, R"({"type":"mention","data":{"user_id":"bot"}})") ==
        R"([{"type":"at","data":{"qq":"102000001"}}])");
  CHECK(message_of(R"({"type":"mention_all","data":{}})") == R"([{"type":"at","data":{"qq":"all"}}])");
  CHECK(message_of(R"({"type":"mention","data":{"user_id":"","chat.user_name":"Ann"}})") == text("@Ann"));
}

TEST_CASE("the bot's mention stays in front, and the blank behind it stays, too") {  // O11-SEG-02
  CHECK(message_of(R"({"type":"mention","data":{"user_id":"bot"}},{"type":"text","data":{"text":" hi"}})") ==
        R"([{"type":"at","data":{"qq":"102000001"}},{"type":"text","data":{"text":" hi"}}])");
}

TEST_CASE("one reply stands first, others and those to nothing are dropped") {  // O11-SEG-01
  CHECK(message_of(R"({"type":"text","data":{"text":"a"}},{"type":"reply","data":{"message_id":"","user_id":""}},)"
                   R"({"type":"reply","data":{"message_id":"q","user_id":""}},)"
                   R"({"type":"reply","data":{"message_id":"r","user_id":""}})") ==
        R"([{"type":"reply","data":{"id":"217500001"}},{"type":"text","data":{"text":"a"}}])");
}

TEST_CASE("a quote by index is a quote of the message that told the index") {  // O11-MID-05
  Bot bot;
  const std::string first = bot.in_group(R"({"type":"text","data":{"text":"a"}})", R"(,"chat.msg_idx":"IDX")");
  const std::string second = bot.in_group(R"({"type":"reply","data":{"message_id":"IDX","user_id":"u"}})");
  CHECK(member(second, "raw_message") == fmt::format("\"[CQ:reply,id={}]\"", member(first, "message_id")));
}

TEST_CASE("a quote of what was never seen keeps what it says") {  // O11-MID-05, O11-STORE-03
  Bot bot;
  bot.in_group(R"({"type":"reply","data":{"message_id":"OLD","user_id":"a","chat.content":"tea?"}})");
  const auto row = bot.messages.find("chat/102000001", "OLD");
  REQUIRE(row);
  CHECK(row->sender == "a");
  CHECK(row->chat == "g");
  CHECK(row->body == R"([{"type":"text","data":{"text":"tea?"}}])");
}

TEST_CASE("files have a token and an address, and their sizes are texts") {  // O11-MED-01, O11-SEG-03
  const std::string token = v11::media_token("f", "", "", "x").substr(0, 16);
  CHECK(message_of(R"({"type":"image","data":{"file_id":"f","chat.size":7}})") ==
        fmt::format(R"([{{"type":"image","data":{{"file":"{0}.jpg","url":"http://127.0.0.1:5701/media/{0}.jpg",)"
                    R"("file_size":"7","sub_type":0}}}}])",
                    token));
  CHECK(message_of(
            R"({"type":"voice","data":{"file_id":"f","chat.url":"https://a/v.amr","chat.wav_url":"https://a/w"}})") ==
        fmt::format(R"([{{"type":"record","data":{{"file":"{}.wav","url":"https://a/w"}}}}])", token));
  CHECK(message_of(R"({"type":"audio","data":{"file_id":"f","chat.url":"https://a/v","chat.filename":"v.mp3"}})") ==
        fmt::format(R"([{{"type":"record","data":{{"file":"{}.mp3","url":"https://a/v"}}}}])", token));
  CHECK(message_of(R"({"type":"video","data":{"file_id":"f","chat.url":"https://a/v"}})") ==
        fmt::format(R"([{{"type":"video","data":{{"file":"{}.mp4","url":"https://a/v"}}}}])", token));
  CHECK(message_of(R"({"type":"file","data":{"file_id":"f","chat.url":"http://a/v","chat.name":"a b.pdf"}})") ==
        fmt::format(
            R"([{{"type":"file","data":{{"file":"a b.pdf","url":"http://a/v","file_id":"{}.pdf","name":"a b.pdf"}}}}])",
            token));
}

TEST_CASE("an extension comes from the name, the content type, or the kind of file") {  // O11-MED-01
  const auto ending = [](std::string_view name, std::string_view type) {
    return v11::media_token("f", name, type, "jpg").substr(16);
  };
  CHECK(ending("a.PNG", "image/gif") == ".PNG");
  CHECK(ending("a", "image/gif") == ".gif");
  CHECK(ending("", "image") == ".jpg");
  CHECK(ending("a./../etc", "") == ".jpg");
  CHECK(ending("a.", "") == ".jpg");
  CHECK(ending("a.averylongone", "") == ".jpg");
}

TEST_CASE("a file without an address that everybody can read is a text that names it") {  // O11-MED-02, O11-MED-03
  Bot bot;
  bot.media.serves = false;
  CHECK(message_of(bot, R"({"type":"image","data":{"file_id":"f","chat.filename":"a.png"}})") == text("[image]"));
  CHECK(message_of(bot, R"({"type":"file","data":{"file_id":"f","chat.name":"a.pdf"}})") == text("[file] a.pdf"));
  CHECK(message_of(bot, R"({"type":"voice","data":{"file_id":"f","chat.url":"file:///etc/passwd"}})") ==
        text("[voice]"));
  CHECK(message_of(R"({"type":"image","data":{}})") == text("[image]"));
}

TEST_CASE("what platforms add becomes what consumers know, or a text that names it") {  // O11-SEG-01
  struct {
    std::string_view twelve{}, eleven{};
  } const rows[] = {
      {R"("chat.face","data":{"id":"14","text":"[wow]"})", R"("face","data":{"id":"14","raw":{"faceText":"[wow]"}})"},
      {R"("chat.ark","data":{"a":1})", R"("json","data":{"data":"{\"a\":1}"})"},
      {R"("chat.embed","data":{"t":"x"})", R"("json","data":{"data":"{\"t\":\"x\"}"})"},
      {R"("chat.card","data":{"content":"{}"})", R"("json","data":{"data":"{}"})"},
      {R"("chat.merge_forward","data":{"message_id":"x"})", R"("forward","data":{"id":"217500001"})"},
      {R"("chat.forward","data":{"text":"a: b"})", R"("text","data":{"text":"a: b"})"},
      {R"("chat.system","data":{})", R"("text","data":{"text":"[system]"})"},
      {R"("chat.channel","data":{"channel_id":"7"})", R"("text","data":{"text":"#7"})"},
      {R"("chat.share_user","data":{"user_id":"x"})", R"("text","data":{"text":"[share_user]"})"},
      {R"("chat.share_user","data":{"user_id":"x","name":"Ann"})", R"("text","data":{"text":"@Ann"})"},
      {R"("chat.folder","data":{"name":"2025"})", R"("text","data":{"text":"[folder] 2025"})"},
      {R"("chat.vote","data":{"topic":"Lunch?"})", R"("text","data":{"text":"[vote] Lunch?"})"},
      {R"("chat.hologram","data":{"name":"x"})", R"("text","data":{"text":"[hologram]"})"},
      {R"("rps","data":{})", R"("text","data":{"text":"[rps]"})"},
      {R"("face","data":{"id":"14"})", R"("text","data":{"text":"[face]"})"},
      {R"("location","data":{"latitude":31.5,"longitude":-121,"title":"t","content":""})",
       R"("location","data":{"lat":"31.5","lon":"-121","title":"t","content":""})"},
  };
  for (const auto& row : rows) {
    CHECK(message_of(fmt::format(R"({{"type":{}}})", row.twelve)) == fmt::format(R"([{{"type":{}}}])", row.eleven));
  }
}

TEST_CASE("a message of nothing is one empty text") {  // O11-MSG-06
  CHECK(message_of("") == text(""));
  CHECK(message_of(R"({"type":"reply","data":{"message_id":"","user_id":""}})") == text(""));
}

TEST_CASE("a message that is none of a OneBot 12 message is still one of OneBot 11") {  // O11-EVT-09
  for (const std::string_view part : {"1", "null", "[]", "{}", R"({"type":7})", R"({"type":"text"})",
                                      R"({"type":"image","data":[]})", R"({"type":"location","data":{}})"}) {
    CAPTURE(part);
    CHECK(message_of(part).starts_with(R"([{"type":")"));
  }
}
