#include "adapters/qq/replies.h"

#include <algorithm>

namespace qq {
namespace {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

// A platform's clock and the network take their part of the window.
struct Window {
  milliseconds open{0};
  int answers = 0;
};
constexpr Window kC2c{60min - 5s, 4}, kGroup{5min - 5s, 5};

constexpr const Window& window(const Chat& chat) { return chat.kind == Chat::Kind::c2c ? kC2c : kGroup; }

}  // namespace

std::string Replies::key(const Chat& chat) { return (chat.kind == Chat::Kind::c2c ? "c:" : "g:") + chat.openid; }

bool Replies::answerable(const Chat& chat, const Context& context, milliseconds now) {
  return !context.closed && context.used < window(chat).answers && now - context.at < window(chat).open;
}

Answer Replies::take(Context& context) {
  Answer answer{.msg_seq = ++context.used};
  (context.what == What::message ? answer.msg_id : answer.event_id) = context.id;
  return answer;
}

Replies::Contexts* Replies::find(const Chat& chat) {
  const auto found = chats_.find(key(chat));
  return found == chats_.end() ? nullptr : &found->second;
}

void Replies::add(const Chat& chat, What what, std::string id, milliseconds now) {
  if (id.empty() || chat.openid.empty()) return;
  expire(now);
  Contexts& contexts = chats_[key(chat)];
  // A replayed message keeps the count of its answers.
  if (std::ranges::find(contexts, id, &Context::id) != contexts.end()) return;
  contexts.push_back({what, std::move(id), now});
  if (contexts.size() > kPerChat) contexts.pop_front();
  order_.emplace_back(now, key(chat));
}

std::optional<Answer> Replies::to(const Chat& chat, std::string_view id, milliseconds now) {
  Contexts* contexts = find(chat);
  if (!contexts) return std::nullopt;
  const auto context = std::ranges::find(*contexts, id, &Context::id);
  if (context == contexts->end() || !answerable(chat, *context, now)) return std::nullopt;
  return take(*context);
}

std::optional<Answer> Replies::newest(const Chat& chat, milliseconds now) {
  Contexts* contexts = find(chat);
  if (!contexts) return std::nullopt;
  for (auto context = contexts->rbegin(); context != contexts->rend(); ++context) {
    if (answerable(chat, *context, now)) return take(*context);
  }
  return std::nullopt;
}

void Replies::close(const Chat& chat, std::string_view id) {
  Contexts* contexts = find(chat);
  if (!contexts) return;
  const auto context = std::ranges::find(*contexts, id, &Context::id);
  if (context != contexts->end()) context->closed = true;
}

void Replies::forget(const Chat& chat) { chats_.erase(key(chat)); }

// Every chat in order_ is looked at once for each of its messages, and goes when its newest is too old for any answer.
void Replies::expire(milliseconds now) {
  while (!order_.empty() && (order_.size() >= kMost || now - order_.front().first >= kC2c.open)) {
    const auto [at, chat] = std::move(order_.front());
    order_.pop_front();
    const auto found = chats_.find(chat);
    if (found == chats_.end()) continue;
    Contexts& contexts = found->second;
    while (!contexts.empty() && contexts.front().at <= at) contexts.pop_front();
    if (contexts.empty()) chats_.erase(found);
  }
}

}  // namespace qq
