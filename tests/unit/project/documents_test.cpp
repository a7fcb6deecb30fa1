// What documents list is what there is, in both directions.

#include "onebot/counters.h"
#include "tests/unit/project/source.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

namespace {

std::string document(const std::string& path) {
  std::ifstream in(project::root() + "/" + path);
  REQUIRE_MESSAGE(in, path);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string row_of(const onebot::CounterRow& row) {
  const bool of_bot = row.of == onebot::CounterRow::Of::bot;
  return fmt::format("| `onebridge_{}_total` | {} | {} |", row.name, of_bot ? "bot" : "process", row.help);
}

// What is wrong with a list of counters.
project::Problems wrong_counters(const std::string& text) {
  project::Problems problems;
  std::set<std::string> known;
  for (const onebot::CounterRow& row : onebot::kCounters) known.insert(row_of(row));
  std::set<std::string> listed;
  for (const std::string& line : project::lines_of(text)) {
    if (line.starts_with("| `onebridge_") && line.find("_total` |") != std::string::npos) listed.insert(line);
  }
  for (const std::string& row : known) {
    if (!listed.contains(row)) problems.push_back("missing: " + row);
  }
  for (const std::string& row : listed) {
    if (!known.contains(row)) problems.push_back("nothing counts: " + row);
  }
  return problems;
}

// Names in backticks with "::" in the sections "## The life of ..." of a document: "Bridge::act".
std::set<std::string> named_functions(const std::string& text) {
  static const std::regex kName("`((?:\\w+::)+~?\\w+)`");
  std::set<std::string> names;
  bool inside = false;
  for (const std::string& line : project::lines_of(text)) {
    if (line.starts_with("## ")) inside = line.starts_with("## The life of ");
    if (!inside) continue;
    for (auto name = std::sregex_iterator(line.begin(), line.end(), kName); name != std::sregex_iterator(); ++name) {
      names.insert((*name)[1]);
    }
  }
  return names;
}

const std::vector<std::string>& program() {
  static const std::vector<std::string> kCode = [] {
    std::vector<std::string> code;
    for (const project::File& file : project::sources()) {
      if (project::is_production(file.path)) code.push_back(project::code_of(file.text));
    }
    return code;
  }();
  return kCode;
}

// Whether the program has it: defined as "A::b(", or declared in the class or namespace A.
bool exists(const std::string& name) {
  const auto at = name.rfind("::");
  const std::string call = name.substr(at + 2) + "(";
  const auto before = name.rfind("::", at - 1);
  const std::string owner =
      name.substr(before == name.npos ? 0 : before + 2, at - (before == name.npos ? 0 : before + 2));
  return std::ranges::any_of(program(), [&](const std::string& code) {
    if (code.find(owner + "::" + call) != code.npos) return true;
    const auto declares = [&](std::string_view what) {
      return code.find(fmt::format("{} {} ", what, owner)) != code.npos;
    };
    const bool owns = declares("class") || declares("struct") || code.find("namespace " + owner + " {") != code.npos ||
                      code.find("::" + owner + " {") != code.npos;
    return owns && code.find(" " + call) != code.npos;
  });
}

}  // namespace

TEST_CASE("the walks of bridge/README.md name functions that exist") {
  const std::string text = document("bridge/README.md");
  std::size_t walks = 0;
  for (const std::string& line : project::lines_of(text)) walks += line.starts_with("## The life of ") ? 1 : 0;
  CHECK(walks == 4);  // an event, an action, a file, a failure
  CHECK_FALSE(exists("Bridge::act_twice"));
  CHECK_FALSE(exists("Nobody::act"));

  const auto names = named_functions(text);
  CHECK(names.size() > 30);
  for (const std::string& name : names) CHECK_MESSAGE(exists(name), name);
}

TEST_CASE("docs/metrics.md lists every counter with its help, and no other") {
  const std::string text = document("docs/metrics.md");
  const std::string first = row_of(onebot::kCounters[0]);
  std::string without = text;
  without.erase(without.find(first), first.size());

  CHECK(wrong_counters(without).size() == 1);
  CHECK(wrong_counters(text + "| `onebridge_invented_total` | bot | What nobody counts. |\n").size() == 1);
  for (const std::string& problem : wrong_counters(text)) FAIL_CHECK(problem);
}

TEST_CASE("every counter is counted somewhere, says what it is, and stands once in the table") {
  std::set<std::string_view> names;
  for (const onebot::CounterRow& row : onebot::kCounters) {
    CHECK_MESSAGE(names.insert(row.name).second, row.name);
    CHECK_MESSAGE(row.help.size() > 15, row.name);
    const std::string quoted = fmt::format("\"{}\"", row.name);
    const auto counts = [&](const project::File& file) {
      return project::is_production(file.path) && file.path != "onebot/counters.h" &&
             file.text.find(quoted) != std::string::npos;
    };
    CHECK_MESSAGE(std::ranges::any_of(project::sources(), counts), row.name);
  }
}
