// FrameReader: WebSocket messages out of the bytes of the other side. RFC 6455 sections 5 and 7.4.
//
//   frame  = fin+rsv+opcode  mask+length [extended-length] [key] payload      the key only from a client
//
// Bytes may come in any pieces. A message is handed out whole, below a limit that its announced length already
// counts against. One beyond it is handed out in the pieces in which it comes, unless it is beyond all measure.

#pragma once

#include "bridge/net/inflight.h"
#include "onebot/told.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace bridge::net {

class FrameReader {
 public:
  enum class From { client, server };  // who sends
  explicit FrameReader(std::size_t max_message, From from = From::client)
      : max_message_(max_message), key_size_(from == From::client ? 4 : 0) {}

  // A message that is not whole counts there. too_much: it was let go, and nothing more is read.
  void count_in(Inflight& inflight, onebot::Then too_much);

  enum class Kind { none, text, binary, broken_text, ping, pong, close, long_text, long_binary, broken };
  struct Item {
    Kind kind = Kind::none;
    // Of close: the reason. Of broken: what was wrong. Of a long message: the next piece. Of broken_text: all of it,
    // which is not UTF-8. Valid until the next call.
    std::string_view payload{};
    int code = 0;       // of close, 1005 when it has none; of broken and broken_text, the code to close with
    bool last = false;  // of a long message: this was all of it

    std::string_view fault() const;  // why it ends the connection; "" when it does not
  };
  // Consumes bytes up to the end of the next item; none when they did not suffice. Nothing is read after broken.
  Item next(std::string_view& bytes);

 private:
  void count();
  bool whole_message(std::string_view bytes) const;
  Item read_head(std::string_view& bytes);
  Item check_head();
  Item check_size();
  void take_payload(std::string_view& bytes);
  Item take_piece(std::string_view& bytes);
  Item long_piece(bool last) const;
  void begin_frame();
  Item finish_frame();
  Item finish_control();
  Item finish_message(std::string_view message);
  std::string& target() { return is_control() ? control_ : message_; }
  unsigned opcode() const { return head_[0] & 0x0fU; }
  bool is_final() const { return (head_[0] & 0x80U) != 0; }
  bool is_control() const { return opcode() >= 8; }

  std::size_t max_message_, key_size_;
  std::array<unsigned char, 14> head_{};
  std::size_t head_size_ = 0, head_wanted_ = 2;
  bool in_payload_ = false;
  std::uint64_t left_ = 0;  // of the payload
  std::size_t key_at_ = 0;  // in head_
  unsigned mask_at_ = 0;
  unsigned message_kind_ = 0;  // the opcode of the message under way; 0: none
  std::string message_, control_;
  std::unique_ptr<Inflight::Share> share_{};  // nullptr: nobody counts
  std::uint64_t skipped_ = 0;                 // announced bytes of a message beyond the limit; 0: none passes
};

}  // namespace bridge::net
