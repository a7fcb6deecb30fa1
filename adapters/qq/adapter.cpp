#include "adapters/qq/adapter.h"

#include "adapters/qq/events/attachments.h"
#include "adapters/qq/feed/hook.h"
#include "adapters/qq/feed/shards.h"

#include <optional>
#include <utility>

namespace qq {
namespace {

AccessToken::Config token_config(const Settings& settings) {
  return access_token({settings.app_id, settings.app_secret, settings.token_url,
                       settings.token_url == kTokenUrl ? std::string(kOldTokenUrl) : std::string()});
}

}  // namespace

Adapter::Adapter(const Settings& settings, const onebot::Host& host, kit::Random random)
    : host_(host),
      token_(token_config(settings), host.loop, host.client, host.log),
      pace_(host.loop, rates()),
      api_(settings.api, settings.app_id, token_, host.loop, host.client, host.log, &pace_),
      identity_([this](onebot::Record record) { host_.events.remember(std::move(record)); }),
      memory_(settings.quotas, [this](onebot::Record record) { host_.events.remember(std::move(record)); }),
      interactions_(api_, host.log),
      audits_(host.loop),
      inbox_({.events = host.events,
              .log = host.log,
              .loop = host.loop,
              .identity = identity_,
              .memory = memory_,
              .audits = audits_,
              .interactions = settings.acknowledge ? &interactions_ : nullptr},
             settings.app_id),
      absence_([this] { return receiver_->is_away(); }, host.loop, host.log),
      sender_({.api = api_,
               .client = host.client,
               .files = host.files,
               .loop = host.loop,
               .memory = memory_,
               .absence = absence_,
               .audits = settings.wait_for_audit ? &audits_ : nullptr,
               .choose_answer = settings.auto_passive}),
      streams_({.api = api_, .loop = host.loop, .memory = memory_}),
      actions_({.api = api_,
                .self = identity_.self(),
                .loop = host.loop,
                .memory = memory_,
                .sender = sender_,
                .streams = streams_}) {
  ReceiverPeer& peer = *this;
  if (settings.webhook) {
    receiver_ = std::make_unique<Hook>(Hook::Config{settings.app_id, settings.app_secret, settings.pushes},
                                       Hook::Parts{token_, api_, host.loop, host.ingress, host.log}, peer);
  } else {
    receiver_ =
        std::make_unique<Shards>(Shards::Config{settings.shards, settings.intents, settings.gateway, std::move(random)},
                                 Shards::Parts{token_, api_, host.loop, host.client, host.log}, peer);
  }
}

Adapter::~Adapter() { stop(); }

void Adapter::start() {
  identity_.recall(host_.events.recall(Identity::kRecord));
  memory_.recall(host_.events, host_.loop.wall());
  receiver_->start();
}

void Adapter::stop() {
  receiver_->stop();
  interactions_.stop();
  memory_.replies.save();
  actions_.stop();
}

void Adapter::on_ready(onebot::json::View user) {
  if (identity_.learn(user) && receiver_->online()) host_.events.set_online(true);
}

onebot::io::Owner Adapter::locate(std::string_view file_id, onebot::ToldResult<onebot::RemoteFile> done) {
  std::optional<RemoteFile> file = read_file_id(file_id);
  if (!file) {
    done(onebot::fail(onebot::Retcode::unknown_file, "there is no such file"));
    return nullptr;
  }
  done(
      onebot::RemoteFile{.request = {.url = std::move(file->url), .public_only = true}, .name = std::move(file->name)});
  return nullptr;
}

onebot::Result<std::unique_ptr<onebot::Adapter>> make(std::string_view, const onebot::Fields& section,
                                                      const onebot::Host& host) {
  ONEBOT_TRY(settings, read_settings(section));
  return std::make_unique<Adapter>(settings, host, kit::random_fractions());
}

}  // namespace qq
