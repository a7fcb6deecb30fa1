// Threads: which messages are known of each thread (a topic), so that an answer finds its place there also when what it
// answers is gone. Platform: im-v1/message/reply, "reply_in_thread"; no call names a thread by its own id.

#pragma once

#include "adapters/kit/remembered.h"

#include <string>
#include <string_view>
#include <vector>

namespace feishu {

class Threads {
 public:
  // thread: the platform's id of it, else that of the message it began with. first: that message; "" = not told.
  void add(std::string_view message, std::string_view thread, std::string_view first = {});
  std::string of(std::string_view message) const;    // the thread it is in; "" = none that is known
  std::string first(std::string_view thread) const;  // what it began with; "" = not known
  // What is known of a thread, as it should be tried: what it began with, then the newest first.
  std::vector<std::string> in(std::string_view thread) const;

 private:
  struct Known {
    std::string first{};
    std::vector<std::string> others{};  // newest last
  };
  static constexpr std::size_t kMostMessages = 20'000, kMostThreads = 5'000, kMostOthers = 4;

  kit::Recent<std::string> threads_of_{kMostMessages};
  kit::Recent<Known> threads_{kMostThreads};
};

}  // namespace feishu
