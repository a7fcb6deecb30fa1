#include "onebot/v11/connect/http.h"

#include "onebot/json_write.h"
#include "onebot/v11/answers.h"
#include "onebot/v11/connect/form.h"
#include "onebot/v11/request_params.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace onebot::v11::connect {
namespace {

constexpr std::chrono::milliseconds kPatience{60'000};

HttpOptions complete(HttpOptions options) {
  options.section.asking.patience = kPatience;
  return options;
}

bool is_greeting(const io::HttpRequest& head) { return head.method == "GET" && head.url == "/"; }

// What is asked for, by path and parameters or by a body that says all.
RequestRead read_http(const io::HttpRequest& request, std::string_view rest) {
  if (rest == "/") return read_request(request.body);
  auto params = params_of(request);
  if (!params) return {.request = std::unexpected(std::move(params).error())};
  return {.request = request_of(rest.substr(1), *std::move(params))};
}

int status_of(Retcode code) {
  if (code == Retcode::bad_request) return 400;
  return code == Retcode::shutting_down ? 503 : http_status(code);
}

}  // namespace

Http::Http(HttpOptions options, Means means)
    : options_(complete(std::move(options))),
      means_(means),
      refusals_(means.ground.backend.log, fmt::format("onebot11.http {}:{}", options_.host, options_.port),
                onebot::connect::Way::http, options_.section.elsewhere) {
  for (const Bot* bot : options_.section.bots) {
    asking_.emplace(bot, std::make_unique<Asking>(means_.ground, *bot, options_.section.asking, refusals_, "http"));
  }
}

Status Http::start() {
  const auto port = means_.ground.backend.server.listen(
      {.host = options_.host, .port = options_.port, .max_body = kMostRequest, .hosts = options_.hosts}, this, nullptr);
  if (!port) return std::unexpected(port.error());
  return {};
}

void Http::stop() {
  if (std::exchange(stopped_, true)) return;
  for (const auto& [bot, asking] : asking_) asking->stop({Retcode::shutting_down, "the bridge stops"});
}

std::optional<io::HttpResponse> Http::refuse(const io::HttpRequest& head) {
  if (stopped_) return refusals_.stopping();
  if (is_greeting(head)) return std::nullopt;
  if (head.method != "GET" && head.method != "POST") return refusals_.method(head);
  if (auto refusal = refusals_.entry(head, options_.access_token)) return refusal;
  const Reached reached = reach(means_.ground, options_.section, head.url);
  if ((!reached.bot && reached.named) || reached.rest.find('/', 1) != std::string::npos) {
    return refusals_.path(head, prefixes(means_.ground, options_.section));
  }
  if (head.method == "POST" && !is_readable(head.headers)) return refusals_.media_type(head);
  return std::nullopt;
}

// By the path, or else by the parameter self_id.
const Bot* Http::bot_of(const io::HttpRequest& request, const RequestRead& read) const {
  const Reached reached = reach(means_.ground, options_.section, request.url);
  if (reached.bot || !read.request) return reached.bot;
  const auto number = whole_param(read.request->params, "self_id");
  if (!number || !*number) return nullptr;
  return reach(means_.ground, options_.section, fmt::format("/{}", **number)).bot;
}

void Http::serve(io::HttpRequest request, std::unique_ptr<io::Exchange> exchange) {
  if (is_greeting(request)) {
    const Fields who{{"app_name", "onebridge"}, {"app_version", means_.ground.version}, {"protocol_version", "v11"}};
    return exchange->answer(json_response(200, json::write(who)));
  }
  const Reached reached = reach(means_.ground, options_.section, request.url);
  RequestRead read = read_http(request, reached.rest);
  if (!read.request) {
    const ActionResult refused = std::unexpected(read.request.error());
    refusals_.answered(request.remote, "", refused);
    return exchange->answer(json_response(400, write_answer(refused, read.echo)));
  }
  const Bot* bot = bot_of(request, read);
  if (!bot) return exchange->answer(refusals_.path(request, prefixes(means_.ground, options_.section)));
  asking_.at(bot)->ask(std::move(read), [waiting = std::shared_ptr(std::move(exchange))](const Answer& answer) {
    waiting->answer(json_response(status_of(answer.code), answer.text));
  });
}

}  // namespace onebot::v11::connect
