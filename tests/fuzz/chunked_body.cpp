// A body in chunks. However its bytes are cut, the same body comes out, and what follows it is left alone.
#include "bridge/net/chunked_body.h"

#include "tests/fuzz/target.h"

#include <string>

using bridge::net::ChunkedBody;
using State = ChunkedBody::State;

namespace {

constexpr std::size_t kMaxBody = 1000;

struct Outcome {
  State state = State::more;
  std::size_t rest = 0;  // bytes behind the body
  std::string body{};
  bool operator==(const Outcome&) const = default;
};

Outcome read(std::string_view bytes, std::size_t piece) {
  ChunkedBody body(kMaxBody);
  while (!bytes.empty()) {
    std::string_view part = bytes.substr(0, piece);
    bytes.remove_prefix(part.size());
    const State state = body.next(part);
    if (state == State::done) return {state, bytes.size() + part.size(), body.take()};
    if (state != State::more) return {state};
    claim(part.empty());
  }
  return {};
}

}  // namespace

void try_input(std::string_view input) {
  const Outcome whole = read(input, input.size());
  claim(whole.body.size() <= kMaxBody);
  claim(read(input, 1) == whole);
  claim(read(input, 5) == whole);
}
