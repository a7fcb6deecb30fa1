// JsonEcho: the member "echo" of a JSON object that passes in pieces. It looks no closer than it must: whether its
// bytes are a value, others say.
//
//   object = "{" [ key ":" value *( "," key ":" value ) ] "}"      value: up to the "," or "}" that is not inside it

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace onebot {

class JsonEcho {
 public:
  explicit JsonEcho(std::size_t most) : most_(most) {}
  void read(std::string_view piece);
  std::optional<std::string> take();  // the first; nullopt: there was none, or it was longer than `most`

 private:
  enum class At { start, between, key, colon, value, over };
  void take(char c);
  void take_key(char c);
  void take_value(char c);
  bool in_text(char c);  // whether c still belongs to the string that value or key is in
  void keep(char c);
  void end_value();

  std::size_t most_;
  At at_ = At::start;
  std::size_t depth_ = 0;                // of arrays and objects around what comes next, within the value
  bool text_ = false, escaped_ = false;  // inside a string; behind its backslash
  bool wanted_ = false, whole_ = false;  // the value is the echo; it is here
  std::string key_{}, echo_{};
};

}  // namespace onebot
