// Signpost: how somebody who speaks the other OneBot shows that, and where they are to go.
//
// Neither of the two says what it speaks when it connects, and both wait in silence for words that never come. What
// gives them away: a path, an action's name, a subprotocol, a reason for which they end a connection.

#pragma once

#include <string>
#include <string_view>

namespace onebot::connect {

enum class Dialect { onebot11, onebot12 };
enum class Way { http, webhook, websocket, websocket_reverse };

// Where the other OneBot is spoken by this process, "host:port"; "": nowhere.
struct Elsewhere {
  std::string http{}, websocket{};
};

class Signpost {
 public:
  // here: what is spoken at this endpoint.
  Signpost(Dialect here, Way way, const Elsewhere& elsewhere);

  // What only the other one has:
  bool is_action(std::string_view action) const;
  bool is_path(std::string_view path) const;         // that clients ask for
  bool is_url(std::string_view url) const;           // of an application
  bool is_said(std::string_view words) const;        // a reason, or the body of a refusal; its beginning is read
  bool is_subprotocol(std::string_view list) const;  // one of those offered

  // What is to be done, and why.
  const std::string& cure() const { return cure_; }

 private:
  const Dialect here_;
  const std::string cure_;
};

}  // namespace onebot::connect
