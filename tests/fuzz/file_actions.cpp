// The actions of files, from anybody who may act: one JSON request a line, on a store that lives as long as the
// process. A "file_id" of "@" stands for the last one that an answer gave.
#include "bridge/files/actions.h"
#include "bridge/files/thread.h"
#include "onebot/action.h"
#include "onebot/crypto.h"
#include "tests/fuzz/target.h"
#include "tests/unit/disk_rig.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

using namespace onebot;

namespace {

constexpr std::size_t kMostLines = 32;

class Process {
 public:
  Process() {
    crypto::sha256("");  // OpenSSL is set up before the thread that uses it, and so outlives it
    client_.script = [](const io::HttpRequest&) { return io::HttpResponse{404, {}, ""}; };
    actions_.add("mock/1", files_);
  }
  ~Process() {
    actions_.stop();
    files_.stop();
  }

  // Answered once, and by a code of the standard's families.
  void act(Action action) {
    if (text_of(action.params, "file_id") == "@") set(action.params, "file_id", last_);
    const bool known = std::ranges::find(actions_.names(), action.name) != actions_.names().end();
    if (!known) return;
    int answers = 0;
    actions_.call("mock/1", std::move(action), Reply([&](const ActionResult& result) {
                    ++answers;
                    note(result);
                  }));
    claim(loop_.until([&] { return answers > 0; }));
    loop_.turn();
    claim(answers == 1);
  }

 private:
  void note(const ActionResult& result) {
    if (!result) {
      const int code = static_cast<int>(result.error().code);
      return claim(code == 10003 || code == 10004 || (code > 30000 && code < 37000 && code != 31000));
    }
    if (const auto* data = std::get_if<Fields>(&*result); data && !text_of(*data, "file_id").empty()) {
      last_ = text_of(*data, "file_id");
    }
  }

  rig::Folder folder_;
  rig::Loop loop_;
  fakes::Log log_;
  fakes::Client client_{loop_};
  std::string last_ = "file.0";
  bridge::FileLimits limits_{.max_size = 1 << 20, .quota = 8 << 20};
  std::unique_ptr<bridge::files::FilesThread> thread_ =
      *bridge::files::FilesThread::open(loop_, log_, folder_.data(), limits_);
  bridge::files::Means means_{loop_, client_, *thread_, limits_};
  bridge::FileActions actions_{means_, *thread_, thread_->gives_paths()};
  bridge::BotFiles files_{means_, "mock/1"};
};

}  // namespace

void try_input(std::string_view input) {
  static Process process;
  for (std::size_t lines = 0; !input.empty() && lines < kMostLines; ++lines) {
    const std::string_view line = input.substr(0, input.find('\n'));
    input.remove_prefix(std::min(input.size(), line.size() + 1));
    ActionRequest request = parse_action(line);
    if (request.action) process.act(*std::move(request.action));
  }
}
