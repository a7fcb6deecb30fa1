// What the actions of files have in common: what one call has at hand, and the choice by a word.

#pragma once

#include "bridge/files/fetch.h"
#include "bridge/files/files.h"
#include "bridge/files/shelf.h"
#include "onebot/action.h"
#include "onebot/task.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace bridge::files {

// Bytes of one answer; larger files leave in fragments.
inline constexpr std::size_t kMostBytes = 4 << 20;

// All of it outlives the call.
struct FileCall {
  Means means;
  Deliveries& deliveries;
  bool gives_paths = false;
  BotFiles& files;
  int& fetching;  // addresses, of all calls
};

struct FileAction {
  std::string_view name{};
  onebot::Task<onebot::ActionResult> (*run)(FileCall, onebot::Fields) = nullptr;
};

// The one that a parameter names; else the error `unknown`, which lists them.
onebot::Task<onebot::ActionResult> chosen(std::span<const FileAction> choices, std::string_view parameter,
                                          onebot::Retcode unknown, FileCall call, onebot::Fields params);

}  // namespace bridge::files
