#include "bridge/net/transfer.h"

#include "bridge/net/public_address.h"

#include <fmt/format.h>

#include <algorithm>
#include <sys/socket.h>
#include <utility>

namespace bridge::net {

namespace io = onebot::io;

namespace {

constexpr long kConnectMs = 10'000;
constexpr std::size_t kMaxHeaders = 200;
constexpr std::size_t kMostInMemory = 4 << 20;  // bytes of a refusal, where the answer itself would go to a file

bool is_one_line(std::string_view text) { return text.find_first_of(std::string_view("\r\n\0", 3)) == text.npos; }

// libcurl takes a header without a value as the wish to send none, unless it ends in ";".
std::string line_of(const std::string& name, const std::string& value) {
  return value.empty() ? name + ";" : fmt::format("{}: {}", name, value);
}

}  // namespace

Transfer::Transfer(io::HttpRequest request, HttpClient::Done done)
    : request_(std::move(request)), done_(std::move(done)), easy_(curl_easy_init()) {
  if (!request_.save_to.empty()) saved_.emplace(request_.save_to);
}

Transfer::~Transfer() {
  curl_easy_cleanup(easy_);
  curl_slist_free_all(headers_);
}

onebot::Status Transfer::prepare(const Outgoing& outgoing) {
  if (!easy_) return onebot::fail(onebot::Retcode::network_error, "no memory for a request");
  outgoing.prepare(easy_, request_.url);
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
  curl_easy_setopt(easy_, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS, kConnectMs);
  curl_easy_setopt(easy_, CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(0, request_.timeout.count())));
  curl_easy_setopt(easy_, CURLOPT_TCP_KEEPALIVE, 1L);
  set_method();
  if (request_.public_only) stay_public();
  if (saved_) curl_easy_setopt(easy_, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(request_.max_body));
  curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &Transfer::take_body);
  curl_easy_setopt(easy_, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(easy_, CURLOPT_HEADERFUNCTION, &Transfer::take_header);
  curl_easy_setopt(easy_, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, reason_);
  if (request_.file || !request_.tail.empty()) return send_file();
  return {};
}

onebot::Status Transfer::send_file() {
  ONEBOT_CHECK(sent_.open());
  curl_easy_setopt(easy_, CURLOPT_POST, 1L);
  curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, nullptr);
  curl_easy_setopt(easy_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(sent_.size()));
  curl_easy_setopt(easy_, CURLOPT_READFUNCTION, &Transfer::give_body);
  curl_easy_setopt(easy_, CURLOPT_READDATA, this);
  curl_easy_setopt(easy_, CURLOPT_SEEKFUNCTION, &Transfer::seek_body);
  curl_easy_setopt(easy_, CURLOPT_SEEKDATA, this);
  curl_easy_setopt(easy_, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
  return {};
}

// A connection that another request has opened was not checked, and a proxy would look the name up elsewhere.
void Transfer::stay_public() {
  curl_easy_setopt(easy_, CURLOPT_FRESH_CONNECT, 1L);
  curl_easy_setopt(easy_, CURLOPT_FORBID_REUSE, 1L);
  curl_easy_setopt(easy_, CURLOPT_PROXY, "");
  curl_easy_setopt(easy_, CURLOPT_OPENSOCKETFUNCTION, &Transfer::open_socket);
  curl_easy_setopt(easy_, CURLOPT_OPENSOCKETDATA, this);
}

// Once for every address that the name has, as they are tried.
curl_socket_t Transfer::open_socket(void* self, curlsocktype, curl_sockaddr* address) {
  if (!is_public(address->addr)) {
    static_cast<Transfer*>(self)->trouble_ = {onebot::Retcode::not_public,
                                              "the address is in a network that is not public"};
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
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

std::size_t Transfer::give_body(char* room, std::size_t one, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::ptrdiff_t given = transfer.sent_.read(room, one * count);
  if (given >= 0) return static_cast<std::size_t>(given);
  transfer.trouble_ = {onebot::Retcode::filesystem_error, "the file that is being sent has changed"};
  return CURL_READFUNC_ABORT;
}

// For a connection that broke before anything was answered.
int Transfer::seek_body(void* self, curl_off_t offset, int origin) {
  if (origin != SEEK_SET || offset < 0) return CURL_SEEKFUNC_CANTSEEK;
  static_cast<Transfer*>(self)->sent_.seek(static_cast<std::uint64_t>(offset));
  return CURL_SEEKFUNC_OK;
}

std::size_t Transfer::take_body(char* bytes, std::size_t one, std::size_t count, void* self) {
  const std::size_t size = one * count;
  return static_cast<Transfer*>(self)->take(bytes, size) ? size : 0;
}

bool Transfer::take(const char* bytes, std::size_t size) {
  const bool to_file = saved_ && status() / 100 == 2;
  const std::size_t most = saved_ && !to_file ? std::min(request_.max_body, kMostInMemory) : request_.max_body;
  const std::uint64_t have = to_file ? saved_->size() : response_.body.size();
  if (size > most - std::min<std::uint64_t>(have, most)) {
    trouble_ = {onebot::Retcode::network_error, fmt::format("an answer over {} bytes", most)};
    return false;
  }
  if (!to_file) {
    response_.body.append(bytes, size);
    return true;
  }
  if (request_.may_save && !request_.may_save(size)) {
    trouble_ = {onebot::Retcode::no_room, "the file store is full"};
    return false;
  }
  auto written = saved_->append(bytes, size);
  if (!written) trouble_ = std::move(written).error();
  return written.has_value();
}

int Transfer::status() const {
  long status = 0;
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  return static_cast<int>(status);
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

// No byte of the request has left us: what a proxy was asked before is not the request.
bool Transfer::is_unsent() const {
  long sent = 0, tunnel = 0;
  curl_easy_getinfo(easy_, CURLINFO_REQUEST_SIZE, &sent);
  curl_easy_getinfo(easy_, CURLINFO_HTTP_CONNECTCODE, &tunnel);
  return sent == 0 || (tunnel != 0 && tunnel / 100 != 2);
}

void Transfer::end(CURLcode code, const Outgoing& outgoing) {
  using onebot::Retcode;
  if (code == CURLE_FILESIZE_EXCEEDED) {
    return fail({Retcode::network_error, fmt::format("an answer over {} bytes", request_.max_body)});
  }
  if (code != CURLE_OK && trouble_) return fail(*std::move(trouble_));
  if (code != CURLE_OK) {
    const std::string reason = reason_[0] != '\0' ? reason_ : curl_easy_strerror(code);
    return fail({.code = Retcode::network_error,
                 .message = request_.public_only ? reason : outgoing.blame(easy_, request_.url, code, reason),
                 .unsent = is_unsent()});
  }
  response_.status = status();
  if (auto refusal = outgoing.refusal(easy_, request_.url, response_.status)) {
    return fail({Retcode::network_error, *std::move(refusal)});
  }
  if (saved_ && response_.status / 100 == 2) {
    if (auto kept = saved_->keep(); !kept) return fail(std::move(kept).error());
  }
  if (const auto done = std::exchange(done_, nullptr)) done(std::move(response_));
}

}  // namespace bridge::net
