// The servers of these platforms as the demo and the tests need them: tokens, who the bot is, sending, answering and
// recalling, and pushes that are signed, encrypted and repeated as the platform would. README.md beside it lists the
// addresses, those under /simulator/ included.

#pragma once

#include "onebot/io.h"
#include "onebot/simulator.h"

#include <memory>
#include <string_view>

namespace feishu {

std::unique_ptr<onebot::Simulator> make_simulator(std::string_view platform, onebot::io::Loop& loop,
                                                  onebot::io::Server& server, onebot::io::Client& client,
                                                  int number = 0);

}  // namespace feishu
