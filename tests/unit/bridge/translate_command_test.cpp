#include "bridge/process/translate.h"
#include "onebot/json.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <sstream>

namespace {

using onebot::json::Document;

// A platform of its own: an event for {"say": TEXT}, none for {"beat": 1}, an error for anything else.
onebot::Result<std::vector<onebot::Event>> speak(std::string_view platform, onebot::json::View native,
                                                 const onebot::Self& self) {
  if (native.at("beat").is_number()) return std::vector<onebot::Event>{};
  if (!native.at("say").is_string()) return onebot::fail(onebot::Retcode::bad_request, "nothing is said");
  onebot::Event event{.type = "notice", .detail_type = "irc.said", .self = self};
  event.fields = {{"text", native.at("say").str()}, {"irc.platform", platform}};
  event.time = native.at("at").number().value_or(0);
  return std::vector{event};
}

struct Output {
  int code = 0;
  std::vector<std::string> lines{};
  std::string err{};
};

Output run(std::string_view input) {
  const adapters::Platform platform{.name = "irc", .translate = speak};
  std::ostringstream out, err;
  const int code = bridge::translate({platform, "B", "in.json", 1'790'000'000}, input, out, err);
  Output output{code, {}, err.str()};
  std::istringstream lines(out.str());
  for (std::string line; std::getline(lines, line);) output.lines.push_back(line);
  return output;
}

}  // namespace

TEST_CASE("each line is a payload, and each event one line of JSON with id, time and self") {
  const Output output = run("{\"say\":\"a\",\"at\":5}\r\n\n  {\"say\":\"b\"}");

  CHECK(output.code == 0);
  REQUIRE(output.lines.size() == 2);
  CHECK(output.lines[0].find("\"time\":5.0") != std::string::npos);
  CHECK(output.lines[1].find("\"time\":1790000000.0") != std::string::npos);
  const auto event = Document::parse(output.lines[1]);
  REQUIRE(event);
  CHECK_FALSE(event->root().at("id").str().empty());
  CHECK(event->root().at("self.platform").str() == "irc");
  CHECK(event->root().at("self.user_id").str() == "B");
  CHECK(output.err.empty());
}

TEST_CASE("one document may be spread over many lines") {
  CHECK(run("{\n  \"say\": \"a\",\n  \"deep\": [\n    {},\n    1\n  ]\n}\n").lines.size() == 1);
  CHECK(run("\xef\xbb\xbf{\"say\":\"a\"}").lines.size() == 1);
}

TEST_CASE("what has no event is named and is no failure") {
  const Output output = run("{\"beat\":1}\n{\"say\":\"a\"}\n");

  CHECK(output.code == 0);
  CHECK(output.lines.size() == 1);
  CHECK(output.err == "in.json:1: no event in a payload with beat\n");
}

TEST_CASE("what cannot be read is named with its line, and the others are still printed") {
  const Output output = run("{\"say\":\"a\"}\n{broken\n[{\"say\":\"b\"}]\n{\"other\":1}\n{\"say\":\"c\"}\n");

  CHECK(output.code == 1);
  CHECK(output.lines.size() == 2);
  CHECK(output.err.find("in.json:2: ") != std::string::npos);
  CHECK(output.err.find("in.json:3: a payload is a JSON object") != std::string::npos);
  CHECK(output.err.find("in.json:4: nothing is said") != std::string::npos);
}

TEST_CASE("a broken document over many lines is one error") {
  const Output output = run("{\n  \"say\": \"a\",\n  \"x\": \n}\n");

  CHECK(output.code == 1);
  CHECK(output.lines.empty());
  CHECK(std::ranges::count(output.err, '\n') == 1);
}

TEST_CASE("no payload at all is a failure that says so") {
  CHECK(run("").code == 1);
  CHECK(run(" \n\n").err == "in.json:1: there is no payload\n");
}
