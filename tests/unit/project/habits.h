// How the code reads, as far as a program can tell. CONTRIBUTING.md says it in words.

#pragma once

#include "tests/unit/project/source.h"

namespace project {

// Clocks, threads, files and sockets come in through onebot/io.h: neither the standard nor a platform reaches for them.
Problems wrong_world(const File& file);
// Names say what a thing is: no Manager, Helper, Util, Base, Impl, Handler, Data, Info, and no prefix I.
Problems wrong_words(const File& file);
// A function has at most 40 lines.
Problems long_functions(const File& file);
// A header, and a source without one, says in its first line what it owns.
Problems wrong_opening(const File& file);
// Own header, ours, libraries, the standard's and the system's: blocks in this order, each sorted.
Problems wrong_include_order(const File& file);
// A source has a header of its own: what has none is a slice of somebody's class. Tables and main.cpp have none.
Problems slices(const File& file, const std::vector<File>& all);
// g++ 12 destroys both tasks of "c ? co_await a() : co_await b()" twice.
Problems awaits_in_a_choice(const File& file);

}  // namespace project
