#include "bridge/config/methods.h"

#include "bridge/config/bots_chosen.h"
#include "bridge/config/endpoints.h"

#include <fmt/format.h>

#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace bridge::config {

namespace {

using std::chrono::milliseconds;

constexpr std::int64_t kLeastSecret = 16;  // bytes
constexpr std::int64_t kDay = 86'400'000;  // ms
constexpr std::string_view kSections[] = {"http", "webhook", "websocket", "websocket_reverse", "heartbeat"};

constexpr Rule kHttp[] = {
    {"name", Kind::name},
    {"host", Kind::host, false, "", "127.0.0.1"},
    {"port", Kind::port, false, "", "5700", 1, 65535},
    kBotsRule,
    {"access_token", Kind::secret},
    {"hosts", Kind::text_list},
    {"event_enabled", Kind::boolean, false, "", "true"},
    {"event_buffer_size", Kind::integer, false, "", "0", 0, 1'000'000'000},
};
constexpr Rule kWebhook[] = {
    {"name", Kind::name},
    {"url", Kind::url, true, "http https"},
    kBotsRule,
    {"access_token", Kind::secret},
    {"secret", Kind::secret, false, "", "", kLeastSecret},
    {"timeout", Kind::milliseconds, false, "", "5000", 0, kDay},
};
constexpr Rule kWebSocket[] = {
    {"name", Kind::name},
    {"host", Kind::host, false, "", "127.0.0.1"},
    {"port", Kind::port, false, "", "6700", 1, 65535},
    kBotsRule,
    {"access_token", Kind::secret},
    {"hosts", Kind::text_list},
    {"default_consumer", Kind::name_or_false, false, "", "default"},
};
constexpr Rule kReverse[] = {
    {"name", Kind::name},
    {"url", Kind::url, true, "ws wss"},
    kBotsRule,
    {"access_token", Kind::secret},
    {"reconnect_interval", Kind::milliseconds, false, "", "3000", 1, kDay},
};
constexpr Rule kHeartbeat[] = {
    {"enabled", Kind::boolean, false, "", "true"},
    {"interval", Kind::milliseconds, false, "", "15000", 1, kDay},
};

class Reader {
 public:
  Reader(std::span<const Config::Bot> bots, Listeners& listeners, Findings& findings)
      : bots_(bots), listeners_(listeners), findings_(findings) {}

  Applications read(const Node* node) {
    static const Table kNothing;
    const auto* written = node ? std::get_if<Table>(&node->value) : nullptr;
    const Table& table = written ? *written : kNothing;
    check_names(table, kSections, "onebot.", findings_);
    Endpoints endpoints("onebot", table, findings_);
    endpoints.each("http", kHttp, [this](const Section& section, const Node& at) { add_http(section, at); });
    endpoints.each("webhook", kWebhook, [this](const Section& section, const Node& at) { add_webhook(section, at); });
    endpoints.each("websocket", kWebSocket,
                   [this](const Section& section, const Node& at) { add_websocket(section, at); });
    endpoints.each("websocket_reverse", kReverse,
                   [this](const Section& section, const Node& at) { add_reverse(section, at); });
    read_.sections = endpoints.count();
    const Section beat = read_section(node_of(table, "heartbeat"), "onebot.heartbeat", kHeartbeat, findings_);
    read_.heartbeat = milliseconds(beat.boolean("enabled") ? beat.integer("interval") : 0);
    return std::move(read_);
  }

 private:
  void add_http(const Section& section, const Node& at) {
    const auto address = address_of(section);
    const std::string token = section.text("access_token");
    read_.methods.http.push_back({.name = section.text("name"),
                                  .host = address.host,
                                  .port = address.port,
                                  .access_token = token,
                                  .event_enabled = section.boolean("event_enabled"),
                                  .event_buffer_size = section.integer("event_buffer_size"),
                                  .hosts = read_hosts(section, at, findings_),
                                  .bots = bots_of(section, at)});
    listeners_.add({&at, section.name, address, Listener::Serves::http, !token.empty()});
  }

  void add_webhook(const Section& section, const Node& at) {
    read_.methods.webhook.push_back({.name = section.text("name"),
                                     .url = section.text("url"),
                                     .access_token = section.text("access_token"),
                                     .secret = section.text("secret"),
                                     .timeout = milliseconds(section.integer("timeout")),
                                     .bots = bots_of(section, at)});
  }

  void add_websocket(const Section& section, const Node& at) {
    const auto address = address_of(section);
    const std::string token = section.text("access_token");
    read_.methods.websocket.push_back({.name = section.text("name"),
                                       .host = address.host,
                                       .port = address.port,
                                       .access_token = token,
                                       .default_consumer = section.text("default_consumer"),
                                       .hosts = read_hosts(section, at, findings_),
                                       .bots = bots_of(section, at)});
    listeners_.add({&at, section.name, address, Listener::Serves::websocket, !token.empty()});
  }

  void add_reverse(const Section& section, const Node& at) {
    read_.methods.websocket_reverse.push_back(
        {.name = section.text("name"),
         .url = section.text("url"),
         .access_token = section.text("access_token"),
         .reconnect_interval = milliseconds(section.integer("reconnect_interval")),
         .bots = bots_of(section, at)});
  }

  // The keys of the bots it serves; none when these are all.
  std::vector<std::string> bots_of(const Section& section, const Node& at) const {
    const std::vector<std::size_t> chosen = bots_chosen(section, at, bots_, findings_);
    std::vector<std::string> keys;
    if (chosen.size() == bots_.size()) return keys;
    for (const std::size_t place : chosen)
      keys.push_back(fmt::format("{}/{}", bots_[place].platform, bots_[place].app_id));
    return keys;
  }

  const std::span<const Config::Bot> bots_;
  Listeners& listeners_;
  Findings& findings_;
  Applications read_{};
};

}  // namespace

Applications read_applications(const Node* node, std::span<const Config::Bot> bots, Listeners& listeners,
                               Findings& findings) {
  return Reader(bots, listeners, findings).read(node);
}

}  // namespace bridge::config
