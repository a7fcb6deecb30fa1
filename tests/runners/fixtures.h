// Fixtures beside each adapter, as every runner finds them:
//
//   <folder>/fixtures/NAME.native.json   one native payload, as the platform sends it
//   <folder>/fixtures/self.json          platform -> user_id of the bot
//
// A folder that serves several platforms begins NAME with one of them ("<platform>.text_group"); without it the first
// registered one of the folder is meant.

#pragma once

#include "adapters/registry.h"
#include "onebot/event.h"
#include "onebot/value.h"

#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace runners {

inline constexpr std::string_view kNative = ".native.json";
inline constexpr std::string_view kOnebot = ".onebot.json";

struct Fixture {
  const adapters::Platform* platform = nullptr;
  std::filesystem::path stem{};  // without what kNative says
};

std::vector<Fixture> fixtures();
std::set<std::string_view> folders();
std::filesystem::path fixtures_of(std::string_view folder);
// The stems of files with this ending.
std::set<std::filesystem::path> stems(std::string_view folder, std::string_view ending);
std::filesystem::path with(const std::filesystem::path& stem, std::string_view ending);
std::string read(const std::filesystem::path& path);
onebot::Self self_of(const adapters::Platform& platform);
// ONEBRIDGE_UPDATE_FIXTURES=1: what is expected is written anew.
bool updating();

}  // namespace runners
