// Messages: where each message the bot has seen or sent is, since delete_message names it by its id alone, and a quote
// needs the platform's index of it. What was sent is kept over restarts.
//
// Every message of a flood passes here, so it costs one look into a table to come and one to go: the newest stand in
// two rings that point at their entries. An index is asked for only where somebody quotes; it is
// looked for along a ring of 4-byte fingerprints.

#pragma once

#include "adapters/qq/chat.h"
#include "onebot/adapter.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace qq {

struct KnownMessage {
  Chat chat{};
  std::string index{};               // "REFIDX_..."; "" = not told
  bool sent = false;                 // by the bot
  std::vector<std::string> parts{};  // ids of the further QQ messages that one send_message became
};

class Messages {
 public:
  static constexpr std::string_view kRecord = "sent";
  static constexpr std::size_t kMostSent = 1'000, kMostReceived = 10'000;

  explicit Messages(onebot::Remember remember);

  void recall(const std::vector<onebot::Record>& records);  // oldest first
  // Of a message that is known already, its index is learned, if that was not.
  void add(const std::string& id, KnownMessage message);
  void add_part(const std::string& id, const std::string& part);
  const KnownMessage* find(std::string_view id) const;  // nullptr: never seen, or long ago
  bool sent(std::string_view id) const;
  std::string id_of(std::string_view index) const;  // of the message with that index; "" = not known
  // The id of a message that an application names by its id or its index; what is neither stays as it is.
  std::string named(std::string_view id_or_index) const;
  void forget(std::string_view id);

 private:
  struct Entry {
    KnownMessage message{};
    bool forgotten = false;  // stays until its turn in the ring
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  using Table = std::unordered_map<std::string, Entry, Hash, std::equal_to<>>;
  struct Ring {
    std::size_t most = 0;
    std::size_t next = 0;                       // to be written over, once it is full
    std::vector<Table::value_type*> entries{};  // the table's own, which stay where they are
    std::vector<std::uint32_t> fingerprints{};  // of their indices; 0: none
  };

  void insert(const std::string& id, KnownMessage message);
  void learn_index(Table::value_type& known, std::string index);
  void drop(const Table::value_type& oldest);
  void forget_on_disk(const std::string& id);

  onebot::Remember remember_;
  Table known_{};
  Ring sent_{.most = kMostSent}, received_{.most = kMostReceived};
};

}  // namespace qq
