// HTTP POST: every event is posted to a URL, those of one bot in order and one at a time. OneBot 11,
// communication/http-post.
//
//   stream of a bot = lifecycle.enable (event | heartbeat)* [lifecycle.disable]
//   answer          = 2xx, with a quick operation if its body is a JSON object
//
// What nobody answers is posted again after a growing pause, for as long as `replay` says; what is refused (4xx) is
// passed. A heartbeat goes out when nothing else does, or not at all. The last post is for whoever answered the one
// before: it is not posted again, and its answer is waited for as long as the loop still runs.

#pragma once

#include "onebot/redial.h"
#include "onebot/v11/connect/section.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onebot::v11::connect {

struct PostOptions {
  SectionOptions section{};
  std::string url{};
  std::string secret{};             // signs every post; "": none does
  std::chrono::seconds timeout{0};  // 0: a minute, since a hung peer must not end the stream
};

// "sha1=<hex>": the X-Signature of a body.
std::string signature(std::string_view secret, std::string_view body);

// The stream of one bot.
class PostStream {
 public:
  // All of these outlive it.
  PostStream(Means means, const PostOptions& options, Feed& feed, const Refusals& refusals, const Bot& bot,
             std::string place);

  void start();  // also again, once its number is known
  void stop();
  void check_status();

 private:
  enum class Kind { lifecycle, heartbeat, event };
  struct Post {
    Kind kind = Kind::event;
    std::string body{};
  };
  void pump();
  std::optional<Post> pick();
  std::optional<Post> pick_event();
  io::HttpRequest request(const std::string& body) const;
  void send(Post post);
  void leave();
  void ended(const Post& post, const Result<io::HttpResponse>& answer);
  void passed(const Post& post);
  void operate(const Post& post, const io::HttpResponse& answer);
  void failed(const Post& post, const Result<io::HttpResponse>& answer);
  void beat();
  void keep_place();
  void line(LogLevel level, std::string_view text) const;

  const Means means_;
  const PostOptions& options_;
  Feed& feed_;
  const Refusals& refusals_;
  const Bot& bot_;
  const std::string place_;  // name of its place
  Asking asking_;
  bool running_ = false;
  bool enabled_ = false;                  // it has been told that the stream begins
  std::optional<std::string> heartbeat_;  // the newest only
  bool online_ = false;                   // as last told
  std::unique_ptr<Feed::Line> line_;
  std::size_t text_ = 0;  // of the event that is posted now
  Seq confirmed_ = 0;
  Redial redial_;
  std::size_t operating_ = 0;  // quick operations under way
  Lifetime lifetime_;
  io::Owner posting_, pausing_, beating_, keeping_;
};

class HttpPost final : public Transport {
 public:
  HttpPost(PostOptions options, Means means);
  ~HttpPost() override { stop(); }

  Status start() override;
  void stop() override;
  void wake() override;
  void announce(std::string_view meta_event) override;

 private:
  const PostOptions options_;
  const Means means_;
  const Refusals refusals_;
  const PlaceNames places_;
  Feed feed_;
  std::vector<std::unique_ptr<PostStream>> streams_;
};

}  // namespace onebot::v11::connect
