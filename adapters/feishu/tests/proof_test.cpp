// What a bot asks of its configuration, and of a push's age, before it believes that a push is the platform's.

#include "adapters/feishu/tests/rig.h"

using namespace rig;

namespace {

int status(const std::shared_ptr<fakes::Answered>& answered) {
  return answered->response ? answered->response->status : 0;
}

}  // namespace

TEST_CASE("a bot whose pushes nobody has to prove is refused, unless its operator insists") {
  const auto mistake = [](std::string_view platform, const Fields& more) {
    Fields section{{"app_id", "a"}, {"app_secret", "s3cret"}};
    for (const onebot::Field& field : more) onebot::set(section, field.name, field.value);
    const auto settings = feishu::read_settings(platform, section);
    return settings ? std::string() : settings.error().message;
  };
  const std::string key = "k3y-of-ours", token = "t0ken-of-ours";
  for (const std::string_view platform : {"feishu", "lark", "bosshi"}) {
    CAPTURE(platform);
    CHECK(mistake(platform, {}).starts_with("verification_token: "));
    CHECK(mistake(platform, {{"verification_token", token}}).empty());
    CHECK(mistake(platform, {{"insecure", true}}).empty());
    CHECK(mistake(platform, {{"verification_token", token}, {"encrypt_key", key}}).empty());
    CHECK(mistake(platform, {{"encrypt_key", key}, {"signature", "require"}}).empty());
    CHECK(mistake(platform, {{"encrypt_key", key}, {"signature", "if_present"}}).starts_with("verification_token: "));
    CHECK(mistake(platform, {{"encrypt_key", key}, {"signature", "off"}}).starts_with("verification_token: "));
    CHECK(mistake(platform, {{"verification_token", token}, {"push_max_age", 1}}).starts_with("push_max_age: "));
  }
  CHECK(mistake("bosshi", {{"encrypt_key", key}}).starts_with("verification_token: "));
  CHECK(mistake("feishu", {{"encrypt_key", key}}).empty());
  CHECK(mistake("lark", {{"receive", "long_connection"}}).empty());  // which we dial
}

TEST_CASE("a push that was taken down is no news after a year, nor is one of today a second time") {
  Bot bot("feishu", {{"encrypt_key", kKey}});
  bot.start();
  const std::string body =
      onebot::json::write(Fields{{"encrypt", feishu::encrypt(kKey, message("om_1", "p2p", kPrivate, kLin))}});
  const std::string now = fmt::format("{}", static_cast<std::int64_t>(bot.world.loop.wall()));
  const io::Headers headers{{"X-Lark-Request-Timestamp", now},
                            {"X-Lark-Request-Nonce", "n"},
                            {"X-Lark-Signature", feishu::sign(now, "n", kKey, body)}};

  bot.push(body, headers);
  CHECK(bot.commit().size() == 1);
  const auto again = bot.push(body, headers);
  CHECK(bot.commit().empty());
  CHECK(status(again) == 200);
  bot.world.loop.began_at += 365.0 * 86400;
  CHECK(status(bot.push(body, headers)) == 401);
  CHECK(bot.world.events.arrivals.size() == 2);
  CHECK(bot.world.log.counters["webhook_refused"] == 1);
}
