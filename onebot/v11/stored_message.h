// What get_msg tells of a message: from the log, from its row when the log has it no more or never had it, and of one
// that is known by a quote alone, what the quote said.

#pragma once

#include "onebot/v11/action_row.h"

namespace onebot::v11 {

// Whether what it says is known still.
bool is_remembered(const MessageRow& row, const Here& here);
// Its OneBot 12 segments as JSON; "": they are not known.
std::string stored_body(const MessageRow& row, const Here& here);
Value stored_message(const MessageRow& row, const Here& here);

}  // namespace onebot::v11
