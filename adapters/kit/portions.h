// Portions: a text that is too long for one message, as several.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace kit {

using Cost = std::size_t (*)(char);  // of a byte of text, once it is in the body of a request
constexpr std::size_t one_byte(char) { return 1; }

// How much of the text goes into a message that has so much room left: all of it; else up to the end of a line, else
// of a word, and never within a link, "[text](address)" or an address alone; else, of something that no message could
// hold, whole characters. begun: the message holds something already, and a new one is better than to cut; 0 then.
std::size_t portion(std::string_view text, std::size_t room, bool begun, Cost cost = one_byte);

// Texts as they fill, each with that much room. Nothing is lost: together they are what was added, but for a text of
// nothing but blanks beside others, which platforms refuse.
class Portions {
 public:
  explicit Portions(std::size_t room, Cost cost = one_byte) : most_(room), cost_(cost), room_(room) {}

  void add(std::string_view text);
  void add_whole(std::string_view text);  // a tag, say: never cut
  std::vector<std::string> take();

 private:
  void append(std::string_view text);
  void begin();

  std::size_t most_;
  Cost cost_;
  std::size_t room_;  // of the last
  std::vector<std::string> texts_{""};
};

}  // namespace kit
