// Recent<T>: a map that holds the last `most` keys. Remembered<T>: the same over restarts.

#pragma once

#include "onebot/adapter.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kit {

template <class T>
class Recent {
 public:
  explicit Recent(std::size_t most) : most_(most) {}

  // Valid until the next change.
  const T* find(std::string_view key) const {
    const auto found = values_.find(key);
    return found == values_.end() ? nullptr : &found->second.value;
  }
  // A key counts as new when it is set first, not when it is set again. What had to go for it, if
  // something had to. A key that is empty or very long is not held.
  std::optional<std::pair<std::string, T>> set(std::string_view key, T value) {
    if (!holds(key)) return std::nullopt;
    const auto found = values_.find(key);
    if (found != values_.end()) {
      found->second.value = std::move(value);
      return std::nullopt;
    }
    values_.emplace(std::string(key), Held{std::move(value), ++number_});
    order_.emplace(number_, std::string(key));
    if (values_.size() <= most_) return std::nullopt;
    auto oldest = values_.extract(order_.begin()->second);
    order_.erase(order_.begin());
    return std::pair(std::move(oldest.key()), std::move(oldest.mapped().value));
  }
  bool forget(std::string_view key) {
    const auto found = values_.find(key);
    if (found == values_.end()) return false;
    order_.erase(found->second.number);
    values_.erase(found);
    return true;
  }
  std::size_t size() const { return values_.size(); }
  // Calls use(key, value) for each, the oldest first.
  template <class Use>
  void each(Use&& use) const {
    for (const auto& [number, key] : order_) use(std::string_view(key), values_.find(key)->second.value);
  }
  static bool holds(std::string_view key) { return !key.empty() && key.size() <= kMostBytes; }

 private:
  struct Held {
    T value{};
    std::uint64_t number = 0;
  };
  static constexpr std::size_t kMostBytes = 256;

  std::size_t most_;
  std::uint64_t number_ = 0;
  std::map<std::string, Held, std::less<>> values_{};
  std::map<std::uint64_t, std::string> order_{};
};

template <class T>
class Remembered {
 public:
  struct Form {                                            // of a record of this kind, by its key
    std::string_view kind{};                               // outlives this
    std::string (*write)(const T&) = nullptr;              // "": not worth a record
    std::optional<T> (*read)(std::string_view) = nullptr;  // nullopt: of no use any longer; forgotten on disk, too
  };

  Remembered(Form form, std::size_t most, std::function<void(onebot::Record)> remember)
      : form_(form), recent_(most), remember_(std::move(remember)) {}

  // At the start: what EventSink::recall() gives.
  void recall(const std::vector<onebot::Record>& records) {
    for (const onebot::Record& record : records) {
      auto value = form_.read(record.value);
      if (!value || !recent_.holds(record.key)) {
        write(record.key, "");
      } else if (auto gone = recent_.set(record.key, *std::move(value))) {
        write(std::move(gone->first), "");
      }
    }
  }
  const T* find(std::string_view key) const { return recent_.find(key); }
  // Written when the record is another one.
  void set(std::string_view key, T value) {
    if (!recent_.holds(key)) return;
    const T* old = recent_.find(key);
    const std::string before = old ? form_.write(*old) : std::string(), now = form_.write(value);
    auto gone = recent_.set(key, std::move(value));
    if (gone && !form_.write(gone->second).empty()) write(std::move(gone->first), "");
    if (now != before) write(std::string(key), now);
  }
  void forget(std::string_view key) {
    const T* old = recent_.find(key);
    if (!old) return;
    const bool written = !form_.write(*old).empty();
    recent_.forget(key);
    if (written) write(std::string(key), "");
  }
  std::size_t size() const { return recent_.size(); }
  template <class Use>
  void each(Use&& use) const {
    recent_.each(std::forward<Use>(use));
  }

 private:
  void write(std::string key, std::string value) {
    remember_({std::string(form_.kind), std::move(key), std::move(value)});
  }

  Form form_;
  Recent<T> recent_;
  std::function<void(onebot::Record)> remember_;
};

}  // namespace kit
