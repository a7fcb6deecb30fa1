// No id, wherever it comes from, leads out of its place in an address.

#include "adapters/kit/tests/places.h"

#include "adapters/feishu/calls/table.h"
#include "adapters/feishu/tests/rig.h"

using namespace rig;
using onebot::ValueKind;

namespace {

// A platform that answers whatever it is asked.
io::HttpResponse agree(const io::HttpRequest& request) {
  if (request.url.find("tenant_access_token") != std::string::npos) {
    return {200, {}, R"({"code":0,"tenant_access_token":"t-1","expire":7140,"data":{}})"};
  }
  return {200, {}, onebot::json::write(Fields{{"code", 0}, {"bot", Fields{{"open_id", kBot}, {"app_name", "b"}}}})};
}

struct Willing {
  Bot bot;
  std::size_t before = 0;

  explicit Willing(std::string_view platform = "feishu") : bot(platform) {
    bot.world.client.script = agree;
    bot.adapter->start();
    bot.world.loop.advance(100ms);
    before = bot.world.client.calls.size();
  }
  // How many calls that made.
  std::size_t made() {
    bot.world.loop.advance(5s);
    const auto& calls = bot.world.client.calls;
    for (const auto& call : calls) {
      CHECK_MESSAGE(kit_test::stray_step(call->request.url).empty(), call->request.url);
    }
    return calls.size() - before;
  }
};

onebot::Value good(ValueKind kind) {
  switch (kind) {
    case ValueKind::whole:
    case ValueKind::number:
      return 1;
    case ValueKind::flag:
      return true;
    case ValueKind::object:
    case ValueKind::any:
      return Fields{{"elements", onebot::List{}}};
    case ValueKind::list:
      return onebot::List{kLin};
    case ValueKind::message:
      return "hi";
    default:
      return "x1";
  }
}

std::string good_id(std::string_view name) {
  if (name == "user_id") return kLin;
  return name == "group_id" ? kGroup : "om_1";
}

// What the row needs; of what it may take, the strange one, or else the group.
Fields params_of(const onebot::CallRow& row, std::string_view strange = {}, const std::string& id = {}) {
  const auto is_strange = [strange](const auto& param) { return param.name == strange && !param.required; };
  const bool instead = std::ranges::any_of(row.declared(), is_strange);
  Fields params;
  for (const onebot::CallRow::Param& param : row.declared()) {
    if (!param.required && param.name != strange && (param.name != "group_id" || instead)) continue;
    const bool is_id = param.kind == ValueKind::id;
    onebot::Value value = is_id ? onebot::Value(good_id(param.name)) : good(param.kind);
    if (param.name == strange) value = id;
    params.push_back({std::string(param.name), std::move(value)});
  }
  return params;
}

bool in_path(const onebot::CallRow& row, std::string_view param) {
  return onebot::has_word(row.path.feeds, param) && row.path.path.find('{') != std::string_view::npos;
}

}  // namespace

TEST_CASE("every action that is a row calls the platform when its ids are good") {
  for (const onebot::CallRow& row : feishu::calls().rows) {
    if (row.is_coded()) continue;
    CAPTURE(row.name);
    Willing willing;
    willing.bot.call(std::string(row.name), params_of(row));
    CHECK(willing.made() > 0);
  }
}

TEST_CASE("no id of any action leads out of its place in an address") {
  for (const onebot::CallRow& row : feishu::calls().rows) {
    if (row.is_coded()) continue;
    for (const onebot::CallRow::Param& param : row.declared()) {
      if (param.kind != ValueKind::id) continue;
      for (const std::string& id : kit_test::kStrayIds) {
        CAPTURE(row.name);
        CAPTURE(param.name);
        CAPTURE(id);
        Willing willing;
        willing.bot.call(std::string(row.name), params_of(row, param.name, id));
        const std::size_t made = willing.made();
        CHECK((!in_path(row, param.name) || made == 0));
      }
    }
  }
}

TEST_CASE("no id of the actions that are code, of files, or of pushes leads out of its place in an address") {
  const auto segment = [](std::string type, Fields data) {
    return onebot::Value(Fields{{"type", std::move(type)}, {"data", std::move(data)}});
  };
  for (const std::string platform : {"feishu", "bosshi"}) {
    for (const std::string& id : kit_test::kStrayIds) {
      CAPTURE(platform);
      CAPTURE(id);
      Willing willing(platform);
      Bot& bot = willing.bot;
      bot.call("send_message", {{"detail_type", "group"}, {"group_id", id}, {"message", "hi"}});
      bot.call("send_message", {{"detail_type", "private"}, {"user_id", id}, {"message", "hi"}});
      bot.call("send_message",
               to_group(onebot::List{segment("reply", {{"message_id", id}}), segment("mention", {{"user_id", id}}),
                                     segment("image", {{"file_id", id}}), segment("text", {{"text", "hi"}})}));
      bot.call("send_message",
               to_group(onebot::List{segment("reply", {{"message_id", id}}), segment("text", {{"text", "hi"}})}));
      bot.call("delete_message", {{"message_id", id}});
      for (const std::string& part : {id, io::percent_encode(id)}) {
        const auto owner = bot.adapter->locate("feishu.res:image:" + part + ":k", [](const auto& file) {
          if (file) CHECK_MESSAGE(kit_test::stray_step(file->request.url).empty(), file->request.url);
        });
        const auto other = bot.adapter->locate("feishu.res:file:om_1:" + part, [](const auto& file) {
          if (file) CHECK_MESSAGE(kit_test::stray_step(file->request.url).empty(), file->request.url);
        });
        bot.world.loop.advance(1s);
      }
      bot.push(message("om_1", "group", id, kLin));
      bot.push(onebot::json::write(
          Fields{{"schema", "2.0"},
                 {"header", Fields{{"event_id", "e"}, {"event_type", "card.action.trigger"}, {"token", kToken}}},
                 {"event", Fields{{"operator", Fields{{"open_id", kLin}}},
                                  {"context", Fields{{"open_message_id", id}, {"open_chat_id", id}}},
                                  {"action", Fields{{"tag", "button"}}}}}}));
      bot.commit();
      willing.made();
    }
  }
}
