// Any JSON in the place of any node of a message: it costs nothing of what stands beside it, and no id that the
// standard asks for.

#include "adapters/qq/events/events.h"
#include "onebot/json.h"
#include "tests/trees.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

using onebot::Event;

namespace {

constexpr std::size_t kRounds = 20'000;  // ONEBRIDGE_TREES=100000 plays that many

const trees::Words kWords{
    .names = {"id",
              "member_openid",
              "user_openid",
              "username",
              "nickname",
              "scope",
              "is_you",
              "bot",
              "content",
              "url",
              "filename",
              "content_type",
              "size",
              "msg_idx",
              "author",
              "message_type",
              "type",
              "attachments",
              "ark_data",
              "rows",
              "msg_elements",
              "ext",
              "voice_wav_url",
              "a.b",
              "qq.x",
              "",
              "mentions",
              "title"},
    .texts = {"", "<@all>", "<@M>", "image/png", "https://a.test/f", "REFIDX_x==", "ref_msg_idx=TMP_7", "all", "single",
              "\xE4\xBD\xA0\xC2\xA0", "3141592653589793238", "{}"}};

std::vector<Event> translate(std::string_view native) {
  const auto document = onebot::json::Document::parse(native);
  if (!document) return {};
  const onebot::Self self{.platform = "qq", .user_id = "3141592653589793238"};
  return qq::translate(qq::native_of(document->root()), {.self = self}).value_or(std::vector<Event>());
}

// The same, and everything that is in an event counts as told.
std::vector<Event> translate_whole(std::string_view native) {
  std::vector<Event> events = translate(native);
  for (Event& event : events) event.message.push_back(onebot::segment::text(onebot::to_json(event)));
  return events;
}

trees::Sample sample(std::string_view name, std::string_view members, std::vector<std::string> within) {
  return {
      fmt::format(R"({{"op":0,"t":"{}","id":"F","d":{{"id":"MSG","group_openid":"G","guild_id":"1","channel_id":"2",)"
                  R"("author":{{"id":"A","member_openid":"A","user_openid":"A"}},{}}}}})",
                  name, members),
      std::move(within)};
}

constexpr std::string_view kMentions =
    R"("content":" kept-1 <@M> kept-2","mentions":[{"scope":"single","member_openid":"M","username":"Mei"},)"
    R"({"is_you":true,"bot":true,"id":"B"},{"scope":"all","is_you":true},{"nickname":"Wei","user_openid":"W"}])";
constexpr std::string_view kFiles =
    R"("content":"kept-1 <faceType=6,faceId=\"0\",ext=\"\"> kept-2","attachments":[{"content_type":"image/png",)"
    R"("url":"https://a.test/kept-3","filename":"a.png","size":7},{"content_type":"voice","url":"//a.test/b",)"
    R"("voice_wav_url":"//a.test/c","filename":"kept-4"},{"content_type":"file","url":"a.test/d"}])";
constexpr std::string_view kQuote =
    R"("content":" kept-1","message_type":103,"message_scene":{"ext":["msg_idx=REFIDX_a==","ref_msg_idx=REFIDX_b=="]},)"
    R"("msg_elements":[{"msg_idx":"REFIDX_b==","content":"kept-5","author":{"username":"kept-6"},"attachments":)"
    R"([{"content_type":"image","url":"https://a.test/kept-7"}],"msg_elements":[{"content":"kept-8"}]},)"
    R"({"content":"kept-9","ark_data":{"prompt":"kept-10"}}])";
constexpr std::string_view kCards =
    R"("content":"kept-1","ark_data":{"prompt":"kept-2"},"embeds":[{"title":"kept-3"},{"title":"kept-4"}],)"
    R"("keyboard":{"content":{"rows":[{"buttons":[{"id":"kept-5"}]}]}},"markdown":{"content":"kept-6"},"poll":["kept-7"])";

constexpr std::string_view kNames[] = {"GROUP_MESSAGE_CREATE", "GROUP_AT_MESSAGE_CREATE", "C2C_MESSAGE_CREATE",
                                       "MESSAGE_CREATE", "DIRECT_MESSAGE_CREATE"};

std::vector<trees::Sample> samples() {
  std::vector<trees::Sample> all;
  for (const std::string_view name : kNames) {
    all.push_back(sample(name, kMentions, {"d.mentions"}));
    all.push_back(sample(name, kFiles, {"d.attachments"}));
    all.push_back(sample(name, kQuote, {"d.msg_elements", "d.message_scene", "d.message_type"}));
    all.push_back(sample(name, kCards, {"d.ark_data", "d.embeds", "d.keyboard", "d.markdown", "d.poll"}));
  }
  return all;
}

}  // namespace

TEST_CASE("any tree in the place of any node costs no text that was written beside it, and no id") {
  const std::vector<trees::Sample> all{sample("GROUP_MESSAGE_CREATE", kMentions, {"d.mentions"}),
                                       sample("GROUP_AT_MESSAGE_CREATE", kMentions, {"d.mentions"}),
                                       sample("MESSAGE_CREATE", kMentions, {"d.mentions"})};

  CHECK(trees::play({.samples = all, .words = kWords, .translate = translate}, trees::rounds_or(kRounds / 4)) == "");
}

TEST_CASE("any tree in the place of any node costs nothing of what stands beside it in the event") {
  const trees::Play play{.samples = samples(), .words = kWords, .translate = translate_whole, .seed = 2};

  CHECK(trees::play(play, trees::rounds_or(kRounds)) == "");
}
