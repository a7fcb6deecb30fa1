// Runs adapters/feishu/transcripts/: the long connection. A frame is spelled
//
//   {"method": "control"|"data"|NUMBER, "service", "seq", "log", "headers": {NAME: TEXT}, "payload": OBJECT|TEXT}

#include "adapters/feishu/adapter.h"
#include "adapters/feishu/feed/frame.h"
#include "onebot/json.h"
#include "tests/transcripts.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>

namespace {

using feishu::Frame;
using onebot::Fields;
using onebot::json::Document;
using onebot::json::View;
using transcripts::Transcript;

onebot::Result<std::unique_ptr<onebot::Adapter>> make(const Fields& section, const onebot::Host& host) {
  ONEBOT_TRY(settings, feishu::read_settings("feishu", section));
  return std::make_unique<feishu::Adapter>(std::move(settings), host, [] { return 0.0; });
}

std::string usual(std::string_view url) {
  if (url.ends_with("/tenant_access_token/internal")) {
    return R"({"code": 0, "msg": "ok", "tenant_access_token": "TOKEN", "expire": 7200})";
  }
  if (url.ends_with("/bot/v3/info")) return R"({"code": 0, "bot": {"open_id": "ou_bot", "app_name": "Bridge"}})";
  if (!url.ends_with(feishu::kEndpointPath)) return "";
  return R"({"code": 0, "data": {"URL": "wss://gate.test/ws/v2?device_id=d1&service_id=7&ticket=once", "ClientConfig":
             {"ReconnectCount": -1, "ReconnectInterval": 120, "ReconnectNonce": 30, "PingInterval": 120}}})";
}

constexpr std::string_view kMethods[] = {"control", "data"};  // by number

std::int32_t method_of(View method) {
  const auto* name = std::ranges::find(kMethods, method.str());
  if (name != std::end(kMethods)) return static_cast<std::int32_t>(name - kMethods);
  return static_cast<std::int32_t>(method.integer().value_or(0));
}

std::optional<std::string> say(fakes::Link& link, std::string_view spelled) {
  const auto document = Document::parse(spelled);
  if (!document || !document->root().is_object()) return "a frame is a JSON object";
  const View root = document->root(), payload = root.at("payload");
  const auto number = [root](std::string_view name, std::int64_t fallback) {
    return root.at(name).integer().value_or(fallback);
  };
  Frame frame{.seq = static_cast<std::uint64_t>(number("seq", 0)),
              .log = static_cast<std::uint64_t>(number("log", 0)),
              .service = static_cast<std::int32_t>(number("service", 7)),
              .method = method_of(root.at("method")),
              .payload = payload.is_object() ? payload.dump() : payload.text()};
  root.at("headers").members(
      [&frame](std::string_view name, View value) { frame.headers.emplace_back(name, value.text()); });
  link.binary(feishu::encode(frame));
  return std::nullopt;
}

std::string spell(std::string_view sent) {
  constexpr std::string_view kBinary = "binary:";  // how the fake link marks such a frame
  if (!sent.starts_with(kBinary)) return std::string(sent);
  const auto frame = feishu::decode(sent.substr(kBinary.size()));
  if (!frame) return frame.error().message;
  Fields headers;
  for (const auto& [name, value] : frame->headers) headers.push_back({name, value});
  const auto payload = Document::parse(frame->payload);
  const bool is_object = payload && payload->root().is_object();
  return onebot::json::write(Fields{{"method", kMethods[frame->method == Frame::kData ? 1 : 0]},
                                    {"service", frame->service},
                                    {"seq", static_cast<std::int64_t>(frame->seq)},
                                    {"log", static_cast<std::int64_t>(frame->log)},
                                    {"headers", std::move(headers)},
                                    {"payload", is_object ? payload->root().value() : onebot::Value(frame->payload)}});
}

transcripts::Stage stage() {
  return {.host = "https://open.feishu.cn",
          .section = {{"app_id", "cli_1"}, {"app_secret", "S3cret"}, {"receive", "long_connection"}},
          .asking = feishu::kEndpointPath,
          .make = make,
          .usual = usual,
          .say = say,
          .spell = spell};
}

std::map<std::string, std::string> all_transcripts() {
  return transcripts::read_all(std::filesystem::path(SOURCE_DIR) / "adapters/feishu/transcripts");
}

}  // namespace

TEST_CASE("the long connection does what every transcript says") {
  const auto all = all_transcripts();
  REQUIRE(all.size() >= 15);
  for (const auto& [name, text] : all) {
    const auto wrong = Transcript(stage()).run(text);
    CHECK_MESSAGE(!wrong, name, ": ", wrong.value_or(""));
  }
}

TEST_CASE("every code that refuses a connection is in a transcript") {
  const auto all = all_transcripts();
  const auto any_has = [&all](std::string_view text) {
    return std::ranges::any_of(all, [&](const auto& file) { return file.second.find(text) != std::string::npos; });
  };
  for (const int code : {1, 403, 514, 1000040343, 1000040344, 1000040350}) {
    CHECK_MESSAGE(any_has(fmt::format("{{\"code\": {},", code)), "no transcript answers a discovery with ", code);
  }
  for (const std::string_view status : {"Handshake-Status=403", "Handshake-Status=514"}) {
    CHECK_MESSAGE(any_has(status), "no transcript refuses an upgrade with ", status);
  }
}

TEST_CASE("a transcript of frames that is not so is reported with its line and the frame that came instead") {
  const auto wrong = Transcript(stage()).run("open\nout {\"method\": \"data\"}\n");
  REQUIRE(wrong);
  CHECK(wrong->starts_with("line 2: out"));
  CHECK(wrong->find(R"("method":"control")") != std::string::npos);
  CHECK(Transcript(stage()).run("in 7\n").value_or("").find("JSON object") != std::string::npos);
}
