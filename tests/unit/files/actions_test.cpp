// The actions of files, from the parameters to the answer.

#include "bridge/files/actions.h"

#include "tests/unit/files/actions_rig.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <vector>

using namespace rig::files;
using namespace std::chrono_literals;

TEST_CASE_TEMPLATE("uploaded bytes come back whole and in parts, with name, size and hash", Kind, Memory, Real) {
  World<Kind> world;
  const std::string id = world.upload(std::string("a\0b", 3) + "cdef");

  const auto whole = world.act("get_file", {{"type", "data"}, {"file_id", id}});
  CHECK(world.bytes(whole) == std::string("a\0bcdef", 7));
  CHECK(world.text(whole, "name") == "n.txt");
  CHECK(world.text(whole, "sha256") == sum(world.bytes(whole)));
  const auto prepared = world.act("get_file_fragmented", {{"stage", "prepare"}, {"file_id", id}});
  CHECK(world.text(prepared, "sha256") == sum(world.bytes(whole)));
  CHECK(std::get<std::int64_t>(*onebot::find(std::get<Fields>(*prepared), "total_size")) == 7);
  const auto part = [&](int offset, int size) {
    return world.act("get_file_fragmented",
                     {{"stage", "transfer"}, {"file_id", id}, {"offset", offset}, {"size", size}});
  };
  CHECK(world.bytes(part(3, 2)) == "cd");
  CHECK(world.bytes(part(5, 100)) == "ef");
  CHECK(world.bytes(part(7, 1)).empty());
  for (const auto& [offset, size] : {std::pair(8, 1), std::pair(-1, 1), std::pair(0, 0), std::pair(0, -1),
                                     std::pair(0, int{bridge::files::kMostBytes} + 1)}) {
    CHECK(part(offset, size).error().code == onebot::Retcode::bad_param);
  }
}

TEST_CASE_TEMPLATE("what an action of files lacks, has of the wrong type, or does not know is told by its code", Kind,
                   Memory, Real) {
  World<Kind> world;
  const std::string id = world.upload("x");
  const Bytes x{"x"};
  struct Row {
    std::string name;
    Fields params;
    int code;
  };
  const Row rows[] = {
      {"upload_file", {{"name", "n"}, {"data", x}}, 10003},
      {"upload_file", {{"type", "data"}, {"data", x}}, 10003},
      {"upload_file", {{"type", "data"}, {"name", "n"}}, 10003},
      {"upload_file", {{"type", "data"}, {"name", "n"}, {"data", "?"}}, 10003},
      {"upload_file", {{"type", "data"}, {"name", "n"}, {"data", x}, {"sha256", 1}}, 10003},
      {"upload_file", {{"type", "data"}, {"name", "n"}, {"data", x}, {"sha256", sum("y")}}, 35006},
      {"upload_file", {{"type", "data"}, {"name", "n"}, {"data", x}, {"sha256", sum("x")}}, 0},
      {"upload_file", {{"type", "carrier.pigeon"}, {"name", "n"}}, 10004},
      {"upload_file", {{"type", "url"}, {"name", "n"}}, 10003},
      {"upload_file", url("ftp://h/"), 10003},
      {"upload_file", url("file:///etc/passwd"), 10003},
      {"upload_file", {{"type", "url"}, {"name", "n"}, {"url", "http://h/"}, {"headers", "x"}}, 10003},
      {"upload_file", {{"type", "url"}, {"name", "n"}, {"url", "http://h/"}, {"headers", Fields{{"a", 1}}}}, 10003},
      {"upload_file", {{"type", "path"}, {"name", "n"}}, 10003},
      {"upload_file", {{"type", "path"}, {"name", "n"}, {"path", "/etc/passwd"}}, 10004},
      {"upload_file_fragmented", {{"name", "n"}, {"total_size", 1}}, 10003},
      {"upload_file_fragmented", {{"stage", "begin"}, {"name", "n"}}, 10003},
      {"upload_file_fragmented", {{"stage", "prepare"}, {"name", "n"}}, 10003},
      {"upload_file_fragmented", {{"stage", "prepare"}, {"name", "n"}, {"total_size", -1}}, 10003},
      {"upload_file_fragmented", {{"stage", "prepare"}, {"name", "n"}, {"total_size", 1e15}}, 36004},
      {"upload_file_fragmented", {{"stage", "transfer"}, {"file_id", "u"}, {"offset", 0}, {"data", x}}, 35004},
      {"upload_file_fragmented", {{"stage", "transfer"}, {"file_id", "u"}, {"offset", -1}, {"data", x}}, 10003},
      {"upload_file_fragmented", {{"stage", "finish"}, {"file_id", "u"}, {"sha256", sum("x")}}, 35004},
      {"get_file", {{"file_id", id}}, 10003},
      {"get_file", {{"type", "data"}}, 10003},
      {"get_file", {{"type", "data"}, {"file_id", 1}}, 10003},
      {"get_file", {{"type", "data"}, {"file_id", "nobody"}}, 35004},
      {"get_file", {{"type", "data"}, {"file_id", ""}}, 35004},
      {"get_file", {{"type", "smoke"}, {"file_id", id}}, 10004},
      {"get_file", {{"type", "url"}, {"file_id", id}}, 10004},
      {"get_file", {{"type", "url"}, {"file_id", bridge::files::new_file_id()}}, 35004},
      {"get_file", {{"type", "path"}, {"file_id", id}}, 10004},
      {"get_file_fragmented", {{"stage", "finish"}, {"file_id", id}}, 10003},
      {"get_file_fragmented", {{"stage", "prepare"}, {"file_id", "nobody"}}, 35004},
      {"get_file_fragmented", {{"stage", "transfer"}, {"file_id", id}, {"offset", 0}}, 10003},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CAPTURE(onebot::encode_response(onebot::Value(row.params), std::nullopt));
    CHECK(world.code(row.name, row.params) == row.code);
  }
}

TEST_CASE_TEMPLATE("what is switched off by the configuration names the option", Kind, Memory, Real) {
  World<Kind> world;
  const std::string id = world.upload("x");

  for (const auto& [name, params] :
       {std::pair<std::string, Fields>{"upload_file", {{"type", "path"}, {"name", "n"}, {"path", "/etc/passwd"}}},
        std::pair<std::string, Fields>{"get_file", {{"type", "path"}, {"file_id", id}}}}) {
    const auto answer = world.act(name, params);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().message.find("[files] paths") != std::string::npos);
  }
}

TEST_CASE_TEMPLATE("a file too large for one answer says how it leaves", Kind, Memory, Real) {
  World<Kind> world;
  const std::string id = world.upload(std::string(bridge::files::kMostBytes + 1, 'x'));

  const auto answer = world.act("get_file", {{"type", "data"}, {"file_id", id}});

  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == onebot::Retcode::answer_too_long);
  CHECK(has(answer.error().message, "get_file_fragmented"));
}

TEST_CASE("a configured folder may be uploaded from, and gives paths when the store is in it") {
  rig::Folder shared;
  std::ofstream(shared / "f.txt") << "on disk";
  World<Real> world({.paths = {shared / ""}});

  const std::string id =
      world.text(world.act("upload_file", {{"type", "path"}, {"name", "f"}, {"path", shared / "f.txt"}}), "file_id");

  CHECK(world.bytes(world.act("get_file", {{"type", "data"}, {"file_id", id}})) == "on disk");
  CHECK(world.code("upload_file", {{"type", "path"}, {"name", "f"}, {"path", "/etc/passwd"}}) == 32004);
  CHECK(world.code("get_file", {{"type", "path"}, {"file_id", id}}) == 10004);

  World<Real> within({.paths = {std::filesystem::temp_directory_path()}});
  const std::string given = within.upload("bytes");
  const std::string path = within.text(within.act("get_file", {{"type", "path"}, {"file_id", given}}), "path");
  std::string read;
  std::ifstream(path) >> read;
  CHECK(read == "bytes");
}

TEST_CASE("fragments that come faster than the disk takes them are refused at a bound, and counted off again") {
  World<Real> world;
  std::vector<std::shared_ptr<std::optional<onebot::ActionResult>>> answers;
  const Fields params{{"type", "data"}, {"name", "n"}, {"data", Bytes{std::string(3 << 20, 'x')}}};
  for (int i = 0; i < 20; ++i) answers.push_back(world.begin("upload_file", params));
  REQUIRE(
      world.loop.until([&] { return std::ranges::all_of(answers, [](const auto& one) { return one->has_value(); }); }));
  world.loop.turn();

  CHECK(std::ranges::any_of(answers,
                            [](const auto& one) { return !**one && (**one).error().code == onebot::Retcode::busy; }));
  CHECK(world.code("upload_file", params) == 0);
}

TEST_CASE("a shelf that is broken fails every action with its reason, and what is asked then is answered again") {
  World<Memory> world;
  const std::string id = world.upload("x");
  const Fields get{{"type", "data"}, {"file_id", id}};

  world.kind.shelf().broken = onebot::Error{onebot::Retcode::filesystem_error, "the disk is gone"};
  CHECK(world.code("get_file", get) == 32001);
  CHECK(world.code("upload_file", {{"type", "data"}, {"name", "n"}, {"data", Bytes{"y"}}}) == 32001);
  CHECK(world.code("upload_file", url("http://h.test/f")) == 32001);
  CHECK(world.code("upload_file_fragmented", {{"stage", "prepare"}, {"name", "n"}, {"total_size", 1}}) == 32001);
  CHECK(world.client.calls.empty());

  world.kind.shelf().broken.reset();
  CHECK(world.bytes(world.act("get_file", get)) == "x");
}

TEST_CASE("actions that the shelf never answers end with stop, and nothing of them is called afterwards") {
  World<Memory> world;
  world.kind.shelf().silent = true;
  const auto answer = world.begin("upload_file", {{"type", "data"}, {"name", "n"}, {"data", Bytes{"y"}}});
  const auto fetched = world.begin("upload_file", url("http://h.test/f"));
  world.loop.turn();
  CHECK_FALSE(answer->has_value());

  world.actions.stop();
  world.kind.shelf().silent = false;
  world.loop.turn();

  REQUIRE(answer->has_value());
  CHECK((**answer).error().code == onebot::Retcode::bad_handler);
  CHECK((**fetched).error().code == onebot::Retcode::bad_handler);
  CHECK(world.client.calls.empty());
}
