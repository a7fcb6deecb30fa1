// Receiver: where a bot's events come from. Either the gateway (shards.h) or pushes (hook.h).

#pragma once

#include "onebot/adapter.h"
#include "onebot/json.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace qq {

// How one dispatch came.
struct Delivery {
  std::string session_id{};               // of the gateway session; "" = none
  std::string name{};                     // what it is known by when its frame has no id; "" = nothing
  std::vector<onebot::Record> records{};  // to be kept in the same commit
  std::function<void(bool)> committed{};  // onebot::Arrival::committed
};

// What a receiver tells the adapter.
class ReceiverPeer {
 public:
  virtual ~ReceiverPeer() = default;
  virtual void on_ready(onebot::json::View user) = 0;                         // who the bot is, before on_online(true)
  virtual void on_dispatch(onebot::json::View frame, Delivery delivery) = 0;  // well-formed or not
  virtual void on_online(bool online) = 0;                                    // changes only
  virtual void remember(onebot::Record record) = 0;
  virtual std::vector<onebot::Record> recall(std::string_view kind) = 0;
};

class Receiver {
 public:
  virtual ~Receiver() = default;
  virtual void start() = 0;
  virtual void stop() = 0;  // the peer is not called any more
  // true: nothing is taken until hold(false).
  virtual void hold(bool on) = 0;
  virtual bool online() const = 0;
  virtual bool is_away() const = 0;  // at this moment nobody listens, or not everywhere
  virtual onebot::Adapter::Trouble trouble() const = 0;
};

}  // namespace qq
