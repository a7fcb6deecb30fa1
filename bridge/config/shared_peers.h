// Shared peers: applications that the bridge connects to over OneBot 11 and over OneBot 12 for the same bot. Frameworks
// know bots by an id over all their adapters, and drop the second link.

#pragma once

#include "bridge/config/config.h"
#include "bridge/config/section.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bridge::config {

// A section of the file that connects to somebody.
struct Peer {
  const Node* section = nullptr;
  std::string name{};                    // "onebot11.http_post"
  std::vector<std::string_view> keys{};  // that hold addresses
  std::vector<std::size_t> bots{};       // that it serves
};

// peers: of OneBot 11. onebot12: the node of [onebot], or nullptr when there is none.
void warn_of_shared_peers(std::span<const Peer> peers, const Node* onebot12, std::span<const Config::Bot> bots,
                          Findings& findings);

}  // namespace bridge::config
