// Value: what a OneBot field can hold. Fields: named values in the order written.
// Spec: connect/data-protocol/basic-types.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace onebot {

struct Field;
using Fields = std::vector<Field>;
struct Value;
using List = std::vector<Value>;

// What the standard calls bytes: Base64 text in JSON, the bin family in MessagePack.
struct Bytes {
  std::string bytes{};
};

// Unsigned numbers up to 2^63-1 are held as int64_t; uint64_t holds only what is larger.
struct Value
    : std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string, List, Fields, Bytes> {
  using variant::variant;
  Value(const char* text);
  Value(std::string_view text);
  Value(int number);

  bool is_null() const;
};

struct Field {
  std::string name;
  Value value;
};

// Here, since they need Field to be complete.
inline Value::Value(const char* text) : variant(std::string(text)) {}
inline Value::Value(std::string_view text) : variant(std::string(text)) {}
inline Value::Value(int number) : variant(std::int64_t{number}) {}
inline bool Value::is_null() const { return std::holds_alternative<std::monostate>(*this); }

// The value called name, or nullptr.
const Value* find(const Fields& fields, std::string_view name);
// The text of a string field; "" when it is absent or no string.
std::string_view text_of(const Fields& fields, std::string_view name);
// Replaces the value called name, or appends it.
void set(Fields& fields, std::string_view name, Value value);

}  // namespace onebot
