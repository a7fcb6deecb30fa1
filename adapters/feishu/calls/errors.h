// What the platform's error codes mean, as data.
// Platform: the "error codes" of each page under open.feishu.cn/document/server-docs, and "generic error code".

#pragma once

#include "onebot/json.h"
#include "onebot/result.h"

#include <optional>
#include <string>
#include <string_view>

namespace feishu {

enum class Cure {
  none,
  fresh_token,  // the token is not accepted: once more with a new one
  wait,         // once more a little later
};

// What a failure says about the bot or about what the call was for.
enum class Means {
  nothing,
  no_such_app,     // credentials, or the app's state: asking again does not help
  missing_target,  // the message that the call is about is gone
  lost_file,       // it has no file of that key that this app may send
  too_fast_there,  // too much for one receiver; others can be written to
};

struct Failure {
  onebot::Error error{};
  Cure cure = Cure::none;
  Means means = Means::nothing;
  int code = 0;               // the platform's; 0 when it gave none
  int http_status = 0;        // 0: no answer came
  bool unknown_code = false;  // the code is in no table
  bool perhaps_done = false;  // by an earlier try, whose answer nobody knows
  std::string log_id{};
};

// Refusals that say that what an action asks for is so already, the message that is gone among them.
bool is_so_already(std::string_view action, const onebot::Error& failure, std::string_view prefix);

// The "code" of an answer, which some write as text; nullopt: there is none.
std::optional<int> code_of(onebot::json::View body);
// What an answer says in words, with the parameter that it names at fault.
std::string words_of(onebot::json::View body);
Failure read_failure(int code, int http_status, std::string_view text, std::string_view log_id);

}  // namespace feishu
