#include "bridge/config/tree.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>

namespace bridge::config {

namespace {

int line_of(const toml::source_region& source) { return static_cast<int>(source.begin.line); }

Node copy(const toml::node& node);

Table copy(const toml::table& table) {
  Table members;
  for (const auto& [key, node] : table) {
    members.push_back({std::string(key.str()), line_of(key.source()), copy(node)});
  }
  std::ranges::stable_sort(members, {}, &Member::line);
  return members;
}

Node copy(const toml::node& node) {
  Node made(line_of(node.source()));
  if (const auto* table = node.as_table()) {
    made.value = copy(*table);
  } else if (const auto* list = node.as_array()) {
    List nodes;
    for (const toml::node& element : *list) nodes.push_back(copy(element));
    made.value = std::move(nodes);
  } else if (const auto* text = node.as_string()) {
    made.value = text->get();
  } else if (const auto* integer = node.as_integer()) {
    made.value = std::int64_t{integer->get()};
  } else if (const auto* number = node.as_floating_point()) {
    made.value = number->get();
  } else if (const auto* truth = node.as_boolean()) {
    made.value = truth->get();
  }
  return made;
}

}  // namespace

Node::Node() : value() {}
Node::Node(int line_of_it) : line(line_of_it), value() {}

const Member* find(const Table& table, std::string_view key) {
  const auto found = std::ranges::find(table, key, &Member::key);
  return found == table.end() ? nullptr : &*found;
}

const Node* node_of(const Table& table, std::string_view key) {
  const Member* member = find(table, key);
  return member ? &member->node : nullptr;
}

std::string_view kind_of(const Node& node) {
  static constexpr std::string_view kKinds[] = {"a date or time", "true or false", "a whole number", "a fraction",
                                                "a string",       "a list",        "a table"};
  return kKinds[node.value.index()];
}

std::expected<Table, Mistake> parse_toml(std::string_view text) {
  try {
    return copy(toml::parse(text));
  } catch (const toml::parse_error& error) {
    std::string_view why = error.description();
    why = why.substr(0, why.find(", saw "));  // what was seen may be a piece of a secret, or a line break
    return std::unexpected(Mistake{line_of(error.source()), "", fmt::format("no valid TOML: {}", why)});
  }
}

}  // namespace bridge::config
