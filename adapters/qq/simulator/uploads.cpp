#include "adapters/qq/simulator/uploads.h"

#include "onebot/ascii.h"
#include "onebot/crypto.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace qq::simulator {
namespace {

using kit::simulator::Call;
using kit::simulator::told;
using onebot::Fields;
using onebot::List;
using onebot::ascii::number_in;
using onebot::json::View;

constexpr Refusal kNoUpload{400, 40093001, "there is no such upload"};
constexpr Refusal kIncomplete{400, 40093001, "a part is missing or differs from its digest"};
constexpr Refusal kTooBig{400, 850031, "the file is too big"};
constexpr std::uint64_t kMostBytes = 200'000'000;
constexpr std::size_t kMostPlans = 100, kMostKnown = 10'000;
constexpr std::string_view kPartPath = "/simulator/part/";

std::string md5(std::string_view bytes) {
  onebot::crypto::RunningDigest digest(onebot::crypto::RunningDigest::Kind::md5);
  digest.add(bytes);
  return onebot::crypto::hex(digest.finish());
}

}  // namespace

void Uploads::add_to(kit::simulator::Routes& routes) {
  constexpr std::pair<std::string_view, std::string_view> kChats[] = {{"groups", "group"}, {"users", "c2c"}};
  for (const auto& [chats, scene] : kChats) {
    const auto add = [&](std::string_view word, auto answer) {
      routes.add({.method = "POST", .path = fmt::format("/v2/{}/{{chat}}/{}", chats, word), .answer = answer});
    };
    add("files", [this, scene](const Call& call) { return finish(scene, call.body); });
    add("upload_prepare", [this, scene](const Call& call) { return prepare(scene, call.body); });
    add("upload_part_finish", [this](const Call& call) { return finish_part(call.body); });
  }
  routes.add(*this, {{"PUT", fmt::format("{}{{upload}}/{{index}}", kPartPath), &Uploads::put,
                      kit::simulator::Routes::Needs::nothing}});
}

Reply Uploads::prepare(std::string_view scene, View body) {
  const auto size = number_in<std::uint64_t>(body.at("file_size").str());  // as text, and only so
  if (!size || *size == 0 || body.at("md5").str().empty() || body.at("sha1").str().empty()) {
    return refused(kBadBody);
  }
  if (*size > kMostBytes) return refused(kTooBig);
  if (plans_.size() >= kMostPlans) plans_.erase(plans_.begin());
  const std::string id = fmt::format("upload{:06}", ++number_);
  Plan plan{.scene = std::string(scene), .file_type = body.at("file_type").integer().value_or(0), .size = *size};
  List parts;
  for (std::uint64_t at = 0; at < *size; at += kBlock) {
    const std::uint64_t block = std::min(kBlock, *size - at);
    parts.push_back(Fields{{"index", static_cast<std::int64_t>(plan.parts.size())},
                           {"presigned_url", fmt::format("http://{}{}{}/{}", host_, kPartPath, id, plan.parts.size())},
                           {"block_size", fmt::format("{}", block)}});
    plan.parts.push_back({.size = block});
  }
  plans_[id] = std::move(plan);
  return told(Fields{{"upload_id", id},
                     {"block_size", fmt::format("{}", kBlock)},
                     {"parts", std::move(parts)},
                     {"upload_config", Fields{{"concurrency", 1}, {"retry_timeout", 300}, {"retry_delay", 1}}}});
}

Reply Uploads::put(const Call& call) {
  const auto answer = [](int status) { return Reply{.status = status, .form = Reply::Form::bytes}; };
  const auto plan = plans_.find(call.id("upload"));
  const auto index = number_in<std::uint64_t>(call.id("index"));
  if (plan == plans_.end() || !index || *index >= plan->second.parts.size()) return answer(404);
  if (onebot::io::header(call.request.headers, "Authorization")) return answer(403);
  Part& part = plan->second.parts[static_cast<std::size_t>(*index)];
  if (call.request.body.size() != part.size) return answer(400);
  part.md5 = md5(call.request.body);
  return answer(200);
}

Reply Uploads::finish_part(View body) {
  const auto plan = plans_.find(body.at("upload_id").str());
  if (plan == plans_.end()) return refused(kNoUpload);
  const auto index = body.at("part_index").integer();
  if (!index || *index < 0 || static_cast<std::size_t>(*index) >= plan->second.parts.size()) {
    return refused(kBadBody);
  }
  Part& part = plan->second.parts[static_cast<std::size_t>(*index)];
  part.finished = !part.md5.empty() && part.md5 == body.at("md5").str() &&
                  number_in<std::uint64_t>(body.at("block_size").str()) == part.size;
  if (!part.finished) return refused(kIncomplete);
  return told(Fields{});
}

Reply Uploads::finish(std::string_view scene, View body) {
  if (body.at("srv_send_msg").is_missing() || body.at("srv_send_msg").boolean()) return refused(kBadBody);
  Known file{.scene = std::string(scene), .file_type = body.at("file_type").integer().value_or(0)};
  if (const std::string_view id = body.at("upload_id").str(); !id.empty()) {
    const auto plan = plans_.find(id);
    if (plan == plans_.end() || plan->second.scene != scene) return refused(kNoUpload);
    if (!std::ranges::all_of(plan->second.parts, &Part::finished)) return refused(kIncomplete);
    file.size = plan->second.size;
    file.parts = plan->second.parts.size();
    plans_.erase(plan);
  } else if (body.at("url").str().empty()) {
    const auto bytes = onebot::crypto::base64_decode(body.at("file_data").str());
    if (!bytes || bytes->empty()) return refused(kBadBody);
    file.size = bytes->size();
  }
  const std::string info = fmt::format("file_info_{:06}", ++number_);
  known_[info] = std::move(file);
  order_.push_back(info);
  if (order_.size() > kMostKnown) {
    known_.erase(order_.front());
    order_.erase(order_.begin());
  }
  return told(Fields{{"file_uuid", fmt::format("uuid-{:06}", number_)}, {"file_info", info}, {"ttl", 3600}});
}

bool Uploads::knows(std::string_view file_info, std::string_view scene) const {
  const auto found = known_.find(file_info);
  return found != known_.end() && found->second.scene == scene;
}

void Uploads::forget() {
  known_.clear();
  order_.clear();
}

List Uploads::list() const {
  List list;
  for (const std::string& info : order_) {
    const Known& file = known_.at(info);
    list.push_back(Fields{{"scene", file.scene},
                          {"file_type", file.file_type},
                          {"size", static_cast<std::int64_t>(file.size)},
                          {"parts", static_cast<std::int64_t>(file.parts)}});
  }
  return list;
}

}  // namespace qq::simulator
