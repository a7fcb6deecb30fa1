#include "bridge/process/ids_running.h"

#include "bridge/journal/tables.h"
#include "bridge/net/client.h"
#include "bridge/net/loop.h"
#include "bridge/process/admin_ids.h"
#include "bridge/process/ids_moved.h"
#include "onebot/io.h"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <utility>

namespace bridge {

using journal::IdEntry;
using onebot::fail;
using onebot::Result;
using onebot::Retcode;
using onebot::Status;
namespace io = onebot::io;

namespace {

constexpr std::size_t kMostAnswered = 64 << 20;
constexpr std::chrono::milliseconds kBusy{2'000};

// Where we reach what listens there.
std::string url_of(const io::Address& address) {
  std::string host = address.host;
  if (host == "0.0.0.0") host = "127.0.0.1";
  if (host == "::") host = "::1";
  return host.contains(':') ? fmt::format("http://[{}]:{}", host, address.port)
                            : fmt::format("http://{}:{}", host, address.port);
}

class RunningIds final : public IdSource {
 public:
  explicit RunningIds(const Config& config)
      : data_dir_(config.data_dir),
        url_(url_of(config.admin->address)),
        token_(config.admin->token),
        client_(loop_, "", net::Proxies({.proxy = "none"})) {}

  Status each(const IdQuery& query, const std::function<void(const IdEntry&)>& use) override;
  Status each_group(const std::function<void(std::string_view group)>& use) override;
  Result<std::vector<std::string>> take(const std::vector<IdEntry>& entries) override;

 private:
  // Error: no answer, or a refusal that no command is prepared for.
  Result<io::HttpResponse> ask(io::HttpRequest request);

  const std::string data_dir_, url_, token_;
  net::Loop loop_;
  net::Client client_;
};

Result<io::HttpResponse> RunningIds::ask(io::HttpRequest request) {
  request.url = url_ + request.url;
  request.headers = {{"Authorization", fmt::format("Bearer {}", token_)}};
  request.max_body = kMostAnswered;
  std::optional<Result<io::HttpResponse>> answered;
  const auto owner = client_.send(std::move(request), [&](Result<io::HttpResponse> answer) {
    answered = std::move(answer);
    loop_.stop();
  });
  loop_.run();
  if (!*answered) {
    return fail(answered->error().code, fmt::format("the bridge that runs on {} does not answer at {}: {}", data_dir_,
                                                    url_, answered->error().message));
  }
  io::HttpResponse& response = **answered;
  if (response.status == 200 || response.status == 409) return std::move(response);
  std::string reason = std::move(response.body);
  while (reason.ends_with('\n')) reason.pop_back();
  if (response.status == 404) reason = "what listens there has no such page: is it this bridge's [admin]?";
  return fail(Retcode::bad_param, fmt::format("{} answers {}: {}", url_, response.status, reason));
}

Status RunningIds::each(const IdQuery& query, const std::function<void(const IdEntry&)>& use) {
  const std::string wanted = fmt::format("{}?{}", AdminIds::kPath, written(query));
  std::string after;
  do {
    ONEBOT_TRY(answer, ask({.url = after.empty() ? wanted : fmt::format("{}&after={}", wanted, after)}));
    ONEBOT_TRY(moved, moved_in_lines(answer.body));
    for (const IdEntry& entry : moved.entries) use(entry);
    after = io::header(answer.headers, AdminIds::kAfter).value_or("");
  } while (!after.empty());
  return {};
}

// Of the file itself: a further reader is nobody's burden there.
Status RunningIds::each_group(const std::function<void(std::string_view group)>& use) {
  std::error_code error;
  const auto folder = std::filesystem::canonical(data_dir_, error);
  if (error) return fail(Retcode::filesystem_error, fmt::format("{}: {}", data_dir_, error.message()));
  ONEBOT_TRY(database, journal::Database::open((folder / journal::Tables::kFile).string(),
                                               journal::Database::Access::read, kBusy));
  return journal::each_group(database, use);
}

Result<std::vector<std::string>> RunningIds::take(const std::vector<IdEntry>& entries) {
  std::string lines;
  for (const IdEntry& entry : entries) lines += line_of(entry) + '\n';
  if (lines.size() > AdminIds::kMostTaken) {
    return fail(
        Retcode::bad_param,
        fmt::format("nothing was imported: {} numbers are {} KiB, and a running bridge takes {} KiB at a time; stop it "
                    "for this import, or split the file (each part is all or nothing then)",
                    entries.size(), lines.size() >> 10, AdminIds::kMostTaken >> 10));
  }
  ONEBOT_TRY(answer, ask({.method = "POST", .url = std::string(AdminIds::kPath), .body = std::move(lines)}));
  std::vector<std::string> clashes;
  if (answer.status != 409) return clashes;
  std::string_view rest = answer.body;
  while (!rest.empty()) {
    const auto end = std::min(rest.find('\n'), rest.size());
    clashes.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return clashes;
}

}  // namespace

Result<std::unique_ptr<IdSource>> numbers_of_running(const Config& config) {
  const std::string in_use = fmt::format("a bridge runs on {}, and is asked by its admin port", config.data_dir);
  const auto missing = [&](std::string_view what) {
    return fail(Retcode::bad_param, fmt::format("{}: {}, and restart it; or stop it", in_use, what));
  };
  if (!config.admin) return missing("add [admin] with host, port and token to the configuration");
  if (config.admin->token.empty()) return missing("set admin.token in the configuration");
  if (config.admin->address.port == 0) return missing("set admin.port in the configuration to another than 0");
  return std::make_unique<RunningIds>(config);
}

}  // namespace bridge
