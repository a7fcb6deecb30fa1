// The outside world in memory, for tests that want no sockets and no sleeping. Time is turned by hand.

#pragma once

#include "onebot/adapter.h"
#include "onebot/io.h"
#include "tests/fakes_loop.h"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fakes {

using namespace std::chrono_literals;
namespace io = onebot::io;

// --- WebSockets ---

// Payloads of ready-made frames; a ping is "ping:" and its payload, a binary message "binary:" and its payload.
inline std::vector<std::string> payloads(std::string_view frames) {
  std::vector<std::string> out;
  while (!frames.empty()) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(frames.at(i)); };
    std::size_t size = byte(1) & 0x7f, head = 2;
    const std::size_t wide = size == 126 ? 2 : size == 127 ? 8 : 0;
    if (wide > 0) size = 0;
    for (std::size_t i = 0; i < wide; ++i) size = size << 8 | byte(head++);
    const int opcode = byte(0) & 0x0f;
    out.push_back(std::string(opcode == 9 ? "ping:" : opcode == 2 ? "binary:" : "").append(frames.substr(head, size)));
    frames.remove_prefix(head + size);
  }
  return out;
}

// The far side of a connection, in the hands of the test. Outlives the near side.
struct Link {
  io::WebSocketPeer* peer = nullptr;  // nullptr: the near side has dropped the socket
  io::HttpRequest upgrade{};
  std::vector<std::string> received{};
  bool reading = true;        // false: a peer that never reads
  bool answers = false;       // pings; else the test does
  bool acknowledging = true;  // false: the kernel has not acknowledged
  bool held = false;
  int closed_with = 0;  // by the near side: close(code), 1006 for a cut, or 1 when the socket was dropped
  std::uint64_t written = 0, acknowledged = 0;
  bool wanted = false;

  void pump() {
    while (peer && reading && wanted) {
      const std::string_view frames = peer->next_frames();
      if (frames.empty()) break;
      written += frames.size();
      for (auto& payload : payloads(frames)) received.push_back(std::move(payload));
      if (answers && received.back().starts_with("ping:")) peer->on_pong(std::string(received.back().substr(5)));
    }
    if (reading) wanted = false;
    if (acknowledging) acknowledged = written;
  }
  void open() { peer->on_open(), pump(); }
  void text(std::string_view bytes) { peer->on_text(bytes), pump(); }
  void binary(std::string_view bytes) { peer->on_binary(bytes), pump(); }
  void pong(std::string_view bytes) { peer->on_pong(bytes), pump(); }
  // What the socket itself does with what cannot be read.
  void broken_text(std::string_view bytes) {
    if (!peer->on_broken_text(bytes)) break_off(1007, "text that is not UTF-8");
  }
  void too_long() {
    using Kind = io::WebSocketPeer::Kind;
    for (const bool last : {false, true}) {
      if (!peer->on_too_long(Kind::text, "piece", last)) return break_off(1009, "message too long");
    }
    pump();
  }
  void break_off(int code, std::string_view why) {
    peer->on_broken(why);
    close(code, why);
  }
  void refuse(int status, const io::Headers& headers) {
    peer->on_refused(headers);
    close(1006, "", status);
  }
  void close(int code, std::string_view reason = "", int status = 0) {
    if (auto* told = std::exchange(peer, nullptr)) told->on_close(code, reason, status);
  }
};

class WebSocket : public io::WebSocket {
 public:
  WebSocket(Loop& loop, std::shared_ptr<Link> link) : loop_(loop), link_(std::move(link)) {}
  ~WebSocket() override {
    link_->peer = nullptr;
    if (link_->closed_with == 0) link_->closed_with = 1;
  }
  void wake() override {
    link_->wanted = true;
    loop_.post([weak = std::weak_ptr(link_)] {
      if (const auto link = weak.lock()) link->pump();
    });
  }
  void close(int code, std::string_view) override { end(code); }
  void cut() override { end(1006); }
  void hold(bool held) override { link_->held = held; }
  std::uint64_t acknowledged() const override { return link_->acknowledged; }

 private:
  void end(int code) {
    link_->closed_with = code;
    loop_.post([weak = std::weak_ptr(link_), code] {
      if (const auto link = weak.lock()) link->close(code);
    });
  }

  Loop& loop_;
  std::shared_ptr<Link> link_;
};

// --- HTTP ---

class Client : public io::Client {
 public:
  struct Call {
    io::HttpRequest request{};
    std::function<void(onebot::Result<io::HttpResponse>)> done{};  // empty: answered, or dropped

    void answer(int status, std::string body, io::Headers headers = {}) {
      if (auto told = std::exchange(done, nullptr)) told(io::HttpResponse{status, std::move(headers), std::move(body)});
    }
    void answer_with(io::HttpResponse response) {
      if (auto told = std::exchange(done, nullptr)) told(std::move(response));
    }
    void fail(std::string why) {
      if (auto told = std::exchange(done, nullptr)) told(onebot::fail(onebot::Retcode::network_error, std::move(why)));
    }
  };

  explicit Client(Loop& loop) : loop_(loop) {}

  io::Owner send(io::HttpRequest request, std::function<void(onebot::Result<io::HttpResponse>)> done) override {
    calls.push_back(std::make_shared<Call>(Call{std::move(request), std::move(done)}));
    if (script) {
      loop_.post([this, call = calls.back()] {
        if (call->done) call->answer_with(script(call->request));
      });
    }
    return std::make_unique<Dropped>(calls.back());
  }
  std::unique_ptr<io::WebSocket> connect(io::HttpRequest upgrade, io::WebSocketPeer& peer) override {
    links.push_back(std::make_shared<Link>(Link{.peer = &peer, .upgrade = std::move(upgrade)}));
    return std::make_unique<WebSocket>(loop_, links.back());
  }

  std::vector<std::shared_ptr<Call>> calls;
  std::vector<std::shared_ptr<Link>> links;
  std::function<io::HttpResponse(const io::HttpRequest&)> script;  // answers every call, when set

 private:
  struct Dropped : io::Pending {
    explicit Dropped(std::shared_ptr<Call> dropped) : call(std::move(dropped)) {}
    ~Dropped() override { call->done = nullptr; }
    std::shared_ptr<Call> call;
  };

  Loop& loop_;
};

// What became of one HTTP request to a service.
struct Answered {
  std::optional<io::HttpResponse> response{};
  std::function<void(io::Receipt)> told{};  // the test calls it
  std::optional<bool> acknowledged{};       // by the client's kernel; nullopt: something else is known
  bool gone = false;
};

class Exchange : public io::Exchange {
 public:
  explicit Exchange(std::shared_ptr<Answered> answered) : answered_(std::move(answered)) {}
  ~Exchange() override {
    if (!answered_->response) answered_->response = io::HttpResponse{500, {}, {}};
  }
  void answer(io::HttpResponse response, std::function<void(io::Receipt)> told) override {
    answered_->response = std::move(response);
    answered_->told = std::move(told);
  }
  std::optional<bool> acknowledged() const override { return answered_->acknowledged; }
  bool gone() const override { return answered_->gone; }

 private:
  std::shared_ptr<Answered> answered_;
};

class Server : public io::Server {
 public:
  explicit Server(Loop& loop) : loop_(loop) {}

  onebot::Result<int> listen(const io::Address& address, io::HttpService* for_http,
                             io::WebSocketService* for_websocket) override {
    addresses.push_back(address);
    if (for_http) http = for_http;
    if (for_websocket) websocket = for_websocket;
    return address.port == 0 ? 40000 : address.port;
  }

  // One HTTP request, as the network would bring it.
  std::shared_ptr<Answered> request(io::HttpRequest request) {
    auto answered = std::make_shared<Answered>();
    if (auto refusal = http->refuse(request)) {
      answered->response = std::move(refusal);
    } else {
      http->serve(std::move(request), std::make_unique<Exchange>(answered));
    }
    return answered;
  }
  // One upgrade; nullptr when it was refused, with the status in `refused`.
  std::shared_ptr<Link> connect(io::HttpRequest upgrade) {
    refused = 0;
    if (auto refusal = websocket->refuse(upgrade)) {
      refused = refusal->status;
      return nullptr;
    }
    auto link = std::make_shared<Link>();
    link->upgrade = upgrade;
    link->answers = clients_answer;
    link->peer = websocket->accept(upgrade, std::make_unique<WebSocket>(loop_, link));
    link->open();
    loop_.run();
    return link;
  }

  std::vector<io::Address> addresses;
  io::HttpService* http = nullptr;
  io::WebSocketService* websocket = nullptr;
  int refused = 0;
  bool clients_answer = false;  // pings

 private:
  Loop& loop_;
};

// --- what an adapter sees of the bridge ---

class EventSink : public onebot::EventSink {
 public:
  void emit(onebot::Arrival arrival) override {
    for (auto& record : arrival.records) records.push_back(record);
    arrivals.push_back(std::move(arrival));
  }
  void set_online(bool now) override {
    online = now;
    changes.push_back(now);
  }
  void remember(onebot::Record record) override { records.push_back(std::move(record)); }
  std::vector<onebot::Record> recall(std::string_view kind) override {
    std::vector<onebot::Record> found;
    for (const auto& record : records) {
      if (record.kind != kind) continue;
      std::erase_if(found, [&](const auto& old) { return old.key == record.key; });
      if (!record.value.empty()) found.push_back(record);
    }
    return found;
  }
  std::vector<onebot::Event> events() const {
    std::vector<onebot::Event> all;
    for (const auto& arrival : arrivals) all.insert(all.end(), arrival.events.begin(), arrival.events.end());
    return all;
  }

  std::vector<onebot::Arrival> arrivals;
  std::vector<onebot::Record> records;
  std::vector<bool> changes;
  bool online = false;
};

class Log : public onebot::Log {
 public:
  void line(onebot::LogLevel level, std::string_view text) override { lines.emplace_back(level, text); }
  void count(onebot::Counter counter, std::uint64_t by) override { counters[std::string(counter.name())] += by; }
  void count_one(onebot::Counter counter, std::string_view value) override {
    counters[std::string(counter.name()).append(" ").append(value)] += 1;
  }
  bool contains(std::string_view text) const {
    for (const auto& [level, line] : lines) {
      if (line.find(text) != std::string::npos) return true;
    }
    return false;
  }

  std::vector<std::pair<onebot::LogLevel, std::string>> lines;
  std::map<std::string, std::uint64_t, std::less<>> counters;
};

class Ingress : public onebot::Ingress {
 public:
  io::Owner on_push(std::string path, Push push) override {
    pushes[path] = std::move(push);
    struct Removed : io::Pending {
      Removed(Ingress& owner, std::string at) : ingress(owner), path(std::move(at)) {}
      ~Removed() override { ingress.pushes.erase(path); }
      Ingress& ingress;
      std::string path;
    };
    return std::make_unique<Removed>(*this, path);
  }
  std::shared_ptr<Answered> push(const std::string& path, io::HttpRequest request) {
    auto answered = std::make_shared<Answered>();
    pushes.at(path)(std::move(request), std::make_unique<Exchange>(answered));
    return answered;
  }

  std::map<std::string, Push> pushes;
};

// Files that exist because the test put them there.
class Files : public onebot::Files {
 public:
  explicit Files(Loop& loop) : loop_(loop) {}

  // The id of a new file with these bytes.
  std::string add(std::string name, std::string bytes, std::string sha256 = "") {
    const std::string id = "file-" + std::to_string(files.size() + 1);
    onebot::File file{
        .name = std::move(name), .size = bytes.size(), .sha256 = std::move(sha256), .path = "/files/" + id};
    bytes_[file.path] = std::move(bytes);
    files[id] = std::move(file);
    return id;
  }
  io::Owner open(std::string file_id, std::function<void(onebot::Result<onebot::File>)> done) override {
    opened.push_back(file_id);
    return later([this, file_id, done] {
      const auto found = files.find(file_id);
      if (found != files.end()) return done(found->second);
      done(onebot::fail(onebot::Retcode::unknown_file, "there is no such file"));
    });
  }
  io::Owner read(const onebot::File& file, std::uint64_t offset, std::size_t size,
                 std::function<void(onebot::Result<std::string>)> done) override {
    return later([this, path = file.path, offset, size, done] {
      const std::string& all = bytes_.at(path);
      done(offset < all.size() ? all.substr(static_cast<std::size_t>(offset), size) : std::string());
    });
  }

  std::map<std::string, onebot::File, std::less<>> files;
  std::vector<std::string> opened;

 private:
  struct Wanted : io::Pending {
    std::shared_ptr<bool> wanted = std::make_shared<bool>(true);
    ~Wanted() override { *wanted = false; }
  };
  io::Owner later(std::function<void()> task) {
    auto owner = std::make_unique<Wanted>();
    loop_.post([wanted = owner->wanted, task = std::move(task)] {
      if (*wanted) task();
    });
    return owner;
  }

  Loop& loop_;
  std::map<std::string, std::string> bytes_;
};

// Everything a Host refers to.
struct World {
  Loop loop;
  Client client{loop};
  Server server{loop};
  Ingress ingress;
  EventSink events;
  Files files{loop};
  Log log;
  onebot::Host host{loop, client, ingress, events, files, log};
};

}  // namespace fakes
