// What each word of a transcript does.

#include "tests/transcripts.h"

#include "tests/fakes_secrets.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

namespace transcripts {

using onebot::json::Document;
using onebot::json::View;

std::optional<std::string> say_text(fakes::Link& link, std::string_view frame) {
  link.text(frame);
  return std::nullopt;
}

std::string spell_text(std::string_view sent) { return std::string(sent); }

Transcript::Transcript(Stage stage) : stage_(std::move(stage)) {}
Transcript::~Transcript() = default;

const Transcript::Command Transcript::kCommands[] = {
    {"config", &Transcript::config},   {"recall", &Transcript::recall},     {"open", &Transcript::open},
    {"in", &Transcript::in},           {"out", &Transcript::out},           {"quiet", &Transcript::quiet},
    {"cut", &Transcript::cut},         {"dropped", &Transcript::dropped},   {"connecting", &Transcript::connecting},
    {"clock", &Transcript::clock},     {"http", &Transcript::http},         {"no_http", &Transcript::no_http},
    {"event", &Transcript::event},     {"nothing", &Transcript::nothing},   {"online", &Transcript::online},
    {"changes", &Transcript::changes}, {"self", &Transcript::self},         {"record", &Transcript::record},
    {"log", &Transcript::log},         {"unlogged", &Transcript::unlogged}, {"counted", &Transcript::counted},
    {"hold", &Transcript::hold},       {"action", &Transcript::action},     {"answer", &Transcript::answer},
    {"link", &Transcript::choose},     {"disk", &Transcript::disk},         {"key", &Transcript::key}};

std::optional<std::string> Transcript::run(std::string_view text) {
  for (int number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    const std::string_view one = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (auto wrong = line(trim(one)))
      return fmt::format("line {}: {}: {}", number, one.substr(0, one.find(' ')), *wrong);
  }
  return fakes::told_secret(fakes::secrets_of(stage_.section, world_.client), world_.log, world_.events);
}

Transcript::Verdict Transcript::line(std::string_view text) {
  if (text.empty() || text.starts_with('#')) return std::nullopt;
  const std::string_view name = word(text);
  const auto* command = std::ranges::find(kCommands, name, &Command::name);
  if (command == std::end(kCommands)) return fmt::format("there is no word \"{}\"", name);
  const bool before = name == "config" || name == "recall";
  if (before && adapter_) return "comes before everything else";
  if (!before && !adapter_) {
    if (auto wrong = start()) return wrong;
  }
  auto wrong = (this->*command->run)(text);
  world_.loop.run();
  for (; disk_ != Disk::waits && committed_ < world_.events.arrivals.size(); ++committed_) {
    if (const auto committed = world_.events.arrivals[committed_].committed) committed(disk_ == Disk::writes);
  }
  world_.loop.run();
  return wrong;
}

Transcript::Verdict Transcript::start() {
  auto made = stage_.make(stage_.section, world_.host);
  if (!made) return made.error().message;
  adapter_ = *std::move(made);
  adapter_->start();
  world_.loop.run();
  return std::nullopt;
}

// Of the connection that is spoken of: the one chosen, or the newest that was opened.
std::size_t Transcript::chosen() const { return chosen_.value_or(seen_links_ == 0 ? 0 : seen_links_ - 1); }

// That connection, if the far side still has it.
fakes::Link* Transcript::link() {
  if (chosen() >= seen_links_) return nullptr;
  fakes::Link& one = *world_.client.links[chosen()];
  return one.peer && one.closed_with == 0 ? &one : nullptr;
}

Transcript::Verdict Transcript::choose(std::string_view number) {
  std::size_t index = 0;
  std::from_chars(number.data(), number.data() + number.size(), index);
  if (index >= seen_links_) return fmt::format("only {} connections were opened", seen_links_);
  chosen_ = index;
  return std::nullopt;
}

bool Transcript::answer_by_default() {
  for (const auto& call : world_.client.calls) {
    if (!call->done) continue;
    const std::string usual = stage_.usual(call->request.url);
    if (usual.empty()) continue;
    call->answer(200, usual);
    return true;
  }
  return false;
}

// Until the handshake waits for its answer.
Transcript::Verdict Transcript::dial() {
  world_.loop.run();
  for (int steps = 0; world_.client.links.size() == seen_links_ && steps < 8; ++steps) {
    if (!answer_by_default()) break;
    world_.loop.advance(std::chrono::milliseconds(0));
  }
  if (world_.client.links.size() == seen_links_) return "no connection is being opened";
  ++seen_links_;
  chosen_.reset();
  return link() ? std::nullopt : Verdict("the connection was dropped at once");
}

// What becomes of deliveries from this line on.
Transcript::Verdict Transcript::disk(std::string_view how) {
  if (how != "writes" && how != "fails" && how != "waits") return "a disk writes, fails or waits";
  disk_ = how == "writes" ? Disk::writes : how == "fails" ? Disk::fails : Disk::waits;
  return std::nullopt;
}

Transcript::Verdict Transcript::config(std::string_view arguments) {
  const std::string name(word(arguments));
  const auto value = Document::parse(arguments);
  if (!value) return value.error().message;
  onebot::set(stage_.section, name, value->root().value());
  return std::nullopt;
}

Transcript::Verdict Transcript::recall(std::string_view arguments) {
  const std::string kind(word(arguments));
  std::string key;
  if (!arguments.starts_with('{')) key = word(arguments);
  if (key == "-") key.clear();
  world_.events.records.push_back({kind, key, std::string(arguments)});
  return std::nullopt;
}

// open [unanswered | refused STATUS [NAME=VALUE]...]
Transcript::Verdict Transcript::open(std::string_view arguments) {
  if (auto wrong = dial()) return wrong;
  const std::string_view how = word(arguments);
  if (how.empty()) link()->open();
  if (how.empty() || how == "unanswered") return std::nullopt;
  if (how != "refused") return fmt::format("a connection is not opened \"{}\"", how);
  const std::string_view status = word(arguments);
  int code = 0;
  std::from_chars(status.data(), status.data() + status.size(), code);
  const auto held = world_.client.links[chosen()];
  held->refuse(code, headers_in(arguments));
  world_.loop.advance(std::chrono::milliseconds(0));
  return std::nullopt;
}

Transcript::Verdict Transcript::in(std::string_view frame) {
  const bool newer = !chosen_ && world_.client.links.size() != seen_links_;
  if (newer || !link()) {
    if (auto wrong = open("")) return wrong;
  }
  if (!frame.starts_with("raw ") && !Document::parse(frame)) return "no JSON; write \"in raw ...\" for what is none";
  if (!frame.starts_with("raw ")) return stage_.say(*link(), frame);
  frame.remove_prefix(4);
  link()->text(frame);
  return std::nullopt;
}

Transcript::Verdict Transcript::out(std::string_view part) {
  world_.loop.run();
  if (seen_links_ == 0) return "there was no connection yet";
  const auto& frames = world_.client.links[chosen()]->received;
  std::size_t& next = next_frame_[chosen()];
  if (next >= frames.size()) return fmt::format("expected {}\n  but nothing was sent", part);
  return differs(stage_.spell(frames[next++]), part);
}

Transcript::Verdict Transcript::quiet(std::string_view) {
  if (seen_links_ == 0) return std::nullopt;
  const auto& frames = world_.client.links[chosen()]->received;
  const std::size_t next = next_frame_[chosen()];
  if (next >= frames.size()) return std::nullopt;
  return fmt::format("this was sent: {}", stage_.spell(frames[next]));
}

Transcript::Verdict Transcript::cut(std::string_view arguments) {
  if (!link()) return "there is no connection";
  int code = 1006;
  const std::string_view text = word(arguments);
  if (!text.empty()) std::from_chars(text.data(), text.data() + text.size(), code);
  const auto held = world_.client.links[chosen()];
  const int status = code < 1000 ? code : 0;  // of a refused upgrade
  held->close(status ? 1006 : code, arguments, status);
  world_.loop.advance(std::chrono::milliseconds(0));
  return std::nullopt;
}

Transcript::Verdict Transcript::dropped(std::string_view) {
  world_.loop.advance(std::chrono::milliseconds(0));
  if (world_.client.links.empty()) return "there was no connection";
  for (std::size_t i = 0; i < seen_links_; ++i) {
    if (world_.client.links[i]->peer) return "the connection is still there";
  }
  return std::nullopt;
}

// Whether we want a connection: one is being opened, or its discovery is under way.
Transcript::Verdict Transcript::connecting(std::string_view yes) {
  const auto& calls = world_.client.calls;
  const bool asks = std::ranges::any_of(calls, [&](const auto& call) {
    return call->done && call->request.url.find(stage_.asking) != std::string::npos;
  });
  const bool now = asks || world_.client.links.size() > seen_links_;
  if (yes_or_no(yes) == now) return std::nullopt;
  return now ? "a connection is being opened" : "no connection is being opened";
}

Transcript::Verdict Transcript::clock(std::string_view amount) {
  long number = 0;
  const auto [end, error] = std::from_chars(amount.data(), amount.data() + amount.size(), number);
  const std::string_view unit(end, static_cast<std::size_t>(amount.data() + amount.size() - end));
  const long factor = unit == "ms" ? 1 : unit == "s" ? 1000 : unit == "min" ? 60'000 : unit == "h" ? 3'600'000 : 0;
  if (error != std::errc() || factor == 0) return "an amount is a number and ms, s, min or h";
  world_.loop.advance(std::chrono::milliseconds(number * factor));
  return std::nullopt;
}

// http METHOD PATH -> STATUS BODY, or -> fail WHY; the request's body may be checked with "http METHOD PATH BODY ->
// ..."
Transcript::Verdict Transcript::http(std::string_view arguments) {
  const auto arrow = arguments.find("->");
  if (arrow == std::string_view::npos) return "\"->\" is missing";
  std::string_view request = arguments.substr(0, arrow), response = trim(arguments.substr(arrow + 2));
  const std::string_view method = word(request), path = word(request);
  const std::string url =
      path.starts_with("https://") ? std::string(path) : std::string(stage_.host) + std::string(path);
  const auto& calls = world_.client.calls;
  const auto call = std::ranges::find_if(
      calls, [&](const auto& one) { return one->done && one->request.method == method && one->request.url == url; });
  if (call == calls.end()) return fmt::format("there is no request {} {}", method, url);
  if (!trim(request).empty()) {
    if (auto wrong = differs((*call)->request.body, trim(request))) return wrong;
  }
  const std::string_view status = word(response);
  const auto answered = *call;
  if (status == "fail") {
    answered->fail(std::string(response));
  } else {
    int code = 0;
    std::from_chars(status.data(), status.data() + status.size(), code);
    answered->answer(code, std::string(response), stage_.headers);
  }
  world_.loop.advance(std::chrono::milliseconds(0));
  return std::nullopt;
}

Transcript::Verdict Transcript::no_http(std::string_view) {
  for (const auto& call : world_.client.calls) {
    if (call->done) return fmt::format("{} {} is under way", call->request.method, call->request.url);
  }
  return std::nullopt;
}

Transcript::Verdict Transcript::key(std::string_view name) {
  if (world_.events.arrivals.empty()) return "there was no delivery";
  const auto& keys = world_.events.arrivals.back().keys;
  if (std::ranges::find(keys, name) != keys.end()) return std::nullopt;
  return fmt::format("they are \"{}\"", fmt::join(keys, "\" \""));
}

Transcript::Verdict Transcript::event(std::string_view arguments) {
  const auto events = world_.events.events();
  if (next_event_ >= events.size()) return "there was no event";
  const onebot::Event& event = events[next_event_++];
  if (arguments.starts_with('{')) return differs(onebot::to_json(event), arguments);
  const std::string name = event.type + '.' + event.detail_type;
  if (const std::string_view wanted = word(arguments); wanted != name) return fmt::format("it is {}", name);
  const std::string json = onebot::to_json(event);
  const auto document = Document::parse(json);
  while (!arguments.empty()) {
    const std::string_view pair = word(arguments);
    const auto equals = pair.find('=');
    std::string found;  // extended fields have dots in their names, so this is no path
    document->root().members([&](std::string_view field, View value) {
      if (field == pair.substr(0, equals)) found = value.is_bool() ? value.dump() : value.text();
    });
    if (equals == std::string_view::npos || found != pair.substr(equals + 1))
      return fmt::format("{}: it is {}", pair, json);
  }
  return std::nullopt;
}

Transcript::Verdict Transcript::nothing(std::string_view) {
  const auto events = world_.events.events();
  if (next_event_ >= events.size()) return std::nullopt;
  return fmt::format("there is {}", onebot::to_json(events[next_event_]));
}

Transcript::Verdict Transcript::online(std::string_view yes) {
  if (adapter_->online() != world_.events.online) return "the adapter and the bridge were told different things";
  if (yes_or_no(yes) == adapter_->online()) return std::nullopt;
  return adapter_->online() ? "it is online" : "it is offline";
}

// Every change so far: "changes true false".
Transcript::Verdict Transcript::changes(std::string_view list) {
  std::string all;
  for (const bool change : world_.events.changes) all += fmt::format("{}{}", all.empty() ? "" : " ", change);
  if (all == list) return std::nullopt;
  return fmt::format("they are {}", all);
}

Transcript::Verdict Transcript::self(std::string_view id) {
  if (adapter_->self().user_id == id) return std::nullopt;
  return fmt::format("it is \"{}\"", adapter_->self().user_id);
}

// record KIND [KEY] JSON|forgotten: what would be recalled now.
Transcript::Verdict Transcript::record(std::string_view arguments) {
  const std::string_view kind = word(arguments);
  std::string_view key;
  if (!arguments.starts_with('{') && arguments != "forgotten") key = word(arguments);
  if (key == "-") key = {};
  for (const onebot::Record& kept : world_.events.recall(kind)) {
    if (kept.key != key) continue;
    if (arguments == "forgotten") return fmt::format("it is {}", kept.value);
    return kept.value == arguments ? std::nullopt : differs(kept.value, arguments);
  }
  if (arguments == "forgotten") return std::nullopt;
  return "there is none";
}

Transcript::Verdict Transcript::unlogged(std::string_view text) {
  return world_.log.contains(text) ? Verdict("it is logged") : std::nullopt;
}

Transcript::Verdict Transcript::counted(std::string_view text) {
  const std::size_t blank = text.find(' ');
  const auto found = world_.log.counters.find(text.substr(0, blank));
  const std::uint64_t count = found == world_.log.counters.end() ? 0 : found->second;
  if (blank != text.npos && fmt::to_string(count) == text.substr(blank + 1)) return std::nullopt;
  return fmt::format("it is at {}", count);
}

Transcript::Verdict Transcript::log(std::string_view text) {
  if (world_.log.contains(text)) return std::nullopt;
  std::string all;
  for (const auto& [level, one] : world_.log.lines) all += "\n  " + one;
  return fmt::format("the log is{}", all);
}

Transcript::Verdict Transcript::hold(std::string_view yes) {
  adapter_->hold(yes_or_no(yes).value_or(true));
  return std::nullopt;
}

Transcript::Verdict Transcript::action(std::string_view arguments) {
  const std::string name(word(arguments));
  const auto params = Document::parse(arguments.empty() ? "{}" : arguments);
  if (!params) return params.error().message;
  const auto value = params->root().value();
  const auto* fields = std::get_if<onebot::Fields>(&value);
  adapter_->call({name, fields ? *fields : onebot::Fields{}}, onebot::Reply([this](onebot::ActionResult result) {
                   answers_.push_back(onebot::encode_response(result, std::nullopt));
                 }));
  return std::nullopt;
}

Transcript::Verdict Transcript::answer(std::string_view part) {
  if (next_answer_ >= answers_.size()) return "there was no answer yet";
  return differs(answers_[next_answer_++], part);
}

}  // namespace transcripts
