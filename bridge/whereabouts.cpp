#include "bridge/whereabouts.h"

#include "bridge/seen.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace bridge {

using onebot::Event;
using onebot::Fields;
using onebot::List;
using onebot::Value;
using onebot::json::View;

namespace {

struct IdName {
  std::string_view name{};
  std::uint64_t seed = 0;  // ids of one kind have one
  bool many = false;       // of messages and files
};
constexpr IdName kNames[] = {
    {"group_id", 1},   {"user_id", 2},          {"operator_id", 2},   {"guild_id", 3},
    {"channel_id", 4}, {"message_id", 5, true}, {"file_id", 6, true},
};

}  // namespace

// --- Met ---

void Whereabouts::Met::add(std::uint16_t bot) {
  if (has(bot)) return;
  if (count_ < kMost) bots_[count_] = bot;
  ++count_;
}

bool Whereabouts::Met::has(std::uint16_t bot) const {
  return count_ > kMost || std::find(bots_.begin(), bots_.begin() + count_, bot) != bots_.begin() + count_;
}

// --- Memory ---

void Whereabouts::Memory::met(std::uint64_t id, std::uint16_t bot, std::size_t half) {
  if (const auto known = young_.find(id); known != young_.end()) return known->second.add(bot);
  const auto former = old_.find(id);
  Met met = former == old_.end() ? Met() : former->second;
  met.add(bot);
  if (young_.size() >= half) old_ = std::exchange(young_, {});
  young_.emplace(id, met);
}

const Whereabouts::Met* Whereabouts::Memory::find(std::uint64_t id) const {
  if (const auto known = young_.find(id); known != young_.end()) return &known->second;
  const auto former = old_.find(id);
  return former == old_.end() ? nullptr : &former->second;
}

// --- learning ---

void Whereabouts::met(std::uint16_t bot, std::string_view name, std::string_view id) {
  if (id.empty()) return;
  const auto* known = std::ranges::find(kNames, name, &IdName::name);
  if (known == std::end(kNames)) return;
  (known->many ? messages_ : chats_).met(key_hash(known->seed, id), bot, half_);
}

void Whereabouts::met(std::uint16_t bot, const Event& event) {
  if (!learns_) return;
  for (const IdName& id : kNames) met(bot, id.name, onebot::text_of(event.fields, id.name));
  for (const onebot::Segment& segment : event.message) met(bot, "file_id", onebot::text_of(segment.data, "file_id"));
}

void Whereabouts::met(std::uint16_t bot, View event) {
  for (const IdName& id : kNames) met(bot, id.name, event.at(id.name).str());
  const View message = event.at("message");
  for (std::size_t i = 0; i < message.size(); ++i) met(bot, "file_id", message[i].at("data.file_id").str());
}

void Whereabouts::answered(std::uint16_t bot, const Value& result) {
  if (const auto* fields = std::get_if<Fields>(&result)) met(bot, "message_id", onebot::text_of(*fields, "message_id"));
}

// --- asking ---

void Whereabouts::look_up(std::string_view name, std::string_view id, std::vector<Met>& met) const {
  const auto* known = std::ranges::find(kNames, name, &IdName::name);
  if (id.empty() || known == std::end(kNames)) return;
  if (const Met* found = (known->many ? messages_ : chats_).find(key_hash(known->seed, id))) met.push_back(*found);
}

// What is answered, and files.
void Whereabouts::look_up_segments(const Value& message, std::vector<Met>& met) const {
  if (const auto* list = std::get_if<List>(&message)) {
    for (const Value& segment : *list) look_up_segments(segment, met);
    return;
  }
  const auto* segment = std::get_if<Fields>(&message);
  const Value* data = segment ? onebot::find(*segment, "data") : nullptr;
  const auto* fields = data ? std::get_if<Fields>(data) : nullptr;
  if (!fields) return;
  if (onebot::text_of(*segment, "type") == "reply") {
    look_up("message_id", onebot::text_of(*fields, "message_id"), met);
  }
  look_up("file_id", onebot::text_of(*fields, "file_id"), met);
}

std::vector<Whereabouts::Met> Whereabouts::of(const Fields& params) const {
  std::vector<Met> met;
  for (const IdName& id : kNames) look_up(id.name, onebot::text_of(params, id.name), met);
  if (const Value* message = onebot::find(params, "message")) look_up_segments(*message, met);
  return met;
}

}  // namespace bridge
