#include "bridge/net/places.h"

#include "bridge/net/stream.h"

#include <cstddef>
#include <utility>

namespace bridge::net {

Place::Place(Places& home, Peers::iterator peer, Stream& stream) : home_(home), peer_(peer), stream_(stream) {
  Line &all = home_.all_.of.front(), &own = peer_->second.of.front();
  in_all_ = all.insert(all.end(), this);
  in_peer_ = own.insert(own.end(), this);
}

Place::~Place() {
  const auto at = static_cast<std::size_t>(holder_);
  home_.all_.of.at(at).erase(in_all_);
  peer_->second.of.at(at).erase(in_peer_);
  if (peer_->second.size() == 0) home_.peers_.erase(peer_);
}

void Place::is(Holder holder) {
  const auto from = static_cast<std::size_t>(holder_), to = static_cast<std::size_t>(holder);
  holder_ = holder;
  for (auto [lines, place] : {std::pair(&home_.all_, in_all_), std::pair(&peer_->second, in_peer_)}) {
    Line& line = lines->of.at(to);
    line.splice(line.end(), lines->of.at(from), place);
  }
}

Places::Room Places::room_for(const std::string& peer) {
  const auto own = peers_.find(peer);
  if (own != peers_.end() && own->second.size() >= per_peer_) {
    return close_oldest(own->second) ? Room::made : Room::share;
  }
  if (all_.size() >= most_) return close_oldest(all_) ? Room::made : Room::full;
  return Room::free;
}

std::unique_ptr<Place> Places::take(const std::string& peer, Stream& stream) {
  return std::unique_ptr<Place>(new Place(*this, peers_.try_emplace(peer).first, stream));
}

// Who was answered for the last time and does not go is the first to.
bool Places::close_oldest(const Place::Lines& lines) {
  for (const Place::Holder holder : {Place::Holder::leaving, Place::Holder::waiting}) {
    const Place::Line& line = lines.of.at(static_cast<std::size_t>(holder));
    if (line.empty()) continue;
    line.front()->stream_.kill("another connection needs the place");
    return true;
  }
  return false;
}

}  // namespace bridge::net
