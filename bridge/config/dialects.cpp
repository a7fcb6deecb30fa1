#include "bridge/config/dialects.h"

#include "bridge/config/values.h"

#include <fmt/format.h>

#include <algorithm>

namespace bridge::config {

namespace {

// The same way in both.
struct Way {
  std::string_view onebot12{}, onebot11{};
};
constexpr Way kWays[] = {
    {"onebot.http", "onebot11.http"},
    {"onebot.webhook", "onebot11.http_post"},
    {"onebot.websocket", "onebot11.websocket"},
    {"onebot.websocket_reverse", "onebot11.websocket_reverse"},
};

// sections: separated by one blank; "onebot.*" is every way of OneBot 12. In what is said {0} is the section and {1}
// the same way of the other.
struct Row {
  std::string_view sections{}, keys{}, instead{};
};
constexpr Row kRows[] = {
    {"onebot onebot.*", "version",
     "is no key: the section says which OneBot is spoken, and [[{0}]] is OneBot 12; for OneBot 11 write [[{1}]]"},
    {"onebot11 onebot11.*", "version",
     "is no key: the section says which OneBot is spoken, and [[{0}]] is OneBot 11; for OneBot 12 write [[{1}]]"},
    {"onebot", "http_post", "is OneBot 11's name; write [[onebot.webhook]], or [[onebot11.http_post]] for OneBot 11"},
    {"onebot", "media", "is OneBot 11's; write [onebot11.media]"},
    {"onebot", "bots access_token", "is no key here: write it into each [[onebot.*]] section"},
    {"onebot",
     "message_format ids channels extended_notices interactions at_sender max_frame rate_limit_interval "
     "post_message_format",
     "is a key of OneBot 11; write it into [onebot11]"},
    {"onebot onebot.*", "replay", "is OneBot 11's here; for OneBot 12 write it into [delivery]"},
    {"onebot.websocket_reverse", "api_url event_url use_universal_client",
     "is a key of OneBot 11; write [[onebot11.websocket_reverse]]. OneBot 12 has one link, to url"},
    {"onebot.*",
     "message_format ids channels extended_notices interactions at_sender max_frame rate_limit_interval "
     "post_message_format",
     "is a key of OneBot 11; write it into [[{1}]], or into [onebot11] for all of them"},
    {"onebot11", "webhook", "is OneBot 12's name; write [[onebot11.http_post]], or [[onebot.webhook]] for OneBot 12"},
    {"onebot11.http", "event_enabled event_buffer_size",
     "is a key of OneBot 12: OneBot 11 has no events over HTTP. Write [[onebot11.http_post]] or [[onebot11.websocket]] "
     "for them, or [[onebot.http]] for OneBot 12"},
    {"onebot11.websocket", "default_consumer",
     "is a key of OneBot 12; leave it out: in OneBot 11 a connection without ?consumer=NAME is live only"},
    {"", "onebot12",
     "is no section: OneBot 12 is [[onebot.http]], [[onebot.webhook]], [[onebot.websocket]], "
     "[[onebot.websocket_reverse]]"},
};

bool holds(std::string_view list, std::string_view word) {
  const auto all = words(list);
  return std::ranges::find(all, word) != all.end();
}

bool covers(std::string_view sections, std::string_view section) {
  if (sections.empty() || section.empty()) return sections == section;
  const auto dot = section.find('.');
  return holds(sections, section) ||
         (dot != section.npos && holds(sections, fmt::format("{}.*", section.substr(0, dot))));
}

std::string other_way(std::string_view section) {
  for (const Way& way : kWays) {
    if (way.onebot12 == section) return std::string(way.onebot11);
    if (way.onebot11 == section) return std::string(way.onebot12);
  }
  return section.starts_with("onebot11") ? "onebot.*" : "onebot11.*";
}

}  // namespace

std::string of_the_other_dialect(std::string_view section, std::string_view key) {
  for (const Row& row : kRows) {
    if (!covers(row.sections, section) || !holds(row.keys, key)) continue;
    const std::string own = fmt::format("{}{}", section, section.contains('.') ? "" : ".*");
    return fmt::format(fmt::runtime(row.instead), own, other_way(section));
  }
  return "";
}

}  // namespace bridge::config
