// The actions of files on a shelf in memory or on the real one, with a platform that knows some files and an Internet
// in memory.

#pragma once

#include "bridge/files/actions.h"
#include "bridge/files/thread.h"
#include "onebot/crypto.h"
#include "tests/unit/adapter_rig.h"
#include "tests/unit/disk_rig.h"
#include "tests/unit/files/memory_shelf.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rig::files {

using onebot::Bytes;
using onebot::Fields;

inline bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

inline std::string sum(std::string_view bytes) { return onebot::crypto::hex(onebot::crypto::sha256(bytes)); }

// A platform that knows some files.
class Platform : public rig::Adapter {
 public:
  Platform() : rig::Adapter("mock", "b") {}
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
    if (answer && answer->status == 200 && !has(answer->body, "code")) return again(std::nullopt), nullptr;
    loop->post([first, again] {
      if (!first) return again(onebot::fail(onebot::Retcode::forbidden, "the platform says why"));
      again(onebot::io::HttpRequest{.url = "https://api.test/p", .headers = {{"Authorization", "new"}}});
    });
    return nullptr;
  }
};

// A folder and a thread.
class Real {
 public:
  Real(rig::Loop& loop, fakes::Log& log, const bridge::FileLimits& limits) {
    auto opened = bridge::files::FilesThread::open(loop, log, folder_ / "data", limits);
    REQUIRE(opened);
    thread_ = *std::move(opened);
  }
  bridge::files::FilesThread& shelf() { return *thread_; }
  bool gives_paths() const { return thread_->gives_paths(); }
  void write(const std::string& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }
  bool nothing_left() const {
    std::size_t count = 0;
    for (const auto& found : std::filesystem::directory_iterator(folder_ / "data")) {
      count += found.path().filename().string().size() == 64;
    }
    return count == 0 && std::filesystem::is_empty(folder_ / "data/tmp");
  }

 private:
  rig::Folder folder_;
  std::unique_ptr<bridge::files::FilesThread> thread_;
};

class Memory {
 public:
  Memory(rig::Loop& loop, fakes::Log&, const bridge::FileLimits& limits) : shelf_(loop, limits) {}
  rig::MemoryShelf& shelf() { return shelf_; }
  bool gives_paths() const { return false; }
  void write(const std::string& path, std::string bytes) { shelf_.write(path, std::move(bytes)); }
  bool nothing_left() const { return shelf_.nothing_left(); }

 private:
  rig::MemoryShelf shelf_;
};

template <class Kind>
class World {
 public:
  explicit World(bridge::FileLimits bounds = {}) : limits(std::move(bounds)) {
    adapter.loop = &loop;
    files.attach(adapter);
    actions.add("mock/1", files);
  }
  ~World() {
    actions.stop();
    files.stop();
  }

  // The Internet: what a GET answers, and the file that is saved of it.
  void serve(std::function<onebot::io::HttpResponse(const onebot::io::HttpRequest&)> script) {
    client.script = [this, script](const onebot::io::HttpRequest& request) {
      onebot::io::HttpResponse response = script(request);
      if (response.status == 200) kind.write(request.save_to, std::exchange(response.body, ""));
      return response;
    };
  }
  std::shared_ptr<std::optional<onebot::ActionResult>> begin(std::string name, Fields params) {
    auto answer = std::make_shared<std::optional<onebot::ActionResult>>();
    actions.call("mock/1", {std::move(name), std::move(params), std::nullopt},
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
  bridge::files::Means means() { return {loop, client, kind.shelf(), limits}; }

  bridge::FileLimits limits;
  rig::Loop loop;
  fakes::Log log;
  fakes::Client client{loop};
  Platform adapter;
  Kind kind{loop, log, limits};
  bridge::FileActions actions{means(), kind.shelf(), kind.gives_paths()};
  bridge::BotFiles files{means(), "mock/1"};
};

inline Fields url(std::string address) { return {{"type", "url"}, {"name", "n"}, {"url", std::move(address)}}; }

}  // namespace rig::files

TYPE_TO_STRING(rig::files::Real);
TYPE_TO_STRING(rig::files::Memory);
