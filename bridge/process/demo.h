// The demo: simulators, bridge and a console consumer in one process on loopback.

#pragma once

namespace bridge {

struct DemoOptions {
  bool once = false;  // show one event of each platform and an answer going back, then end
  int port = 0;       // where applications connect; 0: any free port
};

// The exit code. Blocks until the end, or SIGTERM or SIGINT.
int run_demo(const DemoOptions& options);

}  // namespace bridge
