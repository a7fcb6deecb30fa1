#include "adapters/feishu/messages/media.h"

#include "onebot/crypto.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <utility>

namespace feishu {
namespace {

using onebot::fail;
using onebot::Retcode;

constexpr std::uint64_t kMostImage = 10 << 20, kMostFile = 30 << 20;
constexpr std::size_t kHead = 64, kTail = 64 << 10;

struct Word {
  std::string_view segment{};
  Kind kind = Kind::file;
};
constexpr Word kWords[] = {{"image", Kind::image},
                           {"voice", Kind::voice},
                           {"video", Kind::video},
                           {"audio", Kind::file},
                           {"file", Kind::file}};

constexpr std::array<std::string_view, 4> kFileTypes = {"message", "opus", "mp4", "stream"};  // by Kind

// How files begin that are of some other format than the one the platform takes.
struct Signature {
  Kind wanted = Kind::voice;
  std::string_view begins{};
};
constexpr Signature kOthers[] = {
    {Kind::voice, "ID3"},
    {Kind::voice, "\xff\xfb"},
    {Kind::voice, "\xff\xf3"},
    {Kind::voice, "\xff\xf2"},
    {Kind::voice, "\xff\xf1"},
    {Kind::voice, "RIFF"},
    {Kind::voice, "fLaC"},
    {Kind::voice, "#!AMR"},
    {Kind::voice, "#!SILK"},
    {Kind::voice, "\x02#!SILK"},
    {Kind::video, "RIFF"},
    {Kind::video, "FLV"},
    {Kind::video, "\x1a\x45\xdf\xa3"},
};

// A form field, and the head of the field that holds the file.
std::string field(std::string_view boundary, std::string_view name, std::string_view value) {
  return fmt::format("--{}\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n{}\r\n", boundary, name, value);
}
std::string file_head(std::string_view boundary, std::string_view name, std::string_view file_name) {
  return fmt::format(
      "--{}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\n"
      "Content-Type: application/octet-stream\r\n\r\n",
      boundary, name, file_name);
}

// A name that cannot end the quotes or the line it stands in.
std::string safe_name(std::string_view name) {
  std::string out;
  for (const char c : name.substr(0, 200)) {
    const auto byte = static_cast<unsigned char>(c);
    out += byte < 0x20 || byte == 0x7f || c == '"' || c == '\\' || c == '/' ? '_' : c;
  }
  out = onebot::json::repair_utf8(out);
  return out.empty() ? "file" : out;
}

}  // namespace

bool is_media(const onebot::Segment& segment) {
  return std::ranges::find(kWords, segment.type, &Word::segment) != std::end(kWords);
}

Kind kind_of(const onebot::Segment& segment) {
  const auto* found = std::ranges::find(kWords, segment.type, &Word::segment);
  return found == std::end(kWords) ? Kind::file : found->kind;
}

std::vector<Upload> uploads_of(const onebot::Message& message) {
  std::vector<Upload> out;
  for (const onebot::Segment& segment : message) {
    if (!is_media(segment)) continue;
    Upload upload{kind_of(segment), std::string(onebot::text_of(segment.data, "file_id"))};
    if (std::ranges::find(out, upload) == out.end()) out.push_back(std::move(upload));
  }
  return out;
}

Kind fitting(Kind wanted, std::string_view head) {
  const auto is_other = [&](const Signature& other) {
    return other.wanted == wanted && head.starts_with(other.begins);
  };
  if (std::ranges::any_of(kOthers, is_other)) return Kind::file;
  if (wanted != Kind::voice) return wanted;
  const bool vorbis = head.starts_with("OggS") && head.find("OpusHead") == std::string_view::npos;
  const bool mpeg4 = head.size() > 8 && head.substr(4, 4) == "ftyp";
  return vorbis || mpeg4 ? Kind::file : Kind::voice;
}

std::int64_t opus_duration(std::string_view tail) {
  const auto at = tail.rfind("OggS");
  if (at == std::string_view::npos || at + 14 > tail.size()) return 0;
  std::uint64_t granules = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    granules |= std::uint64_t{static_cast<unsigned char>(tail[at + 6 + i])} << (8 * i);
  }
  constexpr std::uint64_t kPerMillisecond = 48, kDay = 86'400'000;
  const std::uint64_t duration = granules / kPerMillisecond;
  return duration > kDay ? 0 : static_cast<std::int64_t>(duration);
}

Uploading::Uploading(std::vector<Upload> uploads, const Parts& parts, Done done)
    : uploads_(std::move(uploads)), parts_(parts), done_(std::move(done)) {}

void Uploading::next() {
  if (resources_.size() == uploads_.size()) return finish(std::move(resources_));
  step_ = parts_.files.open(uploads_[resources_.size()].file_id, [this](auto file) { opened(std::move(file)); });
}

void Uploading::opened(onebot::Result<onebot::File> file) {
  if (!file) return finish(std::unexpected(std::move(file).error()));
  file_ = *std::move(file);
  kind_ = uploads_[resources_.size()].kind;
  const std::uint64_t most = kind_ == Kind::image ? kMostImage : kMostFile;
  if (file_.size == 0) return finish(fail(Retcode::bad_segment_data, "the platform takes no empty file"));
  if (file_.size > most) {
    return finish(fail(Retcode::media_refused,
                       fmt::format("the file has {} bytes; the platform takes {} at most", file_.size, most)));
  }
  step_ = parts_.files.read(file_, 0, kHead, [this](auto head) { looked(std::move(head)); });
}

void Uploading::looked(onebot::Result<std::string> head) {
  if (!head) return finish(std::unexpected(std::move(head).error()));
  kind_ = fitting(kind_, *head);
  if (const std::string* known = file_.sha256.empty() ? nullptr : parts_.keys.find(cache_key())) return keep(*known);
  if (kind_ != Kind::voice) return send(0);
  const std::uint64_t from = file_.size > kTail ? file_.size - kTail : 0;
  step_ = parts_.files.read(file_, from, kTail, [this](auto tail) { send(tail ? opus_duration(*tail) : 0); });
}

void Uploading::send(std::int64_t duration) {
  const std::string boundary = fmt::format("onebridge-{}", onebot::crypto::hex(onebot::crypto::random_bytes(16)));
  const bool image = kind_ == Kind::image;
  const std::string_view type = kFileTypes[static_cast<std::size_t>(kind_)];
  std::string head = field(boundary, image ? "image_type" : "file_type", type);
  if (!image) head += field(boundary, "file_name", safe_name(file_.name));
  if (duration > 0) head += field(boundary, "duration", std::to_string(duration));
  head += file_head(boundary, image ? "image" : "file", safe_name(file_.name));
  ApiRequest request{.method = "POST",
                     .path = image ? parts_.paths.image : parts_.paths.file,
                     .body = std::move(head),
                     .content_type = fmt::format("multipart/form-data; boundary={}", boundary),
                     .file = onebot::io::FilePart{file_.path, 0, file_.size},
                     .tail = fmt::format("\r\n--{}--\r\n", boundary),
                     .timeout = std::chrono::seconds(60),
                     .budget = std::chrono::seconds(90)};
  step_ = parts_.api.call(std::move(request), [this](ApiResult answer) { answered(std::move(answer)); });
}

void Uploading::answered(ApiResult answer) {
  if (!answer) return finish(std::unexpected(std::move(answer).error().error));
  const onebot::json::View data = answer->root().at("data");
  std::string key = data.at(kind_ == Kind::image ? "image_key" : "file_key").text();
  if (key.empty()) return finish(fail(Retcode::refused, "the platform gave no key for the file"));
  if (!file_.sha256.empty()) parts_.keys.set(cache_key(), key);
  keep(std::move(key));
}

void Uploading::keep(std::string key) {
  const Upload upload = uploads_[resources_.size()];
  resources_[upload] = {kind_, std::move(key)};
  file_ = {};
  next();
}

std::string Uploading::cache_key() const {
  return fmt::format("{}/{}", kFileTypes[static_cast<std::size_t>(kind_)], file_.sha256);
}

void Uploading::finish(onebot::Result<Resources> result) {
  const auto done = std::exchange(done_, nullptr);
  done(std::move(result));
}

}  // namespace feishu
