#include "onebot/echo_json.h"

#include <utility>

namespace onebot {
namespace {

constexpr std::string_view kName = "echo";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

void JsonEcho::read(std::string_view piece) {
  for (const char c : piece) {
    if (at_ == At::over) return;
    take(c);
  }
}

std::optional<std::string> JsonEcho::take() {
  if (!whole_) return std::nullopt;
  return std::move(echo_);
}

void JsonEcho::take(char c) {
  if (at_ == At::value) return take_value(c);
  if (at_ == At::key) return take_key(c);
  if (is_blank(c)) return;
  if (at_ == At::start) {
    if (kByteOrderMark.contains(c)) return;
    at_ = c == '{' ? At::between : At::over;
  } else if (at_ == At::colon) {
    at_ = c == ':' ? At::value : At::over;
    wanted_ = key_ == kName;
  } else if (c == '"') {
    at_ = At::key;
    key_.clear();
  } else if (c != ',') {
    at_ = At::over;
  }
}

void JsonEcho::take_key(char c) {
  text_ = true;
  if (!in_text(c)) {
    at_ = At::colon;
  } else if (key_.size() <= kName.size()) {
    key_.push_back(c);
  }
}

void JsonEcho::take_value(char c) {
  const bool outside = !text_ && depth_ == 0;  // of every bracket: before the value, behind it, or in a number or word
  if (outside && (c == ',' || c == '}')) {
    end_value();
    if (c == '}') at_ = At::over;
    return;
  }
  keep(c);
  if (text_) {
    in_text(c);
  } else if (c == '"') {
    text_ = true;
  } else if (c == '{' || c == '[') {
    ++depth_;
  } else if ((c == '}' || c == ']') && depth_ > 0) {
    --depth_;
  }
}

bool JsonEcho::in_text(char c) {
  if (std::exchange(escaped_, false)) return true;
  if (c == '\\') return escaped_ = true;
  return text_ = c != '"';
}

void JsonEcho::keep(char c) {
  if (!wanted_ || (echo_.empty() && is_blank(c))) return;
  echo_.push_back(c);
  if (echo_.size() > most_) at_ = At::over;
}

void JsonEcho::end_value() {
  at_ = wanted_ ? At::over : At::between;
  // A mark of the byte order is allowed before a document, and this is to stand within one.
  whole_ = wanted_ && !echo_.starts_with(kByteOrderMark);
  while (!echo_.empty() && is_blank(echo_.back())) echo_.pop_back();
}

}  // namespace onebot
