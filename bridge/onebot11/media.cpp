#include "bridge/onebot11/media.h"

#include "bridge/onebot11/media_answer.h"
#include "onebot/ascii.h"
#include "onebot/crypto.h"
#include "onebot/media_type.h"

#include <fmt/format.h>

#include <utility>

namespace bridge::onebot11 {

namespace io = onebot::io;
namespace v11 = onebot::v11;

using onebot::Result;
using onebot::Retcode;

struct MediaRefusal {
  int status = 0;
  std::string_view reason{};  // as media_refused counts it
  std::string_view text{};    // for the client
  std::string_view cure{};    // for the log
};

namespace {

constexpr std::string_view kOwner = "onebot11", kKind = "media", kName = "key";  // of the record
constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kToldTokens = 20'000, kToldBytes = 2 << 20;

constexpr MediaRefusal kMethod{405, "method", "files are read by GET or HEAD", "read files by GET or HEAD"};
constexpr MediaRefusal kPath{404, "path", "there is nothing at this path", "use addresses as events tell them"};
constexpr MediaRefusal kSignature{403, "signature", "this address was not given by this bridge",
                                  "use addresses unchanged, and none of another data folder"};
constexpr MediaRefusal kExpired{410, "expired", "this address has expired",
                                "read files soon, or set a longer expire in [onebot11.media]"};
constexpr MediaRefusal kUnknown{404, "unknown", "this file is not known any more",
                                "read files as long as their messages are kept"};
constexpr MediaRefusal kGone{404, "gone", "the platform does not have this file any more",
                             "read files soon after their message"};
constexpr MediaRefusal kBusy{503, "busy", "too many files are being fetched; try again later",
                             "let applications read fewer files at once"};
constexpr MediaRefusal kFailed{502, "failed", "the file could not be fetched", "look at the reason; try again"};
constexpr MediaRefusal kLate{504, "late", "the file did not come in time", "look at the platform, and try again"};
constexpr MediaRefusal kStopping{503, "busy", "the bridge stops", "wait for its next start"};

std::string known_key(onebot::Records& records) {
  std::string key;
  for (const onebot::Record& record : records.recall(kOwner, kKind)) {
    auto bytes = onebot::crypto::base64_decode(record.value);
    if (record.key == kName && bytes && bytes->size() == kKeyBytes) key = *std::move(bytes);
  }
  return key.empty() ? onebot::crypto::random_bytes(kKeyBytes) : key;
}

}  // namespace

Media::Media(io::Loop& loop, onebot::Log& log, onebot::Records& records, v11::TokenRows& rows, MediaOptions options)
    : loop_(loop),
      log_(log),
      records_(records),
      rows_(rows),
      options_(std::move(options)),
      key_(known_key(records)),
      address_(options_.base_url, key_),
      told_(kToldTokens, kToldBytes) {
  log_.hide(onebot::crypto::base64(key_));
  keep_key();
}

void Media::keep_key() {
  records_.keep(kOwner, {std::string(kKind), std::string(kName), onebot::crypto::base64(key_)});
  renewing_ = loop_.after(kKeyRenewed, [this] {
    const auto fired = std::move(renewing_);
    keep_key();
  });
}

void Media::add(std::string bot, onebot::Files& files) { files_.insert_or_assign(std::move(bot), &files); }

void Media::stop() {
  stopped_ = true;
  while (!serving_.empty()) fail(serving_.begin()->first, kStopping);
  files_.clear();
}

std::int64_t Media::seconds() const { return static_cast<std::int64_t>(loop_.wall()); }

// --- tokens and addresses ---

std::string Media::address(const v11::MediaFile& file) {
  const bool known = !file.token.empty() && !file.file_id.empty() && file.file_id.size() <= kMostFileId;
  if (file.url.empty() && (!options_.on || !known)) return {};
  if (known) keep(file);
  if (!file.url.empty()) return std::string(file.url);
  const auto until = std::chrono::duration_cast<std::chrono::seconds>(options_.expire).count() + seconds();
  return address_.write(file.token, until);
}

void Media::keep(const v11::MediaFile& file) {
  std::string token(file.token);
  const auto* put = told_.find(token);
  if (put && loop_.now() - *put < kRenewed) return;
  rows_.put({token, std::string(file.bot), std::string(file.file_id)});
  const std::size_t bytes = token.size();
  told_.put(token, loop_.now(), bytes);
}

std::optional<std::string> Media::file_id(std::string_view token) const {
  auto row = rows_.find(token);
  return row ? std::optional(std::move(row->file_id)) : std::nullopt;
}

// --- serving ---

std::optional<io::HttpResponse> Media::refuse(const io::HttpRequest& request) {
  if (stopped_) return refused(request, kStopping);
  if (request.method != "GET" && request.method != "HEAD") {
    io::HttpResponse response = refused(request, kMethod);
    response.headers.emplace_back("Allow", "GET, HEAD");
    return response;
  }
  switch (address_.read(request, seconds()).verdict) {
    case MediaAddress::Verdict::good:
      return std::nullopt;
    case MediaAddress::Verdict::elsewhere:
      return refused(request, kPath);
    case MediaAddress::Verdict::wrong:
      return refused(request, kSignature);
    case MediaAddress::Verdict::expired:
      return refused(request, kExpired);
  }
  return std::nullopt;
}

void Media::serve(io::HttpRequest request, std::unique_ptr<io::Exchange> exchange) {
  const auto row = rows_.find(address_.read(request, seconds()).token);
  const std::uint64_t number = ++count_;
  const bool busy = serving_.size() >= kMostAtOnce;
  Serving& serving = serving_[number];
  serving.request = request;
  serving.exchange = std::move(exchange);
  const auto files = row ? files_.find(row->bot) : files_.end();
  if (files == files_.end()) return fail(number, kUnknown);
  if (busy) return fail(number, kBusy);
  serving.deadline = loop_.after(kPatience, [this, number] { fail(number, kLate); });
  // It never ends inside: Files answer later.
  serving.fetching = onebot::start(fetched(*files->second, *row, std::move(request)),
                                   [this, number](Result<Served> served) { finish(number, std::move(served)); });
}

onebot::Task<Result<Media::Served>> Media::fetched(onebot::Files& files, v11::TokenRow row, io::HttpRequest request) {
  ONEBOT_CO_TRY(file, co_await onebot::opened(files, row.file_id));
  ONEBOT_CO_TRY(first, co_await onebot::bytes_of(files, file, 0, onebot::kTellingBytes));
  Served served;
  served.response = media_answer(file, first, row.token, request);
  served.hold = file.hold;
  co_return served;
}

void Media::finish(std::uint64_t number, Result<Served> served) {
  if (!served) {
    const Retcode code = served.error().code;
    const MediaRefusal& refusal = code == Retcode::unknown_file ? kGone : code == Retcode::busy ? kBusy : kFailed;
    return fail(number, refusal, served.error().message);
  }
  const auto node = serving_.extract(number);
  log_.count("media_served");
  node.mapped().exchange->answer(std::move(served->response));
}

void Media::fail(std::uint64_t number, const MediaRefusal& refusal, std::string_view why) {
  const auto node = serving_.extract(number);
  Serving& serving = node.mapped();
  serving.exchange->answer(refused(serving.request, refusal, why));
}

// The query is not told: it is what opens the file.
io::HttpResponse Media::refused(const io::HttpRequest& request, const MediaRefusal& refusal, std::string_view why) {
  log_.count_one("media_refused", refusal.reason);
  log_.line(onebot::LogLevel::warn,
            fmt::format("onebot11.media refused a client: {} remote=\"{}\" path=\"{}\" next=\"{}\"",
                        why.empty() ? refusal.text : why, request.remote, onebot::ascii::printable(request.url),
                        refusal.cure));
  io::HttpResponse response{.status = refusal.status,
                            .headers = {{"Content-Type", "text/plain; charset=utf-8"}},
                            .body = fmt::format("{}\n", refusal.text)};
  if (refusal.status == 503) response.headers.emplace_back("Retry-After", "1");
  return response;
}

}  // namespace bridge::onebot11
