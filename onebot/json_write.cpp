#include "onebot/json_write.h"

#include "onebot/crypto.h"
#include "onebot/utf8.h"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <iterator>

namespace onebot::json {
namespace {

// Which ASCII bytes cannot stand in a JSON string as they are.
constexpr std::array<bool, 256> kSpecial = [] {
  std::array<bool, 256> table{};
  for (std::size_t c = 0; c < 32; ++c) table.at(c) = true;
  table['"'] = table['\\'] = true;
  for (std::size_t c = 128; c < 256; ++c) table.at(c) = true;
  return table;
}();

void append_escape(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\b':
      out += "\\b";
      break;
    case '\f':
      out += "\\f";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default:
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
      break;
  }
}

}  // namespace

void append_string(std::string& out, std::string_view text) {
  out.push_back('"');
  std::size_t plain = 0;
  for (std::size_t i = 0; i < text.size();) {
    if (i + 8 <= text.size()) {
      const std::uint64_t bytes = utf8::eight(text.data() + i);
      if ((utf8::beyond_ascii(bytes) | utf8::below(bytes, 0x20) | utf8::equal(bytes, '"') | utf8::equal(bytes, '\\')) ==
          0) {
        i += 8;
        continue;
      }
    }
    if (!kSpecial[static_cast<unsigned char>(text[i])]) {
      ++i;
      continue;
    }
    const bool ascii = static_cast<unsigned char>(text[i]) < 0x80;
    const std::size_t length = ascii ? 0 : utf8::sequence(text.substr(i));
    if (length > 0) {
      i += length;
      continue;
    }
    out.append(text, plain, i - plain);
    if (ascii)
      append_escape(out, text[i]);
    else
      out += utf8::kReplacement;
    plain = ++i;
  }
  out.append(text, plain);
  out.push_back('"');
}

void append_double(std::string& out, double number) {
  if (!std::isfinite(number)) number = 0;
  const std::size_t begin = out.size();
  fmt::format_to(std::back_inserter(out), FMT_COMPILE("{}"), number);
  if (out.find_first_of(".e", begin) == std::string::npos) out += ".0";
}

void append(std::string& out, const Value& value) {
  struct Visitor {
    std::string& out;
    void operator()(std::monostate) const { out += "null"; }
    void operator()(bool b) const { out += b ? "true" : "false"; }
    void operator()(std::int64_t i) const { fmt::format_to(std::back_inserter(out), FMT_COMPILE("{}"), i); }
    void operator()(std::uint64_t i) const { fmt::format_to(std::back_inserter(out), FMT_COMPILE("{}"), i); }
    void operator()(double d) const { append_double(out, d); }
    void operator()(const std::string& s) const { append_string(out, s); }
    void operator()(const List& list) const {
      out.push_back('[');
      for (const Value& item : list) {
        append(out, item);
        out.push_back(',');
      }
      if (list.empty())
        out.push_back(']');
      else
        out.back() = ']';
    }
    void operator()(const Fields& object) const { append(out, object); }
    void operator()(const Bytes& bytes) const { append_string(out, crypto::base64(bytes.bytes)); }
  };
  std::visit(Visitor{out}, static_cast<const Value::variant&>(value));
}

void append(std::string& out, const Fields& object) {
  out.push_back('{');
  for (const Field& field : object) {
    append_string(out, field.name);
    out.push_back(':');
    append(out, field.value);
    out.push_back(',');
  }
  if (object.empty())
    out.push_back('}');
  else
    out.back() = '}';
}

std::string write(const Value& value) {
  std::string out;
  append(out, value);
  return out;
}

std::string write(const Fields& object) {
  std::string out;
  append(out, object);
  return out;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const bool ascii = text.size() >= 8 && utf8::beyond_ascii(utf8::eight(text.data())) == 0;
    const std::size_t length = ascii ? 8 : utf8::sequence(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string repair_utf8(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = utf8::sequence(text);
    out += length > 0 ? text.substr(0, length) : utf8::kReplacement;
    text.remove_prefix(length > 0 ? length : 1);
  }
  return out;
}

}  // namespace onebot::json
