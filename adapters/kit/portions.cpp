#include "adapters/kit/portions.h"

#include "adapters/kit/characters.h"

#include <algorithm>
#include <utility>

namespace kit {
namespace {

using std::string_view;

constexpr char32_t kFirstWide = 0x2e80;  // from here on, scripts are written without blanks between words

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool is_word_end(string_view text, std::size_t at) {
  if (is_blank(text[at - 1])) return true;
  const bool wide = code_point(text, at) >= kFirstWide || code_point(text, code_point_before(text, at)) >= kFirstWide;
  return wide && is_edge(text, at);
}

// Where the link begins that this place is within; else the place itself.
std::size_t before_link(string_view text, std::size_t at) {
  const auto open = text.rfind('[', at - 1);
  if (open == string_view::npos) return at;
  const string_view line = text.substr(open, text.find('\n', open) - open);
  const auto middle = line.substr(0, line.find('[', 1)).find("](");
  const auto end = middle == string_view::npos ? middle : line.find(')', middle);
  return end != string_view::npos && at <= open + end ? open : at;
}

std::size_t line_end(string_view text, std::size_t most) {
  const auto line = most == 0 ? string_view::npos : text.rfind('\n', most - 1);
  return line == string_view::npos ? 0 : line + 1;
}

std::size_t word_end(string_view text, std::size_t most) {
  for (std::size_t at = most; at > 0; --at) {
    if (!is_word_end(text, at)) continue;
    const std::size_t before = before_link(text, at);
    if (before == at) return at;
    at = before + 1;
  }
  return 0;
}

std::size_t price(string_view text, Cost cost) {
  std::size_t sum = 0;
  for (const char c : text) sum += cost(c);
  return sum;
}

}  // namespace

std::size_t portion(string_view text, std::size_t room, bool begun, Cost cost) {
  std::size_t fits = 0;
  for (std::size_t used = 0; fits < text.size(); ++fits) {
    used += cost(text[fits]);
    if (used > room) break;
  }
  if (fits == text.size()) return fits;
  // A line that ends early would leave most of a message empty.
  const std::size_t line = line_end(text, fits);
  if (line > fits / 4) return line;
  if (const std::size_t word = word_end(text, fits); word > 0) return word;
  if (begun) return 0;
  return std::max<std::size_t>(whole_characters(text, fits), 1);
}

void Portions::add(string_view text) {
  while (!text.empty()) {
    const std::size_t size = portion(text, room_, !texts_.back().empty(), cost_);
    append(text.substr(0, size));
    text.remove_prefix(size);
    if (!text.empty()) begin();
  }
}

void Portions::add_whole(string_view text) {
  if (price(text, cost_) > room_ && !texts_.back().empty()) begin();
  append(text);
}

std::vector<std::string> Portions::take() {
  std::vector<std::string> texts = std::exchange(texts_, {""});
  room_ = most_;
  if (texts.size() > 1) {
    std::erase_if(texts, [](const std::string& text) { return std::ranges::all_of(text, is_blank); });
  }
  if (texts.empty()) texts.emplace_back();
  return texts;
}

void Portions::append(string_view text) {
  texts_.back() += text;
  room_ -= std::min(room_, price(text, cost_));
}

void Portions::begin() {
  texts_.emplace_back();
  room_ = most_;
}

}  // namespace kit
