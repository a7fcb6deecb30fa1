#include "bridge/net/transfer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace bridge::net {

namespace io = onebot::io;

namespace {

constexpr long kConnectMs = 10'000;
constexpr std::size_t kMaxHeaders = 200;

bool is_one_line(std::string_view text) { return text.find_first_of(std::string_view("\r\n\0", 3)) == text.npos; }

// libcurl takes a header without a value as the wish to send none, unless it ends in ";".
std::string line_of(const std::string& name, const std::string& value) {
  return value.empty() ? name + ";" : fmt::format("{}: {}", name, value);
}

}  // namespace

Transfer::Transfer(io::HttpRequest request, HttpClient::Done done)
    : request_(std::move(request)), done_(std::move(done)), easy_(curl_easy_init()) {}

Transfer::~Transfer() {
  curl_easy_cleanup(easy_);
  curl_slist_free_all(headers_);
}

onebot::Status Transfer::prepare(const std::string& ca_file) {
  if (!easy_) return onebot::fail(onebot::Retcode::network_error, "no memory for a request");
  for (const auto& [name, value] : request_.headers) {
    if (!is_one_line(name) || !is_one_line(value)) {
      return onebot::fail(onebot::Retcode::network_error, "a request header with a line break");
    }
    headers_ = curl_slist_append(headers_, line_of(name, value).c_str());
  }
  headers_ = curl_slist_append(headers_, "Expect:");
  if (!io::header(request_.headers, "Content-Type")) headers_ = curl_slist_append(headers_, "Content-Type:");
  if (!io::header(request_.headers, "User-Agent")) curl_easy_setopt(easy_, CURLOPT_USERAGENT, "onebridge");
  curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, headers_);
  curl_easy_setopt(easy_, CURLOPT_URL, request_.url.c_str());
  curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy_, CURLOPT_QUICK_EXIT, 1L);  // a look-up that hangs must not hold whoever gives it up
  curl_easy_setopt(easy_, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS, kConnectMs);
  curl_easy_setopt(easy_, CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(0, request_.timeout.count())));
  curl_easy_setopt(easy_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy_, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!ca_file.empty()) {
    curl_easy_setopt(easy_, CURLOPT_CAINFO, ca_file.c_str());
    curl_easy_setopt(easy_, CURLOPT_CAPATH, nullptr);
  }
  set_method();
  curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &Transfer::take_body);
  curl_easy_setopt(easy_, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(easy_, CURLOPT_HEADERFUNCTION, &Transfer::take_header);
  curl_easy_setopt(easy_, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, reason_);
  return {};
}

void Transfer::set_method() {
  const std::string& method = request_.method;
  if (method == "HEAD") {
    curl_easy_setopt(easy_, CURLOPT_NOBODY, 1L);
    return;
  }
  if (!request_.body.empty() || method == "POST" || method == "PUT" || method == "PATCH") {
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, request_.body.data());
  }
  curl_easy_setopt(easy_, CURLOPT_CUSTOMREQUEST, method.c_str());
}

std::size_t Transfer::take_body(char* bytes, std::size_t one, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::size_t size = one * count;
  transfer.too_long_ = transfer.response_.body.size() + size > transfer.request_.max_body;
  if (transfer.too_long_) return 0;
  transfer.response_.body.append(bytes, size);
  return size;
}

std::size_t Transfer::take_header(char* bytes, std::size_t one, std::size_t count, void* self) {
  io::Headers& headers = static_cast<Transfer*>(self)->response_.headers;
  const std::string_view line(bytes, one * count);
  if (line.starts_with("HTTP/")) headers.clear();  // an earlier head, as 100 Continue
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || headers.size() >= kMaxHeaders) return line.size();
  std::string_view value = line.substr(colon + 1);
  value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
  value = value.substr(0, value.find_last_not_of(" \t\r\n") + 1);
  headers.emplace_back(line.substr(0, colon), value);
  return line.size();
}

void Transfer::fail(onebot::Error error) {
  if (const auto done = std::exchange(done_, nullptr)) done(std::unexpected(std::move(error)));
}

void Transfer::end(CURLcode code) {
  using onebot::Retcode;
  if (too_long_) return fail({Retcode::network_error, fmt::format("an answer over {} bytes", request_.max_body)});
  if (code != CURLE_OK) {
    return fail({Retcode::network_error, reason_[0] != '\0' ? reason_ : curl_easy_strerror(code)});
  }
  long status = 0;
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  response_.status = static_cast<int>(status);
  if (const auto done = std::exchange(done_, nullptr)) done(std::move(response_));
}

}  // namespace bridge::net
