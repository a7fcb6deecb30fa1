#include "onebot/v11/connect/rendering.h"

#include "onebot/frame.h"

#include <fmt/format.h>

#include <algorithm>

namespace onebot::v11::connect {

json::View Rendering::read(const LogEntry& entry) {
  if (read_ != entry.seq) {
    auto document = json::Document::parse(entry.json);
    document_.reset();
    if (document) document_ = *std::move(document);
    read_ = entry.seq;
  }
  return document_ ? document_->root() : json::View();
}

const Bot* Rendering::bot_of(json::View event) const {
  const std::string_view platform = event.at("self.platform").str(), user = event.at("self.user_id").str();
  if (user.empty()) return nullptr;
  const auto bot = std::ranges::find_if(
      bots_, [&](const Bot* one) { return one->identity().user_id == user && one->identity().platform == platform; });
  return bot == bots_.end() ? nullptr : *bot;
}

Rendering::Known& Rendering::known(const LogEntry& entry) {
  if (const auto found = known_.find(entry.seq); found != known_.end()) return found->second;
  const json::View event = read(entry);
  const LoggedEvent logged(event);
  order_.push_back(entry.seq);
  Known& known = known_[entry.seq];
  known.head = {bot_of(event), entry.at != 0 ? entry.at : logged.time() * 1'000};
  forget(entry.seq);
  return known;
}

void Rendering::forget(Seq except) {
  while (order_.size() > kKept || bytes_ > kKeptBytes) {
    const Seq oldest = order_.front();
    if (oldest == except) return;
    for (const auto& [options, rendered] : known_[oldest].rendered) bytes_ -= rendered->frames.size();
    known_.erase(oldest);
    order_.pop_front();
  }
}

Rendering::Head Rendering::head(const LogEntry& entry) { return known(entry).head; }

std::shared_ptr<const Rendered> Rendering::frames(const LogEntry& entry, const Options& options) {
  Known& known = this->known(entry);
  const auto same = [&options](const auto& one) { return one.first == options; };
  if (const auto found = std::ranges::find_if(known.rendered, same); found != known.rendered.end()) {
    return found->second;
  }
  auto rendered = std::make_shared<Rendered>();
  if (known.head.bot) {
    Frames frames = frames_of(read(entry), scope_of(ground_, *known.head.bot, options), entry.seq);
    if (!frames.known) {
      ground_.backend.log.line(LogLevel::debug, fmt::format("onebot11 event {} has no name there", entry.seq));
    }
    rendered->texts = std::move(frames.texts);
    for (const std::string& text : rendered->texts) frame::append_text(rendered->frames, text);
    rendered->put = ground_.safety.put();
  }
  known.rendered.emplace_back(options, rendered);
  bytes_ += rendered->frames.size();
  forget(entry.seq);
  return rendered;
}

}  // namespace onebot::v11::connect
