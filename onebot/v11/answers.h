// Answers of OneBot 11: how the result of an action is told, and with which numbers.
//
// An answer has status, retcode, data, message, wording, and echo if the request had one: the very bytes that came. The
// codes of 2xxxx and 3xxxx are OneBot 12's own; nobody tells them apart, but people look for them.

#pragma once

#include "onebot/action.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace onebot::v11 {

enum class Answered : int {
  ok = 0,
  started = 1,            // and the result is not told
  not_in_time = 1200,     // what goes on, or what is too long; the result will not be told
  bad_request = 1400,     // what is asked for is wrong
  unknown_action = 1404,  // nobody here does that
};

// The retcode of a failure.
int retcode_of(Retcode code);
// The status of an HTTP answer with it.
int http_status(Retcode code);

// told: what is said beside a result that is ok ("left out: rps").
std::string write_answer(const ActionResult& result, const Echo& echo, std::string_view told = {});
std::string write_started(const Echo& echo);
std::string write_not_in_time(const Echo& echo);
// An answer with more bytes than its link carries.
std::string write_too_long(std::size_t bytes, std::size_t most, const Echo& echo);

}  // namespace onebot::v11
