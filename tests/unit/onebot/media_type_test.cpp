#include "onebot/media_type.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace std::string_view_literals;

TEST_CASE("a file is what its first bytes say, and nothing when these are cut off or another's") {
  struct Row {
    std::string_view bytes{}, type{}, extension{};
  };
  for (const Row& row : {Row{"\x89PNG\r\n\x1a\n...", "image/png", "png"}, Row{"\xff\xd8\xff\xe0", "image/jpeg", "jpg"},
                         Row{"RIFF1234WEBPVP8 ", "image/webp", "webp"}, Row{"RIFF1234WAVEfmt ", "audio/wav", "wav"},
                         Row{"RIFF1234AVI LIST", "", ""}, Row{"BM\x10\x20\x30\x40\0\0\0\0"sv, "image/bmp", "bmp"},
                         Row{"BM, the best of cars", "", ""},
                         Row{"\0\0\0\x20"
                             "ftypisom"sv,
                             "video/mp4", "mp4"},
                         Row{"\x02#!SILK_V3", "audio/silk", "silk"}, Row{"\x89PNG", "", ""}, Row{"", "", ""},
                         Row{"<svg xmlns='x'>", "", ""}, Row{"%PDF-1.7", "", ""}}) {
    CAPTURE(std::string(row.bytes));
    CHECK(onebot::media_type_of(row.bytes).name == row.type);
    CHECK(onebot::media_type_of(row.bytes).extension == row.extension);
  }
}
