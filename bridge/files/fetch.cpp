#include "bridge/files/fetch.h"

#include "bridge/net/url.h"
#include "onebot/disposition.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace bridge::files {

namespace io = onebot::io;

using onebot::File;
using onebot::Result;
using onebot::Retcode;

namespace {

constexpr int kRedirects[] = {301, 302, 303, 307, 308};

bool is_redirect(int status) { return std::ranges::find(kRedirects, status) != std::end(kRedirects); }

}  // namespace

Fetch::Fetch(io::Loop& loop, io::Client& client, FilesThread& thread, Wanted wanted, Done done)
    : loop_(loop),
      client_(client),
      thread_(thread),
      wanted_(std::move(wanted)),
      done_(std::move(done)),
      until_(loop.now() + thread.limits().timeout) {
  begin();
}

void Fetch::begin() {
  struct Begun {
    std::shared_ptr<Temporary> bytes{};
    std::uint64_t most = 0;
  };
  const auto job = [](Desk& desk) -> Result<Begun> {
    ONEBOT_CHECK(desk.store.room(0));
    const std::uint64_t most = std::min(desk.store.limits().max_size, desk.store.left());
    return Begun{std::make_shared<Temporary>(desk.store.temporary()), most};
  };
  step_ = thread_.ask<Begun>(job, [this](Result<Begun> begun) {
    if (!begun) return fail(std::move(begun).error());
    bytes_ = std::move(begun->bytes);
    most_ = begun->most;
    send();
  });
}

void Fetch::send() {
  io::HttpRequest request = wanted_.request;
  request.timeout = std::max(until_ - loop_.now(), std::chrono::milliseconds(1));
  request.max_body = static_cast<std::size_t>(most_);
  request.save_to = bytes_->path();
  if (thread_.limits().allow_internal) request.public_only = false;
  step_ = client_.send(std::move(request), [this](const Result<io::HttpResponse>& response) { answered(response); });
}

void Fetch::answered(const Result<io::HttpResponse>& response) {
  if (response && response->status / 100 == 2) return keep(*response);
  if (response && is_redirect(response->status)) return redirected(*response);
  if (wanted_.refused && !away_) return ask_again(response);
  if (!response) return fail(response.error());
  fail({Retcode::not_fetched, fmt::format("the file could not be fetched: HTTP status {}", response->status)});
}

// A platform's file is one of its calls: it says why it refused one, and what may cure that.
void Fetch::ask_again(const Result<io::HttpResponse>& response) {
  step_ = wanted_.refused(response, [this](Result<io::HttpRequest> request) {
    if (!request) return fail(std::move(request).error());
    wanted_.request = *std::move(request);
    send();
  });
}

// Each hop is a request of its own, so where it leads is checked anew.
void Fetch::redirected(const io::HttpResponse& response) {
  if (++redirects_ > thread_.limits().max_redirects) {
    return fail({Retcode::not_fetched, fmt::format("more than {} redirects", thread_.limits().max_redirects)});
  }
  const std::string location(io::header(response.headers, "Location").value_or(""));
  const auto next = location.empty() ? std::nullopt : net::follow(wanted_.request.url, location);
  if (!next) return fail({Retcode::not_fetched, "a redirect to no http or https address"});
  // What was meant for one server is nobody else's: headers are often credentials.
  if (net::origin_of(*next) != net::origin_of(wanted_.request.url)) {
    wanted_.request.headers.clear();
    wanted_.request.public_only = away_ = true;
  }
  if (response.status == 303) wanted_.request.method = "GET", wanted_.request.body.clear();
  wanted_.request.url = *next;
  send();
}

void Fetch::keep(const io::HttpResponse& response) {
  if (wanted_.name.empty()) wanted_.name = plain_name(io::file_name_of(response.headers));
  const auto job = [bytes = std::move(bytes_), wanted = wanted_](Desk& desk) -> Result<File> {
    ONEBOT_TRY(summed, sum_of(bytes->path()));
    return desk.store.keep(wanted.key, wanted.name, std::move(*bytes), summed, wanted.sha256, desk.wall);
  };
  step_ = thread_.ask<File>(job, [this](Result<File> file) {
    const Done done = std::move(done_);
    done(std::move(file));
  });
}

void Fetch::fail(onebot::Error error) {
  const Done done = std::move(done_);
  done(std::unexpected(std::move(error)));
}

}  // namespace bridge::files
