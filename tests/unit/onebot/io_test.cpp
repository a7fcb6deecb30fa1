#include "onebot/io.h"

#include <doctest/doctest.h>

#include <string>

namespace io = onebot::io;

TEST_CASE("a header is found whatever the case of its name") {
  const io::Headers headers = {{"Content-Type", "a"}, {"X-One", ""}, {"content-type", "b"}};

  CHECK(io::header(headers, "content-TYPE") == "a");
  CHECK(io::header(headers, "x-one") == "");
  CHECK_FALSE(io::header(headers, "content"));
  CHECK_FALSE(io::header(headers, ""));
}

TEST_CASE("a query parameter is decoded once") {
  const std::string query = "a=1&access_token=x%2By+z%2520&b&=n&c=%4&d=%zz&e=%";

  CHECK(io::query_param(query, "a") == "1");
  CHECK(io::query_param(query, "access_token") == "x+y z%20");
  CHECK(io::query_param(query, "b") == "");
  CHECK(io::query_param(query, "") == "n");
  CHECK(io::query_param(query, "c") == "%4");
  CHECK(io::query_param(query, "d") == "%zz");
  CHECK(io::query_param(query, "e") == "%");
  CHECK_FALSE(io::query_param(query, "token"));
  CHECK_FALSE(io::query_param("", "a"));
}

TEST_CASE("the first of two parameters counts, and a name may be encoded") {
  CHECK(io::query_param("a=1&a=2", "a") == "1");
  CHECK(io::query_param("%61=1", "a") == "1");
  CHECK(io::query_param("&&a=1=2&", "a") == "1=2");
}

TEST_CASE("every byte survives encoding and decoding, and only unreserved ones stay as they are") {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all.push_back(static_cast<char>(byte));

  const std::string encoded = io::percent_encode(all);

  CHECK(io::query_param("v=" + encoded, "v") == all);
  CHECK(io::percent_encode("aZ09-._~") == "aZ09-._~");
  CHECK(io::percent_encode("/ +\xE4") == "%2F%20%2B%E4");
}
