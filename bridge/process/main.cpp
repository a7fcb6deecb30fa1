// onebridge: see cli.h.

#include "bridge/process/cli.h"

int main(int count, char** words) { return bridge::command_line(count, words); }
