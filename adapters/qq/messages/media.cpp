#include "adapters/qq/messages/media.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace qq {
namespace {

using onebot::Fields;
using onebot::Retcode;
using onebot::crypto::hex;
using onebot::crypto::RunningDigest;
using namespace std::chrono_literals;

constexpr std::uint64_t kMostBytes = 200'000'000, kHead = 10'002'432;
constexpr std::size_t kMostPieces = 10'000;
constexpr int kMostTries = 3;

std::uint64_t size_at(onebot::json::View view, std::string_view name) {
  const auto number = view.at(name).number();
  return number && *number > 0 && *number <= static_cast<double>(kMostBytes) ? static_cast<std::uint64_t>(*number) : 0;
}

}  // namespace

std::string FileInfos::key(Chat::Kind kind, FileType type, const onebot::File& file) {
  if (file.sha256.empty()) return {};
  return fmt::format("{}/{}/{}", scene(kind), static_cast<int>(type), file.sha256);
}

void FileInfos::recall(const std::vector<onebot::Record>& records, double wall) {
  for (const onebot::Record& record : records) {
    const auto blank = record.value.find(' ');
    double until = -1;
    if (blank != std::string::npos) std::from_chars(record.value.data(), record.value.data() + blank, until);
    if (until < 0 || (until > 0 && until <= wall)) {
      remember_({std::string(kRecord), record.key, ""});
      continue;
    }
    known_[record.key] = {record.value.substr(blank + 1), until, ++number_};
    order_[number_] = record.key;
  }
}

std::string FileInfos::find(const std::string& key, double wall) {
  const auto found = known_.find(key);
  if (found == known_.end()) return {};
  if (found->second.until == 0 || wall < found->second.until) return found->second.file_info;
  forget(key);
  return {};
}

void FileInfos::add(const std::string& key, std::string file_info, double until) {
  if (key.empty()) return;
  if (known_.contains(key)) forget(key);
  if (known_.size() >= kMost) forget(std::string(order_.begin()->second));
  remember_({std::string(kRecord), key, fmt::format("{:.0f} {}", until, file_info)});
  known_[key] = {std::move(file_info), until, ++number_};
  order_[number_] = key;
}

void FileInfos::forget(const std::string& key) {
  const auto found = known_.find(key);
  if (found == known_.end()) return;
  remember_({std::string(kRecord), key, ""});
  order_.erase(found->second.number);
  known_.erase(found);
}

onebot::Status check_size(const onebot::File& file) {
  if (file.size == 0) return onebot::fail(Retcode::media_refused, fmt::format("file \"{}\" is empty", file.name));
  if (file.size <= kMostBytes) return {};
  return onebot::fail(Retcode::media_refused, fmt::format("file \"{}\" has {} bytes, and the platform takes at most {}",
                                                          file.name, file.size, kMostBytes));
}

Upload::Upload(const Desk& desk, Wanted wanted, std::function<void(onebot::Result<std::string>)> done)
    : desk_(desk),
      wanted_(std::move(wanted)),
      key_(FileInfos::key(wanted_.chat.kind, wanted_.type, wanted_.file)),
      done_(std::move(done)) {}

void Upload::start() {
  if (std::string known = desk_.known.find(key_, desk_.loop.wall()); !known.empty()) {
    const auto tell = std::exchange(done_, nullptr);
    return tell(std::move(known));
  }
  if (wanted_.file.size <= kSimple) return send_whole();
  digest(0);
}

void Upload::send_whole() {
  read(0, wanted_.file.size, [this](std::string bytes) {
    finish_upload({{"file_data", onebot::crypto::base64(bytes)}});
  });
}

// --- in parts: digests of the whole, a plan from the platform, the parts, and the end ---

void Upload::digest(std::uint64_t offset) {
  if (offset >= wanted_.file.size) return prepare();
  read(offset, std::min<std::uint64_t>(kPiece, wanted_.file.size - offset), [this, offset](std::string bytes) {
    md5_.add(bytes);
    sha1_.add(bytes);
    if (offset < kHead) head_.add(std::string_view(bytes).substr(0, static_cast<std::size_t>(kHead - offset)));
    digest(offset + bytes.size());
  });
}

void Upload::prepare() {
  const Fields body{{"file_type", static_cast<int>(wanted_.type)},
                    {"file_size", fmt::format("{}", wanted_.file.size)},
                    {"file_name", wanted_.file.name},
                    {"md5", hex(md5_.finish())},
                    {"sha1", hex(sha1_.finish())},
                    {"md5_10m", hex(head_.finish())}};
  call("upload_prepare", body, [this](const ApiAnswer& answer) { plan(answer.body.root()); });
}

void Upload::plan(const onebot::json::View& answer) {
  upload_id_ = answer.at("upload_id").text();
  const onebot::json::View parts = answer.at("parts");
  for (std::size_t i = 0; i < std::min(parts.size(), kMostPieces); ++i) {
    const std::uint64_t size = size_at(parts[i], "block_size");
    parts_.push_back({parts[i].at("index").integer().value_or(static_cast<std::int64_t>(i)),
                      std::string(parts[i].at("presigned_url").str()), 0, size ? size : size_at(answer, "block_size")});
  }
  std::ranges::sort(parts_, {}, &Piece::index);
  std::uint64_t offset = 0;
  for (Piece& part : parts_) {
    part.offset = offset;
    part.size = std::min(part.size, wanted_.file.size - offset);
    offset += part.size;
  }
  const bool placed = std::ranges::all_of(parts_, [](const Piece& part) { return part.size > 0 && !part.url.empty(); });
  if (upload_id_.empty() || !placed || offset != wanted_.file.size) {
    return fail({Retcode::refused, "the platform's plan for the upload does not cover the file"});
  }
  next_part();
}

void Upload::next_part() {
  tries_ = 0;
  if (part_ == parts_.size()) return finish_upload({{"upload_id", upload_id_}});
  part_md5_ = RunningDigest(RunningDigest::Kind::md5);
  digest_part(0);
}

void Upload::digest_part(std::uint64_t done) {
  const Piece& part = parts_[part_];
  if (done >= part.size) {
    part_digest_ = hex(part_md5_.finish());
    return put_part();
  }
  read(part.offset + done, std::min<std::uint64_t>(kPiece, part.size - done), [this, done](std::string bytes) {
    part_md5_.add(bytes);
    digest_part(done + bytes.size());
  });
}

// The address is signed; a token sent along would be refused.
void Upload::put_part() {
  const Piece& part = parts_[part_];
  onebot::io::HttpRequest put{.method = "PUT", .url = part.url, .timeout = 300s};
  put.file = onebot::io::FilePart{wanted_.file.path, part.offset, part.size};
  step_ = desk_.client.send(std::move(put), [this](auto answer) { part_done(std::move(answer)); });
}

void Upload::part_done(onebot::Result<onebot::io::HttpResponse> answer) {
  if (answer && answer->status >= 200 && answer->status < 300) return finish_part();
  const bool passing = !answer || answer->status >= 500 || answer->status == 429;
  if (passing && ++tries_ < kMostTries) {
    step_ = desk_.loop.after(1s, [this] { put_part(); });
    return;
  }
  if (!answer) return fail(std::move(answer).error());
  fail({Retcode::media_refused, fmt::format("part {} of {} of \"{}\" was refused (HTTP {})", part_ + 1, parts_.size(),
                                            wanted_.file.name, answer->status)});
}

void Upload::finish_part() {
  const Fields body{{"upload_id", upload_id_},
                    {"part_index", parts_[part_].index},
                    {"block_size", fmt::format("{}", parts_[part_].size)},
                    {"md5", part_digest_}};
  call("upload_part_finish", body, [this](const ApiAnswer&) {
    ++part_;
    next_part();
  });
}

// srv_send_msg must be said to be false, or the platform sends the file by itself.
void Upload::finish_upload(Fields body) {
  body.push_back({"file_type", static_cast<int>(wanted_.type)});
  body.push_back({"srv_send_msg", false});
  if (wanted_.type == FileType::file) body.push_back({"file_name", wanted_.file.name});
  call("files", body, [this](const ApiAnswer& answer) { uploaded(answer); });
}

void Upload::uploaded(const ApiAnswer& answer) {
  std::string file_info = answer.body.root().at("file_info").text();
  if (file_info.empty()) return fail({Retcode::refused, "the platform took the file and gave no name for it"});
  // A minute early, so that a message under way still finds it there.
  const double ttl = answer.body.root().at("ttl").number().value_or(60);
  if (ttl <= 0) desk_.known.add(key_, file_info, 0);
  if (ttl > 60) desk_.known.add(key_, file_info, desk_.loop.wall() + ttl - 60);
  const auto tell = std::exchange(done_, nullptr);
  tell(std::move(file_info));
}

void Upload::read(std::uint64_t offset, std::uint64_t size, Bytes use) {
  step_ = desk_.files.read(
      wanted_.file, offset, static_cast<std::size_t>(size),
      [this, size, use = std::move(use)](onebot::Result<std::string> bytes) mutable {
        const Bytes next = std::move(use);  // which may end this very read
        if (!bytes) return fail(std::move(bytes).error());
        if (bytes->size() == size) return next(std::move(*bytes));
        fail({Retcode::filesystem_error, fmt::format("file \"{}\" is shorter than it was", wanted_.file.name)});
      });
}

void Upload::call(std::string_view what, const Fields& body, std::function<void(const ApiAnswer&)> use) {
  ApiRequest request{.method = "POST",
                     .path = fmt::format("{}/{}", chat_path(wanted_.chat), what),
                     .body = onebot::json::write(body),
                     .timeout = 60s,
                     .repeatable = true};
  step_ = desk_.api.call(std::move(request), [this, use = std::move(use)](ApiResult result) mutable {
    const auto next = std::move(use);
    if (!result) return fail(std::move(result).error().error);
    next(*result);
  });
}

void Upload::fail(onebot::Error error) {
  const auto tell = std::exchange(done_, nullptr);
  tell(std::unexpected(std::move(error)));
}

}  // namespace qq
