#include "adapters/kit/turns.h"

#include <fmt/format.h>

namespace kit {

onebot::Status Turns::join(const std::string& chat, onebot::Then go) {
  const auto [found, first] = chats_.try_emplace(chat);
  if (first) {
    go();
    return {};
  }
  if (found->second.size() >= kMostInChat || waiting_ >= kMost) {
    return onebot::fail(onebot::Retcode::queue_full,
                        fmt::format("{} messages wait to be sent to this chat, {} in all; that is too many",
                                    found->second.size(), waiting_));
  }
  found->second.push_back(std::move(go));
  ++waiting_;
  return {};
}

void Turns::leave(const std::string& chat) {
  const auto found = chats_.find(chat);
  if (found == chats_.end()) return;
  if (found->second.empty()) {
    chats_.erase(found);
    return;
  }
  const auto next = std::move(found->second.front());
  found->second.pop_front();
  --waiting_;
  next();
}

}  // namespace kit
