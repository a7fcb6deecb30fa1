// `onebridge run`: the bridge as a process, until SIGTERM or SIGINT.

#pragma once

#include "bridge/process/log.h"

#include <string>

namespace bridge {

// The exit code: 0 after an orderly stop, 1 on a start error.
int run(const std::string& config_path);

// What a process needs before its first socket: no SIGPIPE, enough file descriptors. run() does it by itself.
void prepare_process();
// From now on the process has 5 s to end; then it ends anyway, with exit code 1.
void end_within_five_seconds();

}  // namespace bridge
