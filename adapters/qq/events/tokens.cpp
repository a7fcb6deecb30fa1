// Tags inside the text of a message.
//
//   content     = *( tag / CHAR )                     ; CHAR: everything that begins no tag
//   tag         = mention / at-user                   ; C2C (ids that the message mentions), group, guild
//               / at-everyone / everyone              ; group, guild
//               / channel / emoji                     ; guild
//               / face                                ; C2C, group
//   mention     = "<@" [ "!" ] id ">"
//   at-user     = "<qqbot-at-user" 1*SP "id=" DQUOTE id DQUOTE *SP "/>"
//   at-everyone = "<qqbot-at-everyone" *SP "/>"
//   everyone    = "@everyone" / "<@" [ "!" ] ( "all" / "everyone" ) ">"
//                                                     ; only if the message says that it mentions everyone
//   channel     = "<#" 1*20DIGIT ">"
//   emoji       = "<emoji:" 1*20DIGIT ">"
//   face        = "<faceType=" 1*4DIGIT ",faceId=" DQUOTE *64( ALPHA / DIGIT / "_" / "-" ) DQUOTE
//                 ",ext=" DQUOTE *BASE64 DQUOTE ">"
//   id          = 32HEXDIG                            ; openid, in groups
//               / 1*20DIGIT                           ; guild
//               / 1*64( ALPHA / DIGIT / "_" / "-" )   ; only if the message mentions that id, or it is the bot's
//
// In guilds QQ escapes & < > of typed text, so a tag there is never typed. In groups nobody escapes anything.

#include "adapters/qq/events/tokens.h"

#include "onebot/crypto.h"
#include "onebot/json.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace qq {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f'); }
bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
bool is_word(char c) { return is_digit(c) || is_letter(c) || c == '_' || c == '-'; }
bool is_base64(char c) { return is_digit(c) || is_letter(c) || c == '+' || c == '/' || c == '='; }

// Eats a tag from its first character on; every step fails without harm.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  bool eat(std::string_view literal) {
    if (!text_.substr(at_).starts_with(literal)) return false;
    at_ += literal.size();
    return true;
  }
  std::string_view run(bool (*belongs)(char), std::size_t most) {
    const std::size_t start = at_;
    while (at_ < text_.size() && at_ - start < most && belongs(text_[at_])) ++at_;
    return text_.substr(start, at_ - start);
  }
  std::size_t blanks() {
    return run([](char c) { return c == ' '; }, 8).size();
  }
  std::size_t eaten() const { return at_; }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

struct Tag {
  Token token{};
  std::size_t length = 0;
};
using ReadTag = std::optional<Tag> (*)(Cursor, const Tags&);

bool is_id(std::string_view id, const Tags& tags) {
  if (id.empty()) return false;
  if (tags.known_id && tags.known_id(id)) return true;
  if (tags.scene == Scene::c2c) return false;
  if (tags.scene == Scene::guild) return id.size() <= 20 && std::all_of(id.begin(), id.end(), is_digit);
  return id.size() == 32 && std::all_of(id.begin(), id.end(), is_hex);
}

std::optional<Tag> mention(Cursor cursor, const Tags& tags) {
  if (!cursor.eat("<@")) return {};
  cursor.eat("!");
  const std::string_view id = cursor.run(is_word, 64);
  if (!cursor.eat(">") || !is_id(id, tags)) return {};
  return Tag{{.kind = Token::Kind::mention, .text = id}, cursor.eaten()};
}

std::optional<Tag> at_user(Cursor cursor, const Tags& tags) {
  if (!cursor.eat("<qqbot-at-user") || cursor.blanks() == 0 || !cursor.eat("id=\"")) return {};
  const std::string_view id = cursor.run(is_word, 64);
  if (!cursor.eat("\"") || !is_id(id, tags)) return {};
  cursor.blanks();
  if (!cursor.eat("/>")) return {};
  return Tag{{.kind = Token::Kind::mention, .text = id}, cursor.eaten()};
}

std::optional<Tag> at_everyone(Cursor cursor, const Tags&) {
  if (!cursor.eat("<qqbot-at-everyone")) return {};
  cursor.blanks();
  if (!cursor.eat("/>")) return {};
  return Tag{{.kind = Token::Kind::mention_all}, cursor.eaten()};
}

std::optional<Tag> everyone(Cursor cursor, const Tags& tags) {
  if (!tags.everyone) return {};
  if (cursor.eat("<@")) {
    cursor.eat("!");
    if (!cursor.eat("all>") && !cursor.eat("everyone>")) return {};
  } else if (!cursor.eat("@everyone")) {
    return {};
  }
  return Tag{{.kind = Token::Kind::mention_all}, cursor.eaten()};
}

std::optional<Tag> channel(Cursor cursor, const Tags&) {
  if (!cursor.eat("<#")) return {};
  const std::string_view id = cursor.run(is_digit, 20);
  if (id.empty() || !cursor.eat(">")) return {};
  return Tag{{.kind = Token::Kind::channel, .text = id}, cursor.eaten()};
}

std::optional<Tag> emoji(Cursor cursor, const Tags&) {
  if (!cursor.eat("<emoji:")) return {};
  const std::string_view id = cursor.run(is_digit, 20);
  if (id.empty() || !cursor.eat(">")) return {};
  return Tag{{.kind = Token::Kind::emoji, .text = id}, cursor.eaten()};
}

std::optional<Tag> face(Cursor cursor, const Tags&) {
  Token token{.kind = Token::Kind::face};
  if (!cursor.eat("<faceType=")) return {};
  token.face_type = cursor.run(is_digit, 4);
  if (token.face_type.empty() || !cursor.eat(",faceId=\"")) return {};
  token.text = cursor.run(is_word, 64);
  if (!cursor.eat("\",ext=\"")) return {};
  token.extra = cursor.run(is_base64, std::string_view::npos);
  if (!cursor.eat("\">")) return {};
  return Tag{token, cursor.eaten()};
}

struct Rule {
  ReadTag read = nullptr;
  bool c2c = false;
  bool group = false;
  bool guild = false;
};

constexpr Rule kRules[] = {
    {.read = everyone, .c2c = true, .group = true, .guild = true},
    {.read = mention, .c2c = true, .group = true, .guild = true},
    {.read = at_user, .c2c = true, .group = true, .guild = true},
    {.read = at_everyone, .group = true, .guild = true},
    {.read = channel, .guild = true},
    {.read = emoji, .guild = true},
    {.read = face, .c2c = true, .group = true},
};

bool applies(const Rule& rule, Scene scene) {
  switch (scene) {
    case Scene::c2c:
      return rule.c2c;
    case Scene::group:
      return rule.group;
    case Scene::guild:
      return rule.guild;
  }
  return false;
}

std::optional<Tag> tag_at_start(std::string_view text, const Tags& tags) {
  for (const Rule& rule : kRules) {
    if (!applies(rule, tags.scene)) continue;
    if (std::optional<Tag> tag = rule.read(Cursor(text), tags)) return tag;
  }
  return {};
}

}  // namespace

std::vector<Token> tokenize(std::string_view content, const Tags& tags) {
  std::vector<Token> tokens;
  std::size_t text_start = 0;
  const auto flush = [&](std::size_t end) {
    if (end > text_start) tokens.push_back({.text = content.substr(text_start, end - text_start)});
  };
  std::size_t at = content.find_first_of("<@");
  while (at != std::string_view::npos) {
    if (const std::optional<Tag> tag = tag_at_start(content.substr(at), tags)) {
      flush(at);
      tokens.push_back(tag->token);
      text_start = at + tag->length;
      at = content.find_first_of("<@", text_start);
    } else {
      at = content.find_first_of("<@", at + 1);
    }
  }
  flush(content.size());
  return tokens;
}

std::string unescape(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, char>, 3> kEscapes = {
      {{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}}};
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto escape =
        std::find_if(kEscapes.begin(), kEscapes.end(), [text](const auto& one) { return text.starts_with(one.first); });
    out += escape == kEscapes.end() ? text.front() : escape->second;
    text.remove_prefix(escape == kEscapes.end() ? 1 : escape->first.size());
  }
  return out;
}

std::string face_name(std::string_view extra) {
  constexpr onebot::json::Limits kSmall{.bytes = 16 << 10, .depth = 8};
  const std::optional<std::string> text = onebot::crypto::base64_decode(extra);
  if (!text) return "";
  const auto parsed = onebot::json::Document::parse(*text, kSmall);
  return parsed ? std::string(parsed->root().at("text").str()) : std::string();
}

}  // namespace qq
