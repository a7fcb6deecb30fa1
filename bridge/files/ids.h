// What files are called: ids, and names that are no paths.

#pragma once

#include <string>
#include <string_view>

namespace bridge::files {

// An id that this bridge gave is everybody's (bot ""); one of a platform belongs to the bot that saw it.
struct Key {
  std::string bot{};
  std::string id{};
};

// What an id of this bridge looks like: "file." and 32 hex digits nobody can guess.
std::string new_file_id();
bool is_our_file_id(std::string_view id);

// What somebody called a file, as a name and no path: behind the last slash, without control characters, at most 255
// bytes; "file" when nothing is left.
std::string plain_name(std::string_view name);

}  // namespace bridge::files
