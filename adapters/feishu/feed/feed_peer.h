// FeedPeer: what a feed tells its owner.

#pragma once

#include "adapters/feishu/feed/receipt.h"

#include <string>

namespace feishu {

class FeedPeer {
 public:
  virtual ~FeedPeer() = default;
  // One event in plain text, well-formed or not, and how it is answered; a receipt may outlive the connection. May stop
  // the feed.
  virtual void on_delivery(const std::string& body, Receipt receipt) = 0;
  virtual void on_online(bool online) = 0;  // changes only
};

}  // namespace feishu
