// What is wrong with the journal of a data folder, as far as it can be told without opening it for a run.

#pragma once

#include <string>
#include <vector>

namespace bridge::journal {

// Reads all of it: a gigabyte takes seconds. None: it is well, or not there.
std::vector<std::string> damage_of(const std::string& data_dir);

}  // namespace bridge::journal
