#include "adapters/kit/request.h"

#include <doctest/doctest.h>

using kit::address_of;
using onebot::Retcode;

TEST_CASE("a request's places are filled, and its query is added to the path's own") {
  CHECK(address_of({.path = "/groups/{group_id}/of/{user_id}?x=1",
                    .places = {{"user_id", "u&+~"}, {"group_id", "g%2e"}},
                    .query = {{"cursor", "a/b="}}}) == "/groups/g%252e/of/u%26%2B~?x=1&cursor=a%2Fb%3D");
  CHECK(address_of({.path = "/me", .places = {{"id", "unused/"}}, .query = {{"a", "1"}, {"b", "2"}}}) == "/me?a=1&b=2");
}

TEST_CASE("a place is called what the application calls it when its value cannot be one") {
  const auto refused = address_of({.path = "/m/{id}", .places = {{"id", "..", "message_id"}}});

  CHECK(refused.error().code == Retcode::unknown_message);
  CHECK(refused.error().message.starts_with("\"message_id\" must be an id"));
}
