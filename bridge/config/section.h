// Reading one section of the configuration against a table of rules, naming everything that is wrong in it.

#pragma once

#include "bridge/config/tree.h"
#include "onebot/options.h"
#include "onebot/value.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bridge::config {

enum class Kind {
  text,
  secret,  // a literal, env:NAME or file:PATH
  url,
  proxy,  // "", "none", or a URL, which may be a secret: a literal, env:NAME or file:PATH
  host,
  port,
  file,  // a path; it must be readable now
  integer,
  boolean,
  milliseconds,  // a whole number
  duration,      // "1h"; becomes milliseconds
  size,          // "1GiB"; becomes bytes
  text_list,
  text_or_number,  // a string or a whole number; becomes a string
};

struct Rule {
  std::string_view key{};  // one dot at most: "endpoints.api" is "api" in the table "endpoints"
  Kind kind = Kind::text;
  bool required = false;
  std::string_view allowed{};   // text, text_list: words separated by one blank; url: schemes; "" = any
  std::string_view fallback{};  // as it would be written; "" = none
  std::int64_t least = 0;       // of a number
  std::int64_t most = INT64_MAX;
};

Rule rule_of(const onebot::Option& option);

// What reading collects.
struct Findings {
  Mistakes mistakes{};
  std::vector<std::string> secrets{};  // values, so that logs can leave them out

  void add(int line, std::string key, std::string what) { mistakes.push_back({line, std::move(key), std::move(what)}); }
};

struct Section {
  int line = 0;  // of its header; 0: it is not in the file
  std::string name{};
  onebot::Fields fields{};  // what is right, and the fallbacks of what is absent; dotted keys are nested

  std::string text(std::string_view key) const;
  std::int64_t integer(std::string_view key) const;  // 0 when absent
  bool boolean(std::string_view key) const;
};

// node: of the section, or nullptr when it is absent. It may be of the wrong kind: that is a mistake, too.
Section read_section(const Node* node, std::string name, std::span<const Rule> rules, Findings& findings);

// The line of a key of a section ("endpoints.api"), or of its header when it has no such key.
int line_in(const Node& section, std::string_view key);

// The fields of a [[bots]] section with the fallbacks of what is absent.
onebot::Fields with_fallbacks(onebot::Fields fields, std::span<const onebot::Option> options);

// "unknown; did you mean X? Allowed: ..."
std::string unknown(std::string_view key, std::span<const std::string_view> names);

}  // namespace bridge::config
