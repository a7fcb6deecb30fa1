#include "adapters/qq/simulator/pushes.h"

#include "adapters/qq/feed/gateway.h"
#include "adapters/qq/feed/webhook.h"
#include "onebot/json.h"

#include <fmt/format.h>

#include <utility>

namespace qq::simulator {
namespace {

using onebot::Fields;
using onebot::json::Document;

bool acknowledges(std::string_view body) {
  const auto answer = Document::parse(body);
  return answer && answer->root().at("op").integer() == static_cast<int>(Opcode::callback_ack) &&
         answer->root().at("d").integer() == 0;
}

}  // namespace

Pushes::Pushes(std::string app_id, std::string_view app_secret, onebot::io::Loop& loop, onebot::io::Client& client)
    : app_id_(std::move(app_id)), key_(webhook_seed(app_secret)), loop_(loop), client_(client) {}

std::string Pushes::timestamp() const { return fmt::format("{}", static_cast<std::int64_t>(loop_.wall())); }

void Pushes::push(std::string_view name, const std::string& id, const onebot::Value& content) {
  Fields frame = {{"op", static_cast<int>(Opcode::dispatch)}, {"t", name}, {"d", content}};
  if (!id.empty()) frame.insert(frame.begin() + 1, {"id", id});
  begin({.id = id, .event = std::string(name), .body = onebot::json::write(frame)});
}

void Pushes::validate(Signature signature) {
  const std::string token = onebot::crypto::hex(onebot::crypto::random_bytes(10)), asked_at = timestamp();
  const Fields content = {{"plain_token", token}, {"event_ts", asked_at}};
  begin({.event = "validation",
         .body = onebot::json::write(Fields{{"d", content}, {"op", static_cast<int>(Opcode::validation)}}),
         .proof = onebot::json::write(Fields{{"plain_token", token}, {"signature", sign_push(key_, asked_at, token)}}),
         .signature = signature});
}

void Pushes::begin(Push push) {
  const std::uint64_t number = ++number_;
  pushes_[number] = std::move(push);
  if (pushes_.size() > kMost) pushes_.erase(pushes_.begin());
  attempt(number);
}

void Pushes::attempt(std::uint64_t number) {
  Push& push = pushes_.at(number);
  onebot::io::HttpRequest request{
      .method = "POST",
      .url = url,
      .headers = {{"Content-Type", "application/json"}, {"User-Agent", "QQBot-Callback"}, {"X-Bot-Appid", app_id_}},
      .body = push.body,
      .timeout = kPatience};
  if (push.signature == Signature::right) {
    const std::string now = timestamp();
    request.headers.emplace_back("X-Signature-Method", "Ed25519");
    request.headers.emplace_back("X-Signature-Timestamp", now);
    request.headers.emplace_back("X-Signature-Ed25519", sign_push(key_, now, push.body));
  }
  push.step = client_.send(std::move(request), [this, number](const auto& answer) { attempted(number, answer); });
}

void Pushes::attempted(std::uint64_t number, const onebot::Result<onebot::io::HttpResponse>& answer) {
  const auto found = pushes_.find(number);
  if (found == pushes_.end()) return;
  Push& push = found->second;
  const std::size_t failures = push.statuses.size();
  push.statuses.push_back(answer ? answer->status : 0);
  push.answer = answer ? answer->body : answer.error().message;
  push.taken =
      answer && answer->status == 200 && (push.proof.empty() ? acknowledges(answer->body) : answer->body == push.proof);
  const bool again = !push.taken && push.proof.empty() && failures < kWaits.size();
  push.step = !again ? nullptr : loop_.after(kWaits[failures], [this, number] {
    if (pushes_.contains(number)) attempt(number);
  });
}

onebot::List Pushes::list() const {
  onebot::List out;
  for (const auto& [number, push] : pushes_) {
    out.push_back(Fields{{"id", push.id},
                         {"event", push.event},
                         {"statuses", push.statuses},
                         {"answer", push.answer},
                         {"taken", push.taken}});
  }
  return out;
}

}  // namespace qq::simulator
