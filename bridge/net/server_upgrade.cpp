#include "bridge/net/server_upgrade.h"

#include "bridge/net/http_response.h"
#include "bridge/net/reception.h"

#include <string>
#include <utility>

namespace bridge::net {

namespace io = onebot::io;

io::HttpResponse upgrade_answer(const RequestHead& head, io::WebSocketService& service) {
  const io::HttpRequest& request = head.request;
  if (auto refusal = service.refuse(request)) return *std::move(refusal);
  if (request.method != "GET" || has_body(head)) return plain_answer(400, "an upgrade must be a GET without a body");
  if (!has_token(io::header(request.headers, "Connection").value_or(""), "upgrade")) {
    return plain_answer(400, "an upgrade without Connection: Upgrade");
  }
  if (io::header(request.headers, "Sec-WebSocket-Version") != "13") {
    return plain_answer(426, "only WebSocket version 13", {{"Sec-WebSocket-Version", "13"}});
  }
  const std::string accept = websocket_accept(io::header(request.headers, "Sec-WebSocket-Key").value_or(""));
  if (accept.empty()) return plain_answer(400, "Sec-WebSocket-Key must be 16 bytes in base64");
  io::HttpResponse welcome{
      101, {{"Upgrade", "websocket"}, {"Connection", "Upgrade"}, {"Sec-WebSocket-Accept", accept}}, {}};
  const auto offered = io::header(request.headers, "Sec-WebSocket-Protocol");
  std::string chosen = offered ? service.subprotocol(*offered) : "";
  if (!chosen.empty()) welcome.headers.emplace_back("Sec-WebSocket-Protocol", std::move(chosen));
  return welcome;
}

io::HttpResponse plain_request_answer(const io::HttpRequest& request, io::WebSocketService* service) {
  if (auto refusal = service ? service->refuse(request) : std::nullopt) return *std::move(refusal);
  if (service) service->on_plain(request);
  return plain_answer(426, "this address speaks WebSocket (ws://), not plain HTTP", {{"Upgrade", "websocket"}});
}

}  // namespace bridge::net
