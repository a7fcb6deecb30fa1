#include "bridge/config/shared_peers.h"

#include "bridge/config/bots_chosen.h"
#include "bridge/config/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>

namespace bridge::config {

namespace {

// Where a key of a section leads; all names of this machine are one.
std::optional<Place> place_in(const Node& section, std::string_view key) {
  const auto* table = std::get_if<Table>(&section.value);
  const Node* found = table ? node_of(*table, key) : nullptr;
  const auto* url = found ? std::get_if<std::string>(&found->value) : nullptr;
  if (!url || url->empty()) return std::nullopt;
  Place place = place_of(*url);
  if (is_loopback(place.host)) place.host = "127.0.0.1";
  return place;
}

std::vector<Peer> peers_of_onebot12(const Node* onebot12, std::span<const Config::Bot> bots) {
  std::vector<Peer> peers;
  const auto* table = onebot12 ? std::get_if<Table>(&onebot12->value) : nullptr;
  if (!table) return peers;
  for (const std::string_view way : {"webhook", "websocket_reverse"}) {
    const Node* found = node_of(*table, way);
    const auto* list = found ? std::get_if<List>(&found->value) : nullptr;
    if (!list) continue;
    for (const Node& section : *list) {
      peers.push_back({&section, fmt::format("onebot.{}", way), {"url"}, bots_written(section, bots)});
    }
  }
  return peers;
}

void warn_of(const Peer& peer, const Peer& other, std::span<const Config::Bot> bots, Findings& findings) {
  std::vector<std::size_t> both;
  std::ranges::set_intersection(peer.bots, other.bots, std::back_inserter(both));
  const auto there = place_in(*other.section, "url");
  if (both.empty() || !there) return;
  for (const std::string_view key : peer.keys) {
    if (place_in(*peer.section, key) != there) continue;
    const Config::Bot& bot = bots[both.front()];
    findings.warn(line_in(*peer.section, key), fmt::format("{}.{}", peer.name, key),
                  fmt::format("leads to {}:{}, as {} in line {} does, and {}:{} is a bot of both: frameworks that hear "
                              "OneBot 11 and 12 at one port know a bot once and drop the second link; let one section "
                              "serve it, by bots = [...]",
                              there->host, there->port, other.name, other.section->line, bot.platform, bot.app_id));
    return;
  }
}

}  // namespace

void warn_of_shared_peers(std::span<const Peer> peers, const Node* onebot12, std::span<const Config::Bot> bots,
                          Findings& findings) {
  const std::vector<Peer> others = peers_of_onebot12(onebot12, bots);
  for (const Peer& peer : peers) {
    for (const Peer& other : others) warn_of(peer, other, bots, findings);
  }
}

}  // namespace bridge::config
