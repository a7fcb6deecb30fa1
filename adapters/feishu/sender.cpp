#include "adapters/feishu/sender.h"

#include "adapters/feishu/sending.h"

#include <string>
#include <utility>

namespace feishu {

namespace {

constexpr std::size_t kMostKeys = 2000;  // of uploaded files

}  // namespace

Sender::Sender(const Settings& settings, const Parts& parts)
    : settings_(settings), parts_(parts), upload_keys_(Uploading::kForm, kMostKeys, [this](onebot::Record record) {
        parts_.host.events.remember(std::move(record));
      }) {}

onebot::io::Owner Sender::send(Order order, Done done) {
  if (auto sendable = check(order.message); !sendable) {
    done(std::unexpected(std::move(sendable).error()));
    return nullptr;
  }
  return onebot::start(carry(std::move(order)), std::move(done));
}

onebot::Status Sender::check(const onebot::Message& message) {
  ONEBOT_TRY(composed, compose(message, *settings_.dialect, offered()));
  if (!composed.dropped_reply) return {};
  parts_.host.log.count("replies_dropped");
  parts_.host.log.line(onebot::LogLevel::warn, "sent without its reply segment: this platform has no call for replies");
  return {};
}

onebot::Task<onebot::ActionResult> Sender::carry(Order order) {
  kit::Turn turn;
  auto come = co_await turn.enter(turns_, order.target.id);
  if (!come) co_return std::unexpected(std::move(come).error());
  co_return co_await upload_and_send(std::move(order));
}

// Several messages of the platform go by the id of the first, so that they can be deleted together.
onebot::Task<onebot::ActionResult> Sender::upload_and_send(Order order) {
  const Uploading::Parts uploading{parts_.api, parts_.host.files, upload_keys_, settings_.paths};
  ONEBOT_CO_TRY(resources, co_await upload(uploads_of(order.message), uploading));
  ONEBOT_CO_TRY(composed, compose(order.message, *settings_.dialect, offered(), resources));
  Sending sending({.composed = std::move(composed),
                   .target = std::move(order.target),
                   .in_thread = order.in_thread,
                   .self = parts_.identity.account().user_id},
                  {settings_, parts_.api, parts_.host.loop, parts_.memory});
  auto result = co_await sending.run();
  if (sending.ids().size() > 1) parts_.memory.keep_sent(sending.ids());
  co_return result;
}

Offered Sender::offered() const {
  return {.replies = !settings_.paths.reply.empty(),
          .images = !settings_.paths.image.empty(),
          .files = !settings_.paths.file.empty()};
}

}  // namespace feishu
