// Lifetime: what carries bytes between the bot and the simulated platform.

#include "adapters/qq/tests/lifetime.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

namespace qq::test {

using onebot::json::Document;

Lifetime::Lifetime(onebot::Fields more)
    : platform_(qq::make_simulator("qq", world_.loop, world_.server, world_.client)), more_(std::move(more)) {
  REQUIRE(platform_->open({}).has_value());
}

void Lifetime::restart() {
  bot_.reset();
  section_ = platform_->bot();
  for (const onebot::Field& field : more_) onebot::set(section_, field.name, field.value);
  bot_ = qq::make("qq", section_, host_).value();
  bot_->start();
}

void Lifetime::pass(std::chrono::milliseconds time, std::chrono::milliseconds step) {
  for (auto passed = std::chrono::milliseconds(0); passed < time; passed += step) {
    world_.loop.advance(step);
    while (carry()) world_.loop.run();
  }
}

void Lifetime::play(std::string_view native) {
  const auto document = Document::parse(native);
  REQUIRE(document.has_value());
  REQUIRE(platform_->play(document->root()).has_value());
}

void Lifetime::order(std::string_view what, std::string_view query, std::string body) {
  onebot::io::HttpRequest request{
      .method = "POST", .url = fmt::format("/simulator/{}", what), .query = std::string(query)};
  request.body = std::move(body);
  REQUIRE(world_.server.request(std::move(request))->response->status == 200);
}

Document Lifetime::ask(std::string_view path) {
  const auto answered = world_.server.request({.method = "GET", .url = fmt::format("/simulator/{}", path)});
  auto document = Document::parse(answered->response->body);
  REQUIRE(document.has_value());
  return *std::move(document);
}

void Lifetime::network(bool up) {
  up_ = up;
  if (up) return;
  for (Pair& pair : pairs_) {
    pair.ours->close(1006);
    pair.theirs->close(1006);
  }
}

bool Lifetime::carry() {
  bool moved = carry_calls();
  moved = carry_pushes() || moved;
  for (; linked_ < client_.links.size(); ++linked_) {
    const auto ours = client_.links[linked_];
    moved = true;
    if (!ours->peer) continue;
    if (!up_) {
      ours->close(1006);
      continue;
    }
    pairs_.push_back({ours, world_.server.connect({.url = "/websocket/"})});
    ours->open();
  }
  for (Pair& pair : pairs_) moved = pair.carry() || moved;
  std::erase_if(pairs_, [](const Pair& pair) { return pair.over(); });
  return moved;
}

bool Lifetime::carry_calls() {
  const bool any = called_ < client_.calls.size();
  for (; called_ < client_.calls.size(); ++called_) {
    const auto call = client_.calls[called_];
    if (!up_) {
      call->fail("the name does not resolve");
      continue;
    }
    onebot::io::HttpRequest request = call->request;
    request.url.erase(0, request.url.find('/', std::string_view("http://").size()));
    call->answer_with(*world_.server.request(std::move(request))->response);
  }
  return any;
}

// The journal of this bridge commits what it is given with the next step.
bool Lifetime::carry_pushes() {
  bool moved = false;
  for (; committed_ < events_.arrivals.size(); ++committed_) {
    if (const auto committed = events_.arrivals[committed_].committed) committed(true);
  }
  for (; pushed_ < world_.client.calls.size(); ++pushed_, moved = true) {
    const auto call = world_.client.calls[pushed_];
    const std::string path = call->request.url.substr(call->request.url.find('/', 7));
    if (!up_ || !world_.ingress.pushes.contains(path)) {
      call->fail("nobody listens there");
      continue;
    }
    waiting_.emplace_back(call, world_.ingress.push(path, call->request));
  }
  std::erase_if(waiting_, [&moved](auto& one) {
    if (!one.second->response) return false;
    moved = true;
    one.first->answer_with(*one.second->response);
    return true;
  });
  return moved;
}

}  // namespace qq::test
