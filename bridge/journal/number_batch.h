// NumberBatch: the rows of OneBot 11's numbers that one commit takes, found here until it is done. The newest of each.

#pragma once

#include "onebot/v11/rows.h"

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bridge::journal {

namespace v11 = onebot::v11;

// What is named by a bot: a message's native id, or another name of it.
struct BotName {
  std::string bot{}, name{};
  auto operator<=>(const BotName&) const = default;
};

// One step of what becomes of the roster: later ones count more.
struct RosterChange {
  v11::RosterRow row{};  // its key alone, when it is forgotten
  bool forgotten = false;
};

class NumberBatch {
 public:
  using Place = std::pair<v11::Space, v11::Number>;

  void put(const v11::IdRow& row);
  void put_alias(const v11::Native& native, v11::Number number);
  void put(const v11::MessageRow& row);
  void put_alias(std::string_view bot, std::string_view alias, v11::Number number);
  void reserve(v11::Number end) { reserved_ = end; }
  void put(const v11::TokenRow& row);
  void change(RosterChange change);
  void follow_with(const NumberBatch& newer);  // one batch of both

  // nullptr, nullopt: not in this batch.
  const v11::IdRow* row(const v11::Native& native) const;
  const v11::Native* owner(Place place) const;  // whose row was put with this number
  const v11::Native* named(Place place) const;  // whom an alias gives this number
  std::optional<v11::Number> alias(const v11::Native& native) const;
  const v11::MessageRow* message(v11::Number number) const;
  std::optional<v11::Number> message_number(const BotName& native) const;
  std::optional<v11::Number> message_alias(const BotName& alias) const;
  const v11::TokenRow* token(std::string_view token) const;

  const std::map<v11::Native, v11::IdRow>& rows() const { return rows_; }
  const std::multimap<v11::Native, v11::Number>& aliases() const { return aliases_; }
  const std::map<v11::Number, v11::MessageRow>& messages() const { return messages_; }
  const std::map<BotName, v11::Number>& message_aliases() const { return message_aliases_; }
  const std::map<std::string, v11::TokenRow, std::less<>>& tokens() const { return tokens_; }
  const std::vector<RosterChange>& roster() const { return roster_; }
  v11::Number reserved() const { return reserved_; }  // 0: nothing to write

  bool empty() const;
  std::size_t bytes() const { return bytes_; }  // about what it holds in memory

 private:
  std::map<v11::Native, v11::IdRow> rows_{};
  std::map<Place, v11::Native> owners_{}, named_{};
  std::multimap<v11::Native, v11::Number> aliases_{};  // of one native in the order they came
  std::map<v11::Number, v11::MessageRow> messages_{};
  std::map<BotName, v11::Number> message_numbers_{}, message_aliases_{};
  std::map<std::string, v11::TokenRow, std::less<>> tokens_{};
  std::vector<RosterChange> roster_{};
  v11::Number reserved_ = 0;
  std::size_t bytes_ = 0;
};

// What a row holds besides its own size.
std::size_t bytes_of(const v11::Native& native);
std::size_t bytes_of(const v11::MessageRow& row);

}  // namespace bridge::journal
