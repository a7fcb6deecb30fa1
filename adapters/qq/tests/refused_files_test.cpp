// What the platform had of a file and refuses on use.

#include "adapters/qq/tests/bot.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace qq_test;

namespace {

// A group that is sent the same picture; messages with a file_info that the platform has lost are refused.
struct Pictures {
  Bot bot{};
  std::string id = bot.world.files.add("1.png", "png", "sha");
  std::vector<std::string> lost{};
  std::vector<std::string> used{};  // file_infos of the messages, in order
  int uploads = 0;

  Pictures() {
    bot.world.client.script = [this](const HttpRequest& request) { return answer(request); };
  }
  HttpResponse answer(const HttpRequest& request) {
    if (request.url.ends_with("/files")) {
      return {200, {}, fmt::format(R"({{"file_info":"INFO{}","ttl":3600}})", ++uploads)};
    }
    if (!request.url.ends_with("/messages")) return bot.answer(request);
    used.push_back(at(request.body, "media.file_info"));
    if (std::ranges::find(lost, used.back()) == lost.end()) return {200, {}, R"({"id":"S1"})"};
    return {400, {}, R"({"err_code":40034004,"message":"try again"})"};
  }
  std::string send() {
    return bot.call("send_message", {{"detail_type", "group"},
                                     {"group_id", kGroup},
                                     {"message", onebot::List{segment("image", {{"file_id", id}})}}});
  }
};

}  // namespace

TEST_CASE("a file_info that is refused on use is forgotten, and the file brought and sent anew") {
  Pictures pictures;
  CHECK(at(pictures.send(), "retcode") == "0");
  pictures.lost = {"INFO1"};

  CHECK(at(pictures.send(), "data.message_id") == "S1");
  CHECK(at(pictures.send(), "data.message_id") == "S1");

  CHECK(pictures.used == std::vector<std::string>{"INFO1", "INFO1", "INFO2", "INFO2"});
  CHECK(pictures.uploads == 2);
}

TEST_CASE("a file that is refused again is brought once only, and neither file_info is used again") {
  Pictures pictures;
  pictures.lost = {"INFO1", "INFO2"};

  CHECK(at(pictures.send(), "retcode") == "34010");
  CHECK(pictures.used == std::vector<std::string>{"INFO1", "INFO2"});
  CHECK(at(pictures.send(), "retcode") == "0");
  CHECK(pictures.used.back() == "INFO3");
}

TEST_CASE("what the platform had is forgotten over a restart, too") {
  Pictures pictures;
  pictures.send();
  REQUIRE(pictures.bot.world.events.recall("file_info").size() == 1);
  pictures.lost = {"INFO1", "INFO2"};
  pictures.send();

  CHECK(pictures.bot.world.events.recall("file_info").empty());
}
