// onebridge: see cli.h.

#include "bridge/cli.h"

int main(int count, char** words) { return bridge::command_line(count, words); }
