#include "bridge/files/fetch.h"

#include "bridge/net/url.h"
#include "onebot/disposition.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

namespace bridge::files {

namespace io = onebot::io;

using onebot::fail;
using onebot::File;
using onebot::Result;
using onebot::Retcode;
using onebot::Task;

namespace {

using Answer = Result<io::HttpResponse>;

constexpr int kRedirects[] = {301, 302, 303, 307, 308};
constexpr std::size_t kMostSaid = 64 << 10;  // bytes of a refusal

bool is_redirect(const Answer& answer) {
  return answer && std::ranges::find(kRedirects, answer->status) != std::end(kRedirects);
}

bool is_success(const Answer& answer) { return answer && answer->status / 100 == 2; }

auto room_on(Shelf& shelf) {
  return onebot::until_told<Result<Room>>([&shelf](auto tell) { return shelf.make_room(std::move(tell)); });
}

auto taken_in(Shelf& shelf, Room room, Label label) {
  return onebot::until_told<Result<File>>(
      [&shelf, room = std::move(room), label = std::move(label)](auto tell) mutable {
        return shelf.take_in(std::move(room), std::move(label), std::move(tell));
      });
}

// A platform's file is one of its calls: it says why it refused one, and what may cure that.
auto asked_again(const Wanted& wanted, const Answer& answer) {
  return onebot::until_told<onebot::RemoteFile::Next>(
      [&wanted, answer](auto tell) { return wanted.refused(answer, std::move(tell)); });
}

io::HttpRequest into(const Room& room, io::HttpRequest request, std::chrono::milliseconds left, bool allow_internal) {
  request.timeout = std::max(left, std::chrono::milliseconds(1));
  request.max_body = static_cast<std::size_t>(room.most);
  request.save_to = room.path;
  request.may_save = room.more;
  if (allow_internal) request.public_only = false;
  return request;
}

// The request where a redirect leads. Each hop is a request of its own, so that is checked anew.
Result<io::HttpRequest> next_hop(io::HttpRequest request, const io::HttpResponse& response) {
  const std::string location(io::header(response.headers, "Location").value_or(""));
  const auto next = location.empty() ? std::nullopt : net::follow(request.url, location);
  if (!next) return fail(Retcode::not_fetched, "a redirect to no http or https address");
  if (request.url.starts_with("https://") && !next->starts_with("https://")) {
    return fail(Retcode::not_fetched, "a redirect from https to http, which is not followed");
  }
  // What was meant for one server is nobody else's: headers are often credentials.
  if (net::origin_of(*next) != net::origin_of(request.url)) {
    request.headers.clear();
    request.public_only = true;
  }
  if (response.status == 303) request.method = "GET", request.body.clear();
  request.url = *next;
  return request;
}

// A refusal may have the status of success; it is JSON then, and does not call itself a file.
bool is_file(const Answer& answer) {
  if (!is_success(answer)) return false;
  return !io::header(answer->headers, "Content-Type").value_or("").starts_with("application/json") ||
         io::header(answer->headers, "Content-Disposition");
}

// What was written there, as far as it may be a refusal.
auto said_in(Shelf& shelf, const Room& room) {
  return onebot::until_told<Result<std::string>>(
      [&shelf, written = File{.size = kMostSaid, .path = room.path, .hold = room.hold}](auto tell) {
        return shelf.read(written, 0, kMostSaid, std::move(tell));
      });
}

Task<Result<File>> kept(Means means, Wanted wanted, Room room, io::HttpResponse answer) {
  if (wanted.label.name.empty()) wanted.label.name = plain_name(io::file_name_of(answer.headers));
  co_return co_await taken_in(means.shelf, std::move(room), std::move(wanted.label));
}

Task<onebot::RemoteFile::Next> platform_says(Means means, const Wanted& wanted, const Room& room, Answer answer) {
  if (is_success(answer)) {
    const auto said = co_await said_in(means.shelf, room);
    answer->body = said.value_or("");
  }
  co_return co_await asked_again(wanted, answer);
}

}  // namespace

Task<Result<File>> fetch(Means means, Wanted wanted) {
  const auto until = means.loop.now() + means.limits.timeout;
  ONEBOT_CO_TRY(room, co_await room_on(means.shelf));
  bool away = false;  // another server than the one it was asked of
  for (int redirects = 0;;) {
    const auto left = until - means.loop.now();
    const Answer answer =
        co_await onebot::answer_to(means.client, into(room, wanted.request, left, means.limits.allow_internal));
    if (is_redirect(answer)) {
      if (++redirects > means.limits.max_redirects) {
        co_return fail(Retcode::not_fetched, fmt::format("more than {} redirects", means.limits.max_redirects));
      }
      ONEBOT_CO_TRY(next, next_hop(wanted.request, *answer));
      away = away || net::origin_of(next.url) != net::origin_of(wanted.request.url);
      wanted.request = std::move(next);
      continue;
    }
    if (wanted.refused && !away && !is_file(answer)) {
      ONEBOT_CO_TRY(again, co_await platform_says(means, wanted, room, answer));
      if (again) {
        ONEBOT_CO_TRY(fresh, co_await room_on(means.shelf));
        room = std::move(fresh);
        wanted.request = *std::move(again);
        continue;
      }
    }
    if (is_success(answer)) co_return co_await kept(means, std::move(wanted), std::move(room), *answer);
    if (!answer) co_return std::unexpected(answer.error());
    co_return fail(Retcode::not_fetched, fmt::format("the file could not be fetched: HTTP status {}", answer->status));
  }
}

}  // namespace bridge::files
