#include "adapters/qq/adapter.h"

#include "adapters/kit/jitter.h"
#include "adapters/qq/events/attachments.h"
#include "adapters/qq/events/segments_people.h"
#include "adapters/qq/events/segments_quote.h"
#include "onebot/times.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace qq {

// What a dispatch teaches about the chat it comes from.
enum class Lesson {
  message,  // it can be answered
  event,    // the same
  refusal,  // nothing unasked is wanted any more
  consent,  // it is wanted again, and this can be answered
  gone,
};

namespace {

using onebot::LogLevel;
using onebot::Retcode;
using onebot::json::View;

constexpr std::string_view kMemberRecord = "own_member";
constexpr std::size_t kMostMembers = 10'000;

struct Teaches {
  std::string_view name{};
  Lesson lesson = Lesson::message;
  Chat::Kind kind = Chat::Kind::c2c;
  std::string_view chat{};  // where in d its id is
};
constexpr Teaches kTeaches[] = {
    {"C2C_MESSAGE_CREATE", Lesson::message, Chat::Kind::c2c, "author.user_openid"},
    {"GROUP_AT_MESSAGE_CREATE", Lesson::message, Chat::Kind::group, "group_openid"},
    {"GROUP_MESSAGE_CREATE", Lesson::message, Chat::Kind::group, "group_openid"},
    {"AT_MESSAGE_CREATE", Lesson::message, Chat::Kind::channel, "channel_id"},
    {"MESSAGE_CREATE", Lesson::message, Chat::Kind::channel, "channel_id"},
    {"DIRECT_MESSAGE_CREATE", Lesson::message, Chat::Kind::dm, "guild_id"},
    {"MESSAGE_REACTION_ADD", Lesson::event, Chat::Kind::channel, "channel_id"},
    {"FRIEND_ADD", Lesson::event, Chat::Kind::c2c, "openid"},
    {"C2C_MSG_RECEIVE", Lesson::consent, Chat::Kind::c2c, "openid"},
    {"INTERACTION_CREATE", Lesson::event, Chat::Kind::group, "group_openid"},
    {"INTERACTION_CREATE", Lesson::event, Chat::Kind::c2c, "user_openid"},
    {"GROUP_ADD_ROBOT", Lesson::event, Chat::Kind::group, "group_openid"},
    {"GROUP_MSG_RECEIVE", Lesson::consent, Chat::Kind::group, "group_openid"},
    {"GROUP_MEMBER_ADD", Lesson::event, Chat::Kind::group, "group_openid"},
    {"C2C_MSG_REJECT", Lesson::refusal, Chat::Kind::c2c, "openid"},
    {"GROUP_MSG_REJECT", Lesson::refusal, Chat::Kind::group, "group_openid"},
    {"FRIEND_DEL", Lesson::gone, Chat::Kind::c2c, "openid"},
    {"GROUP_DEL_ROBOT", Lesson::gone, Chat::Kind::group, "group_openid"},
};

AccessToken::Config token_config(const Settings& settings) {
  return {settings.app_id, settings.app_secret, settings.token_url,
          settings.token_url == kTokenUrl ? std::string(kOldTokenUrl) : std::string()};
}

}  // namespace

Adapter::Adapter(const Settings& settings, const onebot::Host& host, std::function<double()> random)
    : host_(host),
      token_(token_config(settings), host.loop, host.client, host.log),
      pace_(host.loop),
      api_(settings.api, settings.app_id, token_, host.client, host.log, &pace_),
      replies_([this](onebot::Record record) { host_.events.remember(std::move(record)); }),
      messages_([this](onebot::Record record) { host_.events.remember(std::move(record)); }),
      consent_([this](onebot::Record record) { host_.events.remember(std::move(record)); }),
      quotas_(settings.quotas, [this](onebot::Record record) { host_.events.remember(std::move(record)); }),
      file_infos_([this](onebot::Record record) { host_.events.remember(std::move(record)); }),
      people_([this](onebot::Record record) { host_.events.remember(std::move(record)); }),
      interactions_(api_, host.log),
      audits_(host.loop),
      auto_passive_(settings.auto_passive),
      acknowledge_(settings.acknowledge),
      wait_for_audit_(settings.wait_for_audit),
      context_{.self = {"qq", ""}, .appid = settings.app_id} {
  ReceiverPeer& peer = *this;
  if (settings.webhook) {
    receiver_ = std::make_unique<Hook>(Hook::Config{settings.app_id, settings.app_secret, settings.pushes},
                                       Hook::Parts{token_, api_, host.loop, host.ingress, host.log}, peer);
  } else {
    receiver_ =
        std::make_unique<Shards>(Shards::Config{settings.shards, settings.intents, settings.gateway, std::move(random)},
                                 Shards::Parts{token_, api_, host.loop, host.client, host.log}, peer);
  }
  context_.message_id_of = [this](std::string_view index) { return messages_.id_of(index); };
}

Adapter::~Adapter() { stop(); }

void Adapter::start() {
  recall();
  receiver_->start();
}

// Of the actions under way nothing more will be heard.
void Adapter::stop() {
  receiver_->stop();
  turns_.clear();
  interactions_.stop();
  replies_.save();
  for (auto tasks = std::exchange(tasks_, {}); auto& [number, task] : tasks) {
    task.sending.reset();
    task.lookup.reset();
    task.call.reset();
    task.reply->error({Retcode::shutting_down, "the bot is being stopped"});
  }
}

void Adapter::recall() {
  for (const onebot::Record& record : host_.events.recall(kSelfRecord)) {
    (record.key == "name" ? context_.name : context_.self.user_id) = record.value;
  }
  for (onebot::Record& record : host_.events.recall(kMemberRecord)) own_members_.insert(std::move(record.value));
  messages_.recall(host_.events.recall(Messages::kRecord));
  replies_.recall(host_.events.recall(Replies::kRecord), host_.loop.wall());
  consent_.recall(host_.events.recall(Consent::kRecord));
  quotas_.recall(host_.events.recall(Quotas::kRecord), host_.loop.wall());
  file_infos_.recall(host_.events.recall(FileInfos::kRecord), host_.loop.wall());
  people_.recall(host_.events.recall(People::kRecord));
}

void Adapter::on_ready(View user) {
  const std::string id = user.at("id").text(), name = user.at("username").text();
  if (name != context_.name) host_.events.remember({std::string(kSelfRecord), "name", name});
  context_.name = name;
  if (id.empty() || id == context_.self.user_id) return;
  context_.self.user_id = id;
  host_.events.remember({std::string(kSelfRecord), "", id});
  if (receiver_->online()) host_.events.set_online(true);
}

void Adapter::on_dispatch(View frame, Delivery delivery) {
  onebot::Arrival arrival{
      .keys = keys(frame), .records = std::move(delivery.records), .committed = std::move(delivery.committed)};
  std::ranges::move(delivery.keys, std::back_inserter(arrival.keys));
  if (acknowledge_ && Interactions::waits(frame)) {
    arrival.committed = interactions_.after(frame, std::move(arrival.committed));
  }
  context_.session_id = std::move(delivery.session_id);
  if (own_echo(frame)) {
    host_.log.count("own_echoes");
  } else {
    learn(frame);
    audits_.hear(frame);
    auto events = translate(frame, context_);
    if (events) arrival.events = std::move(*events);
    const auto told = [this](const onebot::Event& event) { return own_guilds_.repeats(event, host_.loop.now()); };
    host_.log.count("events_duplicate", std::erase_if(arrival.events, told));
    const bool malformed = !events || (!arrival.events.empty() && arrival.events.front().detail_type == "qq.malformed");
    if (malformed) {
      host_.log.count("events_malformed");
      host_.log.line(LogLevel::warn,
                     fmt::format("event malformed id=\"{}\" seq={}", frame.at("id").text(), frame.at("s").text()));
    }
  }
  host_.events.emit(std::move(arrival));
}

// QQ shows a bot what it wrote itself where it may read everything.
bool Adapter::own_echo(View frame) const {
  if (frame.at("t").str() != "GROUP_MESSAGE_CREATE" && frame.at("t").str() != "C2C_MESSAGE_CREATE") return false;
  const View d = frame.at("d");
  return messages_.sent(d.at("id").str()) || own_members_.contains(d.at("author.member_openid").str());
}

void Adapter::learn(View frame) {
  const std::string_view name = frame.at("t").str();
  const View d = frame.at("d");
  for (const Teaches& row : kTeaches) {
    if (row.name != name) continue;
    const Chat chat{row.kind, std::string(d.at(row.chat).str())};
    if (chat.openid.empty()) continue;
    return learn_of(chat, row.lesson, frame);
  }
}

void Adapter::learn_of(const Chat& chat, Lesson lesson, View frame) {
  const View d = frame.at("d");
  const double wall = host_.loop.wall(), told = onebot::any_time(d.at("timestamp"));
  const double at = told > 0 ? std::min(told, wall) : wall;
  switch (lesson) {
    case Lesson::message:
      return learn_message(chat, d);
    case Lesson::event:
      return replies_.add(chat, Replies::What::event, frame.at("id").text(), wall);
    case Lesson::refusal:
      return consent_.said(chat, Consent::Switch::off, at);
    case Lesson::consent:
      consent_.said(chat, Consent::Switch::on, at);
      return replies_.add(chat, Replies::What::event, frame.at("id").text(), wall);
    case Lesson::gone:
      consent_.forget(chat);
      return replies_.forget(chat);
  }
}

void Adapter::learn_message(const Chat& chat, View d) {
  const std::string id = d.at("id").text();
  replies_.add(chat, Replies::What::message, id, host_.loop.wall());
  messages_.add(id, {chat, std::string(scene_value(d, "msg_idx")), false});
  if (chat.kind == Chat::Kind::group) learn_own_member(d);
  learn_person(chat, d);
}

void Adapter::learn_person(const Chat& chat, View d) {
  const View author = d.at("author");
  Person person{.name = std::string(author.at("username").str())};
  if (chat.kind == Chat::Kind::channel) person.guild = d.at("guild_id").text();
  if (chat.kind == Chat::Kind::dm) {
    person.guild = d.at("src_guild_id").text();
    person.direct = chat.openid;
  }
  const std::string id = chat.kind == Chat::Kind::group ? author.at("member_openid").text()
                         : chat.kind == Chat::Kind::c2c ? author.at("user_openid").text()
                                                        : author.at("id").text();
  people_.learn(id, person);
}

void Adapter::learn_own_member(View d) {
  const View me = mention_of_self(d, context_.self);
  const std::string_view id = me.at("member_openid").str();
  if (id.empty() || own_members_.size() >= kMostMembers || !own_members_.emplace(id).second) return;
  host_.events.remember({std::string(kMemberRecord), std::string(d.at("group_openid").str()), std::string(id)});
}

onebot::io::Owner Adapter::locate(std::string_view file_id,
                                  std::function<void(onebot::Result<onebot::RemoteFile>)> done) {
  std::optional<RemoteFile> file = read_file_id(file_id);
  if (!file) {
    done(onebot::fail(Retcode::unknown_file, "there is no such file"));
    return nullptr;
  }
  done(
      onebot::RemoteFile{.request = {.url = std::move(file->url), .public_only = true}, .name = std::move(file->name)});
  return nullptr;
}

namespace {

// Longer than this the bridge might forget what it has seen, and an old push played back would be news.
constexpr std::chrono::hours kMostAge{6};

onebot::Result<std::chrono::milliseconds> read_push_age(const onebot::Fields& section) {
  const onebot::Value* value = onebot::find(section, "push_max_age");
  const auto* number = value ? std::get_if<std::int64_t>(value) : nullptr;
  const std::chrono::milliseconds age = number ? std::chrono::milliseconds(*number) : WebhookRules{}.max_age;
  if (age >= std::chrono::seconds(1) && age <= kMostAge) return age;
  return onebot::fail(Retcode::bad_param, "push_max_age: allowed: 1000 to 21600000 (milliseconds)");
}

onebot::List list_of(const onebot::Fields& section, std::string_view name) {
  const onebot::Value* value = onebot::find(section, name);
  const auto* list = value ? std::get_if<onebot::List>(value) : nullptr;
  return list ? *list : onebot::List{};
}

}  // namespace

onebot::Result<Settings> read_settings(const onebot::Fields& section) {
  const auto text = [&section](std::string_view name) { return std::string(onebot::text_of(section, name)); };
  const onebot::Value* nested = onebot::find(section, "endpoints");
  const auto* endpoints = nested ? std::get_if<onebot::Fields>(nested) : nullptr;
  const auto endpoint = [&](std::string_view name, std::string_view fallback) {
    std::string url =
        endpoints ? std::string(onebot::text_of(*endpoints, name)) : text(fmt::format("endpoints.{}", name));
    if (url.empty()) url = fallback;
    while (url.ends_with('/') && name == "api") url.pop_back();
    return url;
  };
  const auto is_set = [&section](std::string_view name) {
    const onebot::Value* value = onebot::find(section, name);
    return value && std::holds_alternative<bool>(*value) && std::get<bool>(*value);
  };
  ONEBOT_TRY(bits, read_intents(list_of(section, "intents")));
  ONEBOT_TRY(quotas,
             read_quotas(list_of(section, "quotas"), is_set("verified") ? Standing::verified : Standing::unverified));
  ONEBOT_TRY(shards, read_shards(text("shards")));
  ONEBOT_TRY(age, read_push_age(section));
  Settings settings{text("app_id"),
                    text("app_secret"),
                    endpoint("token", kTokenUrl),
                    endpoint("api", is_set("sandbox") ? kSandboxApi : kApi),
                    endpoint("gateway", ""),
                    bits,
                    shards,
                    text("receive") == "webhook",
                    {age, is_set("allow_unsigned_validation")}};
  settings.quotas = std::move(quotas);
  settings.wait_for_audit = is_set("wait_for_audit");
  settings.acknowledge = text("interactions") != "manual";
  settings.auto_passive = !onebot::find(section, "auto_passive") || is_set("auto_passive");
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (settings.app_id.empty() || !std::ranges::all_of(settings.app_id, digit)) {
    return onebot::fail(Retcode::bad_param, fmt::format("app_id: \"{}\" is not a number", settings.app_id));
  }
  if (settings.app_secret.empty()) return onebot::fail(Retcode::bad_param, "app_secret: must not be empty");
  return settings;
}

onebot::Result<std::unique_ptr<onebot::Adapter>> make(std::string_view, const onebot::Fields& section,
                                                      const onebot::Host& host) {
  ONEBOT_TRY(settings, read_settings(section));
  return std::make_unique<Adapter>(settings, host, kit::random_fractions());
}

}  // namespace qq
