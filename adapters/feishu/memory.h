// Memory: what earlier events told and later ones leave out: who wrote a message and where, what kind a chat is,
// by what other id a person goes. Bounded: the oldest is forgotten.

#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace feishu {

// A map that holds the last `most` keys.
template <class T>
class Recent {
 public:
  explicit Recent(std::size_t most) : most_(most) {}

  const T* find(std::string_view key) const {
    const auto found = values_.find(key);
    return found == values_.end() ? nullptr : &found->second;
  }
  void set(std::string_view key, T value) {
    if (key.empty() || key.size() > kMaxKey) return;
    const auto [place, added] = values_.insert_or_assign(std::string(key), std::move(value));
    if (!added) return;
    order_.push_back(place->first);
    if (order_.size() <= most_) return;
    values_.erase(order_.front());
    order_.pop_front();
  }
  std::size_t size() const { return values_.size(); }

 private:
  static constexpr std::size_t kMaxKey = 256;

  std::size_t most_;
  std::map<std::string, T, std::less<>> values_{};
  std::deque<std::string> order_{};
};

struct Memory {
  struct Message {
    std::string user_id{};  // who wrote it, as applications see it
    std::string chat_id{};
  };

  Recent<Message> messages{20'000};
  Recent<bool> chats{20'000};           // true: between the bot and one person
  Recent<std::string> aliases{20'000};  // the id under which a person is known -> the one to send to

  std::string author(std::string_view message_id) const {
    const Message* message = messages.find(message_id);
    return message ? message->user_id : std::string();
  }
  std::string chat_of(std::string_view message_id) const {
    const Message* message = messages.find(message_id);
    return message ? message->chat_id : std::string();
  }
  // An unknown chat is taken for a group.
  bool is_private(std::string_view chat_id) const {
    const bool* known = chats.find(chat_id);
    return known && *known;
  }
};

}  // namespace feishu
