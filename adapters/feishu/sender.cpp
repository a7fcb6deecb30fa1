#include "adapters/feishu/sender.h"

#include "adapters/feishu/sending.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

namespace feishu {

using onebot::fail;
using onebot::Result;
using onebot::Retcode;

namespace {

constexpr std::size_t kMostWaiting = 200;  // messages for one receiver
constexpr std::size_t kMostKeys = 2000;    // of uploaded files

}  // namespace

// One message, from its turn to its end.
class Sender::Job final : public onebot::io::Pending {
 public:
  Job(Sender& sender, Order order, Done done)
      : sender_(sender), order_(std::move(order)), done_(std::move(done)), receiver_(order_.target.id) {}
  ~Job() override { sender_.leave(*this); }

  const std::string& receiver() const { return receiver_; }
  void begin();

 private:
  void send(const Resources& resources);
  void sent(std::string_view id, std::string_view chat_id);
  void finish(onebot::ActionResult result);

  Sender& sender_;
  Order order_;
  Done done_;
  std::string receiver_;
  std::unique_ptr<Uploading> uploading_{};
  std::unique_ptr<Sending> sending_{};
};

void Sender::Job::begin() {
  auto uploads = uploads_of(order_.message);
  if (uploads.empty()) return send({});
  const Parts& parts = sender_.parts_;
  uploading_ = std::make_unique<Uploading>(
      std::move(uploads), Uploading::Parts{parts.api, parts.host.files, sender_.upload_keys_, sender_.settings_.paths},
      [this](Result<Resources> resources) {
        if (!resources) return finish(std::unexpected(std::move(resources).error()));
        send(*resources);
      });
  uploading_->start();
}

void Sender::Job::send(const Resources& resources) {
  const Settings& settings = sender_.settings_;
  auto composed = compose(order_.message, *settings.dialect, sender_.offered(), resources);
  if (!composed) return finish(std::unexpected(std::move(composed).error()));
  sending_ = std::make_unique<Sending>(
      Sending::Job{.composed = *std::move(composed),
                   .target = std::move(order_.target),
                   .in_thread = order_.in_thread,
                   .send_path = settings.paths.send,
                   .reply_path = settings.paths.reply,
                   .dialect = settings.dialect,
                   .pace = &sender_.pace_},
      sender_.parts_.api, sender_.parts_.host.loop,
      [this](std::string_view id, std::string_view chat_id) { sent(id, chat_id); },
      [this](onebot::ActionResult result) { finish(std::move(result)); });
  sending_->start();
}

void Sender::Job::sent(std::string_view id, std::string_view chat_id) {
  const Target& target = sending_->target();
  const std::string chat = !chat_id.empty() ? std::string(chat_id) : target.id_type == "chat_id" ? target.id : "";
  sender_.parts_.memory.messages.set(id, {sender_.parts_.identity.account().user_id, chat});
}

void Sender::Job::finish(onebot::ActionResult result) {
  if (sending_) sender_.keep(sending_->ids());
  const Done done = std::move(done_);  // which may destroy this
  done(std::move(result));
}

Sender::Sender(const Settings& settings, const Parts& parts)
    : settings_(settings), parts_(parts), upload_keys_(Uploading::kForm, kMostKeys, [this](onebot::Record record) {
        parts_.host.events.remember(std::move(record));
      }) {}

onebot::io::Owner Sender::send(Order order, Done done) {
  if (auto sendable = check(order.message); !sendable) {
    done(std::unexpected(std::move(sendable).error()));
    return nullptr;
  }
  auto job = std::make_unique<Job>(*this, std::move(order), done);
  auto& waiting = queues_[job->receiver()];
  if (waiting.size() >= kMostWaiting) {
    done(fail(Retcode::queue_full, fmt::format("{} messages wait for this receiver already", waiting.size())));
    return nullptr;
  }
  waiting.push_back(job.get());
  if (waiting.size() == 1) job->begin();
  return job;
}

onebot::Status Sender::check(const onebot::Message& message) {
  ONEBOT_TRY(composed, compose(message, *settings_.dialect, offered()));
  if (!composed.dropped_reply) return {};
  parts_.host.log.count("replies_dropped");
  parts_.host.log.line(onebot::LogLevel::warn, "sent without its reply segment: this platform has no call for replies");
  return {};
}

void Sender::leave(const Job& job) {
  const auto found = queues_.find(job.receiver());
  if (found == queues_.end()) return;
  auto& waiting = found->second;
  const bool was_first = !waiting.empty() && waiting.front() == &job;
  std::erase(waiting, &job);
  if (waiting.empty()) {
    queues_.erase(found);
    return;
  }
  if (was_first) waiting.front()->begin();
}

// Several messages of the platform go by the id of the first, so that they can be deleted together.
void Sender::keep(const std::vector<std::string>& ids) {
  if (ids.size() > 1) parts_.host.events.remember(parts_.memory.keep_sent(ids));
}

Offered Sender::offered() const {
  return {.replies = !settings_.paths.reply.empty(),
          .images = !settings_.paths.image.empty(),
          .files = !settings_.paths.file.empty()};
}

}  // namespace feishu
