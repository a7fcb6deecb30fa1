// Pushes: what the platform posts to a bot's address instead of to its sessions, signed, and again until it is taken.
// Platform: dev-prepare/event-emit/webhook.

#pragma once

#include "onebot/crypto.h"
#include "onebot/io.h"
#include "onebot/value.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace qq::simulator {

class Pushes {
 public:
  // The waits before each further attempt; how long they are the platform does not say.
  static constexpr std::array<std::chrono::milliseconds, 3> kWaits = {std::chrono::seconds(1), std::chrono::seconds(3),
                                                                      std::chrono::seconds(10)};
  static constexpr std::chrono::milliseconds kPatience{3'000};  // for an answer
  static constexpr std::size_t kMost = 10'000;

  Pushes(std::string app_id, std::string_view app_secret, onebot::io::Loop& loop, onebot::io::Client& client);

  std::string url{};  // "" = there is no such address

  void push(std::string_view name, const std::string& id, const onebot::Value& content);
  enum class Signature { right, none };
  void validate(Signature signature);  // asks the address to prove that it knows the secret
  // Each push: id, event, statuses (0: no answer), answer, taken. Of a validation "taken" tells that the proof is
  // right.
  onebot::List list() const;

 private:
  struct Push {
    std::string id{}, event{}, body{}, answer{};
    std::string proof{};  // the answer that is right; "" = {"op": 12, "d": 0}
    Signature signature = Signature::right;
    onebot::List statuses{};
    bool taken = false;
    onebot::io::Owner step{};  // the attempt or the wait for the next
  };

  void begin(Push push);
  void attempt(std::uint64_t number);
  void attempted(std::uint64_t number, const onebot::Result<onebot::io::HttpResponse>& answer);
  std::string timestamp() const;

  std::string app_id_;
  onebot::crypto::Ed25519 key_;
  onebot::io::Loop& loop_;
  onebot::io::Client& client_;
  std::map<std::uint64_t, Push> pushes_{};  // the newest
  std::uint64_t number_ = 0;
};

}  // namespace qq::simulator
