#include "bridge/net/outgoing.h"

#include <strings.h>

namespace bridge::net {

Proxies::Scheme Outgoing::scheme_of(std::string_view url) {
  constexpr std::string_view kSecure = "https:";
  const bool secure = url.size() > kSecure.size() && ::strncasecmp(url.data(), kSecure.data(), kSecure.size()) == 0;
  return secure ? Proxies::Scheme::https : Proxies::Scheme::http;
}

void Outgoing::prepare(CURL* easy, const std::string& url) const {
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);  // a look-up that hangs must not hold whoever gives it up
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  proxies_.apply(easy, scheme_of(url));
  if (ca_file_.empty()) return;
  curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file_.c_str());
  curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
  curl_easy_setopt(easy, CURLOPT_PROXY_CAINFO, ca_file_.c_str());
  curl_easy_setopt(easy, CURLOPT_PROXY_CAPATH, nullptr);
}

}  // namespace bridge::net
