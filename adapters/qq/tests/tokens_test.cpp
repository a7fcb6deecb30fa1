#include "adapters/qq/events/tokens.h"

#include <doctest/doctest.h>

#include <string>

using qq::Scene;
using qq::Tags;
using qq::Token;

namespace {

// "text" or "kind(id)" for each token.
std::string spell(std::string_view content, const Tags& tags) {
  constexpr std::string_view kKinds[] = {"", "mention", "all", "channel", "emoji", "face"};
  std::string out;
  for (const Token& token : qq::tokenize(content, tags)) {
    if (!out.empty()) out += '|';
    if (token.kind == Token::Kind::text) {
      out += token.text;
      continue;
    }
    out += kKinds[static_cast<std::size_t>(token.kind)];
    out += '(' + std::string(token.text) + ')';
  }
  return out;
}

constexpr std::string_view kMember = "A0B1C2D3E4F5061728394A5B6C7D8E9F";

}  // namespace

TEST_CASE("both spellings of a mention and the new tag are mentions, in groups and in guilds") {
  const std::string group = "a <@" + std::string(kMember) + "> b <@!" + std::string(kMember) + ">" +
                            "<qqbot-at-user id=\"" + std::string(kMember) + "\" />";
  const std::string mention = "mention(" + std::string(kMember) + ")";

  CHECK(spell(group, {.scene = Scene::group}) == "a |" + mention + "| b |" + mention + "|" + mention);
  CHECK(spell("<@!12876043318290471155> hi", {.scene = Scene::guild}) == "mention(12876043318290471155)| hi");
}

TEST_CASE("people's own angle brackets stay text") {
  for (const std::string_view content :
       {"<b>", "a < b > c", "<@>", "<@!>", "<@bob>", "<@123", "<#general>", "<emoji:>", "<qqbot-at-user id=\"\" />",
        "<qqbot-at-everyone", "<faceType=,faceId=\"\",ext=\"\">", "<<<<", "<", "@", "<@!128760433182904711555>"}) {
    CAPTURE(content);
    CHECK(spell(content, {.scene = Scene::group}) == content);
  }
}

TEST_CASE("a tag belongs to its scenes and is text in the others") {
  const std::string_view face = R"(<faceType=1,faceId="14",ext="eyJ0ZXh0IjoiW3dvd10ifQ==">)";

  CHECK(spell("<#2210451>", {.scene = Scene::guild}) == "channel(2210451)");
  CHECK(spell("<#2210451>", {.scene = Scene::group}) == "<#2210451>");
  CHECK(spell("<emoji:4>", {.scene = Scene::guild}) == "emoji(4)");
  CHECK(spell("<emoji:4>", {.scene = Scene::c2c}) == "<emoji:4>");
  CHECK(spell(face, {.scene = Scene::c2c}) == "face(14)");
  CHECK(spell(face, {.scene = Scene::guild}) == face);
  CHECK(spell("<@12876043318290471155>", {.scene = Scene::c2c}) == "<@12876043318290471155>");
}

TEST_CASE("@everyone mentions everyone only in a message that says so") {
  CHECK(spell("hi @everyone", {.scene = Scene::guild, .everyone = true}) == "hi |all()");
  CHECK(spell("hi @everyone", {.scene = Scene::guild}) == "hi @everyone");
  CHECK(spell("<qqbot-at-everyone />", {.scene = Scene::group}) == "all()");
  CHECK(spell("<@all> <@!everyone>", {.scene = Scene::group, .everyone = true}) == "all()| |all()");
  CHECK(spell("<@all>", {.scene = Scene::group}) == "<@all>");
}

TEST_CASE("an id of unusual shape is a mention when the message is known to mention it") {
  const Tags tags{.scene = Scene::group, .known_id = [](std::string_view id) { return id == "B"; }};

  CHECK(spell("<@B> <@C>", tags) == "mention(B)| <@C>");
}

TEST_CASE("unescaping undoes exactly the three escapes, once") {
  CHECK(qq::unescape("&lt;b&gt; &amp; &quot;") == "<b> & &quot;");
  CHECK(qq::unescape("&amp;lt;") == "&lt;");
  CHECK(qq::unescape("&") == "&");
}

TEST_CASE("the name of a face is read from its base64 JSON, and a broken one is no name") {
  CHECK(qq::face_name("eyJ0ZXh0IjoiW3dvd10ifQ==") == "[wow]");
  CHECK(qq::face_name("") == "");
  CHECK(qq::face_name("eyJ0ZXh0I") == "");
  CHECK(qq::face_name("AAAA") == "");
}

TEST_CASE("a long text full of beginnings of tags is read in one pass") {
  std::string content;
  for (int i = 0; i < 50'000; ++i) content += "<faceType=1,faceId=\"1\",ext=\"AAAA<@";

  CHECK(spell(content, {.scene = Scene::group}) == content);
}
