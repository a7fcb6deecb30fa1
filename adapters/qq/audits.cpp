#include "adapters/qq/audits.h"

#include <fmt/format.h>

#include <algorithm>

namespace qq {
namespace {

std::unexpected<onebot::Error> under_review(const std::string& audit_id, std::string_view why) {
  return onebot::fail(onebot::Retcode::under_review,
                      fmt::format("the message is under review (audit {}): {}", audit_id, why),
                      onebot::Fields{{"qq.audit_id", audit_id}});
}

}  // namespace

// Dropped, it gives up the place of one who waits.
class Audits::Place final : public onebot::io::Pending {
 public:
  Place(Audits& audits, std::string audit_id) : audits_(audits), audit_id_(std::move(audit_id)) {}
  ~Place() override { audits_.waiting_.erase(audit_id_); }

 private:
  Audits& audits_;
  std::string audit_id_;
};

onebot::io::Owner Audits::wait(const std::string& audit_id, Done done) {
  const auto known = std::ranges::find(known_, audit_id, &std::pair<std::string, onebot::Result<std::string>>::first);
  const bool full = known == known_.end() && waiting_.size() >= kMostWaiting;
  if (known == known_.end() && !full) {
    waiting_[audit_id] = {std::move(done), loop_.after(kWait, [this, audit_id] {
                            finish(audit_id, under_review(audit_id, "no result within 20 s"));
                          })};
    return std::make_unique<Place>(*this, audit_id);
  }
  done(full ? under_review(audit_id, "too many wait for a result") : known->second);
  return nullptr;
}

void Audits::hear(const onebot::Native& native) {
  const onebot::Trait* passes = native.trait(onebot::Trait::Kind::passes);
  const onebot::Trait* rejects = native.trait(onebot::Trait::Kind::rejects);
  if (!passes && !rejects) return;
  const std::string audit_id = native.at((passes ? passes : rejects)->path).text();
  if (audit_id.empty()) return;
  if (passes) return finish(audit_id, native.at(passes->other).text());
  finish(audit_id, onebot::fail(onebot::Retcode::content_rejected,
                                fmt::format("the platform rejected the message (audit {})", audit_id),
                                onebot::Fields{{"qq.audit_id", audit_id}}));
}

void Audits::finish(const std::string& audit_id, onebot::Result<std::string> result) {
  auto waiting = waiting_.extract(audit_id);
  if (waiting) return waiting.mapped().done(std::move(result));
  if (known_.size() == kMostKnown) known_.pop_front();
  known_.emplace_back(audit_id, std::move(result));
}

}  // namespace qq
