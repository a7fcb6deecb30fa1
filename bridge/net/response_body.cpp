#include "bridge/net/response_body.h"

#include "bridge/net/memory.h"

#include <algorithm>
#include <utility>

namespace bridge::net {
namespace {

constexpr std::size_t kPart = 256 << 10;   // of a text, per write
constexpr std::size_t kOfFile = 64 << 10;  // of a file, per write

}  // namespace

onebot::Result<ResponseBody> ResponseBody::of(onebot::io::HttpResponse& response) {
  ResponseBody body;
  body.text_ = std::exchange(response.body, {});
  if (!response.file) return body;
  ONEBOT_TRY(file, OpenPart::open(*response.file));
  body.file_ = std::move(file);
  body.left_ = response.file->size;
  return body;
}

std::optional<std::string_view> ResponseBody::next() {
  if (given_ == text_.size() && left_ > 0 && !refill()) return std::nullopt;
  const std::string_view piece = std::string_view(text_).substr(given_, kPart);
  given_ += piece.size();
  return piece;
}

void ResponseBody::clear() {
  release(text_);
  given_ = 0;
  file_ = OpenPart();
  left_ = 0;
}

bool ResponseBody::refill() {
  text_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(left_, kOfFile)));
  given_ = 0;
  const std::ptrdiff_t got = file_.read(at_, text_.data(), text_.size());
  text_.resize(static_cast<std::size_t>(std::max<std::ptrdiff_t>(got, 0)));
  at_ += text_.size();
  left_ -= text_.size();
  return !text_.empty();
}

}  // namespace bridge::net
