// A bot of this folder's platforms in a world of fakes, and what its tests read.

#pragma once

#include "adapters/feishu/adapter.h"
#include "onebot/json.h"
#include "tests/fakes.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rig {

using namespace std::chrono_literals;
using onebot::Event;
using onebot::Fields;
using onebot::json::Document;
using onebot::json::View;
namespace io = onebot::io;

inline const std::string kBot = "ou_ef862efc56c7665d51a7892c6fb6afec";
inline const std::string kLin = "ou_26bbd28933d4134ed80af3ece3aeccb7", kMarco = "ou_e7a71b7432063814513448dd8ae056b5";
inline const std::string kGroup = "oc_6549b3a4f8e34d6a2fa62545a0b09a77",
                         kPrivate = "oc_f0efa4650023d20a992985c9953d015b";
inline const std::string kToken = "Vt7Qk2mZr9LxWc4sNf8eHb1pYd6uGa3J", kKey = "k3Yf8PqZ1vTn6RwB";

inline const std::filesystem::path kFixtures = std::filesystem::path(SOURCE_DIR) / "adapters/feishu/fixtures";

inline std::string read(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline Document parse(std::string_view text) {
  auto document = Document::parse(text);
  REQUIRE_MESSAGE(document.has_value(), std::string(text));
  return *std::move(document);
}

// Equal as JSON: the order of members does not count.
inline bool same(View a, View b) {
  if (a.is_object() && b.is_object()) {
    std::map<std::string, View> left, right;
    a.members([&](std::string_view name, View value) { left[std::string(name)] = value; });
    b.members([&](std::string_view name, View value) { right[std::string(name)] = value; });
    return std::ranges::equal(
        left, right, [](const auto& x, const auto& y) { return x.first == y.first && same(x.second, y.second); });
  }
  if (a.is_array() && b.is_array()) {
    bool equal = a.size() == b.size();
    for (std::size_t i = 0; equal && i < a.size(); ++i) equal = same(a[i], b[i]);
    return equal;
  }
  if (a.is_number() && b.is_number()) return a.number() == b.number();
  return a.dump() == b.dump();
}

inline std::string to_json(const std::vector<Event>& events) {
  std::string out = "[";
  for (const Event& event : events) out += (out.size() > 1 ? "," : "") + onebot::to_json(event);
  return out + "]";
}

// A receive event of schema 2.0.
inline std::string message(std::string_view id, std::string_view chat_type, std::string_view chat,
                           std::string_view sender, std::string_view text = "hi") {
  return onebot::json::write(
      Fields{{"schema", "2.0"},
             {"header", Fields{{"event_id", std::string("event-of-").append(id)},
                               {"event_type", "im.message.receive_v1"},
                               {"create_time", "1754301601217"},
                               {"token", kToken}}},
             {"event", Fields{{"sender", Fields{{"sender_id", Fields{{"open_id", sender}}}, {"sender_type", "user"}}},
                              {"message", Fields{{"message_id", id},
                                                 {"create_time", "1754301601101"},
                                                 {"chat_id", chat},
                                                 {"chat_type", chat_type},
                                                 {"message_type", "text"},
                                                 {"content", onebot::json::write(Fields{{"text", text}})}}}}}});
}

struct Told {
  std::optional<onebot::ActionResult> result{};
  onebot::Retcode retcode() const {
    REQUIRE(result.has_value());
    return *result ? onebot::Retcode::ok : result->error().code;
  }
  std::string data() const { return onebot::json::write(*result ? **result : result->error().data); }
};

class Bot {
 public:
  explicit Bot(std::string_view platform, Fields section = {}) : platform_(platform) {
    const auto add = [&section](std::string_view name, std::string_view value) {
      if (!onebot::find(section, name)) section.push_back({std::string(name), value});
    };
    add("app_id", "cli_0123456789abcdef");
    add("app_secret", "s3cret");
    add("verification_token", kToken);
    section.push_back({"endpoints", Fields{{"api", "https://platform.test/"}}});
    app_id_ = onebot::text_of(section, "app_id");
    auto made = feishu::make(platform, section, world.host);
    REQUIRE_MESSAGE(made.has_value(), made.error().message);
    adapter = std::move(*made);
  }

  // The last unanswered call; answered with this.
  void answer(std::string_view body, int status = 200, io::Headers headers = {}) {
    REQUIRE_FALSE(world.client.calls.empty());
    auto call = world.client.calls.back();
    REQUIRE(call->done);
    call->answer(status, std::string(body), std::move(headers));
    world.loop.run();
  }
  const io::HttpRequest& asked() const { return world.client.calls.back()->request; }
  View asked_body() {
    body_ = parse(asked().body);
    return body_.root();
  }

  // Until it is online.
  void start(std::string_view open_id = kBot) {
    adapter->start();
    if (platform_ == "bosshi") {
      return answer(R"({"code":0,"data":{"tenant_access_token":"b-1","expire":7140}})");
    }
    answer(R"({"code":0,"msg":"ok","tenant_access_token":"t-1","expire":7140})");
    if (asked().url.ends_with("/bot/v3/info")) {
      answer(onebot::json::write(Fields{{"code", 0}, {"bot", Fields{{"open_id", open_id}, {"app_name", "小桥"}}}}));
    }
    REQUIRE(adapter->online());
  }

  std::shared_ptr<fakes::Answered> push(std::string body, io::Headers headers = {}) {
    auto answered = world.ingress.push("/" + platform_ + "/" + app_id_,
                                       {.method = "POST", .headers = std::move(headers), .body = std::move(body)});
    world.loop.run();
    return answered;
  }
  // The events of the newest arrival, once committed; those of an arrival seen before are dropped, as the bridge does.
  std::vector<Event> commit(bool stored = true) {
    auto& arrivals = world.events.arrivals;
    std::vector<Event> fresh;
    for (; committed_ < arrivals.size(); ++committed_) {
      onebot::Arrival& arrival = arrivals[committed_];
      const bool repeat =
          std::ranges::any_of(arrival.keys, [this](const std::string& key) { return seen_.contains(key); });
      if (!repeat) fresh.insert(fresh.end(), arrival.events.begin(), arrival.events.end());
      seen_.insert(arrival.keys.begin(), arrival.keys.end());
      if (arrival.committed) arrival.committed(stored);
    }
    return fresh;
  }

  std::shared_ptr<Told> call(std::string name, Fields params = {}) {
    auto told = std::make_shared<Told>();
    adapter->call({.name = std::move(name), .params = std::move(params)},
                  onebot::Reply([told](onebot::ActionResult result) { told->result = std::move(result); }));
    world.loop.advance(std::chrono::milliseconds(0));
    return told;
  }

  fakes::World world;
  std::unique_ptr<onebot::Adapter> adapter;

 private:
  std::string platform_, app_id_;
  Document body_{*Document::parse("null")};
  std::set<std::string> seen_;
  std::size_t committed_ = 0;
};

inline Fields to_group(onebot::Value message) {
  return {{"detail_type", "group"}, {"group_id", kGroup}, {"message", std::move(message)}};
}

}  // namespace rig
