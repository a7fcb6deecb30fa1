#include "adapters/qq/messages/multipart.h"

#include "onebot/crypto.h"
#include "onebot/json.h"

#include <fmt/format.h>

namespace qq {
namespace {

// Names come from people; nothing in one may end the header it stands in.
std::string quoted(std::string_view name) {
  std::string safe;
  for (const char c : name.substr(0, 200)) {
    safe += c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20 ? '_' : c;
  }
  return safe;
}

std::string field_text(const onebot::Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text ? *text : onebot::json::write(value);
}

}  // namespace

void attach(ApiRequest& request, const onebot::Fields& fields, std::string_view name, const onebot::File& file) {
  // Random, so no text of an application contains it.
  const std::string boundary = "part-" + onebot::crypto::hex(onebot::crypto::random_bytes(16));
  request.content_type = "multipart/form-data; boundary=" + boundary;
  for (const onebot::Field& field : fields) {
    request.body += fmt::format("--{}\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n{}\r\n", boundary,
                                quoted(field.name), field_text(field.value));
  }
  request.body += fmt::format(
      "--{}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\n"
      "Content-Type: application/octet-stream\r\n\r\n",
      boundary, name, quoted(file.name));
  request.file = onebot::io::FilePart{file.path, 0, file.size};
  request.tail = fmt::format("\r\n--{}--\r\n", boundary);
  request.timeout = std::chrono::seconds(60);
}

}  // namespace qq
