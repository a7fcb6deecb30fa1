#include "onebot/v11/connect/feed.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace onebot::v11::connect {
namespace {

constexpr Seq kNowhere = std::numeric_limits<Seq>::max();

}  // namespace

// --- Line ---

Feed::Line::~Line() {
  if (following_) --feed_.following_;
  std::erase(feed_.lines_[&bot_], this);
}

const Feed::Line::Item* Feed::Line::front() {
  if (queue_.empty()) feed_.pump();
  return queue_.empty() || !feed_.is_safe(*queue_.front().rendered) ? nullptr : &queue_.front();
}

void Feed::Line::pop() {
  bytes_ -= queue_.front().rendered->frames.size();
  queue_.pop_front();
  if (!following_ && is_hungry()) feed_.look_ = true;
}

Seq Feed::Line::position() const {
  if (!queue_.empty()) return queue_.front().seq;
  return following_ ? feed_.reader_->position() : place_;
}

// --- Feed ---

Feed::Feed(const Ground& ground, Rendering& rendering, std::string section, Options options)
    : ground_(ground), rendering_(rendering), section_(std::move(section)), options_(options) {}

template <class Use>
void Feed::each(Use use) {
  for (auto& [bot, lines] : lines_) {
    for (Line* line : lines) use(*line);
  }
}

std::unique_ptr<Feed::Line> Feed::follow(const Bot& bot, Seq from, std::int64_t since, Then wake) {
  std::unique_ptr<Line> line(new Line(*this, bot, since, std::move(wake)));
  line->place_ = std::clamp<Seq>(from, 1, ground_.backend.events.next());
  lines_[&bot].push_back(line.get());
  look_ = true;
  return line;
}

void Feed::pump() {
  if (goes_on_ || std::exchange(pumping_, true)) return;
  std::size_t read = 0;
  while (go_on()) {
    if (read >= kTurn) {
      read_later();
      break;
    }
    const Seq first = reader_->position();
    const auto entry = reader_->next();
    tell_skipped(first);
    if (!entry) break;
    read += entry->json.size();
    give(*entry);
  }
  pumping_ = false;
}

void Feed::read_later() {
  goes_on_ = true;
  ground_.backend.loop.post(lifetime_.guard([this] {
    goes_on_ = false;
    pump();
  }));
}

bool Feed::go_on() {
  const Seq here = reader_ ? reader_->position() : kNowhere;
  if (!look_ && here < next_join_) return following_ > 0;
  look_ = false;
  Seq first = kNowhere;
  each([&first](const Line& line) {
    if (!line.following_ && line.is_hungry()) first = std::min(first, line.place_);
  });
  if (first != kNowhere && (following_ == 0 || first < here)) go_back(first);
  if (reader_) join();
  return following_ > 0;
}

// Whoever follows now waits until the reader is here again.
void Feed::go_back(Seq place) {
  std::int64_t since = std::numeric_limits<std::int64_t>::max();
  each([&](Line& line) {
    if (line.following_) park(line, reader_->position());
    if (line.since_ != 0) since = std::min(since, line.since_);
  });
  if (since == std::numeric_limits<std::int64_t>::max()) since = 0;
  skipped_ = 0;
  reader_.emplace(ground_.backend.events, place, since, [this] { pump(); });
}

void Feed::join() {
  next_join_ = kNowhere;
  each([this](Line& line) {
    if (line.following_ || !line.is_hungry()) return;
    if (line.place_ > reader_->position()) {
      next_join_ = std::min(next_join_, line.place_);
      return;
    }
    line.following_ = true;
    ++following_;
  });
}

void Feed::park(Line& line, Seq place) {
  line.following_ = false;
  line.place_ = place;
  --following_;
}

void Feed::give(const LogEntry& entry) {
  const Rendering::Head head = rendering_.head(entry);
  const auto lines = head.bot ? lines_.find(head.bot) : lines_.end();
  if (lines == lines_.end()) return;
  for (std::size_t i = 0; i < lines->second.size(); ++i) {
    if (lines->second[i]->following_) give(*lines->second[i], entry, head.at);
  }
}

void Feed::give(Line& line, const LogEntry& entry, std::int64_t at) {
  if (at < line.since_) {
    ++line.skipped_;
    return;
  }
  const auto rendered = rendering_.frames(entry, options_);
  if (rendered->texts.empty()) return;
  line.queue_.push_back({entry.seq, at, rendered});
  line.bytes_ += rendered->frames.size();
  if (line.bytes_ >= kAhead) park(line, entry.seq + 1);
  if (line.queue_.size() == 1 && line.wake_) line.wake_();
}

bool Feed::is_safe(const Rendered& rendered) {
  if (ground_.safety.safe() >= rendered.put) return true;
  if (std::exchange(waits_, true)) return false;
  ground_.safety.when_safe(rendered.put, lifetime_.guard([this] {
    waits_ = false;
    each([](const Line& line) {
      if (!line.queue_.empty() && line.wake_) line.wake_();
    });
  }));
  return false;
}

// Nobody has looked at them, so they may have been of any bot.
void Feed::tell_skipped(Seq first) {
  const std::uint64_t skipped = reader_->skipped() - std::exchange(skipped_, reader_->skipped());
  const std::uint64_t news = told_.left_out(first, skipped);
  if (news == 0) return;
  ground_.backend.log.count("events_left_out", news);
  ground_.backend.log.line(LogLevel::warn,
                           fmt::format("{} {} events, of whichever bot, left out: older than \"replay\" "
                                       "of this section, or no longer kept",
                                       section_, news));
}

// --- LineStream ---

// One event at a time, and without a copy: other links are given the same bytes.
std::string_view LineStream::frames(std::size_t, std::size_t max_entries) {
  const Feed::Line::Item* item = max_entries > 0 ? line_->front() : nullptr;
  if (!item) return {};
  given_ = item->rendered;
  line_->pop();
  return given_->frames;
}

}  // namespace onebot::v11::connect
