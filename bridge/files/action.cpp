#include "bridge/files/action.h"

#include "onebot/params.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace bridge::files {

using onebot::ActionResult;
using onebot::Fields;
using onebot::Result;
using onebot::Task;

namespace {

Result<const FileAction*> choice(std::span<const FileAction> choices, std::string_view parameter,
                                 onebot::Retcode unknown, const Fields& params) {
  ONEBOT_TRY(word, onebot::string_param(params, parameter));
  const auto found = std::ranges::find(choices, word, &FileAction::name);
  if (found != choices.end()) return &*found;
  std::string allowed;
  for (const FileAction& one : choices) allowed += fmt::format("{}\"{}\"", allowed.empty() ? "" : ", ", one.name);
  return onebot::fail(unknown, fmt::format("\"{}\" must be one of {}", parameter, allowed));
}

Task<ActionResult> refused(onebot::Error why) { co_return std::unexpected(std::move(why)); }

}  // namespace

Task<ActionResult> chosen(std::span<const FileAction> choices, std::string_view parameter, onebot::Retcode unknown,
                          FileCall call, Fields params) {
  const auto found = choice(choices, parameter, unknown, params);
  return found ? (*found)->run(call, std::move(params)) : refused(found.error());
}

}  // namespace bridge::files
