#include "onebot/connect/http.h"

#include "onebot/connect/auth.h"
#include "onebot/connect/head.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

namespace onebot::connect {
namespace {

Encoding encoding_of(const io::HttpRequest& head) {
  return onebot::encoding_of(media_type(head.headers)).value_or(Encoding::json);
}

// A request that is too long: of it the echo alone is read.
class LongRequest final : public io::LongBody {
 public:
  LongRequest(Encoding encoding, Log& log) : encoding_(encoding), reader_(encoding), log_(log) {}
  void piece(std::string_view bytes) override { reader_.read(bytes); }
  io::HttpResponse end() override {
    log_.count("requests_too_long");
    return response(encode_response(too_long(), reader_.take(), encoding_), encoding_);
  }

 private:
  Encoding encoding_;
  EchoReader reader_;
  Log& log_;
};

}  // namespace

Http::Http(HttpOptions options, Backend& backend)
    : options_(std::move(options)),
      backend_(backend),
      refusals_(backend.log, fmt::format("http {}:{}", options_.host, options_.port),
                {Dialect::onebot12, Way::http, options_.elsewhere}) {}

Status Http::start() {
  const auto port = backend_.server.listen(
      {.host = options_.host, .port = options_.port, .max_body = kMaxRequest, .hosts = options_.hosts}, this, nullptr);
  if (!port) return std::unexpected(port.error());
  if (options_.event_enabled) {
    const std::string by_address = fmt::format("http:{}:{}", options_.host, options_.port);
    const std::string by_name = fmt::format("http:{}", options_.name);
    if (!options_.name.empty()) backend_.cursors.rename(by_address, by_name);
    poll_.emplace(backend_, options_.name.empty() ? by_address : by_name, options_.event_buffer_size);
  }
  backend_.log.line(LogLevel::info, fmt::format("http listens host={} port={}", options_.host, *port));
  return {};
}

void Http::stop() {
  stopped_ = true;
  if (poll_) poll_->stop();
  std::vector<std::uint64_t> numbers;
  for (const auto& [number, waiting] : waiting_) numbers.push_back(number);
  for (const std::uint64_t number : numbers) answer(number, fail(Retcode::shutting_down, "the bridge stops"));
}

void Http::wake() {
  if (poll_) poll_->wake();
}

std::optional<io::HttpResponse> Http::refuse(const io::HttpRequest& head) {
  if (stopped_) return io::HttpResponse{.status = 503};
  if (head.url != "/") return refusals_.path(head);
  if (head.method != "POST") return refusals_.method(head);
  if (!authorized(head, options_.access_token)) return refusals_.token(head);
  if (!onebot::encoding_of(media_type(head.headers))) return refusals_.media_type(head);
  return std::nullopt;
}

void Http::serve(io::HttpRequest request, std::unique_ptr<io::Exchange> exchange) {
  const Encoding encoding = encoding_of(request);
  ActionRequest read = parse_action(request.body, encoding);
  Asker asker{.exchange = std::move(exchange),
              .refusals = &refusals_,
              .remote = std::move(request.remote),
              .action = read.action ? read.action->name : "",
              .echo = std::move(read.echo),
              .encoding = encoding};
  if (stopped_) read.action = fail(Retcode::shutting_down, "the bridge stops");
  if (!read.action) return asker.answer(std::unexpected(std::move(read.action).error()));
  if (poll_ && read.action->name == "get_latest_events") return poll_->serve(read.action->params, std::move(asker));
  act(*std::move(read.action), std::move(asker));
}

std::unique_ptr<io::LongBody> Http::serve_long(const io::HttpRequest& head) {
  return std::make_unique<LongRequest>(encoding_of(head), backend_.log);
}

void Http::act(Action action, Asker asker) {
  const std::uint64_t number = ++count_;
  waiting_.emplace(number, std::move(asker));
  backend_.actions.act(std::move(action),
                       Reply(lifetime_.guard([this, number](const ActionResult& result) { answer(number, result); })));
}

void Http::answer(std::uint64_t number, const ActionResult& result) {
  auto node = waiting_.extract(number);
  if (!node.empty()) node.mapped().answer(result);
}

}  // namespace onebot::connect
