// LoggedEvents: events of the log by their place, for requests that ask for one: what memory has, else the store.

#pragma once

#include "onebot/event_log.h"
#include "onebot/v11/action_row.h"

#include <functional>
#include <optional>
#include <string>

namespace bridge::onebot11 {

class LoggedEvents final : public onebot::v11::LoggedEvents {
 public:
  // Of a committed event; nullopt: it is not kept. May block for as long as a row takes.
  using Older = std::function<std::optional<std::string>(onebot::Seq)>;

  LoggedEvents(onebot::EventLog& events, Older older) : events_(events), older_(std::move(older)) {}

  std::optional<std::string> at(std::uint64_t place) const override {
    if (place == 0 || place >= events_.next()) return std::nullopt;
    if (place < events_.first()) return older_(place);
    onebot::EventLog::Reader reader(events_, place, 0, nullptr);
    const auto entry = reader.next();
    return entry ? std::optional(std::string(entry->json)) : std::nullopt;
  }

 private:
  onebot::EventLog& events_;
  Older older_;
};

}  // namespace bridge::onebot11
