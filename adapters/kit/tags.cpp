#include "adapters/kit/tags.h"

namespace kit {

std::string without_tags(std::string_view text, bool (*begins)(std::string_view behind)) {
  std::string out;
  for (auto at = text.find('<'); at != std::string_view::npos; at = text.find('<')) {
    out += text.substr(0, at + 1);
    text.remove_prefix(at + 1);
    if (begins(text)) out += kZeroWidth;
  }
  return out.append(text);
}

}  // namespace kit
