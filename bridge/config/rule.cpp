#include "bridge/config/rule.h"

#include "onebot/connect/head.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <string>
#include <utility>

namespace bridge::config {

namespace {

using onebot::Value;

constexpr std::size_t kMaxText = 4096;  // bytes of one value

// In the order of Kind.
constexpr std::string_view kExpected[] = {"a string",
                                          "a string",
                                          "a name or false",
                                          "a string",
                                          "a string",
                                          "a string",
                                          "a string",
                                          "a whole number",
                                          "a string",
                                          "a whole number",
                                          "true or false",
                                          "a whole number",
                                          "a whole number",
                                          "a string like \"1h\"",
                                          "a string like \"1GiB\"",
                                          "a list of strings",
                                          "a string or a whole number"};

bool is_number(Kind kind) {
  return kind == Kind::port || kind == Kind::integer || kind == Kind::milliseconds || kind == Kind::seconds;
}

std::string_view unit_of(Kind kind) {
  if (kind == Kind::milliseconds) return " (milliseconds)";
  return kind == Kind::seconds ? " (seconds)" : "";
}

// With the largest unit that leaves no rest.
std::string written_size(std::int64_t bytes) {
  if (bytes % (1 << 20) == 0) return fmt::format("{}MiB", bytes >> 20);
  return bytes % (1 << 10) == 0 ? fmt::format("{}KiB", bytes >> 10) : fmt::format("{}", bytes);
}

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
  return std::unexpected(
      fmt::format("{} is out of range; allowed: {}..{}{}", written, rule.least, most, unit_of(rule.kind)));
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
  const auto shown = [size](std::int64_t n) { return size ? written_size(n) : fmt::format("{}m", n / 60'000); };
  return std::unexpected(
      fmt::format("{} is out of range; allowed: {} to {}", quoted(written), shown(rule.least), shown(rule.most)));
}

Read<Value> long_enough(Read<std::string> secret, const Rule& rule) {
  if (!secret) return std::unexpected(std::move(secret).error());
  if (!secret->empty() && std::ssize(*secret) < rule.least) {
    return std::unexpected(fmt::format("is too short to keep anything secret; allowed: at least {} bytes", rule.least));
  }
  return Value(*std::move(secret));
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
      return long_enough(read_secret(text), rule);
    case Kind::url:
      return wrap(read_url(text, rule.allowed.empty() ? "http https ws wss" : rule.allowed));
    case Kind::proxy:
      return wrap(read_proxy(text));
    case Kind::name:
    case Kind::name_or_false:
      if (!onebot::connect::is_name(text))
        return std::unexpected(fmt::format("{} is no name; allowed: {}", quoted(text), onebot::connect::kNameRule));
      return Value(text);
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

}  // namespace

Read<Value> read_value(const Node& node, const Rule& rule) {
  const auto* integer = std::get_if<std::int64_t>(&node.value);
  const auto* text = std::get_if<std::string>(&node.value);
  const auto* list = std::get_if<List>(&node.value);
  if (is_number(rule.kind) && integer) return within(*integer, rule, fmt::format("{}", *integer));
  if (rule.kind == Kind::text_or_number && integer) return read_text(fmt::format("{}", *integer), rule);
  if (rule.kind == Kind::boolean && std::holds_alternative<bool>(node.value)) return Value(std::get<bool>(node.value));
  const auto* truth = std::get_if<bool>(&node.value);
  if (rule.kind == Kind::name_or_false && truth && !*truth) return Value("");
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

Rule rule_of(const onebot::Option& option) {
  using From = onebot::Option::Kind;
  Rule rule{option.key, Kind::text, option.required, option.allowed, option.fallback};
  switch (option.kind) {
    case From::text:
      break;
    case From::secret:
      rule.kind = Kind::secret;
      rule.least = onebot::kLeastSecret;
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

}  // namespace bridge::config
