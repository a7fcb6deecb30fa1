// How the code reads. Each rule is tried on a planted breach, and then on every file of the program.

#include "tests/unit/project/habits.h"

#include <doctest/doctest.h>

#include <string>

using project::File;
using project::Problems;

namespace {

void check_program(Problems (*rule)(const File&)) {
  std::size_t files = 0;
  for (const File& file : project::sources()) {
    if (!project::is_production(file.path)) continue;
    ++files;
    for (const std::string& problem : rule(file)) FAIL_CHECK(problem);
  }
  CHECK(files > 300);
}

std::string lines(int number) {
  std::string text;
  for (int i = 0; i < number; ++i) text += "  call();\n";
  return text;
}

}  // namespace

TEST_CASE("comments, literals and preprocessor lines are no code") {
  CHECK(project::code_of("a(\"b{\"); // c") == "a(    );     ");
  CHECK(project::code_of("a('}', 1'000);") == "a(   , 1'000);");
  CHECK(project::code_of("R\"x(})x\" b") == "         b");
  CHECK(project::code_of("#include <x>\nint y;") == "            \nint y;");
  CHECK(project::code_of("/* {\n */ z") == "    \n    z");
}

TEST_CASE("clocks, threads, files and sockets stay outside of onebot/ and adapters/") {
  const auto breach = [](std::string path, std::string text) { return !project::wrong_world({path, text}).empty(); };
  CHECK(breach("adapters/one/feed.cpp", "#include <fstream>\n"));
  CHECK(breach("onebot/x.h", "#include <thread>\n"));
  CHECK(breach("adapters/one/feed.cpp", "#include <sys/socket.h>\n"));
  CHECK(breach("adapters/one/feed.cpp", "auto now = std::chrono::system_clock::now();"));
  CHECK(breach("onebot/x.cpp", "std::mutex mutex_;"));
  CHECK_FALSE(breach("bridge/disk/worker.cpp", "#include <thread>\n"));
  CHECK_FALSE(breach("onebot/x.cpp", "// as std::mutex does"));

  check_program(project::wrong_world);
}

TEST_CASE("names that say nothing are found") {
  const auto breach = [](std::string path, std::string text) { return !project::wrong_words({path, text}).empty(); };
  CHECK(breach("bridge/bots.h", "class BotManager {"));
  CHECK(breach("bridge/bots.h", "struct ChatInfo {"));
  CHECK(breach("bridge/bots.h", "class IBot {"));
  CHECK(breach("bridge/bots.h", "namespace utils {"));
  CHECK(breach("bridge/bot_helpers.h", ""));
  CHECK(breach("onebot/util.h", ""));
  CHECK_FALSE(breach("bridge/bots.h", "class Image {"));
  CHECK_FALSE(breach("bridge/bots.h", "struct Identity {"));
  CHECK_FALSE(breach("bridge/bots.h", "// class BotManager"));

  check_program(project::wrong_words);
}

TEST_CASE("a function of more than 40 lines is found, a long table or class is not") {
  const auto breach = [](std::string text) { return !project::long_functions({"onebot/x.cpp", text}).empty(); };
  CHECK(breach("namespace a {\nvoid f() {\n" + lines(39) + "}\n}\n"));
  CHECK(breach("template <class T>\nT g(T t) {\n" + lines(38) + "}\n"));
  CHECK(breach("class A {\n  void f() {\n" + lines(39) + "  }\n};\n"));
  CHECK(breach("A::A()\n    : a_{1},\n      b_(2) {\n" + lines(39) + "}\n"));
  CHECK_FALSE(breach("namespace a {\nvoid f() {\n" + lines(38) + "}\n}\n"));
  CHECK_FALSE(breach("constexpr Row kRows[] = {\n" + lines(60) + "};\n"));
  CHECK_FALSE(breach("class A {\n" + lines(60) + "};\n"));
  CHECK_FALSE(breach("void f() {\n" + lines(30) + "}\nvoid g() {\n" + lines(30) + "}\n"));

  check_program(project::long_functions);
}

TEST_CASE("a file that does not say what it owns is found") {
  const auto breach = [](std::string path, std::string text) { return !project::wrong_opening({path, text}).empty(); };
  CHECK(breach("onebot/x.h", "#pragma once\n"));
  CHECK(breach("onebot/x.cpp", "#include <string>\n"));
  CHECK(breach("onebot/x.cpp", "#include \"onebot/y.h\"\n"));
  CHECK_FALSE(breach("onebot/x.h", "// X: what it is.\n#pragma once\n"));
  CHECK_FALSE(breach("onebot/x.cpp", "#include \"onebot/x.h\"\n"));

  check_program(project::wrong_opening);
}

TEST_CASE("includes in another order are found") {
  const auto breach = [](std::string text) { return !project::wrong_include_order({"onebot/x.cpp", text}).empty(); };
  CHECK(breach("#include <string>\n\n#include \"onebot/x.h\"\n"));
  CHECK(breach("#include \"onebot/x.h\"\n\n#include <string>\n\n#include <fmt/format.h>\n"));
  CHECK(breach("#include <string>\n#include <array>\n"));
  CHECK(breach("#include \"onebot/x.h\"\n#include <string>\n"));
  CHECK(breach("#include \"onebot/a.h\"\n\n#include \"onebot/b.h\"\n"));
  CHECK_FALSE(
      breach("#include \"onebot/x.h\"\n\n#include \"onebot/a.h\"\n#include \"onebot/b.h\"\n\n"
             "#include <fmt/format.h>\n\n#include <array>\n#include <string>\n#include <unistd.h>\n"));

  check_program(project::wrong_include_order);
}

TEST_CASE("a source without a header of its own is found") {
  const std::vector<File> all = {{"onebot/x.h", ""}, {"onebot/x.cpp", ""}, {"onebot/x_more.cpp", ""}};
  CHECK(project::slices(all[2], all).size() == 1);
  CHECK(project::slices(all[1], all).empty());
  CHECK(project::slices({"onebot/x_table.cpp", ""}, all).empty());

  for (const File& file : project::sources()) {
    if (!project::is_production(file.path)) continue;
    for (const std::string& problem : project::slices(file, project::sources())) FAIL_CHECK(problem);
  }
}

TEST_CASE("two co_await in a choice are found") {
  const auto breach = [](std::string text) { return !project::awaits_in_a_choice({"onebot/x.cpp", text}).empty(); };
  CHECK(breach("auto x = c ? co_await a() : co_await b();"));
  CHECK(breach("auto x = c\n    ? co_await a()\n    : co_await b();"));
  CHECK_FALSE(breach("Task<int> t = c ? a() : b();\nauto x = co_await std::move(t);"));
  CHECK_FALSE(breach("int y = c ? 1 : 2; co_await a(); co_await b();"));

  check_program(project::awaits_in_a_choice);
}
