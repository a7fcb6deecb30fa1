// Places: who is connected to one listener. There are so many places, and one remote address may have a share of them.
// When there is none left, whoever has let a request be waited for the longest makes room: silence costs nobody else
// their place. Who is being served, or has a WebSocket, keeps it. Every step takes the same time, however many there
// are.
//
//   waiting <--> served --> leaving      waiting: for a request; leaving: answered for the last time, and not gone

#pragma once

#include <array>
#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>

namespace bridge::net {

class Places;
class Stream;

// What one connection has of them, until its stream is told to end. The places outlive it.
class Place {
 public:
  enum class Holder { waiting, served, leaving };

  ~Place();
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  void is(Holder holder);  // waiting: from now on

 private:
  friend class Places;
  using Line = std::list<Place*>;  // who has come there first is in front
  struct Lines {
    std::array<Line, 3> of{};  // by Holder
    std::size_t size() const { return of[0].size() + of[1].size() + of[2].size(); }
  };
  using Peers = std::unordered_map<std::string, Lines>;

  Place(Places& home, Peers::iterator peer, Stream& stream);

  Places& home_;
  const Peers::iterator peer_;
  Stream& stream_;
  Holder holder_ = Holder::waiting;
  Line::iterator in_all_, in_peer_;
};

class Places {
 public:
  Places(std::size_t most, std::size_t per_peer) : most_(most), per_peer_(per_peer) {}

  // free: there is room. made: another connection is being closed for it. full, share: there is none, at all or for
  // this address, since everybody is being served.
  enum class Room { free, made, full, share };
  Room room_for(const std::string& peer);
  std::unique_ptr<Place> take(const std::string& peer, Stream& stream);

 private:
  friend class Place;
  static bool close_oldest(const Place::Lines& lines);

  const std::size_t most_, per_peer_;
  Place::Lines all_{};
  Place::Peers peers_{};
};

}  // namespace bridge::net
