#include "adapters/kit/multipart.h"

#include "adapters/kit/characters.h"
#include "onebot/crypto.h"
#include "onebot/json.h"

#include <fmt/format.h>

namespace kit {
namespace {

std::string field_text(const onebot::Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text ? *text : onebot::json::write(value);
}

}  // namespace

std::string form_name(std::string_view name) {
  std::string out = shortened_name(name);
  for (char& c : out) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f || c == '"' || c == '\\' || c == '/') c = '_';
  }
  return out.empty() ? "file" : out;
}

void attach(Request& request, const onebot::Fields& fields, std::string_view name, const onebot::File& file) {
  // Random, so no text of an application contains it.
  const std::string boundary = "part-" + onebot::crypto::hex(onebot::crypto::random_bytes(16));
  request.content_type = "multipart/form-data; boundary=" + boundary;
  for (const onebot::Field& field : fields) {
    request.body += fmt::format("--{}\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n{}\r\n", boundary,
                                form_name(field.name), field_text(field.value));
  }
  request.body += fmt::format(
      "--{}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\n"
      "Content-Type: application/octet-stream\r\n\r\n",
      boundary, name, form_name(file.name));
  request.file = onebot::io::FilePart{file.path, 0, file.size};
  request.tail = fmt::format("\r\n--{}--\r\n", boundary);
  request.timeout = std::chrono::seconds(60);
  request.budget = std::chrono::seconds(90);
}

}  // namespace kit
