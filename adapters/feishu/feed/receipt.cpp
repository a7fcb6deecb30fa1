#include "adapters/feishu/feed/receipt.h"

#include "onebot/crypto.h"
#include "onebot/json.h"

#include <algorithm>
#include <string>

namespace feishu {

Frame acknowledgement(Frame completing, Outcome outcome, std::string_view show, std::chrono::milliseconds taken) {
  onebot::Fields body{{"code", outcome == Outcome::taken ? 200 : 500}};
  if (outcome == Outcome::taken && !show.empty()) body.push_back({"data", onebot::crypto::base64(show)});
  completing.headers.emplace_back("biz_rt", std::to_string(std::max<std::int64_t>(taken.count(), 0)));
  completing.payload = onebot::json::write(body);
  return completing;
}

}  // namespace feishu
