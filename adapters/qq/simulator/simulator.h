// The platform's servers as the demo and the tests need them: tokens, gateway discovery, the gateway itself, sending
// and recalling. README.md beside it lists the addresses, those under /simulator/ included.

#pragma once

#include "onebot/io.h"
#include "onebot/simulator.h"

#include <memory>
#include <string_view>

namespace qq {

std::unique_ptr<onebot::Simulator> make_simulator(std::string_view platform, onebot::io::Loop& loop,
                                                  onebot::io::Server& server, onebot::io::Client& client,
                                                  int number = 0);

}  // namespace qq
