// Asking: one query under way: its call, or its pages one after another.

#pragma once

#include "adapters/feishu/calls/api.h"
#include "adapters/feishu/calls/queries.h"
#include "adapters/feishu/memory.h"
#include "onebot/action.h"
#include "onebot/io.h"
#include "onebot/value.h"

#include <functional>
#include <string>

namespace feishu {

class Asking final : public onebot::io::Pending {
 public:
  using Done = std::function<void(onebot::ActionResult)>;
  struct Parts {
    Api& api;
    Memory& memory;  // gets the names and the members that the answers tell
    onebot::io::Loop& loop;
  };

  Asking(Query query, const Parts& parts, Done done);

  // Calls done once, perhaps inside. It may destroy this, but not inside.
  void start();

 private:
  void ask(const std::string& page);
  void answered(const ApiResult& answer);
  onebot::ActionResult concluded(onebot::List all) const;
  void finish(onebot::ActionResult result);

  Query query_;
  Parts parts_;
  Done done_;
  onebot::List items_{};  // of the pages so far
  onebot::io::Owner call_{};
};

}  // namespace feishu
