// What holds for an action request in any encoding.

#pragma once

#include "onebot/action.h"
#include "onebot/json.h"
#include "onebot/segment.h"
#include "tests/fuzz/target.h"

// Parses and refuses without a crash; what was understood can be written and read again, unchanged.
inline void try_request(std::string_view input, onebot::Encoding encoding) {
  using namespace onebot;
  const ActionRequest request = parse_action(input, encoding);
  if (request.action) {
    for (const Field& field : request.action->params) {
      static_cast<void>(optional_param(integer_param, request.action->params, field.name));
      static_cast<void>(optional_param(bytes_param, request.action->params, field.name));
    }
    if (const auto message = read_message_param(request.action->params)) static_cast<void>(alt_text(*message));
  } else {
    claim(request.action.error().code == Retcode::bad_request && !request.action.error().message.empty());
  }
  const ActionResult result =
      request.action ? ActionResult(request.action->params) : std::unexpected(request.action.error());
  const auto response = decode(encode_response(result, request.echo, encoding), encoding);
  // Two levels are added around what was as deep as allowed.
  if (!response) return claim(response.error().message.find("nested too deeply") != std::string::npos);
  const auto* members = std::get_if<Fields>(&*response);
  claim(members && members->size() == (request.echo ? 5 : 4));
  if (request.action) claim(json::write(*find(*members, "data")) == json::write(Value(request.action->params)));
  if (request.echo) claim(json::write(*find(*members, "echo")) == json::write(*decode(*request.echo, encoding)));
}
