#include "onebot/connect/refusals.h"

#include "onebot/connect/head.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace onebot::connect {
namespace {

io::HttpResponse plain(int status, std::string_view text, io::Headers headers = {}) {
  headers.emplace_back("Content-Type", "text/plain; charset=utf-8");
  return {status, std::move(headers), fmt::format("{}\n", text)};
}

struct Mistaken {
  Retcode code = Retcode::ok;
  std::string_view cure{};
};

// Failures that only a change of the client's code or set-up ends.
constexpr Mistaken kMistaken[] = {
    {Retcode::bad_request, "send {\"action\": ..., \"params\": {...}} in JSON or MessagePack"},
    {Retcode::unsupported_action, "get_supported_actions lists what there is"},
    {Retcode::who_am_i, "say in \"self\" which bot is meant, as events do"},
    {Retcode::unknown_self, "get_status lists the bots that are here"},
};

}  // namespace

void Refusals::tell(const io::HttpRequest& head, std::string_view reason, std::string_view why,
                    std::string_view cure) const {
  log_.count_one("clients_refused", reason);
  log_.line(LogLevel::warn, fmt::format("{} refused a client: {} remote=\"{}\" path=\"{}\" next=\"{}\"", endpoint_, why,
                                        head.remote, printable(head.url), cure));
}

io::HttpResponse Refusals::path(const io::HttpRequest& head) const {
  const std::string cure = signpost_.is_path(head.url) ? signpost_.cure() : "use the path /";
  tell(head, "path", "there is nothing at this path", cure);
  return plain(404, fmt::format("There is nothing at this path; OneBot 12 is spoken at \"/\". What to do: {}.", cure));
}

io::HttpResponse Refusals::method(const io::HttpRequest& head) const {
  tell(head, "method", "this is no POST", "POST an action request to /");
  return plain(405, "An action request of OneBot 12 is a POST to \"/\".", {{"Allow", "POST"}});
}

io::HttpResponse Refusals::token(const io::HttpRequest& head) const {
  const bool given = io::header(head.headers, "Authorization") || io::query_param(head.query, "access_token");
  tell(head, "token", given ? "its access token is another one" : "it sends no access token",
       "let the client send the access_token of this section of the configuration");
  return plain(401,
               fmt::format("The access token is {}. Send that of the bridge's configuration as the header "
                           "\"Authorization: Bearer TOKEN\", or as ?access_token=TOKEN.",
                           given ? "wrong" : "missing"),
               {{"WWW-Authenticate", "Bearer"}});
}

io::HttpResponse Refusals::media_type(const io::HttpRequest& head) const {
  tell(head, "media_type", "its Content-Type is neither application/json nor application/msgpack",
       "send one of the two");
  return plain(415, "An action request is application/json or application/msgpack; say so in Content-Type.");
}

io::HttpResponse Refusals::consumer(const io::HttpRequest& head) const {
  const std::string cure = fmt::format("consumer is {}", kNameRule);
  tell(head, "consumer", "its consumer's name is none", cure);
  return plain(400, fmt::format("The name of a {}.", cure));
}

void Refusals::protocol(const io::HttpRequest& head, std::string_view spoken) const {
  const std::string cure =
      signpost_.is_path(head.url)
          ? signpost_.cure()
          : fmt::format("connect with {}://, or to the address of another section", spoken == "HTTP" ? "http" : "ws");
  tell(head, "protocol", fmt::format("it does not speak {}", spoken), cure);
}

std::optional<Error> Refusals::answered(std::string_view remote, std::string_view action,
                                        const ActionResult& result) const {
  if (result) return std::nullopt;
  failed();
  const Error& error = result.error();
  const auto known = std::ranges::find(kMistaken, error.code, &Mistaken::code);
  if (known == std::end(kMistaken)) return std::nullopt;
  const bool other = signpost_.is_action(action);
  const std::string_view cure = other ? std::string_view(signpost_.cure()) : known->cure;
  mistaken(remote, action, error, fmt::format("{}", static_cast<int>(error.code)), cure);
  if (!other) return std::nullopt;
  return Error{error.code, fmt::format("{}; {}", error.message, cure), error.data};
}

void Refusals::ended(std::string_view remote, std::string_view words, std::string_view url) const {
  if (signpost_.is_said(words)) return other_dialect(remote, fmt::format("it said \"{}\"", printable(words)));
  if (signpost_.is_url(url)) other_dialect(remote, "its address says so");
}

void Refusals::other_dialect(std::string_view remote, std::string_view why) const {
  log_.count_one("clients_refused", "dialect");
  std::string line =
      fmt::format("{} meets another dialect: {} remote=\"{}\" next=\"{}\"", endpoint_, why, remote, signpost_.cure());
  if (line == last_told_) return;
  log_.line(LogLevel::warn, line);
  last_told_ = std::move(line);
}

void Refusals::mistaken(std::string_view remote, std::string_view action, const Error& error, std::string_view code,
                        std::string_view cure) const {
  log_.count_one("requests_mistaken", code);
  log_.line(
      LogLevel::warn,
      fmt::format("{} refused a request: {} remote=\"{}\" action=\"{}\" retcode={} why=\"{}\" next=\"{}\"", endpoint_,
                  error.code == Retcode::bad_request ? "it is no action request" : "the action cannot be meant so",
                  remote, printable(action), code, printable(error.message), cure));
}

}  // namespace onebot::connect
