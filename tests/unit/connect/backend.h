// A backend in memory: a log, cursors, and actions that the test answers when it likes.

#pragma once

#include "onebot/connect/head.h"
#include "onebot/connect/transports.h"
#include "onebot/json.h"
#include "onebot/msgpack.h"
#include "onebot/transport.h"
#include "tests/fakes.h"

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace connect_test {

using namespace std::chrono_literals;
using onebot::Action;
using onebot::Fields;
using onebot::List;
using onebot::Reply;
using onebot::Retcode;
using onebot::Self;
using onebot::Seq;
using onebot::Value;
namespace connect = onebot::connect;
namespace io = onebot::io;
namespace json = onebot::json;

class Cursors : public onebot::Cursors {
 public:
  explicit Cursors(const onebot::EventLog& events) : events_(events) {}
  Seq position(std::string_view consumer) override {
    return places.emplace(std::string(consumer), events_.next()).first->second;
  }
  void confirm(std::string_view consumer, Seq next) override { places[std::string(consumer)] = next; }
  void rename(std::string_view consumer, std::string_view name) override {
    renamed.emplace_back(std::string(consumer).append(" -> ").append(name));
    const auto place = places.find(consumer);
    if (place != places.end()) places.emplace(name, place->second);
  }
  std::int64_t replay_since() const override { return since; }

  std::map<std::string, Seq, std::less<>> places;
  std::vector<std::string> renamed;  // "old -> new"
  std::int64_t since = 0;

 private:
  const onebot::EventLog& events_;
};

// Answers "slow", and what is called `mute`, when the test says so, "long" with that many letters, "fail" with 34001, and all else at once.
class Actions : public onebot::ActionSink {
 public:
  void act(Action action, Reply reply) override {
    seen.push_back(action);
    if (action.name == "slow" || action.name == mute) {
      slow.push_back(std::make_unique<Reply>(std::move(reply)));
    } else if (action.name == "long") {
      reply.ok(
          std::string(static_cast<std::size_t>(std::get<std::int64_t>(*onebot::find(action.params, "size"))), 'x'));
    } else if (action.name == "fail") {
      reply.error({Retcode::refused, "the platform is down"});
    } else if (action.name == "get_latest_events" || action.name == "unknown") {
      reply.error({Retcode::unsupported_action, "no such action"});
    } else {
      reply.ok(Value(action.name + " done"));
    }
  }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const Action& action : seen) all.push_back(action.name);
    return all;
  }

  std::string mute;
  std::vector<Action> seen;
  std::vector<std::unique_ptr<Reply>> slow;
};

class Meta : public onebot::Meta {
 public:
  std::string connect_event() const override { return R"({"type":"meta","detail_type":"connect"})"; }
  std::string status_event() const override {
    return R"({"type":"meta","detail_type":"status_update","n":)" + std::to_string(++statuses) + "}";
  }
  mutable int statuses = 0;
};

// Keeps everything, and hands it out in a later turn of the loop.
class History : public onebot::History {
 public:
  explicit History(io::Loop& loop) : loop_(loop) {}
  io::Owner fetch(Seq from, Seq until, std::int64_t since, std::size_t max_bytes,
                  std::function<void(Page)> done) override {
    ++fetches;
    Page page{.next = from};
    for (std::size_t bytes = 0; page.next < until && (bytes == 0 || bytes < max_bytes); ++page.next) {
      const auto& [at, json] = kept.at(page.next);
      if (at < since) {
        ++page.skipped;
        continue;
      }
      bytes += json.size();
      page.entries.emplace_back(page.next, json);
    }
    return loop_.after(1ms, [done = std::move(done), page = std::move(page)] { done(page); });
  }

  std::map<Seq, std::pair<std::int64_t, std::string>> kept;
  int fetches = 0;

 private:
  io::Loop& loop_;
};

struct World {
  explicit World(std::size_t window = 1 << 20) : events(window, &history, 1) {}

  // Appends a message whose text is "e<n>"; n is its place in the log. Transports are not told.
  void append(int count = 1, std::size_t padding = 0) {
    for (int i = 0; i < count; ++i) {
      const onebot::Event event{.id = "id" + std::to_string(events.next()),
                                .time = 1.5,
                                .type = "notice",
                                .detail_type = "n",
                                .self = {"mock", "b" + std::to_string(events.next() % 2)},
                                .fields = {{"n", Value(static_cast<std::int64_t>(events.next()))},
                                           {"padding", Value(std::string(padding, '.'))}}};
      const auto at = static_cast<std::int64_t>(loop.wall() * 1000);
      const auto appended = events.append(event, at);
      history.kept[appended.seq] = {at, std::string(appended.json)};
    }
  }
  // The same, and the transport hears of it.
  void emit(onebot::Transport& transport, int count = 1) {
    for (int i = 0; i < count; ++i) {
      append();
      transport.wake();
    }
    loop.run();
  }
  connect::BackendOf backend_of() {
    return [this](const std::vector<std::string>&) -> onebot::Backend& { return backend; };
  }
  void turn(std::chrono::milliseconds by) { loop.advance(by); }

  fakes::Loop loop;
  fakes::Client client{loop};
  fakes::Server server{loop};
  fakes::Log log;
  History history{loop};
  onebot::EventLog events;
  Cursors cursors{events};
  Actions actions;
  Meta meta;
  onebot::Backend backend{events, cursors, actions, meta, loop, client, server, log};
  connect::Implementation implementation{.name = "onebridge", .version = "1.2", .platforms = "mock"};
};

inline json::Document parse(std::string_view text) {
  auto document = json::Document::parse(text);
  REQUIRE_MESSAGE(document, text);
  return *std::move(document);
}

// What each JSON text is: "connect", "status_update", "heartbeat", "e7", "pong:..", "10001", "ok".
inline std::vector<std::string> kinds(const std::vector<std::string>& texts) {
  std::vector<std::string> all;
  for (const std::string& text : texts) {
    if (text.starts_with("ping:")) {
      all.push_back("ping");
      continue;
    }
    const json::Document document = parse(text);
    const json::View root = document.root();
    if (root.at("type").str() == "notice") {
      all.push_back("e" + root.at("n").text());
    } else if (root.at("type").str() == "meta") {
      all.emplace_back(root.at("detail_type").str());
    } else {
      all.push_back(root.at("retcode").integer() == 0 ? "ok" : root.at("retcode").text());
    }
  }
  return all;
}

// Only the numbers of events.
inline std::vector<int> numbers(const std::vector<std::string>& texts) {
  std::vector<int> all;
  for (const std::string& kind : kinds(texts)) {
    if (kind[0] == 'e') all.push_back(std::stoi(kind.substr(1)));
  }
  return all;
}

inline std::vector<int> range(int first, int last) {
  std::vector<int> all;
  for (int n = first; n <= last; ++n) all.push_back(n);
  return all;
}

inline Retcode retcode_of(std::string_view response) {
  return Retcode{static_cast<int>(parse(response).root().at("retcode").integer().value_or(-1))};
}

// A MessagePack response, "binary:" before it or not, as JSON.
inline std::string unpacked(std::string_view response) {
  if (response.starts_with("binary:")) response.remove_prefix(7);
  const auto value = onebot::msgpack::parse(response);
  REQUIRE_MESSAGE(value, value.error().message);
  return json::write(*value);
}

// The MessagePack of JSON text.
inline std::string packed(std::string_view json) { return onebot::msgpack::write(parse(json).root().value()); }

using Kinds = std::vector<std::string>;
using Numbers = std::vector<int>;

}  // namespace connect_test
