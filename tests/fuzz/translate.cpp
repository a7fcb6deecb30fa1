// A native payload, as each registered platform's translation reads it. ONEBRIDGE_PLATFORM says which.
#include "adapters/registry.h"
#include "onebot/event.h"
#include "onebot/json.h"
#include "tests/fuzz/target.h"
#include "tests/trees.h"

#include <cstdio>
#include <cstring>

namespace {

using onebot::json::View;

const adapters::Platform& platform() {
  static const adapters::Platform& kPlatform = []() -> const adapters::Platform& {
    const char* name = std::getenv("ONEBRIDGE_PLATFORM");
    const auto* found = name ? adapters::find_platform(name) : nullptr;
    return found ? *found : adapters::platforms().front();
  }();
  return kPlatform;
}

// What is read is what the standard asks for, and says whose it is.
void check(const onebot::Event& event) {
  const auto read = onebot::json::Document::parse(to_json(event));
  claim(read.has_value());
  const View root = read->root();
  claim(!root.at("detail_type").str().empty());
  claim(root.at("sub_type").is_string());
  claim(root.at("self.platform").str() == platform().name);
  claim((root.at("type").str() == "message") == root.at("message").is_array());
}

}  // namespace

void try_input(std::string_view input) {
  const auto native = onebot::json::Document::parse(input);
  if (!native) return;
  const onebot::Self self{std::string(platform().name), "self"};
  const auto events = platform().translate(platform().name, native->root(), self);
  if (!events) return;
  for (const onebot::Event& event : *events) check(event);
  claim(trees::problem_of("", *events).empty());
}

// --platforms: tells which there are and where their seeds are, for tests/fuzz/run.
extern "C" int LLVMFuzzerInitialize(int* count, char*** words) {
  if (*count < 2 || std::strcmp((*words)[1], "--platforms") != 0) return 0;
  for (const adapters::Platform& row : adapters::platforms()) {
    std::printf("%.*s %.*s/fixtures\n", static_cast<int>(row.name.size()), row.name.data(),
                static_cast<int>(row.folder.size()), row.folder.data());
  }
  std::exit(0);
}
