// RequestBody: the body of one request, announced or in chunks; kept, or read over when it is too long and somebody
// wants to answer it nevertheless.

#pragma once

#include "bridge/net/chunked_body.h"
#include "bridge/net/memory.h"
#include "bridge/net/request_head.h"
#include "onebot/io.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace bridge::net {

class RequestBody {
 public:
  enum class State {
    more,
    done,      // take() has it
    passed,    // it was too long, and end() answers
    broken,    // chunks that cannot be read
    too_long,  // and nobody reads over it
  };

  RequestBody() = default;
  // head stays where it is until the body has ended.
  RequestBody(onebot::io::HttpService& service, const RequestHead& head, std::size_t max_body);

  // Consumes bytes up to its end; with none it says whether it can be read at all.
  State next(std::string_view& bytes);
  std::string take() { return std::exchange(body_, {}); }
  void drop();  // all that was kept
  onebot::io::HttpResponse end() { return long_->end(); }
  std::size_t kept() const { return memory_of(body_); }

 private:
  bool pass();
  State next_chunks(std::string_view& bytes);
  State next_announced(std::string_view& bytes);
  void put(std::string_view part);

  onebot::io::HttpService* service_ = nullptr;
  const RequestHead* head_ = nullptr;
  std::size_t max_body_ = 0, read_ = 0;
  std::unique_ptr<onebot::io::LongBody> long_{};  // while one passes
  ChunkedBody chunks_{};
  std::string body_{};
};

}  // namespace bridge::net
