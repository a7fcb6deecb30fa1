#include "adapters/qq/known_messages.h"

#include "onebot/json.h"

#include <algorithm>

namespace qq {
namespace {

constexpr std::size_t kMostParts = 64;

std::uint32_t fingerprint(std::string_view index) {
  if (index.empty()) return 0;
  return static_cast<std::uint32_t>(std::hash<std::string_view>{}(index)) | 1U;
}

std::string write(const KnownMessage& message) {
  onebot::Fields record{{"scene", scene(message.chat.kind)}, {"chat", message.chat.openid}, {"index", message.index}};
  if (!message.parts.empty()) {
    record.push_back({"parts", onebot::List(message.parts.begin(), message.parts.end())});
  }
  return onebot::json::write(record);
}

std::optional<KnownMessage> read(std::string_view record) {
  const auto document = onebot::json::Document::parse(record);
  if (!document) return std::nullopt;
  const auto text = [&](std::string_view name) { return std::string(document->root().at(name).str()); };
  const auto kind = kind_of_scene(text("scene"));
  if (!kind) return std::nullopt;
  KnownMessage message{{*kind, text("chat")}, text("index"), true};
  const auto parts = document->root().at("parts");
  for (std::size_t i = 0; i < std::min(parts.size(), kMostParts); ++i) message.parts.emplace_back(parts[i].str());
  return message;
}

}  // namespace

Messages::Messages(onebot::Remember remember) : remember_(std::move(remember)) {}

void Messages::recall(const std::vector<onebot::Record>& records) {
  for (const onebot::Record& record : records) {
    if (auto message = read(record.value)) insert(record.key, std::move(*message));
  }
}

void Messages::add(const std::string& id, KnownMessage message) {
  if (id.empty()) return;
  if (message.sent) {
    if (find(id)) return;
    remember_({std::string(kRecord), id, write(message)});
  }
  insert(id, std::move(message));
}

void Messages::insert(const std::string& id, KnownMessage message) {
  const auto [entry, fresh] = known_.try_emplace(id);
  if (!fresh && !entry->second.forgotten) return learn_index(*entry, std::move(message.index));
  if (!fresh) {
    // Its place in its ring stays; only the fingerprint is of what it was before.
    entry->second = {.message = std::move(message)};
    return;
  }
  Ring& ring = message.sent ? sent_ : received_;
  const std::uint32_t print = fingerprint(message.index);
  entry->second.message = std::move(message);
  if (ring.entries.size() < ring.most) {
    ring.entries.push_back(&*entry);
    ring.fingerprints.push_back(print);
    return;
  }
  drop(*ring.entries[ring.next]);
  ring.entries[ring.next] = &*entry;
  ring.fingerprints[ring.next] = print;
  ring.next = (ring.next + 1) % ring.most;
}

// The platform may tell a message twice, and its index only once.
void Messages::learn_index(Table::value_type& known, std::string index) {
  KnownMessage& message = known.second.message;
  if (index.empty() || !message.index.empty()) return;
  message.index = std::move(index);
  Ring& ring = message.sent ? sent_ : received_;
  const auto entry = std::ranges::find(ring.entries, &known);
  if (entry != ring.entries.end()) {
    ring.fingerprints[static_cast<std::size_t>(entry - ring.entries.begin())] = fingerprint(message.index);
  }
}

void Messages::drop(const Table::value_type& oldest) {
  if (oldest.second.message.sent && !oldest.second.forgotten) forget_on_disk(oldest.first);
  known_.erase(known_.find(oldest.first));
}

void Messages::forget_on_disk(const std::string& id) { remember_({std::string(kRecord), id, ""}); }

void Messages::add_part(const std::string& id, const std::string& part) {
  const auto found = known_.find(id);
  if (found == known_.end() || found->second.message.parts.size() >= kMostParts) return;
  found->second.message.parts.push_back(part);
  remember_({std::string(kRecord), id, write(found->second.message)});
}

const KnownMessage* Messages::find(std::string_view id) const {
  const auto found = known_.find(id);
  return found == known_.end() || found->second.forgotten ? nullptr : &found->second.message;
}

bool Messages::sent(std::string_view id) const {
  const KnownMessage* message = find(id);
  return message && message->sent;
}

std::string Messages::named(std::string_view id_or_index) const {
  std::string id = id_of(id_or_index);
  return id.empty() ? std::string(id_or_index) : id;
}

std::string Messages::id_of(std::string_view index) const {
  const std::uint32_t wanted = fingerprint(index);
  if (wanted == 0) return {};
  for (const Ring* ring : {&sent_, &received_}) {
    for (std::size_t i = 0; i < ring->fingerprints.size(); ++i) {
      if (ring->fingerprints[i] != wanted) continue;
      const auto& [id, entry] = *ring->entries[i];
      if (!entry.forgotten && entry.message.index == index) return id;
    }
  }
  return {};
}

void Messages::forget(std::string_view id) {
  const auto found = known_.find(id);
  if (found == known_.end() || found->second.forgotten) return;
  if (found->second.message.sent) forget_on_disk(found->first);
  found->second = {.message = {.sent = found->second.message.sent}, .forgotten = true};
}

}  // namespace qq
