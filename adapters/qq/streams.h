// Streams: messages of private chats that grow while they are written. Each part is the whole text so far, as Markdown,
// and begins with what people see already. Platform: autogen/api/v2_users_user_openid_stream_messages.post.
//
// The platform wants parts some time apart: one that comes sooner waits. It wants the message that is answered to be
// young, which no waiting mends: what comes later is refused here.

#pragma once

#include "adapters/kit/remembered.h"
#include "adapters/kit/turns.h"
#include "adapters/qq/calls/api.h"
#include "adapters/qq/memory.h"
#include "onebot/action.h"
#include "onebot/io.h"
#include "onebot/task.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace qq {

class Streams {
 public:
  static constexpr std::chrono::milliseconds kApart{300};
  static constexpr double kOldest = 295;  // seconds, of the message answered; 5 min less the way there
  static constexpr std::size_t kMost = 1'000;

  struct Parts {
    Api& api;
    onebot::io::Loop& loop;
    Memory& memory;
  };

  explicit Streams(const Parts& parts) : parts_(parts) {}

  // qq.send_stream: one part. turn: of the stream.
  onebot::Task<onebot::ActionResult> send(onebot::Fields params, kit::Turn& turn);
  void stop() { turns_.clear(); }  // nobody's turn comes any more

 private:
  struct Wanted {
    std::string id{};  // of the stream; "": a new one
    std::string user{}, answered{}, content{};
    bool end = false;
  };
  struct Stream {
    Chat chat{};
    Answer answer{};
    std::int64_t parts = 0;  // sent
    std::chrono::milliseconds next{0};
  };

  static onebot::Result<Wanted> read(const onebot::Fields& params);
  onebot::Result<Stream> begin(const Wanted& wanted);
  onebot::Result<Stream> find(const Wanted& wanted) const;
  onebot::Status check_age(const Stream& stream) const;
  onebot::Fields keep(const Wanted& wanted, Stream stream, onebot::json::View answer);

  Parts parts_;
  kit::Turns turns_{};
  kit::Recent<Stream> streams_{kMost};
};

}  // namespace qq
