#include "onebot/encoding.h"

#include "onebot/json.h"
#include "onebot/msgpack.h"

namespace onebot {
namespace {

struct Row {
  Encoding encoding{};
  std::string_view media_type{};
};
constexpr Row kRows[] = {{Encoding::json, "application/json"}, {Encoding::msgpack, "application/msgpack"}};

}  // namespace

std::string_view media_type(Encoding encoding) {
  for (const Row& row : kRows) {
    if (row.encoding == encoding) return row.media_type;
  }
  return {};
}

std::optional<Encoding> encoding_of(std::string_view media_type) {
  for (const Row& row : kRows) {
    if (row.media_type == media_type) return row.encoding;
  }
  return std::nullopt;
}

Result<Value> decode(std::string_view bytes, Encoding encoding) {
  if (encoding == Encoding::msgpack) return msgpack::parse(bytes, {.bytes = kMaxRequest});
  ONEBOT_TRY(document, json::Document::parse(bytes, {.bytes = kMaxRequest}));
  return document.root().value();
}

std::string encode(const Value& value, Encoding encoding) {
  return encoding == Encoding::msgpack ? msgpack::write(value) : json::write(value);
}

}  // namespace onebot
