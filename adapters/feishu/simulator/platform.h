// Platform: the simulator as one object; simulator.h makes it.

#pragma once

#include "adapters/feishu/dialect.h"
#include "adapters/feishu/simulator/directory.h"
#include "adapters/feishu/simulator/long_connection.h"
#include "adapters/feishu/simulator/marks.h"
#include "adapters/feishu/simulator/messages.h"
#include "adapters/feishu/simulator/pushes.h"
#include "onebot/io.h"
#include "onebot/simulator.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace feishu::simulator {

class Platform final : public onebot::Simulator, private onebot::io::HttpService {
 public:
  Platform(const Dialect& dialect, onebot::io::Loop& loop, onebot::io::Server& server, onebot::io::Client& client,
           int number);

  onebot::Result<int> open(const onebot::io::Address& address) override;
  onebot::Fields bot() const override;
  void set_push_url(std::string url) override { pushes_.settings().url = std::move(url); }
  onebot::Status play(onebot::json::View native) override;
  std::span<const std::string_view> samples() const override;

 private:
  using Request = onebot::io::HttpRequest;
  using Response = onebot::io::HttpResponse;
  // What a route gets: the ids in its path and the body.
  struct Call {
    const Request& request;
    std::string id{}, key{};
    onebot::json::View body{};
  };
  struct Route {
    enum class Needs { nothing, token };
    std::string_view method{}, path{};  // of the dialect, or one of the simulator's own
    Response (Platform::*answer)(const Call&) = nullptr;
    Needs needs = Needs::token;
  };

  void serve(Request request, std::unique_ptr<onebot::io::Exchange> exchange) override;
  Response answer(const Request& request);
  Response call_api(const Request& request, onebot::json::View body);
  Response call_simulator(const Request& request, onebot::json::View body);
  std::optional<Response> refusal(const Route& route, const Request& request);
  Response reply(Reply reply);

  Response give_token(const Call& call);
  Response give_endpoint(const Call& call);
  Response describe_bot(const Call& call);
  Response describe_chat(const Call& call);
  Response create_message(const Call& call);
  Response reply_message(const Call& call);
  Response delete_message(const Call& call);
  Response get_message(const Call& call);
  Response describe_user(const Call& call) { return reply(directory_.user(call.id)); }
  Response list_chats(const Call& call) { return reply(directory_.chats(call.request.query)); }
  Response rename_chat(const Call& call) { return reply(directory_.rename(call.id, call.body)); }
  Response list_members(const Call& call) { return reply(directory_.members(call.id, call.request.query)); }
  Response leave_chat(const Call& call) { return reply(directory_.leave(call.id)); }
  Response list_history(const Call& call) { return reply(messages_.history(call.request.query)); }
  Response edit_message(const Call& call) { return reply(messages_.edit(call.id, call.body)); }
  Response patch_card(const Call& call) { return reply(messages_.patch(call.id, call.body)); }
  Response update_card(const Call& call) { return reply(messages_.update_card(call.body)); }
  Response list_readers(const Call& call) { return reply(messages_.read_users(call.id, call.request.query)); }
  Response urge_message(const Call& call) { return reply(messages_.urge(call.id, call.body)); }
  Response react(const Call& call) { return reply(marks_.react(call.id, call.body)); }
  Response list_reactions(const Call& call) { return reply(marks_.reactions(call.id, call.request.query)); }
  Response remove_reaction(const Call& call) { return reply(marks_.remove_reaction(call.id, call.key)); }
  Response pin_message(const Call& call) { return reply(marks_.pin(call.body)); }
  Response list_pins(const Call& call) { return reply(marks_.pins(call.request.query)); }
  Response unpin_message(const Call& call) { return reply(marks_.unpin(call.id)); }
  Response forward_message(const Call& call);
  Response give_resource(const Call& call);
  Response take_image(const Call& call) { return reply(directory_.upload("image", call.request.body)); }
  Response take_file(const Call& call) { return reply(directory_.upload("file", call.request.body)); }

  // /simulator/
  Response play_event(const Call& call);
  Response set_push(const Call& call);
  Response set(const Call& call);
  Response refuse_next(const Call& call);
  Response expire_token(const Call& call);
  Response list_sent(const Call& call);
  Response list_pushes(const Call& call);
  Response set_long_connection(const Call& call);
  Response mute(const Call& call);
  Response disconnect(const Call& call);
  Response show_long_connection(const Call& call);
  Response show_state(const Call& call);
  Response list_calls(const Call& call);
  static const Route kOwnRoutes[];

  void renew_token();
  int token_failure(std::string_view authorization) const;  // the platform's code; 0: it is accepted
  Response tell_sent(Reply reply);

  struct Refusal {
    int code = 0, status = 400, count = 0;
    std::string reset{};  // of the rate limit, in seconds; "" = not said
  };

  const Dialect& dialect_;
  onebot::io::Loop& loop_;
  onebot::io::Server& server_;
  std::string app_id_, bot_id_;
  std::string host_{};
  int port_ = 0;
  std::string token_{}, old_token_{};
  std::chrono::milliseconds token_ends_{0}, old_token_ends_{0};
  std::int64_t tokens_ = 0, requests_ = 0;
  Refusal refusal_{};
  std::map<std::string, std::int64_t> calls_{};  // that went well, by method and path
  Messages messages_;
  Marks marks_;
  Directory directory_{};
  LongConnections long_connections_;
  Pushes pushes_;
};

}  // namespace feishu::simulator
