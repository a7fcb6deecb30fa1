// SmallProxy: an HTTP proxy on loopback that tunnels and forwards, or refuses. Every name leads to one port of this
// machine, so that a test can tell who looked it up. Turned by its test; at most kMost connections, each with at most
// kHead bytes of a head and kPiece bytes under way.

#pragma once

#include "tests/unit/net/sockets.h"

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sockets {

class SmallProxy {
 public:
  static constexpr std::size_t kMost = 16, kHead = 16 << 10, kPiece = 64 << 10;

  explicit SmallProxy(int target) : target_(target) {}

  // Does what can be done now.
  void turn() {
    if (auto client = links_.size() < kMost ? server_.accept() : nullptr) {
      links_.push_back(std::make_unique<Link>());
      links_.back()->client = std::move(client);
    }
    for (const auto& link : links_) link->server ? relay(*link) : begin(*link);
    std::erase_if(links_, [](const auto& link) { return link->over; });
  }

  std::string url(std::string_view user = "") const {
    return "http://" + std::string(user) + "127.0.0.1:" + std::to_string(server_.port);
  }
  int port() const { return server_.port; }
  bool asked(std::string_view line) const {
    return std::ranges::any_of(heads, [&](const std::string& head) { return head.starts_with(line); });
  }

  int refuses = 0;                 // a status to answer with
  std::vector<std::string> heads;  // what was asked for, each with its headers

 private:
  struct Link {
    std::unique_ptr<Raw> client, server;
    bool over = false;
  };

  void begin(Link& link) {
    Raw& client = *link.client;
    const auto end = client.read().find("\r\n\r\n");
    if (end == std::string::npos) {
      link.over = client.ended || client.text.size() > kHead;
      return;
    }
    const std::string head = client.text.substr(0, end + 4);
    client.text.erase(0, end + 4);
    heads.push_back(head);
    if (refuses != 0) {
      client.send("HTTP/1.1 " + std::to_string(refuses) + " No\r\nContent-Length: 0\r\nConnection: close\r\n" +
                  (refuses == 407 ? "Proxy-Authenticate: Basic realm=\"x\"\r\n\r\n" : "\r\n"));
      link.over = true;
      return;
    }
    link.server = std::make_unique<Raw>(target_);
    if (head.starts_with("CONNECT ")) return client.send("HTTP/1.1 200 Connected\r\n\r\n");
    link.server->send(in_origin_form(head));
  }

  // "GET http://host/path" as "GET /path".
  static std::string in_origin_form(std::string head) {
    const auto scheme = head.find("http://");
    head.erase(scheme, head.find('/', scheme + 7) - scheme);
    return head;
  }

  static void relay(Link& link) {
    pass(*link.client, *link.server);
    pass(*link.server, *link.client);
    link.over = (link.client->ended && link.client->text.empty()) || (link.server->ended && link.server->text.empty());
  }

  static void pass(Raw& from, Raw& to) {
    if (from.text.size() < kPiece) from.read();
    const ssize_t sent = ::send(to.fd, from.text.data(), from.text.size(), MSG_NOSIGNAL);
    if (sent > 0) from.text.erase(0, static_cast<std::size_t>(sent));
  }

  RawServer server_;
  int target_;
  std::vector<std::unique_ptr<Link>> links_;
};

}  // namespace sockets
