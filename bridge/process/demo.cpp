#include "bridge/process/demo.h"

#include "adapters/registry.h"
#include "bridge/config/config.h"
#include "bridge/net/clients.h"
#include "bridge/net/loop.h"
#include "bridge/net/server.h"
#include "bridge/process/demo_console.h"
#include "bridge/process/demo_invitation.h"
#include "bridge/process/run.h"
#include "bridge/process/run_assembly.h"
#include "bridge/process/signals.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <numeric>
#include <stdlib.h>
#include <string>
#include <string_view>
#include <vector>

namespace bridge {
namespace {

using namespace std::chrono_literals;

// A folder of its own, gone at the end.
class Folder {
 public:
  Folder() {
    std::error_code error;
    std::string path = (std::filesystem::temp_directory_path(error) / "onebridge-demo-XXXXXX").string();
    if (const char* made = error ? nullptr : mkdtemp(path.data())) path_ = made;
    if (path_.empty())
      problem_ =
          fmt::format("no temporary folder can be made ({}): set TMPDIR to a folder that exists and can be written to",
                      error ? error.message() : std::strerror(errno));
  }
  ~Folder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  const std::string& path() const { return path_; }
  const std::string& problem() const { return problem_; }  // "" unless there is no path

 private:
  std::string path_, problem_;
};

// The platforms' servers, and what they play in turn.
class Stage {
 public:
  Stage(net::Loop& loop, net::Server& server, net::Client& client) : loop_(loop), server_(server), client_(client) {}

  onebot::Status open(Config& config);
  void push_to(int port);  // where the bridge takes pushes
  // Plays the next native event; false: every one was played.
  bool play_next();
  void again() { next_ = 0; }

 private:
  struct Player {
    std::string platform{}, app_id{};
    std::unique_ptr<onebot::Simulator> simulator{};
  };
  struct Sample {
    std::size_t player = 0;
    std::string_view native{};
  };

  net::Loop& loop_;
  net::Server& server_;
  net::Client& client_;
  std::vector<Player> players_;
  std::vector<Sample> samples_;
  std::size_t next_ = 0;
};

onebot::Status Stage::open(Config& config) {
  for (const adapters::Platform& platform : adapters::platforms()) {
    if (!platform.simulate) continue;
    Player player{.platform = std::string(platform.name),
                  .simulator = platform.simulate(platform.name, loop_, server_, client_, 0)};
    if (const auto port = player.simulator->open({}); !port) return std::unexpected(port.error());
    player.simulator->on_sent = [name = player.platform](std::string_view chat, std::string_view text) {
      print("sent", fmt::format("{} delivers to {}: {}", name, chat, text));
    };
    const onebot::Fields section = player.simulator->bot();
    player.app_id = std::string(onebot::text_of(section, "app_id"));
    config.bots.push_back(described_bot(section));
    players_.push_back(std::move(player));
  }
  std::size_t longest = 0;
  for (const Player& player : players_) longest = std::max(longest, player.simulator->samples().size());
  for (std::size_t i = 0; i < longest; ++i) {  // one of each platform, then the next of each
    for (std::size_t p = 0; p < players_.size(); ++p) {
      const auto samples = players_[p].simulator->samples();
      if (i < samples.size()) samples_.push_back({p, samples[i]});
    }
  }
  return {};
}

void Stage::push_to(int port) {
  for (Player& player : players_) {
    player.simulator->set_push_url(fmt::format("http://127.0.0.1:{}/{}/{}", port, player.platform, player.app_id));
  }
}

bool Stage::play_next() {
  if (next_ == samples_.size()) return false;
  const Sample& sample = samples_[next_++];
  Player& player = players_[sample.player];
  const auto native = onebot::json::Document::parse(sample.native);
  if (!native) return true;
  print("native", fmt::format("{} says {}", player.platform, native->root().dump()));
  if (const auto played = player.simulator->play(native->root()); !played) print("native", played.error().message);
  return true;
}

// Turns the pages: an event a second, then slower; with `once` it ends when all was shown and answered.
class Show {
 public:
  Show(net::Loop& loop, Stage& stage, Console& console, bool once)
      : loop_(loop), stage_(stage), console_(console), once_(once) {}
  void begin() { later(once_ ? 50ms : 500ms); }

 private:
  static constexpr int kMostWaits = 400;

  void later(std::chrono::milliseconds delay) {
    timer_ = loop_.after(delay, [this] { turn(); });
  }
  void turn() {
    if (!console_.all_online() && ++waits_ < kMostWaits) return later(50ms);
    if (stage_.play_next()) return later(once_ ? 100ms : 1000ms);
    if (!once_) {
      stage_.again();
      return later(10'000ms);
    }
    if (console_.answers() == 0 && ++waits_ < kMostWaits) return later(50ms);
    if (!std::exchange(ending_, true)) return later(500ms);
    loop_.stop();
  }

  net::Loop& loop_;
  Stage& stage_;
  Console& console_;
  bool once_, ending_ = false;
  int waits_ = 0;
  onebot::io::Owner timer_;
};

int cannot(std::string_view why) {
  fmt::print(stderr, "onebridge demo: {}\n", why);
  return 1;
}

}  // namespace

int run_demo(const DemoOptions& options) {
  if (const auto prepared = prepare_process(); !prepared) return cannot(prepared.error().message);
  Signals signals;
  const Folder folder;
  if (folder.path().empty()) return cannot(folder.problem());
  ProcessLog log({.level = onebot::LogLevel::warn});
  net::Loop loop;
  net::Clients clients(loop, "", {});
  net::Client& client = clients.usual();
  net::Server server(loop, {}, &log);
  Stage stage(loop, server, client);
  Config config{.data_dir = folder.path() + "/data"};
  config.ingress = onebot::io::Address{};
  config.methods.websocket.push_back({.port = options.port});
  if (const auto opened = stage.open(config); !opened) return cannot(opened.error().message);
  const std::size_t bots = config.bots.size();
  std::vector<std::size_t> all(bots);
  std::iota(all.begin(), all.end(), 0);
  config.onebot11.websocket.push_back({.options = {.port = 0}, .bots = all});
  auto assembly = Assembly::make(std::move(config), {loop, clients, server, log});
  if (!assembly) return cannot(assembly.error().message);
  if (const auto started = (*assembly)->start(); !started) return cannot(started.error().message);
  stage.push_to((*assembly)->port("ingress"));
  const std::string url = fmt::format("ws://127.0.0.1:{}/", (*assembly)->port("websocket"));
  for (const std::string& line : invitation(url, (*assembly)->onebot11_urls())) print("demo", line);
  print("demo", "end with Ctrl-C");
  {
    Console console(client, url, bots);
    Show show(loop, stage, console, options.once);
    show.begin();
    const auto hearing = signals.hear(loop, {.stop = [&loop] { loop.stop(); }});
    loop.run();
  }
  signals.start_deadline();
  (*assembly)->stop();
  return 0;
}

}  // namespace bridge
