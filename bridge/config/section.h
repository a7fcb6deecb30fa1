// Section: one section of the configuration, read against a table of rules; everything that is wrong in it is named.

#pragma once

#include "bridge/config/rule.h"
#include "bridge/config/tree.h"
#include "onebot/options.h"
#include "onebot/value.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bridge::config {

// What reading collects.
struct Findings {
  Mistakes mistakes{};
  Mistakes warnings{};                 // what works, but hardly as it was meant
  std::vector<std::string> secrets{};  // values, so that logs can leave them out

  void add(int line, std::string key, std::string what) { mistakes.push_back({line, std::move(key), std::move(what)}); }
  void warn(int line, std::string key, std::string what) {
    warnings.push_back({line, std::move(key), std::move(what)});
  }
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

// Names every member of the table that none of the names is; prefix: of its key, as mistakes say it.
void check_names(const Table& table, std::span<const std::string_view> names, std::string_view prefix,
                 Findings& findings);

// Whether a key is in a section of the file.
bool is_written(const Node& section, std::string_view key);
// The line of a key of a section ("endpoints.api"), or of its header when it has no such key.
int line_in(const Node& section, std::string_view key);

// The fields of a [[bots]] section with the fallbacks of what is absent.
onebot::Fields with_fallbacks(onebot::Fields fields, std::span<const onebot::Option> options);

// "unknown; did you mean X? Allowed: ...", or what the key is in the other OneBot. section: "onebot11.http".
std::string unknown(std::string_view section, std::string_view key, std::span<const std::string_view> names);

}  // namespace bridge::config
