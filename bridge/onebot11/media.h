// Media: files that events carried, for applications of OneBot 11: under tokens that are kept as long as messages are,
// and at addresses that whoever was told one can read without credentials.
//
//   GET or HEAD of an address -> is it ours, does it hold -> the token's row -> the bot's Files, which fetch it once
//   -> media_answer, whose bytes go from the disk to the client
//
// Loop thread only.

#pragma once

#include "bridge/journal/hot.h"
#include "bridge/onebot11/media_address.h"
#include "onebot/adapter.h"
#include "onebot/files.h"
#include "onebot/io.h"
#include "onebot/store.h"
#include "onebot/task.h"
#include "onebot/v11/action_row.h"
#include "onebot/v11/rows.h"
#include "onebot/v11/scope.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bridge::onebot11 {

struct MediaOptions {
  std::string base_url{};  // what applications see, "http://127.0.0.1:5701"
  std::chrono::milliseconds expire{std::chrono::hours(24)};
  bool on = true;  // false: only what platforms offer to everybody has an address
};

struct MediaRefusal;  // how somebody is turned away, and what the operator does about it

class Media final : public onebot::v11::Media, public onebot::v11::Tokens, public onebot::io::HttpService {
 public:
  static constexpr std::size_t kMostAtOnce = 64;        // requests that wait for their file
  static constexpr std::chrono::seconds kPatience{60};  // for one
  static constexpr std::size_t kMostFileId = 8 << 10;   // bytes; a longer one is nobody's
  static constexpr std::chrono::hours kRenewed{1};      // a token that is told again is as young as a new one
  static constexpr std::chrono::hours kKeyRenewed{24};  // records that nobody renews are forgotten

  // The key of all addresses is a record, made when there is none. All of these outlive it.
  Media(onebot::io::Loop& loop, onebot::Log& log, onebot::Records& records, onebot::v11::TokenRows& rows,
        MediaOptions options);

  // The files of "platform/app_id", which live until stop().
  void add(std::string bot, onebot::Files& files);
  // Whoever waits is answered; nothing of Files is used afterwards.
  void stop();

  std::string address(const onebot::v11::MediaFile& file) override;
  std::optional<std::string> file_id(std::string_view token) const override;

  std::optional<onebot::io::HttpResponse> refuse(const onebot::io::HttpRequest& request) override;
  void serve(onebot::io::HttpRequest request, std::unique_ptr<onebot::io::Exchange> exchange) override;
  std::vector<std::string> headers() const override { return {"range", "if-range", "if-none-match"}; }

 private:
  struct Serving {
    onebot::io::HttpRequest request{};
    std::unique_ptr<onebot::io::Exchange> exchange{};
    onebot::io::Owner fetching{}, deadline{};
  };
  struct Served {
    onebot::io::HttpResponse response{};
    std::shared_ptr<const void> hold{};  // its file is there until it is answered
  };

  void keep(const onebot::v11::MediaFile& file);
  void keep_key();
  std::int64_t seconds() const;
  static onebot::Task<onebot::Result<Served>> fetched(onebot::Files& files, onebot::v11::TokenRow row,
                                                      onebot::io::HttpRequest request);
  void finish(std::uint64_t number, onebot::Result<Served> served);
  void fail(std::uint64_t number, const MediaRefusal& refusal, std::string_view why = {});
  onebot::io::HttpResponse refused(const onebot::io::HttpRequest& request, const MediaRefusal& refusal,
                                   std::string_view why = {});

  // constant after construction
  onebot::io::Loop& loop_;
  onebot::Log& log_;
  onebot::Records& records_;
  onebot::v11::TokenRows& rows_;
  const MediaOptions options_;
  const std::string key_;
  const MediaAddress address_;

  // loop thread only
  std::map<std::string, onebot::Files*, std::less<>> files_;   // by bot
  journal::Hot<std::string, std::chrono::milliseconds> told_;  // tokens, and when their rows were put
  std::map<std::uint64_t, Serving> serving_;
  std::uint64_t count_ = 0;
  bool stopped_ = false;
  onebot::io::Owner renewing_;
};

}  // namespace bridge::onebot11
