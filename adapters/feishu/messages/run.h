// Run: text, mentions, emotions and images that stand together, as the messages they become: "text" when nothing in it
// could be taken for markup, else "post", whose text is literal; several when it is too long for one.

#pragma once

#include "adapters/feishu/dialect.h"
#include "adapters/feishu/messages/media.h"
#include "adapters/feishu/messages/outgoing.h"
#include "onebot/result.h"
#include "onebot/segment.h"

#include <string>
#include <string_view>
#include <vector>

namespace feishu {

// Whether the platform would take something in this text for markup.
bool has_markup(std::string_view text);

class Run {
 public:
  // resources: of the uploads of this message; an image that is not there has no key yet, which does for a check.
  Run(const Dialect& dialect, const Resources& resources) : dialect_(dialect), resources_(resources) {}

  static bool takes(const onebot::Segment& segment, const Dialect& dialect);
  // Error: bad_segment_data.
  onebot::Status add(const onebot::Segment& segment);
  std::vector<Outgoing> take();  // nothing when nothing was added

 private:
  std::vector<Outgoing> as_texts(const onebot::Message& parts) const;
  std::vector<Outgoing> as_posts(const onebot::Message& parts) const;
  std::string key_of(const onebot::Segment& image) const;

  const Dialect& dialect_;
  const Resources& resources_;
  onebot::Message parts_{};
};

}  // namespace feishu
