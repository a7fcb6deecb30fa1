// Whereabouts: which bots have met an id lately: of a chat, a person, a message, a file.
//
// For applications that do not say which bot is meant. Learned from the events of bots and from answers to them, as
// 64-bit hashes in two generations: when the younger one is full it becomes the elder, and the former elder is
// forgotten. Ids of messages and files, which come in numbers, do not push out those of chats and people.

#pragma once

#include "onebot/event.h"
#include "onebot/json.h"
#include "onebot/value.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace bridge {

class Whereabouts {
 public:
  static constexpr std::size_t kMost = 100'000;  // ids of chats and people; as many of messages and files

  // The bots that have met one id, by their numbers.
  class Met {
   public:
    static constexpr std::size_t kMost = 4;  // with one more they count as all

    void add(std::uint16_t bot);
    bool has(std::uint16_t bot) const;

   private:
    std::array<std::uint16_t, kMost> bots_{};
    std::size_t count_ = 0;
  };

  explicit Whereabouts(std::size_t most = kMost) : half_(most / 2) {}

  // Nothing is learned before: where every connection has one bot, nobody asks.
  void begin() { learns_ = true; }
  bool learns() const { return learns_; }

  void met(std::uint16_t bot, const onebot::Event& event);
  void met(std::uint16_t bot, onebot::json::View event);          // of the log
  void answered(std::uint16_t bot, const onebot::Value& result);  // to an action

  // For each id among the parameters of an action that is known, who has met it.
  std::vector<Met> of(const onebot::Fields& params) const;
  std::size_t size() const { return chats_.size() + messages_.size(); }

 private:
  class Memory {
   public:
    void met(std::uint64_t id, std::uint16_t bot, std::size_t half);
    const Met* find(std::uint64_t id) const;
    std::size_t size() const { return young_.size() + old_.size(); }

   private:
    std::unordered_map<std::uint64_t, Met> young_, old_;
  };

  void met(std::uint16_t bot, std::string_view name, std::string_view id);
  void look_up(std::string_view name, std::string_view id, std::vector<Met>& met) const;
  void look_up_segments(const onebot::Value& message, std::vector<Met>& met) const;

  const std::size_t half_;
  bool learns_ = false;
  Memory chats_, messages_;
};

}  // namespace bridge
