// What the tests of a configuration have in common: bots in front, and what is said of the whole.

#pragma once

#include "adapters/registry.h"
#include "bridge/config/config.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

namespace config_rig {

inline const std::string kPlatform(adapters::platforms().front().name);

inline std::string bot(std::string_view app_id, std::string_view more = "") {
  return fmt::format("[[bots]]\nplatform = \"{}\"\napp_id = \"{}\"\napp_secret = \"a literal secret\"\n{}", kPlatform,
                     app_id, more);
}

// One bot in four lines, or two in eight.
inline std::string one(std::string_view rest) { return bot("102000001") + std::string(rest); }
inline std::string two(std::string_view rest) { return bot("102000001") + bot("102000002") + std::string(rest); }

// PLATFORM stands for the first platform of the registry.
inline bridge::ReadConfig read(std::string text) {
  for (auto at = text.find("PLATFORM"); at != text.npos; at = text.find("PLATFORM")) text.replace(at, 8, kPlatform);
  return bridge::read_config(text, "b.toml");
}

inline std::string joined(const std::vector<std::string>& lines) {
  std::string all;
  for (const std::string& line : lines) all += line + "\n";
  return all;
}

inline std::string mistakes(const std::string& text) { return joined(read(text).mistakes); }

inline std::string warnings(const std::string& text) {
  const auto [config, wrong] = read(text);
  for (const std::string& line : wrong) MESSAGE(line);
  REQUIRE(config);
  return joined(config->warnings);
}

inline bridge::OneBot11 onebot11(const std::string& text) {
  const auto [config, wrong] = read(text);
  for (const std::string& line : wrong) MESSAGE(line);
  REQUIRE(config);
  return config->onebot11;
}

inline bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace config_rig
