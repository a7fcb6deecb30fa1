#include "adapters/qq/calls/errors.h"

#include <fmt/format.h>

#include <string>

namespace qq {
namespace {

struct Row {
  int first = 0, last = 0;  // codes, both included
  int retcode = 0;
  Cure cure = Cure::none;
};

// The first row that matches counts, so single codes stand before the ranges around them.
// clang-format off
constexpr Row kRows[] = {
    // Credentials and permissions.
    {11242, 11242, 34001, Cure::once}, {11252, 11252, 34001, Cure::once}, {11263, 11263, 34001, Cure::once},
    {11281, 11281, 34001, Cure::once},
    {11241, 11245, 34014, Cure::fresh_token}, {11251, 11251, 34014, Cure::fresh_token},
    {11261, 11261, 34014, Cure::fresh_token}, {11275, 11275, 34014, Cure::fresh_token},
    {11298, 11298, 34015}, {40023002, 40023002, 34015},
    {11253, 11254, 34003}, {11262, 11262, 34003}, {11264, 11265, 34003}, {11273, 11274, 34003}, {11282, 11282, 34003},
    {10001, 10001, 35004}, {10003, 10004, 35004},

    // Rates and quotas.
    {20028, 20028, 34002, Cure::later}, {22009, 22009, 34002, Cure::later}, {40034100, 40034100, 34002, Cure::later},
    {304045, 304045, 34002, Cure::later}, {304047, 304047, 34002, Cure::later}, {304049, 304050, 34002, Cure::later},
    {304052, 304052, 34002, Cure::later}, {1100100, 1100100, 34002, Cure::later},
    {1100308, 1100308, 34002, Cure::later}, {610013, 610013, 34002, Cure::later}, {620006, 620006, 34002, Cure::later},
    {50002, 50002, 34002, Cure::later},

    // Active messages refused; passive ones that came too late or too often.
    {304022, 304022, 34005}, {304046, 304046, 34005}, {304048, 304048, 34005}, {304031, 304031, 34005},
    {40054013, 40054013, 34005}, {40034105, 40034105, 34005}, {40034122, 40034123, 34005},
    {304026, 304028, 34004, Cure::active}, {304103, 304103, 34004, Cure::active},
    {40034005, 40034005, 34004, Cure::active}, {40034024, 40034027, 34004, Cure::active},
    {40034128, 40034128, 34004, Cure::active}, {50045, 50048, 34004, Cure::active},
    {40054005, 40054005, 34009, Cure::next_seq},
    {304023, 304024, 34023},

    // Content.
    {304025, 304025, 34006}, {1100101, 1100101, 34006}, {1100103, 1100103, 34006}, {40034006, 40034006, 34006},
    {503000, 503999, 34006}, {302013, 302013, 34006}, {302020, 302020, 34006}, {501014, 501014, 34006},
    {502009, 502009, 34006}, {3300006, 3300006, 34006},
    {304003, 304003, 34007}, {40054010, 40054010, 34007},
    {50056, 50056, 34003}, {304004, 304004, 34003}, {304011, 304011, 34003}, {304014, 304014, 34003},
    {304036, 304037, 34003}, {40034127, 40034127, 34003},
    {22006, 22006, 34008}, {50006, 50006, 34008}, {50035, 50035, 34008}, {50037, 50037, 34008}, {50040, 50042, 34008},
    {50054, 50057, 34008}, {50059, 50059, 34008}, {304061, 304062, 34008}, {304064, 304064, 34008},
    {305007, 305007, 34008}, {340069, 340069, 34008}, {40034008, 40034011, 34008}, {40034029, 40034029, 34008},
    {40034106, 40034106, 34008}, {40034108, 40034109, 34008}, {40034124, 40034124, 34008},
    {40054007, 40054007, 34008}, {40054018, 40054018, 34008}, {304005, 304005, 34008},

    // Media. 850018 is both a media error and "muted"; the latter is what a sender can act on.
    {850018, 850018, 34011}, {40054002, 40054002, 34011},
    {304082, 304083, 34010, Cure::once}, {850026, 850027, 34010, Cure::once}, {40034004, 40034004, 34010, Cure::once},
    {40093001, 40093001, 34010, Cure::once},
    {304010, 304010, 34010}, {304017, 304017, 34010}, {304020, 304021, 34010}, {304080, 304080, 34010},
    {850019, 850019, 34010}, {850031, 850031, 34010}, {40093002, 40093002, 34010},

    // Where the bot is, and to whom it may speak.
    {40034101, 40034101, 34012}, {40054003, 40054003, 34012}, {1100104, 1100104, 34012}, {1100301, 1100301, 34012},
    {40054006, 40054006, 34013, Cure::once}, {40054004, 40054004, 34013}, {304032, 304034, 34013},
    {304018, 304018, 34017}, {40054016, 40054016, 34017},

    // Recall, interactions, reactions.
    {306003, 306003, 34016, Cure::once}, {306005, 306006, 34016, Cure::once}, {50065001, 50065001, 34016, Cure::once},
    {306001, 306006, 34016}, {306009, 306009, 34016}, {306011, 306011, 34016}, {40061001, 40061002, 34016},
    {40062003, 40062003, 34016}, {40064004, 40064004, 34016},
    {630001, 630008, 34018},
    {620007, 620007, 34019, Cure::once}, {620001, 620006, 34019},

    // The platform's own trouble.
    {340067, 340067, 34001, Cure::once}, {50001, 50001, 34001, Cure::once}, {50055001, 50055002, 34001, Cure::once},
    {50055006, 50055006, 34001, Cure::once}, {1100300, 1100300, 34001, Cure::once},

    // Channel rights, schedules, announcements, mute, forum, message frequency, demands of permissions: as they are worded.
    {301000, 302999, 34001}, {501000, 504999, 34001}, {610000, 610999, 34001},
};
// clang-format on

const Row* find_row(int code) {
  for (const Row& row : kRows) {
    if (row.first <= code && code <= row.last) return &row;
  }
  return nullptr;
}

Meaning meaning_of_status(int status) {
  switch (status) {
    case 401:
      return {34014, Cure::fresh_token};
    case 403:
      return {34003, Cure::none};
    case 413:
      return {34010, Cure::none};
    case 429:
      return {34002, Cure::later};
    case 500:
    case 502:
    case 503:
    case 504:
      return {34001, Cure::once};
    default:
      return {34001, Cure::none};
  }
}

int code_at(onebot::json::View body, std::string_view name) {
  const auto number = body.at(name).number();
  return number && *number > 0 && *number < 2'000'000'000 ? static_cast<int>(*number) : 0;
}

// The trace that the platform's support asks for: in a header, or in the body.
std::string trace_of(const onebot::io::HttpResponse& answer, onebot::json::View body) {
  if (const auto trace = onebot::io::header(answer.headers, "X-Tps-trace-ID")) return std::string(*trace);
  return std::string(body.at("trace_id").str());
}

std::string sentence(std::string_view said, const Failure& failure, std::string_view trace) {
  constexpr std::size_t kMost = 300;
  std::string text = said.empty() ? std::string("the platform refused") : std::string(said.substr(0, kMost));
  text = onebot::json::repair_utf8(text);
  text += failure.code ? fmt::format(" (QQ {}, HTTP {}", failure.code, failure.http_status)
                       : fmt::format(" (HTTP {}", failure.http_status);
  return text + (trace.empty() ? ")" : fmt::format(", trace {})", trace));
}

}  // namespace

Meaning meaning_of(int code) {
  const Row* row = find_row(code);
  return row ? Meaning{row->retcode, row->cure} : Meaning{};
}

Failure read_failure(const onebot::io::HttpResponse& answer) {
  const auto document = onebot::json::Document::parse(answer.body);
  const onebot::json::View body = document ? document->root() : onebot::json::View{};
  const int err_code = code_at(body, "err_code"), code = code_at(body, "code");
  Failure failure{.code = err_code ? err_code : code, .http_status = answer.status};
  // The allow-list comes as 11298 and 40023002 in one answer; either decides.
  if (const Row* row = find_row(err_code) ? find_row(err_code) : find_row(code)) {
    failure.cure = row->cure;
    failure.error.code = onebot::Retcode{row->retcode};
  } else {
    const Meaning meaning = meaning_of_status(answer.status);
    failure.cure = meaning.cure;
    failure.error.code = onebot::Retcode{meaning.retcode};
  }
  const std::string trace = trace_of(answer, body);
  failure.error.message = sentence(body.at("message").str(), failure, trace);
  onebot::Fields data{{"qq.err_code", failure.code}, {"qq.http_status", failure.http_status}, {"qq.trace_id", trace}};
  if (const auto audit = body.at("data.message_audit.audit_id"); audit.is_string()) {
    failure.audit_id = audit.str();
    data.push_back({"qq.audit_id", failure.audit_id});
  }
  failure.error.data = std::move(data);
  return failure;
}

Failure network_failure(onebot::Error error) {
  error.code = onebot::Retcode::network_error;
  return {.error = std::move(error)};
}

}  // namespace qq
