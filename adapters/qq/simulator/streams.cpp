#include "adapters/qq/simulator/streams.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace qq::simulator {
namespace {

using kit::simulator::Call;
using kit::simulator::told;
using onebot::Fields;
using onebot::json::View;
using namespace std::chrono_literals;

constexpr int kUnderWay = 1, kEnd = 10;
constexpr std::int64_t kLongest = 20'000;  // bytes; chosen here
constexpr Refusal kTooSoon{400, 50002, "too many requests"};
constexpr Refusal kChanged{400, 40007, "what was shown already cannot be changed"};
constexpr Refusal kTooOld{400, 40034005, "the message can no longer be answered"};

bool is_part(View body) {
  const auto state = body.at("input_state").integer();
  return body.at("input_mode").str() == "replace" && body.at("content_type").str() == "markdown" &&
         !body.at("content_raw").str().empty() && (state == kUnderWay || state == kEnd);
}

}  // namespace

void Streams::add_to(kit::simulator::Routes& routes) {
  routes.add({"POST", "/v2/users/{chat}/stream_messages", [this](const Call& call) { return take(call); }});
}

std::optional<Refusal> Streams::check_first(const Chat& chat, View body) {
  if (body.at("index").integer() != 0 || streams_.size() >= kMost) return kBadBody;
  const std::string answered = body.at("msg_id").text() + body.at("event_id").text();
  if (chats_.age_of(answered) > 5min) return kTooOld;
  return answered.empty() ? kBadBody : chats_.check_answer(chat, body);
}

std::optional<Refusal> Streams::check_next(const Stream* stream, const Chat& chat, View body) const {
  if (!stream || stream->ended || stream->user != chat.openid || body.at("index").integer() != stream->parts) {
    return kBadBody;
  }
  if (loop_.now() - stream->at < 300ms) return kTooSoon;
  if (chats_.age_of(body.at("msg_id").text() + body.at("event_id").text()) > 5min) return kTooOld;
  return body.at("content_raw").str().starts_with(stream->content) ? std::nullopt : std::optional(kChanged);
}

Reply Streams::take(const Call& call) {
  const Chat chat{Scene::user, std::string(call.id("chat"))};
  std::string id = call.body.at("stream_msg_id").text();
  if (!is_part(call.body)) return refused(kBadBody);
  const auto found = streams_.find(id);
  const auto refusal = id.empty() ? check_first(chat, call.body)
                                  : check_next(found == streams_.end() ? nullptr : &found->second, chat, call.body);
  if (refusal) return refused(*refusal);
  if (id.empty()) id = fmt::format("5eed0000-0000-4000-8000-{:012}", ++number_);
  Stream& stream = streams_[id];
  stream = {chat.openid, std::string(call.body.at("content_raw").str()), stream.parts + 1, loop_.now(),
            call.body.at("input_state").integer() == kEnd};
  return told(Fields{{"id", id},
                     {"timestamp", platform_time(loop_.wall())},
                     {"ext_info", Fields{{"ref_idx", fmt::format("REFIDX_stream{:06}==", number_)}}},
                     {"remain_msg_len", kLongest - static_cast<std::int64_t>(stream.content.size())}});
}

onebot::List Streams::list() const {
  onebot::List all;
  for (const auto& [id, stream] : streams_) {
    all.push_back(Fields{{"id", id},
                         {"user_openid", stream.user},
                         {"parts", stream.parts},
                         {"content", stream.content},
                         {"ended", stream.ended}});
  }
  return all;
}

}  // namespace qq::simulator
