#include "adapters/feishu/feed/frame.h"

#include "adapters/feishu/feed/frame.pb.h"

#include <algorithm>
#include <limits>

namespace feishu {
namespace {

using onebot::fail;
using onebot::Result;
using onebot::Retcode;

constexpr int kMaxHeaders = 64;

}  // namespace

std::string_view Frame::header(std::string_view name) const {
  const auto found = std::ranges::find(headers, name, &std::pair<std::string, std::string>::first);
  return found == headers.end() ? std::string_view() : found->second;
}

std::string encode(const Frame& frame) {
  pbbp2::Frame message;
  message.set_seqid(frame.seq);
  message.set_logid(frame.log);
  message.set_service(frame.service);
  message.set_method(frame.method);
  for (const auto& [name, value] : frame.headers) {
    pbbp2::Header& header = *message.add_headers();
    header.set_key(name);
    header.set_value(value);
  }
  if (!frame.payload_encoding.empty()) message.set_payload_encoding(frame.payload_encoding);
  if (!frame.payload_type.empty()) message.set_payload_type(frame.payload_type);
  if (!frame.payload.empty()) message.set_payload(frame.payload);
  if (!frame.log_new.empty()) message.set_logidnew(frame.log_new);
  return message.SerializeAsString();
}

Result<Frame> decode(std::string_view bytes) {
  pbbp2::Frame message;
  const bool fits = bytes.size() <= std::numeric_limits<int>::max();
  if (!fits || !message.ParsePartialFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return fail(Retcode::bad_request, "a frame that is cut short or no frame");
  }
  if (!message.IsInitialized()) return fail(Retcode::bad_request, "a frame without a required field");
  if (message.headers_size() > kMaxHeaders) return fail(Retcode::bad_request, "a frame with too many headers");
  Frame frame{.seq = message.seqid(),
              .log = message.logid(),
              .service = message.service(),
              .method = message.method(),
              .payload_encoding = std::move(*message.mutable_payload_encoding()),
              .payload_type = std::move(*message.mutable_payload_type()),
              .payload = std::move(*message.mutable_payload()),
              .log_new = std::move(*message.mutable_logidnew())};
  for (pbbp2::Header& header : *message.mutable_headers()) {
    frame.headers.emplace_back(std::move(*header.mutable_key()), std::move(*header.mutable_value()));
  }
  return frame;
}

}  // namespace feishu
