#include "tests/unit/project/source.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace project {
namespace {

namespace fs = std::filesystem;

bool is_source(const fs::path& path) {
  const std::string extension = path.extension();
  return extension == ".h" || extension == ".cpp" || extension == ".mjs" || path.filename() == "CMakeLists.txt";
}

bool is_foreign(std::string_view folder) {
  return folder.starts_with('.') || folder.starts_with("build") || folder == "node_modules";
}

// Blanks [from, to) of the text, but for ends of lines.
void blank(std::string& text, std::size_t from, std::size_t to) {
  for (std::size_t i = from; i < std::min(to, text.size()); ++i) {
    if (text[i] != '\n') text[i] = ' ';
  }
}

// Behind the literal that begins at `at`, without a prefix.
std::size_t end_of_literal(std::string_view text, std::size_t at) {
  const char quote = text[at];
  for (++at; at < text.size() && text[at] != quote && text[at] != '\n'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return at + 1;
}

std::size_t end_of_raw_literal(std::string_view text, std::size_t at) {
  const auto open = text.find('(', at);
  if (open == std::string_view::npos) return text.size();
  const std::string close = ")" + std::string(text.substr(at + 2, open - at - 2)) + "\"";
  const auto end = text.find(close, open);
  return end == std::string_view::npos ? text.size() : end + close.size();
}

// Behind the comment, the literal or the preprocessor line that begins at `at`; `at` when none does.
std::size_t end_of_words(std::string_view text, std::size_t at) {
  const auto up_to = [&](std::string_view mark) {
    const auto found = text.find(mark, at + 1);
    return found == std::string_view::npos ? text.size() : found;
  };
  if (text.substr(at).starts_with("//")) return up_to("\n");
  if (text.substr(at).starts_with("/*")) return up_to("*/") + 2;
  if (text.substr(at).starts_with("R\"")) return end_of_raw_literal(text, at);
  const bool in_number = at > 0 && is_word_part(text[at - 1]);
  if (text[at] == '"' || (text[at] == '\'' && !in_number)) return end_of_literal(text, at);
  if (text[at] == '#') {
    const auto line = text.substr(0, at).rfind('\n');
    const auto begin = line == std::string_view::npos ? 0 : line + 1;
    if (text.substr(begin, at - begin).find_first_not_of(" \t") == std::string_view::npos) return up_to("\n");
  }
  return at;
}

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    lines.emplace_back(line);
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
  return lines;
}

bool is_word_part(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

std::string code_of(std::string_view text) {
  std::string code(text);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = end_of_words(text, at);
    if (end != at) blank(code, at, end);
    at = std::max(end, at + 1);
  }
  return code;
}

std::string root() {
  const char* other = std::getenv("ONEBRIDGE_SOURCE");
  return other ? other : SOURCE_DIR;
}

const std::vector<File>& sources() {
  static const std::vector<File> kFiles = [] {
    std::vector<File> files;
    for (auto entry = fs::recursive_directory_iterator(root()); entry != fs::recursive_directory_iterator(); ++entry) {
      if (entry->is_directory() && is_foreign(entry->path().filename().string())) entry.disable_recursion_pending();
      if (entry->is_directory() || !is_source(entry->path())) continue;
      files.push_back({fs::relative(entry->path(), root()), read(entry->path())});
    }
    return files;
  }();
  return kFiles;
}

std::vector<std::string> top_paths() {
  std::vector<std::string> paths;
  for (auto entry = fs::recursive_directory_iterator(root()); entry != fs::recursive_directory_iterator(); ++entry) {
    const std::string name = entry->path().filename();
    if (entry->is_directory() && (is_foreign(name) || entry.depth() > 1)) entry.disable_recursion_pending();
    if (entry->is_directory() && is_foreign(name)) continue;
    paths.push_back(fs::relative(entry->path(), root()).string() + (entry->is_directory() ? "/" : ""));
  }
  return paths;
}

bool is_production(std::string_view path) {
  const bool inside = path.starts_with("onebot/") || path.starts_with("adapters/") || path.starts_with("bridge/");
  return inside && path.find("/tests/") == std::string_view::npos && (path.ends_with(".h") || path.ends_with(".cpp"));
}

}  // namespace project
