// Every platform this build speaks. Adding one is one line in registry.cpp.

#pragma once

#include "onebot/adapter.h"
#include "onebot/options.h"
#include "onebot/simulator.h"

#include <span>
#include <string_view>

namespace adapters {

struct Platform {
  std::string_view name{};
  std::string_view folder{};                  // from the root of the project, where its fixtures are
  std::span<const onebot::Option> options{};  // keys of its [[bots]] section besides "platform"
  onebot::MakeAdapter make = nullptr;
  onebot::Translate translate = nullptr;
  onebot::MakeSimulator simulate = nullptr;
};

std::span<const Platform> platforms();
const Platform* find_platform(std::string_view name);  // nullptr: none

}  // namespace adapters
