// Return codes of an action response. Spec: connect/data-protocol/action-response.

#pragma once

namespace onebot {

// 3Xnnn: the last three digits are ours to choose, so a platform may write Retcode{34014}.
// 1xxxx and 2xxxx are exactly the codes below; 4xxxx and 5xxxx are never used.
enum class Retcode : int {
  ok = 0,
  bad_request = 10001,
  unsupported_action = 10002,
  bad_param = 10003,
  unsupported_param = 10004,
  unsupported_segment = 10005,
  bad_segment_data = 10006,
  unsupported_segment_data = 10007,
  who_am_i = 10101,
  unknown_self = 10102,
  bad_handler = 20001,
  internal_handler_error = 20002,
  database_error = 31000,
  filesystem_error = 32000,
  network_error = 33001,
  platform_error = 34001,
  partly_sent = 34002,
  logic_error = 35000,
  shutting_down = 36001,
};

}  // namespace onebot
