#include "adapters/feishu/adapter.h"

#include "adapters/kit/jitter.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace feishu {
namespace {

using onebot::LogLevel;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view kSelfRecord = "self", kSentRecord = "sent";
constexpr std::array<milliseconds, 5> kIdentityWaits = {seconds(1), seconds(3), seconds(10), seconds(30), seconds(60)};

TenantToken::Config token_config(const Settings& settings) {
  return tenant_token({settings.app_id, settings.app_secret, settings.api + settings.paths.token,
                       settings.dialect->token_at, settings.dialect->expire_at});
}

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    if (!word.empty()) out.emplace_back(word);
    text.remove_prefix(std::min(text.size(), word.size() + 1));
  }
  return out;
}

}  // namespace

Adapter::Adapter(Settings settings, const onebot::Host& host, std::function<double()> random)
    : settings_(std::move(settings)),
      host_(host),
      token_(token_config(settings_), host.loop, host.client, host.log, [this](bool valid) { on_token(valid); }),
      api_(settings_.api, settings_.dialect->prefix, token_, host.loop, host.client, host.log),
      identity_waits_(kIdentityWaits),
      self_confirmed_(!settings_.self_id.empty()) {
  account_.platform = settings_.dialect->platform;
  account_.user_id = settings_.self_id;
  account_.id_type = settings_.id_type;
  account_.app_id = settings_.app_id;
  account_.memory = &memory_;
  account_.forward_bot_messages = settings_.forward_bot_messages;
  account_.forward_unknown = settings_.forward_unknown;
  offer_actions();
  if (!settings_.dials) return;
  feed_ = std::make_unique<Feed>(Feed::Config{settings_.api, settings_.app_id, settings_.app_secret, std::move(random)},
                                 Feed::Parts{host.loop, host.client, host.log}, static_cast<FeedPeer&>(*this));
}

Adapter::~Adapter() { stop(); }

void Adapter::start() {
  recall();
  receive();
  token_.start();
}

// The long connection needs to know who the bot is first: what it brings could not be put off without losing the use of
// cards.
void Adapter::receive() {
  if (feed_) {
    if (!account_.user_id.empty()) feed_->start();
    return;
  }
  warn_if_open();
  host_.ingress.want_headers(kPushHeaders);
  pushes_ = host_.ingress.on_push(
      fmt::format("/{}/{}", account_.platform, settings_.app_id),
      [this](const onebot::io::HttpRequest& request, Exchange exchange) { on_push(request, std::move(exchange)); });
}

// Of the actions under way nothing more will be heard.
void Adapter::stop() {
  if (feed_) feed_->stop();
  pushes_.reset();
  identity_.reset();
  asking_.clear();
  token_.stop();
  queues_.clear();
  for (auto tasks = std::exchange(tasks_, {}); auto& [number, task] : tasks) {
    task.uploading.reset();
    task.sending.reset();
    task.call.reset();
    task.reply->error({onebot::Retcode::shutting_down, "the bot is being stopped"});
  }
}

void Adapter::hold(bool on) {
  held_ = on;
  if (feed_) feed_->hold(on);
}

void Adapter::recall() {
  for (const onebot::Record& record : host_.events.recall(kChatRecord)) memory_.chats.set(record.key, true);
  for (const onebot::Record& record : host_.events.recall(kAliasRecord)) memory_.aliases.set(record.key, record.value);
  upload_keys_.recall(host_.events.recall(Uploading::kForm.kind));
  for (const onebot::Record& record : host_.events.recall(kSentRecord)) {
    groups_of_sent_.set(record.key, words(record.value));
  }
  if (self_confirmed_) return;
  for (const onebot::Record& record : host_.events.recall(kSelfRecord)) {
    (record.key == "name" ? name_ : account_.user_id) = record.value;
  }
  // Where nobody can be asked, the app's id stands for the bot until a message shows its own.
  if (account_.user_id.empty() && settings_.paths.bot.empty()) account_.user_id = settings_.app_id;
}

void Adapter::warn_if_open() {
  if (!settings_.keys.encrypt_key.empty() || !settings_.keys.verification_token.empty()) return;
  host_.log.line(LogLevel::warn,
                 "neither encrypt_key nor verification_token is set: anybody who finds the address can push events");
}

void Adapter::on_token(bool valid) {
  token_valid_ = valid;
  if (valid) stopped_by_platform_ = false;
  if (valid && !self_confirmed_ && !identity_ && !settings_.paths.bot.empty()) ask_identity();
  update_online();
}

void Adapter::ask_identity() {
  identity_ = api_.call({.path = settings_.paths.bot, .repeatable = false},
                        [this](ApiResult answer) { asked_identity(std::move(answer)); });
}

void Adapter::asked_identity(ApiResult answer) {
  const onebot::json::View bot = answer ? answer->root().at("bot") : onebot::json::View();
  const std::string id = bot.at("open_id").text();
  if (id.empty()) {
    const milliseconds wait = identity_waits_.next();
    host_.log.line(LogLevel::error,
                   fmt::format("who the bot is could not be asked: {}; retry in {}s",
                               answer ? std::string("no open_id in the answer") : answer.error().error.message,
                               (wait.count() + 999) / 1000));
    identity_ = host_.loop.after(wait, [this] { ask_identity(); });
    return;
  }
  self_confirmed_ = true;
  name_ = bot.at("app_name").text();
  host_.events.remember({std::string(kSelfRecord), "name", name_});
  set_self(id);
  update_online();
}

void Adapter::set_self(const std::string& user_id) {
  if (user_id == account_.user_id) return;
  account_.user_id = user_id;
  host_.events.remember({std::string(kSelfRecord), "", user_id});
  if (online_) host_.events.set_online(true);
  if (feed_) feed_->start();
}

void Adapter::update_online() {
  const bool receives = !feed_ || feed_->online();
  const bool now = token_valid_ && receives && !stopped_by_platform_ && !account_.user_id.empty();
  if (std::exchange(online_, now) != now) host_.events.set_online(now);
}

onebot::Result<std::unique_ptr<onebot::Adapter>> make(std::string_view platform, const onebot::Fields& section,
                                                      const onebot::Host& host) {
  ONEBOT_TRY(settings, read_settings(platform, section));
  return std::make_unique<Adapter>(std::move(settings), host, kit::random_fractions());
}

}  // namespace feishu
