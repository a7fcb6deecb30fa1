// Dialect: what differs between the platforms that speak this protocol, as data. Nothing else in this folder asks
// which platform it is.
// Platforms: open.feishu.cn, open.larksuite.com, histatic.zhipin.com/front/bosshi-mp-docs.

#pragma once

#include "adapters/feishu/calls/paths.h"

#include <array>
#include <chrono>
#include <string_view>

namespace feishu {

// The kinds of id a person has.
enum class IdType { open_id, union_id, user_id };
inline constexpr std::string_view kIdTypes = "open_id union_id user_id";
inline constexpr std::array<std::string_view, 3> kIdTypeNames = {"open_id", "union_id", "user_id"};  // by IdType

struct Dialect {
  std::string_view platform{};
  std::string_view prefix{};  // of extensions
  std::string_view api{};
  Paths paths{};
  std::string_view token_at{}, expire_at{};  // in the answer of the token call
  IdType send_by = IdType::open_id;          // how the receiver of a private message is named
  bool content_is_object = false;            // of a sent message: an object, or JSON text of one
  bool rich = true;                          // sends mentions, posts, cards, stickers; otherwise plain text alone
  bool kinds_by_prefix = true;               // an id tells by "oc_", "ou_", "on_" what it names
  bool signs = true;                         // its encrypted pushes carry a signature
  bool learns_self = false;                  // a group message shows the bot by mentioning it alone
  bool dials = false;                        // has the long connection, too
  std::chrono::milliseconds deadline{};      // for the answer to a push; a little before the platform's own
};

inline constexpr std::array<Dialect, 3> kDialects = {{
    {.platform = "feishu",
     .prefix = "feishu.",
     .api = "https://open.feishu.cn",
     .paths = kFeishuPaths,
     .token_at = "tenant_access_token",
     .expire_at = "expire",
     .dials = true,
     .deadline = std::chrono::milliseconds(2500)},
    {.platform = "lark",
     .prefix = "feishu.",
     .api = "https://open.larksuite.com",
     .paths = kFeishuPaths,
     .token_at = "tenant_access_token",
     .expire_at = "expire",
     .dials = true,
     .deadline = std::chrono::milliseconds(2500)},
    {.platform = "bosshi",
     .prefix = "bosshi.",
     .api = "https://hi-open.zhipin.com",
     .paths = kBosshiPaths,
     .token_at = "data.tenant_access_token",
     .expire_at = "data.expire",
     .send_by = IdType::user_id,
     .content_is_object = true,
     .rich = false,
     .kinds_by_prefix = false,
     .signs = false,
     .learns_self = true,
     .deadline = std::chrono::milliseconds(800)},
}};

// The first one when there is none of that name.
constexpr const Dialect& dialect_of(std::string_view platform) {
  for (const Dialect& dialect : kDialects) {
    if (dialect.platform == platform) return dialect;
  }
  return kDialects.front();
}

}  // namespace feishu
