// qq.call_api: a call of the platform's REST interface that has no action of its own, as the application words it.
// The host is always the configured one, so the access token goes nowhere else.

#pragma once

#include "adapters/qq/calls/api.h"
#include "onebot/value.h"

namespace qq {

// From {method, path, body}. Error: a method that is none of the platform's, a path that is not one below its host, or
// a body that is neither an object nor a list.
onebot::Result<ApiRequest> read_api_call(const onebot::Fields& params);

}  // namespace qq
