// Transcripts: how a bot keeps its connection to a platform, as data. The grammar is in tests/transcripts.md; what
// differs from platform to platform is a Stage.

#pragma once

#include "onebot/adapter.h"
#include "onebot/io.h"
#include "onebot/json.h"
#include "onebot/result.h"
#include "onebot/value.h"
#include "tests/fakes.h"
#include "tests/transcript_words.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace transcripts {

// What a platform's transcripts are played on.
struct Stage {
  std::string_view host{};        // what the paths of "http" begin with
  onebot::Fields section{};       // of every transcript, before its "config"
  std::string_view asking{};      // in the address of the request that asks where to connect
  onebot::io::Headers headers{};  // of every answer
  // A bot without jitter.
  onebot::Result<std::unique_ptr<onebot::Adapter>> (*make)(const onebot::Fields&, const onebot::Host&) = nullptr;
  // The usual answer to a request on the way to a connection; "" when it is not on the way.
  std::string (*usual)(std::string_view url) = nullptr;
  // The platform sends a frame, spelled as JSON; what is wrong with the spelling.
  std::optional<std::string> (*say)(fakes::Link& link, std::string_view frame) = nullptr;
  // A frame that we sent, spelled as JSON.
  std::string (*spell)(std::string_view sent) = nullptr;
};

// For platforms whose frames are JSON.
std::optional<std::string> say_text(fakes::Link& link, std::string_view frame);
std::string spell_text(std::string_view sent);

class Transcript {
 public:
  explicit Transcript(Stage stage);
  ~Transcript();

  // Runs a whole text. The first line that is not so, as "line 7: out: ...", or a secret that was told; or nullopt.
  std::optional<std::string> run(std::string_view text);

 private:
  using Verdict = std::optional<std::string>;  // what is wrong
  struct Command {
    std::string_view name{};
    Verdict (Transcript::*run)(std::string_view) = nullptr;
  };
  static const Command kCommands[];

  Verdict line(std::string_view text);
  Verdict start();
  Verdict dial();
  bool answer_by_default();
  fakes::Link* link();
  std::size_t chosen() const;

  Verdict config(std::string_view arguments);
  Verdict recall(std::string_view arguments);
  Verdict open(std::string_view arguments);
  Verdict in(std::string_view frame);
  Verdict out(std::string_view part);
  Verdict quiet(std::string_view);
  Verdict choose(std::string_view number);
  Verdict disk(std::string_view word);
  Verdict cut(std::string_view arguments);
  Verdict dropped(std::string_view);
  Verdict connecting(std::string_view yes);
  Verdict clock(std::string_view amount);
  Verdict http(std::string_view arguments);
  Verdict no_http(std::string_view);
  Verdict key(std::string_view name);
  Verdict event(std::string_view arguments);
  Verdict nothing(std::string_view);
  Verdict online(std::string_view yes);
  Verdict changes(std::string_view list);
  Verdict self(std::string_view id);
  Verdict record(std::string_view arguments);
  Verdict log(std::string_view text);
  Verdict unlogged(std::string_view text);
  Verdict counted(std::string_view text);
  Verdict hold(std::string_view yes);
  Verdict action(std::string_view arguments);
  Verdict answer(std::string_view part);

  Stage stage_;
  fakes::World world_{};
  std::map<std::size_t, std::size_t> next_frame_{};  // of each link
  std::size_t seen_links_ = 0;
  std::size_t committed_ = 0;  // of the deliveries; a line later each is on disk, or not
  enum class Disk { writes, fails, waits };
  Disk disk_ = Disk::writes;
  std::optional<std::size_t> chosen_{};  // by "link"; else the newest
  std::size_t next_event_ = 0;
  std::vector<std::string> answers_{};
  std::size_t next_answer_ = 0;
  std::unique_ptr<onebot::Adapter> adapter_{};  // last: it answers what is open when it ends
};

}  // namespace transcripts
