#include "bridge/net/places.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

namespace bridge::net {

namespace {

using Since = std::optional<std::chrono::milliseconds>;

bool is_taken(const std::weak_ptr<Stream>& stream) {
  const auto held = stream.lock();
  return held && held->state() != Stream::State::dying && held->state() != Stream::State::gone;
}

}  // namespace

Places::Room Places::room_for(std::string_view peer) {
  std::erase_if(places_, [](const Place& place) { return !is_taken(place.stream); });
  const auto of_peer = static_cast<std::size_t>(std::ranges::count(places_, peer, &Place::peer));
  if (of_peer >= per_peer_) return close_oldest(peer) ? Room::made : Room::share;
  if (places_.size() >= most_) return close_oldest("") ? Room::made : Room::full;
  return Room::free;
}

void Places::take(std::string peer, const std::shared_ptr<Stream>& stream, std::weak_ptr<HttpConnection> connection) {
  places_.push_back({std::move(peer), stream, std::move(connection)});
}

// Who was answered for the last time and does not go is the first to.
bool Places::close_oldest(std::string_view peer) {
  std::shared_ptr<Stream> oldest;
  Since least;
  for (const Place& place : places_) {
    if (!peer.empty() && place.peer != peer) continue;
    auto stream = place.stream.lock();
    const auto connection = place.connection.lock();
    Since since = connection ? connection->waits_since() : std::nullopt;
    if (stream->state() == Stream::State::finishing || stream->state() == Stream::State::shut) since.emplace(0);
    if (!since || (least && *since >= *least)) continue;
    least = since;
    oldest = std::move(stream);
  }
  if (oldest) oldest->kill("another connection needs the place");
  return oldest != nullptr;
}

}  // namespace bridge::net
