#include "bridge/net/url.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <memory>

namespace bridge::net {

namespace {

struct Cleanup {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, Cleanup>;

Url parse(const std::string& text) {
  Url url(curl_url());
  if (url && curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) url.reset();
  return url;
}

std::string part(const Url& url, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url.get(), which, &text, flags) != CURLUE_OK) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

bool is_fetchable(const Url& url) {
  const std::string scheme = part(url, CURLUPART_SCHEME);
  return scheme == "http" || scheme == "https";
}

}  // namespace

std::optional<std::string> follow(const std::string& base, const std::string& location) {
  const Url url = parse(base);
  if (!url || curl_url_set(url.get(), CURLUPART_URL, location.c_str(), 0) != CURLUE_OK) return {};
  if (!is_fetchable(url)) return {};
  return part(url, CURLUPART_URL);
}

std::string origin_of(const std::string& text) {
  const Url url = parse(text);
  if (!url || !is_fetchable(url)) return {};
  return fmt::format("{}://{}:{}", part(url, CURLUPART_SCHEME), part(url, CURLUPART_HOST),
                     part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT));
}

}  // namespace bridge::net
