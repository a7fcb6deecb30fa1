#include "bridge/config/onebot11.h"

#include "bridge/config/bots_chosen.h"
#include "bridge/config/endpoints.h"
#include "bridge/config/media.h"
#include "bridge/config/shared_peers.h"
#include "bridge/config/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bridge::config {

namespace {

namespace v11 = onebot::v11;
using std::chrono::milliseconds;

constexpr std::size_t kSafeSecret = 16;                       // bytes
constexpr std::int64_t kHour = 3'600'000, kDay = 24 * kHour;  // ms
constexpr std::int64_t kLeastFrame = 4 << 10;                 // bytes; a message of one short text
constexpr std::int64_t kMostFrame = (16 << 20) - 1024;        // bytes; of any frame
constexpr std::string_view kFormats = "array string";         // these four in the order of their enumerations
constexpr std::string_view kIds = "number string";
constexpr std::string_view kChannels = "group guild off";
constexpr std::string_view kInteractions = "notice message off";
constexpr std::string_view kWays[] = {"http", "http_post", "websocket", "websocket_reverse"};

// What [onebot11] says for all ways, and a section for itself.
constexpr Rule kCommon[] = {
    kBotsRule,
    {"access_token", Kind::secret},
    {"message_format", Kind::text, false, kFormats, "array"},
    {"ids", Kind::text, false, kIds, "number"},
    {"channels", Kind::text, false, kChannels, "group"},
    {"extended_notices", Kind::boolean, false, "", "false"},
    {"interactions", Kind::text, false, kInteractions, "notice"},
    {"at_sender", Kind::boolean, false, "", "true"},
    {"replay", Kind::duration, false, "", "5m"},
    {"max_frame", Kind::size, false, "", "500kB", kLeastFrame, kMostFrame},
    {"rate_limit_interval", Kind::milliseconds, false, "", "500", 0, kHour},
};
constexpr Rule kHttp[] = {
    {"name", Kind::name},
    {"host", Kind::host, false, "", "127.0.0.1"},
    {"port", Kind::port, false, "", "5700", 1, 65535},
    {"hosts", Kind::text_list},
};
constexpr Rule kHttpPost[] = {
    {"name", Kind::name},
    {"url", Kind::url, true, "http https"},
    {"secret", Kind::secret},
    {"timeout", Kind::seconds, false, "", "0", 0, 3600},
};
constexpr Rule kWebSocket[] = {
    {"name", Kind::name},
    {"host", Kind::host, false, "", "127.0.0.1"},
    {"port", Kind::port, false, "", "6700", 1, 65535},
    {"hosts", Kind::text_list},
};
constexpr Rule kReverse[] = {
    {"name", Kind::name},
    {"url", Kind::url, false, "ws wss"},
    {"api_url", Kind::url, false, "ws wss"},
    {"event_url", Kind::url, false, "ws wss"},
    {"use_universal_client", Kind::boolean, false, "", "true"},
    {"reconnect_interval", Kind::milliseconds, false, "", "3000", 1, kDay},
};
constexpr Rule kHeartbeat[] = {
    {"enabled", Kind::boolean, false, "", "true"},
    {"interval", Kind::milliseconds, false, "", "15000", 1, kDay},
};

// A way's own rules and the common ones, which [onebot11] stands in for.
std::vector<Rule> rules_of(std::span<const Rule> own) {
  std::vector<Rule> rules(own.begin(), own.end());
  for (Rule rule : kCommon) {
    rule.fallback = "";
    rules.push_back(rule);
  }
  return rules;
}

template <class Enum>
Enum one_of(std::string_view allowed, std::string_view text) {
  const auto all = words(allowed);
  const auto found = std::ranges::find(all, text);
  return found == all.end() ? Enum{} : static_cast<Enum>(found - all.begin());
}

class Reader {
 public:
  Reader(const Node& node, std::span<const Config::Bot> bots, milliseconds retention, Listeners& listeners,
         Findings& findings)
      : node_(node), bots_(bots), retention_(retention), listeners_(listeners), findings_(findings) {}

  OneBot11 read() {
    const auto* table = std::get_if<Table>(&node_.value);
    read_defaults(table);
    if (!table) return {};
    const Section beat = read_section(node_of(*table, "heartbeat"), "onebot11.heartbeat", kHeartbeat, findings_);
    heartbeat_ = milliseconds(beat.boolean("enabled") ? beat.integer("interval") : 0);
    Endpoints endpoints("onebot11", *table, findings_);
    const auto each = [&](std::string_view name, std::span<const Rule> own, void (Reader::*add)(const Way&)) {
      endpoints.each(name, rules_of(own),
                     [this, add](const Section& section, const Node& node) { (this->*add)(completed(section, node)); });
    };
    each("http", kHttp, &Reader::add_http);
    each("http_post", kHttpPost, &Reader::add_post);
    each("websocket", kWebSocket, &Reader::add_websocket);
    each("websocket_reverse", kReverse, &Reader::add_reverse);
    const Node* media = node_of(*table, "media");
    if (endpoints.count() > 0) {
      read_.media = read_media(media, node_, listeners_, findings_);
    } else {
      Listeners none;
      read_media(media, node_, none, findings_);
      findings_.warn(node_.line, "onebot11",
                     "no application of OneBot 11 has a way to connect; one of [[onebot11.http]], "
                     "[[onebot11.http_post]], [[onebot11.websocket]] or [[onebot11.websocket_reverse]] is needed");
    }
    return std::move(read_);
  }
  const std::vector<Peer>& peers() const { return peers_; }

 private:
  struct Way {
    Section section{};
    const Node& node;
    std::vector<std::size_t> bots{};
  };

  void read_defaults(const Table* table) {
    if (!table) {
      defaults_ = read_section(&node_, "onebot11", kCommon, findings_);
      return;
    }
    std::vector<std::string_view> names(std::begin(kWays), std::end(kWays));
    names.insert(names.end(), {"heartbeat", "media"});
    Table own;
    for (const Member& member : *table) {
      if (std::ranges::find(kCommon, member.key, &Rule::key) != std::end(kCommon)) own.push_back(member);
    }
    for (const Rule& rule : kCommon) names.push_back(rule.key);
    check_names(*table, names, "onebot11.", findings_);
    Node alone(node_.line);
    alone.value = std::move(own);
    defaults_ = read_section(&alone, "onebot11", kCommon, findings_);
    default_bots_ = bots_chosen(defaults_, node_, bots_, findings_);
    check_replay(defaults_, node_);
    warn_of_ids(defaults_, node_);
  }

  // With what [onebot11] says where the section says nothing.
  Way completed(Section section, const Node& node) {
    const bool own_bots = onebot::find(section.fields, "bots") != nullptr;
    std::vector<std::size_t> bots = own_bots ? bots_chosen(section, node, bots_, findings_) : default_bots_;
    check_replay(section, node);
    warn_of_ids(section, node);
    for (const Rule& rule : kCommon) {
      const onebot::Value* value = onebot::find(defaults_.fields, rule.key);
      if (value && !onebot::find(section.fields, rule.key)) onebot::set(section.fields, rule.key, *value);
    }
    return {std::move(section), node, std::move(bots)};
  }

  void check_replay(const Section& section, const Node& node) {
    if (!is_written(node, "replay") || retention_ == milliseconds(0)) return;
    if (milliseconds(section.integer("replay")) <= retention_) return;
    findings_.add(line_in(node, "replay"), fmt::format("{}.replay", section.name),
                  "is longer than delivery.retention; allowed: at most as long as events are kept");
  }

  void warn_of_ids(const Section& section, const Node& node) {
    if (!is_written(node, "ids") || section.text("ids") != "string") return;
    findings_.warn(line_in(node, "ids"), fmt::format("{}.ids", section.name),
                   "\"string\" is for applications that take ids as text: Koishi, TRSS-Yunzai, node-napcat-ts, "
                   "aiocqhttp, and AstrBot as far as it answers. NoneBot, ZeroBot, Karin, SealDice, Overflow, Shiro, "
                   "simbot and LangBot never do: they lose events, or answer nobody");
  }

  v11::connect::SectionOptions options_of(const Section& section) const {
    const v11::Options events{.message_format = one_of<v11::MessageFormat>(kFormats, section.text("message_format")),
                              .ids = one_of<v11::Ids>(kIds, section.text("ids")),
                              .channels = one_of<v11::Channels>(kChannels, section.text("channels")),
                              .extended_notices = section.boolean("extended_notices"),
                              .interactions = one_of<v11::Interactions>(kInteractions, section.text("interactions")),
                              .max_frame = static_cast<std::size_t>(section.integer("max_frame"))};
    const milliseconds replay(section.integer("replay"));
    return {.name = section.text("name"),
            .asking = {.events = events,
                       .at_sender = section.boolean("at_sender"),
                       .rate_limit_interval = milliseconds(section.integer("rate_limit_interval"))},
            .replay = retention_ > milliseconds(0) ? std::min(replay, retention_) : replay,
            .heartbeat = heartbeat_};
  }

  void add_http(const Way& way) {
    const auto& [section, node, bots] = way;
    const auto address = address_of(section);
    const std::string token = section.text("access_token");
    read_.http.push_back({{.section = options_of(section),
                           .host = address.host,
                           .port = address.port,
                           .access_token = token,
                           .hosts = read_hosts(section, node, findings_)},
                          bots});
    listeners_.add({&node, section.name, address, Listener::Serves::http, !token.empty(), 11});
  }

  void add_post(const Way& way) {
    const auto& [section, node, bots] = way;
    const std::string secret = section.text("secret");
    if (is_written(node, "access_token")) {
      findings_.warn(line_in(node, "access_token"), "onebot11.http_post.access_token",
                     "is sent to nobody: in OneBot 11 posts are signed instead, with `secret`");
    }
    if (!secret.empty() && secret.size() < kSafeSecret) {
      findings_.warn(
          line_in(node, "secret"), "onebot11.http_post.secret",
          fmt::format("is short: whoever reads one post can find it by trying; better at least {} bytes", kSafeSecret));
    }
    read_.http_post.push_back({{.section = options_of(section),
                                .url = section.text("url"),
                                .secret = secret,
                                .timeout = std::chrono::seconds(section.integer("timeout"))},
                               bots});
    peers_.push_back({&node, section.name, {"url"}, bots});
  }

  void add_websocket(const Way& way) {
    const auto& [section, node, bots] = way;
    const auto address = address_of(section);
    const std::string token = section.text("access_token");
    read_.websocket.push_back({{.section = options_of(section),
                                .host = address.host,
                                .port = address.port,
                                .access_token = token,
                                .hosts = read_hosts(section, node, findings_)},
                               bots});
    listeners_.add({&node, section.name, address, Listener::Serves::websocket, !token.empty(), 11});
  }

  void add_reverse(const Way& way) {
    const auto& [section, node, bots] = way;
    check_urls(section, node);
    const bool universal = section.boolean("use_universal_client");
    read_.websocket_reverse.push_back({{.section = options_of(section),
                                        .url = section.text("url"),
                                        .api_url = section.text("api_url"),
                                        .event_url = section.text("event_url"),
                                        .use_universal_client = universal,
                                        .access_token = section.text("access_token"),
                                        .reconnect_interval = milliseconds(section.integer("reconnect_interval"))},
                                       bots});
    peers_.push_back({&node, section.name, {"url"}, bots});
    if (!universal) peers_.back().keys = {"url", "api_url", "event_url"};
  }

  // url, or both others where there are two links.
  void check_urls(const Section& section, const Node& node) {
    const bool two = !section.boolean("use_universal_client");
    const bool wrong = is_written(node, "url") && !onebot::find(section.fields, "url");
    const bool both = !section.text("api_url").empty() && !section.text("event_url").empty();
    if (section.text("url").empty() && !wrong && !(two && both)) {
      findings_.add(line_in(node, "url"), "onebot11.websocket_reverse.url",
                    "is missing, and required, unless use_universal_client is false and there are api_url and "
                    "event_url");
    }
    if (is_written(node, "use_universal_client")) return;
    for (const std::string_view key : {"api_url", "event_url"}) {
      if (section.text(key).empty()) continue;
      findings_.add(line_in(node, key), fmt::format("onebot11.websocket_reverse.{}", key),
                    "is for two links, and by default there is one, to url; write use_universal_client = false, or "
                    "leave it out");
    }
  }

  const Node& node_;
  const std::span<const Config::Bot> bots_;
  const milliseconds retention_;
  Listeners& listeners_;
  Findings& findings_;
  OneBot11 read_{};
  std::vector<Peer> peers_;
  Section defaults_{};
  std::vector<std::size_t> default_bots_;
  milliseconds heartbeat_{};
};

}  // namespace

bool has_ways(const Node* onebot11) {
  const auto* table = onebot11 ? std::get_if<Table>(&onebot11->value) : nullptr;
  return table && std::ranges::any_of(kWays, [table](std::string_view way) {
           const Node* found = node_of(*table, way);
           const auto* list = found ? std::get_if<List>(&found->value) : nullptr;
           return found && !(list && list->empty());
         });
}

OneBot11 read_onebot11(const Node* onebot11, const Node* onebot12, std::span<const Config::Bot> bots,
                       milliseconds retention, Listeners& listeners, Findings& findings) {
  if (!onebot11) return {};
  Reader reader(*onebot11, bots, retention, listeners, findings);
  OneBot11 read = reader.read();
  warn_of_shared_peers(reader.peers(), onebot12, bots, findings);
  return read;
}

}  // namespace bridge::config
