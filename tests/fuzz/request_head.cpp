// The head of an HTTP request, before any check of a token.
#include "bridge/net/request_head.h"

#include "tests/fuzz/target.h"

#include <algorithm>

using namespace bridge::net;

void try_input(std::string_view input) {
  const auto head = parse_head(input);
  if (!head) return claim(head.error().status >= 400 && head.error().status < 600 && !head.error().why.empty());
  const auto& request = head->request;
  claim(request.url.starts_with('/') || request.url == "*");
  claim(request.url.find('\0') == std::string::npos);
  claim(request.headers.size() <= kMaxHeaders && !request.method.empty());
  for (const auto& [name, value] : request.headers) {
    claim(!name.empty() && name.find_first_of(": \t\r\n") == std::string::npos);
    claim(value.find_first_of("\r\n") == std::string::npos);
    static_cast<void>(has_token(value, "upgrade"));
  }
}
