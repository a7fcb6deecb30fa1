// The key "bots" of a section: which of the configured bots it serves.

#pragma once

#include "bridge/config/config.h"
#include "bridge/config/section.h"

#include <cstddef>
#include <span>
#include <vector>

namespace bridge::config {

// Its row in the rules of a section. Absent, it means all.
inline constexpr Rule kBotsRule{"bots", Kind::text_list, false, "", "*"};

// The places of those bots in `bots`, ascending, each once. A pattern is "platform:app_id", "platform:*" or "*"; one
// that no bot is like is a mistake, and so is a list of none.
// section: its "bots"; node: where they stand in the file.
std::vector<std::size_t> bots_chosen(const Section& section, const Node& node, std::span<const Config::Bot> bots,
                                     Findings& findings);

// The same of a section as it is written, without a word about what is wrong in it.
std::vector<std::size_t> bots_written(const Node& node, std::span<const Config::Bot> bots);

}  // namespace bridge::config
