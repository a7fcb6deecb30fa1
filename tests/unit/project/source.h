// Source text as the rules see it.

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace project {

using Problems = std::vector<std::string>;  // "onebot/x.cpp:12: what is wrong"

std::vector<std::string> lines_of(std::string_view text);
bool is_word_part(char c);

// The same text, as long and with the same lines, in which comments, the insides of literals and preprocessor lines are
// blanks.
std::string code_of(std::string_view text);

// A file of the project.
struct File {
  std::string path{};  // from the root
  std::string text{};
};

// The root of the project; ONEBRIDGE_SOURCE names another one, for planted breaches.
std::string root();
// Every source file, without what was built or installed into the project.
const std::vector<File>& sources();
// Every path, folders with a "/" at their end, as deep as two folders.
std::vector<std::string> top_paths();

// Whether the file is part of the program: not of its tests.
bool is_production(std::string_view path);

}  // namespace project
