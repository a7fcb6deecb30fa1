// Dispatch, and the way in: upload_file, upload_file_fragmented.

#include "bridge/files/actions.h"

#include "bridge/files/paths.h"
#include "bridge/net/url.h"
#include "onebot/crypto.h"
#include "onebot/params.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sys/stat.h>
#include <utility>

namespace bridge {

using files::Desk;
using files::Summed;
using files::Temporary;
using onebot::fail;
using onebot::Fields;
using onebot::Result;
using onebot::Retcode;
using onebot::Status;

namespace {

constexpr std::size_t kMostUrl = 8 << 10;
constexpr std::size_t kMostHeaders = 64;
constexpr std::ptrdiff_t kMostFetching = 16;                 // addresses at once
constexpr std::chrono::milliseconds kBeyondFetching{5'000};  // for the disk

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

Result<std::string> keep_new(Desk& desk, const std::string& name, Temporary bytes, const Summed& summed,
                             const Sum& sha256) {
  std::string id = files::new_file_id();
  ONEBOT_CHECK(desk.store.keep({"", id}, name, std::move(bytes), summed, sha256, desk.wall));
  return id;
}

Result<std::string> take_bytes(Desk& desk, const std::string& name, const std::string& bytes, const Sum& sha256) {
  ONEBOT_CHECK(desk.store.room(bytes.size()));
  Temporary temporary = desk.store.temporary();
  ONEBOT_TRY(file, files::create(temporary.path()));
  ONEBOT_CHECK(files::write_at(file.fd(), 0, bytes));
  const Summed summed{onebot::crypto::hex(onebot::crypto::sha256(bytes)), bytes.size()};
  return keep_new(desk, name, std::move(temporary), summed, sha256);
}

Result<std::string> take_path(Desk& desk, const std::string& name, const std::string& path, const Sum& sha256) {
  ONEBOT_TRY(from, files::open_within(path, desk.store.limits().paths));
  struct stat found {};
  if (::fstat(from.fd(), &found) != 0) return files::disk_error("read the file");
  ONEBOT_CHECK(desk.store.room(static_cast<std::uint64_t>(found.st_size)));
  Temporary temporary = desk.store.temporary();
  ONEBOT_TRY(to, files::create(temporary.path()));
  std::uint64_t at = 0;
  ONEBOT_TRY(summed, files::each_piece(from.fd(), [&](std::string_view bytes) -> Status {
               ONEBOT_CHECK(desk.store.room(at + bytes.size()));  // it may be growing
               ONEBOT_CHECK(files::write_at(to.fd(), at, bytes));
               at += bytes.size();
               return {};
             }));
  return keep_new(desk, name, std::move(temporary), summed, sha256);
}

}  // namespace

const FileActions::Choice FileActions::kActions[] = {
    {"upload_file", &FileActions::upload_file},
    {"upload_file_fragmented", &FileActions::upload_fragmented},
    {"get_file", &FileActions::get_file},
    {"get_file_fragmented", &FileActions::get_fragmented},
};
const FileActions::Choice FileActions::kUploadTypes[] = {
    {"url", &FileActions::upload_url}, {"path", &FileActions::upload_path}, {"data", &FileActions::upload_bytes}};
const FileActions::Choice FileActions::kUploadStages[] = {{"prepare", &FileActions::upload_prepare},
                                                          {"transfer", &FileActions::upload_transfer},
                                                          {"finish", &FileActions::upload_finish}};

FileActions::FileActions(onebot::io::Loop& loop, onebot::io::Client& client, files::FilesThread& thread)
    : loop_(loop),
      client_(client),
      thread_(thread),
      gives_paths_(files::is_within(thread.folder(), thread.limits().paths)) {}

void FileActions::stop() { calls_.clear(); }

std::span<const std::string_view> FileActions::names() const {
  static const auto kNames = [] {
    std::array<std::string_view, std::size(kActions)> names{};
    std::ranges::transform(kActions, names.begin(), &Choice::name);
    return names;
  }();
  return kNames;
}

std::chrono::milliseconds FileActions::deadline() const { return thread_.limits().timeout + kBeyondFetching; }

void FileActions::call(const std::string& bot, onebot::Action action, onebot::Reply reply) {
  const auto files = bots_.find(bot);
  const auto known = std::ranges::find(kActions, action.name, &Choice::name);
  if (files == bots_.end() || known == std::end(kActions)) return;
  const std::uint64_t number = ++last_;
  auto made = std::make_unique<Call>(Call{.number = number, .files = *files->second, .reply = std::move(reply)});
  Call& call = *calls_.emplace(number, std::move(made)).first->second;
  if (Status begun = (this->*known->run)(call, action.params); !begun) {
    finish(number, std::unexpected(std::move(begun).error()));
  }
}

void FileActions::finish(std::uint64_t number, onebot::ActionResult result) {
  if (auto call = calls_.extract(number)) call.mapped()->reply(std::move(result));
}

Status FileActions::choose(std::span<const Choice> choices, std::string_view parameter, Retcode unknown, Call& call,
                           const Fields& params) {
  ONEBOT_TRY(chosen, onebot::string_param(params, parameter));
  const auto found = std::ranges::find(choices, chosen, &Choice::name);
  if (found != choices.end()) return (this->*found->run)(call, params);
  std::string allowed;
  for (const Choice& choice : choices) allowed += fmt::format("{}\"{}\"", allowed.empty() ? "" : ", ", choice.name);
  return fail(unknown, fmt::format("\"{}\" must be one of {}", parameter, allowed));
}

void FileActions::ask_for_id(Call& call, std::function<Result<std::string>(Desk&)> job) {
  call.step = thread_.ask<std::string>(std::move(job), [this, number = call.number](Result<std::string> id) {
    if (!id) return finish(number, std::unexpected(std::move(id).error()));
    finish(number, onebot::Value(Fields{{"file_id", *std::move(id)}}));
  });
}

// --- upload_file ---

Status FileActions::upload_file(Call& call, const Fields& params) {
  return choose(kUploadTypes, "type", Retcode::unsupported_param, call, params);
}

Status FileActions::upload_url(Call& call, const Fields& params) {
  ONEBOT_TRY(name, name_param(params));
  ONEBOT_TRY(url, onebot::string_param(params, "url"));
  ONEBOT_TRY(headers, headers_param(params));
  ONEBOT_TRY(sha256, sum_param(params));
  if (url.size() > kMostUrl || net::origin_of(url).empty()) {
    return fail(Retcode::bad_param, "\"url\" must be an address that begins with http:// or https://");
  }
  const auto fetching = std::ranges::count_if(calls_, [](const auto& one) { return one.second->fetch != nullptr; });
  if (fetching >= kMostFetching) return fail(Retcode::busy, "too many files are being fetched");
  const std::string id = files::new_file_id();
  onebot::io::HttpRequest request{.url = std::move(url), .headers = std::move(headers), .public_only = true};
  call.fetch = std::make_unique<files::Fetch>(
      loop_, client_, thread_, files::Fetch::Wanted{std::move(request), {"", id}, std::move(name), std::move(sha256)},
      [this, id, number = call.number](const Result<onebot::File>& file) {
        if (!file) return finish(number, std::unexpected(file.error()));
        finish(number, onebot::Value(Fields{{"file_id", id}}));
      });
  return {};
}

Status FileActions::upload_path(Call& call, const Fields& params) {
  ONEBOT_TRY(name, name_param(params));
  ONEBOT_TRY(path, onebot::string_param(params, "path"));
  ONEBOT_TRY(sha256, sum_param(params));
  if (thread_.limits().paths.empty()) {
    return fail(Retcode::unsupported_param, "\"type\" \"path\" is switched off: no folder is configured for it");
  }
  ask_for_id(call, [name, path, sha256](Desk& desk) { return take_path(desk, name, path, sha256); });
  return {};
}

Status FileActions::upload_bytes(Call& call, const Fields& params) {
  ONEBOT_TRY(name, name_param(params));
  ONEBOT_TRY(bytes, onebot::bytes_param(params, "data"));
  ONEBOT_TRY(sha256, sum_param(params));
  ONEBOT_TRY(carried, thread_.carry(bytes.size()));
  ask_for_id(call, [name, bytes = std::move(bytes), sha256, carried](Desk& desk) {
    return take_bytes(desk, name, bytes, sha256);
  });
  return {};
}

// --- upload_file_fragmented ---

Status FileActions::upload_fragmented(Call& call, const Fields& params) {
  return choose(kUploadStages, "stage", Retcode::bad_param, call, params);
}

Status FileActions::upload_prepare(Call& call, const Fields& params) {
  ONEBOT_TRY(name, name_param(params));
  ONEBOT_TRY(total_size, natural_param(params, "total_size"));
  ask_for_id(call, [name, total_size](Desk& desk) { return desk.uploads.prepare(name, total_size, desk.now); });
  return {};
}

Status FileActions::upload_transfer(Call& call, const Fields& params) {
  ONEBOT_TRY(id, onebot::string_param(params, "file_id"));
  ONEBOT_TRY(offset, natural_param(params, "offset"));
  ONEBOT_TRY(bytes, onebot::bytes_param(params, "data"));
  ONEBOT_TRY(carried, thread_.carry(bytes.size()));
  auto job = [id, offset, bytes = std::move(bytes), carried](Desk& desk) -> Result<bool> {
    ONEBOT_CHECK(desk.uploads.transfer(id, offset, bytes, desk.now));
    return true;
  };
  call.step = thread_.ask<bool>(std::move(job), [this, number = call.number](const Result<bool>& written) {
    if (!written) return finish(number, std::unexpected(written.error()));
    finish(number, onebot::Value());
  });
  return {};
}

Status FileActions::upload_finish(Call& call, const Fields& params) {
  ONEBOT_TRY(id, onebot::string_param(params, "file_id"));
  ONEBOT_TRY(sha256, sum_param(params));
  ask_for_id(call, [id, sha256](Desk& desk) { return desk.uploads.finish(id, sha256, desk.wall); });
  return {};
}

}  // namespace bridge
