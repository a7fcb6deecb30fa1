#include "bridge/process/admin.h"

#include "bridge/process/metrics.h"
#include "onebot/json.h"
#include "tests/unit/journal/journal_rig.h"

#include <doctest/doctest.h>

namespace {

namespace io = onebot::io;

struct Told final : bridge::Condition {
  std::vector<std::string> unhealthy{}, unready{};
  std::vector<std::string> why_unhealthy() const override { return unhealthy; }
  std::vector<std::string> why_unready() const override { return unready; }
  std::string metrics() const override { return "onebridge_up 1\n"; }
};

struct Rig {
  explicit Rig(std::string token = "") : admin(std::move(token), told, bridge::AdminIds(*journal, log)) {
    server.listen({}, &admin, nullptr).value();
  }

  io::HttpResponse get(std::string url, io::Headers headers = {}, std::string method = "GET") {
    const auto answered = server.request({.method = method, .url = url, .headers = std::move(headers)});
    return answered->response.value();
  }

  rig::Folder folder;
  rig::Loop loop;
  fakes::Log log;
  std::unique_ptr<bridge::Journal> journal = rig::open(loop, log, {.data_dir = folder.data()});
  fakes::Server server{loop};
  Told told;
  bridge::Admin admin;
};

}  // namespace

TEST_CASE("health and readiness are 200, or 503 with the reasons") {
  Rig rig;
  CHECK(rig.get("/healthz").status == 200);
  CHECK(rig.get("/readyz").status == 200);

  rig.told.unready = {"starting", "journal: \"full\""};

  CHECK(rig.get("/healthz").status == 200);
  const auto answer = rig.get("/readyz");
  CHECK(answer.status == 503);
  CHECK(io::header(answer.headers, "content-type") == "application/json");
  const auto body = onebot::json::Document::parse(answer.body);
  REQUIRE(body);
  CHECK_FALSE(body->root().at("ok").boolean());
  CHECK(body->root().at("reasons")[1].str() == "journal: \"full\"");
}

TEST_CASE("the metrics page is Prometheus' text") {
  Rig rig;
  const auto answer = rig.get("/metrics");

  CHECK(answer.status == 200);
  CHECK(answer.body == "onebridge_up 1\n");
  CHECK(io::header(answer.headers, "content-type")->starts_with("text/plain; version=0.0.4"));
}

TEST_CASE("a configured token is asked for on every page but health, exactly") {
  Rig rig("s3cret");

  for (const char* page : {"/readyz", "/metrics"}) {
    CHECK(rig.get(page).status == 401);
    CHECK(rig.get(page, {{"Authorization", "Bearer s3cret"}}).status == 200);
    for (const char* wrong : {"", "Bearer ", "Bearer s3cre", "Bearer s3cret ", "bearer s3cret", "s3cret"}) {
      CHECK(rig.get(page, {{"Authorization", wrong}}).status == 401);
    }
  }
  CHECK(io::header(rig.get("/metrics").headers, "www-authenticate") == "Bearer");
}

TEST_CASE("other pages are 404 and other methods 405") {
  Rig rig("s3cret");

  CHECK(rig.get("/").status == 404);
  CHECK(rig.get("/metrics/").status == 404);
  CHECK(rig.get("/metrics", {}, "POST").status == 405);
  CHECK(io::header(rig.get("/metrics", {}, "POST").headers, "allow") == "GET");
}

TEST_CASE("a counter with a label has a series for each value, as many as are kept") {
  bridge::ProcessLog::Counters counters{{"", {}}, {"irc/1", {}}, {"irc/2", {}}};
  for (std::size_t code = 1; code <= onebot::Counts::kMostSeries + 2; ++code) {
    counters["irc/1"].add("api_unknown_codes", std::to_string(code));
  }
  counters["irc/1"].add("api_unknown_codes", "1");

  const std::string text = bridge::metrics_text(counters, {}, bridge::process_state(1'790'000'000));

  const auto has = [&](std::string_view line) { return text.find(line) != text.npos; };
  CHECK(has("\nonebridge_api_unknown_codes_total{bot=\"irc/1\",code=\"1\"} 2\n"));
  CHECK(has("\nonebridge_api_unknown_codes_total{bot=\"irc/1\",code=\"64\"} 1\n"));
  CHECK(has("\nonebridge_api_unknown_codes_total{bot=\"irc/1\",code=\"other\"} 2\n"));
  CHECK_FALSE(has("code=\"65\""));
  CHECK(has("\nonebridge_api_unknown_codes_total{bot=\"irc/2\"} 0\n"));
}

TEST_CASE("metrics tell counters by bot, bots, consumers and the process") {
  bridge::ProcessLog::Counters counters{{"", {}}, {"irc/1", {}}};
  counters[""][onebot::Counter("events").place()] = 3;
  counters["irc/1"][onebot::Counter("events").place()] = 2;
  bridge::Bridge::Gauges gauges{.next = 8, .uncommitted_bytes = 512, .store_healthy = false};
  gauges.bots.push_back({"irc/1", {"irc", "U\"1\""}, true});
  gauges.consumers.push_back({"ws\nforged 1", 5});

  const std::string text = bridge::metrics_text(counters, gauges, bridge::process_state(1'790'000'000));

  const auto has = [&](std::string_view line) { return text.find(line) != text.npos; };
  CHECK(has("\nonebridge_events_total 3\n"));
  CHECK(has("\nonebridge_events_total{bot=\"irc/1\"} 2\n"));
  CHECK(has("\nonebridge_actions_failed_total 0\n"));
  CHECK_FALSE(has("onebridge_actions_failed_total{"));
  CHECK(has("\nonebridge_api_failures_total{bot=\"irc/1\"} 0\n"));
  CHECK_FALSE(has("\nonebridge_api_failures_total 0\n"));
  CHECK(has("\nonebridge_api_unknown_codes_total{bot=\"irc/1\"} 0\n"));
  CHECK(has("\nonebridge_bot_online{bot=\"irc/1\",platform=\"irc\",user_id=\"U\\\"1\\\"\"} 1\n"));
  CHECK(has("\nonebridge_consumer_lag_events{consumer=\"ws\\nforged 1\"} 5\n"));
  CHECK(has("\nonebridge_uncommitted_bytes 512\n"));
  CHECK(has("\nonebridge_journal_healthy 0\n"));
  CHECK(has("\nprocess_resident_memory_bytes "));
  CHECK_FALSE(has("\nprocess_resident_memory_bytes 0\n"));
  CHECK_FALSE(has("\nprocess_open_fds 0\n"));
}

TEST_CASE("health needs no token") {
  Rig rig("secret");
  CHECK(rig.get("/healthz").status == 200);
  CHECK(rig.get("/readyz").status == 401);
  CHECK(rig.get("/metrics").status == 401);
}
