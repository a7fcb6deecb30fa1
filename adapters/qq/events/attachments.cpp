#include "adapters/qq/events/attachments.h"

#include "adapters/kit/characters.h"
#include "adapters/qq/events/scalars.h"
#include "adapters/qq/events/unknown.h"
#include "onebot/ascii.h"
#include "onebot/io.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace qq {

using onebot::Fields;
using onebot::Segment;
using onebot::json::View;

namespace {

constexpr std::string_view kFileId = "qq.file?";

struct Kind {
  std::string_view content_type{};  // in front of the subtype, which may be missing
  std::string_view segment{};
};

// "voice" is no MIME type; the bytes are SILK, whatever the name says.
constexpr Kind kKinds[] = {{"image", "image"}, {"voice", "voice"}, {"audio", "voice"}, {"video", "video"}};

//   content-type = [ blanks ] type [ "/" subtype ] [ blanks ] [ ";" parameters ]    ; in any case
std::string_view segment_type(std::string_view content_type) {
  content_type.remove_prefix(std::min(content_type.find_first_not_of(" \t"), content_type.size()));
  const std::string type = onebot::ascii::lower(content_type.substr(0, content_type.find_first_of("/; \t")));
  const auto* kind = std::ranges::find(kKinds, std::string_view(type), &Kind::content_type);
  return kind == std::end(kKinds) ? "file" : kind->segment;
}

// What QQ documents of an attachment.
constexpr Member kMembers[] = {
    {"content_type", Member::Kind::text},  {"filename", Member::Kind::text},       {"url", Member::Kind::text},
    {"voice_wav_url", Member::Kind::text}, {"asr_refer_text", Member::Kind::text}, {"id", Member::Kind::text},
    {"size", Member::Kind::text},          {"width", Member::Kind::text},          {"height", Member::Kind::text}};

// What get_file shall fetch: of a voice the WAV that QQ made of it, since little else plays SILK.
RemoteFile preferred(View attachment, std::string url) {
  std::string name = attachment.at("filename").text();
  const std::string wav = complete_url(attachment.at("voice_wav_url").str());
  if (wav.empty()) return {std::move(url), std::move(name)};
  return {wav, name.substr(0, name.rfind('.')) + ".wav"};
}

void add_text(Fields& data, std::string_view name, std::string text) {
  if (!text.empty()) data.push_back({std::string(name), std::move(text)});
}

void add_integer(Fields& data, std::string_view name, View number) {
  if (const auto integer = whole(number)) data.push_back({std::string(name), *integer});
}

bool is_fetchable(std::string_view url) {
  return url.size() <= kMaxUrl && (url.starts_with("https://") || url.starts_with("http://"));
}

}  // namespace

bool is_image(View attachment) { return segment_type(attachment.at("content_type").str()) == "image"; }

std::string complete_url(std::string_view url) {
  url = onebot::ascii::trimmed(url);
  const auto scheme = url.find("://");
  if (scheme < url.find_first_of("/?#")) return onebot::ascii::lower(url.substr(0, scheme)).append(url.substr(scheme));
  const bool names_host = url.starts_with("//") || !url.starts_with('/');
  if (url.empty() || !names_host) return std::string(url);
  std::string out = url.starts_with("//") ? "https:" : "https://";
  out += url;
  return out;
}

void append_attachment(onebot::Message& message, View attachment) {
  if (!attachment.is_object()) return append_unknown(message, "attachment", attachment);
  message.push_back(attachment_segment(attachment));
}

Segment attachment_segment(View attachment) {
  const std::string url = complete_url(attachment.at("url").str());
  const std::string content_type = attachment.at("content_type").text();
  const std::string file_id = make_file_id(preferred(attachment, url));

  Segment segment{file_id.empty() ? "qq.attachment" : std::string(segment_type(content_type))};
  add_text(segment.data, "file_id", file_id);
  segment.data.push_back({"qq.url", url});
  segment.data.push_back({"qq.filename", attachment.at("filename").text()});
  segment.data.push_back({"qq.size", whole(attachment.at("size")).value_or(0)});
  segment.data.push_back({"qq.content_type", content_type});
  add_integer(segment.data, "qq.width", attachment.at("width"));
  add_integer(segment.data, "qq.height", attachment.at("height"));
  add_text(segment.data, "qq.wav_url", complete_url(attachment.at("voice_wav_url").str()));
  add_text(segment.data, "qq.asr_text", attachment.at("asr_refer_text").text());
  if (Fields more = unknown_members(attachment, kMembers); !more.empty()) segment.data.push_back({"qq.more", more});
  return segment;
}

std::string make_file_id(const RemoteFile& file) {
  if (!is_fetchable(file.url)) return "";
  std::string id(kFileId);
  id += "url=" + onebot::io::percent_encode(file.url);
  id += "&name=" + onebot::io::percent_encode(kit::shortened_name(file.name, kMaxFileName));
  return id;
}

std::optional<RemoteFile> read_file_id(std::string_view file_id) {
  if (!file_id.starts_with(kFileId)) return {};
  const std::string_view query = file_id.substr(kFileId.size());
  std::optional<std::string> url = onebot::io::query_param(query, "url");
  if (!url || !is_fetchable(*url)) return {};
  return RemoteFile{*std::move(url), onebot::io::query_param(query, "name").value_or("")};
}

}  // namespace qq
