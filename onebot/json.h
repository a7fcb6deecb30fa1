// Reading and writing JSON. The only header that names RapidJSON.
//
// Parsing is iterative, bounded in size, depth and count, and checks UTF-8; numbers up to 64 bits keep every digit. An
// escaped half of a surrogate pair, as some platforms cut names, is read as U+FFFD.

#pragma once

#include "onebot/json_write.h"
#include "onebot/result.h"
#include "onebot/value.h"

namespace onebot::json {
// Throws, for RapidJSON cannot return. In Document::parse() it becomes an Error; elsewhere it is a bug and ends the
// program.
[[noreturn]] void broken_promise(const char* promise);
}  // namespace onebot::json

#ifdef __SSE2__
#define RAPIDJSON_SSE2
#endif
#define RAPIDJSON_ASSERT(promise) ((promise) ? void() : ::onebot::json::broken_promise(#promise))
#include <rapidjson/document.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace onebot::json {

struct Limits {
  std::size_t bytes = 4 << 20;   // of the text
  std::size_t depth = 64;        // of nested arrays and objects
  std::size_t values = 500'000;  // in all, keys included; two bytes of text may be a value of fifty in memory
};

// A read-only look at parsed JSON. A missing path is a null view, never an error,
// so lookups chain: view.at("author.id").str(). Valid as long as its Document.
class View {
 public:
  View() = default;
  explicit View(const rapidjson::Value& value) : value_(&value) {}

  View at(std::string_view dotted_path) const;  // "" is this view itself
  View operator[](std::size_t index) const;     // of an array
  std::size_t size() const;                     // of an array; 0 for anything else

  bool is_null() const { return !value_ || value_->IsNull(); }  // null or missing
  bool is_missing() const { return !value_; }
  bool is_string() const { return value_ && value_->IsString(); }
  bool is_number() const { return value_ && value_->IsNumber(); }
  bool is_bool() const { return value_ && value_->IsBool(); }
  bool is_object() const { return value_ && value_->IsObject(); }
  bool is_array() const { return value_ && value_->IsArray(); }

  std::string_view str() const;                 // "" unless a string
  std::string text() const;                     // string or number, as text, every digit kept; else ""
  bool boolean() const;                         // false unless true
  std::optional<double> number() const;         // number, or a string that spells one
  std::optional<std::int64_t> integer() const;  // integer (100.0 counts), never from a string
  Value value() const;                          // a deep copy
  std::string dump() const;                     // as compact JSON text

  // Calls use(name, view) for every member of an object, in the order written.
  template <class Use>
  void members(Use&& use) const {
    if (!is_object()) return;
    for (const auto& member : value_->GetObject()) {
      use(std::string_view(member.name.GetString(), member.name.GetStringLength()), View(member.value));
    }
  }

 private:
  const rapidjson::Value* value_ = nullptr;
};

class Document {
 public:
  // Error: bad_request, with the byte offset and the reason.
  static Result<Document> parse(std::string_view text, Limits limits = {});
  View root() const { return View(*tree_); }

 private:
  // Both on the heap, so views survive a move of the Document.
  std::unique_ptr<char[]> text_;  // parsed in place: strings of the tree point into it
  std::unique_ptr<rapidjson::Document> tree_;
};

// Whether text is valid UTF-8, and a copy in which what is not is replaced by U+FFFD.
bool is_utf8(std::string_view text);
std::string repair_utf8(std::string_view text);

}  // namespace onebot::json
