// Messages with files: which uploads they need, in what order everything goes out, and where received files are.

#include "adapters/feishu/tests/rig.h"

#include <fmt/format.h>

using namespace rig;
using onebot::List;
using onebot::Retcode;

namespace {

Fields segment(std::string_view type, Fields data) { return {{"type", type}, {"data", std::move(data)}}; }
Fields text(std::string_view words) { return segment("text", {{"text", words}}); }
Fields of_file(std::string_view type, std::string_view id) { return segment(type, {{"file_id", id}}); }

// Answers every call as the platform would; keys and ids count up.
struct Platform {
  explicit Platform(Bot& bot) {
    bot.world.client.script = [this](const io::HttpRequest& request) {
      const std::string path = request.url.substr(std::string("https://platform.test").size());
      if (path.ends_with("/images")) return told("image_key", "img_");
      if (path.ends_with("/files")) return told("file_key", "file_");
      return told("message_id", "om_");
    };
  }
  // Refuses messages that show a file of this key.
  void lose(Bot& bot, std::string lost, int code) {
    bot.world.client.script = [this, told_before = bot.world.client.script, lost = std::move(lost),
                               code](const io::HttpRequest& request) {
      const bool shows =
          request.url.find("/messages") != std::string::npos && request.body.find(lost) != std::string::npos;
      if (!shows) return told_before(request);
      return io::HttpResponse{400, {}, onebot::json::write(Fields{{"code", code}, {"msg", "ext=invalid image_key"}})};
    };
  }
  io::HttpResponse told(std::string_view name, std::string_view begins) {
    const Fields data{{std::string(name), std::string(begins) + std::to_string(++number)}};
    return {200, {}, onebot::json::write(Fields{{"code", 0}, {"data", data}})};
  }
  int number = 0;
};

void settle(Bot& bot) {
  for (int i = 0; i < 60; ++i) bot.world.loop.advance(100ms);
}

// "POST /path msg_type content" of everything that went to the platform since `from`.
std::vector<std::string> sent_by(Bot& bot, std::size_t from) {
  std::vector<std::string> out;
  for (std::size_t i = from; i < bot.world.client.calls.size(); ++i) {
    const auto& request = bot.world.client.calls[i]->request;
    if (request.file) {
      out.push_back("upload " + request.file->path);
      continue;
    }
    const Document body = parse(request.body);
    out.push_back(body.root().at("msg_type").text() + " " + body.root().at("content").text());
  }
  return out;
}

}  // namespace

TEST_CASE("a message with text, two images, a mention and a file goes out as a post and a file, in order") {
  Bot bot("feishu", {{"self_id", kBot}});
  bot.start();
  Platform platform(bot);
  const std::string a = bot.world.files.add("a.png", "\x89PNG a"), b = bot.world.files.add("b.png", "\x89PNG b"),
                    c = bot.world.files.add("report.pdf", "%PDF");
  const std::size_t from = bot.world.client.calls.size();
  const auto told = bot.call(
      "send_message", to_group(List{text("look:\n"), of_file("image", a), of_file("image", b),
                                    segment("mention", {{"user_id", kMarco}}), text(" fine"), of_file("file", c)}));
  settle(bot);
  CHECK(
      sent_by(bot, from) ==
      std::vector<std::string>{
          "upload /files/file-1", "upload /files/file-2", "upload /files/file-3",
          R"(post {"zh_cn":{"title":"","content":[[{"tag":"text","text":"look:"}],[{"tag":"img","image_key":"img_1"}],[{"tag":"img","image_key":"img_2"}],[{"tag":"at","user_id":")" +
              kMarco + R"("},{"tag":"text","text":" fine"}]]}})",
          R"(file {"file_key":"file_3"})"});
  REQUIRE(told->retcode() == Retcode::ok);
  CHECK(told->data().find(R"("message_id":"om_4")") != std::string::npos);
  CHECK(told->data().find(R"("feishu.message_ids":["om_4","om_5"])") != std::string::npos);
}

TEST_CASE("an image alone is an image, and the same bytes are uploaded once for each kind") {
  Bot bot("feishu", {{"self_id", kBot}});
  bot.start();
  Platform platform(bot);
  const std::string a = bot.world.files.add("a.png", "png", "5ha"), again = bot.world.files.add("b.png", "png", "5ha");
  const std::size_t from = bot.world.client.calls.size();
  for (const auto& [type, id] : {std::pair("image", a), {"image", again}, {"file", a}}) {
    bot.call("send_message", to_group(List{of_file(type, id)}));
    settle(bot);
  }
  CHECK(sent_by(bot, from) == std::vector<std::string>{"upload /files/file-1", R"(image {"image_key":"img_1"})",
                                                       R"(image {"image_key":"img_1"})", "upload /files/file-1",
                                                       R"(file {"file_key":"file_4"})"});
}

TEST_CASE("voice goes out with its length, and as a file when it is not Opus; video as media") {
  Bot bot("feishu", {{"self_id", kBot}});
  bot.start();
  Platform platform(bot);
  std::string opus = "OggS....................OpusHead";
  opus += std::string("OggS\0\4", 6) + std::string("\x40\x49\x02\0\0\0\0\0", 8) + "rest";  // 149,824 / 48
  const std::string voice = bot.world.files.add("v.opus", opus), mp3 = bot.world.files.add("m.mp3", "ID3\3tune"),
                    film = bot.world.files.add("f.mp4", std::string("\0\0\0 ftypisom", 12));
  const std::size_t from = bot.world.client.calls.size();
  for (const auto& [type, id] : {std::pair("voice", voice), {"voice", mp3}, {"video", film}}) {
    bot.call("send_message", to_group(List{of_file(type, id)}));
    settle(bot);
  }
  const auto out = sent_by(bot, from);
  REQUIRE(out.size() == 6);
  CHECK(out[1].starts_with("audio "));
  CHECK(out[3].starts_with("file "));
  CHECK(out[5].starts_with("media "));
  const std::string head = bot.world.client.calls[from]->request.body;
  CHECK(head.find("name=\"file_type\"\r\n\r\nopus\r\n") != std::string::npos);
  CHECK(head.find("name=\"duration\"\r\n\r\n3121\r\n") != std::string::npos);
  CHECK(head.find("name=\"file\"; filename=\"v.opus\"") != std::string::npos);
  CHECK(bot.world.client.calls[from + 2]->request.body.find("\r\n\r\nstream\r\n") != std::string::npos);
}

TEST_CASE("a video goes out with its length, wherever its boxes stand") {
  const auto box = [](std::string_view type, std::string_view content) {
    std::string size(4, '\0');
    for (std::size_t i = 0; i < 4; ++i) size[3 - i] = static_cast<char>((content.size() + 8) >> (8 * i));
    return size + std::string(type) + std::string(content);
  };
  // version, flags, created, modified; 1000 a second, 61,234 of them
  const std::string mvhd =
      box("mvhd", std::string(12, '\0') + std::string("\0\0\3\xe8\0\0\xef\x32", 8) + std::string(80, '\0'));
  const std::string long_mvhd =
      box("mvhd", std::string("\1", 1) + std::string(19, '\0') + std::string("\0\1\x5f\x90\0\0\0\0\0\x2d\xc6\xc0", 12) +
                      std::string(80, '\0'));
  const std::string head = box("ftyp", "isom0000"), pictures = box("mdat", std::string(200'000, 'x'));
  struct Film {
    std::string bytes{}, duration{};
  };
  const Film films[] = {{head + box("moov", mvhd) + pictures, "61234"},
                        {head + pictures + box("free", "") + box("moov", box("iods", "12345678") + long_mvhd), "33333"},
                        {head + pictures, ""},
                        {head + box("moov", "short"), ""}};
  for (const Film& film : films) {
    Bot bot("feishu", {{"self_id", kBot}});
    bot.start();
    Platform platform(bot);
    const std::size_t from = bot.world.client.calls.size();
    bot.call("send_message", to_group(List{of_file("video", bot.world.files.add("f.mp4", film.bytes))}));
    settle(bot);
    const std::string form = bot.world.client.calls.at(from)->request.body;
    CHECK(form.find("\r\n\r\nmp4\r\n") != std::string::npos);
    if (film.duration.empty())
      CHECK(form.find("\"duration\"") == std::string::npos);
    else
      CHECK(form.find("name=\"duration\"\r\n\r\n" + film.duration + "\r\n") != std::string::npos);
  }
}

TEST_CASE("a file that is empty, too large or not there sends nothing") {
  Bot bot("feishu", {{"self_id", kBot}});
  bot.start();
  const std::string empty = bot.world.files.add("e", ""), large = bot.world.files.add("l", "x");
  bot.world.files.files.at(large).size = (10 << 20) + 1;
  const std::size_t from = bot.world.client.calls.size();
  CHECK(bot.call("send_message", to_group(List{text("a"), of_file("image", empty)}))->retcode() ==
        Retcode::bad_segment_data);
  CHECK(bot.call("send_message", to_group(List{text("a"), of_file("image", large)}))->retcode() ==
        Retcode::media_refused);
  CHECK(bot.call("send_message", to_group(List{text("a"), of_file("file", "gone")}))->retcode() ==
        Retcode::unknown_file);
  CHECK(bot.world.client.calls.size() == from);
}

TEST_CASE("a file's name cannot break out of its form field") {
  Bot bot("feishu", {{"self_id", kBot}});
  bot.start();
  Platform platform(bot);
  const std::string id = bot.world.files.add("a\"\r\nX: y/../b", "bytes");
  const std::size_t from = bot.world.client.calls.size();
  bot.call("send_message", to_group(List{of_file("file", id)}));
  CHECK(bot.world.client.calls[from]->request.body.find("filename=\"a___X: y_.._b\"") != std::string::npos);
}

TEST_CASE("messages to one receiver keep their order, also when the first has a file to upload") {
  Bot bot("feishu", {{"self_id", kBot}});
  bot.start();
  const std::string id = bot.world.files.add("a.png", "png");
  const std::size_t from = bot.world.client.calls.size();
  bot.call("send_message", to_group(List{of_file("image", id)}));
  bot.call("send_message", to_group("second"));
  CHECK(bot.world.client.calls.size() == from + 1);
  Platform platform(bot);
  bot.answer(R"({"code":0,"data":{"image_key":"img_9"}})");
  settle(bot);
  const auto out = sent_by(bot, from);
  REQUIRE(out.size() == 3);
  CHECK(out[1] == R"(image {"image_key":"img_9"})");
  CHECK(out[2] == R"(text {"text":"second"})");
}

TEST_CASE("no more than five messages a second go to one chat") {
  Bot bot("feishu", {{"self_id", kBot}});
  bot.start();
  Platform platform(bot);
  const std::size_t from = bot.world.client.calls.size();
  for (int i = 0; i < 12; ++i) bot.call("send_message", to_group("x"));
  bot.world.loop.run();
  CHECK(bot.world.client.calls.size() - from == 5);
  bot.world.loop.advance(1s);
  CHECK(bot.world.client.calls.size() - from == 10);
  bot.world.loop.advance(1s);
  CHECK(bot.world.client.calls.size() - from == 12);
}

TEST_CASE("BOSSHI sends no files") {
  Bot bot("bosshi", {{"app_id", "bli_1"}, {"self_id", kBot}});
  bot.start();
  for (const char* type : {"image", "voice", "file"}) {
    CHECK(bot.call("send_message", to_group(List{of_file(type, "x")}))->retcode() == Retcode::unsupported_segment);
  }
}

// --- received files ---

TEST_CASE("a received file is where its message is, with the bot's token") {
  Bot bot("feishu", {{"self_id", kBot}});
  bot.start();
  std::optional<onebot::Result<onebot::RemoteFile>> told;
  const auto owner =
      bot.adapter->locate("feishu.res:image:om_1:img%3Ax%20y", [&](auto file) { told = std::move(file); });
  bot.world.loop.advance(1ms);
  REQUIRE(told.has_value());
  REQUIRE(told->has_value());
  CHECK((*told)->request.url == "https://platform.test/open-apis/im/v1/messages/om_1/resources/img%3Ax%20y?type=image");
  CHECK(*io::header((*told)->request.headers, "Authorization") == "Bearer t-1");
}

namespace {

// What a download is told when the platform answers it with this.
onebot::RemoteFile::Next met(Bot& bot, int status, std::string body) {
  std::optional<onebot::Result<onebot::RemoteFile>> file;
  const auto locating = bot.adapter->locate("feishu.res:file:om_1:k", [&](auto told) { file = std::move(told); });
  bot.world.loop.advance(1ms);
  std::optional<onebot::RemoteFile::Next> next;
  const auto asking =
      file.value()->refused(io::HttpResponse{status, {}, std::move(body)}, [&](auto told) { next = std::move(told); });
  bot.world.loop.advance(1ms);
  return next.value();
}

}  // namespace

TEST_CASE("a download that the platform refuses tells its code, its words and its log id, whatever the status") {
  struct Row {
    int code = 0;
    Retcode retcode = Retcode::ok;
  };
  for (const Row& row :
       {Row{234003, Retcode::unknown_file}, Row{234004, Retcode::forbidden}, Row{234037, Retcode::media_refused},
        Row{234038, Retcode::forbidden}, Row{234043, Retcode::forbidden}, Row{99991672, Retcode::forbidden}}) {
    for (const int status : {400, 200}) {
      CAPTURE(row.code);
      CAPTURE(status);
      Bot bot("feishu", {{"self_id", kBot}});
      bot.start();

      const auto next = met(bot, status, fmt::format(R"({{"code":{},"msg":"no","error":{{"log_id":"L"}}}})", row.code));

      REQUIRE_FALSE(next.has_value());
      CHECK(next.error().code == row.retcode);
      CHECK(next.error().message == fmt::format("{} no log_id=L", row.code));
      CHECK(onebot::json::write(next.error().data) ==
            fmt::format(R"({{"feishu.code":{},"feishu.http_status":{},"feishu.log_id":"L"}})", row.code, status));
    }
  }
}

TEST_CASE("a received file that is JSON is a file") {
  Bot bot("feishu", {{"self_id", kBot}});
  bot.start();
  for (const char* body : {R"({"code":0})", R"({"port":8080})", "[1,2]"}) {
    CAPTURE(body);
    CHECK(met(bot, 200, body).value() == std::nullopt);
  }
}

TEST_CASE("what is no id of a received file is nowhere") {
  Bot bot("feishu", {{"self_id", kBot}});
  bot.start();
  for (const char* id :
       {"", "x", "feishu.res:", "feishu.res:image:om_1", "feishu.res:image::k", "feishu.res:video:om_1:k",
        "feishu.res:file:a:b:c", "bosshi.res:file:om_1:k", "feishu.res:file:om_1:a&b=c", "feishu.res:file:om_1:..",
        "feishu.res:file:%2E%2E:k", "feishu.res:file:om_1:a%2Fb"}) {
    CAPTURE(id);
    std::optional<onebot::Result<onebot::RemoteFile>> told;
    const auto owner = bot.adapter->locate(id, [&](auto file) { told = std::move(file); });
    bot.world.loop.advance(1ms);
    REQUIRE(told.has_value());
    REQUIRE_FALSE(told->has_value());
    CHECK(told->error().code == Retcode::unknown_file);
  }
}

TEST_CASE("bytes that the platform has are not sent again after a restart") {
  Bot bot("feishu", {{"self_id", kBot}});
  bot.world.events.remember({"upload", "message/" + std::string(64, 'a'), "img_before"});
  bot.start();
  const std::string id = bot.world.files.add("a.png", "\x89PNG", std::string(64, 'a'));
  bot.call("send_message", to_group(onebot::List{Fields{{"type", "image"}, {"data", Fields{{"file_id", id}}}}}));
  bot.world.loop.advance(1ms);

  CHECK(bot.asked().url == "https://platform.test/open-apis/im/v1/messages?receive_id_type=chat_id");
  CHECK(bot.asked().body.find("img_before") != std::string::npos);
}

TEST_CASE("a key that the platform no longer takes is forgotten, and the file brought and sent anew, once") {
  for (const int code : {230017, 11221, 230001}) {
    CAPTURE(code);
    Bot bot("feishu", {{"self_id", kBot}});
    bot.world.events.remember({"upload", "message/" + std::string(64, 'a'), "img_before"});
    bot.world.events.remember({"upload", "stream/" + std::string(64, 'b'), "file_before"});
    bot.start();
    Platform platform(bot);
    platform.lose(bot, "img_before", code);
    const std::string image = bot.world.files.add("a.png", "\x89PNG", std::string(64, 'a')),
                      file = bot.world.files.add("b.pdf", "%PDF", std::string(64, 'b'));
    const std::size_t from = bot.world.client.calls.size();

    const auto told = bot.call("send_message", to_group(List{of_file("file", file), of_file("image", image)}));
    settle(bot);

    CHECK(told->retcode() == Retcode::ok);
    const auto out = sent_by(bot, from);
    REQUIRE(out.size() == 4);
    CHECK(out[0].find("file_before") != std::string::npos);
    CHECK(out[1].find("img_before") != std::string::npos);
    CHECK(out[2].starts_with("upload "));
    CHECK(out[3] == R"(image {"image_key":"img_2"})");
    CHECK(bot.world.events.recall("upload").size() == 2);
    CHECK(bot.world.events.recall("upload").back().value == "img_2");
  }
}

TEST_CASE("a file that is refused again is not brought a third time") {
  Bot bot("feishu", {{"self_id", kBot}});
  bot.start();
  Platform platform(bot);
  platform.lose(bot, "img_", 230017);
  const std::string image = bot.world.files.add("a.png", "\x89PNG", std::string(64, 'a'));
  const std::size_t from = bot.world.client.calls.size();

  const auto told = bot.call("send_message", to_group(List{of_file("image", image)}));
  settle(bot);

  CHECK(told->retcode() == Retcode::refused);
  CHECK(sent_by(bot, from).size() == 4);
}
