// Asker: a client that waits for the answer to its action over HTTP, and gets it in the encoding it asked in.
// Spec: connect/communication/http.

#pragma once

#include "onebot/action.h"
#include "onebot/connect/refusals.h"
#include "onebot/io.h"
#include "onebot/told.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace onebot::connect {

inline io::HttpResponse response(std::string body, Encoding encoding) {
  return {.headers = {{"Content-Type", std::string(media_type(encoding))}}, .body = std::move(body)};
}

struct Asker {
  std::unique_ptr<io::Exchange> exchange{};
  const Refusals* refusals = nullptr;  // of the endpoint; never nullptr when it is asked
  std::string remote{};
  std::string action{};  // its name; "": it is none
  Echo echo{};
  Encoding encoding = Encoding::json;

  void answer(const ActionResult& result, Told<io::Receipt> told = {}) {
    const std::optional<Error> instead = refusals->answered(remote, action, result);
    send(encode_response(instead ? std::unexpected(*instead) : result, echo, encoding), std::move(told));
  }
  void send(std::string body, Told<io::Receipt> told = {}) {
    exchange->answer(response(std::move(body), encoding), std::move(told));
  }
};

}  // namespace onebot::connect
