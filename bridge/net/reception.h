// Reception: what every connection of one listener goes by. It lives as long as the last of them.

#pragma once

#include "bridge/net/guesses.h"
#include "bridge/net/inflight.h"
#include "bridge/net/limits.h"
#include "bridge/net/request_head.h"
#include "onebot/adapter.h"
#include "onebot/io.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace bridge::net {

struct Services {
  onebot::io::HttpService* http = nullptr;
  onebot::io::WebSocketService* websocket = nullptr;
};

// What all listeners of a server share.
struct House {
  House(onebot::io::Loop& on, onebot::Log* to, const ServerLimits& within)
      : loop(on), log(to), limits(within), inflight(std::make_shared<Inflight>(on, to, within.inflight)) {}

  onebot::io::Loop& loop;
  onebot::Log* log;  // nullptr: nothing is told
  const ServerLimits limits;
  std::shared_ptr<Inflight> inflight;
};

struct Reception {
  Reception(std::shared_ptr<House> of, onebot::io::Address at, Services with)
      : house(std::move(of)), address(std::move(at)), services(with), guesses(house->limits.refusals) {}

  // Why a request is refused before anybody looks at what is asked; nullopt: it is not.
  std::optional<onebot::io::HttpResponse> refusal(const RequestHead& head, std::string_view caller) const;
  // The answer of a service. Too many that find a token or a signature wrong become another one.
  onebot::io::HttpResponse judged(std::string_view caller, onebot::io::HttpResponse answer);
  // Counts a refusal, and logs what, where and who.
  void tell(onebot::Counter counter, std::string_view reason, std::string_view what) const;

  const std::shared_ptr<House> house;
  onebot::io::Address address;
  Services services;
  Guesses guesses;
};

// Who is to blame for a request: the peer, or whom a proxy on this machine says it speaks for.
std::string caller_of(std::string_view peer, const onebot::io::Headers& headers);

// An answer in plain words.
onebot::io::HttpResponse plain_answer(int status, std::string_view text, onebot::io::Headers headers = {});

}  // namespace bridge::net
