// A bbolt database of another bridge: behind a head that is valid, with small pages, and as it comes.
#include "bridge/disk/bolt.h"

#include "tests/bolt_bytes.h"
#include "tests/fuzz/target.h"

#include <cstddef>
#include <string>

namespace {

constexpr std::size_t kSmallPage = 512;

void read(std::string_view bytes) {
  const auto file = bridge::BoltFile::open(bytes);
  if (!file) return;
  std::size_t pairs = 0;
  (void)file->each("ids", [&](std::string_view key, std::string_view value) {
    claim(key.size() + value.size() <= bytes.size());
    ++pairs;
  });
  claim(pairs <= bytes.size() / kSmallPage * 0x10000);
}

}  // namespace

void try_input(std::string_view input) {
  read(input);
  read(bolt::file({bolt::meta(0, 2, 1, kSmallPage), bolt::meta(1, 2, 2, kSmallPage), std::string(input)}, kSmallPage));
}
