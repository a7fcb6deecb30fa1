// Asker: a client that waits for the answer to its action over HTTP, and gets it in the encoding it asked in.
// Spec: connect/communication/http.

#pragma once

#include "onebot/action.h"
#include "onebot/io.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace onebot::connect {

struct Asker {
  std::unique_ptr<io::Exchange> exchange{};
  std::optional<Value> echo{};
  Encoding encoding = Encoding::json;

  void answer(const ActionResult& result, std::function<void(bool)> written = {}) {
    send(encode_response(result, echo, encoding), std::move(written));
  }
  void send(std::string body, std::function<void(bool)> written = {}) {
    exchange->answer({.headers = {{"Content-Type", std::string(media_type(encoding))}}, .body = std::move(body)},
                     std::move(written));
  }
};

}  // namespace onebot::connect
