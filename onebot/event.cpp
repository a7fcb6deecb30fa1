#include "onebot/event.h"

#include "onebot/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>

namespace onebot {
namespace {

void append_member(std::string& out, std::string_view quoted_name, std::string_view text) {
  out += quoted_name;
  json::append_string(out, text);
}

void append_self(std::string& out, const Self& self) {
  append_member(out, "{\"platform\":", self.platform);
  append_member(out, ",\"user_id\":", self.user_id);
  out.push_back('}');
}

// Behind the JSON string that begins here; npos: there is none.
std::size_t behind_string(std::string_view json, std::size_t at) {
  if (at >= json.size() || json[at] != '"') return std::string_view::npos;
  for (at = json.find_first_of("\"\\", at + 1); at < json.size(); at = json.find_first_of("\"\\", at + 2)) {
    if (json[at] == '"') return at + 1;
  }
  return std::string_view::npos;
}

void append_message(std::string& out, const Event& event) {
  out += ",\"message\":[";
  for (const Segment& segment : event.message) {
    append_member(out, "{\"type\":", segment.type);
    out += ",\"data\":";
    json::append(out, segment.data);
    out += "},";
  }
  if (event.message.empty())
    out.push_back(']');
  else
    out.back() = ']';
  append_member(out, ",\"alt_message\":", event.alt_message.empty() ? alt_text(event.message) : event.alt_message);
}

}  // namespace

void append_json(std::string& out, const Event& event) {
  append_member(out, "{\"id\":", event.id);
  out += ",\"time\":";
  json::append_double(out, event.time);
  append_member(out, ",\"type\":", event.type);
  append_member(out, ",\"detail_type\":", event.detail_type);
  append_member(out, ",\"sub_type\":", event.sub_type);
  if (event.type != "meta") {
    out += ",\"self\":";
    append_self(out, event.self);
  }
  if (event.type == "message") append_message(out, event);
  for (const Field& field : event.fields) {
    out.push_back(',');
    json::append_string(out, field.name);
    out.push_back(':');
    json::append(out, field.value);
  }
  out.push_back('}');
}

std::string to_json(const Event& event) {
  std::string out;
  append_json(out, event);
  return out;
}

std::string to_json(const Self& self) {
  std::string out;
  append_self(out, self);
  return out;
}

// All members before it are strings, but for the time.
std::string_view self_in(std::string_view event) {
  constexpr std::string_view kName = "\"self\"";
  constexpr std::size_t kNone = std::string_view::npos;
  for (std::size_t at = 1; at < event.size();) {
    const std::size_t colon = behind_string(event, at);
    if (colon == kNone) return {};
    std::size_t end = colon + 1;  // of the value
    if (event.substr(at, colon - at) == kName) {
      for (int strings = 0; strings < 4 && end != kNone; ++strings) end = behind_string(event, end + 1);
      return end == kNone ? std::string_view() : event.substr(colon + 1, end - colon);
    }
    const char first = end < event.size() ? event[end] : ' ';
    if (first != '"' && first != '-' && (first < '0' || first > '9')) return {};
    end = first == '"' ? behind_string(event, end) : event.find(',', end);
    if (end >= event.size() || event[end] != ',') return {};
    at = end + 1;
  }
  return {};
}

std::string make_event_id(double now_seconds) {
  thread_local std::mt19937_64 random{std::random_device{}()};
  thread_local std::uint64_t last = 0;
  // 48 bits of milliseconds and 12 bits that count within one, so ids rise even at a standstill of the clock.
  const double now = now_seconds * 1000;
  const std::uint64_t milliseconds = now >= 0 && now < 0x1p48 ? static_cast<std::uint64_t>(now) : 0;
  last = std::max(last + 1, milliseconds << 12);
  const std::uint64_t tail = (random() & 0x3fffffffffffffffULL) | 0x8000000000000000ULL;
  return fmt::format("{:08x}-{:04x}-7{:03x}-{:04x}-{:012x}", last >> 28 & 0xffffffff, last >> 12 & 0xffff, last & 0xfff,
                     tail >> 48, tail & 0xffffffffffff);
}

}  // namespace onebot
