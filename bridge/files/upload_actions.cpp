#include "bridge/files/upload_actions.h"

#include "bridge/net/url.h"
#include "onebot/params.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace bridge::files {

using onebot::ActionResult;
using onebot::fail;
using onebot::Fields;
using onebot::File;
using onebot::Result;
using onebot::Retcode;
using onebot::Task;

namespace {

constexpr std::size_t kMostUrl = 8 << 10;
constexpr std::size_t kMostHeaders = 64;
constexpr int kMostFetching = 16;  // addresses at once

using Sum = std::optional<std::string>;  // SHA-256 in lower case

Result<Sum> sum_param(const Fields& params) {
  ONEBOT_TRY(sum, onebot::optional_param(onebot::string_param, params, "sha256"));
  if (sum) std::ranges::transform(*sum, sum->begin(), [](char c) { return c >= 'A' && c <= 'F' ? char(c + 32) : c; });
  return sum;
}

Result<std::string> name_param(const Fields& params) {
  ONEBOT_TRY(name, onebot::string_param(params, "name"));
  return files::plain_name(name);
}

Result<std::uint64_t> natural_param(const Fields& params, std::string_view name) {
  ONEBOT_TRY(number, onebot::integer_param(params, name));
  if (number < 0) return fail(Retcode::bad_param, fmt::format("\"{}\" must not be negative", name));
  return static_cast<std::uint64_t>(number);
}

Result<onebot::io::Headers> headers_param(const Fields& params) {
  ONEBOT_TRY(given, onebot::optional_param(onebot::object_param, params, "headers"));
  onebot::io::Headers headers;
  for (const onebot::Field& field : given.value_or(Fields{})) {
    const auto* value = std::get_if<std::string>(&field.value);
    if (!value || field.name.empty() || headers.size() >= kMostHeaders) {
      return fail(Retcode::bad_param, "\"headers\" must be an object of strings, 64 at most");
    }
    if ((field.name + *value).find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
      return fail(Retcode::bad_param, "\"headers\" must have no line breaks");
    }
    headers.emplace_back(field.name, *value);
  }
  return headers;
}

// Under a new id, which is everybody's.
Result<Label> label_param(const Fields& params) {
  ONEBOT_TRY(name, name_param(params));
  ONEBOT_TRY(sha256, sum_param(params));
  return Label{{"", new_file_id()}, std::move(name), std::move(sha256)};
}

ActionResult answer_of(std::string file_id) { return Fields{{"file_id", std::move(file_id)}}; }

// One of the addresses that are fetched at once, as long as it lives.
class Fetching {
 public:
  explicit Fetching(int& count) : count_(count) { ++count_; }
  Fetching(const Fetching&) = delete;
  ~Fetching() { --count_; }

 private:
  int& count_;
};

// --- upload_file ---

Task<ActionResult> upload_url(FileCall call, Fields params) {
  ONEBOT_CO_TRY(label, label_param(params));
  ONEBOT_CO_TRY(url, onebot::string_param(params, "url"));
  ONEBOT_CO_TRY(headers, headers_param(params));
  if (url.size() > kMostUrl || net::origin_of(url).empty()) {
    co_return fail(Retcode::bad_param, "\"url\" must be an address that begins with http:// or https://");
  }
  if (call.fetching >= kMostFetching) co_return fail(Retcode::busy, "too many files are being fetched");
  const Fetching fetching(call.fetching);
  const std::string id = label.key.id;
  Wanted wanted{.request = {.url = std::move(url), .headers = std::move(headers), .public_only = true},
                .label = std::move(label)};
  const Result<File> file = co_await fetch(call.means, std::move(wanted));
  if (!file) co_return std::unexpected(file.error());
  co_return answer_of(id);
}

Task<ActionResult> upload_path(FileCall call, Fields params) {
  ONEBOT_CO_TRY(label, label_param(params));
  ONEBOT_CO_TRY(path, onebot::string_param(params, "path"));
  if (call.means.limits.paths.empty()) {
    co_return fail(Retcode::unsupported_param,
                   "\"type\" \"path\" is switched off: [files] paths of the configuration names no folder");
  }
  const std::string id = label.key.id;
  const auto file = co_await onebot::until_told<Result<File>>(
      [&](auto tell) { return call.deliveries.keep_copy(std::move(path), std::move(label), std::move(tell)); });
  if (!file) co_return std::unexpected(file.error());
  co_return answer_of(id);
}

Task<ActionResult> upload_bytes(FileCall call, Fields params) {
  ONEBOT_CO_TRY(label, label_param(params));
  ONEBOT_CO_TRY(bytes, onebot::bytes_param(params, "data"));
  const std::string id = label.key.id;
  const auto file = co_await onebot::until_told<Result<File>>(
      [&](auto tell) { return call.deliveries.keep_bytes(std::move(bytes), std::move(label), std::move(tell)); });
  if (!file) co_return std::unexpected(file.error());
  co_return answer_of(id);
}

// --- upload_file_fragmented ---

Task<ActionResult> prepare(FileCall call, Fields params) {
  ONEBOT_CO_TRY(name, name_param(params));
  ONEBOT_CO_TRY(total_size, natural_param(params, "total_size"));
  ONEBOT_CO_TRY(upload, co_await onebot::until_told<Result<std::string>>([&](auto tell) {
                  return call.deliveries.prepare(std::move(name), total_size, std::move(tell));
                }));
  co_return answer_of(std::move(upload));
}

Task<ActionResult> transfer(FileCall call, Fields params) {
  ONEBOT_CO_TRY(upload, onebot::string_param(params, "file_id"));
  ONEBOT_CO_TRY(offset, natural_param(params, "offset"));
  ONEBOT_CO_TRY(bytes, onebot::bytes_param(params, "data"));
  const auto written = co_await onebot::until_told<Result<void>>([&](auto tell) {
    return call.deliveries.transfer(std::move(upload), offset, std::move(bytes), std::move(tell));
  });
  if (!written) co_return std::unexpected(written.error());
  co_return onebot::Value();
}

Task<ActionResult> finish(FileCall call, Fields params) {
  ONEBOT_CO_TRY(upload, onebot::string_param(params, "file_id"));
  ONEBOT_CO_TRY(sha256, sum_param(params));
  ONEBOT_CO_TRY(id, co_await onebot::until_told<Result<std::string>>([&](auto tell) {
                  return call.deliveries.finish(std::move(upload), std::move(sha256), std::move(tell));
                }));
  co_return answer_of(std::move(id));
}

constexpr FileAction kTypes[] = {{"url", upload_url}, {"path", upload_path}, {"data", upload_bytes}};
constexpr FileAction kStages[] = {{"prepare", prepare}, {"transfer", transfer}, {"finish", finish}};

}  // namespace

Task<ActionResult> upload_file(FileCall call, Fields params) {
  return chosen(kTypes, "type", Retcode::unsupported_param, call, std::move(params));
}

Task<ActionResult> upload_file_fragmented(FileCall call, Fields params) {
  return chosen(kStages, "stage", Retcode::bad_param, call, std::move(params));
}

}  // namespace bridge::files
