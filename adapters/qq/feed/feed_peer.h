// FeedPeer: what a feed tells its owner; on_ready() to remember() as in ReceiverPeer.

#pragma once

#include "adapters/qq/feed/receiver.h"
#include "onebot/adapter.h"
#include "onebot/json.h"

namespace qq {

class FeedPeer {
 public:
  virtual ~FeedPeer() = default;
  virtual void on_ready(onebot::json::View user) = 0;
  virtual void on_dispatch(onebot::json::View frame, Delivery delivery) = 0;
  virtual void remember(onebot::Record record) = 0;
  virtual void on_online_changed() = 0;
  // The platform wants more shards. With the same ones it is tried again in ten minutes.
  virtual void on_overloaded() = 0;
};

}  // namespace qq
