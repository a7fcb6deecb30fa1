// Trees: any JSON in any place of what a platform sends, and what holds all the same.
//
// A sample is a native payload. Its texts that must stay are words that begin with "kept-". Each round puts a tree into
// one of its places, which loses what stood there, translates the payload and looks at what came out:
//
//   a word that is left in the payload is in a text of the message, or in a field of a notice that is not malformed;
//   no event and no segment is without an id that the standard asks for.
//
// A place is a path: "event.message.content>content.0.1" is the second node of the first row; ">" reads text as JSON.
// Rounds are the same in every run and on every machine.

#pragma once

#include "onebot/event.h"
#include "onebot/value.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace trees {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  std::size_t below(std::size_t most) { return static_cast<std::size_t>(next() % most); }
  template <class T>
  const T& one_of(const std::vector<T>& all) {
    return all[below(all.size())];
  }

 private:
  std::uint64_t state_;
};

// What trees are made of, besides numbers and the like: the words of a platform, so that they come near to what it
// sends.
struct Words {
  std::vector<std::string> names{};  // of members
  std::vector<std::string> texts{};
};
onebot::Value make(Dice& dice, const Words& words);

struct Sample {
  std::string native{};               // JSON
  std::vector<std::string> within{};  // paths; everything in them is a place, and they themselves are
};

struct Play {
  std::vector<Sample> samples{};
  Words words{};
  // The events of a payload, given as JSON text.
  std::function<std::vector<onebot::Event>(std::string_view native)> translate{};
  std::uint64_t seed = 1;
};

// Plays rounds; "" when every promise was kept, else the first payload that broke one, and which.
std::string play(const Play& play, std::size_t rounds);

// How many rounds to play: ONEBRIDGE_TREES in the environment, or else so many.
std::size_t rounds_or(std::size_t otherwise);

// --- the parts ---

std::vector<std::string> places_in(const onebot::Value& native, const std::vector<std::string>& within);
onebot::Value put(onebot::Value native, std::string_view place, const onebot::Value& tree);
// What is wrong with the events of this payload; "" = nothing.
std::string problem_of(std::string_view native, const std::vector<onebot::Event>& events);

}  // namespace trees
