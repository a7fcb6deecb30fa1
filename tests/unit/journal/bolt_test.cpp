#include "bridge/disk/bolt.h"

#include "tests/bolt_bytes.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdint>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

namespace {

// What the bucket "ids" holds, or why it cannot be told.
std::map<std::string, std::string> pairs(const std::string& bytes, std::string& error) {
  std::map<std::string, std::string> found;
  const auto file = bridge::BoltFile::open(bytes);
  if (!file) return error = file.error().message, found;
  const auto done = file->each("ids", [&](auto key, auto value) { found[std::string(key)] = value; });
  if (!done) error = done.error().message;
  return found;
}

std::string error_of(const std::string& bytes) {
  std::string error;
  (void)pairs(bytes, error);
  return error;
}

// Two levels, a page that overflows, and buckets beside and inside.
std::string whole_file() {
  return bolt::file({
      bolt::meta(0, 99, 1),  // an older transaction
      bolt::meta(1, 2, 2),
      bolt::leaf(2, {{"cache", bolt::bucket(0) + bolt::leaf(0, {{"m", "skipped"}}), 1}, {"ids", bolt::bucket(3), 1}}),
      bolt::branch(3, {{"a", 4}, {"c", 5}}),
      bolt::leaf(4, {{"a", "1"}, {"b", "2"}, {"bucket", bolt::bucket(0) + bolt::leaf(0, {}), 1}}),
      bolt::leaf(5, {{"c", std::string(6'000, 'x')}, {"d", "4"}}, 1),
  });
}

}  // namespace

TEST_CASE("the pairs of a bucket are read over branches and pages that overflow, without what is not theirs") {
  std::string error;
  const auto found = pairs(whole_file(), error);

  CHECK(error == "");
  CHECK(found ==
        std::map<std::string, std::string>{{"a", "1"}, {"b", "2"}, {"c", std::string(6'000, 'x')}, {"d", "4"}});
}

// bbolt.db: made with bbolt 1.3.6 in two transactions, buckets "cache" and "ids", as Gensokyo has them: fifty
// natives 0..49 in 32 hex digits with the numbers 1000..1049, the way back, a pair and its way back, and "currentRow".
TEST_CASE("a file that bbolt itself has made is read whole") {
  std::ostringstream bytes;
  bytes << std::ifstream(SOURCE_DIR "/tests/unit/journal/bbolt.db", std::ios::binary).rdbuf();
  std::string error;
  const auto found = pairs(bytes.str(), error);

  CHECK(error == "");
  REQUIRE(found.size() == 103);
  for (std::uint64_t i = 0; i < 50; ++i) {
    const std::string native = fmt::format("{:032X}", i);
    CHECK(found.at(native) == bolt::big_endian(1'000 + i));
    CHECK(found.at(fmt::format("row-{}", 1'000 + i)) == native);
  }
  CHECK(found.at("GROUP:USER") == "100:7");
  CHECK(found.at("currentRow") == bolt::big_endian(1'049));
}

TEST_CASE("a small bucket stands in its parent's page") {
  std::string error;
  const auto found = pairs(bolt::file({bolt::meta(0, 2, 3), bolt::meta(1, 99, 2),
                                       bolt::leaf(2, {{"ids", bolt::bucket(0) + bolt::leaf(0, {{"a", "1"}}), 1}})}),
                           error);

  CHECK(error == "");
  CHECK(found == std::map<std::string, std::string>{{"a", "1"}});
}

TEST_CASE("a head that is not whole gives way to the other, and without one nothing is read") {
  std::string bytes = whole_file();
  bytes[16 + 48] ^= 1;
  CHECK(error_of(bytes) == "");
  bytes[bolt::kPage + 16 + 48] ^= 1;
  CHECK(error_of(bytes).find("no valid head") != std::string::npos);
  CHECK(error_of("").find("no valid head") != std::string::npos);
}

TEST_CASE("a file without the bucket says so") {
  const auto error = error_of(bolt::file({bolt::meta(0, 2, 1), bolt::meta(1, 2, 2), bolt::leaf(2, {})}));
  CHECK(error == "has no bucket \"ids\"");
}

TEST_CASE("pages that lead in a circle, out of the file or out of themselves are an error") {
  const auto with = [](std::string third, std::string fourth) {
    return error_of(bolt::file({bolt::meta(0, 2, 1), bolt::meta(1, 2, 2), std::move(third), std::move(fourth)}));
  };
  const std::string root = bolt::leaf(2, {{"ids", bolt::bucket(3), 1}});

  CHECK(with(root, bolt::branch(3, {{"a", 3}})).find("circle") != std::string::npos);
  CHECK(with(root, bolt::branch(3, {{"a", 17}})).find("page 17 is not in it") != std::string::npos);
  CHECK(with(root, bolt::leaf(7, {})).find("page 3 is not whole") != std::string::npos);
  CHECK(with(root, bolt::leaf(3, {}, 1)).find("page 3 is not whole") != std::string::npos);
  CHECK(with(root, bolt::page_head(3, 16, 0, 0)).find("no known kind") != std::string::npos);
  CHECK(with(root, bolt::page_head(3, 2, 60'000, 0)).find("more elements") != std::string::npos);
  CHECK(with(bolt::leaf(2, {{"ids", "short", 1}}), "").find("no head") != std::string::npos);
  std::string leaf = bolt::leaf(3, {{"a", "1"}});
  bolt::put(leaf, 16 + 12, std::uint32_t{0xffffffff});
  CHECK(with(root, leaf).find("out of its page") != std::string::npos);
}

TEST_CASE("a file cut or changed anywhere is read or refused, and nothing else") {
  const std::string bytes = whole_file();
  for (std::size_t size = 0; size < bytes.size(); size += 97) (void)error_of(bytes.substr(0, size));
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 0xff);
    (void)error_of(changed);
  }
  CHECK(error_of(bytes) == "");
}
