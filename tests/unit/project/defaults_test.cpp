// A default stands in a table of options; a document that repeats one says the same.

#include "adapters/registry.h"
#include "bridge/config/config.h"
#include "onebot/json.h"
#include "tests/unit/project/source.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

using project::Problems;

std::string document(const std::string& path) {
  std::ifstream in(project::root() + "/" + path);
  REQUIRE_MESSAGE(in, path);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Where users read: the front page, docs/, and the page of each platform.
std::set<std::string> pages() {
  std::set<std::string> pages{"README.md"};
  const std::filesystem::path root = project::root();
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root / "docs")) {
    if (entry.is_regular_file()) pages.insert(entry.path().lexically_relative(root).string());
  }
  for (const adapters::Platform& platform : adapters::platforms()) {
    pages.insert(std::string(platform.folder) + "/README.md");
  }
  return pages;
}

// --- tables "| option | default | ..." ---

// The options that a page may speak of.
std::vector<onebot::Option> options_of(const std::string& page) {
  std::vector<onebot::Option> options;
  for (const adapters::Platform& platform : adapters::platforms()) {
    const std::string own = std::string(platform.folder) + "/README.md";
    if (page.starts_with("adapters/") && page != own) continue;
    options.insert(options.end(), platform.options.begin(), platform.options.end());
  }
  return options;
}

// "`"gateway"`" and "`1"` are values as they are written in the file; anything else says in words that there is none.
std::string value_in(std::string_view cell) {
  if (cell.size() < 2 || !cell.starts_with('`') || !cell.ends_with('`')) return {};
  cell = cell.substr(1, cell.size() - 2);
  if (cell.size() >= 2 && cell.starts_with('"') && cell.ends_with('"')) cell = cell.substr(1, cell.size() - 2);
  return std::string(cell);
}

Problems wrong_tables(const std::string& page, const std::string& text) {
  static const std::regex kRow(R"(^\| `([\w.]+)` \| (.*?) \|.*)");
  const std::vector<onebot::Option> options = options_of(page);
  Problems problems;
  bool inside = false;
  for (const std::string& line : project::lines_of(text)) {
    if (line.starts_with("| option | default |")) inside = true;
    if (!line.starts_with('|')) inside = false;
    std::smatch row;
    if (!inside || !std::regex_match(line, row, kRow)) continue;
    const auto option = std::ranges::find(options, std::string_view(row[1].str()), &onebot::Option::key);
    if (option == options.end()) {
      problems.push_back(fmt::format("{}: there is no option {}", page, row[1].str()));
    } else if (option->fallback != value_in(row[2].str())) {
      problems.push_back(fmt::format("{}: the default of {} is \"{}\"", page, row[1].str(), option->fallback));
    }
  }
  return problems;
}

// --- examples ---

bridge::ReadConfig read(std::string text) {
  static const std::regex kSecret("\"env:\\w+\"");
  return bridge::read_config(std::regex_replace(text, kSecret, "\"a secret\""), "example");
}

// A section, whatever the order of its keys. One that is "" says what an absent one does.
std::string told(const onebot::Fields& section) {
  std::set<std::string> all;
  for (const onebot::Field& field : section) {
    if (!onebot::text_of(section, field.name).empty() || !std::holds_alternative<std::string>(field.value))
      all.insert(fmt::format("{}={}", field.name, onebot::json::write(field.value)));
  }
  return fmt::format("{}", fmt::join(all, " "));
}

// What a way of OneBot 11 says.
template <class Options>
std::string told(const bridge::Serving<Options>& way) {
  const auto& section = way.options.section;
  const auto& events = section.asking.events;
  return fmt::format(" {} {} {} {} {} {} {} {} {} {} {} {}", section.name, way.bots.size(), section.replay.count(),
                     section.heartbeat.count(), section.asking.at_sender, section.asking.rate_limit_interval.count(),
                     static_cast<int>(events.message_format), static_cast<int>(events.ids),
                     static_cast<int>(events.channels), events.extended_notices, static_cast<int>(events.interactions),
                     events.max_frame);
}

std::string told(const bridge::OneBot11& onebot11) {
  std::string all;
  const auto add = [&](const auto& way, const auto&... values) {
    all += told(way);
    all += (fmt::format(" {}", values) + ...);
  };
  for (const auto& one : onebot11.http) add(one, one.options.host, one.options.port, one.options.access_token);
  for (const auto& one : onebot11.http_post) add(one, one.options.url, one.options.secret, one.options.timeout.count());
  for (const auto& one : onebot11.websocket) add(one, one.options.host, one.options.port, one.options.access_token);
  for (const auto& one : onebot11.websocket_reverse) {
    add(one, one.options.url, one.options.api_url, one.options.event_url, one.options.use_universal_client,
        one.options.reconnect_interval.count(), one.options.access_token);
  }
  const auto& media = onebot11.media;
  if (media) all += fmt::format(" {} {} {}", media->address.port, media->base_url, media->expire.count());
  return all;
}

// Everything that a configuration says.
std::string told(const bridge::Config& config) {
  std::string all =
      fmt::format("{} {} {} {} {} {} {} {} {} {}", config.data_dir, static_cast<int>(config.log_level), config.log_json,
                  config.ca_file, config.proxy, config.no_proxy.has_value(), config.heartbeat.count(),
                  config.replay.count(), config.retention.count(), config.retention_size);
  const auto add = [&](const auto&... values) { all += (fmt::format(" {}", values) + ...); };
  const auto add_address = [&](const onebot::io::Address& at) {
    add(at.host, at.port, at.tls_cert, at.tls_key, at.hosts.size());
  };
  for (const auto& bot : config.bots) add(told(bot.section));
  if (config.ingress) add_address(*config.ingress);
  if (config.admin) add_address(config.admin->address), add(config.admin->token);
  const auto& methods = config.methods;
  for (const auto& one : methods.http) add(one.host, one.port, one.event_enabled, one.event_buffer_size);
  for (const auto& one : methods.webhook) add(one.url, one.timeout.count(), one.access_token);
  for (const auto& one : methods.websocket) add(one.host, one.port, one.access_token);
  for (const auto& one : methods.websocket_reverse) add(one.url, one.reconnect_interval.count(), one.access_token);
  all += told(config.onebot11);
  const auto& files = config.files;
  add(files.max_size, files.quota, files.expire.count(), files.paths.size(), files.allow_internal, files.max_redirects,
      files.timeout.count());
  const auto& limits = config.limits;
  add(limits.connections, limits.per_peer, limits.inflight, limits.refusals, limits.request.count(),
      limits.idle.count());
  return all;
}

// Lines that say something else than what stands in when they are left out.
Problems not_defaults(const std::string& text) {
  static const std::regex kLine(R"(^(\w+) = .*)");
  // What has no default, since only the user knows it.
  const std::set<std::string> own{"platform", "app_id", "app_secret", "verification_token", "url"};
  const auto whole = read(text);
  if (!whole.config) return whole.mistakes;
  const std::vector<std::string> lines = project::lines_of(text);
  Problems problems;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::smatch found;
    if (!std::regex_match(lines[i], found, kLine) || own.contains(found[1])) continue;
    std::string without;
    for (std::size_t j = 0; j < lines.size(); ++j) without += j == i ? "\n" : lines[j] + "\n";
    const auto rest = read(without);
    if (!rest.config || told(*rest.config) != told(*whole.config)) {
      problems.push_back(fmt::format("examples: not the default: {}", lines[i]));
    }
  }
  return problems;
}

// --- what is added to a file that has its bots ---

// The blocks of TOML of a page.
std::vector<std::string> blocks_of(const std::string& text) {
  std::vector<std::string> blocks;
  bool inside = false;
  for (const std::string& line : project::lines_of(text)) {
    if (line.starts_with("```")) {
      inside = line == "```toml";
      if (inside) blocks.emplace_back();
    } else if (inside) {
      blocks.back() += line + "\n";
    }
  }
  return blocks;
}

// What is wrong when a block of a page is added to the bots of the example.
Problems wrong_additions(const std::string& page, const std::string& text) {
  const std::string example = document("examples/bridge.toml");
  const auto begin = example.find("[[bots]]"), end = example.find("[[onebot.http]]");
  REQUIRE(begin < end);
  const std::string bots = example.substr(begin, end - begin);
  Problems problems;
  for (const std::string& block : blocks_of(text)) {
    const bool way = block.find("[[onebot") != std::string::npos;
    const bridge::ReadConfig whole = read(bots + block + (way ? "" : "[[onebot11.http]]\n"));
    for (const std::string& problem : whole.mistakes) problems.push_back(fmt::format("{}: {}", page, problem));
  }
  return problems;
}

// --- addresses of ours ---

std::set<std::string> own_ports() {
  const auto [config, wrong] = read(document("examples/bridge.toml"));
  REQUIRE(config);
  REQUIRE(config->onebot11.media);
  std::set<std::string> ports{fmt::format("{}", config->ingress->port), fmt::format("{}", config->admin->address.port),
                              fmt::format("{}", config->onebot11.media->address.port)};
  for (const auto& http : config->methods.http) ports.insert(fmt::format("{}", http.port));
  for (const auto& websocket : config->methods.websocket) ports.insert(fmt::format("{}", websocket.port));
  return ports;
}

Problems strange_ports(const std::string& page, const std::string& text) {
  static const std::regex kAddress(R"((?:127\.0\.0\.1|localhost|HOST):(\d+))");
  const std::set<std::string> known = own_ports();
  Problems problems;
  for (auto found = std::sregex_iterator(text.begin(), text.end(), kAddress); found != std::sregex_iterator();
       ++found) {
    if (!known.contains((*found)[1])) problems.push_back(fmt::format("{}: {} is no default", page, found->str()));
  }
  return problems;
}

}  // namespace

TEST_CASE("defaults written once: a table of options says what the platform's own table says") {
  const std::string page = std::string(adapters::platforms().front().folder) + "/README.md";
  const std::string text = document(page);
  CHECK(wrong_tables(page, "| option | default | |\n|---|---|---|\n| `invented` | `1` | x |\n").size() == 1);
  CHECK(wrong_tables(page, "| option | default | |\n|---|---|---|\n| `receive` | `\"pigeon\"` | x |\n").size() == 1);
  CHECK(text.find("| option | default |") != std::string::npos);

  for (const std::string& one : pages()) {
    for (const std::string& problem : wrong_tables(one, document(one))) FAIL_CHECK(problem);
  }
}

TEST_CASE("defaults written once: what the example writes is what stands in when it is left out") {
  std::string text = document("examples/bridge.toml");
  for (const std::string& problem : not_defaults(text)) FAIL_CHECK(problem);

  const auto at = text.find("max_redirects = 5");
  REQUIRE(at != std::string::npos);
  CHECK(not_defaults(text.replace(at, 17, "max_redirects = 6")).size() == 1);
}

TEST_CASE("defaults written once: the ports in the documents are those that stand in") {
  CHECK(own_ports().size() == 5);
  CHECK(strange_ports("x", "ws://127.0.0.1:6701/").size() == 1);
  for (const std::string page : {"README.md", "docs/README.md", "docs/proxies.md"}) {
    for (const std::string& problem : strange_ports(page, document(page))) FAIL_CHECK(problem);
  }
}

TEST_CASE("what the pages of frameworks add to a configuration can be read") {
  CHECK(wrong_additions("x", "```toml\n[[onebot11.websocket]]\nport = 6700\nhello = 1\n```\n").size() == 1);
  CHECK(wrong_additions("x", "```toml\n[[onebot11.websocket]]\nport = 6700\n```\n").empty());

  std::size_t blocks = 0;
  for (const std::string& page : pages()) {
    if (!page.starts_with("docs/frameworks/")) continue;
    blocks += blocks_of(document(page)).size();
    for (const std::string& problem : wrong_additions(page, document(page))) FAIL_CHECK(problem);
  }
  CHECK(blocks > 15);
}
