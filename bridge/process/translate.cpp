#include "bridge/process/translate.h"

#include "onebot/event.h"
#include "onebot/json.h"

#include <fmt/format.h>

#include <ostream>
#include <utility>
#include <vector>

namespace bridge {

namespace {

using onebot::json::Document;

struct Payload {
  std::size_t line = 1;  // where it begins, from 1
  onebot::Result<Document> document;
};

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == text.npos; }

std::vector<Payload> parse_lines(std::string_view input) {
  std::vector<Payload> payloads;
  for (std::size_t line = 1; !input.empty(); ++line) {
    const auto end = std::min(input.find('\n'), input.size());
    const std::string_view text = input.substr(0, end);
    input.remove_prefix(std::min(end + 1, input.size()));
    if (!is_blank(text)) payloads.push_back({line, Document::parse(text)});
  }
  return payloads;
}

// A document of its own per line, unless the whole is one document or no line is one.
std::vector<Payload> parse(std::string_view input) {
  if (input.starts_with("\xef\xbb\xbf")) input.remove_prefix(3);  // a byte order mark
  std::vector<Payload> payloads;
  if (is_blank(input)) return payloads;
  onebot::Result<Document> whole = Document::parse(input);
  if (!whole) {
    payloads = parse_lines(input);
    for (const Payload& payload : payloads) {
      if (payload.document && payload.document->root().is_object()) return payloads;
    }
    payloads.clear();
  }
  payloads.push_back({1, std::move(whole)});
  return payloads;
}

// "op, s, t": enough to find a payload again, without what people wrote in it.
std::string members(onebot::json::View payload) {
  std::string names;
  payload.members([&names](std::string_view name, onebot::json::View) {
    if (names.size() < 80) names += fmt::format("{}{}", names.empty() ? "" : ", ", name);
  });
  return onebot::json::repair_utf8(names);
}

class Translator {
 public:
  Translator(const TranslateOptions& options, std::ostream& out, std::ostream& err)
      : options_(options), out_(out), err_(err), self_{std::string(options.platform.name), options.self} {}

  bool take(const Payload& payload) {
    if (!payload.document) return unreadable(payload, payload.document.error().message);
    const onebot::json::View native = payload.document->root();
    if (!native.is_object()) return unreadable(payload, "a payload is a JSON object");
    auto events = options_.platform.translate(options_.platform.name, native, self_);
    if (!events) return unreadable(payload, events.error().message);
    if (events->empty()) remark(payload, fmt::format("no event in a payload with {}", members(native)));
    for (onebot::Event& event : *events) print(std::move(event));
    return true;
  }

 private:
  void remark(const Payload& payload, std::string_view text) {
    err_ << options_.file << ':' << payload.line << ": " << text << '\n';
  }

  bool unreadable(const Payload& payload, std::string_view why) {
    remark(payload, why);
    return false;
  }

  void print(onebot::Event event) {
    if (event.time == 0) event.time = options_.now;
    if (event.id.empty()) event.id = onebot::make_event_id(options_.now);
    out_ << onebot::to_json(event) << '\n';
  }

  const TranslateOptions& options_;
  std::ostream& out_;
  std::ostream& err_;
  const onebot::Self self_;
};

}  // namespace

int translate(const TranslateOptions& options, std::string_view input, std::ostream& out, std::ostream& err) {
  Translator translator(options, out, err);
  const std::vector<Payload> payloads = parse(input);
  if (payloads.empty()) err << options.file << ":1: there is no payload\n";
  bool all = !payloads.empty();
  for (const Payload& payload : payloads) all = translator.take(payload) && all;
  return all ? 0 : 1;
}

}  // namespace bridge
