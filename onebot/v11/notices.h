// Events of type notice and request: a table of rows (notice_row.h), and what is written for the row that fits.

#pragma once

#include "onebot/v11/logged_event.h"
#include "onebot/v11/notice_row.h"
#include "onebot/v11/scope.h"

#include <optional>
#include <span>
#include <string>

namespace onebot::v11 {

// All rows; the first that fits is taken.
std::span<const NoticeRow> notice_rows();
// nullptr: OneBot 11 has nothing for such an event.
const NoticeRow* row_for(const LoggedEvent& event, const Scope& scope);
// nullopt: the options, or that the bot did it itself, keep it from being told.
std::optional<std::string> notice_frame(const NoticeRow& row, const LoggedEvent& event, const Scope& scope);

}  // namespace onebot::v11
