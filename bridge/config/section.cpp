#include "bridge/config/section.h"

#include "bridge/config/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>

namespace bridge::config {

namespace {

using onebot::Value;

constexpr std::size_t kMaxText = 4096;  // bytes of one value

// In the order of Kind.
constexpr std::string_view kExpected[] = {"a string",
                                          "a string",
                                          "a string",
                                          "a string",
                                          "a string",
                                          "a whole number",
                                          "a string",
                                          "a whole number",
                                          "true or false",
                                          "a whole number",
                                          "a string like \"1h\"",
                                          "a string like \"1GiB\"",
                                          "a list of strings",
                                          "a string or a whole number"};

bool is_number(Kind kind) { return kind == Kind::port || kind == Kind::integer || kind == Kind::milliseconds; }

Read<Value> read_words(std::string_view text, const Rule& rule) {
  if (text.size() > kMaxText) return std::unexpected(fmt::format("is longer than {} bytes", kMaxText));
  if (std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; })) {
    return std::unexpected("holds a control character");
  }
  const auto allowed = words(rule.allowed);
  if (!allowed.empty() && std::ranges::find(allowed, text) == allowed.end()) {
    return std::unexpected(fmt::format("{} is not known; allowed: {}", quoted(text), listed(allowed)));
  }
  if (rule.required && text.empty()) return std::unexpected("must not be empty");
  return Value(text);
}

Read<Value> within(std::int64_t number, const Rule& rule, std::string_view written) {
  if (number >= rule.least && number <= rule.most) return Value(number);
  const std::string most = rule.most == INT64_MAX ? "" : fmt::format("{}", rule.most);
  return std::unexpected(fmt::format("{} is out of range; allowed: {}..{}{}", written, rule.least, most,
                                     rule.kind == Kind::milliseconds ? " (milliseconds)" : ""));
}

// A duration or a size, in the range that a rule has in milliseconds or bytes.
template <class Number>
Read<Value> measured(const Read<Number>& number, const Rule& rule, std::string_view written) {
  if (!number) return std::unexpected(number.error());
  std::int64_t plain = 0;
  if constexpr (requires { number->count(); }) {
    plain = number->count();
  } else {
    plain = static_cast<std::int64_t>(*number);
  }
  if (plain >= rule.least && plain <= rule.most) return Value(plain);
  const bool size = rule.kind == Kind::size;
  const auto shown = [size](std::int64_t n) {
    return size ? fmt::format("{}MiB", n >> 20) : fmt::format("{}m", n / 60'000);
  };
  return std::unexpected(
      fmt::format("{} is out of range; allowed: {} to {}", quoted(written), shown(rule.least), shown(rule.most)));
}

Read<Value> read_text(const std::string& text, const Rule& rule) {
  const auto wrap = [](Read<std::string> read) -> Read<Value> {
    if (!read) return std::unexpected(std::move(read).error());
    return Value(*std::move(read));
  };
  if (text.empty() && !rule.required && (rule.kind == Kind::url || rule.kind == Kind::file)) return Value(text);
  switch (rule.kind) {
    case Kind::secret:
      if (rule.required && text.empty()) return std::unexpected("must not be empty");
      return wrap(read_secret(text));
    case Kind::url:
      return wrap(read_url(text, rule.allowed.empty() ? "http https ws wss" : rule.allowed));
    case Kind::proxy:
      return wrap(read_proxy(text));
    case Kind::host:
      return wrap(read_host(text));
    case Kind::file:
      if (!std::ifstream(text)) return std::unexpected(fmt::format("the file {} cannot be read", quoted(text)));
      return Value(text);
    case Kind::duration:
      return measured(read_duration(text), rule, text);
    case Kind::size:
      return measured(read_size(text), rule, text);
    default:
      return read_words(text, rule);
  }
}

Read<Value> read_list(const List& list, const Rule& rule) {
  onebot::List texts;
  for (const Node& node : list) {
    const auto* text = std::get_if<std::string>(&node.value);
    if (!text) return std::unexpected(fmt::format("must hold strings only, and holds {}", kind_of(node)));
    const Read<Value> read = read_words(*text, rule);
    if (!read) return read;
    texts.push_back(*read);
  }
  return Value(std::move(texts));
}

Read<Value> read_value(const Node& node, const Rule& rule) {
  const auto* integer = std::get_if<std::int64_t>(&node.value);
  const auto* text = std::get_if<std::string>(&node.value);
  const auto* list = std::get_if<List>(&node.value);
  if (is_number(rule.kind) && integer) return within(*integer, rule, fmt::format("{}", *integer));
  if (rule.kind == Kind::text_or_number && integer) return read_text(fmt::format("{}", *integer), rule);
  if (rule.kind == Kind::boolean && std::holds_alternative<bool>(node.value)) return Value(std::get<bool>(node.value));
  if (rule.kind == Kind::text_list && list) return read_list(*list, rule);
  const bool textual = !is_number(rule.kind) && rule.kind != Kind::boolean && rule.kind != Kind::text_list;
  if (textual && text) return read_text(*text, rule);
  return std::unexpected(fmt::format("is {}; allowed: {}", kind_of(node), kExpected[static_cast<int>(rule.kind)]));
}

std::optional<Value> fallback_of(const Rule& rule) {
  const std::string_view text = rule.fallback;
  if (text.empty()) return std::nullopt;
  if (rule.kind == Kind::boolean) return Value(text == "true");
  if (is_number(rule.kind)) {
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return Value(number);
  }
  if (rule.kind == Kind::text_list) {
    onebot::List list;
    for (const std::string_view word : words(text)) list.push_back(Value(word));
    return Value(std::move(list));
  }
  const Read<Value> read = read_text(std::string(text), rule);
  return read ? std::optional(*read) : std::nullopt;
}

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
    if (nested.empty()) return findings_.add(member.line, path(member.key), unknown(member.key, names_of(rules_)));
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

  bool present(std::string_view key) const {
    const auto* table = node_ ? std::get_if<Table>(&node_->value) : nullptr;
    return table && find(*table, key);
  }

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

Rule rule_of(const onebot::Option& option) {
  using From = onebot::Option::Kind;
  Rule rule{option.key, Kind::text, option.required, option.allowed, option.fallback};
  switch (option.kind) {
    case From::text:
      break;
    case From::secret:
      rule.kind = Kind::secret;
      break;
    case From::url:
      rule.kind = Kind::url;
      break;
    case From::integer:
      rule.kind = Kind::integer;
      break;
    case From::boolean:
      rule.kind = Kind::boolean;
      break;
    case From::milliseconds:
      rule.kind = Kind::milliseconds;
      break;
    case From::text_list:
      rule.kind = Kind::text_list;
      break;
    case From::text_or_number:
      rule.kind = Kind::text_or_number;
      break;
  }
  return rule;
}

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

std::string unknown(std::string_view key, std::span<const std::string_view> names) {
  const std::string_view meant = nearest(key, names);
  return fmt::format("unknown key;{} allowed: {}", meant.empty() ? "" : fmt::format(" did you mean \"{}\"?", meant),
                     listed(names));
}

}  // namespace bridge::config
