// ClientUpgrade: the opening handshake of a WebSocket that we dial. RFC 6455 section 4.1.

#pragma once

#include "bridge/net/socket_url.h"
#include "onebot/io.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace bridge::net {

class ClientUpgrade {
 public:
  // headers: besides those of the handshake itself; a Sec-WebSocket-Protocol among them is what is offered.
  // Error: bad_param, a header with a line break.
  static onebot::Result<ClientUpgrade> make(const SocketUrl& url, const onebot::io::Headers& headers);

  const std::string& request() const { return request_; }

  struct Answer {
    bool opens = false;
    int status = 0;                 // of HTTP; 0: it was none
    std::string why{};              // not
    onebot::io::Headers headers{};  // of a refusal
  };
  // Consumes bytes up to the end of the answer's head; nullopt when they did not suffice.
  std::optional<Answer> read(std::string_view& bytes);

 private:
  Answer check() const;

  std::string request_{};
  std::string accept_{};   // what proves that the other side is a WebSocket server
  std::string offered_{};  // subprotocols
  std::string head_{};     // as far as it has come
};

}  // namespace bridge::net
