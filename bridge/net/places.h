// Places: who is connected to one listener. There are so many places, and one remote address may have a share of them.
// When there is none left, whoever has let a request be waited for the longest makes room: silence costs nobody else
// their place. Who is being served, or has a WebSocket, keeps it.

#pragma once

#include "bridge/net/http_connection.h"
#include "bridge/net/stream.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace bridge::net {

class Places {
 public:
  Places(std::size_t most, std::size_t per_peer) : most_(most), per_peer_(per_peer) {}

  // free: there is room. made: another connection is being closed for it. full, share: there is none, at all or for
  // this address, since everybody is being served.
  enum class Room { free, made, full, share };
  Room room_for(std::string_view peer);
  void take(std::string peer, const std::shared_ptr<Stream>& stream, std::weak_ptr<HttpConnection> connection);

 private:
  struct Place {
    std::string peer{};
    std::weak_ptr<Stream> stream{};
    std::weak_ptr<HttpConnection> connection{};
  };
  bool close_oldest(std::string_view peer);  // "": of any

  const std::size_t most_, per_peer_;
  std::vector<Place> places_{};
};

}  // namespace bridge::net
