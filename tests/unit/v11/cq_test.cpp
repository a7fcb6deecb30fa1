#include "onebot/v11/cq.h"

#include "onebot/json.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using onebot::Fields;
using onebot::Message;
using onebot::Segment;
using onebot::v11::escape_text;
using onebot::v11::escape_value;
using onebot::v11::read_cq;
using onebot::v11::unescape;
using onebot::v11::write_cq;

namespace {

// "type{key=value}" of each segment.
std::string shown(const Message& message) {
  std::string out;
  for (const Segment& segment : message) {
    out += segment.type + "{";
    for (const auto& field : segment.data) {
      if (out.back() != '{') out += ",";
      out += field.name + "=" + std::get<std::string>(field.value);
    }
    out += "}";
  }
  return out;
}

}  // namespace

TEST_CASE("brackets and ampersands of a text are escaped, and commas in values, too") {  // O11-CQ-02
  CHECK(escape_text("a,[b]&c") == "a,&#91;b&#93;&amp;c");
  CHECK(escape_value("a,[b]&c") == "a&#44;&#91;b&#93;&amp;c");
  CHECK(unescape("a&#44;&#91;b&#93;&amp;c") == "a,[b]&c");
  CHECK(unescape("&amp;#91; &lt; &#65; &amp") == "&#91; &lt; &#65; &amp");  // others stay, and none is read twice
}

TEST_CASE("whatever somebody writes is one text in a string, and the same text when it is read again") {  // O11-CQ-02
  for (const std::string_view text : {"[CQ:at,qq=all]", "&#91;CQ:at,qq=all&#93;", "&amp;", "a]b[c", ",,", "[CQ:"}) {
    CAPTURE(text);
    const std::string written = write_cq({onebot::segment::text(std::string(text))});
    CHECK(written.find("[CQ:") == std::string::npos);
    const Message read = read_cq(written);
    REQUIRE(read.size() == 1);
    CHECK(read[0].type == "text");
    CHECK(onebot::text_of(read[0].data, "text") == text);
  }
  CHECK(write_cq({onebot::segment::text("[CQ:at,qq=all]")}) == "&#91;CQ:at,qq=all&#93;");
}

TEST_CASE("a string is read into texts and codes, in order") {  // O11-CQ-03
  CHECK(shown(read_cq("a[CQ:at,qq=1]b")) == "text{text=a}at{qq=1}text{text=b}");
  CHECK(shown(read_cq("[CQ:image,file=http://x/?a=b&amp;c=d]")) == "image{file=http://x/?a=b&c=d}");
  CHECK(shown(read_cq("[CQ:image,file=a,cache=no]")) == "image{file=a,cache=no}");  // O11-CQ-04
  CHECK(shown(read_cq("[CQ:at]")) == "at{}");
  CHECK(shown(read_cq("[CQ:x,a,,=b,c=]")) == "x{a=,c=}");
  CHECK(shown(read_cq("[CQ:x,a=1,a=2]")) == "x{a=2}");
  CHECK(read_cq("").empty());
}

TEST_CASE("what is no code is text") {  // O11-CQ-03
  for (const std::string_view text : {"[CQ:", "[CQ:]", "[CQ:,a=b]", "[CQ:at,qq=1", "a]b", "[cq:at,qq=1]", "[CQ"}) {
    CAPTURE(text);
    CHECK(shown(read_cq(text)) == "text{text=" + std::string(text) + "}");
  }
  CHECK(shown(read_cq("[CQ:][CQ:at,qq=1]")) == "text{text=[CQ:]}at{qq=1}");
}

TEST_CASE("a string carries the first members of a segment alone, in their order") {  // O11-CQ-01, O11-CQ-05
  const Message message{{"reply", {{"id", "7"}}},
                        {"at", {{"qq", "1"}, {"name", "Ann"}}},
                        {"image", {{"file", "f.jpg"}, {"url", "http://x/?a,b"}, {"file_size", "3"}, {"sub_type", 0}}},
                        {"face", {{"id", "14"}, {"raw", Fields{{"faceText", "[wow]"}}}}},
                        {"file", {{"file", "a.txt"}, {"url", "u"}, {"file_id", "t"}, {"name", "a.txt"}}},
                        {"location", {{"lat", "1.5"}, {"lon", "2"}, {"title", "t"}, {"content", ""}}},
                        {"rps", {}},
                        {"share", {{"url", "u"}, {"n", 3}, {"b", true}, {"list", onebot::List{}}}}};
  CHECK(
      write_cq(message) ==
      "[CQ:reply,id=7][CQ:at,qq=1][CQ:image,file=f.jpg,url=http://x/?a&#44;b][CQ:face,id=14][CQ:file,file=a.txt,url=u]"
      "[CQ:location,lat=1.5,lon=2,title=t,content=][CQ:rps][CQ:share,url=u,n=3,b=true]");
}

TEST_CASE("a hostile string is read in one go, and its segments are bounded") {  // O11-CQ-03
  std::string many, open, empty;
  for (int i = 0; i < 100'000; ++i) many += "[CQ:a]", open += "[CQ:,", empty += "[CQ:]";
  const Message message = read_cq(many);
  CHECK(message.size() <= onebot::v11::kMostCodes);
  CHECK(message.back().type == "text");
  CHECK(read_cq(open + "]").size() == 1);
  CHECK(read_cq(empty).size() == 1);

  std::string wide = "[CQ:a";
  for (int i = 0; i < 100'000; ++i) wide += ",k" + std::to_string(i) + "=v";
  const Message one = read_cq(wide + "]");
  REQUIRE(one.size() == 1);
  CHECK(one[0].data.size() <= onebot::v11::kMostMembers);
}
