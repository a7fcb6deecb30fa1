// Gate: the entrance to the gateway, shared by the shards of one bot: where the gateway is, how many sessions are left
// today, and whose turn it is to identify. Platform: openapi/wss/shard_url_get.
//
// Identifies are as far apart as the platform allows, whichever shard sends them, and none is sent when there are fewer
// sessions left than shards that need one. A resume costs nothing and never waits.

#pragma once

#include "adapters/qq/calls/api.h"
#include "adapters/qq/feed/gateway.h"
#include "onebot/adapter.h"
#include "onebot/io.h"
#include "onebot/task.h"

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <list>
#include <optional>
#include <string>

namespace qq {

class Gate {
 public:
  enum class Wish { advice, resume, identify };
  struct Refusal {
    onebot::Error error{};
    std::optional<std::chrono::milliseconds> wait{};  // the platform's word on when to come again
  };
  using Answer = std::expected<std::string, Refusal>;  // the URL to connect to
  using Go = std::function<void(Answer)>;

  // fixed_url: "" = ask the API.
  Gate(std::string fixed_url, Api& api, onebot::io::Loop& loop, onebot::Log& log);

  // `go` may be called inside. Who wishes to identify has the turn from then on until it drops the owner.
  [[nodiscard]] onebot::io::Owner enter(Wish wish, Go go);
  void identified();  // by who has the turn
  // How many shards the platform last advised; 1 before it was asked.
  std::int64_t advised_shards() const { return advised_shards_; }

 private:
  class Visitor;
  using Visitors = std::list<Visitor*>;

  using Found = std::expected<Discovery, Refusal>;
  std::optional<Found> answered_before(Wish wish) const;
  void take(Found found);
  onebot::Task<Found> discovered();
  onebot::Task<std::expected<Discovery, Failure>> asked(std::string path);
  Discovery known() const { return {url_, advised_shards_, std::nullopt, {}, max_concurrency_}; }
  Refusal refused(const Failure& failure);
  void admit(const Discovery& found);
  bool too_few_left(const Discovery& found);
  void tell(Visitors& visitors, const Answer& answer);
  void next();
  void left(Visitor& visitor);

  std::string fixed_url_;
  Api& api_;
  onebot::io::Loop& loop_;
  onebot::Log& log_;

  std::string url_{};  // as last discovered
  std::int64_t advised_shards_ = 1;
  std::int64_t max_concurrency_ = 1;
  std::int64_t identified_ = 0;               // since the discovery that is under way was asked for
  std::chrono::milliseconds identify_at_{0};  // not before
  std::chrono::milliseconds ask_at_{0};       // the API, not before

  Visitors asking_{}, queue_{};  // for the discovery; for the turn
  Visitors telling_{};           // an answer, just now
  Visitor* inside_ = nullptr;    // has the turn
  onebot::io::Owner call_{}, timer_{};
};

}  // namespace qq
