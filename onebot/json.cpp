#include "onebot/json.h"

#include "onebot/ascii.h"
#include "onebot/utf8.h"

#include <fmt/format.h>
#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

namespace onebot::json {
namespace {

// Beyond what a double holds: 0 or infinity, which from_chars does not tell apart.
double nearest(std::string_view text) {
  if (const auto number = ascii::number_in<double>(text)) return *number;
  return std::strtod(std::string(text).c_str(), nullptr);
}

// Builds the tree while counting depth and values: RapidJSON's own destructors and copies recurse, so depth is bounded
// here.
template <class Tree>
class Bounded {
 public:
  Bounded(Tree& tree, const Limits& limits) : tree_(tree), depth_left_(limits.depth), values_left_(limits.values) {}

  bool Null() { return one_more() && tree_.Null(); }
  bool Bool(bool b) { return one_more() && tree_.Bool(b); }
  bool Int(int i) { return one_more() && tree_.Int(i); }
  bool Uint(unsigned i) { return one_more() && tree_.Uint(i); }
  bool Int64(std::int64_t i) { return one_more() && tree_.Int64(i); }
  bool Uint64(std::uint64_t i) { return one_more() && tree_.Uint64(i); }
  bool Double(double d) { return one_more() && tree_.Double(d); }
  // RapidJSON's own reading of numbers shifts by nonsense when the first 20 digits are those of 2^64-1 and more follow.
  bool RawNumber(const char* s, rapidjson::SizeType n, bool) {
    const std::string_view number(s, n);
    if (const auto whole = ascii::number_in<std::int64_t>(number)) return Int64(*whole);
    if (const auto whole = ascii::number_in<std::uint64_t>(number)) return Uint64(*whole);
    const double real = nearest(number);
    return std::isfinite(real) ? Double(real) : refuse("a number too big to be held");
  }
  bool String(const char* s, rapidjson::SizeType n, bool copy) { return one_more() && tree_.String(s, n, copy); }
  bool Key(const char* s, rapidjson::SizeType n, bool copy) { return one_more() && tree_.Key(s, n, copy); }
  bool StartObject() { return one_deeper() && tree_.StartObject(); }
  bool StartArray() { return one_deeper() && tree_.StartArray(); }
  bool EndObject(rapidjson::SizeType n) { return ++depth_left_, tree_.EndObject(n); }
  bool EndArray(rapidjson::SizeType n) { return ++depth_left_, tree_.EndArray(n); }
  std::string_view refused() const { return refused_; }  // "" when it was not this that stopped

 private:
  bool refuse(std::string_view why) { return refused_ = why, false; }
  bool one_more() { return values_left_-- > 0 || refuse("too many values"); }
  bool one_deeper() { return one_more() && (depth_left_-- > 0 || refuse("nested too deeply")); }

  Tree& tree_;
  std::size_t depth_left_, values_left_;
  std::string_view refused_;
};

// UTF-8 is checked before, all at once.
constexpr unsigned kFlags =
    rapidjson::kParseInsituFlag | rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag;

// RapidJSON reads ahead, but not over the next multiple of 16 behind the text and its NUL.
constexpr std::size_t kReadAhead = 32;

// Feeds a Document by SAX, since Populate() is how a Document takes a handler's events.
struct Source {
  char* text = nullptr;
  std::size_t size = 0;
  Limits limits{};
  rapidjson::ParseResult result{};
  std::string_view refused{};  // why we stopped, when it was not RapidJSON

  bool operator()(rapidjson::Document& tree) {
    rapidjson::InsituStringStream stream(text);
    rapidjson::Reader reader;
    Bounded handler(tree, limits);
    result = reader.Parse<kFlags>(stream, handler);
    refused = handler.refused();
    // RapidJSON stops at a NUL and calls it the end.
    if (!result.IsError() && stream.Tell() < size) {
      result.Set(rapidjson::kParseErrorDocumentRootNotSingular, stream.Tell());
    }
    return !result.IsError();
  }
};

Value copy(const rapidjson::Value& from) {
  if (from.IsBool()) return from.GetBool();
  if (from.IsInt64()) return std::int64_t{from.GetInt64()};
  if (from.IsUint64()) return std::uint64_t{from.GetUint64()};
  if (from.IsNumber()) return from.GetDouble();
  if (from.IsString()) return std::string(from.GetString(), from.GetStringLength());
  if (from.IsArray()) {
    List list;
    list.reserve(from.Size());
    for (const auto& item : from.GetArray()) list.push_back(copy(item));
    return list;
  }
  if (from.IsObject()) {
    Fields fields;
    fields.reserve(from.MemberCount());
    for (const auto& member : from.GetObject()) {
      fields.push_back({std::string(member.name.GetString(), member.name.GetStringLength()), copy(member.value)});
    }
    return fields;
  }
  return {};
}

// Where text stops being UTF-8, or holds a control character that JSON never allows (RapidJSON overlooks some).
// npos: nowhere.
std::size_t first_wrong_byte(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    if (i + 8 <= text.size()) {
      const std::uint64_t bytes = utf8::eight(text.data() + i);
      if ((utf8::beyond_ascii(bytes) | utf8::below(bytes, 0x20)) == 0) {
        i += 8;
        continue;
      }
    }
    const auto byte = static_cast<unsigned char>(text[i]);
    const std::size_t length = byte >= 0x0e && byte < 0x20 ? 0 : utf8::sequence(text.substr(i));
    if (length == 0) return i;
    i += length;
  }
  return std::string_view::npos;
}

// The code unit of an escape \uXXXX at `at`; 0 when it is none.
unsigned escaped_unit(const char* at) {
  if (at[0] != '\\' || at[1] != 'u') return 0;
  unsigned unit = 0;
  const auto [end, error] = std::from_chars(at + 2, at + 6, unit, 16);
  return error == std::errc{} && end == at + 6 ? unit : 0;
}

// Replaces escaped halves of surrogate pairs by \ufffd in place. At least kReadAhead bytes follow the text.
void mend_surrogates(char* text, std::size_t size) {
  char* const end = text + size;
  const auto next = [end](char* from) {
    return from < end ? static_cast<char*>(std::memchr(from, '\\', static_cast<std::size_t>(end - from))) : nullptr;
  };
  for (char* at = next(text); at;) {
    const unsigned unit = escaped_unit(at);
    const bool high = unit >= 0xD800 && unit < 0xDC00, low = unit >= 0xDC00 && unit < 0xE000;
    const unsigned second = high ? escaped_unit(at + 6) : 0;
    const bool pair = second >= 0xDC00 && second < 0xE000;
    if (low || (high && !pair)) std::memcpy(at + 2, "fffd", 4);
    at = next(at + (pair ? 12 : 2));
  }
}

// nullptr: it is no object, or has no such member. Events ask this a hundred times each: names of another length or
// another first letter are told apart without a call.
const rapidjson::Value* member(const rapidjson::Value& object, std::string_view name) {
  if (!object.IsObject() || name.empty()) return nullptr;
  for (const auto& one : object.GetObject()) {
    if (one.name.GetStringLength() != name.size()) continue;
    const char* const other = one.name.GetString();
    if (*other == name.front() && std::memcmp(other, name.data(), name.size()) == 0) return &one.value;
  }
  return nullptr;
}

}  // namespace

void broken_promise(const char* promise) { throw std::logic_error(promise); }

View View::at(std::string_view path) const {
  const rapidjson::Value* node = value_;
  while (node && !path.empty()) {
    const std::size_t end = std::min(path.find('.'), path.size());
    node = member(*node, path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return node ? View(*node) : View();
}

View View::operator[](std::size_t index) const {
  if (!is_array() || index >= value_->Size()) return {};
  return View((*value_)[static_cast<rapidjson::SizeType>(index)]);
}

std::size_t View::size() const { return is_array() ? value_->Size() : 0; }

std::string_view View::str() const {
  return is_string() ? std::string_view(value_->GetString(), value_->GetStringLength()) : std::string_view();
}

std::string View::text() const {
  if (is_string()) return std::string(str());
  if (!is_number()) return {};
  if (value_->IsInt64()) return fmt::to_string(value_->GetInt64());
  if (value_->IsUint64()) return fmt::to_string(value_->GetUint64());
  return fmt::to_string(value_->GetDouble());
}

bool View::boolean() const { return is_bool() && value_->GetBool(); }

std::optional<double> View::number() const {
  if (is_number()) return value_->GetDouble();
  const auto number = ascii::number_in<double>(str());
  return number && std::isfinite(*number) ? number : std::nullopt;
}

std::optional<std::int64_t> View::integer() const {
  if (!is_number()) return std::nullopt;
  if (value_->IsInt64()) return value_->GetInt64();
  if (value_->IsUint64()) return std::nullopt;
  const double number = value_->GetDouble();
  if (std::trunc(number) != number || std::fabs(number) > 9007199254740992.0) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

Value View::value() const { return value_ ? copy(*value_) : Value{}; }

std::string View::dump() const { return write(value()); }

Result<Document> Document::parse(std::string_view text, Limits limits) {
  if (text.size() > limits.bytes) {
    return fail(Retcode::bad_request, fmt::format("JSON of {} bytes, at most {} are taken", text.size(), limits.bytes));
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // a byte order mark says nothing in UTF-8
  if (const std::size_t at = first_wrong_byte(text); at != std::string_view::npos) {
    return fail(Retcode::bad_request, fmt::format("invalid JSON at byte {}: not UTF-8, or a control character", at));
  }
  Document document;
  document.text_ = std::make_unique_for_overwrite<char[]>(text.size() + kReadAhead);
  std::memcpy(document.text_.get(), text.data(), text.size());
  std::memset(document.text_.get() + text.size(), 0, kReadAhead);
  mend_surrogates(document.text_.get(), text.size());
  document.tree_ = std::make_unique<rapidjson::Document>();
  Source source{document.text_.get(), text.size(), limits};
  try {
    document.tree_->Populate(source);
  } catch (const std::logic_error& broken) {
    return fail(Retcode::bad_request, fmt::format("JSON that RapidJSON cannot hold: {}", broken.what()));
  }
  if (source.result.IsError()) {
    const std::string_view why =
        source.refused.empty() ? rapidjson::GetParseError_En(source.result.Code()) : source.refused;
    return fail(Retcode::bad_request, fmt::format("invalid JSON at byte {}: {}", source.result.Offset(), why));
  }
  return document;
}

}  // namespace onebot::json
