#include "bridge/process/admin.h"

#include "onebot/crypto.h"
#include "onebot/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace bridge {

namespace io = onebot::io;

namespace {

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kText = "text/plain; charset=utf-8";

io::HttpResponse answer(int status, std::string_view type, std::string body) {
  return {status, {{"Content-Type", std::string(type)}, {"Cache-Control", "no-store"}}, std::move(body)};
}

io::HttpResponse verdict(const std::vector<std::string>& reasons) {
  onebot::List list;
  for (const std::string& reason : reasons) list.push_back(onebot::Value(reason));
  const onebot::Fields body{{"ok", reasons.empty()}, {"reasons", std::move(list)}};
  return answer(reasons.empty() ? 200 : 503, kJson, onebot::json::write(body) + "\n");
}

struct Page {
  std::string_view path{};
  io::HttpResponse (*show)(const Condition&) = nullptr;
};
constexpr Page kPages[] = {
    {"/healthz", [](const Condition& condition) { return verdict(condition.why_unhealthy()); }},
    {"/readyz", [](const Condition& condition) { return verdict(condition.why_unready()); }},
    {"/metrics",
     [](const Condition& condition) { return answer(200, "text/plain; version=0.0.4", condition.metrics()); }},
};

io::HttpResponse wrong_method(std::string_view allowed) {
  io::HttpResponse refusal = answer(405, kText, fmt::format("this page is for {}\n", allowed));
  refusal.headers.emplace_back("Allow", allowed);
  return refusal;
}

io::HttpResponse without_token() {
  io::HttpResponse refusal = answer(401, kText, "the token of [admin] is needed\n");
  refusal.headers.emplace_back("WWW-Authenticate", "Bearer");
  return refusal;
}

}  // namespace

bool Admin::has_token(const io::HttpRequest& head) const {
  const auto given = io::header(head.headers, "Authorization").value_or("");
  return onebot::crypto::constant_time_equal(given, fmt::format("Bearer {}", token_));
}

std::optional<io::HttpResponse> Admin::refuse(const io::HttpRequest& head) {
  if (head.url == AdminIds::kPath) return refuse_ids(head);
  if (std::ranges::find(kPages, head.url, &Page::path) == std::end(kPages)) {
    return answer(404, kText, "here are /healthz, /readyz, /metrics and /ids\n");
  }
  if (head.method != "GET") return wrong_method("GET");
  // Who looks after the process needs no secret.
  if (token_.empty() || head.url == kPages[0].path || has_token(head)) return std::nullopt;
  return without_token();
}

// Who somebody is to OneBot 11 is for the operator alone.
std::optional<io::HttpResponse> Admin::refuse_ids(const io::HttpRequest& head) const {
  if (io::header(head.headers, "Origin") || io::header(head.headers, "Sec-Fetch-Site")) {
    return answer(403, kText, "this is not for web pages\n");
  }
  if (head.method != "GET" && head.method != "POST") return wrong_method("GET, POST");
  if (token_.empty()) {
    return answer(403, kText, "without a token nobody sees or changes numbers: set admin.token in the configuration\n");
  }
  if (!has_token(head)) return without_token();
  return std::nullopt;
}

void Admin::serve(io::HttpRequest request, std::unique_ptr<io::Exchange> exchange) {
  if (request.url == AdminIds::kPath) {
    if (request.method == "POST") return ids_.take(request.body, std::move(exchange));
    return exchange->answer(ids_.show(request.query));
  }
  const auto page = std::ranges::find(kPages, request.url, &Page::path);
  if (page == std::end(kPages)) return exchange->answer(answer(404, kText, ""));
  exchange->answer(page->show(condition_));
}

}  // namespace bridge
