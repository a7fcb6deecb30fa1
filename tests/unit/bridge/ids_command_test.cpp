#include "bridge/disk/sql.h"
#include "bridge/journal/id_book.h"
#include "bridge/process/ids.h"
#include "onebot/v11/numbers.h"
#include "tests/bolt_bytes.h"
#include "tests/unit/disk_rig.h"

#include <doctest/doctest.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <string>

namespace {

namespace v11 = onebot::v11;
using bridge::IdsOptions;
using v11::Kind;

using namespace std::chrono_literals;

constexpr std::int64_t kWall = 1'790'000'000'000;

struct Output {
  int code = 0;
  std::string out{}, err{};
};

Output run(auto command, IdsOptions options) {
  options.wall = kWall;
  std::ostringstream out, err;
  const int code = command(options, out, err);
  return {code, out.str(), err.str()};
}

void add(const std::string& data_dir, const v11::Native& native, v11::Number number, const std::string& name) {
  const auto book = bridge::journal::IdBook::open(data_dir, kWall);
  REQUIRE(book);
  (*book)->rows().put({native, number, name});
  REQUIRE((*book)->commit());
}

std::string write(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

// Three people, one of whom has an old number, and a group.
struct Filled {
  rig::Folder folder;
  std::string data = folder.data();

  Filled() {
    add(data, {Kind::user, "chat", "U1"}, 10'000'000'001, "Ann \"A\"");
    add(data, {Kind::user, "chat", "U2"}, 10'000'000'002, "Bob");
    add(data, {Kind::user, "talk", "U1"}, 10'000'000'003, "");
    add(data, {Kind::group, "chat", "G1"}, 50'000'000'001, "");
    REQUIRE(run(bridge::bind_id, {.data_dir = data, .text = "U2", .number = "12345"}).code == 0);
  }
};

}  // namespace

TEST_CASE("ids are listed as JSON lines, by platform, kind and what they hold") {
  const Filled filled;

  const auto all = run(bridge::list_ids, {.data_dir = filled.data});
  CHECK(all.code == 0);
  CHECK(all.out ==
        R"({"kind":"group","platform":"chat","native":"G1","number":50000000001,"name":""}
{"kind":"user","platform":"chat","native":"U1","number":10000000001,"name":"Ann \"A\""}
{"kind":"user","platform":"chat","native":"U2","number":12345,"name":"Bob"}
{"kind":"user","platform":"talk","native":"U1","number":10000000003,"name":""}
)");
  CHECK(run(bridge::list_ids, {.data_dir = filled.data, .platform = "talk"}).out.contains("10000000003"));
  CHECK_FALSE(run(bridge::list_ids, {.data_dir = filled.data, .platform = "talk"}).out.contains("Ann"));
  CHECK(run(bridge::list_ids, {.data_dir = filled.data, .kind = "group"}).out.starts_with("{\"kind\":\"group\""));
  CHECK(run(bridge::list_ids, {.data_dir = filled.data, .text = "nn"}).out.contains("Ann"));
}

TEST_CASE("find knows numbers, old numbers and native ids, and says when there is nobody") {
  const Filled filled;

  CHECK(run(bridge::find_ids, {.data_dir = filled.data, .text = "12345"}).out.contains("\"native\":\"U2\""));
  CHECK(run(bridge::find_ids, {.data_dir = filled.data, .text = "10000000002"}).out.contains("\"alias\":true"));
  CHECK(run(bridge::find_ids, {.data_dir = filled.data, .text = "G1"}).out.contains("50000000001"));
  const auto nobody = run(bridge::find_ids, {.data_dir = filled.data, .text = "7"});
  CHECK(nobody.code == 1);
  CHECK(nobody.err.contains("7: is nobody's number"));
}

TEST_CASE("bind refuses numbers that are taken, and asks whom it is for when that is not clear") {
  const Filled filled;

  const auto taken = run(bridge::bind_id, {.data_dir = filled.data, .text = "G1", .number = "50000000001"});
  CHECK(taken.code == 0);  // its own
  const auto other =
      run(bridge::bind_id, {.data_dir = filled.data, .platform = "chat", .text = "U1", .number = "12345"});
  CHECK(other.code == 1);
  CHECK(other.err.contains("12345 is the number of U2"));
  CHECK(run(bridge::bind_id, {.data_dir = filled.data, .text = "U1", .number = "5"}).err.contains("more than one"));
  CHECK(run(bridge::bind_id, {.data_dir = filled.data, .text = "new", .number = "5"}).err.contains("no number yet"));
  CHECK(run(bridge::bind_id, {.data_dir = filled.data, .text = "U2", .number = "x"}).code == 2);
  CHECK(run(bridge::bind_id, {.data_dir = filled.data, .text = "U2", .number = "0"}).code == 1);
  const auto made =
      run(bridge::bind_id,
          {.data_dir = filled.data, .platform = "chat", .kind = "user", .text = "new", .number = "9007199254740991"});
  CHECK(made.code == 0);
  CHECK(run(bridge::find_ids, {.data_dir = filled.data, .text = "new"}).out.contains("9007199254740991"));
}

TEST_CASE("what is exported is equal after an import into an empty folder, and a second import changes nothing") {
  const Filled filled;
  const auto before = run(bridge::export_ids, {.data_dir = filled.data});
  REQUIRE(before.code == 0);
  const std::string file = write(filled.folder / "ids.jsonl", before.out);

  for (int i = 0; i < 2; ++i) {
    const auto imported = run(bridge::import_ids, {.data_dir = filled.folder / "other", .file = file});
    CHECK(imported.code == 0);
    CHECK(imported.out == "imported=5 left_out=0\n");
    CHECK(run(bridge::export_ids, {.data_dir = filled.folder / "other"}).out == before.out);
  }
}

TEST_CASE("an import with a clash takes nothing and lists every clash") {
  const Filled filled;
  const auto before = run(bridge::export_ids, {.data_dir = filled.data}).out;
  const std::string file = write(filled.folder / "ids.jsonl",
                                 R"({"kind":"user","platform":"chat","native":"U9","number":99,"name":"free"}
{"kind":"user","platform":"chat","native":"U8","number":12345}

{"kind":"user","platform":"chat","native":"U7","number":99}
)");

  const auto imported = run(bridge::import_ids, {.data_dir = filled.data, .file = file});

  CHECK(imported.code == 1);
  CHECK(imported.err.contains("12345 is the number of U2"));
  CHECK(imported.err.contains("99 is the number of U9"));
  CHECK(imported.err.contains("nothing was imported: clashes=2"));
  CHECK(run(bridge::export_ids, {.data_dir = filled.data}).out == before);
}

TEST_CASE("an import names the line that is none") {
  const Filled filled;
  for (const auto& [line, why] :
       {std::pair("{\"kind\":\"cat\"}", "line 2: \"kind\""),
        std::pair("{\"kind\":\"user\",\"number\":0}", "line 2: \"number\""),
        std::pair("{\"kind\":\"user\",\"number\":1}", "line 2: \"platform\""),
        std::pair("{\"kind\":\"user\",\"number\":1,\"platform\":\"p\"}", "line 2: \"native\""),
        std::pair("nothing", "line 2: ")}) {
    const auto imported = run(
        bridge::import_ids, {.data_dir = filled.data, .file = write(filled.folder / "ids", std::string("\n") + line)});
    CHECK(imported.code == 1);
    CHECK_MESSAGE(imported.err.contains(why), imported.err);
  }
}

TEST_CASE("ids of a folder that is not there, or that a bridge runs on, are refused") {
  rig::Folder folder;
  CHECK(run(bridge::list_ids, {.data_dir = folder.data()}).err.contains("is no folder"));

  const auto running = bridge::journal::IdBook::open(folder.data(), kWall);
  REQUIRE(running);
  const auto refused = run(bridge::list_ids, {.data_dir = folder.data()});
  CHECK(refused.code == 1);
  CHECK(refused.err.contains("in use by another onebridge process"));
}

TEST_CASE("the numbers of an OneBots file go on, groups by the file that names them") {
  rig::Folder folder;
  const std::string file = write(folder / "onebots.db", "");
  {
    auto database = bridge::journal::Database::open(file, bridge::journal::Database::Access::write, 1s);
    REQUIRE(database);
    REQUIRE(
        database->run("CREATE TABLE id_map_chat (string TEXT, number INTEGER, source TEXT);"
                      "INSERT INTO id_map_chat VALUES ('U1', 4711, ''), ('G1', 4712, ''), ('bad', 0, '');"
                      "CREATE TABLE \"id_map_odd \"\" one\" (string TEXT, number INTEGER, source TEXT);"
                      "INSERT INTO \"id_map_odd \"\" one\" VALUES ('U1', 4713, '')"));
  }

  const auto imported =
      run(bridge::import_ids,
          {.data_dir = folder.data(), .file = file, .from = "onebots", .groups = write(folder / "groups", "G1\r\n")});

  CHECK(imported.code == 0);
  CHECK(imported.out == "imported=3 left_out=1\n");
  CHECK(imported.err.contains("left out: \"bad\": 0 is no number"));
  CHECK(run(bridge::list_ids, {.data_dir = folder.data()}).out ==
        R"({"kind":"group","platform":"chat","native":"G1","number":4712,"name":""}
{"kind":"user","platform":"chat","native":"U1","number":4711,"name":""}
{"kind":"user","platform":"odd \" one","native":"U1","number":4713,"name":""}
)");
}

TEST_CASE("the numbers of a Gensokyo file go on, with those of people in groups, and long ones are left out") {
  rig::Folder folder;
  const auto number = bolt::big_endian;
  const std::string file =
      write(folder / "idmap.db",
            bolt::file({bolt::meta(0, 2, 1), bolt::meta(1, 2, 2), bolt::leaf(2, {{"ids", bolt::bucket(3), 1}}),
                        bolt::leaf(3, {{"100:7", "GROUP:USER"},
                                       {"GROUP:USER", "100:7"},
                                       {"U1", number(5)},
                                       {"U2", number(123'456'789'012'345'678)},
                                       {"currentRow", number(5)},
                                       {"row-5", "U1"}})}));

  CHECK(run(bridge::import_ids, {.data_dir = folder.data(), .file = file, .from = "gensokyo"}).code == 2);
  const auto imported =
      run(bridge::import_ids, {.data_dir = folder.data(), .platform = "chat", .file = file, .from = "gensokyo"});

  CHECK(imported.code == 0);
  CHECK(imported.out == "imported=3 left_out=1\n");
  CHECK(imported.err.contains("\"U2\": 123456789012345678 is no number"));
  CHECK(run(bridge::list_ids, {.data_dir = folder.data()}).out ==
        R"({"kind":"group","platform":"chat","native":"GROUP","number":100,"name":""}
{"kind":"user","platform":"chat","native":"U1","number":5,"name":""}
{"kind":"user","platform":"chat","native":"USER","number":7,"name":""}
)");
}

TEST_CASE("a file that is none of another bridge's is refused by its name") {
  rig::Folder folder;
  const std::string file = write(folder / "any", "any");
  for (const char* from : {"onebots", "gensokyo"}) {
    const auto refused =
        run(bridge::import_ids, {.data_dir = folder.data(), .platform = "chat", .file = file, .from = from});
    CHECK(refused.code == 1);
    CHECK_MESSAGE(refused.err.contains(file), refused.err);
  }
}
