// The outside world as adapters and transports see it: time, HTTP, WebSockets.
//
// Every asynchronous call returns an owner. Drop the owner and its callback never runs.
// bridge/net implements all of this on libwebsockets and libcurl; tests/fakes.h implements it in memory.
// Everything is loop thread only, except Loop::post.

#pragma once

#include "onebot/result.h"
#include "onebot/told.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace onebot::io {

class Pending {
 public:
  virtual ~Pending() = default;
};
using Owner = std::unique_ptr<Pending>;

class Loop {
 public:
  virtual ~Loop() = default;
  virtual void post(Then task) = 0;  // from any thread; runs on the loop thread, in order
  [[nodiscard]] virtual Owner after(std::chrono::milliseconds, Then task) = 0;  // once
  virtual std::chrono::milliseconds now() const = 0;                            // monotonic
  virtual double wall() const = 0;  // seconds since the epoch, with fraction
};

using Headers = std::vector<std::pair<std::string, std::string>>;

// The value of a header, by case-insensitive name; nullopt when absent.
std::optional<std::string_view> header(const Headers& headers, std::string_view name);

// Bytes of a file on this machine: [offset, offset + size).
struct FilePart {
  std::string path{};
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

struct HttpRequest {
  std::string method = "GET";
  std::string url{};     // going out: absolute. Coming in: the decoded path, "/onebot/v12"
  std::string query{};   // coming in only: what follows "?", not decoded
  std::string remote{};  // coming in only: who asks, "192.0.2.1:50000"; "" when that is not known
  Headers headers{};
  std::string body{};
  std::chrono::milliseconds timeout{30'000};  // going out only: for the whole exchange; 0 = none
  std::size_t max_body = 4 << 20;  // going out only: of the answer, beyond which it is an error; of WebSocket messages

  // Going out only, for bodies that do not fit memory: what is sent is body, then file, then tail.
  std::optional<FilePart> file{};
  std::string tail{};
  std::string save_to{};  // a path: the body of a 2xx answer is written to this new file, and response.body is ""
  std::function<bool(std::uint64_t)> may_save{};  // asked before so many bytes more are; false: there is no room, 36005
  bool public_only = false;  // connect to no loopback, private or link-local address, whatever the name resolves to
};

// A parameter of a raw query, percent-decoded once ("+" is a blank); nullopt when absent.
std::optional<std::string> query_param(std::string_view query, std::string_view name);
std::string percent_encode(std::string_view text);  // everything but unreserved characters

struct HttpResponse {
  int status = 200;
  Headers headers{};
  std::string body{};
  std::optional<FilePart> file{};  // a server's only, for bodies that do not fit memory: sent behind body
};

// --- WebSockets ---

// One open or opening connection. Destroying it closes the connection with 1000, and the peer is not called again.
class WebSocket {
 public:
  virtual ~WebSocket() = default;
  virtual void wake() = 0;  // asks for next_frames() as soon as the socket can take bytes
  virtual void close(int code, std::string_view reason) = 0;  // on_close() follows
  // Ends as when the network is lost: no close frame, nothing more is written. on_close() follows, never inside.
  virtual void cut() = 0;
  virtual void hold(bool) = 0;  // true: stop reading from the peer until hold(false)
  // Bytes of next_frames() that the peer's kernel has acknowledged (SIOCOUTQ); never too many.
  virtual std::uint64_t acknowledged() const = 0;
};

// What a WebSocket tells whoever holds it. Messages arrive whole, below a size limit; what on_text() gets is UTF-8.
// Pings of the other side are answered by the socket itself.
class WebSocketPeer {
 public:
  virtual ~WebSocketPeer() = default;
  virtual void on_open() {}
  virtual void on_text(std::string_view text) = 0;
  virtual void on_binary(std::string_view) {}
  virtual void on_pong(std::string_view) {}
  // A message beyond the size limit passes, piece by piece as it comes; nothing of it is kept. True: it is read over,
  // and the connection goes on; false: it closes with 1009.
  enum class Kind { text, binary };
  virtual bool on_too_long(Kind, std::string_view piece, bool last) {
    static_cast<void>(piece), static_cast<void>(last);
    return false;
  }
  // A text that is not UTF-8. True: it was taken as it is, and the connection goes on; false: it closes with 1007.
  virtual bool on_broken_text(std::string_view bytes) { return static_cast<void>(bytes), false; }
  // What came is no WebSocket's, or beyond all measure, so this side closes: on_close() follows.
  virtual void on_broken(std::string_view why) { static_cast<void>(why); }
  // Whole, unmasked, ready-made frames (onebot/frame.h), many at once; "" when there is nothing to send.
  // Valid until the next call on the peer. The socket copies only what the kernel does not take.
  virtual std::string_view next_frames() = 0;
  // The upgrade was answered with something else: its headers; on_close() follows with the status.
  virtual void on_refused(const Headers&) {}
  // The connection ended or never came to be; code is the close code, 1006 when there was none;
  // http_status is that of a refused upgrade, else 0. The WebSocket may be destroyed inside this call.
  virtual void on_close(int code, std::string_view reason, int http_status) = 0;
};

class Client {
 public:
  virtual ~Client() = default;
  // Any status is a success here; errors (network_error) are DNS, TLS, timeouts, broken answers.
  // No redirects are followed. https is always verified.
  [[nodiscard]] virtual Owner send(HttpRequest, ToldResult<HttpResponse> done) = 0;
  // ws:// or wss://. on_open() or on_close() follows, never inside this call.
  [[nodiscard]] virtual std::unique_ptr<WebSocket> connect(HttpRequest upgrade, WebSocketPeer&) = 0;
};

// --- Servers ---

// What shows that a client has an answer.
enum class Receipt {
  none,   // the connection ended otherwise
  ended,  // it was for a single request, the client's kernel has all of the answer, and it ended in order: as it does
          // when the client has read it, and as it does when the client is killed
  had,    // the client asks again on the same connection, or its kernel has all of it and the connection stays
};

// One request that waits for its answer. Destroyed unanswered, it answers 500.
class Exchange {
 public:
  virtual ~Exchange() = default;
  // Once. One whose connection stays is told nothing for a while. A file is opened inside the call, and read as the
  // client takes it; one that is not there, or shorter than its part, makes it 500.
  virtual void answer(HttpResponse, Told<Receipt> told = {}) = 0;
  // Whether the client's kernel has all of the answer; kernels may take 40 ms to say so. nullopt: something was told of
  // it already.
  virtual std::optional<bool> acknowledged() const = 0;
  virtual bool gone() const = 0;  // the client has closed the connection
};

// A body beyond the size limit passes, piece by piece as it comes; nothing of it is kept.
class LongBody {
 public:
  virtual ~LongBody() = default;
  virtual void piece(std::string_view bytes) = 0;
  virtual HttpResponse end() = 0;  // the answer; the last call
};

class HttpService {
 public:
  virtual ~HttpService() = default;
  // Called with the head alone, before the body is read: a refusal, or nullopt to go on.
  virtual std::optional<HttpResponse> refuse(const HttpRequest&) { return std::nullopt; }
  virtual void serve(HttpRequest, std::unique_ptr<Exchange>) = 0;
  // Called with the head of a request whose body is beyond the size limit. nullptr: 413, and it is not read.
  virtual std::unique_ptr<LongBody> serve_long(const HttpRequest&) { return nullptr; }
  // An upgrade came to this address, which has no WebSocketService, and was answered with 400.
  virtual void on_upgrade(const HttpRequest&) {}
  // Lower-case names of the headers it wants besides Authorization, Content-Type and User-Agent.
  virtual std::vector<std::string> headers() const { return {}; }
};

class WebSocketService {
 public:
  virtual ~WebSocketService() = default;
  // Before the upgrade: a plain HTTP refusal, or nullopt to go on.
  virtual std::optional<HttpResponse> refuse(const HttpRequest& upgrade) = 0;
  // A plain request came to this address, which has no HttpService, passed refuse(), and was answered with 426.
  virtual void on_plain(const HttpRequest&) {}
  // The subprotocol to select among those offered; "" selects none.
  virtual std::string subprotocol(std::string_view) { return {}; }
  // The peer for an upgraded connection, which owns the socket; on_open() follows. Never nullptr.
  virtual WebSocketPeer* accept(const HttpRequest& upgrade, std::unique_ptr<WebSocket>) = 0;
};

struct Address {
  std::string host = "127.0.0.1";
  int port = 0;            // 0: any free port
  std::string tls_cert{};  // PEM files; "" = plain
  std::string tls_key{};
  // Of an HTTP request (HttpService::serve_long) or a WebSocket message (WebSocketPeer::on_too_long).
  std::size_t max_body = 1 << 20;
  // Names under which it may be called besides IP addresses and localhost, and whose web pages may use it; lower case.
  std::vector<std::string> hosts{};
  bool any_host = false;  // every name and page may: who calls is proven otherwise
  bool operator==(const Address&) const = default;
};

class Server {
 public:
  virtual ~Server() = default;
  // Listens, and returns the port. The same host and port twice adds the missing service to it.
  // Services live until the Server ends. A service that is nullptr is absent: plain HTTP to a WebSocket-only
  // address answers 426, an upgrade on an HTTP-only address 400.
  // Error: filesystem_error naming host and port, when it cannot listen there.
  virtual Result<int> listen(const Address&, HttpService*, WebSocketService*) = 0;
};

}  // namespace onebot::io
