#include "onebot/connect/auth.h"

#include "backend.h"

namespace {

using namespace connect_test;

bool passes(std::string_view token, io::Headers headers, std::string query = "") {
  return connect::authorized({.query = std::move(query), .headers = std::move(headers)}, token);
}

TEST_CASE("without a configured token every request passes, whatever it carries") {  // C-AUTH-01
  CHECK(passes("", {}));
  CHECK(passes("", {{"Authorization", "Bearer junk"}}, "access_token=junk"));
}

TEST_CASE("an Authorization header must be exactly Bearer and the token") {  // C-AUTH-02
  CHECK(passes("s3cret", {{"Authorization", "Bearer s3cret"}}));
  CHECK(passes("s3cret", {{"authorization", "Bearer s3cret"}}));
  for (const char* wrong : {"Bearer wrong", "Token s3cret", "bearer s3cret", "s3cret", "Bearer  s3cret", "Bearer s3cre",
                            "Bearer s3cret2", ""}) {
    CAPTURE(wrong);
    CHECK_FALSE(passes("s3cret", {{"Authorization", wrong}}));
  }
}

TEST_CASE("a wrong or empty header decides, even beside a right query") {  // C-AUTH-03, C-AUTH-11
  CHECK_FALSE(passes("s3cret", {{"Authorization", "Bearer wrong"}}, "access_token=s3cret"));
  CHECK_FALSE(passes("s3cret", {{"Authorization", ""}}, "access_token=s3cret"));
}

TEST_CASE("without the header the query parameter decides, and nothing at all fails") {  // C-AUTH-04, C-AUTH-05
  CHECK(passes("s3cret", {}, "x=1&access_token=s3cret"));
  CHECK_FALSE(passes("s3cret", {}, "access_token=wrong"));
  CHECK_FALSE(passes("s3cret", {}, "access_token="));
  CHECK_FALSE(passes("s3cret", {}));
}

TEST_CASE("the token is not trimmed, and the query is decoded once") {  // C-AUTH-08, C-AUTH-09
  CHECK(passes(" x ", {}, "access_token=%20x%20"));
  CHECK_FALSE(passes(" x ", {}, "access_token=x"));
  CHECK(passes("a+b", {}, "access_token=a%2Bb"));
  CHECK_FALSE(passes("a+b", {}, "access_token=a+b"));
  CHECK_FALSE(passes("a+b", {}, "access_token=a%252Bb"));
}

TEST_CASE("our own token goes out only when there is one") {  // C-AUTH-06
  io::Headers headers;

  connect::add_authorization(headers, "");
  CHECK(headers.empty());

  connect::add_authorization(headers, "t k");
  CHECK(io::header(headers, "Authorization") == "Bearer t k");
}

TEST_CASE("a URL for the log has no userinfo, query or fragment") {  // C-AUTH-10
  CHECK(connect::public_url("ws://u:p@host:8080/onebot/v12/ws?access_token=s#f") == "ws://host:8080/onebot/v12/ws");
  CHECK(connect::public_url("http://host?x=http://a@b/") == "http://host");
  CHECK(connect::public_url("https://a@b@host/p@q") == "https://host/p@q");
  CHECK(connect::public_url("nonsense") == "nonsense");
}

TEST_CASE("text of the other side is short and printable in the log") {
  CHECK(connect::printable("a\nb\x1b[31m\xc3\xa9") == "a?b?[31m??");
  CHECK(connect::printable(std::string(1000, 'x')).size() == 120);
}

}  // namespace
