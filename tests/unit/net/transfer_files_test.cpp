// Bodies that come out of files and go into files.

#include "tests/unit/net/sockets.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

using namespace sockets;
using namespace std::chrono_literals;

namespace {

class Folder {
 public:
  Folder() { REQUIRE(::mkdtemp(path_.data()) != nullptr); }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  std::string put(const std::string& name, const std::string& bytes) const {
    std::ofstream(*this / name, std::ios::binary) << bytes;
    return *this / name;
  }
  std::string get(const std::string& name) const {
    std::ifstream file(*this / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  bool empty() const { return std::filesystem::is_empty(path_); }

 private:
  std::string path_ = (std::filesystem::temp_directory_path() / "transfer-XXXXXX").string();
};

std::string pattern(std::size_t size) {
  std::string bytes;
  for (std::size_t i = 0; bytes.size() < size; ++i) bytes += std::to_string(i) + ",";
  bytes.resize(size);
  return bytes;
}

}  // namespace

TEST_CASE("what is sent is the body, then a part of a file, then the tail") {
  World world;
  Folder folder;
  const std::string bytes = pattern(50'000);

  const auto answer = world.fetch({.method = "POST",
                                   .url = world.url("/"),
                                   .body = "--head--",
                                   .file = io::FilePart{folder.put("f", bytes), 7, 40'000},
                                   .tail = "--tail--"});

  REQUIRE(answer);
  CHECK(answer->body == "--head--" + bytes.substr(7, 40'000) + "--tail--");
  CHECK(world.http.requests[0].method == "POST");
}

TEST_CASE("a part that the file does not have is an error before anything is sent") {
  World world;
  Folder folder;
  const auto send = [&](io::FilePart part) {
    return world.fetch({.method = "PUT", .url = world.url("/"), .file = part});
  };

  const auto absent = send({folder / "absent", 0, 1});
  const auto longer = send({folder.put("f", "12345"), 3, 3});
  const auto behind = send({folder / "f", 6, 0});

  for (const auto* answer : {&absent, &longer, &behind}) {
    REQUIRE_FALSE(*answer);
    CHECK(answer->error().code == onebot::Retcode::filesystem_error);
  }
  CHECK(world.http.requests.empty());
}

TEST_CASE("a file is sent again from its beginning on a connection that had died meanwhile") {
  World world;
  Folder folder;
  REQUIRE(world.fetch({.url = world.url("/")}));
  turn(
      world.loop, [] { return false; }, 1800ms);  // the server has closed what idled

  const auto answer =
      world.fetch({.method = "POST", .url = world.url("/"), .file = io::FilePart{folder.put("f", "12345"), 0, 5}});

  REQUIRE(answer);
  CHECK(answer->body == "12345");
}

TEST_CASE("the body of a good answer goes to a file, and that of a refusal to memory") {
  World world;
  Folder folder;

  const auto good = world.fetch({.url = world.url("/large"), .max_body = 32 << 20, .save_to = folder / "large"});
  const auto refused = world.fetch({.url = world.url("/refused"), .save_to = folder / "refused"});
  const auto empty = world.fetch({.url = world.url("/empty"), .save_to = folder / "empty"});

  REQUIRE(good);
  CHECK(good->body.empty());
  CHECK(folder.get("large") == world.http.large);
  REQUIRE(refused);
  CHECK(refused->status == 401);
  CHECK(refused->body == "no\n");
  CHECK_FALSE(std::filesystem::exists(folder / "refused"));
  REQUIRE(empty);
  CHECK(std::filesystem::file_size(folder / "empty") == 0);
}

TEST_CASE("an answer over the limit leaves no file, announced or not") {
  World world;
  Folder folder;
  RawServer raw;
  bool failed = false;

  CHECK_FALSE(world.fetch({.url = world.url("/large"), .max_body = 1 << 20, .save_to = folder / "large"}));
  const auto owner = world.client.send({.url = raw.url("http"), .max_body = 100'000, .save_to = folder / "endless"},
                                       [&](auto result) { failed = !result; });
  std::unique_ptr<Raw> peer;
  REQUIRE(world.until([&] { return peer || (peer = raw.accept()); }));
  peer->send("HTTP/1.1 200 OK\r\n\r\n");
  CHECK(world.until([&] {
    peer->send(std::string(20'000, 'x'));
    return failed;
  }));

  CHECK(folder.empty());
}

TEST_CASE("an answer that breaks off, and one nobody waits for any more, leave no file") {
  World world;
  Folder folder;
  RawServer raw;
  bool failed = false;
  auto owner =
      world.client.send({.url = raw.url("http"), .save_to = folder / "broken"}, [&](auto result) { failed = !result; });
  std::unique_ptr<Raw> peer;
  const auto begin = [&] {
    REQUIRE(world.until([&] { return peer || (peer = raw.accept()); }));
    peer->send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    REQUIRE(world.until([&] { return !folder.empty(); }));
  };

  begin();
  peer.reset();
  CHECK(world.until([&] { return failed; }));
  CHECK(folder.empty());

  owner = world.client.send({.url = raw.url("http"), .save_to = folder / "dropped"}, [](auto) {});
  begin();
  owner.reset();
  CHECK(folder.empty());
}

TEST_CASE("a file that is there already is not written over, and one that cannot be made is an error of the disk") {
  World world;
  Folder folder;
  folder.put("there", "before");

  for (const std::string& path : {folder / "there", folder / "no such folder/f"}) {
    const auto answer = world.fetch({.url = world.url("/"), .save_to = path});
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == onebot::Retcode::filesystem_error);
  }
  CHECK(folder.get("there") == "before");
}
