#include "bridge/files/get_actions.h"

#include "onebot/params.h"

#include <fmt/format.h>

#include <utility>

namespace bridge::files {

using onebot::ActionResult;
using onebot::fail;
using onebot::Fields;
using onebot::Result;
using onebot::Retcode;
using onebot::Task;

namespace {

// --- get_file ---

Task<ActionResult> get_url(FileCall call, Fields params) {
  ONEBOT_CO_TRY(id, onebot::string_param(params, "file_id"));
  if (is_our_file_id(id)) {
    const auto file = co_await onebot::opened(call.files, std::move(id));
    if (!file) co_return std::unexpected(file.error());
    co_return fail(Retcode::unsupported_param,
                   "an uploaded file has no address; \"type\" \"data\" or get_file_fragmented gives its bytes");
  }
  ONEBOT_CO_TRY(remote, co_await onebot::until_told<Result<onebot::RemoteFile>>(
                            [&](auto tell) { return call.files.address(id, std::move(tell)); }));
  co_return Fields{{"name", plain_name(remote.name)}, {"url", remote.request.url}};
}

Task<ActionResult> get_path(FileCall call, Fields params) {
  ONEBOT_CO_TRY(id, onebot::string_param(params, "file_id"));
  if (!call.gives_paths) {
    co_return fail(Retcode::unsupported_param,
                   "\"type\" \"path\" is switched off: the folder of stored files is in none that [files] paths names");
  }
  ONEBOT_CO_TRY(file, co_await onebot::opened(call.files, std::move(id)));
  co_return Fields{{"name", file.name}, {"path", file.path}, {"sha256", file.sha256}};
}

Task<ActionResult> get_bytes(FileCall call, Fields params) {
  ONEBOT_CO_TRY(id, onebot::string_param(params, "file_id"));
  ONEBOT_CO_TRY(file, co_await onebot::opened(call.files, std::move(id)));
  if (file.size > kMostBytes) {
    co_return fail(Retcode::answer_too_long,
                   fmt::format("the file has {} bytes, and one answer carries {}; use get_file_fragmented", file.size,
                               kMostBytes));
  }
  ONEBOT_CO_TRY(bytes, co_await onebot::bytes_of(call.files, file, 0, kMostBytes));
  co_return Fields{{"name", file.name}, {"sha256", file.sha256}, {"data", onebot::Bytes{std::move(bytes)}}};
}

// --- get_file_fragmented ---

Task<ActionResult> prepare(FileCall call, Fields params) {
  ONEBOT_CO_TRY(id, onebot::string_param(params, "file_id"));
  ONEBOT_CO_TRY(file, co_await onebot::opened(call.files, std::move(id)));
  co_return Fields{{"name", file.name}, {"total_size", static_cast<std::int64_t>(file.size)}, {"sha256", file.sha256}};
}

Task<ActionResult> transfer(FileCall call, Fields params) {
  ONEBOT_CO_TRY(id, onebot::string_param(params, "file_id"));
  ONEBOT_CO_TRY(offset, onebot::integer_param(params, "offset"));
  ONEBOT_CO_TRY(size, onebot::integer_param(params, "size"));
  if (offset < 0) co_return fail(Retcode::bad_param, "\"offset\" must not be negative");
  if (size <= 0 || static_cast<std::uint64_t>(size) > kMostBytes) {
    co_return fail(Retcode::bad_param, fmt::format("\"size\" must be 1 to {}", kMostBytes));
  }
  ONEBOT_CO_TRY(file, co_await onebot::opened(call.files, std::move(id)));
  if (static_cast<std::uint64_t>(offset) > file.size) {
    co_return fail(Retcode::bad_param, fmt::format("\"offset\" {} is beyond the file's {} bytes", offset, file.size));
  }
  ONEBOT_CO_TRY(bytes, co_await onebot::bytes_of(call.files, file, static_cast<std::uint64_t>(offset),
                                                 static_cast<std::size_t>(size)));
  co_return Fields{{"data", onebot::Bytes{std::move(bytes)}}};
}

constexpr FileAction kTypes[] = {{"url", get_url}, {"path", get_path}, {"data", get_bytes}};
constexpr FileAction kStages[] = {{"prepare", prepare}, {"transfer", transfer}};

}  // namespace

Task<ActionResult> get_file(FileCall call, Fields params) {
  return chosen(kTypes, "type", Retcode::unsupported_param, call, std::move(params));
}

Task<ActionResult> get_file_fragmented(FileCall call, Fields params) {
  return chosen(kStages, "stage", Retcode::bad_param, call, std::move(params));
}

}  // namespace bridge::files
