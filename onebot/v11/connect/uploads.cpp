#include "onebot/v11/connect/uploads.h"

#include "onebot/crypto.h"
#include "onebot/io.h"
#include "onebot/media_type.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace onebot::v11::connect {
namespace {

// What stands behind the last "/" of an address or a path, without query; "" when that is nothing.
std::string last_part(std::string_view address) {
  address = address.substr(0, address.find_first_of("?#"));
  const auto slash = address.find_last_of("/\\");
  if (slash != std::string_view::npos) address.remove_prefix(slash + 1);
  return std::string(address);
}

bool is_address(std::string_view source) { return source.starts_with("http://") || source.starts_with("https://"); }

Source upload(const Upload& upload, std::string name, std::string_view type, Value value) {
  if (!upload.name.empty()) name = upload.name;
  if (name.empty()) name = "file";
  Action action{.name = "upload_file",
                .params = {{"type", type}, {"name", std::move(name)}, {std::string(type), std::move(value)}}};
  if (type == "url" && !upload.headers.empty()) action.params.push_back({"headers", upload.headers});
  return {.action = std::move(action)};
}

// "image.png", by what it is; "" when that is nothing known.
std::string name_of(const Upload& sent, std::string_view bytes) {
  const MediaType type = media_type_of(bytes.substr(0, kTellingBytes));
  return type.name.empty() ? std::string()
                           : fmt::format("{}.{}", sent.type.empty() ? "file" : sent.type, type.extension);
}

// Base64 as clients write it: with blanks in between, and without its padding.
Result<Source> bytes(const Upload& sent, std::string text) {
  std::erase_if(text, [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; });
  text.erase(std::min(text.find_last_not_of('=') + 1, text.size()));
  text.append((4 - text.size() % 4) % 4, '=');
  auto read = crypto::base64_decode(text);
  if (!read) return fail(Retcode::bad_param, "\"file\" is no Base64");
  std::string name = name_of(sent, *read);
  return upload(sent, std::move(name), "data", Bytes{*std::move(read)});
}

// RFC 8089: file:///path, file:/path, file://localhost/path; a drive's letter is part of the path.
Result<Source> path(const Upload& sent, std::string_view uri) {
  uri.remove_prefix(std::string_view("file:").size());
  if (uri.starts_with("//")) {
    uri.remove_prefix(2);
    const std::string_view host = uri.substr(0, uri.find('/'));
    if (!host.empty() && host != "localhost") {
      return fail(Retcode::bad_param, "\"file\" is on another machine; send its bytes as base64://");
    }
    uri.remove_prefix(host.size());
  }
  std::string query = "path=";
  for (const char c : uri) query += c == '+' ? std::string("%2B") : c == '&' ? std::string("%26") : std::string(1, c);
  std::string decoded = io::query_param(query, "path").value_or(std::string(uri));
  if (decoded.size() > 2 && decoded[0] == '/' && decoded[2] == ':') decoded.erase(0, 1);
  std::string name = last_part(decoded);
  return upload(sent, std::move(name), "path", std::move(decoded));
}

}  // namespace

Result<Source> source_of(const Upload& sent, const Tokens& tokens) {
  const std::string_view source = sent.source;
  if (source.starts_with("base64://")) return bytes(sent, sent.source.substr(9));
  if (source.starts_with("data:")) {
    const auto comma = source.find(";base64,");
    if (comma == std::string_view::npos) return fail(Retcode::bad_param, "\"file\" is a data: address without Base64");
    return bytes(sent, sent.source.substr(comma + 8));
  }
  if (is_address(source)) {
    return upload(sent, last_part(source.substr(source.find("//") + 2)), "url", source);
  }
  if (source.starts_with("file:")) return path(sent, source);
  if (source.starts_with("/")) return upload(sent, last_part(source), "path", source);
  if (auto known = tokens.file_id(source)) return Source{.file_id = *std::move(known)};
  return Source{.file_id = sent.source};
}

std::optional<std::string> Fetched::find(const Upload& upload, std::chrono::milliseconds now) {
  std::erase_if(all_, [&](const One& one) {
    const bool anew = !upload.cached && one.source == upload.source;
    return anew || now - one.at >= kFresh;
  });
  const auto same = [&](const One& one) { return one.source == upload.source && one.name == upload.name; };
  if (!upload.headers.empty()) return std::nullopt;  // others are given another file under the same address
  const auto found = std::ranges::find_if(all_, same);
  return found == all_.end() ? std::nullopt : std::optional(found->file_id);
}

void Fetched::keep(const Upload& upload, std::string file_id, std::chrono::milliseconds now) {
  if (!is_address(upload.source) || !upload.headers.empty() || file_id.empty()) return;
  all_.push_back({upload.source, upload.name, std::move(file_id), now});
  if (all_.size() > kMost) all_.pop_front();
}

}  // namespace onebot::v11::connect
