#include "bridge/config/section.h"

#include "bridge/config/dialects.h"

#include <fmt/format.h>

#include <algorithm>

namespace bridge::config {

namespace {

using onebot::Value;

struct Split {
  std::string_view head{}, tail{};  // tail "": no dot
};
Split split(std::string_view key) {
  const auto dot = key.find('.');
  return dot == key.npos ? Split{key, ""} : Split{key.substr(0, dot), key.substr(dot + 1)};
}

// The rules of the table called head, without its name.
std::vector<Rule> rules_in(std::string_view head, std::span<const Rule> rules) {
  std::vector<Rule> found;
  for (Rule rule : rules) {
    const Split parts = split(rule.key);
    if (parts.head != head || parts.tail.empty()) continue;
    rule.key = parts.tail;
    found.push_back(rule);
  }
  return found;
}

std::vector<std::string_view> names_of(std::span<const Rule> rules) {
  std::vector<std::string_view> names;
  for (const Rule& rule : rules) {
    const std::string_view head = split(rule.key).head;
    if (std::ranges::find(names, head) == names.end()) names.push_back(head);
  }
  return names;
}

class Reader {
 public:
  Reader(const Node* node, Section& section, std::span<const Rule> rules, Findings& findings)
      : node_(node), section_(section), rules_(rules), findings_(findings) {}

  void read() {
    if (const Table* table = members()) {
      for (const Member& member : *table) read(member);
    }
    complete();
  }

 private:
  const Table* members() {
    if (!node_) return nullptr;
    const auto* table = std::get_if<Table>(&node_->value);
    if (!table) {
      findings_.add(node_->line, section_.name,
                    fmt::format("is {}; allowed: one table, written as [{}]", kind_of(*node_), section_.name));
    }
    return table;
  }

  std::string path(std::string_view key) const { return fmt::format("{}.{}", section_.name, key); }

  void read(const Member& member) {
    const auto rule = std::ranges::find(rules_, member.key, &Rule::key);
    if (rule != rules_.end()) return read(member, *rule);
    const std::vector<Rule> nested = rules_in(member.key, rules_);
    if (nested.empty())
      return findings_.add(member.line, path(member.key), unknown(section_.name, member.key, names_of(rules_)));
    Section inner = read_section(&member.node, path(member.key), nested, findings_);
    onebot::set(section_.fields, member.key, std::move(inner.fields));
  }

  void read(const Member& member, const Rule& rule) {
    Read<Value> value = read_value(member.node, rule);
    if (!value) return findings_.add(member.line, path(member.key), std::move(value).error());
    const auto* text = std::get_if<std::string>(&*value);
    if (rule.kind == Kind::secret && text && !text->empty()) findings_.secrets.push_back(*text);
    if (rule.kind == Kind::proxy && text) findings_.secrets.push_back(credentials_of(*text));
    onebot::set(section_.fields, member.key, *std::move(value));
  }

  bool present(std::string_view key) const { return node_ && is_written(*node_, key); }

  void complete() {
    for (const std::string_view name : names_of(rules_)) {
      if (present(name)) continue;
      const std::vector<Rule> nested = rules_in(name, rules_);
      if (!nested.empty()) {
        Section inner{section_.line, path(name)};
        Reader(nullptr, inner, nested, findings_).read();
        if (!inner.fields.empty()) onebot::set(section_.fields, name, std::move(inner.fields));
        continue;
      }
      const Rule& rule = *std::ranges::find(rules_, name, &Rule::key);
      auto value = fallback_of(rule);
      if (!value && rule.required) findings_.add(section_.line, path(name), "is missing, and required");
      if (value) onebot::set(section_.fields, name, *std::move(value));
    }
  }

  const Node* node_;
  Section& section_;
  std::span<const Rule> rules_;
  Findings& findings_;
};

}  // namespace

std::string Section::text(std::string_view key) const { return std::string(onebot::text_of(fields, key)); }

std::int64_t Section::integer(std::string_view key) const {
  const Value* value = onebot::find(fields, key);
  const auto* number = value ? std::get_if<std::int64_t>(value) : nullptr;
  return number ? *number : 0;
}

bool Section::boolean(std::string_view key) const {
  const Value* value = onebot::find(fields, key);
  const auto* truth = value ? std::get_if<bool>(value) : nullptr;
  return truth && *truth;
}

Section read_section(const Node* node, std::string name, std::span<const Rule> rules, Findings& findings) {
  Section section{node ? node->line : 0, std::move(name)};
  Reader(node, section, rules, findings).read();
  return section;
}

bool is_written(const Node& section, std::string_view key) {
  const auto* table = std::get_if<Table>(&section.value);
  return table && find(*table, key);
}

int line_in(const Node& section, std::string_view key) {
  const auto* table = std::get_if<Table>(&section.value);
  const Split parts = split(key);
  const Member* member = table ? find(*table, parts.head) : nullptr;
  if (!member) return section.line;
  return parts.tail.empty() ? member->line : line_in(member->node, parts.tail);
}

onebot::Fields with_fallbacks(onebot::Fields fields, std::span<const onebot::Option> options) {
  for (const onebot::Option& option : options) {
    const Split parts = split(option.key);
    auto value = fallback_of(rule_of(option));
    if (!value || (parts.tail.empty() && onebot::find(fields, option.key))) continue;
    if (parts.tail.empty()) {
      onebot::set(fields, option.key, *std::move(value));
      continue;
    }
    const Value* table = onebot::find(fields, parts.head);
    onebot::Fields nested =
        table && std::holds_alternative<onebot::Fields>(*table) ? std::get<onebot::Fields>(*table) : onebot::Fields{};
    if (onebot::find(nested, parts.tail)) continue;
    onebot::set(nested, parts.tail, *std::move(value));
    onebot::set(fields, parts.head, std::move(nested));
  }
  return fields;
}

std::string unknown(std::string_view section, std::string_view key, std::span<const std::string_view> names) {
  if (std::string other = of_the_other_dialect(section, key); !other.empty()) return other;
  const std::string_view meant = nearest(key, names);
  return fmt::format("unknown key;{} allowed: {}", meant.empty() ? "" : fmt::format(" did you mean \"{}\"?", meant),
                     listed(names));
}

void check_names(const Table& table, std::span<const std::string_view> names, std::string_view prefix,
                 Findings& findings) {
  for (const Member& member : table) {
    if (std::ranges::find(names, member.key) != names.end()) continue;
    const std::string_view section = prefix.substr(0, prefix.size() - (prefix.empty() ? 0 : 1));
    findings.add(member.line, fmt::format("{}{}", prefix, member.key), unknown(section, member.key, names));
  }
}

}  // namespace bridge::config
