#include "onebot/echo_msgpack.h"

#include <algorithm>
#include <utility>

namespace onebot {
namespace {

constexpr std::string_view kName = "echo";
constexpr std::size_t kLongestKey = 9;  // bytes of "echo", spelled with the longest head

unsigned byte(char c) { return static_cast<unsigned char>(c); }

// What the first byte of a head says of the values 0xc4 to 0xdf; those around hold all they are in it.
struct Form {
  unsigned char counts = 0;   // bytes behind it that say how many
  unsigned char payload = 0;  // bytes of payload, besides as many as it says
  unsigned char follow = 0;   // values that follow, for each that it says; 0: it says bytes
};
constexpr unsigned kFirst = 0xc4;
constexpr Form kForms[] = {{1, 0, 0}, {2, 0, 0}, {4, 0, 0}, {1, 1, 0}, {2, 1, 0}, {4, 1, 0}, {0, 4, 0},
                           {0, 8, 0}, {0, 1, 0}, {0, 2, 0}, {0, 4, 0}, {0, 8, 0}, {0, 1, 0}, {0, 2, 0},
                           {0, 4, 0}, {0, 8, 0}, {0, 2, 0}, {0, 3, 0}, {0, 5, 0}, {0, 9, 0}, {0, 17, 0},
                           {1, 0, 0}, {2, 0, 0}, {4, 0, 0}, {2, 0, 1}, {4, 0, 1}, {2, 0, 2}, {4, 0, 2}};

bool has_form(unsigned first) { return first >= kFirst && first < kFirst + std::size(kForms); }
Form form_of(unsigned first) { return has_form(first) ? kForms[first - kFirst] : Form{}; }
bool is_map(unsigned first) { return (first & 0xf0U) == 0x80 || first == 0xde || first == 0xdf; }
bool is_text(unsigned first) { return (first & 0xe0U) == 0xa0 || (first >= 0xd9 && first <= 0xdb); }

bool is_name(std::string_view key) {
  const unsigned first = byte(key.front());
  return is_text(first) && key.size() == 1U + form_of(first).counts + kName.size() && key.ends_with(kName);
}

struct Size {
  std::uint64_t payload = 0, follow = 0;
};
Size size_of(std::string_view head) {
  const unsigned first = byte(head.front());
  if ((first & 0xe0U) == 0xa0) return {.payload = first & 0x1fU};
  if ((first & 0xf0U) == 0x80) return {.follow = 2 * std::uint64_t{first & 0x0fU}};
  if ((first & 0xf0U) == 0x90) return {.follow = first & 0x0fU};
  std::uint64_t count = 0;
  for (const char c : head.substr(1)) count = count << 8 | byte(c);
  const Form form = form_of(first);
  if (form.follow > 0) return {.follow = form.follow * count};
  return {.payload = form.payload + count};
}

}  // namespace

void MsgpackEcho::read(std::string_view piece) {
  while (!piece.empty() && at_ != At::over) {
    if (payload_ == 0) {
      take_head(piece.front());
      piece.remove_prefix(1);
      continue;
    }
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(payload_, piece.size()));
    keep(piece.substr(0, size));
    piece.remove_prefix(size);
    payload_ -= size;
    if (payload_ == 0 && values_ == 0) end_part();
  }
}

std::optional<std::string> MsgpackEcho::take() {
  if (!whole_) return std::nullopt;
  return std::move(kept_);
}

void MsgpackEcho::take_head(char c) {
  head_.push_back(c);
  if (head_.size() <= form_of(byte(head_.front())).counts) return;
  keep(head_);
  end_head();
  head_.clear();
  if (at_ != At::over && payload_ == 0 && values_ == 0) end_part();
}

void MsgpackEcho::end_head() {
  const Size size = size_of(head_);
  if (at_ == At::map) {
    members_ = size.follow / 2;
    at_ = is_map(byte(head_.front())) && members_ > 0 ? At::key : At::over;
    kept_.clear();
    return;
  }
  payload_ = size.payload;
  values_ += size.follow - 1;
}

// A key or a value of the map has ended. One value comes next, whatever it holds.
void MsgpackEcho::end_part() {
  values_ = 1;
  if (at_ == At::key) {
    wanted_ = is_name(kept_);
    at_ = At::value;
  } else {
    whole_ = wanted_;
    at_ = wanted_ || --members_ == 0 ? At::over : At::key;
  }
  if (!whole_) kept_.clear();
}

void MsgpackEcho::keep(std::string_view bytes) {
  if (at_ == At::key) {
    kept_.append(bytes.substr(0, kLongestKey + 1 - std::min(kept_.size(), kLongestKey + 1)));
  } else if (wanted_) {
    kept_.append(bytes);
    if (kept_.size() > most_) at_ = At::over;
  }
}

}  // namespace onebot
