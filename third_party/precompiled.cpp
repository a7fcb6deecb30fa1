// CMake compiles precompiled.h beside a source of its own.
