#include "tests/unit/project/habits.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <regex>

namespace project {
namespace {

constexpr std::size_t kMostLines = 40;

std::string at_line(const File& file, std::size_t number, std::string_view what) {
  return fmt::format("{}:{}: {}", file.path, number, what);
}

std::size_t line_number(std::string_view text, std::size_t at) {
  return static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n')) + 1;
}

// Every match of a pattern in the code of a file, as a problem.
Problems matches(const File& file, const std::string& code, const std::regex& pattern, std::string_view what) {
  Problems problems;
  for (auto match = std::sregex_iterator(code.begin(), code.end(), pattern); match != std::sregex_iterator(); ++match) {
    const auto at = static_cast<std::size_t>(match->position(match->size() - 1));
    problems.push_back(at_line(file, line_number(code, at), fmt::format("{} {}", match->str(match->size() - 1), what)));
  }
  return problems;
}

struct Brace {
  enum class Kind { names, type, function, other };
  Kind kind = Kind::other;
  std::size_t begin = 0;  // of what stands before it
};

// What a brace opens, by the words before it and what it stands in.
Brace::Kind kind_of(std::string_view words, const std::vector<Brace>& around) {
  static const std::regex kTemplate(R"(template\s*<[^{}]*?>(?=\s*\w))"), kNames(R"(\bnamespace\b)"),
      kType(R"(\b(class|struct|union|enum)\b)"), kValue(R"(=\s*$)");
  const bool outside = std::ranges::all_of(
      around, [](const Brace& brace) { return brace.kind == Brace::Kind::names || brace.kind == Brace::Kind::type; });
  if (!outside) return Brace::Kind::other;
  const std::string text = std::regex_replace(std::string(words), kTemplate, "");
  if (std::regex_search(text, kNames)) return Brace::Kind::names;
  if (text.find('(') != std::string::npos && !std::regex_search(text, kValue)) return Brace::Kind::function;
  return std::regex_search(text, kType) ? Brace::Kind::type : Brace::Kind::other;
}

struct Include {
  std::size_t line = 0;
  int block = 0;  // by blank lines between
  int rank = 0;   // of what it includes
  std::string name{};
};

int rank_of(const File& file, const std::string& name) {
  static const std::regex kStandard(
      R"(<([a-z_0-9]+|(sys|netinet|arpa|linux)/.*|(unistd|fcntl|netdb|poll|signal|dirent|errno|time|ifaddrs|pthread|stdlib)\.h)>)");
  const std::string own = "\"" + file.path.substr(0, file.path.rfind('.')) + ".h\"";
  if (name == own) return 0;
  if (name.starts_with('"')) return 1;
  return std::regex_match(name, kStandard) ? 3 : 2;
}

std::vector<Include> includes_of(const File& file) {
  static const std::regex kInclude(R"(^#include (["<][^">]+[">]).*)");
  std::vector<Include> includes;
  int block = 0;
  std::size_t number = 0;
  for (const std::string& line : lines_of(file.text)) {
    ++number;
    std::smatch match;
    if (!std::regex_match(line, match, kInclude)) {
      ++block;
      continue;
    }
    includes.push_back({number, block, rank_of(file, match[1].str()), match[1].str()});
  }
  return includes;
}

}  // namespace

Problems wrong_world(const File& file) {
  static const std::regex kInclude(
      R"(#\s*include\s*(<(?:fstream|thread|mutex|shared_mutex|condition_variable|future|atomic|filesystem|iostream|cstdio|csignal|unistd\.h|fcntl\.h|sys/[a-z.]+|netinet/[a-z.]+)>))");
  static const std::regex kUse(
      R"(\b(system_clock|steady_clock|high_resolution_clock|this_thread|std::thread|std::jthread|std::mutex|std::filesystem|std::o?i?fstream|fopen|gettimeofday|clock_gettime)\b)");
  if (file.path.starts_with("bridge/")) return {};
  Problems problems = matches(file, file.text, kInclude, "is the outside world: use onebot/io.h");
  std::ranges::move(matches(file, code_of(file.text), kUse, "is the outside world: use onebot/io.h"),
                    std::back_inserter(problems));
  return problems;
}

Problems wrong_words(const File& file) {
  static const std::regex kWords(
      R"(\b(?:class|struct|enum class|enum|namespace|using|concept)\s+((?:\w*(?:Manager|Helper|Util|Utils|Base|Impl|Handler|Data|Info)|I[A-Z][a-z]\w*|helpers?|utils?))\b)");
  Problems problems = matches(file, code_of(file.text), kWords, "says nothing twice: name what it is");
  static const std::regex kPath(R"(.*[/_](manager|helpers?|utils?|impl|handler|misc|common)\.\w+)");
  if (std::regex_match(file.path, kPath)) problems.push_back(file.path + ": is called after nothing that it is");
  return problems;
}

Problems long_functions(const File& file) {
  const std::string code = code_of(file.text);
  Problems problems;
  std::vector<Brace> open;
  std::size_t statement = 0;
  for (std::size_t at = 0; at < code.size(); ++at) {
    if (code[at] == '{') {
      const std::string_view words = std::string_view(code).substr(statement, at - statement);
      const std::size_t blanks = std::min(words.find_first_not_of(" \n"), words.size());
      open.push_back({kind_of(words, open), statement + blanks});
    }
    if (code[at] == '}' && !open.empty()) {
      const Brace brace = open.back();
      open.pop_back();
      const std::size_t lines = line_number(code, at) - line_number(code, brace.begin) + 1;
      if (brace.kind == Brace::Kind::function && lines > kMostLines) {
        problems.push_back(at_line(file, line_number(code, brace.begin),
                                   fmt::format("a function of {} lines, at most {}", lines, kMostLines)));
      }
    }
    if (code[at] == '{' || code[at] == '}' || code[at] == ';') statement = at + 1;
  }
  return problems;
}

Problems wrong_opening(const File& file) {
  const bool opens = file.text.starts_with("// ");
  const std::string own = "#include \"" + file.path.substr(0, file.path.rfind('.')) + ".h\"";
  const bool has_header = file.path.ends_with(".cpp") && file.text.starts_with(own);
  if (opens || has_header) return {};
  return {at_line(file, 1, "does not begin with what it owns")};
}

Problems wrong_include_order(const File& file) {
  Problems problems;
  const auto includes = includes_of(file);
  for (std::size_t i = 1; i < includes.size(); ++i) {
    const Include &before = includes[i - 1], &here = includes[i];
    if (here.block - before.block > 1) continue;  // there is more than a blank line between them
    const bool same = here.rank == before.rank;
    if (here.rank < before.rank || (same && here.name < before.name)) {
      problems.push_back(at_line(file, here.line, fmt::format("{} stands behind {}", here.name, before.name)));
    } else if (same != (here.block == before.block)) {
      problems.push_back(at_line(file, here.line, "a blank line stands between blocks of includes, and only there"));
    }
  }
  return problems;
}

Problems slices(const File& file, const std::vector<File>& all) {
  if (!file.path.ends_with(".cpp")) return {};
  const std::string stem = file.path.substr(0, file.path.rfind('.'));
  const std::string_view name = std::string_view(stem).substr(stem.rfind('/') + 1);
  if (name == "main" || name.ends_with("table") || name == "precompiled") return {};
  if (std::ranges::find(all, stem + ".h", &File::path) != all.end()) return {};
  return {file.path + ": has no header of its own: a slice of a class, or an idea without a name"};
}

Problems awaits_in_a_choice(const File& file) {
  static const std::regex kChoice(R"(\?[^;?]*(co_await)[^;:]*:[^;]*\bco_await\b)");
  return matches(file, code_of(file.text), kChoice, "on both sides of a choice is freed twice by g++ 12");
}

}  // namespace project
