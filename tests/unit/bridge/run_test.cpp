// The process before it begins.

#include "bridge/process/run.h"

#include "bridge/net/loop.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

// In a process of its own, since it cannot be taken back.
int dumpable_after_preparing() {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(bridge::prepare_process() ? ::prctl(PR_GET_DUMPABLE) : 9);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WEXITSTATUS(status);
}

}  // namespace

TEST_CASE("the memory of the process is nobody else's, but for who debugs it") {
  ::unsetenv("ONEBRIDGE_DUMPABLE");
  CHECK(dumpable_after_preparing() == 0);
  ::setenv("ONEBRIDGE_DUMPABLE", "1", 1);
  CHECK(dumpable_after_preparing() == 1);
  ::unsetenv("ONEBRIDGE_DUMPABLE");
}

TEST_CASE("a loop leaves one limit of descriptors: 8,192, or fewer where the system allows no more") {
  bridge::net::Loop loop;
  rlimit limit{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
  CHECK(limit.rlim_cur == std::min<rlim_t>(limit.rlim_max, 8192));
}
