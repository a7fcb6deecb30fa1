// Redaction: what of a push goes on as it is, for events without a row and for those that cannot be read. The envelope
// never does, and neither does a secret of the configuration, wherever a push repeats one.

#pragma once

#include "adapters/feishu/account.h"
#include "onebot/json.h"

#include <string>

namespace feishu {

// The JSON text of an event's own part.
std::string as_told(onebot::json::View part, const Account& account);

}  // namespace feishu
