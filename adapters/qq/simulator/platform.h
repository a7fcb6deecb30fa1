// Platform: the simulator as one object; simulator.h makes it. platform.cpp is its HTTP, flood.cpp its load,
// knobs.cpp its faults.

#pragma once

#include "adapters/qq/simulator/chats.h"
#include "adapters/qq/simulator/community.h"
#include "adapters/qq/simulator/pushes.h"
#include "adapters/qq/simulator/script.h"
#include "adapters/qq/simulator/sessions.h"
#include "adapters/qq/simulator/uploads.h"
#include "onebot/io.h"
#include "onebot/simulator.h"

#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace qq::simulator {

class Platform final : public onebot::Simulator, private onebot::io::HttpService {
 public:
  Platform(onebot::io::Loop& loop, onebot::io::Server& server, onebot::io::Client& client, int number);

  onebot::Result<int> open(const onebot::io::Address& address) override;
  onebot::Fields bot() const override;
  void set_push_url(std::string url) override { pushes_.url = std::move(url); }
  onebot::Status play(onebot::json::View native) override;
  std::span<const std::string_view> samples() const override;

 private:
  using Request = onebot::io::HttpRequest;
  using Response = onebot::io::HttpResponse;
  struct Route {
    std::string_view method{}, path{};
    Response (Platform::*answer)(const Request&) = nullptr;
    bool open = false;  // without Authorization
  };
  static const Route kRoutes[];

  void serve(Request request, std::unique_ptr<onebot::io::Exchange> exchange) override;
  Response answer(const Request& request);
  Response give_token(const Request& request);
  Response name_gateway(const Request& request);
  Response describe_gateway(const Request& request);
  Response describe_bot(const Request& request);
  std::optional<Response> answer_parts(const Request& request);
  Response told(const std::expected<onebot::Value, Refusal>& answer);
  Response chat(const Request& request, const ChatPath& path);
  Response send(const Request& request, const ChatPath& path);
  Response faulty(const Fault& fault, onebot::Fields body);
  Response review(const Fault& fault, const ChatPath& path, const std::string& message_id);
  void reviewed(const Fault& fault, const ChatPath& path, const std::string& audit_id, const std::string& message_id);

  // /simulator/
  Response play_event(const Request& request);
  Response flood(const Request& request);
  Response close(const Request& request);
  Response reconnect(const Request& request);
  Response grant(const Request& request);
  Response refuse_sends(const Request& request);
  Response expire_token(const Request& request);
  Response list_sent(const Request& request);
  Response show_state(const Request& request);
  Response list_uploads(const Request& request);
  Response list_reactions(const Request& request);
  Response list_interactions(const Request& request);
  Response set_script(const Request& request);
  Response limit(const Request& request);
  Response freeze(const Request& request);
  Response invalidate(const Request& request);
  Response set_push(const Request& request);
  Response validate_address(const Request& request);
  Response list_pushes(const Request& request);

  onebot::Fields bot_user() const;
  Response refusal(int status, int code, std::string_view message);
  bool is_token(std::string_view authorization) const;
  void renew_token();
  void emit(std::string_view name, const std::string& id, const onebot::Value& content);
  void pour();
  onebot::Fields flood_message(std::int64_t number, std::size_t bytes);

  struct Flood {
    std::int64_t count = 0, sent = 0;
    double rate = 1000;  // a second
    std::size_t bytes = 100;
    std::chrono::milliseconds since{0};
  };

  onebot::io::Loop& loop_;
  onebot::io::Server& server_;
  std::string app_id_, bot_id_;
  std::string host_{};
  int port_ = 0;
  std::string token_{}, old_token_{};
  std::chrono::milliseconds token_ends_{0}, old_token_ends_{0};
  std::int64_t tokens_ = 0, events_ = 0, requests_ = 0;
  Gateway gateway_;
  Pushes pushes_;
  Chats chats_;
  Community community_;
  Uploads uploads_{};
  Script script_{};
  std::map<std::string, onebot::io::Owner> reviews_{};  // by audit id
  std::list<Flood> floods_{};
  onebot::io::Owner pouring_{};
};

}  // namespace qq::simulator
