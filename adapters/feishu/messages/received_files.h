// Received files: where a file is that an event carried, by the id that the event gave it: see file_id().
// Platform: im-v1/message-resource/get.

#pragma once

#include "adapters/feishu/account.h"
#include "adapters/feishu/calls/api.h"
#include "adapters/feishu/settings.h"
#include "onebot/adapter.h"
#include "onebot/io.h"
#include "onebot/told.h"

#include <string_view>

namespace feishu {

// done: once, perhaps inside. Error: 35004, when it is no such id, or what Api::file() fails with.
[[nodiscard]] onebot::io::Owner locate(std::string_view file_id, const Account& account, const Settings& settings,
                                       const Api& api, onebot::ToldResult<onebot::RemoteFile> done);

}  // namespace feishu
