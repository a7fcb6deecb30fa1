// onebridge: see cli.h.

#include "bridge/process/cli.h"

#include <fcntl.h>
#include <unistd.h>

namespace {

// Whoever starts us may have closed them; the next file to be opened would take their place, and our words.
void open_standard_files() {
  for (int file = STDIN_FILENO; file <= STDERR_FILENO; ++file) {
    if (fcntl(file, F_GETFD) == -1) static_cast<void>(open("/dev/null", O_RDWR));  // takes the lowest that is free
  }
}

}  // namespace

int main(int count, char** words) {
  open_standard_files();
  return bridge::command_line(count, words);
}
