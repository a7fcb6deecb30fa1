// Adapter: what a platform implements. Host: all it may use.

#pragma once

#include "onebot/action.h"
#include "onebot/counters.h"
#include "onebot/event.h"
#include "onebot/files.h"
#include "onebot/io.h"
#include "onebot/json.h"
#include "onebot/options.h"
#include "onebot/told.h"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace onebot {

// A small fact a bot keeps over restarts, e.g. {"session", "", "{...}"} or {"sent", message id, chat}.
struct Record {
  std::string kind{};
  std::string key{};
  std::string value{};
};
// Keeps a record with the next commit, and forgets one whose value is "": EventSink::remember of a bot.
using Remember = std::function<void(Record)>;

// What one native delivery becomes.
struct Arrival {
  std::vector<Event> events{};
  // The platform's own names for this delivery. When one of them was seen before, the events are dropped
  // (the records are still kept and `committed` still called).
  std::vector<std::string> keys{};
  std::vector<Record> records{};  // kept in the same commit as the events
  // Called on the loop once all of this is on disk (true), or cannot be (false). May be empty.
  Told<bool> committed{};
};

class EventSink {  // the bridge, as one bot's adapter sees it
 public:
  virtual ~EventSink() = default;
  virtual void emit(Arrival) = 0;
  // Announces a change of state, or of self().user_id. The adapter must already answer with the new self().
  virtual void set_online(bool online) = 0;
  virtual void remember(Record) = 0;                              // kept with the next commit; value "" forgets it
  virtual std::vector<Record> recall(std::string_view kind) = 0;  // what was kept, oldest first; for the start
};

// Log lines and counters, without naming a library. Lines hold no secrets and, above debug, no message contents.
enum class LogLevel { trace, debug, info, warn, error };
class Log {
 public:
  virtual ~Log() = default;
  virtual void line(LogLevel, std::string_view text) = 0;  // "gateway closed code=4009 next=resume"
  virtual void count(Counter counter, std::uint64_t by = 1) = 0;
  virtual void count_one(Counter counter, std::string_view value) = 0;  // one more of this value of its label
  // One more secret that no line may hold, besides those of the configuration; the last of many are kept.
  virtual void hide(std::string_view secret) { static_cast<void>(secret); }
};

// Where platforms push to. The path is unique to the bot: "/<platform>/<app_id>".
class Ingress {
 public:
  virtual ~Ingress() = default;
  using Push = std::function<void(io::HttpRequest, std::unique_ptr<io::Exchange>)>;
  [[nodiscard]] virtual io::Owner on_push(std::string path, Push) = 0;
  // Lower-case names of headers the pushes carry that are not in every HTTP request.
  virtual void want_headers(std::span<const std::string_view> names) { static_cast<void>(names); }
};

struct Host {
  io::Loop& loop;
  io::Client& client;
  Ingress& ingress;
  EventSink& events;
  Files& files;
  Log& log;
};

// One account on one platform.
class Adapter {
 public:
  virtual ~Adapter() = default;

  virtual void start() = 0;  // begins connecting, and reconnects by itself until stop()
  virtual void stop() = 0;   // nothing is emitted after this returns
  // true: the log cannot take more for now; stop reading from the platform. false: go on.
  virtual void hold(bool) {}

  virtual const Self& self() const = 0;
  virtual bool online() const = 0;
  // Why it is not online, in words for whoever runs it; "": there is nothing to say.
  struct Trouble {
    std::string why{};
    bool final = false;  // it has stopped, and only they can help
  };
  virtual Trouble trouble() const { return {}; }
  virtual std::span<const std::string_view> actions() const = 0;  // names that call() understands
  virtual void call(Action, Reply) = 0;
  // Types of segments that send_message takes, the platform's own with its prefix.
  virtual std::span<const std::string_view> segments() const { return {}; }

  // Where a file is that this bot's events carried. `done` may be called inside. The id comes from an application:
  // whatever it holds is theirs, so an address that was in it must be fetched with public_only.
  // Errors: unknown_file; 34xxx.
  [[nodiscard]] virtual io::Owner locate(std::string_view file_id, ToldResult<RemoteFile> done) {
    done(fail(Retcode::unknown_file, "there is no such file"));
    static_cast<void>(file_id);
    return nullptr;
  }
};

// Makes an account from its checked [[bots]] section (secrets already read), or says what is wrong with it.
using MakeAdapter = Result<std::unique_ptr<Adapter>> (*)(std::string_view platform, const Fields& section, const Host&);

// The OneBot events of one native payload, without any connection or memory: `onebridge translate`, fixtures, benches.
// No events and no error: the payload is a control frame.
using Translate = Result<std::vector<Event>> (*)(std::string_view platform, json::View native, const Self&);

}  // namespace onebot
