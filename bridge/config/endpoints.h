// Endpoints: the sections of the ways in which applications are reached, [[onebot.NAME]] or [[onebot11.NAME]].

#pragma once

#include "bridge/config/section.h"

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace bridge::config {

class Endpoints {
 public:
  // family: "onebot". All of these outlive it.
  Endpoints(std::string_view family, const Table& table, Findings& findings)
      : family_(family), table_(table), findings_(findings) {}

  // Every section of one way, in the order of the file, with its node.
  using Use = std::function<void(const Section& section, const Node& node)>;
  void each(std::string_view name, std::span<const Rule> rules, const Use& use);
  // Of all ways; one that is meant, if not well written, counts.
  int count() const { return count_; }

 private:
  struct Named {
    int line = 0;
    std::string section{};
  };
  void check_unique(const Section& section, const Node& at);

  const std::string_view family_;
  const Table& table_;
  Findings& findings_;
  std::map<std::string, Named> names_;
  int count_ = 0;
};

}  // namespace bridge::config
