#include "adapters/kit/simulator/site.h"

#include "onebot/json.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace kit::simulator {

using onebot::io::HttpRequest;
using onebot::io::HttpResponse;
using onebot::json::Document;

Site::Site(Words& words, Knobs& knobs, onebot::io::Loop& loop, Manner manner)
    : words_(words), knobs_(knobs), loop_(loop), manner_(manner) {
  knobs_.show("calls", [this] {
    onebot::Fields calls;
    for (const auto& [call, count] : calls_) calls.push_back({call, count});
    return calls;
  });
}

onebot::Result<int> Site::open(onebot::io::Server& server, onebot::io::Address address,
                               onebot::io::WebSocketService* websockets) {
  address.max_body = manner_.max_body;
  ONEBOT_TRY(port, server.listen(address, this, websockets));
  host_ = fmt::format("{}:{}", address.host == "0.0.0.0" ? "127.0.0.1" : address.host, port);
  return port;
}

void Site::serve(HttpRequest request, std::unique_ptr<onebot::io::Exchange> exchange) {
  const std::int64_t number = ++requests_;
  const std::string trace = fmt::format("{:032x}", number);
  Reply reply = answer(request);
  const auto delay = reply.delay;
  HttpResponse answered = response(std::move(reply), trace);
  if (delay.count() <= 0) return exchange->answer(std::move(answered));
  std::shared_ptr<onebot::io::Exchange> waiting = std::move(exchange);
  delayed_[number] = loop_.after(delay, [this, number, waiting, answered = std::move(answered)] {
    const auto ended = delayed_.extract(number);
    waiting->answer(answered);
  });
}

Reply Site::answer(const HttpRequest& request) {
  Call call{.request = request};
  const bool empty = request.body.empty() || call.is_form();
  const auto document = Document::parse(empty ? std::string_view("null") : request.body, {.bytes = manner_.max_body});
  if (document)
    call.body = document->root();
  else
    call.unreadable = document.error().message;
  Routes::Found found = routes_.find(request.method, request.url);
  if (!found.route && request.url.starts_with(Knobs::kPath)) return knobs_.answer(call);
  call.ids = std::move(found.ids);
  Reply reply = words_.answer(found, call);
  if (found.route && reply.went_well()) ++calls_[fmt::format("{} {}", found.route->method, found.route->path)];
  return reply;
}

HttpResponse Site::response(Reply reply, const std::string& trace) const {
  HttpResponse response{reply.status, std::move(reply.headers), std::move(reply.bytes)};
  if (reply.form != Reply::Form::bytes) {
    const onebot::Value body =
        reply.form == Reply::Form::whole ? std::move(reply.content) : words_.written(reply, trace);
    if (body.is_null()) {
      response.status = 204;
    } else {
      response.headers.emplace_back("Content-Type", manner_.content_type);
      response.body = onebot::json::write(body);
    }
  }
  response.headers.emplace_back(manner_.trace_header, trace);
  return response;
}

}  // namespace kit::simulator
