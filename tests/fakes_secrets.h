// What a bot told of its secrets, where somebody may read it: the log at every level, what it keeps, its events.

#pragma once

#include "onebot/event.h"
#include "onebot/value.h"
#include "tests/fakes.h"

#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace fakes {

// The secrets of a [[bots]] section, and whatever its calls were authorized by.
inline std::set<std::string> secrets_of(const onebot::Fields& section, const Client& client) {
  std::set<std::string> secrets;
  for (const std::string_view option : {"app_secret", "encrypt_key", "verification_token"}) {
    secrets.emplace(onebot::text_of(section, option));
  }
  for (const auto& call : client.calls) {
    const auto credentials = io::header(call->request.headers, "Authorization").value_or("");
    secrets.emplace(credentials.substr(credentials.rfind(' ') + 1));
  }
  std::erase_if(secrets, [](const std::string& secret) { return secret.size() < 4; });
  return secrets;
}

// The first of them that was told, with where; nullopt: none.
inline std::optional<std::string> told_secret(const std::set<std::string>& secrets, const Log& log,
                                              const EventSink& events) {
  const auto held = [&secrets](std::string_view where, const std::string& text) -> std::optional<std::string> {
    for (const std::string& secret : secrets) {
      if (text.find(secret) != std::string::npos) return std::string(where) + " tells \"" + secret + "\": " + text;
    }
    return std::nullopt;
  };
  for (const auto& [level, line] : log.lines) {
    if (auto told = held("the log", line)) return told;
  }
  for (const onebot::Record& record : events.records) {
    if (auto told = held("a record", record.kind + " " + record.key + " " + record.value)) return told;
  }
  for (const onebot::Event& event : events.events()) {
    if (auto told = held("an event", onebot::to_json(event))) return told;
  }
  for (const auto& [name, count] : log.counters) {
    if (auto told = held("a counter", name)) return told;
  }
  return std::nullopt;
}

}  // namespace fakes
