// Transport: one way applications reach us. Spec: connect/communication.

#pragma once

#include "onebot/action.h"
#include "onebot/adapter.h"
#include "onebot/event_log.h"
#include "onebot/io.h"
#include "onebot/result.h"

#include <optional>
#include <string>
#include <string_view>

namespace onebot {

class ActionSink {  // the bridge, as transports see it
 public:
  virtual ~ActionSink() = default;
  virtual void act(Action, Reply) = 0;
};

// Where consumers stopped, on disk.
class Cursors {
 public:
  virtual ~Cursors() = default;
  // The first entry the consumer has not confirmed. A name that was never seen starts at the end of the log,
  // and is known from now on.
  virtual Seq position(std::string_view consumer) = 0;
  virtual void confirm(std::string_view consumer, Seq next) = 0;  // it has everything before `next`
  // The consumer is called otherwise from now on, and keeps its place; nothing happens when the new name is known. A
  // name that ends in ":" stands for all that begin with it.
  virtual void rename(std::string_view consumer, std::string_view name) = 0;
  virtual std::int64_t replay_since() const = 0;  // ms since the epoch: older entries are left out (delivery.replay)
};

// The JSON of meta events that a connection needs when it begins. Spec: interface/meta/events.
class Meta {
 public:
  virtual ~Meta() = default;
  virtual std::string connect_event() const = 0;
  virtual std::string status_event() const = 0;  // all bots that are served
};

// The bridge as a transport sees it: with all bots, or with those that it serves.
struct Backend {
  EventLog& events;
  Cursors& cursors;
  ActionSink& actions;
  Meta& meta;
  io::Loop& loop;
  io::Client& client;
  io::Server& server;
  Log& log;
  const Choice* only = nullptr;  // the events that are told; nullptr: all
};

class Transport {
 public:
  virtual ~Transport() = default;
  virtual Status start() = 0;
  virtual void stop() = 0;                                 // closes every connection; nothing is called afterwards
  virtual void wake() = 0;                                 // the event log has grown
  virtual void announce(std::string_view meta_event) = 0;  // a heartbeat or a status change, for pushing transports
};

}  // namespace onebot
