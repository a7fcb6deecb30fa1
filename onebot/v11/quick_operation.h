// Quick operations: what an application answers to an event, over HTTP or by ".handle_quick_operation", as the requests
// that would do the same.

#pragma once

#include "onebot/v11/requests.h"

#include <vector>

namespace onebot::v11 {

// context: the event as the application got it, perhaps cut down. Only what is given acts: false and null do nothing,
// but "approve". In this order: reply, delete, kick, ban. at_sender: whether a reply in a group mentions whom it
// answers, unless the operation says so itself.
std::vector<Request> quick_requests(const Fields& context, const Fields& operation, bool at_sender);

}  // namespace onebot::v11
