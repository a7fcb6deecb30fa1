// Panels of commands, checked before the platform is asked: its own refusals are a code without the place.
// Platform: autogen/api/v2_panels.post, v2_panels_panel_id.put, v2_panels_panel_id_target.put.
//
//   panel = { items: [ item ], remark }
//   item  = { type: "command", name, desc, only_admin } / { type: "link", name, desc, link, only_admin }

#pragma once

#include "onebot/call.h"

namespace qq {

onebot::Result<onebot::Value> panel(const onebot::CallInput& input);
onebot::Result<onebot::Value> panel_scope(const onebot::CallInput& input);        // c2c, group, channel, dm
onebot::Result<onebot::Value> panel_target_type(const onebot::CallInput& input);  // all, specific
onebot::Result<onebot::Value> panel_users(const onebot::CallInput& input);
onebot::Result<onebot::Value> panel_groups(const onebot::CallInput& input);
onebot::Result<onebot::Value> panel_op(const onebot::CallInput& input);  // add, del

onebot::Value as_it_is(onebot::json::View member, const onebot::CallInput&);

}  // namespace qq
