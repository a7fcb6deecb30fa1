#include "bridge/net/outgoing.h"

namespace bridge::net {

void Outgoing::prepare(CURL* easy, const std::string& url) const {
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);  // a look-up that hangs must not hold whoever gives it up
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  if (ca_file_.empty()) return;
  curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file_.c_str());
  curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
}

}  // namespace bridge::net
