// The file store on a real folder: contents, ids, quota, expiry, and what a crash leaves.

#include "bridge/files/store.h"

#include "bridge/files/desk.h"
#include "bridge/files/paths.h"
#include "bridge/files/ranges.h"
#include "bridge/files/uploads.h"
#include "onebot/crypto.h"
#include "tests/unit/disk_rig.h"

#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sys/resource.h>

using namespace bridge::files;
using namespace std::chrono_literals;
using onebot::Retcode;

namespace {

constexpr Milliseconds kNow = 1'790'000'000'000;
constexpr Milliseconds kDay = 86'400'000;

std::unique_ptr<Store> open_store(const rig::Folder& folder, bridge::FileLimits limits = {}, Milliseconds now = kNow) {
  auto store = Store::open(folder.data(), std::move(limits), now);
  REQUIRE(store);
  return *std::move(store);
}

std::string sum(std::string_view bytes) { return onebot::crypto::hex(onebot::crypto::sha256(bytes)); }

onebot::Result<onebot::File> put(Store& store, const Key& key, const std::string& bytes, Milliseconds now = kNow) {
  Temporary temporary = store.temporary();
  const auto file = create(temporary.path());
  REQUIRE(file);
  REQUIRE(write_at(file->fd(), 0, bytes));
  return store.keep(key, "name", std::move(temporary), {sum(bytes), bytes.size()}, std::nullopt, now);
}

std::size_t stored(const rig::Folder& folder) {
  std::size_t count = 0;
  for (const auto& found : std::filesystem::directory_iterator(folder.data())) {
    count += found.path().filename().string().size() == 64;
  }
  return count;
}

bool nothing_on_its_way(const rig::Folder& folder) { return std::filesystem::is_empty(folder.data() + "/tmp"); }

template <class T>
Retcode code(const onebot::Result<T>& result) {
  return result ? Retcode::ok : result.error().code;
}

}  // namespace

TEST_CASE("a file is found again after a restart, by its id alone") {
  rig::Folder folder;
  { REQUIRE(put(*open_store(folder), {"", "file.1"}, "bytes")); }

  const auto store = open_store(folder);
  const auto file = store->find({"", "file.1"}, kNow);

  REQUIRE(file);
  REQUIRE(*file);
  CHECK((*file)->name == "name");
  CHECK((*file)->sha256 == sum("bytes"));
  CHECK(read_at((*file)->path, 0, 100) == "bytes");
  CHECK_FALSE(*store->find({"", "file.2"}, kNow));
  CHECK_FALSE(*store->find({"other/1", "file.1"}, kNow));
  const auto mode = std::filesystem::status(folder.data()).permissions();
  CHECK(mode == std::filesystem::perms::owner_all);
}

TEST_CASE("the same bytes under two ids are stored, and counted, once") {
  rig::Folder folder;
  const auto store = open_store(folder);
  REQUIRE(put(*store, {"", "file.1"}, "bytes"));
  const auto used = store->space()->used();

  REQUIRE(put(*store, {"mock/1", "remote"}, "bytes"));

  CHECK(store->space()->used() == used);
  CHECK(stored(folder) == 1);
  CHECK(nothing_on_its_way(folder));
}

TEST_CASE("bytes with another SHA-256 than promised are not taken, and leave nothing") {
  rig::Folder folder;
  const auto store = open_store(folder);
  Temporary temporary = store->temporary();
  REQUIRE(create(temporary.path()));

  const auto kept = store->keep({"", "file.1"}, "n", std::move(temporary), {sum(""), 0}, sum("other"), kNow);

  CHECK(code(kept) == Retcode::other_bytes);
  CHECK(stored(folder) == 0);
  CHECK(nothing_on_its_way(folder));
  CHECK(store->space()->used() == 0);
}

TEST_CASE("a file over the limit and one over the quota are refused, and leave nothing") {
  rig::Folder folder;
  const auto store = open_store(folder, {.max_size = 10'000, .quota = 16'384});
  CHECK(code(store->room(10'001)) == Retcode::too_large);
  REQUIRE(put(*store, {"", "file.1"}, std::string(9'000, 'a')));

  CHECK(code(put(*store, {"", "file.2"}, std::string(9'000, 'b'))) == Retcode::no_room);
  CHECK(code(put(*store, {"", "file.3"}, std::string(9'000, 'a'))) == Retcode::ok);  // is here already
  CHECK(stored(folder) == 1);
  CHECK(nothing_on_its_way(folder));
}

TEST_CASE("a file nobody used is deleted, one that somebody holds or used lately is not") {
  rig::Folder folder;
  const auto store = open_store(folder);
  REQUIRE(put(*store, {"", "file.old"}, "old"));
  auto held = put(*store, {"", "file.held"}, "held");
  REQUIRE(put(*store, {"", "file.used"}, "used"));
  REQUIRE(put(*store, {"", "file.shared"}, "used"));
  REQUIRE(*store->find({"", "file.used"}, kNow + 6 * kDay));

  REQUIRE(store->clean(kNow + 8 * kDay));

  CHECK_FALSE(*store->find({"", "file.old"}, kNow));
  CHECK(*store->find({"", "file.held"}, kNow));
  CHECK(*store->find({"", "file.used"}, kNow));
  CHECK_FALSE(*store->find({"", "file.shared"}, kNow));
  CHECK(stored(folder) == 2);

  held = onebot::fail(Retcode::ok, "");
  REQUIRE(store->clean(kNow + 30 * kDay));
  CHECK(stored(folder) == 0);
  CHECK(store->space()->used() == 0);
}

TEST_CASE("what a crash has left is gone after the next start, and ids without bytes are") {
  rig::Folder folder;
  {
    const auto store = open_store(folder);
    REQUIRE(put(*store, {"", "file.1"}, "one"));
    REQUIRE(put(*store, {"", "file.2"}, "two"));
  }
  std::filesystem::remove(folder.data() + "/" + sum("one"));
  std::ofstream(folder.data() + "/" + sum("nobody's")) << "nobody's";
  std::ofstream(folder.data() + "/tmp/half") << "half";

  const auto store = open_store(folder);

  CHECK(stored(folder) == 1);
  CHECK(nothing_on_its_way(folder));
  CHECK_FALSE(*store->find({"", "file.1"}, kNow));
  CHECK(*store->find({"", "file.2"}, kNow));
}

TEST_CASE("fragments in any order, repeated and overlapping, make the file; where they overlap the last one counts") {
  rig::Folder folder;
  const auto store = open_store(folder);
  Uploads uploads(*store);
  const std::string id = uploads.prepare("name", 10, 0s).value();

  for (const auto& [offset, bytes] : {std::pair(7, "hij"), std::pair(0, "xxxx"), std::pair(3, "defg"),
                                      std::pair(0, "abc"), std::pair(7, "hij"), std::pair(10, "")}) {
    REQUIRE(uploads.transfer(id, static_cast<std::uint64_t>(offset), bytes, 0s));
  }
  const auto file_id = uploads.finish(id, sum("abcdefghij"), kNow);

  REQUIRE(file_id);
  CHECK(is_our_file_id(*file_id));
  CHECK(*file_id != id);
  const auto file = store->find({"", *file_id}, kNow);
  CHECK(read_at((*file)->path, 0, 100) == "abcdefghij");
  CHECK(code(uploads.finish(id, std::nullopt, kNow)) == Retcode::unknown_file);
}

TEST_CASE("an upload with bytes missing, or another hash, is refused and dropped") {
  rig::Folder folder;
  const auto store = open_store(folder);
  Uploads uploads(*store);
  const std::string holey = uploads.prepare("n", 10, 0s).value(), other = uploads.prepare("n", 3, 0s).value();
  REQUIRE(uploads.transfer(holey, 0, "abcd", 0s));
  REQUIRE(uploads.transfer(holey, 5, "fghij", 0s));
  REQUIRE(uploads.transfer(other, 0, "abc", 0s));
  CHECK(store->space()->used() == 13);

  CHECK(code(uploads.finish(holey, std::nullopt, kNow)) == Retcode::bytes_missing);
  CHECK(code(uploads.finish(other, sum("abd"), kNow)) == Retcode::other_bytes);

  CHECK(code(uploads.transfer(holey, 4, "e", 0s)) == Retcode::unknown_file);
  CHECK(nothing_on_its_way(folder));
  CHECK(stored(folder) == 0);
  CHECK(store->space()->used() == 0);
}

TEST_CASE("a fragment beyond the end is a bad parameter, and the upload goes on") {
  rig::Folder folder;
  const auto store = open_store(folder);
  Uploads uploads(*store);
  const std::string id = uploads.prepare("n", 3, 0s).value();

  CHECK(code(uploads.transfer(id, 2, "cd", 0s)) == Retcode::bad_param);
  CHECK(code(uploads.transfer(id, 4, "", 0s)) == Retcode::bad_param);
  CHECK(code(uploads.transfer(id, UINT64_MAX, "ab", 0s)) == Retcode::bad_param);
  REQUIRE(uploads.transfer(id, 0, "abc", 0s));
  CHECK(uploads.finish(id, std::nullopt, kNow));
}

TEST_CASE("unfinished uploads are few, count for the quota, and end ten minutes after their last fragment") {
  rig::Folder folder;
  const auto store = open_store(folder, {.max_size = 5'000, .quota = 20'000, .uploads = 2});
  Uploads uploads(*store);
  CHECK(code(uploads.prepare("n", 5'001, 0min)) == Retcode::too_large);
  const std::string first = uploads.prepare("n", 5'000, 0min).value();
  REQUIRE(uploads.prepare("n", 5'000, 0min));
  CHECK(code(uploads.prepare("n", 1, 0min)) == Retcode::too_many_uploads);
  REQUIRE(uploads.transfer(first, 0, "x", 9min));

  CHECK(uploads.prepare("n", 1, 11min));  // the second one's place
  CHECK(uploads.transfer(first, 0, "x", 18min));
  CHECK(code(uploads.transfer(first, 0, "x", 29min)) == Retcode::unknown_file);
  CHECK(nothing_on_its_way(folder));
  CHECK(store->space()->used() == 0);
}

TEST_CASE("a disk that takes no more ends the upload with an error of the disk, and nothing is left") {
  rig::Folder folder;
  const auto store = open_store(folder);
  Uploads uploads(*store);
  const std::string id = uploads.prepare("n", 1 << 20, 0s).value();
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit tight = before;
  tight.rlim_cur = 1000;
  setrlimit(RLIMIT_FSIZE, &tight);

  const auto written = uploads.transfer(id, 0, std::string(2000, 'x'), 0s);

  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  CHECK(code(written) == Retcode::filesystem_error);
  CHECK(nothing_on_its_way(folder));
  CHECK(store->space()->used() == 0);
}

TEST_CASE("runs of bytes grow together, and gaps are counted") {
  Ranges ranges;
  ranges.add(10, 20);
  ranges.add(30, 40);
  CHECK(ranges.count() == 2);
  CHECK(ranges.missing(40) == 20);
  ranges.add(20, 30);
  CHECK(ranges.count() == 1);
  ranges.add(15, 35);
  ranges.add(5, 5);
  CHECK(ranges.missing(40) == 10);
  ranges.add(0, 100);
  CHECK(ranges.count() == 1);
  CHECK(ranges.complete(100));
}

TEST_CASE("a name is no path, has no control characters, and at most 255 bytes of whole characters") {
  CHECK(plain_name("cat.png") == "cat.png");
  CHECK(plain_name("../../etc/passwd") == "passwd");
  CHECK(plain_name("C:\\a\\b.txt") == "b.txt");
  CHECK(plain_name("a\nb") == "ab");
  CHECK(plain_name("") == "file");
  CHECK(plain_name("a/") == "file");
  CHECK(plain_name("..") == "file");
  CHECK(plain_name(std::string(300, 'x')) == std::string(255, 'x'));
  std::string umlauts = "x";
  while (umlauts.size() < 300) umlauts += "\xc3\xa4";
  CHECK(plain_name(umlauts) == umlauts.substr(0, 255));
  CHECK(plain_name("x" + umlauts) == ("x" + umlauts).substr(0, 254));
}

TEST_CASE("a path is within the configured folders after links and dots, or there is no such file") {
  rig::Folder folder;
  std::filesystem::create_directory(folder / "open");
  std::filesystem::create_directory(folder / "open2");
  std::ofstream(folder / "open/f") << "f";
  std::ofstream(folder / "secret") << "s";
  std::ofstream(folder / "open2/f") << "s";
  std::filesystem::create_symlink(folder / "secret", folder / "open/link");
  std::filesystem::create_symlink(folder / "open/f", folder / "open/inner");
  const std::vector<std::string> folders{folder / "open"};

  CHECK(open_within(folder / "open/f", folders));
  CHECK(open_within(folder / "open/../open/f", folders));
  CHECK(open_within(folder / "open/inner", folders));
  for (const std::string& path : {folder / "secret", folder / "open/../secret", folder / "open/link",
                                  folder / "open2/f", folder / "open/absent", folder / "open", std::string("open/f"),
                                  std::string("/etc/shadow"), (folder / "open/f") + std::string("\0x", 2)}) {
    CAPTURE(path);
    CHECK(code(open_within(path, folders)) == Retcode::path_not_allowed);
  }
}

TEST_CASE("downloads take room of the quota as their bytes come, together, and give it back with them") {
  rig::Folder folder;
  const auto store = open_store(folder, {.max_size = 20'000, .quota = 20'000});
  Uploads uploads(*store);
  Desk desk{*store, uploads, kNow, 0ms};
  auto first = make_room(desk);
  auto second = make_room(desk);
  REQUIRE((first && second));

  CHECK(first->more(15'000));
  CHECK(second->more(5'000));
  CHECK_FALSE(second->more(1));
  CHECK(code(make_room(desk)) == Retcode::no_room);
  const auto file = create(first->path);
  REQUIRE(file);
  REQUIRE(write_at(file->fd(), 0, std::string(12'000, 'a')));
  CHECK(take_in(desk, *first, {{"", "file.1"}, "name", std::nullopt}));
  first = onebot::fail(Retcode::busy, "over");
  second = onebot::fail(Retcode::busy, "over");

  CHECK(store->space()->used() == 12'288);  // three blocks
  CHECK(nothing_on_its_way(folder));
}

TEST_CASE("a link in the place of the store, or of what is on its way, is refused, and nothing behind it is touched") {
  for (const std::string& where : {std::string(), std::string("/tmp"), std::string("/index.db")}) {
    CAPTURE(where);
    rig::Folder folder;
    std::filesystem::create_directory(folder / "precious");
    std::filesystem::permissions(folder / "precious", std::filesystem::perms::owner_all);
    std::ofstream(folder / "precious/file") << "mine";
    if (!where.empty()) {
      const auto made = open_store(folder);
    }
    std::filesystem::remove_all(folder.data() + where);
    std::filesystem::create_symlink(folder / "precious", folder.data() + where);

    const auto store = Store::open(folder.data(), {}, kNow);

    REQUIRE_FALSE(store);
    CHECK(store.error().message.find(folder.data() + where) != std::string::npos);
    CHECK(std::filesystem::exists(folder / "precious/file"));
  }
}
