// The actions of files, from the parameters to the answer, on a real store, with an Internet in memory.

#include "bridge/files/actions.h"

#include "onebot/crypto.h"
#include "tests/unit/adapter_rig.h"
#include "tests/unit/disk_rig.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <fstream>

using namespace std::chrono_literals;
using onebot::Bytes;
using onebot::Fields;

namespace {

std::string sum(std::string_view bytes) { return onebot::crypto::hex(onebot::crypto::sha256(bytes)); }

// A platform that knows some files.
class Adapter : public rig::Adapter {
 public:
  Adapter() : rig::Adapter("mock", "b") {}
  onebot::io::Owner locate(std::string_view file_id,
                           std::function<void(onebot::Result<onebot::RemoteFile>)> done) override {
    ++located;
    if (file_id == "open") {
      done(onebot::RemoteFile{{.url = "https://cdn.test/o", .public_only = true}, "open.txt"});
    } else if (file_id == "guarded") {
      done(onebot::RemoteFile{{.url = "https://api.test/g", .headers = {{"Authorization", "secret"}}}, "../guarded"});
    } else if (file_id == "platform") {
      done(onebot::RemoteFile{.request = {.url = "https://api.test/p", .headers = {{"Authorization", "old"}}},
                              .refused = [this](const auto& answer, auto again) { return meet(answer, again); }});
    } else {
      done(onebot::fail(onebot::Retcode::unknown_file, "there is no such file"));
    }
    return nullptr;
  }
  int located = 0;
  onebot::io::Loop* loop = nullptr;
  std::vector<int> refused{};  // statuses; 0: no answer

 private:
  // A new token once, then what the platform says.
  onebot::io::Owner meet(const onebot::Result<onebot::io::HttpResponse>& answer,
                         const onebot::RemoteFile::Again& again) {
    refused.push_back(answer ? answer->status : 0);
    const bool first = refused.size() == 1;
    loop->post([first, again] {
      if (!first) return again(onebot::fail(onebot::Retcode::forbidden, "the platform says why"));
      again(onebot::io::HttpRequest{.url = "https://api.test/p", .headers = {{"Authorization", "new"}}});
    });
    return nullptr;
  }
};

class World {
 public:
  explicit World(bridge::FileLimits limits = {}, const std::string& folder = "data") {
    auto opened = bridge::files::FilesThread::open(loop, log, folder_ / folder, limits);
    REQUIRE(opened);
    thread = *std::move(opened);
    actions = std::make_unique<bridge::FileActions>(loop, client, *thread);
    files = std::make_unique<bridge::BotFiles>(loop, client, *thread, "mock/1");
    adapter.loop = &loop;
    files->attach(adapter);
    actions->add("mock/1", *files);
  }
  ~World() {
    actions->stop();
    files->stop();
  }

  // The Internet: what a GET answers, and the file that is saved of it.
  void serve(std::function<onebot::io::HttpResponse(const onebot::io::HttpRequest&)> script) {
    client.script = [script](const onebot::io::HttpRequest& request) {
      onebot::io::HttpResponse response = script(request);
      if (response.status == 200) std::ofstream(request.save_to, std::ios::binary) << std::exchange(response.body, "");
      return response;
    };
  }
  std::shared_ptr<std::optional<onebot::ActionResult>> begin(std::string name, Fields params) {
    auto answer = std::make_shared<std::optional<onebot::ActionResult>>();
    actions->call("mock/1", {std::move(name), std::move(params), std::nullopt},
                  onebot::Reply([answer](onebot::ActionResult result) { *answer = std::move(result); }));
    return answer;
  }
  onebot::ActionResult act(std::string name, Fields params) {
    const auto answer = begin(std::move(name), std::move(params));
    REQUIRE(loop.until([&] { return answer->has_value(); }));
    return **answer;
  }
  int code(std::string name, Fields params) {
    const auto result = act(std::move(name), std::move(params));
    return result ? 0 : static_cast<int>(result.error().code);
  }
  static std::string text(const onebot::ActionResult& result, std::string_view member) {
    REQUIRE(result);
    return std::string(onebot::text_of(std::get<Fields>(*result), member));
  }
  static std::string bytes(const onebot::ActionResult& result) {
    REQUIRE(result);
    const onebot::Value* data = onebot::find(std::get<Fields>(*result), "data");
    REQUIRE(data);
    return std::get<Bytes>(*data).bytes;
  }
  std::string upload(std::string data) {
    return text(act("upload_file", {{"type", "data"}, {"name", "n.txt"}, {"data", Bytes{std::move(data)}}}), "file_id");
  }
  bool nothing_left() const {
    std::size_t count = 0;
    for (const auto& found : std::filesystem::directory_iterator(folder_ / "data")) {
      count += found.path().filename().string().size() == 64;
    }
    return count == 0 && std::filesystem::is_empty(folder_ / "data/tmp");
  }

  rig::Folder folder_;
  rig::Loop loop;
  fakes::Log log;
  fakes::Client client{loop};
  Adapter adapter;
  std::unique_ptr<bridge::files::FilesThread> thread;
  std::unique_ptr<bridge::FileActions> actions;
  std::unique_ptr<bridge::BotFiles> files;
};

Fields url(std::string address) { return {{"type", "url"}, {"name", "n"}, {"url", std::move(address)}}; }

}  // namespace

TEST_CASE("uploaded bytes come back whole and in parts, with name, size and hash") {
  World world;
  const std::string id = world.upload(std::string("a\0b", 3) + "cdef");

  const auto whole = world.act("get_file", {{"type", "data"}, {"file_id", id}});
  CHECK(world.bytes(whole) == std::string("a\0bcdef", 7));
  CHECK(world.text(whole, "name") == "n.txt");
  CHECK(world.text(whole, "sha256") == sum(world.bytes(whole)));
  const auto prepared = world.act("get_file_fragmented", {{"stage", "prepare"}, {"file_id", id}});
  CHECK(world.text(prepared, "sha256") == sum(world.bytes(whole)));
  CHECK(std::get<std::int64_t>(*onebot::find(std::get<Fields>(*prepared), "total_size")) == 7);
  const auto part = [&](int offset, int size) {
    return world.act("get_file_fragmented",
                     {{"stage", "transfer"}, {"file_id", id}, {"offset", offset}, {"size", size}});
  };
  CHECK(world.bytes(part(3, 2)) == "cd");
  CHECK(world.bytes(part(5, 100)) == "ef");
  CHECK(world.bytes(part(7, 1)).empty());
  for (const auto& [offset, size] : {std::pair(8, 1), std::pair(-1, 1), std::pair(0, 0), std::pair(0, -1),
                                     std::pair(0, int{bridge::FileActions::kMostBytes} + 1)}) {
    CHECK(part(offset, size).error().code == onebot::Retcode::bad_param);
  }
}

TEST_CASE("what an action of files lacks, has of the wrong type, or does not know is told by its code") {
  World world;
  const std::string id = world.upload("x");
  const Bytes x{"x"};
  struct Row {
    std::string name;
    Fields params;
    int code;
  };
  const Row rows[] = {
      {"upload_file", {{"name", "n"}, {"data", x}}, 10003},
      {"upload_file", {{"type", "data"}, {"data", x}}, 10003},
      {"upload_file", {{"type", "data"}, {"name", "n"}}, 10003},
      {"upload_file", {{"type", "data"}, {"name", "n"}, {"data", "?"}}, 10003},
      {"upload_file", {{"type", "data"}, {"name", "n"}, {"data", x}, {"sha256", 1}}, 10003},
      {"upload_file", {{"type", "data"}, {"name", "n"}, {"data", x}, {"sha256", sum("y")}}, 35006},
      {"upload_file", {{"type", "data"}, {"name", "n"}, {"data", x}, {"sha256", sum("x")}}, 0},
      {"upload_file", {{"type", "carrier.pigeon"}, {"name", "n"}}, 10004},
      {"upload_file", {{"type", "url"}, {"name", "n"}}, 10003},
      {"upload_file", url("ftp://h/"), 10003},
      {"upload_file", url("file:///etc/passwd"), 10003},
      {"upload_file", {{"type", "url"}, {"name", "n"}, {"url", "http://h/"}, {"headers", "x"}}, 10003},
      {"upload_file", {{"type", "url"}, {"name", "n"}, {"url", "http://h/"}, {"headers", Fields{{"a", 1}}}}, 10003},
      {"upload_file", {{"type", "path"}, {"name", "n"}}, 10003},
      {"upload_file", {{"type", "path"}, {"name", "n"}, {"path", "/etc/passwd"}}, 10004},
      {"upload_file_fragmented", {{"name", "n"}, {"total_size", 1}}, 10003},
      {"upload_file_fragmented", {{"stage", "begin"}, {"name", "n"}}, 10003},
      {"upload_file_fragmented", {{"stage", "prepare"}, {"name", "n"}}, 10003},
      {"upload_file_fragmented", {{"stage", "prepare"}, {"name", "n"}, {"total_size", -1}}, 10003},
      {"upload_file_fragmented", {{"stage", "prepare"}, {"name", "n"}, {"total_size", 1e15}}, 36004},
      {"upload_file_fragmented", {{"stage", "transfer"}, {"file_id", "u"}, {"offset", 0}, {"data", x}}, 35004},
      {"upload_file_fragmented", {{"stage", "transfer"}, {"file_id", "u"}, {"offset", -1}, {"data", x}}, 10003},
      {"upload_file_fragmented", {{"stage", "finish"}, {"file_id", "u"}, {"sha256", sum("x")}}, 35004},
      {"get_file", {{"file_id", id}}, 10003},
      {"get_file", {{"type", "data"}}, 10003},
      {"get_file", {{"type", "data"}, {"file_id", 1}}, 10003},
      {"get_file", {{"type", "data"}, {"file_id", "nobody"}}, 35004},
      {"get_file", {{"type", "data"}, {"file_id", ""}}, 35004},
      {"get_file", {{"type", "smoke"}, {"file_id", id}}, 10004},
      {"get_file", {{"type", "url"}, {"file_id", id}}, 10004},
      {"get_file", {{"type", "url"}, {"file_id", bridge::files::new_file_id()}}, 35004},
      {"get_file", {{"type", "path"}, {"file_id", id}}, 10004},
      {"get_file_fragmented", {{"stage", "finish"}, {"file_id", id}}, 10003},
      {"get_file_fragmented", {{"stage", "prepare"}, {"file_id", "nobody"}}, 35004},
      {"get_file_fragmented", {{"stage", "transfer"}, {"file_id", id}, {"offset", 0}}, 10003},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CAPTURE(onebot::encode_response(onebot::Value(row.params), std::nullopt));
    CHECK(world.code(row.name, row.params) == row.code);
  }
}

TEST_CASE("a file too large for one answer says how it leaves") {
  World world;
  const std::string id = world.upload(std::string(bridge::FileActions::kMostBytes + 1, 'x'));

  const auto answer = world.act("get_file", {{"type", "data"}, {"file_id", id}});

  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == onebot::Retcode::answer_too_long);
  CHECK(answer.error().message.find("get_file_fragmented") != std::string::npos);
}

TEST_CASE("an address is fetched with exactly the given headers, and stays public unless the configuration says so") {
  for (const bool internal : {false, true}) {
    World world({.allow_internal = internal});
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

TEST_CASE("a platform's refusal of a file is met as the platform says, and the download says what it is called") {
  World world;
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

TEST_CASE("a file that the platform keeps refusing fails with its words") {
  World world;
  world.serve([](const onebot::io::HttpRequest&) { return onebot::io::HttpResponse{403, {}, ""}; });

  const auto file = world.act("get_file", {{"type", "data"}, {"file_id", "platform"}});

  CHECK(file.error().code == onebot::Retcode::forbidden);
  CHECK(file.error().message == "the platform says why");
  CHECK(world.adapter.refused == std::vector<int>{403, 403});
}

TEST_CASE(
    "where a platform sends elsewhere for its file, neither its token nor its refusals count, and only public "
    "addresses") {
  World world;
  std::vector<onebot::io::HttpRequest> seen;
  world.serve([&seen](const onebot::io::HttpRequest& request) {
    seen.push_back(request);
    if (request.url == "https://api.test/p")
      return onebot::io::HttpResponse{302, {{"Location", "http://cdn.test/x"}}, ""};
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

TEST_CASE("redirects are followed hop by hop, each checked, and headers stay with the server they are for") {
  World world({.max_redirects = 2});
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

TEST_CASE("an address that answers with no file is an error of the network, and nothing is left") {
  World world;
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
  CHECK(world.nothing_left());
}

TEST_CASE("of many addresses at once sixteen are fetched, and the others refused") {
  World world;
  std::vector<std::shared_ptr<std::optional<onebot::ActionResult>>> answers;
  for (int i = 0; i < 17; ++i) answers.push_back(world.begin("upload_file", url("http://h.test/slow")));

  REQUIRE(world.loop.until([&] { return world.client.calls.size() == 16 && answers.back()->has_value(); }));

  CHECK((**answers.back()).error().code == onebot::Retcode::busy);
  CHECK_FALSE(answers.front()->has_value());
}

TEST_CASE("a platform's file is fetched once for all who wait, kept under its id, and found without the platform") {
  World world;
  const Fields get{{"type", "data"}, {"file_id", "guarded"}};
  const auto first = world.begin("get_file", get), second = world.begin("get_file", get);
  REQUIRE(world.loop.until([&] { return world.client.calls.size() == 1; }));
  std::ofstream(world.client.calls[0]->request.save_to) << "bytes";
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

TEST_CASE("a file that cannot be fetched is tried again by the next who asks") {
  World world;
  world.serve([](const auto&) { return onebot::io::HttpResponse{500, {}, ""}; });
  CHECK(world.code("get_file", {{"type", "data"}, {"file_id", "open"}}) == 33004);
  world.serve([](const auto&) { return onebot::io::HttpResponse{200, {}, "now"}; });

  CHECK(world.bytes(world.act("get_file", {{"type", "data"}, {"file_id", "open"}})) == "now");
}

TEST_CASE("the address of a platform's file is given when it needs no credentials of ours") {
  World world;

  const auto open = world.act("get_file", {{"type", "url"}, {"file_id", "open"}});

  CHECK(world.text(open, "url") == "https://cdn.test/o");
  CHECK(world.text(open, "name") == "open.txt");
  CHECK(world.code("get_file", {{"type", "url"}, {"file_id", "guarded"}}) == 10004);
  CHECK(world.client.calls.empty());
}

TEST_CASE("an adapter that drops its question is not called, and the download goes on for the next") {
  World world;
  auto owner = world.files->open("open", [](auto) { FAIL("was dropped"); });
  REQUIRE(world.loop.until([&] { return world.client.calls.size() == 1; }));
  owner.reset();
  std::ofstream(world.client.calls[0]->request.save_to) << "bytes";
  world.client.calls[0]->answer(200, "");

  CHECK(world.bytes(world.act("get_file", {{"type", "data"}, {"file_id", "open"}})) == "bytes");
  CHECK(world.client.calls.size() == 1);
}

TEST_CASE("a configured folder may be uploaded from, and gives paths when the store is in it") {
  rig::Folder shared;
  std::ofstream(shared / "f.txt") << "on disk";
  World world({.paths = {shared / ""}});

  const std::string id =
      world.text(world.act("upload_file", {{"type", "path"}, {"name", "f"}, {"path", shared / "f.txt"}}), "file_id");

  CHECK(world.bytes(world.act("get_file", {{"type", "data"}, {"file_id", id}})) == "on disk");
  CHECK(world.code("upload_file", {{"type", "path"}, {"name", "f"}, {"path", "/etc/passwd"}}) == 32004);
  CHECK(world.code("get_file", {{"type", "path"}, {"file_id", id}}) == 10004);

  World within({.paths = {std::filesystem::temp_directory_path()}});
  const std::string given = within.upload("bytes");
  const std::string path = within.text(within.act("get_file", {{"type", "path"}, {"file_id", given}}), "path");
  std::string read;
  std::ifstream(path) >> read;
  CHECK(read == "bytes");
}

TEST_CASE("fragments that come faster than the disk takes them are refused at a bound, and counted off again") {
  World world;
  std::vector<std::shared_ptr<std::optional<onebot::ActionResult>>> answers;
  const Fields params{{"type", "data"}, {"name", "n"}, {"data", Bytes{std::string(3 << 20, 'x')}}};
  for (int i = 0; i < 20; ++i) answers.push_back(world.begin("upload_file", params));
  REQUIRE(
      world.loop.until([&] { return std::ranges::all_of(answers, [](const auto& one) { return one->has_value(); }); }));
  world.loop.turn();

  CHECK(std::ranges::any_of(answers,
                            [](const auto& one) { return !**one && (**one).error().code == onebot::Retcode::busy; }));
  CHECK(world.code("upload_file", params) == 0);
}
