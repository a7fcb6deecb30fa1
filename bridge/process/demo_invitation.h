// What somebody writes into a framework to attach it to the demo.

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bridge {

// Lines to read and to paste. onebot12: an address. onebot11: an address of each bot whose number is known by now.
std::vector<std::string> invitation(std::string_view onebot12, const std::vector<std::string>& onebot11);

}  // namespace bridge
