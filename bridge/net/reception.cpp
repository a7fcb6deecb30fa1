#include "bridge/net/reception.h"

#include "bridge/net/authority.h"
#include "bridge/net/door.h"
#include "bridge/net/peer.h"
#include "onebot/ascii.h"

#include <fmt/format.h>

namespace bridge::net {

namespace io = onebot::io;

namespace {

io::HttpResponse too_many(std::chrono::milliseconds wait) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
  return plain_answer(429, fmt::format("too many refused requests from this address; again in {} seconds", seconds),
                      {{"Retry-After", fmt::format("{}", seconds)}});
}

}  // namespace

io::HttpResponse plain_answer(int status, std::string_view text, io::Headers headers) {
  headers.emplace_back("Content-Type", "text/plain");
  return {status, std::move(headers), fmt::format("{}\n", text)};
}

std::string caller_of(std::string_view peer, const io::Headers& headers) {
  if (!is_loopback_peer(peer)) return std::string(peer);
  const std::string_view list = io::header(headers, "X-Forwarded-For").value_or("");
  const std::string_view last = onebot::ascii::trimmed(list.substr(list.rfind(',') + 1));
  if (is_ip_address(last)) return std::string(last);
  const auto with_port = read_authority(last);
  return with_port && is_ip_address(with_port->host) ? with_port->host : std::string(peer);
}

void Reception::tell(onebot::Counter counter, std::string_view reason, std::string_view what) const {
  if (!house->log) return;
  house->log->count_one(counter, reason);
  house->log->line(onebot::LogLevel::warn, fmt::format("{} listener={}:{}", what, address.host, address.port));
}

std::optional<io::HttpResponse> Reception::refusal(const RequestHead& head, std::string_view caller) const {
  if (const auto away = turned_away(head, address)) {
    tell("requests_refused", away->reason,
         fmt::format("a request is refused: {} peer={} {}=\"{}\"", away->why, caller, away->reason,
                     onebot::ascii::printable(away->seen)));
    return plain_answer(403, away->why);
  }
  const auto wait = guesses.wait(caller, house->loop.now());
  // Whoever is proven by a signature is looked at nevertheless: behind a proxy all the world may have one address.
  if (wait.count() == 0 || address.any_host) return std::nullopt;
  return too_many(wait);
}

io::HttpResponse Reception::judged(std::string_view caller, io::HttpResponse answer) {
  if (answer.status != 401 && answer.status != 403) return answer;
  const auto now = house->loop.now();
  const auto wait = guesses.wait(caller, now);
  guesses.add(caller, now);
  if (wait.count() > 0) return too_many(wait);
  const auto next = guesses.wait(caller, now);
  if (next.count() > 0) {
    tell("requests_refused", "guesses",
         fmt::format("too many refused requests from one address, which has to wait peer={} wait_ms={}; "
                     "see limits.refusals",
                     caller, next.count()));
  }
  return answer;
}

}  // namespace bridge::net
