#include "onebot/v11/connect/http_post.h"

#include "onebot/connect/head.h"
#include "onebot/crypto.h"
#include "onebot/encoding.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace onebot::v11::connect {
namespace {

using onebot::connect::printable;
using onebot::connect::public_url;
using std::chrono::milliseconds;

constexpr std::array<milliseconds, 6> kPauses{milliseconds(1'000), milliseconds(2'000),  milliseconds(4'000),
                                              milliseconds(8'000), milliseconds(16'000), milliseconds(25'000)};
constexpr milliseconds kTimeout{60'000};
constexpr milliseconds kLeaving{2'000};   // a last post
constexpr milliseconds kKeep{5'000};      // the place of a bot that is told nothing
constexpr int kAway[] = {408, 425, 429};  // besides everything that is no 4xx
constexpr std::size_t kMostAnswer = 1 << 20;
constexpr std::size_t kMostOperating = 100;  // then nothing is posted until some are done

std::string endpoint(const PostOptions& options) {
  return fmt::format("onebot11.http_post {}", public_url(options.url));
}

bool is_success(const Result<io::HttpResponse>& answer) { return answer && answer->status / 100 == 2; }

bool is_refusal(const Result<io::HttpResponse>& answer) {
  return answer && answer->status / 100 == 4 && std::ranges::find(kAway, answer->status) == std::end(kAway);
}

std::optional<Fields> object_of(std::string_view text) {
  auto value = decode(text, Encoding::json);
  auto* object = value ? std::get_if<Fields>(&*value) : nullptr;
  return object ? std::optional(std::move(*object)) : std::nullopt;
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

}  // namespace

// RFC 2104 over SHA-1.
std::string signature(std::string_view secret, std::string_view body) {
  constexpr std::size_t kBlock = 64;
  std::string key = secret.size() > kBlock ? crypto::sha1(secret) : std::string(secret);
  key.resize(kBlock, '\0');
  std::string inner = key, outer = key;
  for (char& c : inner) c = static_cast<char>(c ^ 0x36);
  for (char& c : outer) c = static_cast<char>(c ^ 0x5c);
  return fmt::format("sha1={}", crypto::hex(crypto::sha1(outer + crypto::sha1(inner.append(body)))));
}

// --- PostStream ---

PostStream::PostStream(Means means, const PostOptions& options, Feed& feed, const Refusals& refusals, const Bot& bot,
                       std::string place)
    : means_(means),
      options_(options),
      feed_(feed),
      refusals_(refusals),
      bot_(bot),
      place_(std::move(place)),
      asking_(means.ground, bot, options.section.asking, refusals, public_url(options.url)),
      redial_(kPauses) {}

void PostStream::start() {
  if (running_) return pump();
  confirmed_ = means_.ground.backend.cursors.position(place_);  // known from now on
  if (self_id(means_.ground, bot_) == 0) return;
  running_ = true;
  online_ = bot_.status().online;
  line_ = feed_.follow(bot_, confirmed_, replay_since(means_.ground, options_.section), [this] { pump(); });
  const auto interval = options_.section.heartbeat;
  if (interval.count() > 0) beating_ = means_.ground.backend.loop.after(interval, [this] { beat(); });
  keeping_ = means_.ground.backend.loop.after(kKeep, [this] { keep_place(); });
  pump();
}

void PostStream::stop() {
  if (!std::exchange(running_, false)) return;
  for (io::Owner* owner : {&posting_, &pausing_, &beating_, &keeping_}) owner->reset();
  line_.reset();
  if (enabled_ && redial_.failures() == 0) leave();
}

void PostStream::leave() {
  io::HttpRequest last =
      request(lifecycle(seconds(means_.ground.backend.loop), self_id(means_.ground, bot_), "disable"));
  last.timeout = std::min(last.timeout, kLeaving);
  posting_ = means_.ground.backend.client.send(std::move(last), [this](const Result<io::HttpResponse>& answer) {
    const io::Owner over = std::move(posting_);  // owns this function: it stays until the end
    if (!is_success(answer)) line(LogLevel::warn, "the end was posted, and not answered by 2xx next=end");
  });
}

void PostStream::beat() {
  const auto interval = options_.section.heartbeat;
  const BotStatus status = bot_.status();
  online_ = status.online;
  heartbeat_ = heartbeat(seconds(means_.ground.backend.loop), self_id(means_.ground, bot_), status, interval.count());
  const io::Owner over = std::move(beating_);  // it may be what calls this
  beating_ = means_.ground.backend.loop.after(interval, [this] { beat(); });
  pump();
}

void PostStream::check_status() {
  if (beating_ && bot_.status().online != online_) beat();
}

// With nothing under way, what the line has passed was not for this bot.
void PostStream::keep_place() {
  const io::Owner over = std::move(keeping_);
  keeping_ = means_.ground.backend.loop.after(kKeep, [this] { keep_place(); });
  if (text_ != 0 || line_->position() <= confirmed_) return;
  confirmed_ = line_->position();
  means_.ground.backend.cursors.confirm(place_, confirmed_);
}

void PostStream::pump() {
  if (!running_ || posting_ || pausing_ || operating_ >= kMostOperating) return;
  if (auto post = pick()) send(*std::move(post));
}

std::optional<PostStream::Post> PostStream::pick() {
  if (!enabled_) {
    return Post{Kind::lifecycle,
                lifecycle(seconds(means_.ground.backend.loop), self_id(means_.ground, bot_), "enable")};
  }
  if (auto event = pick_event()) return event;
  auto beat = std::exchange(heartbeat_, std::nullopt);
  if (!beat) return std::nullopt;
  return Post{Kind::heartbeat, *std::move(beat)};
}

// What has become too old while nobody answered is left out.
std::optional<PostStream::Post> PostStream::pick_event() {
  std::uint64_t left_out = 0;
  const Feed::Line::Item* item = line_->front();
  while (item && redial_.failures() > 0 && item->at < replay_since(means_.ground, options_.section)) {
    line_->pop();
    text_ = 0;
    ++left_out;
    item = line_->front();
  }
  if (left_out > 0) {
    means_.ground.backend.log.count("events_left_out", left_out);
    line(LogLevel::warn, fmt::format("{} events left out: older than \"replay\" of this section", left_out));
  }
  if (!item) return std::nullopt;
  return Post{Kind::event, item->rendered->texts.at(text_)};
}

io::HttpRequest PostStream::request(const std::string& body) const {
  io::HttpRequest made{.method = "POST",
                       .url = options_.url,
                       .headers = {{"Content-Type", "application/json"},
                                   {"User-Agent", user_agent(means_.ground)},
                                   {"X-Self-ID", fmt::to_string(self_id(means_.ground, bot_))}},
                       .body = body,
                       .timeout = options_.timeout.count() > 0 ? milliseconds(options_.timeout) : kTimeout,
                       .max_body = kMostAnswer};
  if (!options_.secret.empty()) made.headers.emplace_back("X-Signature", signature(options_.secret, body));
  return made;
}

void PostStream::send(Post post) {
  io::HttpRequest made = request(post.body);
  posting_ = means_.ground.backend.client.send(
      std::move(made), [this, post = std::move(post)](const Result<io::HttpResponse>& answer) {
        const io::Owner over = std::move(posting_);  // owns this function: it stays until the end
        ended(post, answer);
        pump();
      });
}

void PostStream::ended(const Post& post, const Result<io::HttpResponse>& answer) {
  if (!is_success(answer)) return failed(post, answer);
  redial_.reset();
  passed(post);
  if (post.kind == Kind::event) operate(post, *answer);
}

void PostStream::passed(const Post& post) {
  if (post.kind == Kind::lifecycle) enabled_ = true;
  if (post.kind != Kind::event) return;
  if (++text_ < line_->front()->rendered->texts.size()) return;
  text_ = 0;
  const Seq next = line_->front()->seq + 1;
  line_->pop();
  confirmed_ = std::max(next, line_->position());
  means_.ground.backend.cursors.confirm(place_, confirmed_);
}

void PostStream::failed(const Post& post, const Result<io::HttpResponse>& answer) {
  means_.ground.backend.log.count("webhook_pushes_failed");
  const bool refused = is_refusal(answer);
  const LogLevel level = post.kind == Kind::heartbeat ? LogLevel::debug : LogLevel::warn;
  line(level, fmt::format("post failed {} next=\"{}\"",
                          answer ? fmt::format("status={}", answer->status)
                                 : fmt::format("error=\"{}\"", printable(answer.error().message)),
                          refused ? "go on behind it" : "again after a pause"));
  if (refused) refusals_.ended(public_url(options_.url), answer->body, options_.url);
  if (refused && post.kind == Kind::event) means_.ground.backend.log.count("webhook_events_given_up");
  if (refused || post.kind == Kind::heartbeat) return passed(post);
  pausing_ = means_.ground.backend.loop.after(redial_.next(), [this] {
    const io::Owner over = std::move(pausing_);  // owns this function: it stays until the end
    pump();
  });
}

// An answer is done once: an event that has one is not posted again.
void PostStream::operate(const Post& post, const io::HttpResponse& answer) {
  if (answer.status == 204 || is_blank(answer.body)) return;
  const auto operation = object_of(answer.body), context = object_of(post.body);
  if (!operation || !context) {
    return line(LogLevel::warn, "an answer that is no JSON object ignored; a quick operation is one");
  }
  ++operating_;
  asking_.operate(*context, *operation, lifetime_.guard([this](const ActionResult& result) {
    --operating_;
    if (!result) {
      means_.ground.backend.log.count("actions_failed");
      line(LogLevel::warn, fmt::format("a quick operation failed: {}", printable(result.error().message)));
    }
    pump();
  }));
}

void PostStream::line(LogLevel level, std::string_view text) const {
  means_.ground.backend.log.line(
      level, fmt::format("onebot11.http_post url={} bot={} {}", public_url(options_.url), name_of(bot_), text));
}

// --- HttpPost ---

HttpPost::HttpPost(PostOptions options, Means means)
    : options_(std::move(options)),
      means_(means),
      refusals_(means.ground.backend.log, endpoint(options_), onebot::connect::Way::webhook),
      places_("http_post", options_.section.name, public_url(options_.url) + options_.section.mark),
      feed_(means.ground, means.rendering, endpoint(options_), options_.section.asking.events) {
  for (const Bot* bot : options_.section.bots) {
    streams_.push_back(std::make_unique<PostStream>(means_, options_, feed_, refusals_, *bot, places_.of(*bot)));
  }
}

Status HttpPost::start() {
  places_.take_over(means_.ground.backend.cursors);
  for (const auto& stream : streams_) stream->start();
  return {};
}

void HttpPost::stop() {
  for (const auto& stream : streams_) stream->stop();
}

void HttpPost::wake() { feed_.pump(); }

// A bot that comes online for the first time has a number then.
void HttpPost::announce(std::string_view) {
  for (const auto& stream : streams_) {
    stream->start();
    stream->check_status();
  }
}

}  // namespace onebot::v11::connect
