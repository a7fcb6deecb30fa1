// IdBook: OneBot 11's numbers of people and places in a data folder that no bridge runs on: to look up, bind and move.
// What is put is written by commit(), all of it or nothing.

#pragma once

#include "bridge/disk/data_dir.h"
#include "bridge/journal/batch.h"
#include "bridge/journal/id_pages.h"
#include "bridge/journal/numbers.h"
#include "bridge/journal/tables.h"
#include "onebot/adapter.h"
#include "onebot/result.h"
#include "onebot/v11/rows.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace bridge::journal {

class IdBook {
 public:
  // wall: ms since the epoch. Makes the folder, if need be. Error: also when a bridge runs on it.
  static onebot::Result<std::unique_ptr<IdBook>> open(const std::string& data_dir, std::int64_t wall);

  // Of the file: see id_pages.h.
  onebot::Status each(const std::function<void(const IdEntry&)>& use) { return each_id(lookup_.database, use); }
  onebot::Status each_group(const std::function<void(std::string_view group)>& use) {
    return journal::each_group(lookup_.database, use);
  }

  v11::IdRows& rows() { return numbers_.rows().ids; }
  onebot::Status commit();

 private:
  IdBook(DataDir dir, Tables tables, Lookup lookup, std::int64_t wall);

  // What rows() could not read; it has no other way to say so.
  class Complaints final : public onebot::Log {
   public:
    void line(onebot::LogLevel, std::string_view text) override { last = text; }
    void count(onebot::Counter, std::uint64_t) override {}
    void count_one(onebot::Counter, std::string_view) override {}
    std::string last{};
  };

  std::int64_t wall_;
  DataDir dir_;
  Tables tables_;
  Lookup lookup_;
  Complaints complaints_;
  Batch pending_;
  const std::unique_ptr<Batch> none_{};
  Numbers numbers_{lookup_.numbers, complaints_, pending_, none_, [] {}};
};

}  // namespace bridge::journal
