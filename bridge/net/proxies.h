// Proxies: by which proxy a connection goes out. One rule for everything that we dial, HTTP and WebSockets.
//
//   loopback                              never by a proxy: what is there is beside us
//   a setting "http://host:port"          by that one (also https, socks4, socks4a, socks5, socks5h)
//   "none"                                by none
//   ""                                    as the environment says: https_proxy for https and wss, http_proxy for http
//                                         and ws, else all_proxy; of these the upper-case names, but for HTTP_PROXY,
//                                         which a CGI server fills with a header of whoever asks
//   no_proxy                              hosts reached without one: the setting, else no_proxy or NO_PROXY, as libcurl
//                                         reads it (CURLOPT_NOPROXY)
//
// User and password of a proxy's URL are given to libcurl apart from it, so that no message of anybody's can hold them.

#pragma once

#include <curl/curl.h>

#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bridge::net {

struct ProxySetting {
  std::string proxy{};                                 // "": the environment; "none": none; else a URL
  std::optional<std::vector<std::string>> no_proxy{};  // nullopt: the environment
};

class Proxies {
 public:
  using Environment = char* (*)(const char* name);  // nullptr: not set
  explicit Proxies(const ProxySetting& setting = {}, Environment environment = &std::getenv);

  enum class Scheme { http, https };  // ws and wss are dialed as these
  void apply(CURL* easy, Scheme scheme) const;
  // Why a connection has failed, naming the proxy if it went by one.
  std::string blame(CURL* easy, Scheme scheme, CURLcode code, std::string_view reason) const;
  // Why an answer is not the server's but the proxy's own; nullopt: it may be the server's.
  std::optional<std::string> refusal(CURL* easy, Scheme scheme, long status) const;
  // For the log, a line each: which proxies there are, and from where. Without credentials.
  std::vector<std::string> described() const;

 private:
  struct Proxy {
    std::string from{};  // "https_proxy"
    std::string url{};   // without user and password
    std::string host{};  // without brackets
    int port = 0;
    std::string user{}, password{};
  };
  static Proxy read(std::string from, const std::string& text);
  static std::string line(std::string_view schemes, const Proxy& proxy);
  bool went_by(CURL* easy, Scheme scheme) const;
  const std::optional<Proxy>& of(Scheme scheme) const { return scheme == Scheme::https ? https_ : http_; }

  std::optional<Proxy> http_{}, https_{};
  std::string direct_;  // for CURLOPT_NOPROXY
};

}  // namespace bridge::net
