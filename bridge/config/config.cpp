#include "bridge/config/config.h"

#include "bridge/config/bots.h"
#include "bridge/config/files.h"
#include "bridge/config/limits.h"
#include "bridge/config/listeners.h"
#include "bridge/config/methods.h"
#include "bridge/config/onebot11.h"
#include "bridge/config/section.h"
#include "bridge/config/signposts.h"
#include "bridge/config/tree.h"
#include "bridge/config/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

namespace bridge {

namespace {

using namespace config;
using std::chrono::milliseconds;

constexpr std::size_t kMaxFile = 1 << 20;                  // bytes
constexpr std::int64_t kDay = 86'400'000;                  // ms
constexpr std::int64_t kForever = 365 * 10 * kDay;         // ms
constexpr std::int64_t kLeastSize = 32 << 20;              // bytes; two of the longest events
constexpr std::int64_t kMostSize = std::int64_t{1} << 50;  // bytes
constexpr std::string_view kLevels[] = {"trace", "debug", "info", "warn", "error"};

constexpr std::string_view kSections[] = {"bridge",   "bots",  "ingress", "onebot", "onebot11",
                                          "delivery", "files", "limits",  "admin"};

constexpr Rule kBridge[] = {
    {"data_dir", Kind::text, true, "", "data"},
    {"log_level", Kind::text, false, "trace debug info warn error", "info"},
    {"log_format", Kind::text, false, "text json", "text"},
    {"ca_file", Kind::file},
    {"proxy", Kind::proxy},
    {"no_proxy", Kind::text_list},
};
constexpr Rule kIngress[] = {
    {"host", Kind::host, false, "", "127.0.0.1"},
    {"port", Kind::port, false, "", "8090", 1, 65535},
    {"tls_cert", Kind::file},
    {"tls_key", Kind::file},
};
constexpr Rule kAdmin[] = {
    {"host", Kind::host, false, "", "127.0.0.1"},
    {"port", Kind::port, false, "", "8091", 1, 65535},
    {"token", Kind::secret},
    {"hosts", Kind::text_list},
};
constexpr Rule kDelivery[] = {
    {"replay", Kind::duration, false, "", "1h", 0, kForever},
    {"retention", Kind::duration, false, "", "24h", 60'000, kForever},
    {"retention_size", Kind::size, false, "", "1GiB", kLeastSize, kMostSize},
};

class FileReader {
 public:
  explicit FileReader(const Table& root) : root_(root) {}

  Config read() {
    check_names(root_, kSections, "", findings_);
    read_bridge();
    read_ingress();
    const Node* onebot11 = node_of(root_, "onebot11");
    config_.bots = read_bots(node_of(root_, "bots"),
                             {.ingress = config_.ingress.has_value(), .onebot11 = has_ways(onebot11)}, findings_);
    read_delivery();
    read_applications_of(node_of(root_, "onebot"), onebot11);
    config_.files = read_files(node_of(root_, "files"), config_.data_dir, findings_);
    config_.limits = read_limits(node_of(root_, "limits"), findings_);
    read_admin();
    listeners_.check(findings_.mistakes, findings_.warnings);
    config_.secrets = findings_.secrets;
    return std::move(config_);
  }
  Mistakes& mistakes() { return findings_.mistakes; }
  const Mistakes& warnings() const { return findings_.warnings; }

 private:
  void read_bridge() {
    const Section section = read_section(node_of(root_, "bridge"), "bridge", kBridge, findings_);
    config_.data_dir = section.text("data_dir");
    const auto level = std::ranges::find(kLevels, section.text("log_level"));
    config_.log_level = static_cast<onebot::LogLevel>(level - std::begin(kLevels));
    config_.log_json = section.text("log_format") == "json";
    config_.ca_file = section.text("ca_file");
    config_.proxy = section.text("proxy");
    const auto* hosts = onebot::find(section.fields, "no_proxy");
    const auto* list = hosts ? std::get_if<onebot::List>(hosts) : nullptr;
    if (!list) return;
    config_.no_proxy.emplace();
    for (const onebot::Value& item : *list) {
      auto host = read_no_proxy(std::get<std::string>(item));
      if (host) config_.no_proxy->push_back(*std::move(host));
      if (!host) findings_.add(line_in(*node_of(root_, "bridge"), "no_proxy"), "bridge.no_proxy", host.error());
    }
  }

  void read_ingress() {
    const Node* found = node_of(root_, "ingress");
    if (!found) return;
    const Section section = read_section(found, "ingress", kIngress, findings_);
    onebot::io::Address address = address_of(section);
    address.tls_cert = section.text("tls_cert");
    address.tls_key = section.text("tls_key");
    if (address.tls_cert.empty() != address.tls_key.empty()) {
      const std::string_view missing = address.tls_cert.empty() ? "tls_cert" : "tls_key";
      findings_.add(section.line, fmt::format("ingress.{}", missing),
                    "is missing; tls_cert and tls_key need each other");
    }
    listeners_.add({found, "ingress", address, Listener::Serves::pushes});
    config_.ingress = address;
  }

  void read_admin() {
    const Node* found = node_of(root_, "admin");
    if (!found) return;
    const Section section = read_section(found, "admin", kAdmin, findings_);
    onebot::io::Address address = address_of(section);
    address.hosts = read_hosts(section, *found, findings_);
    const std::string token = section.text("token");
    if (!is_loopback(address.host) && token.empty() && std::holds_alternative<Table>(found->value)) {
      findings_.add(line_in(*found, "host"), "admin.host",
                    "is reachable from other machines, and admin.token is not set; set it, or listen on \"127.0.0.1\"");
    }
    listeners_.add({found, "admin", address, Listener::Serves::admin});
    config_.admin = Config::Admin{address, token};
  }

  void read_applications_of(const Node* onebot12, const Node* onebot11) {
    Applications applications = read_applications(onebot12, config_.bots, listeners_, findings_);
    config_.methods = std::move(applications.methods);
    config_.heartbeat = applications.heartbeat;
    config_.onebot11 = read_onebot11(onebot11, onebot12, config_.bots, config_.retention, listeners_, findings_);
    set_signposts(config_.methods, config_.onebot11);
    if (applications.sections > 0 || has_ways(onebot11)) return;
    findings_.add(
        onebot12 ? onebot12->line : 1, "onebot",
        "applications have no way to connect; at least one section is needed: [[onebot.http]], "
        "[[onebot.webhook]], [[onebot.websocket]] or [[onebot.websocket_reverse]], or for OneBot 11 "
        "[[onebot11.http]], [[onebot11.http_post]], [[onebot11.websocket]] or [[onebot11.websocket_reverse]]");
  }

  void read_delivery() {
    const Node* found = node_of(root_, "delivery");
    const Section section = read_section(found, "delivery", kDelivery, findings_);
    config_.replay = milliseconds(section.integer("replay"));
    config_.retention = milliseconds(section.integer("retention"));
    config_.retention_size = static_cast<std::uint64_t>(section.integer("retention_size"));
    const bool both = onebot::find(section.fields, "replay") && onebot::find(section.fields, "retention");
    if (found && both && config_.replay > config_.retention) {
      findings_.add(line_in(*found, "replay"), "delivery.replay",
                    "is longer than delivery.retention; allowed: at most as long as events are kept");
    }
  }

  const Table& root_;
  Config config_{};
  Findings findings_{};
  Listeners listeners_{};
};

std::vector<std::string> written(Mistakes mistakes, std::string_view file) {
  std::ranges::stable_sort(mistakes, {}, &Mistake::line);
  std::vector<std::string> lines;
  for (const Mistake& mistake : mistakes) {
    lines.push_back(fmt::format("{}:{}: {}{}{}", file, std::max(mistake.line, 1), mistake.key,
                                mistake.key.empty() ? "" : ": ", mistake.what));
  }
  return lines;
}

}  // namespace

ReadConfig read_config(std::string_view text, std::string_view file) {
  const auto root = parse_toml(text);
  if (!root) return {std::nullopt, written({root.error()}, file)};
  FileReader reader(*root);
  Config config = reader.read();
  if (!reader.mistakes().empty()) return {std::nullopt, written(reader.mistakes(), file)};
  config.warnings = written(reader.warnings(), file);
  return {std::move(config), {}};
}

ReadConfig load_config(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return {std::nullopt, written({{1, "", fmt::format("cannot be read: {}", std::strerror(errno))}}, path)};
  std::string text(kMaxFile + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad() || (file.fail() && !file.eof())) {
    return {std::nullopt, written({{1, "", "cannot be read: it is no regular file"}}, path)};
  }
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kMaxFile) return {std::nullopt, written({{1, "", "is longer than 1 MiB"}}, path)};
  return read_config(text, path);
}

}  // namespace bridge
