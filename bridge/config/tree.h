// Tree: a TOML document as values that know their lines. config_tree.cpp is the only file that names toml++.

#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace bridge::config {

// One thing wrong with a configuration file.
struct Mistake {
  int line = 0;
  std::string key{};   // "onebot.http.port"; "" when it is the file itself
  std::string what{};  // what is wrong, what is allowed; never a secret
};
using Mistakes = std::vector<Mistake>;

struct Member;
using Table = std::vector<Member>;  // in the order of their lines
struct Node;
using List = std::vector<Node>;
struct Other {};  // a date or a time: nothing here takes one

struct Node {
  Node();  // not here: a table's members are not complete yet
  explicit Node(int line_of_it);

  int line = 0;  // of the value, or of a table's header
  std::variant<Other, bool, std::int64_t, double, std::string, List, Table> value;
};

struct Member {
  std::string key{};
  int line = 0;
  Node node{};
};

// The member called key, or nullptr.
const Member* find(const Table& table, std::string_view key);
const Node* node_of(const Table& table, std::string_view key);  // the same of its value
// "a string", "a table"; for messages.
std::string_view kind_of(const Node& node);

// The mistake is the first error of syntax.
std::expected<Table, Mistake> parse_toml(std::string_view text);

}  // namespace bridge::config
