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

}  // namespace

std::optional<io::HttpResponse> Admin::refuse(const io::HttpRequest& head) {
  if (std::ranges::find(kPages, head.url, &Page::path) == std::end(kPages)) {
    return answer(404, kText, "here are /healthz, /readyz and /metrics\n");
  }
  if (head.method != "GET") {
    io::HttpResponse refusal = answer(405, kText, "pages are for GET\n");
    refusal.headers.emplace_back("Allow", "GET");
    return refusal;
  }
  if (token_.empty() || head.url == kPages[0].path) return std::nullopt;  // who looks after the process needs no secret
  const auto given = io::header(head.headers, "Authorization").value_or("");
  if (onebot::crypto::constant_time_equal(given, fmt::format("Bearer {}", token_))) return std::nullopt;
  io::HttpResponse refusal = answer(401, kText, "the token of [admin] is needed\n");
  refusal.headers.emplace_back("WWW-Authenticate", "Bearer");
  return refusal;
}

void Admin::serve(io::HttpRequest request, std::unique_ptr<io::Exchange> exchange) {
  const auto page = std::ranges::find(kPages, request.url, &Page::path);
  if (page == std::end(kPages)) return exchange->answer(answer(404, kText, ""));
  exchange->answer(page->show(condition_));
}

}  // namespace bridge
