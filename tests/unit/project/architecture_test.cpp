// Who may include whom, who may name what. Each rule is tried on a planted breach first.

#include "tests/unit/project/architecture.h"

#include "adapters/registry.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

using architecture::platform_names;
using architecture::Problems;
using architecture::raw_retcodes;
using architecture::wrong_includes;
using architecture::wrong_shape;
using project::File;

namespace {

namespace fs = std::filesystem;

// What platforms are called: as in a configuration, and the folders that hold them.
std::vector<std::string> platforms() {
  std::vector<std::string> names;
  for (const auto& platform : adapters::platforms()) names.emplace_back(platform.name);
  for (const auto& entry : fs::directory_iterator(fs::path(project::root()) / "adapters")) {
    const std::string name = entry.path().filename();
    if (entry.is_directory() && name != "kit") names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

template <class Rule>
void check_all(Rule rule) {
  const auto& files = project::sources();
  CHECK(files.size() > 100);
  for (const File& file : files) {
    for (const std::string& problem : rule(file)) FAIL_CHECK(problem);
  }
}

}  // namespace

TEST_CASE("includes point down the layers and libraries stay in their wrappers") {
  check_all([](const File& file) { return wrong_includes(file.path, file.text); });
}

TEST_CASE("a platform is named only in its folder and where platforms are listed") {
  const auto names = platforms();
  CHECK(names.size() >= 2);
  check_all([&](const File& file) { return platform_names(file.path, file.text, names); });
}

TEST_CASE("no file is longer than 400 lines and every header is read once") {
  check_all([](const File& file) { return wrong_shape(file.path, file.text); });
}

TEST_CASE("a return code is a number in onebot/retcode.h alone") {
  check_all([](const File& file) { return raw_retcodes(file.path, file.text); });
}

TEST_CASE("an include that points up or sideways is found") {
  const auto breach = [](std::string_view path, std::string_view include) {
    return wrong_includes(path, "#pragma once\n#include " + std::string(include) + "\n").size() == 1;
  };
  CHECK(breach("onebot/event.h", "\"bridge/bridge.h\""));
  CHECK(breach("onebot/event.h", "\"onebot/connect/session.h\""));
  CHECK(breach("onebot/v11/events.cpp", "\"onebot/v11/connect/feed.h\""));
  CHECK(breach("onebot/connect/session.cpp", "\"bridge/bridge.h\""));
  CHECK(breach("onebot/connect/session.cpp", "\"adapters/registry.h\""));
  CHECK(breach("adapters/one/feed.cpp", "\"adapters/two/feed.h\""));
  CHECK(breach("adapters/one/feed.cpp", "\"adapters/registry.h\""));
  CHECK(breach("adapters/one/simulator/simulator.cpp", "\"bridge/net/loop.h\""));
  CHECK(breach("adapters/one/feed.cpp", "\"onebot/connect/session.h\""));
  CHECK(breach("bridge/bridge.cpp", "\"adapters/one/adapter.h\""));
  CHECK(breach("bridge/net/loop.cpp", "\"bridge/bridge.h\""));
  CHECK(breach("bridge/bridge.cpp", "\"bridge.h\"") == true);
  CHECK(breach("tests/fakes.h", "\"bridge/net/loop.h\""));

  CHECK(breach("adapters/kit/rest.cpp", "\"adapters/one/api.h\""));
  CHECK(breach("adapters/one/feed.cpp", "\"adapters/one/tests/rig.h\""));
  CHECK(breach("adapters/one/feed.cpp", "\"tests/fakes.h\""));
  CHECK(breach("adapters/one/tests/feed_test.cpp", "\"adapters/two/feed.h\""));
  CHECK(breach("bridge/bridge.cpp", "\"bridge/files/actions.h\""));
  CHECK(breach("bridge/bridge.cpp", "\"bridge/process/log.h\""));
  CHECK(breach("bridge/bridge.cpp", "\"bridge/journal/journal.h\""));
  CHECK(breach("bridge/disk/sql.cpp", "\"bridge/journal/batch.h\""));
  CHECK(breach("bridge/journal/journal.cpp", "\"bridge/bridge.h\""));
  CHECK(breach("bridge/journal/journal.cpp", "\"bridge/files/files.h\""));
  CHECK(breach("bridge/files/fetch.cpp", "\"bridge/net/client.h\""));
  CHECK(breach("bridge/config/config.cpp", "\"bridge/bridge.h\""));
  CHECK(breach("bridge/onebot11/media.cpp", "\"bridge/files/files.h\""));
  CHECK(breach("bridge/bridge.cpp", "\"bridge/onebot11/media.h\""));

  CHECK_FALSE(breach("adapters/one/feed.cpp", "\"adapters/one/feed.h\""));
  CHECK_FALSE(breach("adapters/one/feed.cpp", "\"adapters/kit/connection.h\""));
  CHECK_FALSE(breach("adapters/one/tests/feed_test.cpp", "\"tests/fakes.h\""));
  CHECK_FALSE(breach("bridge/bridge.cpp", "\"bridge/intake.h\""));
  CHECK_FALSE(breach("adapters/one/simulator/gateway.cpp", "\"adapters/one/frame.h\""));
  CHECK_FALSE(breach("adapters/registry.cpp", "\"adapters/one/adapter.h\""));
  CHECK_FALSE(breach("bridge/process/main.cpp", "\"adapters/registry.h\""));
  CHECK_FALSE(breach("bridge/process/main.cpp", "\"onebot/connect/transports.h\""));
}

TEST_CASE("a library outside its wrapper is found, included or used") {
  const auto breach = [](std::string_view path, std::string_view line) {
    return wrong_includes(path, line).size() == 1;
  };
  CHECK(breach("onebot/event.cpp", "#include <rapidjson/document.h>"));
  CHECK(breach("adapters/one/webhook.cpp", "#include <openssl/evp.h>"));
  CHECK(breach("bridge/bridge.cpp", "  #  include <libwebsockets.h>"));
  CHECK(breach("onebot/io.cpp", "#include <sys/socket.h>"));
  CHECK(breach("bridge/process/main.cpp", "#include <sqlite3.h>"));
  CHECK(breach("bridge/process/main.cpp", "#include <nlohmann/json.hpp>"));
  CHECK(breach("bridge/process/main.cpp", "  return lws_service(context, 0);"));
  CHECK(breach("onebot/event.cpp", "void write(const rapidjson::Value& value);"));
  CHECK(breach("onebot/action.cpp", "#include <msgpack.hpp>"));
  CHECK(breach("onebot/action.cpp", "  ::msgpack::packer<Sink> packer(sink);"));

  CHECK_FALSE(breach("onebot/action.cpp", "  onebot::msgpack::append(out, value);"));
  CHECK_FALSE(breach("onebot/json.h", "#include <rapidjson/document.h>"));
  CHECK_FALSE(breach("bridge/net/loop.cpp", "#include <uv.h>"));
  CHECK_FALSE(breach("bridge/process/main.cpp", "#include <fmt/format.h>"));
  CHECK_FALSE(breach("bridge/process/main.cpp", "#include <sys/stat.h>"));
  CHECK_FALSE(breach("bridge/process/main.cpp", "// as lws_service() does"));
  CHECK_FALSE(breach("bridge/process/main.cpp", "  print(\"lws_service\");"));
  CHECK_FALSE(breach("bridge/process/main.cpp", "  follows_(1);"));
}

TEST_CASE("a platform's name in a foreign file is found, comments, case and file names included") {
  const std::vector<std::string> names = {"icq", "msn"};
  const auto breach = [&](std::string_view path, std::string_view line) {
    return !platform_names(path, "\n" + std::string(line), names).empty();
  };
  CHECK(breach("onebot/event.h", "// As ICQ does it."));
  CHECK(breach("bridge/bridge.cpp", "if (platform == \"icq\") return;"));
  CHECK(breach("bridge/bridge.cpp", "make_icq();"));
  CHECK(breach("bridge/bridge.cpp", "ICQ2 icq2;"));
  CHECK(breach("bridge/icq.cpp", "int x;"));
  CHECK(breach("tests/unit/connect/x_test.cpp", "icq"));
  CHECK(breach("adapters/other/feed.cpp", "icq::feed"));
  CHECK(breach("CMakeLists.txt", "add_library(icq)"));

  CHECK_FALSE(breach("adapters/icq/feed.cpp", "icq::feed"));
  CHECK_FALSE(breach("adapters/msn/tests/x_test.cpp", "msn"));
  CHECK_FALSE(breach("adapters/registry.cpp", "icq msn"));
  CHECK_FALSE(breach("CMakeLists.txt", "set(PLATFORMS icq msn)"));
  CHECK_FALSE(breach("bridge/bridge.cpp", "applicqation"));
}

TEST_CASE("a file that is too long, or a header that may be read twice, is found") {
  std::string lines = "#pragma once\n";
  for (int i = 1; i < 400; ++i) lines += "int x;\n";
  CHECK(wrong_shape("onebot/x.h", lines).empty());
  CHECK(wrong_shape("onebot/x.h", lines + "int y;\n").size() == 1);
  CHECK(wrong_shape("onebot/x.h", "int x;\n").size() == 1);
  CHECK(wrong_shape("onebot/x.cpp", "int x;\n").empty());
}

TEST_CASE("a return code that is written as a number is found, and what only looks like one is not") {
  const auto breach = [](std::string_view path, std::string_view line) {
    return raw_retcodes(path, "\n" + std::string(line) + "\n").size() == 1;
  };
  CHECK(breach("adapters/one/feed.cpp", "  return fail(Retcode{35004}, \"no\");"));
  CHECK(breach("adapters/one/feed.cpp", "  return fail(onebot::Retcode( 34001 ), \"no\");"));
  CHECK(breach("adapters/one/errors.cpp", "constexpr Retcode kLate{34007};"));
  CHECK(breach("adapters/one/errors.cpp", "  return {34014, Cure::fresh_token};"));
  CHECK(breach("adapters/one/errors.cpp", "    {304023, 304024, 34023},"));
  CHECK(breach("adapters/one/simulator/chats.cpp", "  int retcode = 20002;"));
  CHECK(breach("bridge/bridge.h", "  if (static_cast<int>(result.error().code) == 10003) return;"));
  CHECK(breach("bridge/bridge.cpp", "  error.code = static_cast<Retcode>(31000);"));
  CHECK(breach("onebot/action.cpp", "  if (10001 == retcode) return;"));
  CHECK(breach("onebot/result.h", "  Retcode code = 20002;"));
  CHECK(breach("onebot/retcodes.h", "constexpr int kLimited = 34003;  // rate"));

  CHECK_FALSE(breach("onebot/retcode.h", "  rate_limited = 34003,"));
  CHECK_FALSE(breach("tests/unit/one/errors_test.cpp", "  CHECK(code == Retcode{34003});"));
  CHECK_FALSE(breach("adapters/one/tests/errors_test.cpp", "  CHECK(code == Retcode{34003});"));
  CHECK_FALSE(breach("adapters/one/README.md", "fails with 34003"));
  CHECK_FALSE(
      breach("adapters/one/errors.cpp", "    {11242, 11242, kRefused}, {304003, 304004, kUrl}, {40034102, 1, kUrl},"));
  CHECK_FALSE(breach("adapters/one/errors.cpp", "  if (failure.code == 10003) return;"));
  CHECK_FALSE(breach("adapters/one/feed.cpp", "constexpr milliseconds kLongest{32'000}, kLong{30000};"));
  CHECK_FALSE(breach("adapters/one/feed.cpp", "  say(\"34003\");  // as 34003 says"));
  CHECK_FALSE(breach("bridge/bridge.cpp", "  return fail(Retcode::bad_param, \"1 to 21600 (retcode 10003)\");"));
  CHECK_FALSE(breach("bridge/bridge.cpp", "  if (code == Retcode::ok) wait(10000);"));
}
