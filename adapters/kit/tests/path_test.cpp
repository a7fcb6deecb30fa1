#include "adapters/kit/path.h"

#include "adapters/kit/tests/places.h"

#include <doctest/doctest.h>

#include <array>
#include <string>

using kit::fill_path;
using kit::PathValue;
using onebot::Retcode;

namespace {

Retcode refusal(std::string_view name, std::string_view value) {
  const std::array<PathValue, 1> values{{{name, value}}};
  const auto path = fill_path("/a/{" + std::string(name) + "}/b", values);
  return path ? Retcode::ok : path.error().code;
}

}  // namespace

TEST_CASE("each place of a path gets the value of its name, percent-encoded") {
  const std::array<PathValue, 2> values{{{"user_id", "é b%20@x.y"}, {"group_id", "G_1-2~3"}}};

  CHECK(fill_path("/groups/{group_id}/members/{user_id}?limit=1", values) ==
        "/groups/G_1-2~3/members/%C3%A9%20b%2520%40x.y?limit=1");
  CHECK(fill_path("/users/@me", {}) == "/users/@me");
  CHECK(fill_path("", {}) == "");
}

TEST_CASE("an id that would lead out of its place is refused, and named") {
  using namespace std::string_view_literals;
  for (const std::string_view id : {""sv, "."sv, ".."sv, "..."sv, "a/b"sv, "/"sv, "../x"sv, "a?b"sv, "a#b"sv, "a\0b"sv,
                                    "\0"sv, "a\nb"sv, "a\tb"sv, "\x7f"sv}) {
    CAPTURE(std::string(id));
    CHECK(refusal("group_id", id) == Retcode::bad_param);
    CHECK(refusal("message_id", id) == Retcode::unknown_message);
  }
  CHECK(refusal("group_id", "a.b") == Retcode::ok);
  CHECK(refusal("group_id", "..a") == Retcode::ok);
  CHECK(kit::check_path_value({"group_id", ".."}).error().message.starts_with("\"group_id\" "));
  CHECK(kit::check_path_value({"id", "..", "user_id"}).error().message.starts_with("\"user_id\" "));
  CHECK(kit::check_path_value({"id", "..", "message_id"}).error().code == Retcode::unknown_message);
}

TEST_CASE("a place without a value is a defect and never an empty step") {
  const std::array<PathValue, 1> values{{{"group_id", "G"}}};

  CHECK(fill_path("/groups/{grup_id}", values).error().code == Retcode::internal_handler_error);
  CHECK(fill_path("/groups/{group_id", values).error().code == Retcode::internal_handler_error);
}

TEST_CASE("what becomes another step when it is decoded once more is none") {
  for (const std::string& id : kit_test::kStrayIds) {
    CAPTURE(id);
    CHECK_FALSE(kit::check_path_value({"id", id}).has_value());
  }
  for (const char* id : {"100%", "50%2", "%zz", "a%20b", "ROBOT1.0_x!", "~", "a..b"}) {
    CAPTURE(id);
    CHECK(kit::check_path_value({"id", id}).has_value());
  }
}

TEST_CASE("a path that somebody wrote whole stays inside, or is none") {
  for (const char* path : {"/v2/groups/G/info", "/x?a=../..", "/a%20b"}) CHECK(kit::stays_inside(path));
  for (const char* path :
       {"", "/", "x", "/..", "/../x", "/a/..?b=1", "/a/./b", "/a//b", "/%2e%2e/x", "/a%2Fb", "/a/"}) {
    CAPTURE(path);
    CHECK_FALSE(kit::stays_inside(path));
  }
}
