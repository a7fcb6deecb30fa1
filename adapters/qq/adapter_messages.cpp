#include "adapters/qq/adapter_messages.h"

#include "onebot/json.h"

namespace qq {
namespace {

constexpr std::string_view kC2c = "c2c", kGroup = "group";

std::string write(const KnownMessage& message) {
  return onebot::json::write(onebot::Fields{{"scene", message.chat.kind == Chat::Kind::c2c ? kC2c : kGroup},
                                            {"chat", message.chat.openid},
                                            {"index", message.index}});
}

std::optional<KnownMessage> read(std::string_view record) {
  const auto document = onebot::json::Document::parse(record);
  if (!document) return std::nullopt;
  const auto text = [&](std::string_view name) { return std::string(document->root().at(name).str()); };
  const auto kind = text("scene") == kC2c ? Chat::Kind::c2c : Chat::Kind::group;
  return KnownMessage{{kind, text("chat")}, text("index"), true};
}

}  // namespace

void Messages::recall(const std::vector<onebot::Record>& records) {
  for (const onebot::Record& record : records) {
    if (auto message = read(record.value)) insert(record.key, std::move(*message));
  }
}

void Messages::add(const std::string& id, KnownMessage message) {
  if (id.empty() || known_.contains(id)) return;
  if (message.sent) remember_({std::string(kRecord), id, write(message)});
  insert(id, std::move(message));
}

void Messages::insert(const std::string& id, KnownMessage message) {
  std::deque<std::string>& order = message.sent ? sent_ : received_;
  const std::size_t most = message.sent ? kMostSent : kMostReceived;
  if (!message.index.empty()) ids_[message.index] = id;
  known_[id] = std::move(message);
  order.push_back(id);
  while (order.size() > most) {
    const std::string oldest = std::move(order.front());
    order.pop_front();
    forget(oldest);
  }
}

const KnownMessage* Messages::find(std::string_view id) const {
  const auto found = known_.find(std::string(id));
  return found == known_.end() ? nullptr : &found->second;
}

bool Messages::sent(std::string_view id) const {
  const KnownMessage* message = find(id);
  return message && message->sent;
}

std::string Messages::id_of(std::string_view index) const {
  const auto found = ids_.find(std::string(index));
  return found == ids_.end() ? std::string() : found->second;
}

void Messages::forget(std::string_view id) {
  const auto found = known_.find(std::string(id));
  if (found == known_.end()) return;
  if (found->second.sent) remember_({std::string(kRecord), std::string(id), ""});
  ids_.erase(found->second.index);
  known_.erase(found);
}

}  // namespace qq
