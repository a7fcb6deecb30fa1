#include "adapters/feishu/messages/received_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

namespace feishu {
namespace {

using onebot::fail;
using onebot::Result;
using onebot::Retcode;

// What follows "<prefix>res:" in the id of a received file.
struct Place {
  std::string kind{}, message{}, key{};
};

// The parts are percent-decoded, as the value of a query parameter would be.
std::optional<Place> read_place(std::string_view text) {
  std::array<std::string, 3> parts;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto end = i + 1 < parts.size() ? text.find(':') : text.size();
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view part = text.substr(0, end);
    if (part.empty() || part.size() > 512 || part.find_first_of("&=+:#") != std::string_view::npos) return std::nullopt;
    parts[i] = onebot::io::query_param(fmt::format("x={}", part), "x").value_or("");
    if (parts[i].empty()) return std::nullopt;
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  if (parts[0] != "image" && parts[0] != "file") return std::nullopt;
  return Place{std::move(parts[0]), std::move(parts[1]), std::move(parts[2])};
}

}  // namespace

onebot::io::Owner locate(std::string_view file_id, const Account& account, const Settings& settings, const Api& api,
                         onebot::ToldResult<onebot::RemoteFile> done) {
  const std::string begins = account.extension("res:");
  std::optional<Place> place;
  if (file_id.starts_with(begins)) place = read_place(file_id.substr(begins.size()));
  if (!place || settings.paths.resource.empty()) {
    done(fail(Retcode::unknown_file, "there is no such file"));
    return nullptr;
  }
  return api.file({.path = settings.paths.resource,
                   .places = {{"id", place->message, "message_id"}, {"key", place->key, "file_id"}},
                   .query = {{"type", place->kind}},
                   .timeout = std::chrono::seconds(60),
                   .budget = std::chrono::seconds(60)},
                  std::move(done));
}

}  // namespace feishu
