#include "onebot/v11/connect/ground.h"

#include <fmt/format.h>

#include <cmath>

namespace onebot::v11::connect {

std::string name_of(const Bot& bot) { return fmt::format("{}/{}", bot.identity().platform, bot.identity().app_id); }

Number self_id(const Ground& ground, const Bot& bot) { return ground.ids.self(bot.identity()); }

Scope scope_of(const Ground& ground, const Bot& bot, const Options& options) {
  return {.ids = ground.ids,
          .messages = ground.messages,
          .media = ground.media,
          .bot = name_of(bot),
          .self_id = self_id(ground, bot),
          .options = options};
}

std::int64_t seconds(const io::Loop& loop) { return static_cast<std::int64_t>(std::floor(loop.wall())); }

}  // namespace onebot::v11::connect
