// Form: parameters as a query, a form or a JSON object brings them.

#pragma once

#include "onebot/io.h"
#include "onebot/result.h"

#include <string_view>

namespace onebot::v11::connect {

// "a=1&b=%5B2%5D": texts, but what is a JSON list or object is that. The access token is none of them.
Fields read_form(std::string_view form);
// All parameters of a request; the body's count more than the query's. bad_request: the body is no JSON object.
Result<Fields> params_of(const io::HttpRequest& request);

// Whether the Content-Type is one that params_of() reads; none is one of them.
bool is_readable(const io::Headers& headers);

}  // namespace onebot::v11::connect
