#include "bridge/config/endpoints.h"

#include "bridge/config/values.h"

#include <fmt/format.h>

#include <utility>

namespace bridge::config {

void Endpoints::each(std::string_view name, std::span<const Rule> rules, const Use& use) {
  const Node* found = node_of(table_, name);
  if (!found) return;
  const std::string full = fmt::format("{}.{}", family_, name);
  const auto* list = std::get_if<List>(&found->value);
  if (!list) {
    ++count_;
    return findings_.add(found->line, full,
                         fmt::format("is {}; allowed: tables, written as [[{}]]", kind_of(*found), full));
  }
  for (const Node& element : *list) {
    ++count_;
    const Section section = read_section(&element, full, rules, findings_);
    check_unique(section, element);
    use(section, element);
  }
}

// The place of a consumer follows the name, so two cannot share one.
void Endpoints::check_unique(const Section& section, const Node& at) {
  const std::string name = section.text("name");
  if (name.empty()) return;
  Named first{line_in(at, "name"), section.name}, second = first;
  const auto [known, added] = names_.emplace(name, first);
  if (added) return;
  first = known->second;
  if (second.line < first.line) std::swap(first, second);  // the sections come by way, not by line
  findings_.add(second.line, fmt::format("{}.name", second.section),
                fmt::format("{} is already the name in line {}; allowed: a name that no other section has",
                            quoted(name), first.line));
}

}  // namespace bridge::config
