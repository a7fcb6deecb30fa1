// The way out: get_file, get_file_fragmented.

#include "bridge/files/actions.h"
#include "onebot/connect/session.h"
#include "onebot/params.h"

#include <fmt/format.h>

#include <utility>

namespace bridge {

using onebot::fail;
using onebot::Fields;
using onebot::File;
using onebot::Result;
using onebot::Retcode;
using onebot::Status;

const FileActions::Choice FileActions::kGetTypes[] = {
    {"url", &FileActions::get_url}, {"path", &FileActions::get_path}, {"data", &FileActions::get_bytes}};
const FileActions::Choice FileActions::kGetStages[] = {{"prepare", &FileActions::get_prepare},
                                                       {"transfer", &FileActions::get_transfer}};

void FileActions::open(Call& call, std::string file_id, std::function<void(Call&, File)> then) {
  call.step = call.files.open(std::move(file_id), [this, number = call.number, then](Result<File> file) {
    if (!file) return finish(number, std::unexpected(std::move(file).error()));
    const auto found = calls_.find(number);
    if (found != calls_.end()) then(*found->second, *std::move(file));
  });
}

void FileActions::read(Call& call, const File& file, std::uint64_t offset, std::size_t size, Fields answer) {
  call.step = call.files.read(file, offset, size,
                              [this, number = call.number, answer = std::move(answer)](Result<std::string> bytes) {
                                if (!bytes) return finish(number, std::unexpected(std::move(bytes).error()));
                                Fields all = answer;
                                all.push_back({"data", onebot::Bytes{*std::move(bytes)}});
                                finish(number, onebot::Value(std::move(all)));
                              });
}

// --- get_file ---

Status FileActions::get_file(Call& call, const Fields& params) {
  return choose(kGetTypes, "type", Retcode::unsupported_param, call, params);
}

Status FileActions::get_url(Call& call, const Fields& params) {
  ONEBOT_TRY(id, onebot::string_param(params, "file_id"));
  if (files::is_our_file_id(id)) {
    open(call, std::move(id), [this](Call& opened, const File&) {
      finish(opened.number, fail(Retcode::unsupported_param,
                                 "an uploaded file has no address; \"type\" \"data\" or "
                                 "get_file_fragmented gives its bytes"));
    });
    return {};
  }
  // The answer may come inside, and end the call.
  const std::uint64_t number = call.number;
  auto step = call.files.address(id, [this, number](Result<onebot::RemoteFile> remote) {
    if (!remote) return finish(number, std::unexpected(std::move(remote).error()));
    finish(number, onebot::Value(Fields{{"name", files::plain_name(remote->name)}, {"url", remote->request.url}}));
  });
  if (const auto still = calls_.find(number); still != calls_.end()) still->second->step = std::move(step);
  return {};
}

Status FileActions::get_path(Call& call, const Fields& params) {
  ONEBOT_TRY(id, onebot::string_param(params, "file_id"));
  if (!gives_paths_) {
    return fail(Retcode::unsupported_param,
                "\"type\" \"path\" is switched off: the folder of stored files is in none that is configured for it");
  }
  open(call, std::move(id), [this](Call& opened, File file) {
    finish(opened.number,
           onebot::Value(Fields{{"name", file.name}, {"path", file.path}, {"sha256", std::move(file.sha256)}}));
  });
  return {};
}

Status FileActions::get_bytes(Call& call, const Fields& params) {
  ONEBOT_TRY(id, onebot::string_param(params, "file_id"));
  open(call, std::move(id), [this](Call& opened, const File& file) {
    if (file.size > kMostBytes) {
      return finish(opened.number,
                    fail(Retcode::answer_too_long,
                         fmt::format("the file has {} bytes, and one answer carries {}; use get_file_fragmented",
                                     file.size, kMostBytes)));
    }
    read(opened, file, 0, kMostBytes, {{"name", file.name}, {"sha256", file.sha256}});
  });
  return {};
}

// --- get_file_fragmented ---

Status FileActions::get_fragmented(Call& call, const Fields& params) {
  return choose(kGetStages, "stage", Retcode::bad_param, call, params);
}

Status FileActions::get_prepare(Call& call, const Fields& params) {
  ONEBOT_TRY(id, onebot::string_param(params, "file_id"));
  open(call, std::move(id), [this](Call& opened, const File& file) {
    finish(opened.number,
           onebot::Value(Fields{
               {"name", file.name}, {"total_size", static_cast<std::int64_t>(file.size)}, {"sha256", file.sha256}}));
  });
  return {};
}

Status FileActions::get_transfer(Call& call, const Fields& params) {
  ONEBOT_TRY(id, onebot::string_param(params, "file_id"));
  ONEBOT_TRY(offset, onebot::integer_param(params, "offset"));
  ONEBOT_TRY(size, onebot::integer_param(params, "size"));
  if (offset < 0) return fail(Retcode::bad_param, "\"offset\" must not be negative");
  if (size <= 0 || static_cast<std::uint64_t>(size) > kMostBytes) {
    return fail(Retcode::bad_param, fmt::format("\"size\" must be 1 to {}", kMostBytes));
  }
  open(call, std::move(id), [this, offset, size](Call& opened, const File& file) {
    if (static_cast<std::uint64_t>(offset) > file.size) {
      return finish(opened.number, fail(Retcode::bad_param,
                                        fmt::format("\"offset\" {} is beyond the file's {} bytes", offset, file.size)));
    }
    read(opened, file, static_cast<std::uint64_t>(offset), static_cast<std::size_t>(size), {});
  });
  return {};
}

}  // namespace bridge
