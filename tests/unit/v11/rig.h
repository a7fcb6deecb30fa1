// A bot whose log is read for OneBot 11: numbers in memory, files at an address, events from JSON.

#pragma once

#include "onebot/json.h"
#include "onebot/v11/action_row.h"
#include "onebot/v11/events.h"
#include "tests/fakes_numbers.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rig {

namespace json = onebot::json;
namespace v11 = onebot::v11;

inline constexpr v11::Number kFirst = 217'500'001, kSelf = 102'000'001;

class Media : public v11::Media {
 public:
  std::string address(const v11::MediaFile& file) override {
    if (!file.url.empty()) return std::string(file.url);
    return serves ? fmt::format("http://127.0.0.1:5701/media/{}", file.token) : "";
  }
  bool serves = true;
};

struct Bot {
  explicit Bot(v11::Options options = {}) {
    scope.self_id = ids.self({.platform = "chat", .app_id = "102000001", .user_id = "bot"});
    scope.options = options;
  }

  // The frames of an event that is given without its head.
  v11::Frames frames(std::string_view type, std::string_view detail, std::string_view sub, std::string_view rest) {
    const std::string text =
        fmt::format(R"({{"id":"e{}","time":1790000000.9,"type":"{}","detail_type":"{}","sub_type":"{}",)"
                    R"("self":{{"platform":"chat","user_id":"bot"}}{}{}}})",
                    ++events, type, detail, sub, rest.empty() ? "" : ",", rest);
    const auto document = json::Document::parse(text);
    REQUIRE_MESSAGE(document, text);
    return v11::frames_of(document->root(), scope, events);
  }
  // The only frame; "" for none.
  std::string frame(std::string_view type, std::string_view detail, std::string_view sub, std::string_view rest) {
    const auto all = frames(type, detail, sub, rest);
    REQUIRE(all.texts.size() <= 1);
    return all.texts.empty() ? "" : all.texts[0];
  }
  std::string in_group(std::string_view message, std::string_view rest = "") {
    return frame(
        "message", "group", "",
        fmt::format(R"("message":[{}],"message_id":"m{}","group_id":"g","user_id":"u"{})", message, events + 1, rest));
  }
  v11::Number user(std::string id) { return ids.number({v11::Kind::user, "chat", std::move(id)}); }
  v11::Number group(std::string id) { return ids.number({v11::Kind::group, "chat", std::move(id)}); }
  v11::Number channel(std::string id) { return ids.number({v11::Kind::channel, "chat", std::move(id)}); }

  unsigned events = 0;
  fakes::IdRows id_rows{};
  fakes::MessageRows message_rows{};
  fakes::Reserve reserve{};
  v11::IdNumbers ids{id_rows};
  v11::MessageNumbers messages{message_rows, reserve, 1'577'836'800 + kFirst};
  Media media{};
  v11::Scope scope{.ids = ids, .messages = messages, .media = media, .bot = "chat/102000001"};
};

inline onebot::Fields fields(std::string_view text) {
  const auto document = json::Document::parse(text);
  REQUIRE_MESSAGE(document, text);
  return std::get<onebot::Fields>(document->root().value());
}

// A member of a frame as JSON text.
inline std::string member(const std::string& frame, std::string_view path) {
  const auto document = json::Document::parse(frame);
  REQUIRE_MESSAGE(document, frame);
  const json::View value = document->root().at(path);
  return value.is_missing() ? "missing" : value.dump();
}

// A log by places.
class Events : public v11::LoggedEvents {
 public:
  std::optional<std::string> at(std::uint64_t place) const override {
    const auto found = events.find(place);
    return found == events.end() ? std::nullopt : std::optional(found->second);
  }
  std::map<std::uint64_t, std::string> events{};
};

}  // namespace rig
