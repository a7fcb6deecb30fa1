#include "bridge/config/bots.h"

#include "adapters/registry.h"
#include "bridge/config/values.h"
#include "onebot/v11/numbers.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace bridge::config {

namespace {

namespace io = onebot::io;

// A world in which nothing happens: enough to construct an adapter and hear what it thinks of its section.
class Nowhere final : public io::Loop,
                      public io::Client,
                      public onebot::Ingress,
                      public onebot::EventSink,
                      public onebot::Files,
                      public onebot::Log {
 public:
  onebot::Host host() { return {*this, *this, *this, *this, *this, *this}; }

  void post(onebot::Then) override {}
  io::Owner after(std::chrono::milliseconds, onebot::Then) override { return nullptr; }
  std::chrono::milliseconds now() const override { return {}; }
  double wall() const override { return 0; }
  io::Owner send(io::HttpRequest, onebot::ToldResult<io::HttpResponse>) override { return nullptr; }
  std::unique_ptr<io::WebSocket> connect(io::HttpRequest, io::WebSocketPeer&) override { return nullptr; }
  io::Owner on_push(std::string, Push) override { return nullptr; }
  void emit(onebot::Arrival) override {}
  void set_online(bool) override {}
  void remember(onebot::Record) override {}
  std::vector<onebot::Record> recall(std::string_view) override { return {}; }
  io::Owner open(std::string, onebot::ToldResult<onebot::File>) override { return nullptr; }
  io::Owner read(const onebot::File&, std::uint64_t, std::size_t, onebot::ToldResult<std::string>) override {
    return nullptr;
  }
  void line(onebot::LogLevel, std::string_view) override {}
  void count(onebot::Counter, std::uint64_t) override {}
  void count_one(onebot::Counter, std::string_view) override {}
};

std::vector<std::string_view> platform_names() {
  std::vector<std::string_view> names;
  for (const adapters::Platform& platform : adapters::platforms()) names.push_back(platform.name);
  return names;
}

// The platform of a section, or nullptr and a mistake.
const adapters::Platform* platform_of(const Node& section, const Table& table, Findings& findings) {
  const Member* member = find(table, "platform");
  if (!member) {
    findings.add(section.line, "bots.platform",
                 fmt::format("is missing, and required; allowed: {}", listed(platform_names())));
    return nullptr;
  }
  const auto* name = std::get_if<std::string>(&member->node.value);
  const adapters::Platform* platform = name ? adapters::find_platform(*name) : nullptr;
  if (platform) return platform;
  findings.add(member->line, "bots.platform",
               fmt::format("{} is not known; allowed: {}", name ? quoted(*name) : std::string(kind_of(member->node)),
                           listed(platform_names())));
  return nullptr;
}

// The adapter's own opinion. Its message may begin with the key it is about.
void try_adapter(const adapters::Platform& platform, const Node& node, const onebot::Fields& section,
                 Findings& findings) {
  Nowhere nowhere;
  const auto adapter = platform.make(platform.name, section, nowhere.host());
  if (adapter) return;
  const std::string& message = adapter.error().message;
  for (const onebot::Option& option : platform.options) {
    if (!message.starts_with(fmt::format("{}: ", option.key))) continue;
    return findings.add(line_in(node, option.key), fmt::format("bots.{}", option.key),
                        message.substr(option.key.size() + 2));
  }
  findings.add(node.line, "bots", message);
}

// It becomes a path for pushes and a key on disk.
bool is_app_id(std::string_view text) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.';
  };
  return !text.empty() && text.size() <= 128 && std::ranges::all_of(text, plain) && text.front() != '.';
}

std::optional<Config::Bot> read_bot(const Node& node, bool ingress, Findings& findings) {
  const auto* table = std::get_if<Table>(&node.value);
  if (!table) {
    findings.add(node.line, "bots", fmt::format("is {}; allowed: tables, written as [[bots]]", kind_of(node)));
    return std::nullopt;
  }
  const adapters::Platform* platform = platform_of(node, *table, findings);
  if (!platform) return std::nullopt;
  std::vector<Rule> rules{{"platform", Kind::text, true},
                          {"onebot11_id", Kind::integer, false, "", "", 1, onebot::v11::kMostExact},
                          {"proxy", Kind::proxy}};
  for (const onebot::Option& option : platform->options) rules.push_back(rule_of(option));
  const std::size_t before = findings.mistakes.size();
  Section section = read_section(&node, "bots", rules, findings);
  Config::Bot bot{.platform = std::string(platform->name),
                  .app_id = section.text("app_id"),
                  .onebot11_id = section.integer("onebot11_id"),
                  .proxy = section.text("proxy")};
  bot.section = std::move(section.fields);
  if (findings.mistakes.size() > before) return bot;
  if (!is_app_id(bot.app_id)) {
    findings.add(line_in(node, "app_id"), "bots.app_id",
                 fmt::format("{} is no app_id; allowed: letters, digits, \"_\", \"-\", \".\"", quoted(bot.app_id)));
    return bot;
  }
  if (onebot::text_of(bot.section, "receive") == "webhook" && !ingress) {
    findings.add(line_in(node, "receive"), "bots.receive",
                 "\"webhook\" needs an [ingress] section: where the platform pushes to");
  }
  try_adapter(*platform, node, bot.section, findings);
  return bot;
}

// Bots by their numbers in OneBot 11, as far as the configuration says them.
class NumbersInUse {
 public:
  NumbersInUse(bool onebot11, Findings& findings) : onebot11_(onebot11), findings_(findings) {}

  void add(const Config::Bot& bot, const Node& node) {
    const auto number = onebot::v11::configured_number(
        {.platform = bot.platform, .app_id = bot.app_id, .configured_self = bot.onebot11_id});
    if (number == 0) return;
    const Use use{node.line, bot.onebot11_id > 0};
    const auto [first, fresh] = uses_.emplace(number, use);
    if (fresh || !(onebot11_ || use.written || first->second.written)) return;
    const std::string_view key = use.written ? "onebot11_id" : "app_id";
    findings_.add(
        line_in(node, key), fmt::format("bots.{}", key),
        fmt::format("{} is already the number of the bot of line {} in OneBot 11; allowed: a onebot11_id that "
                    "is no other bot's onebot11_id or app_id",
                    number, first->second.line));
  }

 private:
  struct Use {
    int line = 0;
    bool written = false;  // as onebot11_id
  };
  const bool onebot11_;
  Findings& findings_;
  std::map<onebot::v11::Number, Use> uses_;
};

}  // namespace

std::vector<Config::Bot> read_bots(const Node* list, Besides besides, Findings& findings) {
  std::vector<Config::Bot> bots;
  const auto* nodes = list ? std::get_if<List>(&list->value) : nullptr;
  if (!nodes || nodes->empty()) {
    findings.add(list ? list->line : 1, "bots", "there is no bot; at least one [[bots]] section is needed");
    return bots;
  }
  std::map<std::string, int> lines;
  NumbersInUse numbers(besides.onebot11, findings);
  for (const Node& node : *nodes) {
    auto bot = read_bot(node, besides.ingress, findings);
    if (!bot) continue;
    const std::string key = fmt::format("{}/{}", bot->platform, bot->app_id);
    const auto [first, fresh] = lines.emplace(key, node.line);
    if (fresh) numbers.add(*bot, node);
    if (!fresh && !bot->app_id.empty()) {
      findings.add(line_in(node, "app_id"), "bots.app_id",
                   fmt::format("{} is already the bot of line {}; allowed: each bot once", key, first->second));
    }
    bots.push_back(*std::move(bot));
  }
  return bots;
}

}  // namespace bridge::config

namespace bridge {

Config::Bot described_bot(onebot::Fields section) {
  const std::string name(onebot::text_of(section, "platform"));
  const adapters::Platform* platform = adapters::find_platform(name);
  if (platform) section = config::with_fallbacks(std::move(section), platform->options);
  std::string app_id(onebot::text_of(section, "app_id"));
  return {.platform = name, .app_id = std::move(app_id), .section = std::move(section)};
}

}  // namespace bridge
