// The command line. Results go to stdout, everything else to stderr.

#pragma once

namespace bridge {

// The exit code: that of the command; 2 for a command line that is not understood.
int command_line(int count, const char* const* words);

}  // namespace bridge
