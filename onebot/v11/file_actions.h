// Questions about files: under the token of an event, or the file_id of OneBot 12. They are answered with what the file
// is called, how large it is and where it can be read; small ones with their bytes, too.

#pragma once

#include "onebot/v11/action_row.h"

namespace onebot::v11::files {

// Asks for the file of "file" or "file_id". bad_param: there is none, or get_record is asked for another format.
Status by_name(Asked& asked, const Fields& params, const Here& here);
Status record(Asked& asked, const Fields& params, const Here& here);
// Its address, known without asking anybody. bad_param: nobody was told such a token. unsupported_action: files have no
// addresses here.
Status address(Asked& asked, const Fields& params, const Here& here);

// A file from "url" or "base64", which is uploaded as one that is sent would be. bad_param: neither is given.
Status fetched(Asked& asked, const Fields& params, const Here& here);
// Its token, under which it can be sent.
ActionResult fetched_told(ActionResult result, const Asked& asked, const Here& here);

// The bytes of a small file, after what it is.
bool small_bytes(Asked& asked, const Value& told, const Here& here);
ActionResult image_told(ActionResult result, const Asked& asked, const Here& here);
ActionResult with_bytes(ActionResult result, const Asked& asked, const Here& here);
ActionResult file_told(ActionResult result, const Asked& asked, const Here& here);

}  // namespace onebot::v11::files
