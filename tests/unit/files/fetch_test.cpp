// What is fetched from addresses and platforms.

#include "bridge/files/fetch.h"

#include "tests/unit/files/actions_rig.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

using namespace rig::files;
using namespace std::chrono_literals;

TEST_CASE_TEMPLATE(
    "an address is fetched with exactly the given headers, and stays public unless the configuration says so", Kind,
    Memory, Real) {
  for (const bool internal : {false, true}) {
    World<Kind> world({.allow_internal = internal});
    world.serve([](const auto&) { return onebot::io::HttpResponse{200, {}, "from afar"}; });
    Fields params = url("https://h.test/f");
    params.push_back({"headers", Fields{{"X-One", "1"}, {"Cookie", "a=b"}}});

    const std::string id = world.text(world.act("upload_file", params), "file_id");

    CHECK(world.bytes(world.act("get_file", {{"type", "data"}, {"file_id", id}})) == "from afar");
    const auto& request = world.client.calls.at(0)->request;
    CHECK(request.headers == onebot::io::Headers{{"X-One", "1"}, {"Cookie", "a=b"}});
    CHECK(request.public_only != internal);
    CHECK(request.max_body == bridge::FileLimits{}.max_size);
  }
}

TEST_CASE_TEMPLATE(
    "a platform's refusal of a file is met as the platform says, and the download says what it is called", Kind, Memory,
    Real) {
  World<Kind> world;
  world.serve([](const onebot::io::HttpRequest& request) {
    const bool admitted = onebot::io::header(request.headers, "Authorization") == "new";
    if (!admitted) return onebot::io::HttpResponse{401, {}, R"({"code":1})"};
    return onebot::io::HttpResponse{
        200, {{"Content-Disposition", "attachment; filename*=UTF-8''%2e%2e%2fa%20b.txt"}}, "x"};
  });

  const auto file = world.act("get_file", {{"type", "data"}, {"file_id", "platform"}});

  CHECK(world.bytes(file) == "x");
  CHECK(world.text(file, "name") == "a b.txt");
  CHECK(world.adapter.refused == std::vector<int>{401});
}

TEST_CASE_TEMPLATE("a refusal in a 200 is a refusal, and JSON that tells none is the file", Kind, Memory, Real) {
  const onebot::io::Headers json{{"Content-Type", "application/json; charset=utf-8"}};
  struct Row {
    std::string first{};
    onebot::io::Headers headers{};
    std::vector<int> refused{};
    std::string kept{};
  };
  for (const Row& row : {Row{R"({"code":1})", json, {200}, "x"}, Row{R"({"a":1})", json, {200}, R"({"a":1})"},
                         Row{R"({"code":1})", {}, {}, R"({"code":1})"},
                         Row{R"({"code":1})",
                             {json.front(), {"Content-Disposition", "attachment; filename=a.json"}},
                             {},
                             R"({"code":1})"}}) {
    CAPTURE(row.first);
    World<Kind> world;
    world.serve([&row](const onebot::io::HttpRequest& request) {
      const bool first = onebot::io::header(request.headers, "Authorization") == "old";
      return first ? onebot::io::HttpResponse{200, row.headers, row.first} : onebot::io::HttpResponse{200, {}, "x"};
    });

    CHECK(world.bytes(world.act("get_file", {{"type", "data"}, {"file_id", "platform"}})) == row.kept);
    CHECK(world.adapter.refused == row.refused);
  }
}

TEST_CASE_TEMPLATE("a file that the platform keeps refusing fails with its words", Kind, Memory, Real) {
  World<Kind> world;
  world.serve([](const onebot::io::HttpRequest&) { return onebot::io::HttpResponse{403, {}, ""}; });

  const auto file = world.act("get_file", {{"type", "data"}, {"file_id", "platform"}});

  CHECK(file.error().code == onebot::Retcode::forbidden);
  CHECK(file.error().message == "the platform says why");
  CHECK(world.adapter.refused == std::vector<int>{403, 403});
}

TEST_CASE_TEMPLATE(
    "where a platform sends elsewhere for its file, neither its token nor its refusals count, and only public "
    "addresses",
    Kind, Memory, Real) {
  World<Kind> world;
  std::vector<onebot::io::HttpRequest> seen;
  world.serve([&seen](const onebot::io::HttpRequest& request) {
    seen.push_back(request);
    if (request.url == "https://api.test/p")
      return onebot::io::HttpResponse{302, {{"Location", "https://cdn.test/x"}}, ""};
    return onebot::io::HttpResponse{403, {}, ""};
  });

  CHECK(world.code("get_file", {{"type", "data"}, {"file_id", "platform"}}) ==
        static_cast<int>(onebot::Retcode::not_fetched));
  REQUIRE(seen.size() == 2);
  CHECK_FALSE(seen[0].public_only);
  CHECK(seen[1].public_only);
  CHECK(seen[1].headers.empty());
  CHECK(world.adapter.refused.empty());
}

TEST_CASE_TEMPLATE("what began over TLS is not led away from it", Kind, Memory, Real) {
  World<Kind> world;
  std::vector<std::string> seen;
  world.serve([&seen](const onebot::io::HttpRequest& request) -> onebot::io::HttpResponse {
    seen.push_back(request.url);
    return {302, {{"Location", request.url == "https://h.test/1" ? "//h.test/2" : "http://h.test/3"}}, ""};
  });

  CHECK(world.code("get_file", {{"type", "data"}, {"file_id", "platform"}}) == 33004);
  CHECK(world.code("upload_file", url("https://h.test/1")) == 33004);
  CHECK(seen == std::vector<std::string>{"https://api.test/p", "https://h.test/1", "https://h.test/2"});
}

TEST_CASE_TEMPLATE("redirects are followed hop by hop, each checked, and headers stay with the server they are for",
                   Kind, Memory, Real) {
  World<Kind> world({.max_redirects = 2});
  std::vector<onebot::io::HttpRequest> seen;
  world.serve([&](const onebot::io::HttpRequest& request) -> onebot::io::HttpResponse {
    seen.push_back(request);
    if (request.url == "http://h.test/1") return {302, {{"location", "/2"}}, ""};
    if (request.url == "http://h.test/2") return {307, {{"Location", "https://other.test/3"}}, ""};
    if (request.url == "https://other.test/3") return {200, {}, "there"};
    if (request.url == "http://h.test/loop") return {301, {{"Location", "/loop"}}, ""};
    return {302, {{"Location", "file:///etc/passwd"}}, ""};
  });
  Fields params = url("http://h.test/1");
  params.push_back({"headers", Fields{{"Authorization", "secret"}}});

  CHECK(world.code("upload_file", params) == 0);
  REQUIRE(seen.size() == 3);
  CHECK(seen[1].headers.size() == 1);
  CHECK(seen[2].headers.empty());
  for (const auto& request : seen) CHECK(request.public_only);
  CHECK(world.code("upload_file", url("http://h.test/loop")) == 33004);
  CHECK(seen.size() == 6);
  CHECK(world.code("upload_file", url("http://h.test/away")) == 33004);
  CHECK(seen.size() == 7);
}

TEST_CASE_TEMPLATE("an address that answers with no file is an error of the network, and nothing is left", Kind, Memory,
                   Real) {
  World<Kind> world;
  world.serve([](const auto&) { return onebot::io::HttpResponse{404, {}, "none"}; });
  CHECK(world.code("upload_file", url("http://h.test/absent")) == 33004);
  world.client.script = nullptr;
  const auto answer = world.begin("upload_file", url("http://h.test/down"));
  REQUIRE(world.loop.until([&] { return world.client.calls.size() == 2; }));
  world.client.calls[1]->fail("no route");
  REQUIRE(world.loop.until([&] { return answer->has_value(); }));
  CHECK((**answer).error().code == onebot::Retcode::network_error);
  world.serve([](const auto&) { return onebot::io::HttpResponse{200, {}, "x"}; });
  Fields params = url("http://h.test/f");
  params.push_back({"sha256", sum("y")});
  CHECK(world.code("upload_file", params) == 35006);
  CHECK(world.kind.nothing_left());
}

TEST_CASE_TEMPLATE("of many addresses at once sixteen are fetched, and the others refused", Kind, Memory, Real) {
  World<Kind> world;
  std::vector<std::shared_ptr<std::optional<onebot::ActionResult>>> answers;
  for (int i = 0; i < 17; ++i) answers.push_back(world.begin("upload_file", url("http://h.test/slow")));

  REQUIRE(world.loop.until([&] { return world.client.calls.size() == 16 && answers.back()->has_value(); }));

  CHECK((**answers.back()).error().code == onebot::Retcode::busy);
  CHECK_FALSE(answers.front()->has_value());
}

TEST_CASE_TEMPLATE(
    "a platform's file is fetched once for all who wait, kept under its id, and found without the platform", Kind,
    Memory, Real) {
  World<Kind> world;
  const Fields get{{"type", "data"}, {"file_id", "guarded"}};
  const auto first = world.begin("get_file", get), second = world.begin("get_file", get);
  REQUIRE(world.loop.until([&] { return world.client.calls.size() == 1; }));
  world.kind.write(world.client.calls[0]->request.save_to, "bytes");
  CHECK(world.client.calls[0]->request.headers.size() == 1);
  world.client.calls[0]->answer(200, "");
  REQUIRE(world.loop.until([&] { return first->has_value() && second->has_value(); }));

  CHECK(world.bytes(**first) == "bytes");
  CHECK(world.bytes(**second) == "bytes");
  CHECK(world.text(**first, "name") == "guarded");
  CHECK(world.bytes(world.act("get_file", get)) == "bytes");
  CHECK(world.adapter.located == 1);
  CHECK(world.client.calls.size() == 1);
}

TEST_CASE_TEMPLATE("a file that cannot be fetched is tried again by the next who asks", Kind, Memory, Real) {
  World<Kind> world;
  world.serve([](const auto&) { return onebot::io::HttpResponse{500, {}, ""}; });
  CHECK(world.code("get_file", {{"type", "data"}, {"file_id", "open"}}) == 33004);
  world.serve([](const auto&) { return onebot::io::HttpResponse{200, {}, "now"}; });

  CHECK(world.bytes(world.act("get_file", {{"type", "data"}, {"file_id", "open"}})) == "now");
}

TEST_CASE_TEMPLATE("the address of a platform's file is given when it needs no credentials of ours", Kind, Memory,
                   Real) {
  World<Kind> world;

  const auto open = world.act("get_file", {{"type", "url"}, {"file_id", "open"}});

  CHECK(world.text(open, "url") == "https://cdn.test/o");
  CHECK(world.text(open, "name") == "open.txt");
  CHECK(world.code("get_file", {{"type", "url"}, {"file_id", "guarded"}}) == 10004);
  CHECK(world.client.calls.empty());
}

TEST_CASE_TEMPLATE("an adapter that drops its question is not called, and the download goes on for the next", Kind,
                   Memory, Real) {
  World<Kind> world;
  auto owner = world.files.open("open", [](auto) { FAIL("was dropped"); });
  REQUIRE(world.loop.until([&] { return world.client.calls.size() == 1; }));
  owner.reset();
  world.kind.write(world.client.calls[0]->request.save_to, "bytes");
  world.client.calls[0]->answer(200, "");

  CHECK(world.bytes(world.act("get_file", {{"type", "data"}, {"file_id", "open"}})) == "bytes");
  CHECK(world.client.calls.size() == 1);
}

TEST_CASE("a shelf that breaks while a file is on its way fails the download, for all who wait") {
  World<Memory> world;
  const Fields get{{"type", "data"}, {"file_id", "open"}};
  const auto first = world.begin("get_file", get), second = world.begin("get_file", get);
  REQUIRE(world.loop.until([&] { return world.client.calls.size() == 1; }));

  world.kind.shelf().broken = onebot::Error{onebot::Retcode::filesystem_error, "the disk is gone"};
  world.client.calls[0]->answer(200, "");
  REQUIRE(world.loop.until([&] { return first->has_value() && second->has_value(); }));

  CHECK((**first).error().code == onebot::Retcode::filesystem_error);
  CHECK((**second).error().code == onebot::Retcode::filesystem_error);
}
