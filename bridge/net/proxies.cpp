#include "bridge/net/proxies.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <span>
#include <utility>

namespace bridge::net {

namespace {

// Before whatever is configured: libcurl stops reading at the first thing it does not expect.
constexpr std::string_view kLoopback = "localhost,127.0.0.0/8,::1";
constexpr std::string_view kEverywhere = "*";
// RFC 2606: it is never found, while what no_proxy excepts goes its own way.
constexpr std::string_view kUnusable = "http://proxy.invalid:1";
constexpr long kAsksForCredentials = 407;

struct Cleanup {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

// A part of a URL, decoded; "" when it has none.
std::string part(CURLU* url, CURLUPart which, unsigned flags = CURLU_URLDECODE) {
  char* text = nullptr;
  if (curl_url_get(url, which, &text, flags) != CURLUE_OK) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

std::string unusable(std::string_view from) {
  return fmt::format(
      "the proxy in {} cannot be used; allowed: http://host:port, or https, socks4, socks4a, socks5, "
      "socks5h",
      from);
}

// The port that the URL of a transfer has; one that is the proxy's as well tells nothing of where it went.
int own_port(CURL* easy) {
  char* text = nullptr;
  curl_easy_getinfo(easy, CURLINFO_EFFECTIVE_URL, &text);
  const std::unique_ptr<CURLU, Cleanup> url(curl_url());
  if (!text || !url || curl_url_set(url.get(), CURLUPART_URL, text, 0) != CURLUE_OK) return 0;
  return std::atoi(part(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT).c_str());
}

// 0: none yet.
int reached_port(CURL* easy) {
  long port = 0;
  curl_easy_getinfo(easy, CURLINFO_PRIMARY_PORT, &port);
  return static_cast<int>(port);
}

struct Found {
  std::string name{}, value{};  // name "": none is set
};

Found first_set(Proxies::Environment environment, std::span<const char* const> names) {
  for (const char* name : names) {
    const char* value = environment(name);
    if (value && *value != '\0') return {name, value};
  }
  return {};
}

// Hosts may be listed with commas, blanks or both; libcurl wants commas.
std::string hosts_of(std::string_view text) {
  std::string list(kLoopback);
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(", \t"), text.size());
    const std::string_view host = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (host == kEverywhere) return std::string(kEverywhere);  // which libcurl knows only when it stands alone
    if (!host.empty()) list += fmt::format(",{}", host);
  }
  return list;
}

}  // namespace

Proxies::Proxies(const ProxySetting& setting, Environment environment) {
  static constexpr std::array kHttp{"http_proxy", "all_proxy", "ALL_PROXY"};
  static constexpr std::array kHttps{"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
  static constexpr std::array kNone{"no_proxy", "NO_PROXY"};
  const auto found = [&](std::span<const char* const> names) -> std::optional<Proxy> {
    const Found one = first_set(environment, names);
    return one.name.empty() ? std::nullopt : std::optional(read(one.name, one.value));
  };
  if (setting.proxy.empty()) {
    http_ = found(kHttp);
    https_ = found(kHttps);
  } else if (setting.proxy != "none") {
    http_ = https_ = read("bridge.proxy", setting.proxy);
  }
  std::string hosts;
  if (!setting.no_proxy) hosts = first_set(environment, kNone).value;
  for (const std::string& host : setting.no_proxy.value_or(std::vector<std::string>{})) hosts += host + ",";
  direct_ = hosts_of(hosts);
}

Proxies::Proxy Proxies::read(std::string from, const std::string& text) {
  Proxy proxy{.from = std::move(from), .url = std::string(kUnusable), .host = "proxy.invalid", .port = 1};
  const std::unique_ptr<CURLU, Cleanup> url(curl_url());
  // "host:port" is an HTTP proxy, of whatever name: libcurl would guess a protocol from a name that begins with "ftp.".
  const std::string whole = text.find("://") == std::string::npos ? fmt::format("http://{}", text) : text;
  if (!url || curl_url_set(url.get(), CURLUPART_URL, whole.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) {
    return proxy;
  }
  constexpr std::string_view kSchemes[] = {"http", "https", "socks4", "socks4a", "socks5", "socks5h"};
  const std::string scheme = part(url.get(), CURLUPART_SCHEME);
  const std::string host = part(url.get(), CURLUPART_HOST);
  if (std::ranges::find(kSchemes, scheme) == std::end(kSchemes) || host.empty()) return proxy;
  const std::string port = part(url.get(), CURLUPART_PORT);
  proxy.port = port.empty() ? (scheme == "https" ? 443 : 1080) : std::atoi(port.c_str());  // as libcurl has it
  proxy.url = fmt::format("{}://{}:{}", scheme, host, proxy.port);
  proxy.host = host.starts_with('[') ? host.substr(1, host.size() - 2) : host;
  proxy.user = part(url.get(), CURLUPART_USER);
  proxy.password = part(url.get(), CURLUPART_PASSWORD);
  return proxy;
}

void Proxies::apply(CURL* easy, Scheme scheme) const {
  const auto& proxy = of(scheme);
  curl_easy_setopt(easy, CURLOPT_PROXY,
                   proxy ? proxy->url.c_str() : "");  // nullptr: libcurl's own look at the environment
  curl_easy_setopt(easy, CURLOPT_NOPROXY, direct_.c_str());
  curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  if (!proxy || (proxy->user.empty() && proxy->password.empty())) return;
  curl_easy_setopt(easy, CURLOPT_PROXYUSERNAME, proxy->user.c_str());
  curl_easy_setopt(easy, CURLOPT_PROXYPASSWORD, proxy->password.c_str());
}

bool Proxies::went_by(CURL* easy, Scheme scheme) const {
  const auto& proxy = of(scheme);
  long answer = 0;
  curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &answer);
  return proxy && (answer != 0 || (reached_port(easy) == proxy->port && proxy->port != own_port(easy)));
}

std::string Proxies::blame(CURL* easy, Scheme scheme, CURLcode code, std::string_view reason) const {
  const auto& proxy = of(scheme);
  if (!proxy) return std::string(reason);
  // Where nothing was reached, libcurl's words alone tell what was tried; of a time that was over they tell nothing.
  const bool nothing = code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST;
  const bool proxys_own = code == CURLE_COULDNT_RESOLVE_PROXY || code == CURLE_PROXY ||
                          (nothing && reason.find(proxy->host) != reason.npos) || went_by(easy, scheme);
  if (proxys_own && proxy->url == kUnusable) return unusable(proxy->from);
  if (proxys_own) return fmt::format("{} (by the proxy {})", reason, proxy->url);
  if (code != CURLE_OPERATION_TIMEDOUT || reached_port(easy) != 0) return std::string(reason);
  return fmt::format("{} (by the proxy {}, unless the host is excepted)", reason, proxy->url);
}

std::optional<std::string> Proxies::refusal(CURL* easy, Scheme scheme, long status) const {
  if (status != kAsksForCredentials || scheme == Scheme::https || !went_by(easy, scheme)) return std::nullopt;
  return fmt::format("the proxy {} wants other credentials, it answers {}", of(scheme)->url, status);
}

std::string Proxies::line(std::string_view schemes, const Proxy& proxy) {
  if (proxy.url == kUnusable) return unusable(proxy.from);
  return fmt::format("outgoing {} goes by proxy={} from={}", schemes, proxy.url, proxy.from);
}

std::vector<std::string> Proxies::described() const {
  std::vector<std::string> lines;
  if (http_ && https_ && http_->from == https_->from) return {line("http, https, ws and wss", *http_)};
  if (http_) lines.push_back(line("http and ws", *http_));
  if (https_) lines.push_back(line("https and wss", *https_));
  return lines;
}

}  // namespace bridge::net
