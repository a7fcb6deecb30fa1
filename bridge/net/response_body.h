// ResponseBody: the body of an answer, piece by piece as the client takes it: its text, then its file, of which one
// piece at a time is in memory.

#pragma once

#include "bridge/net/transfer_files.h"
#include "onebot/io.h"
#include "onebot/result.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bridge::net {

class ResponseBody {
 public:
  // Takes the body out of the answer. Error: its file cannot be read.
  static onebot::Result<ResponseBody> of(onebot::io::HttpResponse& response);

  bool ended() const { return given_ == text_.size() && left_ == 0; }
  // The next piece, "" at the end; valid until the next call. nullopt: the file has changed meanwhile.
  std::optional<std::string_view> next();
  void clear();  // gives memory and file back

 private:
  bool refill();

  std::string text_{};  // of the file, too
  std::size_t given_ = 0;
  OpenPart file_{};
  std::uint64_t at_ = 0, left_ = 0;  // of the file
};

}  // namespace bridge::net
