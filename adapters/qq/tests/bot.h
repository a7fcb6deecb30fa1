// A QQ bot under test, and a platform that answers as the test says.

#pragma once

#include "adapters/qq/adapter.h"
#include "onebot/json.h"
#include "tests/fakes.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace qq_test {

using namespace std::chrono_literals;
using onebot::Fields;
using onebot::io::HttpRequest;
using onebot::io::HttpResponse;

inline constexpr std::string_view kGroup = "5F1E9C7A3B8D42604E7A9B1C2D3F5A68";

inline std::string at(const std::string& text, std::string_view path) {
  const auto document = onebot::json::Document::parse(text);
  return document ? document->root().at(path).text() : "not JSON";
}

inline std::string path_of(const HttpRequest& request) {
  return request.url.substr(request.url.find('/', std::string_view("https://").size()));
}

struct Bot {
  fakes::World world{};
  std::map<std::string, std::string> answers{};  // by "METHOD /path"
  std::vector<HttpRequest> calls{};
  Fields section{};
  std::unique_ptr<onebot::Adapter> bot{};

  explicit Bot(Fields more = {}) {
    section = Fields{{"app_id", "1"}, {"app_secret", "s"}, {"endpoints", Fields{{"api", "https://api.test"}}}};
    section.insert(section.end(), more.begin(), more.end());
    world.client.script = [this](const HttpRequest& request) { return answer(request); };
    bot = qq::make("qq", section, world.host).value();
  }
  HttpResponse answer(const HttpRequest& request) {
    if (request.url == qq::kTokenUrl) return {200, {}, R"({"access_token":"T","expires_in":"7200"})"};
    calls.push_back(request);
    const auto found = answers.find(request.method + " " + path_of(request));
    if (found == answers.end()) return {404, {}, "{}"};
    if (found->second.starts_with("!")) return {400, {}, found->second.substr(1)};
    return {200, {}, found->second};
  }
  std::string call(std::string name, Fields params) {
    const auto answer = std::make_shared<std::string>("none");
    bot->call({std::move(name), std::move(params)},
              onebot::Reply([answer](auto result) { *answer = onebot::encode_response(result, std::nullopt); }));
    for (int i = 0; i < 10; ++i) world.loop.advance(1ms);
    return *answer;
  }
  std::size_t count(std::string_view method, std::string_view part) const {
    return static_cast<std::size_t>(std::ranges::count_if(calls, [&](const HttpRequest& request) {
      return request.method == method && request.url.find(part) != std::string::npos;
    }));
  }
};

inline onebot::Value segment(std::string type, Fields data) {
  return Fields{{"type", std::move(type)}, {"data", std::move(data)}};
}

}  // namespace qq_test
