// Refusals: what a client hears that is turned away, and what the operator does. Every refusal is a line of the log,
// with whom, why and the cure, and a counter.

#pragma once

#include "onebot/action.h"
#include "onebot/connect/signpost.h"
#include "onebot/io.h"
#include "onebot/transport.h"

#include <optional>
#include <string>
#include <string_view>

namespace onebot::connect {

class Refusals {
 public:
  // endpoint: as log lines call it, "websocket 127.0.0.1:6700".
  Refusals(Log& log, std::string endpoint, Signpost signpost)
      : log_(log), endpoint_(std::move(endpoint)), signpost_(std::move(signpost)) {}

  // Of a client, before anything is asked: 404, 405, 401, 415, 400.
  io::HttpResponse path(const io::HttpRequest& head) const;
  io::HttpResponse method(const io::HttpRequest& head) const;
  io::HttpResponse token(const io::HttpRequest& head) const;
  io::HttpResponse media_type(const io::HttpRequest& head) const;
  io::HttpResponse consumer(const io::HttpRequest& head) const;
  // It speaks HTTP where WebSocket is spoken, or the other way round; it has its answer.
  void protocol(const io::HttpRequest& head, std::string_view spoken) const;

  // The answer to an action, or to what was to be one. action: its name, "" when it has none. Failures are counted;
  // those that say that the client is set up wrongly are told. What is returned takes the result's place: it says also
  // where somebody is to go who speaks the other OneBot.
  std::optional<Error> answered(std::string_view remote, std::string_view action, const ActionResult& result) const;
  // The other side has ended a connection, or refused what was sent to it: whether its words or its address show that
  // it speaks the other OneBot. That is told, the same thing once.
  void ended(std::string_view remote, std::string_view words, std::string_view url = {}) const;

  // What all of these do: a client turned away (reason: as clients_refused counts it), a request answered with a
  // failure, and one that says that the client is set up wrongly. code: as requests_mistaken counts it.
  void tell(const io::HttpRequest& head, std::string_view reason, std::string_view why, std::string_view cure) const;
  void failed() const { log_.count("actions_failed"); }
  void mistaken(std::string_view remote, std::string_view action, const Error& error, std::string_view code,
                std::string_view cure) const;
  // Somebody shows that they speak the other OneBot, and is told where to go; why: "it sends X".
  void other_dialect(std::string_view remote, std::string_view why) const;
  const Signpost& signpost() const { return signpost_; }

 private:
  Log& log_;
  const std::string endpoint_;
  const Signpost signpost_;
  mutable std::string last_told_;  // of another dialect
};

}  // namespace onebot::connect
