// What is sent for a OneBot message, before anything is asked of the platform.

#include "adapters/qq/messages/compose.h"

#include <doctest/doctest.h>

#include <string>

using onebot::Message;
using qq::Chat;
namespace segment = onebot::segment;

namespace {

// The contents of the QQ messages, or the code why there are none.
std::string contents(const Message& message, Chat::Kind kind) {
  const auto composed = qq::compose(message, kind);
  if (!composed) return std::to_string(static_cast<int>(composed.error().code));
  std::string out;
  for (const qq::Part& part : composed->parts) out += (out.empty() ? "" : "|") + part.content;
  return out;
}

}  // namespace

TEST_CASE("text is no tag in any chat, also when it is put together of several segments") {
  for (const Chat::Kind kind : {Chat::Kind::c2c, Chat::Kind::group}) {
    for (const char* tag : {"@7C1D4E9A>", "@!1>", "@all>", "#2>", "emoji:4>", "faceType=1,faceId=\"1\",ext=\"\">",
                            "qqbot-at-user id=\"7\" />", "QQBOT-at-everyone />", "qqbot-cmd-input text=\"x\" />"}) {
      CAPTURE(tag);
      const std::string broken = std::string("<\u200b") + tag;
      CHECK(contents({segment::text(std::string("<") + tag)}, kind) == broken);
      CHECK(contents({segment::text("<"), segment::text(tag)}, kind) == broken);
      CHECK(contents({segment::text("<"), segment::image("i"), segment::text(tag)}, kind) == broken);
    }
    CHECK(contents({segment::text("a < b <c> <i @x & &lt; @everyone")}, kind) == "a < b <c> <i @x & &lt; @everyone");
  }
  CHECK(contents({segment::text("<"), segment::mention("7"), segment::text("@7>")}, Chat::Kind::c2c) == "<\u200b@7>");
  CHECK(contents({segment::text("<@1> & @everyone")}, Chat::Kind::channel) == "&lt;@1&gt; &amp; @\u200beveryone");
}

TEST_CASE("a mention keeps its place between texts, and calls one person") {
  CHECK(contents({segment::text("a<"), segment::mention("7"), segment::text("@b")}, Chat::Kind::group) ==
        "a<<qqbot-at-user id=\"7\" />@b");
  CHECK(contents({segment::text("a"), segment::mention_all(), segment::text("b")}, Chat::Kind::channel) ==
        "a<qqbot-at-everyone />b");
  for (const char* everybody : {"all", "everyone"}) {
    CHECK(contents({segment::mention(everybody)}, Chat::Kind::group) == "10006");
  }
}

TEST_CASE("text goes beside the file before or after it, and behind what stands alone") {
  const onebot::Segment own{"qq.ark", {{"template_id", 1}}};
  CHECK(contents({segment::text("a"), segment::image("i"), segment::text("b"), segment::image("j"), segment::text("c")},
                 Chat::Kind::group) == "ab|c");
  CHECK(contents({segment::text("a"), own, segment::text("b")}, Chat::Kind::group) == "a||b");
  CHECK(contents({segment::text("")}, Chat::Kind::group) == "10003");
}
