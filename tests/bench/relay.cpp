// bench_relay: the yardstick. A plain libwebsockets relay: every message of a gateway goes to one WebSocket client with
// one write, untranslated, unlogged.
//
//   bench_relay GATEWAY_PORT CONSUMER_PORT

#include <libwebsockets.h>

#include <cstdio>
#include <cstdlib>
#include <deque>
#include <string>

namespace {

std::deque<std::string> queue;  // each with LWS_PRE bytes in front
std::string arriving;
lws* consumer = nullptr;
lws* gateway = nullptr;
bool identified = false;

void push(const void* in, std::size_t size, bool final) {
  if (arriving.empty()) arriving.assign(LWS_PRE, '\0');
  arriving.append(static_cast<const char*>(in), size);
  if (!final) return;
  queue.push_back(std::move(arriving));
  arriving.clear();
  if (consumer) lws_callback_on_writable(consumer);
}

int on_gateway(lws* wsi, lws_callback_reasons reason, void*, void* in, size_t size) {
  switch (reason) {
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
      lws_callback_on_writable(wsi);
      break;
    case LWS_CALLBACK_CLIENT_WRITEABLE:
      if (!identified) {
        identified = true;
        std::string frame(LWS_PRE, '\0');
        const std::string identify = R"({"op":2,"d":{"token":"QQBot T","intents":33554432,"shard":[0,1]}})";
        frame += identify;
        lws_write(wsi, reinterpret_cast<unsigned char*>(frame.data()) + LWS_PRE, identify.size(), LWS_WRITE_TEXT);
      }
      break;
    case LWS_CALLBACK_CLIENT_RECEIVE:
      push(in, size, lws_is_final_fragment(wsi) && lws_remaining_packet_payload(wsi) == 0);
      break;
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
    case LWS_CALLBACK_CLIENT_CLOSED:
      std::exit(0);
    default:
      break;
  }
  return 0;
}

int on_consumer(lws* wsi, lws_callback_reasons reason, void*, void*, size_t) {
  switch (reason) {
    case LWS_CALLBACK_ESTABLISHED:
      consumer = wsi;
      break;
    case LWS_CALLBACK_CLOSED:
      consumer = nullptr;
      break;
    case LWS_CALLBACK_SERVER_WRITEABLE:
      if (queue.empty()) break;
      lws_write(wsi, reinterpret_cast<unsigned char*>(queue.front().data()) + LWS_PRE, queue.front().size() - LWS_PRE,
                LWS_WRITE_TEXT);
      queue.pop_front();
      if (!queue.empty()) lws_callback_on_writable(wsi);
      break;
    default:
      break;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  lws_set_log_level(LLL_ERR, nullptr);
  static const lws_protocols protocols[] = {{"consumer", on_consumer, 0, 1 << 16, 0, nullptr, 1 << 17},
                                            {"gateway", on_gateway, 0, 1 << 16, 0, nullptr, 1 << 17},
                                            {}};
  lws_context_creation_info info{};
  info.port = std::atoi(argv[2]);
  info.iface = "127.0.0.1";
  info.protocols = protocols;
  info.gid = -1;
  info.uid = -1;
  lws_context* context = lws_create_context(&info);
  if (!context) return 1;
  lws_client_connect_info connect{};
  connect.context = context;
  connect.address = "127.0.0.1";
  connect.host = "127.0.0.1";
  connect.port = std::atoi(argv[1]);
  connect.path = "/ws";
  connect.local_protocol_name = "gateway";
  gateway = lws_client_connect_via_info(&connect);
  if (!gateway) return 1;
  while (lws_service(context, 0) >= 0) {
  }
}
