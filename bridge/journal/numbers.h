// Numbers: the loop's side of OneBot 11's rows: what is used often in memory, what is not committed yet in its batch,
// the rest in the file.
//
//   find: the hot ones -> the batch that fills -> the batch under way -> a look into the file, which may block
//   put:  into the batch that fills, beside the event that is being read, and among the hot ones
//
// Loop thread only.

#pragma once

#include "bridge/disk/sql.h"
#include "bridge/journal/batch.h"
#include "bridge/journal/hot.h"
#include "bridge/journal/kept_roster.h"
#include "bridge/journal/kept_tokens.h"
#include "bridge/journal/number_layers.h"
#include "bridge/journal/number_tables.h"
#include "onebot/adapter.h"
#include "onebot/told.h"
#include "onebot/v11/rows.h"
#include "onebot/v11/safety.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace bridge::journal {

// The loop's own connection to the file: for what it waits for.
struct Lookup {
  static onebot::Result<Lookup> open(const std::string& path, std::chrono::milliseconds busy_timeout);

  Database database;
  NumberReader numbers;
};

struct HashOfName {
  std::size_t operator()(const v11::Native& native) const;
  std::size_t operator()(const BotName& name) const;
};

// Where a look into the file has failed, nothing is put: there may be a row that nobody has seen. Who has no row
// meanwhile is called by the number that most probably is in it, the derived one; the next time, the file is asked
// anew.
class KeptIds final : public v11::IdRows {
 public:
  explicit KeptIds(const NumberLayers& layers);

  std::optional<v11::IdRow> find(const v11::Native& native) const override;
  std::optional<v11::IdRow> find(v11::Space space, v11::Number number) const override;
  void put(const v11::IdRow& row) override;
  void put_alias(const v11::Native& native, v11::Number number) override;

 private:
  struct Called {
    v11::Number number = 0;
    std::string name{};
  };

  std::optional<v11::IdRow> own_row(const v11::Native& native) const;
  std::optional<v11::Number> alias(const v11::Native& native) const;
  std::optional<v11::Native> owner(v11::Space space, v11::Number number) const;
  std::optional<v11::Native> cold_owner(v11::Space space, v11::Number number) const;
  void keep_hot(const v11::IdRow& row) const;
  // A look into the file, for what may be at this key.
  template <class T>
  std::optional<T> read(std::size_t key, onebot::Result<std::optional<T>> found) const;
  bool is_in_doubt(const v11::Native& native, v11::Number number) const;

  void remember_alias(const v11::Native& native, v11::Number number);

  const NumberLayers& layers_;
  // Hashes of all that an alias knows: what is not among them needs no look for one.
  std::unordered_set<std::size_t> aliased_natives_{};
  std::unordered_set<std::int64_t> aliased_places_{};
  mutable Hot<v11::Native, Called, HashOfName> rows_;
  mutable Hot<std::int64_t, v11::Native> owners_;  // by number and space
  mutable Hot<std::size_t, bool> in_doubt_;        // where a look failed: whoever puts something there has just looked
};

class KeptMessages final : public v11::MessageRows {
 public:
  explicit KeptMessages(const NumberLayers& layers);

  std::optional<v11::MessageRow> find(std::string_view bot, std::string_view native) const override;
  std::optional<v11::MessageRow> find(v11::Number number) const override;
  std::vector<v11::MessageRow> in_chat(const v11::Chat& chat, v11::Number below, std::size_t most) const override;
  void put(const v11::MessageRow& row) override;
  void put_alias(std::string_view bot, std::string_view alias, v11::Number number) override;
  void forgotten(const std::vector<v11::Number>& numbers);

 private:
  std::optional<v11::Number> number(const BotName& name) const;

  const NumberLayers& layers_;
  v11::Number highest_;  // of all that ever had a row here: above it, none has one
  mutable Hot<v11::Number, v11::MessageRow> rows_;
  mutable Hot<BotName, v11::Number, HashOfName> numbers_;  // of natives and aliases
};

// What is written is a block further than what is reserved: numbers of a block may be told up to a commit before its
// reservation is safe, and the next run must not begin with them.
class KeptReserve final : public v11::Reserve {
 public:
  explicit KeptReserve(const NumberLayers& layers) : layers_(layers), reserved_(layers.file.reserved()) {}

  v11::Number reserved() const override { return reserved_; }
  void reserve(v11::Number end) override;

 private:
  const NumberLayers& layers_;
  v11::Number reserved_;
};

class Numbers final : public v11::Safety {
 public:
  Numbers(NumberReader& file, onebot::Log& log, Batch& pending, const std::unique_ptr<Batch>& in_flight,
          onebot::Then changed)
      : layers_{file, log, pending, in_flight, [this, changed = std::move(changed)] {
                  ++put_;
                  changed();
                }} {}
  Numbers(const Numbers&) = delete;
  std::uint64_t failed_looks() const { return layers_.failed; }  // into the file, since the start

  v11::Rows rows() { return {ids_, messages_, reserve_, tokens_, roster_}; }
  void forgotten(const std::vector<v11::Number>& messages) { messages_.forgotten(messages); }

  std::uint64_t put() const override { return put_; }
  std::uint64_t safe() const override { return safe_; }
  void when_safe(std::uint64_t put, onebot::Then call) override { waiting_.emplace(put, std::move(call)); }
  void committed(std::uint64_t put);  // the first so many rows
  void not_committed();               // and tried again

 private:
  void call_up_to(std::uint64_t put);

  std::uint64_t put_ = 0, safe_ = 0;
  std::multimap<std::uint64_t, onebot::Then> waiting_;  // by how many rows they wait for
  NumberLayers layers_;
  KeptIds ids_{layers_};
  KeptMessages messages_{layers_};
  KeptReserve reserve_{layers_};
  KeptTokens tokens_{layers_};
  KeptRoster roster_{layers_};
};

}  // namespace bridge::journal
