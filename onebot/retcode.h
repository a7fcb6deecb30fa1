// Return codes of an action response, all of them: no number stands anywhere else, and docs/retcodes.md tells users the
// same. Spec: connect/data-protocol/action-response; 0, 1xxxx and 2xxxx are its own, the last three digits of 3xxxx are
// ours. A code has one meaning on every platform, so that an application need not know which of them failed.

#pragma once

namespace onebot {

enum class Retcode : int {
  ok = 0,

  // The request.
  bad_request = 10001,               // no action request, or one that lacks a member
  unsupported_action = 10002,        // no such action here
  bad_param = 10003,                 // a parameter is missing or wrong
  unsupported_param = 10004,         // a parameter, or its value, means nothing here
  unsupported_segment = 10005,       // a segment that cannot be sent there
  bad_segment_data = 10006,          // a segment's data is missing or wrong
  unsupported_segment_data = 10007,  // a segment's data cannot be sent there
  who_am_i = 10101,                  // several bots, and "self" does not say which
  unknown_self = 10102,              // "self" names no bot of ours

  // What carries it out.
  bad_handler = 20001,             // the action was dropped without an answer
  internal_handler_error = 20002,  // a defect of ours

  // Our disk.
  database_error = 31000,    // the journal could not be read or written
  filesystem_error = 32001,  // a file could not be read or written
  path_not_allowed = 32004,  // outside files.paths, or not there

  // The network.
  network_error = 33001,    // not reached, or no answer in time; nothing is known to have been sent
  answer_too_long = 33002,  // done, but the answer is longer than this link can carry
  not_public = 33003,       // an address that may not be fetched
  not_fetched = 33004,      // the other side answered, but not with the file

  // The platform.
  refused = 34001,              // for none of the reasons below
  partly_sent = 34002,          // some of a message's parts were sent
  rate_limited = 34003,         // the platform's rate or quota
  forbidden = 34004,            // permission, scope, role, membership, availability
  unasked_refused = 34005,      // the chat takes nothing but answers
  content_rejected = 34006,     // review, sensitive words, data-loss prevention
  too_late = 34007,             // the window or the number of answers is used up
  body_refused = 34008,         // too long, malformed or mismatching
  duplicate = 34009,            // the platform has it already and does not say under which id
  media_refused = 34010,        // size, format or transfer of a file
  muted = 34011,                // the bot or the group
  not_in_chat = 34012,          // the bot is not in that group or channel
  no_relation = 34013,          // not a friend, no private chat possible
  credentials = 34014,          // app id, secret or token
  address_not_allowed = 34015,  // our address is not on the platform's allow-list
  recall_refused = 34016,
  bot_offline = 34017,          // the platform says that the bot is not connected
  interaction_refused = 34018,  // answered too late or twice
  reaction_refused = 34019,
  url_refused = 34020,   // an address in the text is not registered with the platform
  server_error = 34021,  // the platform's own trouble, after our own tries
  under_review = 34023,  // accepted; the result comes as an event

  // What a request is about.
  unknown_user = 35001,
  unknown_group = 35002,
  unknown_message = 35003,
  unknown_file = 35004,
  bytes_missing = 35005,    // a fragmented upload has holes
  other_bytes = 35006,      // the SHA-256 is not the one that was promised
  unknown_channel = 35007,  // guild or channel

  // Our own limits.
  shutting_down = 36001,
  queue_full = 36002,        // too many actions, or too many messages for one chat, wait already
  own_pace = 36003,          // our own rate would make it wait too long
  too_large = 36004,         // files.max_size
  no_room = 36005,           // files.quota
  too_many_uploads = 36006,  // that are not finished
  busy = 36007,              // too many files at once
};

}  // namespace onebot
