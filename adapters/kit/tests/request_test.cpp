#include "adapters/kit/request.h"

#include <doctest/doctest.h>

#include <string>

using kit::address_of;
using kit::Request;
using onebot::Retcode;

TEST_CASE("what stands in a path's places is percent-encoded, and a query is added to the path's own") {
  CHECK(address_of({.path = "/groups/{group_id}/of/{user_id}?x=1",
                    .places = {{"user_id", "u&+~ \xc3\xa9"}, {"group_id", "g%2e"}},
                    .query = {{"cursor", "a/b="}}}) == "/groups/g%252e/of/u%26%2B~%20%C3%A9?x=1&cursor=a%2Fb%3D");
  CHECK(address_of({.path = "/me", .places = {{"id", "unused/"}}, .query = {{"a", "1"}, {"b", "2"}}}) == "/me?a=1&b=2");
  CHECK(address_of({.path = "/{id}"}).error().code == Retcode::internal_handler_error);
}

TEST_CASE("an id that would lead out of its place is refused with the parameter that holds it") {
  using namespace std::string_literals;
  for (const std::string& id : {""s, "."s, ".."s, "..."s, "a/b"s, "../users"s, "a?b"s, "a#b"s, "a\0b"s, "a\nb"s,
                                "a\x7f"s, std::string(513, 'a')}) {
    CAPTURE(id);
    const auto group = address_of({.path = "/groups/{group_id}", .places = {{"group_id", id}}});
    REQUIRE_FALSE(group);
    CHECK(group.error().code == Retcode::bad_param);
    CHECK(group.error().message.starts_with("\"group_id\" must be an id of 1 to 512 characters"));

    const auto message = address_of({.path = "/m/{id}", .places = {{"id", id, "message_id"}}});
    CHECK(message.error().code == Retcode::unknown_message);
    CHECK(message.error().message.starts_with("\"message_id\""));
  }
  CHECK(address_of({.path = "/g/{id}", .places = {{"id", "..a"}}}) == "/g/..a");
}
