// Consent: who has switched off what the bot sends unasked.

#include "adapters/qq/consent.h"

#include "tests/fakes.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

using qq::Chat;
using qq::Consent;

namespace {

const Chat kUser{Chat::Kind::c2c, "U"}, kGroup{Chat::Kind::group, "U"};

struct Kept {
  fakes::EventSink disk{};
  std::function<void(onebot::Record)> remember() {
    return [this](onebot::Record record) { disk.remember(std::move(record)); };
  }
  std::vector<onebot::Record> records() { return disk.recall(Consent::kRecord); }
};

}  // namespace

TEST_CASE("one who switched it off is not written to until they switch it on, and others are") {
  Kept kept;
  Consent consent(kept.remember());

  consent.said(kGroup, Consent::Switch::off, 10);

  REQUIRE_FALSE(consent.check(kGroup));
  CHECK(consent.check(kGroup).error().code == onebot::Retcode::unasked_refused);
  CHECK(consent.check(kGroup).error().message.starts_with("the group has switched off"));
  CHECK(consent.check(kUser));
  consent.said(kGroup, Consent::Switch::on, 20);
  CHECK(consent.check(kGroup));
}

TEST_CASE("what was said earlier and arrives later changes nothing, and of one second the last to arrive counts") {
  Kept kept;
  Consent consent(kept.remember());
  consent.said(kUser, Consent::Switch::on, 20);

  consent.said(kUser, Consent::Switch::off, 10);
  CHECK(consent.check(kUser));
  consent.said(kUser, Consent::Switch::off, 20);
  CHECK_FALSE(consent.check(kUser));
}

TEST_CASE("what was said is known after a restart, with its time") {
  Kept kept;
  {
    Consent before(kept.remember());
    before.said(kUser, Consent::Switch::off, 10);
    before.said(kGroup, Consent::Switch::off, 10);
    before.said(kGroup, Consent::Switch::on, 30);
  }

  Consent consent(kept.remember());
  consent.recall(kept.records());

  CHECK_FALSE(consent.check(kUser));
  CHECK(consent.check(kGroup));
  consent.said(kGroup, Consent::Switch::off, 20);
  CHECK(consent.check(kGroup));
}

TEST_CASE("each start writes anew what was switched off, so that it does not grow too old to be kept") {
  std::vector<onebot::Record> written;
  Consent consent([&](onebot::Record record) { written.push_back(std::move(record)); });

  consent.recall({{"consent", "c2c:U", "off 10.000"}, {"consent", "group:U", "on 10.000"}});

  REQUIRE(written.size() == 1);
  CHECK(written[0].key == "c2c:U");
  CHECK(written[0].value == "off 10.000");
}

TEST_CASE("a chat the bot left is forgotten, on disk too") {
  Kept kept;
  Consent consent(kept.remember());
  consent.said(kUser, Consent::Switch::off, 10);

  consent.forget(kUser);

  CHECK(consent.check(kUser));
  CHECK(kept.records().empty());
}

TEST_CASE("of very many chats those that spoke longest ago are forgotten, on disk too") {
  std::map<std::string, std::string> disk;
  Consent consent([&](onebot::Record record) {
    if (record.value.empty()) {
      disk.erase(record.key);
    } else {
      disk[record.key] = record.value;
    }
  });
  const auto chat = [](std::size_t i) { return Chat{Chat::Kind::c2c, fmt::format("U{}", i)}; };
  for (std::size_t i = 0; i < Consent::kMost; ++i) consent.said(chat(i), Consent::Switch::off, static_cast<double>(i));
  consent.said(chat(0), Consent::Switch::off, 1e6);

  consent.said(chat(Consent::kMost), Consent::Switch::off, 1e6);

  CHECK(disk.size() == Consent::kMost);
  CHECK_FALSE(consent.check(chat(0)));
  CHECK(consent.check(chat(1)));
  CHECK_FALSE(consent.check(chat(2)));
}

TEST_CASE("records of consent that cannot be read are passed over and forgotten") {
  Kept kept;
  for (const auto& [key, value] :
       {std::pair{"c2c:A", "off"}, {"c2c:B", "off nan"}, {"c2c:C", "off 1x"}, {"D", "off 1"}, {"c2c:U", "off 1.000"}}) {
    kept.disk.remember({std::string(Consent::kRecord), key, value});
  }
  Consent consent(kept.remember());

  consent.recall(kept.records());

  CHECK(kept.records().size() == 1);
  CHECK_FALSE(consent.check(kUser));
}
