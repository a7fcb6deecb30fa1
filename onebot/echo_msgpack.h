// MsgpackEcho: the member "echo" of a MessagePack map that passes in pieces. It looks no closer than it must: whether
// its bytes are a value, others say.
//
//   map = head *( key value )      value = head payload *value      head: what it is, how long, how many follow

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace onebot {

class MsgpackEcho {
 public:
  explicit MsgpackEcho(std::size_t most) : most_(most) {}
  void read(std::string_view piece);
  std::optional<std::string> take();  // the first; nullopt: there was none, or it was longer than `most`

 private:
  enum class At { map, key, value, over };
  void take_head(char c);
  void end_head();
  void end_part();
  void keep(std::string_view bytes);

  std::size_t most_;
  At at_ = At::map;
  std::string head_{};         // of what comes next
  std::uint64_t payload_ = 0;  // bytes that are left of it
  std::uint64_t values_ = 1;   // that are left of the key or the value
  std::uint64_t members_ = 0;  // of the map, that are left
  bool wanted_ = false, whole_ = false;
  std::string kept_{};  // of the key, or of the echo
};

}  // namespace onebot
