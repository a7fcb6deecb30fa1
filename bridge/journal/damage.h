// What is wrong with the journal of a data folder, in words: as far as it can be told without opening it for a run, and
// of one in use.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace bridge::journal {

// Reads all of it: a gigabyte takes seconds. None: it is well, or not there.
std::vector<std::string> damage_of(const std::string& data_dir);

// What an operator is told of a journal in use. path: of its file.
std::string replaced(const std::string& path);
std::string unreadable(const std::string& path, std::uint64_t events);
std::string unusable(const std::string& path, std::uint64_t times);  // what is kept beside events

}  // namespace bridge::journal
