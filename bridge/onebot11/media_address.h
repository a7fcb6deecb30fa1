// MediaAddress: addresses of files that prove by themselves that we gave them away, and until when they hold.
//
//   <base>/media/<token>?e=<seconds since the epoch>&s=<the first 16 bytes of HMAC-SHA256, as hex>
//
// What is signed is token, line feed, e: without a line feed between, digits of the one could become the other's.

#pragma once

#include "onebot/io.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace bridge::onebot11 {

class MediaAddress {
 public:
  // base: what consumers see, "https://bot.example/files"; a slash at its end is none. key: secret.
  MediaAddress(std::string_view base, std::string key);

  std::string write(std::string_view token, std::int64_t until) const;

  enum class Verdict { good, elsewhere, wrong, expired };
  struct Read {
    Verdict verdict = Verdict::elsewhere;
    std::string_view token{};  // when it is good; of the request
  };
  // elsewhere: no path of ours. wrong: not signed by us.
  Read read(const onebot::io::HttpRequest& request, std::int64_t now) const;

 private:
  std::string signature(std::string_view token, std::string_view until) const;

  std::string base_;
  std::string path_;  // of base_, "" or "/files"
  std::string key_;
};

}  // namespace bridge::onebot11
