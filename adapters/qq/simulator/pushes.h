// Pushes: what the platform posts to a bot's address instead of to its sessions, signed, and again until it is taken.
// Platform: dev-prepare/event-emit/webhook.

#pragma once

#include "adapters/kit/simulator/deliveries.h"
#include "onebot/crypto.h"
#include "onebot/io.h"
#include "onebot/value.h"

#include <string>
#include <string_view>
#include <utility>

namespace qq::simulator {

class Pushes {
 public:
  Pushes(std::string app_id, std::string_view app_secret, onebot::io::Loop& loop, onebot::io::Client& client);

  const std::string& url() const { return url_; }  // "" = there is no such address
  void set_url(std::string url) { url_ = std::move(url); }

  void push(std::string_view name, const std::string& id, const onebot::Value& content);
  enum class Signature { right, none };
  void validate(Signature signature);  // asks the address to prove that it knows the secret
  // Each push: id, event, statuses (0: no answer), answer, taken. Of a validation "taken" tells that the proof is
  // right.
  onebot::List list() const;

 private:
  void begin(kit::simulator::Deliveries::Delivery delivery, std::string body, Signature signature);
  onebot::io::HttpRequest request(const std::string& body, Signature signature) const;
  std::string timestamp() const;

  std::string app_id_;
  std::string url_{};
  onebot::crypto::Ed25519 key_;
  onebot::io::Loop& loop_;
  onebot::io::Client& client_;
  kit::simulator::Deliveries deliveries_;
};

}  // namespace qq::simulator
