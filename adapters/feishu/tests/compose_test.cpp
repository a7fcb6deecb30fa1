// What is sent for a OneBot message: the recorded pairs, and the edges between them.

#include "adapters/feishu/messages/compose.h"

#include "adapters/feishu/messages/run.h"
#include "adapters/feishu/tests/rig.h"

using namespace rig;
using onebot::Message;
using onebot::Retcode;
namespace segment = onebot::segment;

namespace {

const feishu::Dialect& kFeishu = feishu::dialect_of("feishu");
const feishu::Dialect& kBosshi = feishu::dialect_of("bosshi");

// The bodies a message becomes, or the code why it does not.
std::string bodies(const Message& message, const feishu::Dialect& dialect = kFeishu) {
  const auto composed = feishu::compose(message, dialect, {});
  if (!composed) return std::to_string(static_cast<int>(composed.error().code));
  std::string out;
  for (const auto& part : composed->messages) {
    out += (out.empty() ? "" : "\n") + part.msg_type + " " + onebot::json::write(part.content);
  }
  return out;
}

// Images and the like are uploaded first, which comes with files.
bool needs_files(View fixture) {
  const View calls = fixture.at("payload.calls");
  for (std::size_t i = 0; i < calls.size(); ++i) {
    if (!calls[i].at("multipart").is_missing()) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("every recorded message goes out as recorded") {
  const Document fixtures = parse(read(kFixtures / "send.json"));
  int sent = 0;
  for (std::size_t i = 0; i < fixtures.root().size(); ++i) {
    const View fixture = fixtures.root()[i], request = fixture.at("payload.onebot_request");
    if (needs_files(fixture)) continue;
    CAPTURE(fixture.at("name").text());
    Bot bot("feishu", {{"self_id", kBot}});
    bot.start();
    const std::size_t before = bot.world.client.calls.size();

    const auto told = bot.call(request.at("action").text(), std::get<Fields>(request.at("params").value()));

    const View calls = fixture.at("payload.calls");
    CHECK(bot.world.client.calls.size() - before == std::min<std::size_t>(calls.size(), 1));
    if (const auto code = fixture.at("onebot_retcode").integer()) {
      CHECK(told->retcode() == static_cast<Retcode>(*code));
      continue;
    }
    CHECK(bot.asked().method == calls[0].at("method").str());
    CHECK(bot.asked().url == "https://platform.test" + calls[0].at("path").text());
    Fields body = std::get<Fields>(bot.asked_body().value());
    CHECK(onebot::text_of(body, "uuid").size() == 36);
    onebot::set(body, "uuid", "<uuid>");
    CHECK(onebot::json::write(body) == calls[0].at("body").dump());
    ++sent;
  }
  CHECK(sent >= 7);
}

TEST_CASE("text that the platform would take for markup goes out as a post, whose text is literal") {
  for (const char* text : {"<at user_id=\"all\">", "</b>", "x <B>", "<br/>", "<a href=x>", "<Strong>", "<s", "<b-",
                           "see [the page](https://a.test)"}) {
    CAPTURE(text);
    CHECK(feishu::has_markup(text));
  }
  for (const char* text : {"a < b", "<base>", "<", "</", "<atx>", "<1>", "<b_>", "at", "[x] (y)"}) {
    CAPTURE(text);
    CHECK_FALSE(feishu::has_markup(text));
  }
  CHECK(bodies({segment::text("<"), segment::text("at user_id=\"all\">")}) ==
        R"(post {"zh_cn":{"title":"","content":[[{"tag":"text","text":"<at user_id=\"all\">"}]]}})");
}

TEST_CASE("no text calls anybody, whatever way it takes, and a mention calls one person") {
  const auto calls_somebody = [](const std::string& body) {
    const Document request = parse(body);
    const Document content = parse(request.root().at("content").text());
    if (request.root().at("msg_type").str() != "text")
      return content.root().dump().find(R"("tag":"at")") != std::string::npos;
    return content.root().at("text").text().find("<at") != std::string::npos;
  };
  const auto text = [](std::string_view said) {
    return onebot::Value(Fields{{"type", "text"}, {"data", Fields{{"text", said}}}});
  };
  const auto answer = onebot::Value(Fields{{"type", "reply"}, {"data", Fields{{"message_id", "om_1"}}}});
  for (const std::string said : {"<at user_id=\"all\"></at>", "<AT user_id=\"ou_1\">x</AT>", "</at><at id=all></at>",
                                 "<at\nuser_id=\"all\">", "a < b <at user_id=all>"}) {
    const onebot::Value halves =
        onebot::List{text(said.substr(0, said.find('<') + 1)), text(said.substr(said.find('<') + 1))};
    for (const onebot::Value& message : {onebot::Value(said), onebot::Value(onebot::List{text(said)}), halves,
                                         onebot::Value(onebot::List{answer, text(said)})}) {
      CAPTURE(said);
      Bot bot("feishu", {{"self_id", kBot}});
      bot.start();
      bot.call("send_message", to_group(message));
      CHECK_FALSE(calls_somebody(bot.asked().body));
      bot.call("feishu.edit_message", {{"message_id", "om_1"}, {"message", message}});
      CHECK(bot.asked().method == "PUT");
      CHECK_FALSE(calls_somebody(bot.asked().body));
    }
  }
  for (const char* everybody : {"all", "ALL", "@_all", "_all"}) CHECK(bodies({segment::mention(everybody)}) == "10006");
  CHECK(bodies({segment::mention("ou_1\"></at><at user_id=\"all")}) == "10006");
  CHECK(bodies({segment::mention_all()}).find("user_id=\\\"all\\\"") != std::string::npos);
}

TEST_CASE("a post keeps lines, also empty ones, but none behind the last line end") {
  CHECK(
      bodies({segment::text("<b>\n\nx\n"), segment::mention_all(), segment::text("\n")}) ==
      R"(post {"zh_cn":{"title":"","content":[[{"tag":"text","text":"<b>"}],[{"tag":"text","text":""}],[{"tag":"text","text":"x"}],[{"tag":"at","user_id":"all"}]]}})");
}

TEST_CASE("an emotion stands in a post beside the text") {
  CHECK(
      bodies({segment::text("ok "), {"feishu.emotion", {{"emoji_type", "SMILE"}}}}) ==
      R"(post {"zh_cn":{"title":"","content":[[{"tag":"text","text":"ok "},{"tag":"emotion","emoji_type":"SMILE"}]]}})");
}

TEST_CASE("what cannot stand in text is a message of its own, in order") {
  CHECK(bodies({segment::text("a"), {"feishu.sticker", {{"file_key", "f"}}}, segment::text("b")}) ==
        "text {\"text\":\"a\"}\nsticker {\"file_key\":\"f\"}\ntext {\"text\":\"b\"}");
  CHECK(bodies({{"feishu.card", {{"content", R"({"a":{"b":1}})"}}}}) == R"(interactive {"a":{"b":1}})");
}

TEST_CASE("what cannot be sent is refused before anything is sent") {
  CHECK(bodies({segment::location(1, 2, "t", "c")}) == "10005");
  CHECK(bodies({{"bosshi.sticker", {{"file_key", "f"}}}}) == "10005");
  CHECK(bodies({{"feishu.card", {{"content", "not JSON"}}}}) == "10006");
  CHECK(bodies({{"feishu.sticker", {}}}) == "10006");
  CHECK(bodies({segment::mention("a\"><at user_id=\"all")}) == "10006");
  CHECK(bodies({segment::mention(std::string(129, 'a'))}) == "10006");
  for (const char* everybody : {"all", "ALL", "_all", "@_all"}) CHECK(bodies({segment::mention(everybody)}) == "10006");
  CHECK(bodies({{"feishu.card", {{"content", Fields{{"a", std::string(31'000, 'x')}}}}}}) == "10006");
  CHECK(bodies({segment::reply("", "")}) == "10006");
  CHECK(bodies({segment::reply("om_1", "")}) == "10003");
}

TEST_CASE("a platform whose way to mention is not known gets names in plain text") {
  onebot::Segment named = segment::mention("ou_1");
  named.data.push_back({"bosshi.user_name", "Tom"});
  CHECK(bodies({named, segment::text(" <b> "), segment::mention("ou_2")}, kBosshi) ==
        R"(text {"text":"@Tom <b> @ou_2"})");
  CHECK(bodies({segment::text("<at user_id=\"all\"></at>")}, kBosshi) ==
        "text {\"text\":\"<\u200bat user_id=\\\"all\\\"><\u200b/at>\"}");
  CHECK(bodies({{"bosshi.card", {{"content", "{}"}}}}, kBosshi) == "10005");
}

TEST_CASE("a long run is cut between words, and neither a mention, an emotion nor an image is lost") {
  const std::string words = "quote \" and back\\slash ";
  std::string text = "<b>";
  while (text.size() < 40'000) text += words;
  const Message message{segment::text(text), segment::mention("ou_1"), segment::text(text + "\n" + text)};
  const auto composed = feishu::compose(message, kFeishu, {});
  REQUIRE(composed.has_value());

  std::string together;
  std::size_t mentions = 0;
  for (const auto& part : composed->messages) {
    const std::string body = feishu::body_of(part, std::string(256, 'o'), std::string(36, 'u'), kFeishu);
    CHECK(body.size() <= 30'000);
    const Document content = parse(onebot::json::write(part.content));
    const View paragraphs = content.root().at("zh_cn.content");
    for (std::size_t i = 0; i < paragraphs.size(); ++i) {
      for (std::size_t j = 0; j < paragraphs[i].size(); ++j) {
        together += paragraphs[i][j].at("text").text();
        mentions += paragraphs[i][j].at("tag").str() == "at" ? 1 : 0;
      }
    }
  }
  CHECK(together == text + text + text);
  CHECK(mentions == 1);
}

TEST_CASE("a message that would take too many is refused before anything is sent") {
  CHECK(bodies({segment::text("<b>" + std::string(50 * 29'000, 'x'))}) == "10003");
}

TEST_CASE("a post in the platform's words is split between its paragraphs, with its title over the first") {
  onebot::List paragraphs;
  for (int i = 0; i < 5; ++i) {
    paragraphs.push_back(
        onebot::List{Fields{{"tag", "text"}, {"text", std::string(9'000, static_cast<char>('a' + i))}}});
  }
  const Fields post{{"zh_cn", Fields{{"title", "T"}, {"content", std::move(paragraphs)}}}};
  const auto composed = feishu::compose({{"feishu.post", {{"content", post}}}}, kFeishu, {});

  REQUIRE(composed.has_value());
  REQUIRE(composed->messages.size() == 2);
  const Document first = parse(onebot::json::write(composed->messages[0].content)),
                 second = parse(onebot::json::write(composed->messages[1].content));
  CHECK(first.root().at("zh_cn.title").str() == "T");
  CHECK(first.root().at("zh_cn.content").size() == 3);
  CHECK(second.root().at("zh_cn.title").str().empty());
  CHECK(second.root().at("zh_cn.content").size() == 2);
}

TEST_CASE("a link without an address is its text, and one without a text its address") {
  const onebot::List nodes{Fields{{"tag", "a"}, {"text", "x"}}, Fields{{"tag", "a"}, {"href", "https://a.test"}}};
  CHECK(
      bodies({{"feishu.post", {{"content", Fields{{"zh_cn", Fields{{"content", onebot::List{nodes}}}}}}}}}) ==
      R"(post {"zh_cn":{"content":[[{"tag":"text","text":"x"},{"tag":"a","href":"https://a.test","text":"https://a.test"}]]}})");
}

TEST_CASE("the first reply segment counts, and is dropped where there are no replies") {
  const Message message{segment::reply("om_1", ""), segment::text("x"), segment::reply("om_2", "")};
  CHECK(feishu::compose(message, kFeishu, {})->reply_to == "om_1");
  const auto without = feishu::compose(message, kBosshi, {.replies = false});
  CHECK(without->reply_to.empty());
  CHECK(without->dropped_reply);
}

TEST_CASE("BOSSHI gets its content as an object") {
  CHECK(feishu::body_of({"text", {{"text", "hello"}}}, "2044618890", "u", kBosshi) ==
        R"({"receive_id":"2044618890","msg_type":"text","content":{"text":"hello"},"uuid":"u"})");
}
