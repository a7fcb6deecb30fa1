#include "adapters/qq/messages/media.h"

#include "adapters/kit/characters.h"
#include "adapters/qq/events/scalars.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace qq {
namespace {

using onebot::fail;
using onebot::Fields;
using onebot::File;
using onebot::Result;
using onebot::Retcode;
using onebot::Task;
using onebot::crypto::hex;
using onebot::crypto::RunningDigest;
using onebot::json::Document;
using namespace std::chrono_literals;

constexpr std::uint64_t kMostBytes = 200'000'000, kHead = 10'002'432;
constexpr std::size_t kMostPieces = 10'000;

std::uint64_t size_at(onebot::json::View view, std::string_view name) {
  const auto number = view.at(name).number();
  return number && *number > 0 && *number <= static_cast<double>(kMostBytes) ? static_cast<std::uint64_t>(*number) : 0;
}

}  // namespace

std::string FileInfos::key(Chat::Kind kind, FileType type, const onebot::File& file) {
  if (file.sha256.empty()) return {};
  return fmt::format("{}/{}/{}", scene(kind), static_cast<int>(type), file.sha256);
}

FileInfos::FileInfos(onebot::Remember remember)
    : known_({kRecord, [](const Known& known) { return fmt::format("{:.0f} {}", known.until, known.file_info); },
              [](std::string_view record) -> std::optional<Known> {
                const auto blank = record.find(' ');
                double until = -1;
                if (blank != std::string_view::npos) std::from_chars(record.data(), record.data() + blank, until);
                if (until < 0) return std::nullopt;
                return Known{std::string(record.substr(blank + 1)), until};
              }},
             kMost, std::move(remember)) {}

void FileInfos::recall(const std::vector<onebot::Record>& records, double wall) {
  known_.recall(records);
  for (const onebot::Record& record : records) find(record.key, wall);  // which forgets what has ended
}

std::string FileInfos::find(const std::string& key, double wall) {
  const Known* known = known_.find(key);
  if (!known) return {};
  if (known->until == 0 || wall < known->until) return known->file_info;
  known_.forget(key);
  return {};
}

void FileInfos::add(const std::string& key, std::string file_info, double until) {
  known_.forget(key);  // what comes again is new
  known_.set(key, {std::move(file_info), until});
}

onebot::Status check_size(const onebot::File& file) {
  if (file.size == 0) return fail(Retcode::media_refused, fmt::format("file \"{}\" is empty", file.name));
  if (file.size <= kMostBytes) return {};
  return fail(Retcode::media_refused, fmt::format("file \"{}\" has {} bytes, and the platform takes at most {}",
                                                  file.name, file.size, kMostBytes));
}

// --- uploads ---

namespace {

using Desk = Upload::Desk;
using Wanted = Upload::Wanted;

struct Piece {  // a part as the platform wants it
  std::int64_t index = 0;
  std::string url{};
  std::uint64_t offset = 0, size = 0;
};
struct Plan {
  std::string upload_id{};
  std::vector<Piece> pieces{};
};

Task<Result<std::string>> exactly(const Desk& desk, const File& file, std::uint64_t offset, std::uint64_t size) {
  auto bytes = co_await onebot::bytes_of(desk.files, file, offset, static_cast<std::size_t>(size));
  if (!bytes || bytes->size() == size) co_return bytes;
  co_return fail(Retcode::filesystem_error, fmt::format("file \"{}\" is shorter than it was", file.name));
}

Task<Result<Document>> ask(const Desk& desk, const Wanted& wanted, std::string_view what, const Fields& body) {
  ApiRequest request = request_to(wanted.chat, "POST", what);
  request.body = onebot::json::write(body);
  request.timeout = request.budget = 60s;
  request.repeatable = true;
  auto answer = co_await desk.api.ask(std::move(request));
  if (!answer) co_return std::unexpected(std::move(answer).error().error);
  co_return std::move(answer->body);
}

// srv_send_msg must be said to be false, or the platform sends the file by itself.
Task<Result<std::string>> finish(const Desk& desk, const Wanted& wanted, Fields body) {
  body.push_back({"file_type", static_cast<int>(wanted.type)});
  body.push_back({"srv_send_msg", false});
  if (wanted.type == FileType::file) body.push_back({"file_name", kit::shortened_name(wanted.file.name)});
  ONEBOT_CO_TRY(answer, co_await ask(desk, wanted, "files", body));
  std::string file_info = answer.root().at("file_info").text();
  if (file_info.empty()) co_return fail(Retcode::refused, "the platform took the file and gave no name for it");
  // A minute early, so that a message under way still finds it there.
  const double ttl = answer.root().at("ttl").number().value_or(60);
  const std::string key = FileInfos::key(wanted.chat.kind, wanted.type, wanted.file);
  if (ttl <= 0) desk.known.add(key, file_info, 0);
  if (ttl > 60) desk.known.add(key, file_info, desk.loop.wall() + ttl - 60);
  co_return file_info;
}

// What the platform must be told of a file that goes up in parts.
Task<Result<Fields>> described(const Desk& desk, const Wanted& wanted) {
  const File& file = wanted.file;
  RunningDigest md5(RunningDigest::Kind::md5), sha1(RunningDigest::Kind::sha1), head(RunningDigest::Kind::md5);
  for (std::uint64_t offset = 0; offset < file.size; offset += Upload::kPiece) {
    const std::uint64_t size = std::min<std::uint64_t>(Upload::kPiece, file.size - offset);
    ONEBOT_CO_TRY(bytes, co_await exactly(desk, file, offset, size));
    md5.add(bytes);
    sha1.add(bytes);
    if (offset < kHead) head.add(std::string_view(bytes).substr(0, static_cast<std::size_t>(kHead - offset)));
  }
  co_return Fields{{"file_type", static_cast<int>(wanted.type)},
                   {"file_size", fmt::format("{}", file.size)},
                   {"file_name", kit::shortened_name(file.name)},
                   {"md5", hex(md5.finish())},
                   {"sha1", hex(sha1.finish())},
                   {"md5_10m", hex(head.finish())}};
}

Result<Plan> read_plan(onebot::json::View answer, std::uint64_t whole) {
  Plan plan{.upload_id = answer.at("upload_id").text()};
  const onebot::json::View parts = answer.at("parts");
  for (std::size_t i = 0; i < std::min(parts.size(), kMostPieces); ++i) {
    const std::uint64_t size = size_at(parts[i], "block_size");
    plan.pieces.push_back({qq::whole(parts[i].at("index")).value_or(static_cast<std::int64_t>(i)),
                           std::string(parts[i].at("presigned_url").str()), 0,
                           size ? size : size_at(answer, "block_size")});
  }
  std::ranges::sort(plan.pieces, {}, &Piece::index);
  std::uint64_t offset = 0;
  for (Piece& piece : plan.pieces) {
    piece.offset = offset;
    piece.size = std::min(piece.size, whole - offset);
    offset += piece.size;
  }
  const bool placed =
      std::ranges::all_of(plan.pieces, [](const Piece& piece) { return piece.size > 0 && !piece.url.empty(); });
  if (!plan.upload_id.empty() && placed && offset == whole) return plan;
  return fail(Retcode::refused, "the platform's plan for the upload does not cover the file");
}

bool goes_over_tls(const Plan& plan) {
  return std::ranges::all_of(plan.pieces, [](const Piece& piece) { return piece.url.starts_with("https://"); });
}

// The address is signed; a token sent along would be refused.
Task<onebot::Status> put(const Desk& desk, const File& file, const Piece& piece, std::string name) {
  kit::Tries tries({.method = "PUT", .budget = 300s}, desk.loop.now());
  while (true) {
    onebot::io::HttpRequest request{.method = "PUT", .url = piece.url, .timeout = 300s};
    request.file = onebot::io::FilePart{file.path, piece.offset, piece.size};
    auto answer = co_await onebot::answer_to(desk.client, std::move(request));
    if (answer && answer->status >= 200 && answer->status < 300) co_return onebot::Status();
    const bool passing = !answer || answer->status >= 500 || answer->status == 429;
    const auto wait = tries.next({passing ? kit::Remedy::again : kit::Remedy::none}, false, desk.loop.now());
    if (wait) {
      co_await onebot::pause(desk.loop, *wait);
      continue;
    }
    if (!answer) co_return std::unexpected(std::move(answer).error());
    co_return fail(Retcode::media_refused, fmt::format("{} was refused (HTTP {})", name, answer->status));
  }
}

Task<Result<std::string>> digest(const Desk& desk, const File& file, const Piece& piece) {
  RunningDigest md5(RunningDigest::Kind::md5);
  for (std::uint64_t done = 0; done < piece.size; done += Upload::kPiece) {
    const std::uint64_t size = std::min<std::uint64_t>(Upload::kPiece, piece.size - done);
    ONEBOT_CO_TRY(bytes, co_await exactly(desk, file, piece.offset + done, size));
    md5.add(bytes);
  }
  co_return hex(md5.finish());
}

// Digests of the whole, a plan from the platform, the parts, and the end.
Task<Result<std::string>> in_parts(const Desk& desk, const Wanted& wanted) {
  ONEBOT_CO_TRY(description, co_await described(desk, wanted));
  ONEBOT_CO_TRY(prepared, co_await ask(desk, wanted, "upload_prepare", description));
  ONEBOT_CO_TRY(plan, read_plan(prepared.root(), wanted.file.size));
  if (desk.api.is_secure() && !goes_over_tls(plan)) {
    co_return fail(Retcode::refused, "the platform's plan sends the file without TLS, though its API has it; not sent");
  }
  for (std::size_t i = 0; i < plan.pieces.size(); ++i) {
    const Piece& piece = plan.pieces[i];
    ONEBOT_CO_TRY(md5, co_await digest(desk, wanted.file, piece));
    const std::string name = fmt::format("part {} of {} of \"{}\"", i + 1, plan.pieces.size(), wanted.file.name);
    auto sent = co_await put(desk, wanted.file, piece, name);
    if (!sent) co_return std::unexpected(std::move(sent).error());
    const Fields body{{"upload_id", plan.upload_id},
                      {"part_index", piece.index},
                      {"block_size", fmt::format("{}", piece.size)},
                      {"md5", md5}};
    ONEBOT_CO_TRY(finished, co_await ask(desk, wanted, "upload_part_finish", body));
  }
  Fields last{{"upload_id", plan.upload_id}};
  co_return co_await finish(desk, wanted, std::move(last));
}

}  // namespace

Task<Result<std::string>> upload(Desk desk, Wanted wanted) {
  const std::string key = FileInfos::key(wanted.chat.kind, wanted.type, wanted.file);
  if (std::string known = desk.known.find(key, desk.loop.wall()); !known.empty()) co_return known;
  if (wanted.file.size > Upload::kSimple) co_return co_await in_parts(desk, wanted);
  ONEBOT_CO_TRY(bytes, co_await exactly(desk, wanted.file, 0, wanted.file.size));
  Fields whole{{"file_data", onebot::crypto::base64(bytes)}};
  co_return co_await finish(desk, wanted, std::move(whole));
}

}  // namespace qq
