// Simulator: a platform's servers, played by us, for the demo and the tests. Knows only io.h.

#pragma once

#include "onebot/io.h"
#include "onebot/json.h"
#include "onebot/result.h"
#include "onebot/value.h"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace onebot {

// Is shown each message that a bot sends: the native chat, and the text as a human would see it.
using Shown = std::function<void(std::string_view chat, std::string_view text)>;

class Simulator {
 public:
  virtual ~Simulator() = default;

  // Listens (port 0: any) and returns the port.
  virtual Result<int> open(const io::Address&) = 0;
  // The [[bots]] section of a bot that talks to this simulator; valid after open().
  virtual Fields bot() const = 0;
  // Where pushes go, for platforms that push: "http://127.0.0.1:8090/<platform>/<app_id>"
  virtual void set_push_url(std::string url) = 0;
  // Emits one native event: the payload of an event ("t" and "d" for a gateway; a webhook body for a pushing one).
  // Adds ids, sequence numbers, signatures and encryption as the platform would. Error: not understood.
  virtual Status play(json::View native) = 0;
  // Native events as JSON text, for the demo.
  virtual std::span<const std::string_view> samples() const = 0;
  Shown on_sent{};
};

// number: which of the platform's bots it plays, from 0; each has an app and ids of its own.
using MakeSimulator = std::unique_ptr<Simulator> (*)(std::string_view platform, io::Loop&, io::Server&, io::Client&,
                                                     int number);

}  // namespace onebot
