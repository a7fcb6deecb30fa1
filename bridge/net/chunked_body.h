// ChunkedBody: the body of a request whose length nobody announced. RFC 9112 section 7.1, read strictly.
//
//   body  = *( size [ ";" extension ] CRLF data CRLF ) "0" [ ";" extension ] CRLF *( trailer CRLF ) CRLF
//
// Bytes may come in any pieces. Extensions and trailers are read over, below a bound.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace bridge::net {

class ChunkedBody {
 public:
  explicit ChunkedBody(std::size_t max_body = 0) : max_body_(max_body) {}

  // too_long: its limit is behind, once. It may be read on, and taken after each call, until it is beyond all measure.
  enum class State { more, done, broken, too_long, beyond };
  // Consumes bytes, up to the end of the body. Nothing is read after broken or beyond.
  State next(std::string_view& bytes);
  std::string take() { return std::exchange(body_, {}); }  // what has come

 private:
  enum class Part { size, data, data_end, trailer };
  bool read_line(std::string_view& bytes);  // whether line_ is whole now, without its end
  State end_line();
  State begin_chunk();

  std::size_t max_body_;
  Part part_ = Part::size;
  std::string line_, body_;
  std::size_t total_ = 0;     // of the body, as far as announced
  std::size_t left_ = 0;      // of the chunk
  std::size_t overhead_ = 0;  // bytes of extensions and trailers
};

}  // namespace bridge::net
