#include "adapters/qq/adapter.h"

#include "adapters/qq/events/attachments.h"
#include "adapters/qq/feed/hook.h"
#include "adapters/qq/feed/shards.h"

#include <optional>
#include <utility>

namespace qq {
namespace {

AccessToken::Config token_config(const Settings& settings, const kit::Random& random) {
  return access_token({settings.app_id, settings.app_secret, settings.token_url,
                       settings.token_url == kTokenUrl ? std::string(kOldTokenUrl) : std::string(), random});
}

// Of a user as READY and /users/@me show it.
kit::Identity::Told told_by(onebot::json::View user) { return {user.at("id").text(), user.at("username").text()}; }

}  // namespace

Adapter::Adapter(const Settings& settings, const onebot::Host& host, kit::Random random)
    : host_(host),
      token_(token_config(settings, random), host.loop, host.client, host.log),
      pace_(host.loop, rates()),
      api_(settings.api, settings.app_id, token_, host.loop, host.client, host.log, &pace_),
      identity_(self_, {"/users/@me", told_by}, {api_, token_, host_}),
      memory_(settings.quotas, [this](onebot::Record record) { host_.events.remember(std::move(record)); }),
      interactions_(api_, host.log),
      audits_(host.loop),
      inbox_({.events = host.events,
              .log = host.log,
              .loop = host.loop,
              .self = self_,
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
                .self = self_,
                .identity = identity_,
                .loop = host.loop,
                .memory = memory_,
                .sender = sender_,
                .streams = streams_,
                .app_id = settings.app_id}) {
  ReceiverPeer& peer = *this;
  if (settings.webhook) {
    receiver_ = std::make_unique<Hook>(Hook::Config{settings.app_id, settings.app_secret, settings.pushes},
                                       Hook::Parts{token_, identity_, host.loop, host.ingress, host.log}, peer);
  } else {
    receiver_ =
        std::make_unique<Shards>(Shards::Config{settings.shards, settings.intents, settings.gateway, std::move(random)},
                                 Shards::Parts{token_, api_, host.loop, host.client, host.log}, peer);
  }
}

Adapter::~Adapter() { stop(); }

void Adapter::start() {
  identity_.recall();
  memory_.recall(host_.events, host_.loop.wall());
  receiver_->start();
}

void Adapter::stop() {
  receiver_->stop();
  asking_.reset();
  interactions_.stop();
  memory_.replies.save();
  actions_.stop();
}

void Adapter::on_ready(onebot::json::View user) {
  const auto told = [this](bool is_news) {
    if (is_news && receiver_->online()) host_.events.set_online(true);
  };
  told(identity_.learn(told_by(user)));
  // A READY may leave out who is ready.
  if (self_.user_id.empty() && !asking_) asking_ = onebot::start<bool>(identity_.asked(), told);
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
