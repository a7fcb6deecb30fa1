// What the platform's error answers mean: its codes as OneBot retcodes, and what may cure a failure.
// Platform: openapi/error/error and the tables at the end of each API page.

#pragma once

#include "onebot/io.h"
#include "onebot/json.h"
#include "onebot/result.h"

#include <string>
#include <string_view>

namespace qq {

enum class Cure {
  none,
  fresh_token,  // ask for a new access token, once
  active,       // send again without msg_id and event_id
  next_seq,     // send again with the next msg_seq
  again,        // the same again: trouble that passes
  later,        // a rate or a quota; not by itself
};

// A call that did not succeed. Of its error's data: "qq.code" (and, under its older name, "qq.err_code"),
// "qq.http_status", "qq.trace_id"; "qq.audit_id" under audit, and "retry_after" of a rate when the platform says it.
struct Failure {
  onebot::Error error{};
  int code = 0;               // the platform's; 0: none was given
  int http_status = 0;        // 0: no answer came
  bool unknown_code = false;  // the code is in no table
  bool perhaps_done = false;  // by an earlier try, whose answer nobody knows
  Cure cure = Cure::none;
  std::string audit_id{};  // of a message under review
};

// The retcode and cure of a code; {refused, none} for one that is not in the table.
struct Meaning {
  onebot::Retcode retcode = onebot::Retcode::refused;
  Cure cure = Cure::none;
};
Meaning meaning_of(int code);

// Whether an answer with the status of success is none.
bool tells_of_failure(onebot::json::View body);

// Refusals that say that what an action asks for is so already.
bool is_so_already(std::string_view action, const onebot::Error& failure);

// Reads an answer that is no success. The body may be anything, HTML or nothing included.
Failure read_failure(const onebot::io::HttpResponse& answer);

}  // namespace qq
