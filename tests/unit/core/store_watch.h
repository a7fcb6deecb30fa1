// Whoever stands on a store in its tests: a log, and everything the store has told.

#pragma once

#include "onebot/event.h"
#include "onebot/store.h"
#include "tests/unit/core/event.h"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rig {

class Watch final : public onebot::StoreWatch {
 public:
  explicit Watch(onebot::Store& store) : events(1 << 20, &store.history(), store.earlier().next), store_(store) {
    store.watch(this);
  }
  Watch(const Watch&) = delete;
  ~Watch() override { store_.watch(nullptr); }

  void append(std::string text, std::function<void(bool)> told = {}) {
    const std::string json = onebot::to_json(event(std::move(text)));
    store_.append({.events = std::span(&json, 1), .committed = std::move(told)});
  }
  void add_seen(std::uint64_t hash) { store_.append({.seen = std::span(&hash, 1)}); }

  onebot::EventLog::Appended on_entry(std::string_view json, std::int64_t at) override {
    ats.push_back(at);
    return events.append(json, at);
  }
  void on_committed(onebot::Seq next) override { committed = next; }
  void on_hold(bool hold) override { holds.push_back(hold); }
  void on_health(bool healthy) override { health.push_back(healthy); }
  void on_lost(std::string_view bot, std::string_view) override { lost.emplace_back(bot); }

  onebot::EventLog events;
  std::vector<std::int64_t> ats;
  std::vector<bool> holds, health;
  std::vector<std::string> lost;
  onebot::Seq committed = 0;  // everything before it was told safe

 private:
  onebot::Store& store_;
};

}  // namespace rig
