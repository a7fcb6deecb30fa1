// Refusals: what a client hears that is turned away, and what the operator does. Every refusal is a line of the log,
// with whom, why and the cure, and a counter.

#pragma once

#include "onebot/action.h"
#include "onebot/io.h"
#include "onebot/transport.h"

#include <string>
#include <string_view>

namespace onebot::connect {

class Refusals {
 public:
  // endpoint: as log lines call it, "websocket 127.0.0.1:6700".
  Refusals(Log& log, std::string endpoint) : log_(log), endpoint_(std::move(endpoint)) {}

  // Of a client, before anything is asked: 404, 405, 401, 415, 400.
  io::HttpResponse path(const io::HttpRequest& head) const;
  io::HttpResponse method(const io::HttpRequest& head) const;
  io::HttpResponse token(const io::HttpRequest& head) const;
  io::HttpResponse media_type(const io::HttpRequest& head) const;
  io::HttpResponse consumer(const io::HttpRequest& head) const;
  // It speaks HTTP where WebSocket is spoken, or the other way round; it has its answer.
  void protocol(const io::HttpRequest& head, std::string_view spoken) const;

  // The answer to an action, or to what was to be one. action: its name, "" when it has none. Failures are counted;
  // those that say that the client is set up wrongly are told.
  void answered(std::string_view remote, std::string_view action, const ActionResult& result) const;

  // What all of these do: a client turned away (reason: as clients_refused counts it), a request answered with a
  // failure, and one that says that the client is set up wrongly. code: as requests_mistaken counts it.
  void tell(const io::HttpRequest& head, std::string_view reason, std::string_view why, std::string_view cure) const;
  void failed() const { log_.count("actions_failed"); }
  void mistaken(std::string_view remote, std::string_view action, const Error& error, std::string_view code,
                std::string_view cure) const;

 private:
  Log& log_;
  const std::string endpoint_;
};

}  // namespace onebot::connect
