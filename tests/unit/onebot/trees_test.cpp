// The generator of trees: what it puts where, and what it finds wrong.

#include "tests/trees.h"

#include "onebot/json.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace {

using onebot::Event;
using onebot::Fields;
using onebot::Value;

constexpr std::string_view kNative =
    R"({"text":"kept-1","list":[{"a":"kept-2"},7],"inside":"{\"deep\":[1,\"kept-3\"]}"})";

Value read(std::string_view json) { return onebot::json::Document::parse(json)->root().value(); }

Event private_message(onebot::Message message) {
  return {.type = "message",
          .detail_type = "private",
          .message = std::move(message),
          .fields = {{"message_id", "m"}, {"user_id", "u"}}};
}

}  // namespace

TEST_CASE("places are what is within the given ones, in text that is JSON as well") {
  CHECK(trees::places_in(read(kNative), {"list", "inside>deep"}) ==
        std::vector<std::string>{"list", "list.0", "list.0.a", "list.1", "inside>deep", "inside>deep.0",
                                 "inside>deep.1"});
  CHECK(onebot::json::write(trees::put(read(kNative), "inside>deep.0", Fields{{"b", "c"}})) ==
        R"({"text":"kept-1","list":[{"a":"kept-2"},7],"inside":"{\"deep\":[{\"b\":\"c\"},\"kept-3\"]}"})");
  CHECK(onebot::json::write(trees::put(read(kNative), "list.0", Value())) ==
        R"({"text":"kept-1","list":[null,7],"inside":"{\"deep\":[1,\"kept-3\"]}"})");
}

TEST_CASE("a word that is lost and an id that is missing are found") {
  using namespace onebot::segment;
  CHECK(trees::problem_of("kept-1 kept-2", {private_message({text("kept-2, kept-1and more")})}) == "");
  CHECK(trees::problem_of("kept-1 kept-2", {private_message({text("kept-1 kept-")})}) == "\"kept-2\" is lost");
  CHECK(trees::problem_of("", {private_message({mention("")})}) == "segment mention has no \"user_id\"");
  CHECK(trees::problem_of("", {private_message({image("")})}) == "segment image has no \"file_id\"");
  Event event = private_message({text("x")});
  event.fields.pop_back();
  CHECK(trees::problem_of("", {event}) == "message.private has no \"user_id\"");
}

TEST_CASE("a translation that loses what stands beside a tree is found, and one that does not plays to the end") {
  const trees::Words words{.names = {"a", "text"}, .texts = {"x", "y"}};
  std::size_t played = 0;
  const auto all = [&played](std::string_view native) {
    ++played;
    return std::vector<Event>{private_message({onebot::segment::text(std::string(native))})};
  };
  CHECK(trees::play({.samples = {{std::string(kNative), {"list"}}}, .words = words, .translate = all}, 500) == "");
  CHECK(played == 501);
  // Reads the first of the list alone, and gives up on what is no object.
  const auto first = [](std::string_view native) {
    const auto document = onebot::json::Document::parse(native);
    const auto list = document->root().at("list");
    if (list.size() > 1 && !list[1].is_number()) return std::vector<Event>();
    return std::vector<Event>{private_message(
        {onebot::segment::text(document->root().at("text").text() + list[0].at("a").text() + "kept-3")})};
  };
  const std::string broken =
      trees::play({.samples = {{std::string(kNative), {"list.1"}}}, .words = words, .translate = first}, 500);
  CHECK(broken.find("is lost") != std::string::npos);
}

TEST_CASE("trees are the same in every run, and of every kind") {
  const trees::Words words{.names = {"a", "b"}, .texts = {"x"}};
  trees::Dice one(7), again(7);
  std::vector<bool> kinds(10);
  for (int i = 0; i < 1000; ++i) {
    const Value tree = trees::make(one, words);
    CHECK(onebot::json::write(tree) == onebot::json::write(trees::make(again, words)));
    kinds.at(tree.index()) = true;
  }
  for (const std::size_t kind : {0U, 1U, 2U, 4U, 5U, 6U, 7U}) CHECK(kinds[kind]);
}
