#include "adapters/kit/multipart.h"

#include <doctest/doctest.h>

TEST_CASE("a form holds its fields, objects as JSON, and the file's bytes between body and tail") {
  kit::Request request{.method = "POST", .path = "/x"};
  kit::attach(request, {{"text", "hi"}, {"rich", onebot::Fields{{"a", 1}}}}, "image",
              {.name = "a\"b.png", .size = 7, .path = "/files/1"});

  const std::string boundary = request.content_type.substr(request.content_type.find('=') + 1);
  CHECK(boundary.size() == 37);
  CHECK(request.body == "--" + boundary + "\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nhi\r\n--" +
                            boundary + "\r\nContent-Disposition: form-data; name=\"rich\"\r\n\r\n{\"a\":1}\r\n--" +
                            boundary +
                            "\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a_b.png\"\r\n"
                            "Content-Type: application/octet-stream\r\n\r\n");
  CHECK(request.tail == "\r\n--" + boundary + "--\r\n");
  CHECK(request.file->path == "/files/1");
  CHECK(request.file->size == 7);
}

TEST_CASE("a file's name ends neither its quotes nor its line, and is never a path") {
  CHECK(kit::form_name("../a\r\n\"b\\\x7f") == ".._a___b__");
  CHECK(kit::form_name("") == "file");
  CHECK(kit::form_name(std::string(199, 'a') + "\xe4\xbd\xa0") == std::string(199, 'a'));
  CHECK(kit::form_name("a\xff.png") == "a\xef\xbf\xbd.png");
  CHECK(kit::form_name(std::string(300, 'a') + ".pdf") == std::string(196, 'a') + ".pdf");
}
