// Bots whose log is read over OneBot 11, in memory: the backend of the OneBot 12 methods, numbers, files that are
// known.

#pragma once

#include "onebot/v11/connect/ground.h"
#include "onebot/v11/connect/rendering.h"
#include "tests/unit/connect/backend.h"
#include "tests/unit/v11/rig.h"

#include <array>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace v11_test {

using namespace connect_test;
namespace v11 = onebot::v11;
namespace links = onebot::v11::connect;

inline constexpr std::array<std::string_view, 7> kActions = {
    "send_message", "get_self_info", "slow", "get_group_member_list", "chat.ban", "upload_file", "get_file_fragmented"};

class Bot : public links::Bot {
 public:
  Bot(std::string app_id, std::string user_id)
      : identity_{.platform = "chat", .app_id = std::move(app_id), .user_id = std::move(user_id)} {}
  const v11::BotIdentity& identity() const override { return identity_; }
  const std::string& name() const override { return name_; }
  v11::BotStatus status() const override { return status_; }
  v11::Abilities abilities() const override { return {.actions = kActions, .segments = {}}; }

  v11::BotIdentity identity_;
  std::string name_ = "BridgeBot";
  v11::BotStatus status_{true, true};
};

class Tokens : public links::Tokens {
 public:
  std::optional<std::string> file_id(std::string_view token) const override {
    if (token == "0123456789abcdef.jpg") return "file-1";
    return std::nullopt;
  }
};

class LoggedEvents : public v11::LoggedEvents {
 public:
  explicit LoggedEvents(const connect_test::History& history) : history_(history) {}
  std::optional<std::string> at(std::uint64_t place) const override {
    const auto found = history_.kept.find(place);
    return found == history_.kept.end() ? std::nullopt : std::optional(found->second.second);
  }

 private:
  const connect_test::History& history_;
};

// The bots 102000001, 102000002, ... of a platform "chat", whose user ids are "bot1", "bot2", ...
struct Bridge : World {
  explicit Bridge(int count = 2, std::size_t window = 1 << 20) : World(window) {
    for (int i = 1; i <= count; ++i) bots.emplace_back("10200000" + std::to_string(i), "bot" + std::to_string(i));
    for (const Bot& bot : bots) known.push_back(&bot);
    rendering.emplace(ground, known);
  }

  const Bot& bot(int number) const { return *std::next(bots.begin(), number - 1); }
  Bot& bot(int number) { return *std::next(bots.begin(), number - 1); }

  // A message to a bot; "e<n>", n its place in the log, when it says nothing else.
  void say(int to, std::string text = "") {
    const auto place = static_cast<std::int64_t>(events.next());
    if (text.empty()) text = "e" + std::to_string(place);
    const onebot::Event event{.id = "id" + std::to_string(place),
                              .time = loop.wall(),
                              .type = "message",
                              .detail_type = "group",
                              .self = {"chat", "bot" + std::to_string(to)},
                              .message = {onebot::segment::text(text)},
                              .fields = {{"message_id", "m" + std::to_string(place)},
                                         {"group_id", std::string("g")},
                                         {"user_id", std::string("u")}}};
    const auto at = static_cast<std::int64_t>(loop.wall() * 1000);
    const auto appended = events.append(event, at);
    history.kept[appended.seq] = {at, std::string(appended.json)};
  }
  void say(onebot::Transport& transport, int to, std::string text = "") {
    say(to, std::move(text));
    transport.wake();
    loop.run();
  }

  std::list<Bot> bots;
  std::vector<const links::Bot*> known;
  fakes::IdRows id_rows{};
  fakes::MessageRows message_rows{};
  fakes::Reserve reserve{};
  v11::IdNumbers ids{id_rows};
  v11::MessageNumbers messages{message_rows, reserve, 1'577'836'800 + rig::kFirst};
  fakes::Safety safety{id_rows, message_rows};
  rig::Media media{};
  Tokens tokens{};
  LoggedEvents logged{history};
  links::Ground ground{backend, ids, messages, safety, media, tokens, logged, "0.2.0"};
  std::optional<links::Rendering> rendering;
};

// What a frame is: "connect", "heartbeat", "e7", "ping"; of an answer "ok", "async" or its retcode.
inline std::vector<std::string> told(const std::vector<std::string>& frames) {
  std::vector<std::string> all;
  for (const std::string& frame : frames) {
    if (frame.starts_with("ping:")) {
      all.emplace_back("ping");
      continue;
    }
    const json::Document document = parse(frame);
    const json::View root = document.root();
    const std::string_view type = root.at("meta_event_type").str();
    if (root.at("post_type").str() == "message") {
      all.emplace_back(root.at("raw_message").str());
    } else if (type == "lifecycle") {
      all.emplace_back(root.at("sub_type").str());
    } else if (!type.empty()) {
      all.emplace_back(type);
    } else if (!root.at("post_type").is_missing()) {
      all.emplace_back(root.at("notice_type").str());
    } else {
      const std::string status(root.at("status").str());
      all.push_back(status == "failed" ? root.at("retcode").text() : status);
    }
  }
  return all;
}

using Told = std::vector<std::string>;

}  // namespace v11_test
