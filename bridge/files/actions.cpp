#include "bridge/files/actions.h"

#include "bridge/files/get_actions.h"
#include "bridge/files/upload_actions.h"

#include <algorithm>
#include <array>
#include <utility>

namespace bridge {
namespace {

constexpr std::chrono::milliseconds kBeyondFetching{5'000};  // for the disk

constexpr files::FileAction kActions[] = {
    {"upload_file", files::upload_file},
    {"upload_file_fragmented", files::upload_file_fragmented},
    {"get_file", files::get_file},
    {"get_file_fragmented", files::get_file_fragmented},
};

}  // namespace

std::span<const std::string_view> FileActions::names() const {
  static constexpr auto kNames = [] {
    std::array<std::string_view, std::size(kActions)> names{};
    std::ranges::transform(kActions, names.begin(), &files::FileAction::name);
    return names;
  }();
  return kNames;
}

std::chrono::milliseconds FileActions::deadline() const { return means_.limits.timeout + kBeyondFetching; }

void FileActions::call(const std::string& bot, onebot::Action action, onebot::Reply reply) {
  const auto files = bots_.find(bot);
  const auto known = std::ranges::find(kActions, action.name, &files::FileAction::name);
  if (files == bots_.end() || known == std::end(kActions)) return;
  const std::uint64_t number = ++last_;
  open_.emplace(number, Open{std::move(reply)});
  onebot::io::Owner course = onebot::start(
      known->run({means_, deliveries_, gives_paths_, *files->second, fetching_}, std::move(action.params)),
      [this, number](onebot::ActionResult result) { finish(number, std::move(result)); });
  // What needs no disk has been answered already.
  if (const auto open = open_.find(number); open != open_.end()) open->second.course = std::move(course);
}

void FileActions::finish(std::uint64_t number, onebot::ActionResult result) {
  if (auto open = open_.extract(number)) open.mapped().reply(std::move(result));
}

}  // namespace bridge
