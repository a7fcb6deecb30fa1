#include "onebot/event_log.h"

#include "onebot/frame.h"

#include <algorithm>
#include <cstring>

namespace onebot {
namespace {

constexpr std::size_t kBlock = 64 << 10;
constexpr std::size_t kPage = 256 << 10;

}  // namespace

Block::Block(std::size_t capacity) : data_(new char[capacity]), capacity_(capacity) {}

EventLog::EventLog(std::size_t window, History* history, Seq next) : window_(window), history_(history), first_(next) {}

EventLog::Appended EventLog::append(const Event& event, std::int64_t at) {
  scratch_.clear();
  append_json(scratch_, event);
  return append(scratch_, at);
}

EventLog::Appended EventLog::append(std::string_view json, std::int64_t at) {
  const std::size_t header = frame::header_size(json.size()), size = header + json.size();
  if (!block_ || block_->capacity_ - block_->used_ < size) block_ = std::make_shared<Block>(std::max(kBlock, size));
  const Place place{last_at_ = std::max(last_at_, at), block_, block_->used_, size, header};
  std::string head;
  frame::append_head(head, frame::Opcode::text, json.size());
  std::memcpy(block_->data_.get() + place.offset, head.data(), header);
  std::memcpy(block_->data_.get() + place.offset + header, json.data(), json.size());
  block_->used_ += size;
  bytes_ += size;
  places_.push_back(place);
  const Seq seq = first_ + places_.size() - 1;
  trim();
  return {seq, place.at, place.block, place.block->bytes(place.offset + header, json.size())};
}

void EventLog::trim() {
  while (bytes_ > window_ && places_.size() > 1 && first_ < keep_from_) {
    bytes_ -= places_.front().size;
    places_.pop_front();
    ++first_;
  }
}

void EventLog::keep_from(Seq seq) {
  keep_from_ = seq;
  trim();
}

EventLog::Reader::Reader(EventLog& log, Seq from, std::int64_t since, Then wake, const Choice* only)
    : log_(log), position_(std::clamp<Seq>(from, 1, log.next())), since_(since), wake_(std::move(wake)), only_(only) {}

void EventLog::Reader::seek(Seq position) {
  fetching_.reset();
  page_.clear();
  page_index_.clear();
  position_ = std::clamp<Seq>(position, 1, log_.next());
}

bool EventLog::Reader::in_page() const { return !page_index_.empty(); }

std::string_view EventLog::Reader::page_json(std::size_t at) const {
  const std::size_t begin = page_index_[at].offset + page_index_[at].header;
  const std::size_t end = at + 1 < page_index_.size() ? page_index_[at + 1].offset : page_.size();
  return std::string_view(page_).substr(begin, end - begin);
}

std::string_view EventLog::Reader::memory_json(Seq seq) const {
  const Place& place = log_.places_[seq - log_.first_];
  return place.block->bytes(place.offset + place.header, place.size - place.header);
}

// Passes over what is not for it: one look at each entry.
bool EventLog::Reader::ready() {
  while (at_hand()) {
    if (!only_ || only_->takes(in_page() ? page_json(page_at_) : memory_json(position_))) return true;
    if (in_page()) {
      leave_page(1);
    } else {
      ++position_;
    }
  }
  return false;
}

// The page holds the entry at position_, or memory does, or a page is on its way.
bool EventLog::Reader::at_hand() {
  if (in_page()) return true;
  if (fetching_) return false;
  if (position_ < log_.first_) {
    if (log_.history_) {
      fetch();
      return false;
    }
    skipped_ += log_.first_ - position_;
    position_ = log_.first_;
  }
  if (!page_.empty()) page_ = {};  // read to its end, and its last slice has been used
  while (position_ < log_.next() && log_.places_[position_ - log_.first_].at < since_) {
    skipped_ += takes(memory_json(position_)) ? 1 : 0;
    ++position_;
  }
  return position_ < log_.next();
}

void EventLog::Reader::fetch() {
  const Seq until = log_.first_;
  fetching_ = log_.history_->fetch(position_, until, since_, kPage, [this, until](History::Page page) {
    const io::Owner done = std::move(fetching_);  // its callback runs: keep it until this ends
    skipped_ += page.skipped;
    page_.clear();
    page_index_.clear();
    for (const auto& [seq, json] : page.entries) {
      page_index_.push_back({seq, page_.size(), frame::header_size(json.size())});
      frame::append_text(page_, json);
    }
    if (page.entries.empty()) {
      position_ = page_next_ = std::max(page.next, until);
    } else {
      position_ = page.entries.front().first;
      page_next_ = std::max(page.next, page.entries.back().first + 1);
    }
    page_at_ = 0;
    if (const auto wake = wake_) wake();  // a copy: the reader may end in it
  });
}

// Moves n entries ahead inside the page.
void EventLog::Reader::leave_page(std::size_t n) {
  page_at_ += n;
  if (page_at_ < page_index_.size()) {
    position_ = page_index_[page_at_].seq;
    return;
  }
  position_ = page_next_;
  page_index_.clear();  // the bytes of page_ stay: a slice of them may be in use
}

std::string_view EventLog::Reader::frames(std::size_t max_bytes, std::size_t max_entries) {
  if (!ready()) return {};
  return in_page() ? page_frames(max_bytes, max_entries) : memory_frames(max_bytes, max_entries);
}

std::string_view EventLog::Reader::page_frames(std::size_t max_bytes, std::size_t max_entries) {
  const std::size_t begin = page_index_[page_at_].offset;
  std::size_t end = begin, n = 0;
  for (; page_at_ + n < page_index_.size(); ++n) {
    const std::size_t next =
        page_at_ + n + 1 < page_index_.size() ? page_index_[page_at_ + n + 1].offset : page_.size();
    if (n > 0 && (next - begin > max_bytes || n >= max_entries || !takes(page_json(page_at_ + n)))) break;
    end = next;
  }
  leave_page(n);
  return std::string_view(page_).substr(begin, end - begin);
}

std::string_view EventLog::Reader::memory_frames(std::size_t max_bytes, std::size_t max_entries) {
  const Place& first = log_.places_[position_ - log_.first_];
  std::size_t size = first.size;
  Seq next = position_ + 1;
  for (; next < log_.next(); ++next) {
    const Place& place = log_.places_[next - log_.first_];
    const bool fits = size + place.size <= max_bytes && next - position_ < max_entries;
    if (place.block != first.block || !fits || !takes(memory_json(next))) break;
    size += place.size;
  }
  position_ = next;
  held_ = first.block;
  return held_->bytes(first.offset, size);
}

std::optional<LogEntry> EventLog::Reader::next() {
  if (!ready()) return std::nullopt;
  if (in_page()) {
    const LogEntry entry{page_index_[page_at_].seq, 0, page_json(page_at_)};
    leave_page(1);
    return entry;
  }
  const Place& place = log_.places_[position_ - log_.first_];
  const LogEntry entry{position_, place.at, memory_json(position_)};
  held_ = place.block;
  ++position_;
  return entry;
}

}  // namespace onebot
