#include "bridge/process/demo_console.h"

#include "onebot/frame.h"

#include <fmt/format.h>

#include <cstdio>
#include <unistd.h>
#include <utility>

namespace bridge {

void print(std::string_view who, std::string_view what) {
  static const bool colours = isatty(STDOUT_FILENO) == 1;
  if (colours)
    fmt::print("\033[1m{:>7}\033[0m  {}\n", who, what);
  else
    fmt::print("{:>7}  {}\n", who, what);
  std::fflush(stdout);
}

void Console::on_text(std::string_view text) {
  const auto document = onebot::json::Document::parse(text);
  if (!document) return print("broken", text);
  const onebot::json::View frame = document->root();
  if (frame.at("type").is_missing()) {
    ++answers_;
    return print("answer", text);
  }
  print("onebot", text);
  if (frame.at("detail_type").str() == "status_update") note_status(frame.at("status"));
  if (frame.at("type").str() == "message") answer(frame);
}

void Console::note_status(onebot::json::View status) {
  const onebot::json::View bots = status.at("bots");
  for (std::size_t i = 0; i < bots.size(); ++i) {
    const std::string name = bots[i].at("self").dump();
    if (bots[i].at("online").boolean())
      online_.insert(name);
    else
      online_.erase(name);
  }
}

void Console::answer(onebot::json::View event) {
  onebot::Fields params = {{"detail_type", event.at("detail_type").str()},
                           {"message", fmt::format("you said: {}", event.at("alt_message").str())}};
  for (const std::string_view id : {"user_id", "group_id", "guild_id", "channel_id"}) {
    if (event.at(id).is_string()) params.push_back({std::string(id), event.at(id).str()});
  }
  const onebot::Fields request = {{"action", "send_message"},
                                  {"params", std::move(params)},
                                  {"self", event.at("self").value()},
                                  {"echo", std::to_string(++number_)}};
  const std::string text = onebot::json::write(request);
  print("action", text);
  onebot::frame::append_text(outbox_, text);
  socket_->wake();
}

std::string_view Console::next_frames() {
  sending_ = std::exchange(outbox_, {});
  return sending_;
}

void Console::on_close(int code, std::string_view reason, int) {
  print("closed", fmt::format("code={} {}", code, reason));
}

}  // namespace bridge
