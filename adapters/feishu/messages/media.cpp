#include "adapters/feishu/messages/media.h"

#include "adapters/feishu/messages/duration.h"
#include "adapters/kit/multipart.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <utility>

namespace feishu {
namespace {

using onebot::fail;
using onebot::Fields;
using onebot::Result;
using onebot::Retcode;
using onebot::Task;

constexpr std::uint64_t kMostImage = 10 << 20, kMostFile = 30 << 20;
constexpr std::size_t kHead = 64;

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

// --- uploads ---

namespace {

using Parts = Uploading::Parts;

onebot::Status check_size(Kind kind, const onebot::File& file) {
  const std::uint64_t most = kind == Kind::image ? kMostImage : kMostFile;
  if (file.size == 0) return fail(Retcode::bad_segment_data, "the platform takes no empty file");
  if (file.size <= most) return {};
  return fail(Retcode::media_refused,
              fmt::format("the file has {} bytes; the platform takes {} at most", file.size, most));
}

Task<Result<std::string>> sent(const Parts& parts, const onebot::File& file, Kind kind, std::int64_t duration) {
  const bool image = kind == Kind::image;
  Fields fields{{image ? "image_type" : "file_type", kFileTypes[static_cast<std::size_t>(kind)]}};
  if (!image) fields.push_back({"file_name", kit::form_name(file.name)});
  if (duration > 0) fields.push_back({"duration", duration});
  ApiRequest request{.method = "POST", .path = image ? parts.paths.image : parts.paths.file, .repeatable = true};
  kit::attach(request, fields, image ? "image" : "file", file);
  auto answer = co_await parts.api.ask(std::move(request));
  if (!answer) co_return std::unexpected(std::move(answer).error().error);
  std::string key = answer->root().at("data").at(image ? "image_key" : "file_key").text();
  if (key.empty()) co_return fail(Retcode::refused, "the platform gave no key for the file");
  co_return key;
}

Task<Result<Resource>> resource_of(const Parts& parts, const Upload& upload) {
  ONEBOT_CO_TRY(file, co_await onebot::opened(parts.files, upload.file_id));
  if (auto fits = check_size(upload.kind, file); !fits) co_return std::unexpected(std::move(fits).error());
  ONEBOT_CO_TRY(head, co_await onebot::bytes_of(parts.files, file, 0, kHead));
  const Kind kind = fitting(upload.kind, head);
  std::string known_as;
  if (!file.sha256.empty()) known_as = fmt::format("{}/{}", kFileTypes[static_cast<std::size_t>(kind)], file.sha256);
  if (const std::string* known = parts.keys.find(known_as)) co_return Resource{kind, *known, std::move(known_as)};
  std::int64_t duration = 0;
  if (kind == Kind::voice) duration = co_await opus_duration(parts.files, file);
  if (kind == Kind::video) duration = co_await mp4_duration(parts.files, file);
  ONEBOT_CO_TRY(key, co_await sent(parts, file, kind, duration));
  parts.keys.set(known_as, key);
  co_return Resource{kind, std::move(key), std::move(known_as)};
}

}  // namespace

const Uploading::Keys::Form Uploading::kForm = kit::text_form("upload");

Task<Result<Resources>> upload(std::vector<Upload> uploads, Uploading::Parts parts) {
  Resources resources;
  for (const Upload& each : uploads) {
    ONEBOT_CO_TRY(resource, co_await resource_of(parts, each));
    resources[each] = std::move(resource);
  }
  co_return resources;
}

void Uploading::start() { upload_ = onebot::start(upload(std::move(uploads_), parts_), std::move(done_)); }

}  // namespace feishu
