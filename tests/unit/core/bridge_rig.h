// A bridge on a store in memory, with adapters and transports that only write down what they are told.

#pragma once

#include "bridge/bridge.h"
#include "onebot/json.h"
#include "tests/fakes.h"
#include "tests/fakes_store.h"
#include "tests/unit/adapter_rig.h"
#include "tests/unit/core/event.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace rig {

class Transport : public onebot::Transport {
 public:
  explicit Transport(onebot::Backend backend)
      : reader(backend.events, backend.events.next(), backend.cursors.replay_since(), [] {}) {}
  onebot::Status start() override { return {}; }
  void stop() override { stopped = true; }
  void wake() override {
    ++wakes;
    while (const auto entry = reader.next()) events.emplace_back(entry->json);
  }
  void announce(std::string_view meta_event) override { announced.emplace_back(meta_event); }

  onebot::EventLog::Reader reader;
  int wakes = 0;
  bool stopped = false;
  std::vector<std::string> events;
  std::vector<std::string> announced;
};

// One process. Dropped and made anew on the same disk, it is a restart after a crash.
struct Process {
  Process(fakes::Loop& on, fakes::Log& log, fakes::Disk& disk, bridge::Bridge::Options options = {},
          fakes::Store::Options store_options = {})
      : loop(on), client(on), server(on), store(on, disk, store_options), bridge(on, log, store, std::move(options)) {}

  bridge::Bot& add(Adapter& adapter, std::string key) {
    bridge::Bot& bot = bridge.add_bot(std::move(key));
    bot.attach(adapter);
    return bot;
  }
  onebot::Backend backend() { return bridge.backend(client, server); }
  // The status of one action, as an application would see it.
  std::string act(std::string name, std::optional<onebot::Self> self = std::nullopt) {
    std::string response;
    bridge.act({std::move(name), {}, std::move(self)}, onebot::Reply([&response](onebot::ActionResult result) {
                 response = onebot::encode_response(result, std::nullopt);
               }));
    return response;
  }
  // A reply that writes down every answer it gets.
  onebot::Reply into(std::vector<std::string>& answers) {
    return onebot::Reply(
        [&answers](onebot::ActionResult result) { answers.push_back(onebot::encode_response(result, std::nullopt)); });
  }

  fakes::Loop& loop;
  fakes::Client client;
  fakes::Server server;
  fakes::Store store;
  bridge::Bridge bridge;
};

inline bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// The value at a dotted path of JSON text, as JSON text.
inline std::string at(const std::string& text, std::string_view path) {
  const auto document = onebot::json::Document::parse(text);
  return document ? document->root().at(path).dump() : "not JSON";
}

}  // namespace rig
