#include "adapters/feishu/adapter.h"

#include "adapters/feishu/messages/compose.h"
#include "adapters/feishu/messages/received_files.h"
#include "adapters/feishu/rates.h"

namespace feishu {
namespace {

TenantToken::Config token_config(const Settings& settings) {
  return tenant_token({settings.app_id,
                       settings.app_secret,
                       settings.api + settings.paths.token,
                       settings.dialect->token_at,
                       settings.dialect->expire_at,
                       {settings.keys.verification_token, settings.keys.encrypt_key}});
}

}  // namespace

Adapter::Adapter(Settings settings, const onebot::Host& host, kit::Random random)
    : settings_(std::move(settings)),
      host_(host),
      memory_([this](onebot::Record record) { host_.events.remember(std::move(record)); }),
      token_(token_config(settings_), host.loop, host.client, host.log,
             [this](bool valid) { identity_.on_token(valid); }),
      rates_(rates(settings_.paths)),
      pace_(host.loop, rates_),
      api_(settings_.api, settings_.dialect->prefix, token_, host.loop, host.client, host.log, &pace_),
      identity_(settings_, Identity::Parts{api_, token_, memory_, host_}, [this] { announce(); }),
      inbox_(settings_, Inbox::Parts{api_, token_, identity_, memory_, host_}, std::move(random),
             [this] { announce(); }),
      actions_(settings_, Actions::Parts{api_, identity_, memory_, host_}),
      segment_names_(sendable(*settings_.dialect)),
      segments_(segment_names_.begin(), segment_names_.end()) {}

void Adapter::start() {
  memory_.recall(host_.events);
  actions_.recall();
  identity_.recall();
  inbox_.start();
  token_.start();
}

void Adapter::stop() {
  inbox_.stop();
  identity_.stop();
  token_.stop();
  actions_.stop();
}

// The bridge hears of a change of state, and of another id while online.
void Adapter::announce() {
  inbox_.dial();
  const bool now = identity_.can_work() && inbox_.receives();
  const bool renamed = now && announced_ != self().user_id;
  if (std::exchange(online_, now) == now && !renamed) return;
  if (now) announced_ = self().user_id;
  host_.events.set_online(now);
}

onebot::io::Owner Adapter::locate(std::string_view file_id, onebot::ToldResult<onebot::RemoteFile> done) {
  return feishu::locate(file_id, identity_.account(), settings_, api_, std::move(done));
}

onebot::Result<std::unique_ptr<onebot::Adapter>> make(std::string_view platform, const onebot::Fields& section,
                                                      const onebot::Host& host) {
  ONEBOT_TRY(settings, read_settings(platform, section));
  return std::make_unique<Adapter>(std::move(settings), host, kit::random_fractions());
}

}  // namespace feishu
