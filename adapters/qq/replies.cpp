#include "adapters/qq/replies.h"

#include "onebot/ascii.h"
#include "onebot/standard.h"

#include <fmt/format.h>

#include <algorithm>

namespace qq {
namespace {

// A platform's clock and the network take their part of the window, in seconds.
constexpr double kMargin = 5, kLongest = 3600 - kMargin;
struct Window {
  double open = 0;
  int answers = 0;  // 0: not limited
};
constexpr Window kWindows[] = {{kLongest, 4}, {300 - kMargin, 5}, {300 - kMargin, 0}, {300 - kMargin, 0}};

const Window& window(const Chat& chat) { return kWindows[static_cast<std::size_t>(chat.kind)]; }

std::string record_key(const std::string& chat, std::size_t place) { return fmt::format("{}/{}", chat, place); }

}  // namespace

bool Replies::answerable(const Chat& chat, const Context& context, double wall) {
  const Window& open = window(chat);
  return !context.closed && (open.answers == 0 || context.used < open.answers) && wall - context.at < open.open;
}

void Replies::write(const std::string& key, Contexts& contexts, Context& context) {
  const char what = context.closed ? 'x' : context.what == What::message ? 'm' : 'e';
  remember_({std::string(kRecord), record_key(key, context.place),
             fmt::format("{} {:.3f} {} {}", what, context.at, context.used, context.id)});
  context.kept = true;
  contexts.on_disk |= std::size_t{1} << context.place;
}

void Replies::erase(const std::string& key, std::size_t place) {
  remember_({std::string(kRecord), record_key(key, place), ""});
}

// The count goes to disk with the next commit, for which the answer does not wait.
Answer Replies::take(const Chat& chat, Contexts& contexts, Context& context) {
  Answer answer{.msg_seq = ++context.used, .at = context.at};
  (context.what == What::message ? answer.msg_id : answer.event_id) = context.id;
  write(chat_key(chat), contexts, context);
  return answer;
}

Replies::Contexts* Replies::find(const Chat& chat) {
  const auto found = chats_.find(chat_key(chat));
  return found == chats_.end() ? nullptr : &found->second;
}

// Its place on disk is the next to be written over, unless the chat falls silent.
void Replies::drop_oldest(const std::string& key, Contexts& contexts) {
  const Context& oldest = contexts.all.front();
  if (oldest.kept) {
    erase(key, oldest.place);
    contexts.on_disk &= ~(std::size_t{1} << oldest.place);
  }
  contexts.all.pop_front();
}

void Replies::add(const Chat& chat, What what, std::string id, double wall) {
  if (id.empty() || chat.openid.empty()) return;
  expire(wall);
  std::string key = chat_key(chat);
  Contexts& contexts = chats_[key];
  // A replayed message keeps the count of its answers.
  if (std::ranges::find(contexts.all, id, &Context::id) != contexts.all.end()) return;
  contexts.all.push_back({.what = what, .id = std::move(id), .at = wall, .place = contexts.places++ % kPerChat});
  if (contexts.all.size() > kPerChat) contexts.all.pop_front();
  if (wall - contexts.written >= kBetweenRecords) {
    contexts.written = wall;
    write(key, contexts, contexts.all.back());
  }
  order_.emplace_back(wall, std::move(key));
}

bool Replies::knows(const Chat& chat, std::string_view id) const {
  const auto found = chats_.find(chat_key(chat));
  return found != chats_.end() && std::ranges::find(found->second.all, id, &Context::id) != found->second.all.end();
}

std::optional<Answer> Replies::to(const Chat& chat, std::string_view id, double wall, double not_older) {
  Contexts* contexts = find(chat);
  if (!contexts) return std::nullopt;
  const auto context = std::ranges::find(contexts->all, id, &Context::id);
  if (context == contexts->all.end() || !answerable(chat, *context, wall)) return std::nullopt;
  if (wall - context->at >= not_older) return std::nullopt;
  return take(chat, *contexts, *context);
}

std::optional<Answer> Replies::next(const Chat& chat, double wall, double not_older) {
  Contexts* contexts = find(chat);
  if (!contexts) return std::nullopt;
  for (Context& context : contexts->all) {
    if (answerable(chat, context, wall) && wall - context.at < not_older) return take(chat, *contexts, context);
  }
  return std::nullopt;
}

std::optional<Answer> Replies::before_answer(const Chat& chat, double wall) {
  Contexts* contexts = find(chat);
  if (!contexts) return std::nullopt;
  const int most = window(chat).answers;
  for (auto context = contexts->all.rbegin(); context != contexts->all.rend(); ++context) {
    const bool last = most > 0 && context->used + 1 >= most;
    if (context->what == What::message && !last && answerable(chat, *context, wall)) {
      return take(chat, *contexts, *context);
    }
  }
  return std::nullopt;
}

std::vector<Replies::Credit> Replies::credits(const Chat& chat, double wall) const {
  std::vector<Credit> credits;
  const auto found = chats_.find(chat_key(chat));
  if (found == chats_.end()) return credits;
  const Window& open = window(chat);
  for (const Context& context : found->second.all) {
    if (!answerable(chat, context, wall)) continue;
    credits.push_back(
        {context.what, context.id, open.answers ? open.answers - context.used : -1, context.at + open.open});
  }
  return credits;
}

void Replies::close(const Chat& chat, std::string_view id) {
  Contexts* contexts = find(chat);
  if (!contexts) return;
  const auto context = std::ranges::find(contexts->all, id, &Context::id);
  if (context == contexts->all.end()) return;
  context->closed = true;
  write(chat_key(chat), *contexts, *context);
}

void Replies::forget(const Chat& chat) {
  const auto found = chats_.find(chat_key(chat));
  if (found == chats_.end()) return;
  for (std::size_t place = 0; place < kPerChat; ++place) {
    if (found->second.on_disk & std::size_t{1} << place) erase(found->first, place);
  }
  chats_.erase(found);
}

void Replies::save() {
  for (auto& [key, contexts] : chats_) {
    for (Context& context : contexts.all) {
      if (!context.kept) write(key, contexts, context);
    }
  }
}

void Replies::recall(const std::vector<onebot::Record>& records, double wall) {
  std::vector<std::pair<std::string, Context>> read;
  for (const onebot::Record& record : records) {
    const auto slash = record.key.rfind('/');
    std::string_view rest = record.value;
    const std::string_view what = onebot::take_word(rest);
    const auto at = onebot::ascii::number_in<double>(onebot::take_word(rest));
    const auto used = onebot::ascii::number_in<int>(onebot::take_word(rest));
    const auto place = onebot::ascii::number_in<std::size_t>(std::string_view(record.key).substr(slash + 1));
    const bool whole = slash != std::string::npos && read_chat_key(record.key.substr(0, slash)) && at && used &&
                       *used >= 0 && place && *place < kPerChat && !rest.empty();
    if (!whole || wall - *at >= kLongest) {
      remember_({std::string(kRecord), record.key, ""});
      continue;
    }
    read.emplace_back(record.key.substr(0, slash), Context{what == "e" ? What::event : What::message, std::string(rest),
                                                           std::min(*at, wall), *used, what == "x", *place, true});
  }
  std::ranges::stable_sort(read, {}, [](const auto& entry) { return entry.second.at; });
  for (auto& [key, context] : read) {
    Contexts& contexts = chats_[key];
    contexts.places = context.place + 1;
    contexts.on_disk |= std::size_t{1} << context.place;
    order_.emplace_back(context.at, key);
    contexts.all.push_back(std::move(context));
  }
}

// Every chat in order_ is looked at once for each of its messages, and goes when its newest is too old for any answer.
void Replies::expire(double wall) {
  while (!order_.empty() && (order_.size() >= kMost || wall - order_.front().first >= kLongest)) {
    const auto [at, key] = std::move(order_.front());
    order_.pop_front();
    const auto found = chats_.find(key);
    if (found == chats_.end()) continue;
    Contexts& contexts = found->second;
    while (!contexts.all.empty() && contexts.all.front().at <= at) drop_oldest(key, contexts);
    if (!contexts.all.empty()) continue;
    for (std::size_t place = 0; place < kPerChat; ++place) {
      if (contexts.on_disk & std::size_t{1} << place) erase(key, place);
    }
    chats_.erase(found);
  }
}

}  // namespace qq
