// Files of events for applications of OneBot 11: their tokens, their addresses, and what is read there.

#include "bridge/onebot11/media.h"

#include "bridge/onebot11/media_answer.h"
#include "onebot/crypto.h"
#include "tests/fakes.h"
#include "tests/fakes_numbers.h"
#include "tests/fakes_store.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace io = onebot::io;
using bridge::onebot11::Media;
using bridge::onebot11::MediaOptions;
using namespace std::chrono_literals;
using namespace std::string_view_literals;

namespace {

constexpr std::string_view kToken = "0123456789abcdef.png";
constexpr std::string_view kPng = "\x89PNG\r\n\x1a\n and a picture"sv;

// A bridge with one bot, whose files are there.
struct Rig {
  explicit Rig(MediaOptions with = {.base_url = "http://127.0.0.1:5701"}) : options(std::move(with)) { restart(); }

  void restart() {
    loop.advance(10ms);  // what is kept is committed
    media.reset();
    store = std::make_unique<fakes::Store>(loop, disk);
    media = std::make_unique<Media>(loop, log, *store, tokens, options);
    media->add("chat/1", files);
  }
  std::string address(std::string_view file_id, std::string_view token = kToken, std::string_view url = "") {
    return media->address({.token = token, .file_id = file_id, .url = url, .bot = "chat/1"});
  }
  // What a client gets at an address, as Server brings it.
  std::shared_ptr<fakes::Answered> ask(std::string_view address, std::string method = "GET", io::Headers headers = {}) {
    const auto path = address.find('/', address.find("://") + 3), query = address.find('?');
    io::HttpRequest request{.method = std::move(method),
                            .url = std::string(address.substr(path, query - path)),
                            .query = query == address.npos ? "" : std::string(address.substr(query + 1)),
                            .remote = "192.0.2.1:50000",
                            .headers = std::move(headers)};
    auto answered = std::make_shared<fakes::Answered>();
    if (auto refusal = media->refuse(request)) {
      answered->response = std::move(refusal);
    } else {
      media->serve(std::move(request), std::make_unique<fakes::Exchange>(answered));
    }
    return answered;
  }
  io::HttpResponse get(std::string_view address, std::string method = "GET", io::Headers headers = {}) {
    const auto answered = ask(address, std::move(method), std::move(headers));
    loop.run();
    REQUIRE(answered->response);
    return *answered->response;
  }
  std::string picture() { return files.add("a.png", std::string(kPng), "f00d"); }

  MediaOptions options;
  fakes::Loop loop;
  fakes::Log log;
  fakes::Disk disk;
  fakes::Files files{loop};
  fakes::TokenRows tokens;
  std::unique_ptr<fakes::Store> store;
  std::unique_ptr<Media> media;
};

std::string header(const io::HttpResponse& response, std::string_view name) {
  return std::string(io::header(response.headers, name).value_or("none"));
}

}  // namespace

// --- tokens and addresses ---

TEST_CASE("O11-MED-01: a token that was told names its file, also after a restart") {
  Rig rig;
  const std::string id = rig.picture();
  rig.address(id);

  rig.restart();

  CHECK(rig.media->file_id(kToken) == id);
  CHECK(rig.media->file_id("fedcba9876543210.png") == std::nullopt);
}

TEST_CASE("what the platform offers to everybody keeps its address, and its token counts, too") {
  for (const bool on : {true, false}) {
    CAPTURE(on);
    Rig rig({.base_url = "http://127.0.0.1:5701", .on = on});

    CHECK(rig.address("file-1", kToken, "https://cdn.test/a.png") == "https://cdn.test/a.png");
    CHECK(rig.media->file_id(kToken) == "file-1");
  }
}

TEST_CASE("O11-MED-03: without a port of its own a file has no address") {
  Rig rig({.base_url = "http://127.0.0.1:5701", .on = false});

  CHECK(rig.address("file-1").empty());
  CHECK(rig.tokens.writes == 0);
}

TEST_CASE("an id that nobody can open has no address") {
  Rig rig;

  CHECK(rig.address("").empty());
  CHECK(rig.address(std::string(Media::kMostFileId + 1, 'x')).empty());
}

TEST_CASE("a token that is told again is written again once an hour, so that it is as young as its last message") {
  Rig rig;

  rig.address("file-1");
  rig.address("file-1");
  CHECK(rig.tokens.writes == 1);
  rig.loop.advance(Media::kRenewed);
  rig.address("file-1");

  CHECK(rig.tokens.writes == 2);
}

TEST_CASE("the address begins with base_url, whose last slash is none") {
  Rig rig({.base_url = "https://bot.example/files/"});

  CHECK(rig.address("file-1").starts_with("https://bot.example/files/media/0123456789abcdef.png?e="));
}

// --- reading ---

TEST_CASE("O11-MED-02, O11-MED-03: whoever has the address reads the file, without credentials") {
  Rig rig;
  const std::string id = rig.picture();

  const io::HttpResponse response = rig.get(rig.address(id));

  CHECK(response.status == 200);
  CHECK(header(response, "Content-Type") == "image/png");
  CHECK(header(response, "Content-Disposition").starts_with("inline; "));
  CHECK(header(response, "X-Content-Type-Options") == "nosniff");
  CHECK(header(response, "ETag") == "\"f00d\"");
  REQUIRE(response.file);
  CHECK(response.file->path == rig.files.files.at(id).path);
  CHECK(response.file->size == kPng.size());
  CHECK(rig.log.counters["media_served"] == 1);
}

TEST_CASE("an address holds over a restart, and its key stands in no line of the log") {
  Rig rig;
  const std::string address = rig.address(rig.picture());

  rig.restart();
  CHECK(rig.get(address).status == 200);

  for (const auto& [name, kept] : rig.disk.records) CHECK_FALSE(rig.log.contains(kept.record.value));
  CHECK(rig.disk.records.size() == 1);
}

TEST_CASE("the key is kept anew every day, so that it is not forgotten") {
  Rig rig;
  rig.loop.advance(10ms);
  const int before = rig.disk.records.begin()->second.order;

  rig.loop.advance(Media::kKeyRenewed + 10ms);

  CHECK(rig.disk.records.begin()->second.order > before);
}

TEST_CASE("another folder has another key") {
  Rig rig, other;
  const std::string address = rig.address(rig.picture());
  other.address(other.picture());

  CHECK(other.get(address).status == 403);
}

TEST_CASE("O11-MED-03: a wrong signature is 403, an address that is too old 410, a token nobody knows 404") {
  Rig rig;
  const std::string address = rig.address(rig.picture());
  std::string wrong = address;
  wrong.back() = wrong.back() == '0' ? '1' : '0';

  CHECK(rig.get(wrong).status == 403);
  CHECK(rig.get(address.substr(0, address.find('&'))).status == 403);
  CHECK(rig.get("http://127.0.0.1:5701/media/0123456789abcdef.png").status == 403);
  CHECK(rig.get("http://127.0.0.1:5701/media/fedcba9876543210.png" + address.substr(address.find('?'))).status == 403);

  rig.tokens = fakes::TokenRows();
  CHECK(rig.get(address).status == 404);

  rig.loop.advance(24h + 1s);
  CHECK(rig.get(address).status == 410);

  CHECK(rig.log.counters["media_refused signature"] == 4);
  CHECK(rig.log.counters["media_refused unknown"] == 1);
  CHECK(rig.log.counters["media_refused expired"] == 1);
  CHECK_FALSE(rig.log.contains("s="));
}

TEST_CASE("digits of a token cannot become those of a time") {
  const bridge::onebot11::MediaAddress address("http://a", "key");
  const std::string whole = address.write("0123456789abcdef.mp4", 2'000'000'000);
  const std::string query = whole.substr(whole.find('?') + 1);

  const auto verdict = address.read({.url = "/media/0123456789abcdef.mp", .query = "e=4" + query.substr(2)}, 0).verdict;

  CHECK(verdict == bridge::onebot11::MediaAddress::Verdict::wrong);
}

TEST_CASE("there is no folder, nothing beside it, and nothing but GET and HEAD") {
  Rig rig;
  const std::string address = rig.address(rig.picture());
  const std::string query = address.substr(address.find('?'));

  for (const std::string_view path : {"/", "/media", "/media/", "/media/x/y", "/media/../journal.db", "/other"}) {
    CAPTURE(path);
    CHECK(rig.get(fmt::format("http://h{}{}", path, query)).status == 404);
  }
  const io::HttpResponse posted = rig.get(address, "POST");
  CHECK(posted.status == 405);
  CHECK(header(posted, "Allow") == "GET, HEAD");
  CHECK(rig.get(address, "HEAD").status == 200);
  CHECK(rig.files.opened.size() == 1);
}

TEST_CASE("behind a proxy the path of base_url may be there or taken away") {
  Rig rig({.base_url = "https://bot.example/files"});
  const std::string address = rig.address(rig.picture());

  CHECK(rig.get(address).status == 200);
  CHECK(rig.get("http://127.0.0.1" + address.substr(address.find("/media/"))).status == 200);
}

TEST_CASE("what a stranger could do harm with is a download, whatever it is called") {
  Rig rig;
  for (const auto& [name, bytes] : {std::pair{"a.png", "<html><script>"}, std::pair{"a.svg", "<svg onload=x>"},
                                    std::pair{"a.pdf", "%PDF-1.7"}, std::pair{"a.jpg", ""}}) {
    CAPTURE(name);
    const std::string id = rig.files.add(name, bytes, "f00d");

    const io::HttpResponse response = rig.get(rig.address(id, "1123456789abcdef.png"));

    CHECK(header(response, "Content-Type") == "application/octet-stream");
    CHECK(header(response, "Content-Disposition").starts_with("attachment; "));
    rig.loop.advance(Media::kRenewed);
  }
}

TEST_CASE("a file's name goes along in any script, and cannot leave its header") {
  Rig rig;
  const std::string id = rig.files.add("图\"\r\nX: y.png", std::string(kPng), "f00d");

  const std::string told = header(rig.get(rig.address(id)), "Content-Disposition");

  CHECK(told == "inline; filename=\"0123456789abcdef.png\"; filename*=UTF-8''%E5%9B%BE%22%0D%0AX%3A%20y.png");
}

// --- parts ---

TEST_CASE("a part that is asked for is what is sent") {
  struct Row {
    std::string_view range{};
    int status = 0;
    std::string_view told{};
    std::uint64_t offset = 0, size = 0;
  };
  Rig rig;
  const std::string id = rig.files.add("a.bin", "0123456789", "f00d");
  const std::string address = rig.address(id);
  for (const Row& row : {Row{"bytes=2-4", 206, "bytes 2-4/10", 2, 3}, Row{"bytes=7-", 206, "bytes 7-9/10", 7, 3},
                         Row{"bytes=-4", 206, "bytes 6-9/10", 6, 4}, Row{"bytes=0-99", 206, "bytes 0-9/10", 0, 10},
                         Row{"bytes=-99", 206, "bytes 0-9/10", 0, 10}, Row{"bytes=10-", 416, "bytes */10", 0, 0},
                         Row{"bytes=-0", 416, "bytes */10", 0, 0}, Row{"bytes=4-2", 200, "none", 0, 10},
                         Row{"bytes=0-1,3-4", 200, "none", 0, 10}, Row{"bytes=a-b", 200, "none", 0, 10},
                         Row{"bytes=-", 200, "none", 0, 10}, Row{"items=0-1", 200, "none", 0, 10}}) {
    CAPTURE(row.range);
    const io::HttpResponse response = rig.get(address, "GET", {{"Range", std::string(row.range)}});

    CHECK(response.status == row.status);
    CHECK(header(response, "Content-Range") == row.told);
    CHECK(response.file.has_value() == (row.status != 416));
    if (!response.file) continue;
    CHECK(response.file->offset == row.offset);
    CHECK(response.file->size == row.size);
  }
}

TEST_CASE("an empty file has no parts") {
  Rig rig;
  const std::string address = rig.address(rig.files.add("a.bin", "", "f00d"));

  CHECK(rig.get(address).file->size == 0);
  CHECK(rig.get(address, "GET", {{"Range", "bytes=0-"}}).status == 416);
  CHECK(rig.get(address, "GET", {{"Range", "bytes=-5"}}).status == 416);
}

TEST_CASE("who has the file is not sent it again, and a part of another file is none of this one") {
  Rig rig;
  const std::string address = rig.address(rig.picture());

  CHECK(rig.get(address, "GET", {{"If-None-Match", "\"beef\", W/\"f00d\""}}).status == 304);
  CHECK(rig.get(address, "GET", {{"If-None-Match", "\"beef\""}}).status == 200);
  CHECK(rig.get(address, "GET", {{"Range", "bytes=0-1"}, {"If-Range", "\"f00d\""}}).status == 206);
  CHECK(rig.get(address, "GET", {{"Range", "bytes=0-1"}, {"If-Range", "\"beef\""}}).status == 200);
}

// --- bounds and ends ---

TEST_CASE("a file that the platform has lost is 404, and what else fails says why to the operator alone") {
  Rig rig;

  CHECK(rig.get(rig.address("lost")).status == 404);
  CHECK(rig.log.counters["media_refused gone"] == 1);
}

TEST_CASE("a bot that is no longer configured has no files") {
  Rig rig;
  rig.media->address({.token = kToken, .file_id = "file-1", .bot = "chat/2"});

  CHECK(rig.get(rig.address("file-1")).status == 404);
  CHECK(rig.files.opened.empty());
}

namespace {

// Files that never come.
struct NoFiles final : onebot::Files {
  struct Wanted final : io::Pending {
    explicit Wanted(int& waiting) : count(waiting) { ++count; }
    ~Wanted() override { --count; }
    int& count;
  };
  io::Owner open(std::string, onebot::ToldResult<onebot::File>) override { return std::make_unique<Wanted>(waiting); }
  io::Owner read(const onebot::File&, std::uint64_t, std::size_t, onebot::ToldResult<std::string>) override {
    return nullptr;
  }
  int waiting = 0;
};

}  // namespace

TEST_CASE("so many requests wait for their files at once, each so long, and no longer than the bridge lives") {
  Rig rig;
  NoFiles none;
  rig.media->add("chat/1", none);
  const std::string address = rig.address("file-1");
  std::vector<std::shared_ptr<fakes::Answered>> waiting;
  for (std::size_t i = 0; i < Media::kMostAtOnce; ++i) waiting.push_back(rig.ask(address));
  rig.loop.run();
  CHECK_FALSE(waiting.back()->response);

  const auto beyond = rig.ask(address);
  CHECK(beyond->response->status == 503);
  CHECK(header(*beyond->response, "Retry-After") == "1");

  rig.loop.advance(Media::kPatience);
  for (const auto& one : waiting) CHECK(one->response->status == 504);
  CHECK(none.waiting == 0);

  const auto last = rig.ask(address);
  rig.media->stop();
  CHECK(last->response->status == 503);
  CHECK(none.waiting == 0);
  CHECK(rig.ask(address)->response->status == 503);
}
