// What goes out as a message: to a person, a group or a channel, and made of nodes or of a file.

#pragma once

#include "onebot/v11/action_row.h"

namespace onebot::v11 {

namespace sending {

Status person(Asked& asked, const Fields& params, const Here& here);
Status group(Asked& asked, const Fields& params, const Here& here);
Status channel(Asked& asked, const Fields& params, const Here& here);
Status either(Asked& asked, const Fields& params, const Here& here);
Status forward_private(Asked& asked, const Fields& params, const Here& here);
Status forward_group(Asked& asked, const Fields& params, const Here& here);
Status forward_either(Asked& asked, const Fields& params, const Here& here);
Status file_private(Asked& asked, const Fields& params, const Here& here);
Status file_group(Asked& asked, const Fields& params, const Here& here);

}  // namespace sending
}  // namespace onebot::v11
