#include "adapters/kit/simulator/call.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace kit::simulator {

std::string_view Call::id(std::string_view name) const {
  const auto found = std::ranges::find(ids, name, &Ids::value_type::first);
  return found == ids.end() ? std::string_view() : found->second;
}

std::string Call::query(std::string_view name) const {
  return onebot::io::query_param(request.query, name).value_or("");
}

std::string Call::path_and_query() const {
  return request.query.empty() ? request.url : fmt::format("{}?{}", request.url, request.query);
}

bool Call::is_form() const {
  return onebot::io::header(request.headers, "Content-Type").value_or("").starts_with("multipart/form-data");
}

std::int64_t Call::number(std::string_view name, std::int64_t otherwise) const {
  if (const auto number = body.at(name).integer()) return *number;
  const std::string text = query(name);
  std::from_chars(text.data(), text.data() + text.size(), otherwise);
  return otherwise;
}

int Call::small(std::string_view name, int otherwise) const { return simulator::small(number(name, otherwise)); }

std::string Call::text(std::string_view name) const {
  return body.at(name).is_null() ? query(name) : body.at(name).text();
}

Reply refused(const Refusal& refusal) {
  return {.status = refusal.status, .code = refusal.code, .message = std::string(refusal.message)};
}

Reply told(onebot::Value content) { return {.content = std::move(content)}; }

Reply whole(onebot::Value content, int status) {
  return {.status = status, .content = std::move(content), .form = Reply::Form::whole};
}

int small(std::int64_t number) { return static_cast<int>(std::clamp<std::int64_t>(number, 0, 1'000'000'000)); }

}  // namespace kit::simulator
