// `onebridge run`: the bridge as a process, until SIGTERM or SIGINT.

#pragma once

#include "onebot/result.h"

#include <string>

namespace bridge {

// The exit code: 0 after an orderly stop, 1 on a start error.
int run(const std::string& config_path);

// What a process needs before its first socket: no SIGPIPE, enough file descriptors. Error: there are too few.
onebot::Status prepare_process();

}  // namespace bridge
