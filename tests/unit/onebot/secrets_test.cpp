#include "onebot/secrets.h"

#include <doctest/doctest.h>

#include <string>

TEST_CASE("what a platform repeats of a bot's secrets is hidden, the longer one first") {
  onebot::Secrets secrets({"s3cret", "s3cret-and-more", "tiny", ""});
  secrets.add("token-1");
  CHECK(secrets.masked("s3cret-and-more, s3cret; tiny token-1token-1") == "***, ***; tiny ******");
  CHECK(secrets.without_configured("s3cret token-1") == "*** token-1");
}

TEST_CASE("of many tokens the last are known, and one that comes again is one") {
  onebot::Secrets secrets;
  for (int i = 0; i < 3; ++i) secrets.add("the-same");
  for (std::size_t i = 0; i < onebot::Secrets::kMostTokens - 1; ++i) secrets.add("token-" + std::to_string(i));
  CHECK(secrets.masked("the-same") == "***");
  secrets.add("one-more");
  CHECK(secrets.masked("the-same one-more") == "the-same ***");
}
