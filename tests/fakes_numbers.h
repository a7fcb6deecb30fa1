// OneBot 11's rows in memory, as a store keeps them.

#pragma once

#include "onebot/v11/rows.h"
#include "onebot/v11/safety.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fakes {

namespace v11 = onebot::v11;

class IdRows : public v11::IdRows {
 public:
  std::optional<v11::IdRow> find(const v11::Native& native) const override {
    if (const auto row = rows_.find(native); row != rows_.end()) return row->second;
    const auto alias = aliases_.find(native);
    return alias == aliases_.end() ? std::nullopt : find(space_of(native.kind), alias->second);
  }

  std::optional<v11::IdRow> find(v11::Space space, v11::Number number) const override {
    const auto owner = owners_.find({space, number});
    if (owner == owners_.end()) return std::nullopt;
    const auto row = rows_.find(owner->second);
    return row == rows_.end() ? v11::IdRow{owner->second, number, ""} : row->second;
  }

  void put(const v11::IdRow& row) override {
    rows_[row.native] = row;
    owners_[{space_of(row.native.kind), row.number}] = row.native;
    ++writes;
  }

  void put_alias(const v11::Native& native, v11::Number number) override {
    aliases_[native] = number;
    owners_.try_emplace({space_of(native.kind), number}, native);
  }

  int writes = 0;

 private:
  std::map<v11::Native, v11::IdRow> rows_;
  std::map<v11::Native, v11::Number> aliases_;
  std::map<std::pair<v11::Space, v11::Number>, v11::Native> owners_;
};

class MessageRows : public v11::MessageRows {
 public:
  std::optional<v11::MessageRow> find(std::string_view bot, std::string_view native) const override {
    const std::pair key{std::string(bot), std::string(native)};
    if (const auto alias = aliases_.find(key); alias != aliases_.end()) return find(alias->second);
    const auto number = numbers_.find(key);
    return number == numbers_.end() ? std::nullopt : find(number->second);
  }

  std::optional<v11::MessageRow> find(v11::Number number) const override {
    const auto row = rows_.find(number);
    return row == rows_.end() ? std::nullopt : std::optional(row->second);
  }

  std::vector<v11::MessageRow> in_chat(const v11::Chat& chat, v11::Number below, std::size_t most) const override {
    std::vector<v11::MessageRow> found;
    for (auto row = rows_.rbegin(); row != rows_.rend() && found.size() < most; ++row) {
      const v11::MessageRow& one = row->second;
      const bool there = one.bot == chat.bot && one.chat_kind == chat.kind && one.chat == chat.id;
      if (there && one.number < below && (one.event != 0 || !one.body.empty())) found.push_back(one);
    }
    return found;
  }

  void put(const v11::MessageRow& row) override {
    rows_[row.number] = row;
    if (!row.native.empty()) numbers_[{row.bot, row.native}] = row.number;
    ++writes;
  }

  void put_alias(std::string_view bot, std::string_view alias, v11::Number number) override {
    aliases_[{std::string(bot), std::string(alias)}] = number;
  }

  int writes = 0;

 private:
  std::map<v11::Number, v11::MessageRow> rows_;
  std::map<std::pair<std::string, std::string>, v11::Number> numbers_, aliases_;
};

// Every row is safe at once, unless commits are turned by hand.
class Safety : public v11::Safety {
 public:
  Safety(const IdRows& ids, const MessageRows& messages) : ids_(ids), messages_(messages) {}
  std::uint64_t put() const override { return static_cast<std::uint64_t>(ids_.writes + messages_.writes); }
  std::uint64_t safe() const override { return by_hand ? committed_ : put(); }
  void when_safe(std::uint64_t, onebot::Then call) override {
    waiting_.push_back(std::move(call));
    if (!by_hand) commit();
  }
  void commit() {
    committed_ = put();
    fail();
  }
  void fail() {
    for (const auto& call : std::exchange(waiting_, {})) call();
  }

  bool by_hand = false;

 private:
  const IdRows& ids_;
  const MessageRows& messages_;
  std::uint64_t committed_ = 0;
  std::vector<onebot::Then> waiting_{};
};

class Reserve : public v11::Reserve {
 public:
  v11::Number reserved() const override { return end_; }
  void reserve(v11::Number end) override { end_ = end, ++writes; }

  int writes = 0;

 private:
  v11::Number end_ = 0;
};

class TokenRows : public v11::TokenRows {
 public:
  std::optional<v11::TokenRow> find(std::string_view token) const override {
    const auto row = rows_.find(token);
    return row == rows_.end() ? std::nullopt : std::optional(row->second);
  }
  void put(const v11::TokenRow& row) override {
    rows_[row.token] = row;
    ++writes;
  }

  int writes = 0;

 private:
  std::map<std::string, v11::TokenRow, std::less<>> rows_;
};

class RosterRows : public v11::RosterRows {
 public:
  std::optional<v11::RosterRow> find(const v11::RosterKey& key) const override {
    const auto found = those([&](const v11::RosterKey& one) { return one == key; });
    return found.empty() ? std::nullopt : std::optional(found.front());
  }
  std::vector<v11::RosterRow> places(std::string_view bot) const override {
    return those(
        [&](const v11::RosterKey& key) { return key.bot == bot && key.user.empty() && key.kind != v11::Kind::user; });
  }
  std::vector<v11::RosterRow> people(const v11::RosterKey& place) const override {
    return those([&](v11::RosterKey key) { return !std::exchange(key.user, place.user).empty() && key == place; });
  }
  void put(const v11::RosterRow& row) override {
    ++writes;
    for (v11::RosterRow& known : rows_) {
      if (known.key == row.key) return v11::renew(known, row);
    }
    rows_.push_back(row);
  }
  void forget(const v11::RosterKey& key) override {
    std::erase_if(rows_, [&](const v11::RosterRow& row) { return v11::forgets(key, row.key); });
  }

  int writes = 0;

 private:
  std::vector<v11::RosterRow> those(auto&& wanted) const {
    std::vector<v11::RosterRow> found;
    for (const v11::RosterRow& row : rows_) {
      if (wanted(row.key)) found.push_back(row);
    }
    return found;
  }

  std::vector<v11::RosterRow> rows_;
};

}  // namespace fakes
