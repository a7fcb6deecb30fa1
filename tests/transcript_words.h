// The words of a transcript's lines, and how JSON is compared in them.

#pragma once

#include "onebot/io.h"
#include "onebot/json.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace transcripts {

std::string_view trim(std::string_view text);
std::string_view word(std::string_view& rest);  // the first, taken off the rest
std::optional<bool> yes_or_no(std::string_view text);
// What is wrong when `text` does not have the JSON `part` in it.
std::optional<std::string> differs(std::string_view text, std::string_view part);
// "NAME=VALUE NAME=VALUE"
onebot::io::Headers headers_in(std::string_view text);

// Whether everything in `part` is in `whole`: members of objects, all items of arrays, equal scalars.
bool contains(onebot::json::View whole, onebot::json::View part);

std::string read_file(const std::filesystem::path& path);
// Every *.txt of a folder by its name.
std::map<std::string, std::string> read_all(const std::filesystem::path& folder);

}  // namespace transcripts
