#include "adapters/feishu/sender.h"

#include "adapters/feishu/sending.h"
#include "onebot/json_write.h"

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
  ONEBOT_CO_TRY(resources, co_await resources_of(order.message));
  ONEBOT_CO_TRY(composed, compose(order.message, *settings_.dialect, offered(), resources));
  Sending sending({.composed = std::move(composed),
                   .target = std::move(order.target),
                   .in_thread = order.in_thread,
                   .self = parts_.identity.account().user_id},
                  {settings_, parts_.api, parts_.host.loop, parts_.memory});
  auto result = co_await sending.run();
  if (const Outgoing* refused = sending.without_file()) {
    forget_key_in(*refused, resources);
    ONEBOT_CO_TRY(anew, co_await resources_of(order.message));
    ONEBOT_CO_TRY(again, compose(order.message, *settings_.dialect, offered(), anew));
    sending.compose_anew(std::move(again));
    result = co_await sending.run();
  }
  if (sending.ids().size() > 1) parts_.memory.keep_sent(sending.ids());
  co_return result;
}

onebot::Task<onebot::Result<Resources>> Sender::resources_of(const onebot::Message& message) {
  const Uploading::Parts uploading{parts_.api, parts_.host.files, upload_keys_, settings_.paths};
  co_return co_await upload(uploads_of(message), uploading);
}

// The platform may lose what was uploaded; what it still has is not brought again.
void Sender::forget_key_in(const Outgoing& refused, const Resources& resources) {
  const std::string content = onebot::json::write(refused.content);
  for (const auto& [upload, resource] : resources) {
    if (content.find(resource.key) != content.npos) upload_keys_.forget(resource.known_as);
  }
}

Offered Sender::offered() const {
  return {.replies = !settings_.paths.reply.empty(),
          .images = !settings_.paths.image.empty(),
          .files = !settings_.paths.file.empty()};
}

}  // namespace feishu
