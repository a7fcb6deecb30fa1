// Quotas: what may be sent unasked, over days, months and restarts.

#include "adapters/qq/quotas.h"

#include "tests/fakes.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace std::chrono_literals;
using onebot::List;
using qq::Chat;
using qq::Quotas;
using qq::Standing;

namespace {

constexpr double kMinute = 60, kHour = 3600, kDay = 86'400;
// The first of November 2026, midnight in Beijing.
constexpr double kMidnight = 1'793'462'400;

struct Sender {
  std::map<std::string, std::string> disk{};
  List changes{};
  Standing standing = Standing::unverified;
  double wall = kMidnight;
  std::optional<Quotas> quotas{};

  explicit Sender(List more = {}, Standing whose = Standing::unverified) : changes(std::move(more)), standing(whose) {
    restart();
  }
  void restart() {
    quotas.emplace(qq::read_quotas(changes, standing).value(), [this](onebot::Record record) {
      if (record.value.empty()) {
        disk.erase(record.key);
      } else {
        disk[record.key] = record.value;
      }
    });
    std::vector<onebot::Record> records;
    for (const auto& [key, value] : disk) records.push_back({std::string(Quotas::kRecord), key, value});
    quotas->recall(records, wall);
  }
  bool send(const Quotas::To& to) {
    const auto taken = quotas->take(to, wall);
    return taken && *taken == 0ms;
  }
  // How many of `most`, one every 3.1 s, of which a minute has 19.
  int slowly(const Quotas::To& to, int most) {
    int sent = 0;
    for (int i = 0; i < most; ++i, wall += 3.1) sent += send(to) ? 1 : 0;
    return sent;
  }
  int at_once(const Quotas::To& to, int most) {
    int sent = 0;
    while (sent < most && send(to)) ++sent;
    return sent;
  }
  std::string why(const Quotas::To& to) {
    const auto taken = quotas->take(to, wall);
    return taken ? "taken" : fmt::format("{} {}", static_cast<int>(taken.error().code), taken.error().message);
  }
};

Quotas::To user(int number) { return {{Chat::Kind::c2c, fmt::format("U{}", number)}}; }
Quotas::To group(int number) { return {{Chat::Kind::group, fmt::format("G{}", number)}}; }
Quotas::To channel(int number, int guild = 1) {
  return {{Chat::Kind::channel, fmt::format("{}", number)}, "", fmt::format("{}", guild)};
}
Quotas::To direct(int number) { return {{Chat::Kind::dm, fmt::format("9{}", number)}, fmt::format("{}", number)}; }

}  // namespace

TEST_CASE("a user and a group get a thousand messages a day each, and a restart gives none of them back") {
  for (const Quotas::To& to : {user(1), group(1)}) {
    Sender sender;
    CHECK(sender.slowly(to, 600) == 600);
    sender.restart();
    CHECK(sender.slowly(to, 600) == 400);
    sender.restart();

    CHECK(sender.why(to).find("the 1000 messages a day that may be sent unasked to it are used up") !=
          std::string::npos);
    sender.wall = kMidnight + kDay - 1;
    CHECK_FALSE(sender.send(to));
    sender.wall = kMidnight + kDay;
    CHECK(sender.send(to));
  }
}

TEST_CASE("a chat gets twenty messages a minute, and the bot's own minute is that of its standing") {
  Sender unverified;
  CHECK(unverified.at_once(group(1), 100) == 20);
  CHECK(unverified.at_once(group(2), 100) == 10);
  CHECK(unverified.why(group(3)).find("the 30 messages a minute that may be sent unasked by this bot") !=
        std::string::npos);
  unverified.wall += kMinute - 1;
  unverified.restart();
  CHECK_FALSE(unverified.send(group(3)));
  unverified.wall += 1;
  CHECK(unverified.at_once(group(1), 100) == 20);

  Sender verified({}, Standing::verified);
  for (int number = 1; number <= 3; ++number) CHECK(verified.at_once(group(number), 100) == 20);
  CHECK_FALSE(verified.send(group(4)));
}

TEST_CASE("what is too much for one second is to come again, and is not counted") {
  Sender sender;
  CHECK(sender.at_once(user(1), 100) == 5);
  CHECK(sender.quotas->take(user(2), sender.wall).value() == 1000ms);
  sender.wall += 1;
  CHECK(sender.at_once(user(2), 100) == 5);

  Sender verified({}, Standing::verified);
  CHECK(verified.at_once(user(1), 100) == 10);
  for (int second = 1; second < 10; ++second) {
    verified.wall += 1;
    CHECK(verified.at_once(user(1 + second), 100) == 10);
  }
}

TEST_CASE("a channel gets twenty messages a day, and of a guild only two channels get any") {
  Sender sender;
  CHECK(sender.at_once(channel(1), 100) == 20);
  CHECK(sender.send(channel(2)));
  sender.restart();

  CHECK_FALSE(sender.send(channel(1)));
  CHECK(sender.why(channel(3)).find("the 2 channels of this guild") != std::string::npos);
  CHECK(sender.at_once(channel(2), 100) == 19);
  CHECK(sender.send(channel(3, 2)));
  sender.wall += kDay;
  CHECK(sender.send(channel(3)));
}

TEST_CASE("a guild's user gets two direct messages a day, by whichever guild, and all of them two hundred") {
  Sender sender;
  CHECK(sender.send(direct(1)));
  sender.restart();
  Quotas::To elsewhere = direct(1);
  elsewhere.chat.openid = "777";
  CHECK(sender.send(elsewhere));
  CHECK_FALSE(sender.send(direct(1)));
  for (int number = 2; number <= 100; ++number) CHECK(sender.at_once(direct(number), 9) == 2);
  sender.restart();
  CHECK_FALSE(sender.send(direct(101)));
  sender.wall += kDay;
  CHECK(sender.send(direct(101)));
}

TEST_CASE("a month's quota is given back with the next month, not by a restart nor by the next day") {
  Sender sender({"group 4/month", "group.bot 6/month"});
  CHECK(sender.at_once(group(1), 9) == 4);
  sender.wall += kDay;
  sender.restart();
  CHECK(sender.why(group(1)).find("4 messages a month") != std::string::npos);
  CHECK(sender.at_once(group(2), 9) == 2);
  sender.wall = kMidnight + 30 * kDay - 1;
  sender.restart();
  CHECK_FALSE(sender.send(group(1)));
  sender.wall += 1;
  CHECK(sender.at_once(group(1), 9) == 4);
}

TEST_CASE("an owner's own limits take the place of the platform's, and zero lifts one") {
  Sender sender({"channel.guild 3/day", "channel 0/day", "group 0/minute", "group.bot 0/minute"});

  for (int number = 1; number <= 3; ++number) CHECK(sender.at_once(channel(number), 50) == 50);
  CHECK_FALSE(sender.send(channel(4)));
  CHECK(sender.at_once(group(1), 5000) == 1000);
}

TEST_CASE("of a bot that may send very fast only the newest moments are remembered, and they suffice") {
  Sender sender({"c2c.bot 1000/second", "c2c.bot 0/minute", "c2c 0/minute", "c2c 0/day"});
  for (int second = 0; second < 3; ++second, sender.wall += 1) CHECK(sender.at_once(user(1), 5000) == 1000);
  sender.wall -= 1;

  sender.restart();

  CHECK_FALSE(sender.send(user(1)));
  sender.wall += 1;
  CHECK(sender.at_once(user(1), 5000) == 1000);
}

TEST_CASE("a quota that is none is named") {
  for (const char* text :
       {"", "group", "group 4", "groups 4/day", "group 4/week", "group -1/day", "group 4x/day", "group /day",
        "channel.guild 5/month", "channel.guild 101/day", "group 1001/minute", "group/4 day", "dm.guild 1/day"}) {
    CAPTURE(text);
    const auto wrong = qq::read_quotas(List{text}, Standing::unverified);
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().message.starts_with(fmt::format("quotas: \"{}\" is none", text)));
  }
  CHECK_FALSE(qq::read_quotas(List{std::int64_t{4}}, Standing::unverified));
}

TEST_CASE("counts of days past are forgotten, in memory when it is full and on disk") {
  Sender sender({"group.bot 0/minute"});
  for (std::size_t i = 0; i < Quotas::kMost; ++i) CHECK(sender.send(group(static_cast<int>(i))));
  CHECK(sender.why(group(-1)) == "34005 too many chats were written to unasked today");
  CHECK(sender.disk.size() == Quotas::kMost);

  sender.wall += kDay;
  CHECK(sender.send(group(-1)));
  CHECK(sender.disk.size() == 1);

  sender.wall += kDay;
  sender.restart();
  CHECK(sender.disk.empty());
}

TEST_CASE("a clock that was put back does not close a chat") {
  Sender sender;
  sender.wall += 12 * kHour;
  CHECK(sender.at_once(group(1), 100) == 20);

  sender.wall -= 6 * kHour;

  CHECK(sender.send(group(1)));
}

TEST_CASE("counts that cannot be read are passed over and forgotten") {
  Sender sender;
  const int day = static_cast<int>((kMidnight + 8 * kHour) / kDay), month = 2026 * 12 + 11;
  sender.disk = {{"group:A", "1 2"},
                 {"group:B", fmt::format("{} 1000 {} 1000 99999999 0.000", day, month)},
                 {"group:C", fmt::format("{} 1000 {} 1000 1 nan", day, month)},
                 {"group:D", fmt::format("{} -5 {} 1 0 0.000", day, month)},
                 {"group:G1", fmt::format("{} 999 {} 999 0 0.000", day, month)}};

  sender.restart();

  CHECK(sender.disk.size() == 1);
  CHECK(sender.at_once(group(1), 9) == 1);
}
