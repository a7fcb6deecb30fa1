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
// One message again, elsewhere: by the platform's own way, or as what it says.
Status again_private(Asked& asked, const Fields& params, const Here& here);
Status again_group(Asked& asked, const Fields& params, const Here& here);
Status file_private(Asked& asked, const Fields& params, const Here& here);
Status file_group(Asked& asked, const Fields& params, const Here& here);

}  // namespace sending

// Takes out of a message what its platform or chat has just refused: segments of a type that cannot be sent there, or a
// quote of a message that is not known any more; `told` says so. False: nothing is taken, or nothing would remain.
bool leave_out_refused(Asked& asked, const Error& refusal);

}  // namespace onebot::v11
