#include "onebot/msgpack.h"

#include "onebot/json.h"

#include <fmt/format.h>
#include <msgpack.hpp>

#include <bit>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

namespace onebot::msgpack {
namespace {

// Builds a Value from what the library's parser, which keeps a stack of its own, tells.
class Builder : public ::msgpack::null_visitor {
 public:
  explicit Builder(const Limits& limits) : limits_(limits) {}

  bool visit_nil() { return put({}); }
  bool visit_boolean(bool value) { return put(value); }
  bool visit_positive_integer(std::uint64_t value) {
    if (std::in_range<std::int64_t>(value)) return put(static_cast<std::int64_t>(value));
    return put(value);
  }
  bool visit_negative_integer(std::int64_t value) { return put(value); }
  bool visit_float32(float value) { return visit_float64(value); }
  bool visit_float64(double value) { return std::isfinite(value) ? put(value) : refuse("a number that is not finite"); }
  bool visit_str(const char* text, std::uint32_t size) {
    const std::string_view view(text, size);
    return json::is_utf8(view) ? put(std::string(view)) : refuse("text that is not UTF-8");
  }
  bool visit_bin(const char* bytes, std::uint32_t size) { return put(Bytes{std::string(bytes, size)}); }
  bool visit_ext(const char*, std::uint32_t) { return refuse("an extension type"); }

  // The announced sizes are not believed: memory grows with what has come.
  bool start_array(std::uint32_t) { return open(List{}); }
  bool end_array() { return close(); }
  bool start_map(std::uint32_t) { return open(Fields{}); }
  bool end_map() { return close(); }
  bool start_map_key() { return key_next_ = true; }

  std::string_view why() const { return why_; }
  Value take() { return std::move(root_); }

 private:
  struct Open {
    Value container{};
    std::string name{};  // of the field whose value comes next, in a map
  };

  bool refuse(std::string_view why) {
    why_ = why;
    return false;
  }

  bool open(Value container) {
    if (key_next_) return refuse("a key that is not text");
    if (open_.size() >= limits_.depth) return refuse("nested too deeply");
    open_.push_back({std::move(container)});
    return true;
  }

  bool close() {
    Value done = std::move(open_.back().container);
    open_.pop_back();
    return put(std::move(done));
  }

  bool put(Value value) {
    if (++count_ > limits_.values) return refuse("too many values");
    if (std::exchange(key_next_, false)) {
      auto* text = std::get_if<std::string>(&value);
      if (!text) return refuse("a key that is not text");
      open_.back().name = std::move(*text);
    } else if (open_.empty()) {
      root_ = std::move(value);
    } else if (auto* list = std::get_if<List>(&open_.back().container)) {
      list->push_back(std::move(value));
    } else {
      std::get<Fields>(open_.back().container).push_back({std::move(open_.back().name), std::move(value)});
    }
    return true;
  }

  const Limits limits_;
  Value root_;
  std::vector<Open> open_;
  bool key_next_ = false;
  std::size_t count_ = 0;
  std::string_view why_ = "it ends in the middle, or is not MessagePack";
};

struct Sink {
  std::string& out;
  void write(const char* bytes, std::size_t size) { out.append(bytes, size); }
};

using Packer = ::msgpack::packer<Sink>;

void pack(Packer& packer, std::string& out, const Value& value);

void pack_text(Packer& packer, std::string_view text) {
  const std::string repaired = json::is_utf8(text) ? std::string() : json::repair_utf8(text);
  if (!repaired.empty()) text = repaired;
  packer.pack_str(static_cast<std::uint32_t>(text.size()));
  packer.pack_str_body(text.data(), static_cast<std::uint32_t>(text.size()));
}

struct Writer {
  Packer& packer;
  std::string& out;

  void operator()(std::monostate) const { packer.pack_nil(); }
  void operator()(bool value) const { value ? packer.pack_true() : packer.pack_false(); }
  void operator()(std::int64_t value) const { packer.pack_int64(value); }
  void operator()(std::uint64_t value) const { packer.pack_uint64(value); }
  // The library would write 5.0 as an integer, which typed clients refuse where the standard says float64.
  void operator()(double value) const {
    const auto bits = std::bit_cast<std::uint64_t>(std::isfinite(value) ? value : 0.0);
    out.push_back('\xcb');
    for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>(bits >> shift & 0xff));
  }
  void operator()(const std::string& text) const { pack_text(packer, text); }
  void operator()(const List& list) const {
    packer.pack_array(static_cast<std::uint32_t>(list.size()));
    for (const Value& item : list) pack(packer, out, item);
  }
  void operator()(const Fields& fields) const {
    packer.pack_map(static_cast<std::uint32_t>(fields.size()));
    for (const Field& field : fields) {
      pack_text(packer, field.name);
      pack(packer, out, field.value);
    }
  }
  void operator()(const Bytes& bytes) const {
    packer.pack_bin(static_cast<std::uint32_t>(bytes.bytes.size()));
    packer.pack_bin_body(bytes.bytes.data(), static_cast<std::uint32_t>(bytes.bytes.size()));
  }
};

void pack(Packer& packer, std::string& out, const Value& value) {
  std::visit(Writer{packer, out}, static_cast<const Value::variant&>(value));
}

}  // namespace

Result<Value> parse(std::string_view bytes, Limits limits) {
  if (bytes.size() > limits.bytes) {
    return fail(Retcode::bad_request,
                fmt::format("MessagePack of {} bytes, at most {} are taken", bytes.size(), limits.bytes));
  }
  Builder builder(limits);
  std::size_t end = 0;
  if (!::msgpack::parse(bytes.data(), bytes.size(), end, builder)) {
    return fail(Retcode::bad_request, fmt::format("invalid MessagePack: {}", builder.why()));
  }
  if (end < bytes.size()) {
    return fail(Retcode::bad_request, fmt::format("invalid MessagePack: {} bytes behind its end", bytes.size() - end));
  }
  return builder.take();
}

void append(std::string& out, const Value& value) {
  Sink sink{out};
  Packer packer(sink);
  pack(packer, out, value);
}

void append_map(std::string& out, std::size_t size) {
  Sink sink{out};
  Packer(sink).pack_map(static_cast<std::uint32_t>(size));
}

std::string write(const Value& value) {
  std::string out;
  append(out, value);
  return out;
}

}  // namespace onebot::msgpack
