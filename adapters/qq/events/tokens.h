// The tags QQ writes into the text of a message, told apart from what people typed. Platform:
// server-inter/message/trans/text-chain; the grammar is at the top of tokens.cpp.

#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace qq {

// Where a message was written; tags, escapes and ids differ.
enum class Scene { c2c, group, guild };

struct Token {
  enum class Kind { text, mention, mention_all, channel, emoji, face };
  Kind kind = Kind::text;
  std::string_view text{};       // the text between tags as QQ wrote it, or the id inside a tag
  std::string_view face_type{};  // digits; of a face
  std::string_view extra{};      // base64; of a face
};

struct Tags {
  Scene scene = Scene::c2c;
  bool everyone = false;  // "@everyone" is a mention and not text, since the message says that it mentions everyone
  // Ids of a shape nobody would guess that the message is known to mention. May be empty.
  std::function<bool(std::string_view)> known_id{};
};

// In the order written; views into content. Anything that is not exactly a tag is text.
std::vector<Token> tokenize(std::string_view content, const Tags& tags);

// Undoes the three escapes QQ makes in guilds, and no other; "&amp;lt;" is the text "&lt;".
std::string unescape(std::string_view text);

// The name of a face, "[wow]", hidden in its base64 JSON; "" when there is none.
std::string face_name(std::string_view extra);

}  // namespace qq
