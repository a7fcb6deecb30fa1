#include "onebot/echo.h"

#include <utility>

namespace onebot {
namespace {

std::variant<JsonEcho, MsgpackEcho> reader_of(Encoding encoding, std::size_t most) {
  if (encoding == Encoding::msgpack) return MsgpackEcho(most);
  return JsonEcho(most);
}

}  // namespace

EchoReader::EchoReader(Encoding encoding, std::size_t most) : encoding_(encoding), reader_(reader_of(encoding, most)) {}

void EchoReader::read(std::string_view piece) {
  std::visit([piece](auto& reader) { reader.read(piece); }, reader_);
}

Echo EchoReader::take() {
  Echo echo = std::visit([](auto& reader) { return reader.take(); }, reader_);
  if (echo && !decode(*echo, encoding_)) return std::nullopt;
  return echo;
}

Echo echo_of(std::string_view request, Encoding encoding) {
  EchoReader reader(encoding, request.size());
  reader.read(request);
  return reader.take();
}

}  // namespace onebot
