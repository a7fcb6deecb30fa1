// Transcripts: a feed's behaviour as data. The grammar is in adapters/qq/transcripts/README.md.

#pragma once

#include "adapters/qq/adapter.h"
#include "onebot/json.h"
#include "tests/fakes.h"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qq::test {

// Whether everything in `part` is in `whole`: members of objects, all items of arrays, equal scalars.
bool contains(onebot::json::View whole, onebot::json::View part);

class Transcript {
 public:
  Transcript();
  ~Transcript();

  // Runs a whole text. The first line that is not so, as "line 7: out: ...", or nullopt.
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
  Verdict open();
  bool answer_by_default();
  fakes::Link* link();
  std::size_t chosen() const;

  Verdict config(std::string_view arguments);
  Verdict recall(std::string_view arguments);
  Verdict open_now(std::string_view);
  Verdict in(std::string_view frame);
  Verdict out(std::string_view part);
  Verdict quiet(std::string_view);
  Verdict choose(std::string_view number);
  Verdict cut(std::string_view arguments);
  Verdict dropped(std::string_view);
  Verdict connecting(std::string_view yes);
  Verdict clock(std::string_view amount);
  Verdict http(std::string_view arguments);
  Verdict no_http(std::string_view);
  Verdict event(std::string_view arguments);
  Verdict nothing(std::string_view);
  Verdict online(std::string_view yes);
  Verdict changes(std::string_view list);
  Verdict self(std::string_view id);
  Verdict record(std::string_view arguments);
  Verdict log(std::string_view text);
  Verdict unlogged(std::string_view text);
  Verdict hold(std::string_view yes);
  Verdict action(std::string_view arguments);
  Verdict answer(std::string_view part);

  fakes::World world_{};
  onebot::Fields section_;
  std::map<std::size_t, std::size_t> next_frame_{};  // of each link
  std::size_t seen_links_ = 0;
  std::size_t committed_ = 0;            // of the deliveries; a line later each is on disk
  std::optional<std::size_t> chosen_{};  // by "link"; else the newest
  std::size_t next_event_ = 0;
  std::vector<std::string> answers_{};
  std::size_t next_answer_ = 0;
  std::unique_ptr<Adapter> adapter_{};  // last: it answers what is open when it ends
};

// Reads a file of the source tree.
std::string read_file(const std::filesystem::path& path);

}  // namespace qq::test
