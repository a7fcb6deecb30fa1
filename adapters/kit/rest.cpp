#include "adapters/kit/rest.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace kit {

using std::chrono::milliseconds;

namespace {

// Together longer than a server is usually away while it is replaced.
constexpr std::array<milliseconds, 2> kWaits = {milliseconds(500), milliseconds(2000)};

}  // namespace

Tries::Tries(const Request& request, milliseconds now)
    : harmless_(request.harmless_twice()),
      most_(static_cast<std::size_t>(std::clamp<int>(request.tries, 1, kWaits.size() + 1))),
      until_(now + request.budget),
      waits_(kWaits) {}

std::optional<milliseconds> Tries::next(const Verdict& verdict, bool unsent, milliseconds now) {
  if (verdict.remedy == Remedy::none) return std::nullopt;
  if (verdict.remedy == Remedy::fresh_token) {
    return std::exchange(renewed_, true) ? std::nullopt : std::optional(milliseconds(0));
  }
  if (verdict.remedy == Remedy::again && !unsent) perhaps_done_ = true;
  if (perhaps_done_ && !harmless_) return std::nullopt;
  if (waits_.failures() + 1 >= most_) return std::nullopt;
  const milliseconds own = waits_.next();
  const milliseconds wait = verdict.wait ? std::max(*verdict.wait, milliseconds(1)) : own;
  return now + wait < until_ ? std::optional(wait) : std::nullopt;
}

milliseconds Tries::left(milliseconds now) const { return std::max(until_ - now, milliseconds(1)); }

std::optional<milliseconds> retry_after(const onebot::io::HttpResponse& answer) {
  const auto text = onebot::io::header(answer.headers, "Retry-After");
  int seconds = 0;
  if (!text || std::from_chars(text->data(), text->data() + text->size(), seconds).ec != std::errc())
    return std::nullopt;
  return std::chrono::seconds(std::max(seconds, 1));
}

onebot::Task<onebot::Result<std::string>> admission(const Desk& desk, const Request& request,
                                                    const std::string& address) {
  if (desk.pace) {
    auto turn = co_await onebot::until_told<onebot::Status>(
        [&](auto tell) { return desk.pace->wait(paced(request, address), std::move(tell)); });
    if (!turn) co_return std::unexpected(std::move(turn).error());
  }
  co_return co_await valid_token(desk.token);
}

onebot::io::HttpRequest sent(const Desk& desk, const Request& request, const std::string& address,
                             onebot::io::Headers headers, milliseconds left) {
  headers.emplace_back("Content-Type", request.content_type);
  headers.emplace_back("User-Agent", "onebridge");
  return {.method = request.method,
          .url = desk.base + address,
          .headers = std::move(headers),
          .body = request.body,
          .timeout = std::min(request.timeout, left),
          .file = request.file,
          .tail = request.tail};
}

void log_failure(onebot::Log& log, const Request& request, int http_status, int code, std::string_view message) {
  log.count("api_failures");
  log.line(onebot::LogLevel::warn,
           fmt::format("api call failed method={} status={} code={}: {}", request.method, http_status, code, message));
}

}  // namespace kit
