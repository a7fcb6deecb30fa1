#include "adapters/qq/calls/errors.h"

#include "adapters/kit/already.h"
#include "adapters/kit/characters.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <string>

namespace qq {
namespace {

using onebot::Retcode;

struct Row {
  int first = 0, last = 0;  // codes, both included
  Retcode retcode = Retcode::refused;
  Cure cure = Cure::none;
};

// Short, for the table.
constexpr auto kRefused = Retcode::refused, kLimited = Retcode::rate_limited, kForbidden = Retcode::forbidden,
               kUnasked = Retcode::unasked_refused, kContent = Retcode::content_rejected, kTooLate = Retcode::too_late,
               kBody = Retcode::body_refused, kDuplicate = Retcode::duplicate, kMedia = Retcode::media_refused,
               kMuted = Retcode::muted, kNotInChat = Retcode::not_in_chat, kNoRelation = Retcode::no_relation,
               kCredentials = Retcode::credentials, kAddress = Retcode::address_not_allowed,
               kRecall = Retcode::recall_refused, kOffline = Retcode::bot_offline,
               kInteraction = Retcode::interaction_refused, kReaction = Retcode::reaction_refused,
               kUrl = Retcode::url_refused, kTrouble = Retcode::server_error, kReview = Retcode::under_review,
               kNoChannel = Retcode::unknown_channel;

// The first row that matches counts, so single codes stand before the ranges around them.
// clang-format off
constexpr Row kRows[] = {
    // Credentials and permissions.
    {11242, 11242, kRefused, Cure::again}, {11252, 11252, kRefused, Cure::again}, {11263, 11263, kRefused, Cure::again},
    {11281, 11281, kRefused, Cure::again},
    {11241, 11245, kCredentials, Cure::fresh_token}, {11251, 11251, kCredentials, Cure::fresh_token},
    {11261, 11261, kCredentials, Cure::fresh_token}, {11275, 11275, kCredentials, Cure::fresh_token},
    {11298, 11298, kAddress}, {40023002, 40023002, kAddress},
    {11253, 11254, kForbidden}, {11262, 11262, kForbidden}, {11264, 11265, kForbidden}, {11273, 11274, kForbidden},
    {11282, 11282, kForbidden},
    {10001, 10001, kNoChannel}, {10003, 10004, kNoChannel},

    // Rates and quotas.
    {20028, 20028, kLimited, Cure::later}, {22009, 22009, kLimited, Cure::later},
    {40034100, 40034100, kLimited, Cure::later},
    {304045, 304045, kLimited, Cure::later}, {304047, 304047, kLimited, Cure::later},
    {304049, 304050, kLimited, Cure::later},
    {304052, 304052, kLimited, Cure::later}, {1100100, 1100100, kLimited, Cure::later},
    {1100308, 1100308, kLimited, Cure::later}, {610013, 610013, kLimited, Cure::later},
    {620006, 620006, kLimited, Cure::later},
    {50002, 50002, kLimited, Cure::later},

    // Active messages refused; passive ones that came too late or too often.
    {304022, 304022, kUnasked}, {304046, 304046, kUnasked}, {304048, 304048, kUnasked}, {304031, 304031, kUnasked},
    {40054013, 40054013, kUnasked}, {40034105, 40034105, kUnasked}, {40034122, 40034123, kUnasked},
    {40034102, 40034102, kUnasked}, {304041, 304041, kUnasked}, {40034059, 40034059, kUnasked},
    {304026, 304028, kTooLate, Cure::active}, {304103, 304103, kTooLate, Cure::active},
    {40034005, 40034005, kTooLate, Cure::active}, {40034024, 40034027, kTooLate, Cure::active},
    {40034128, 40034128, kTooLate, Cure::active}, {50045, 50048, kTooLate, Cure::active},
    {40054005, 40054005, kDuplicate, Cure::next_seq},
    {304023, 304024, kReview},

    // Content.
    {304025, 304025, kContent}, {1100101, 1100101, kContent}, {1100103, 1100103, kContent},
    {40034006, 40034006, kContent},
    {503000, 503999, kContent}, {302013, 302013, kContent}, {302020, 302020, kContent}, {501014, 501014, kContent},
    {502009, 502009, kContent}, {3300006, 3300006, kContent},
    {304003, 304003, kUrl}, {40054010, 40054010, kUrl},
    {50056, 50056, kForbidden}, {304004, 304004, kForbidden}, {304011, 304011, kForbidden},
    {304014, 304014, kForbidden},
    {304036, 304037, kForbidden}, {40034012, 40034012, kForbidden},
    {40034127, 40034127, kForbidden}, {40034090, 40034090, kForbidden},
    {22006, 22006, kBody}, {50006, 50006, kBody}, {50035, 50035, kBody}, {50037, 50037, kBody}, {50040, 50042, kBody},
    {50054, 50057, kBody}, {50059, 50059, kBody}, {304061, 304062, kBody}, {304064, 304064, kBody},
    {305007, 305007, kBody}, {340069, 340069, kBody}, {40034008, 40034011, kBody}, {40034029, 40034029, kBody},
    {40034106, 40034106, kBody}, {40034108, 40034109, kBody}, {40034124, 40034124, kBody},
    {40054007, 40054007, kBody}, {40054018, 40054018, kBody}, {304005, 304005, kBody},

    // Media. 850018 is both a media error and "muted"; the latter is what a sender can act on.
    {850018, 850018, kMuted}, {40054002, 40054002, kMuted},
    {304082, 304083, kMedia, Cure::again}, {850026, 850027, kMedia, Cure::again},
    {40034001, 40034001, kMedia, Cure::again}, {40034004, 40034004, kMedia, Cure::again},
    {40093001, 40093001, kMedia, Cure::again},
    {304010, 304010, kMedia}, {304017, 304017, kMedia}, {304020, 304021, kMedia}, {304080, 304080, kMedia},
    {40034002, 40034002, kMedia}, {850019, 850019, kMedia}, {850031, 850031, kMedia}, {40093002, 40093002, kMedia},

    // Where the bot is, and to whom it may speak.
    {40034101, 40034101, kNotInChat}, {40054003, 40054003, kNotInChat}, {1100104, 1100104, kNotInChat},
    {1100301, 1100301, kNotInChat},
    {40054006, 40054006, kNoRelation, Cure::again}, {40054004, 40054004, kNoRelation}, {304032, 304034, kNoRelation},
    {304018, 304018, kOffline}, {40054016, 40054016, kOffline},

    // Recall, interactions, reactions.
    {306003, 306003, kRecall, Cure::again}, {306005, 306006, kRecall, Cure::again},
    {50065001, 50065001, kRecall, Cure::again},
    {306001, 306006, kRecall}, {306009, 306009, kRecall}, {306011, 306011, kRecall}, {40061001, 40061002, kRecall},
    {40062003, 40062003, kRecall}, {40064004, 40064004, kRecall},
    {630001, 630008, kInteraction},
    {620007, 620007, kReaction, Cure::again}, {620001, 620006, kReaction},

    // The platform's own trouble.
    {340067, 340067, kTrouble, Cure::again}, {50001, 50001, kTrouble, Cure::again},
    {2000004, 2000004, kTrouble, Cure::again},
    {50055001, 50055002, kTrouble, Cure::again},
    {50055006, 50055006, kTrouble, Cure::again}, {1100300, 1100300, kTrouble, Cure::again},

    // Channel rights, schedules, announcements, mute, forum, message frequency, demands of permissions: as they are worded.
    {301000, 302999, kRefused}, {501000, 504999, kRefused}, {610000, 610999, kRefused},

    // Streams and panels.
    {40007, 40007, kBody}, {40030001, 40030001, kBody}, {40030008, 40030008, kBody}, {40030011, 40030018, kBody},
    {40030020, 40030020, kContent}, {40030021, 40030021, kBody},
};
// clang-format on

// Of a message that QQ itself has named, "no such id" says that it is gone.
constexpr kit::Already kAlready[] = {
    {"delete_message", 306002},  {"delete_message", 40061001},   {"delete_message", 40061002},
    {"qq.add_reaction", 620003}, {"qq.remove_reaction", 620004},
};

const Row* find_row(int code) {
  for (const Row& row : kRows) {
    if (row.first <= code && code <= row.last) return &row;
  }
  return nullptr;
}

Meaning meaning_of_status(int status) {
  switch (status) {
    case 401:
      return {kCredentials, Cure::fresh_token};
    case 403:
      return {kForbidden, Cure::none};
    case 413:
      return {kMedia, Cure::none};
    case 429:
      return {kLimited, Cure::later};
    default:
      return status >= 500 ? Meaning{kTrouble, Cure::again} : Meaning{kRefused, Cure::none};
  }
}

int code_at(onebot::json::View body, std::string_view name) {
  const auto number = body.at(name).number();
  return number && std::fabs(*number) < 2'000'000'000 ? static_cast<int>(*number) : 0;
}

// The trace that the platform's support asks for: in a header, or in the body.
std::string trace_of(const onebot::io::HttpResponse& answer, onebot::json::View body) {
  if (const auto trace = onebot::io::header(answer.headers, "X-Tps-trace-ID")) return std::string(*trace);
  return std::string(body.at("trace_id").str());
}

// Seconds that the platform wants to be left alone; 0: it does not say.
int wait_of(const onebot::io::HttpResponse& answer) {
  const std::string_view text = onebot::io::header(answer.headers, "Retry-After").value_or("");
  int wait = 0;
  std::from_chars(text.data(), text.data() + text.size(), wait);
  return wait;
}

std::string sentence(std::string_view said, const Failure& failure, std::string_view trace) {
  constexpr std::size_t kMost = 300;
  std::string text = said.empty() ? "the platform refused" : kit::shortened(said, kMost);
  text += failure.code ? fmt::format(" (QQ {}, HTTP {}", failure.code, failure.http_status)
                       : fmt::format(" (HTTP {}", failure.http_status);
  return text + (trace.empty() ? ")" : fmt::format(", trace {})", trace));
}

}  // namespace

Meaning meaning_of(int code) {
  const Row* row = find_row(code);
  return row ? Meaning{row->retcode, row->cure} : Meaning{};
}

// A failure tells a sentence or a trace beside its code, whatever the status; what a call asks for has no such pair,
// and no code of the table.
bool tells_of_failure(onebot::json::View body) {
  const int code = code_at(body, "code");
  if (code_at(body, "err_code") != 0 || find_row(code)) return true;
  const auto tells = [&body](std::string_view name) { return body.at(name).is_string(); };
  return code != 0 && (tells("message") || tells("msg") || tells("trace_id"));
}

bool is_so_already(std::string_view action, const onebot::Error& failure) {
  return kit::is_so_already(kAlready, action, failure, "qq.err_code");
}

Failure read_failure(const onebot::io::HttpResponse& answer) {
  const auto document = onebot::json::Document::parse(answer.body);
  const onebot::json::View body = document ? document->root() : onebot::json::View{};
  const int err_code = code_at(body, "err_code"), code = code_at(body, "code");
  Failure failure{.code = err_code ? err_code : code, .http_status = answer.status};
  // The allow-list comes as 11298 and 40023002 in one answer; either decides.
  if (const Row* row = find_row(err_code) ? find_row(err_code) : find_row(code)) {
    failure.cure = row->cure;
    failure.error.code = row->retcode;
  } else {
    const Meaning meaning = meaning_of_status(answer.status);
    failure.cure = meaning.cure;
    failure.error.code = meaning.retcode;
    failure.unknown_code = failure.code != 0;
  }
  const std::string trace = trace_of(answer, body);
  const std::string_view said = body.at("message").str();
  failure.error.message = sentence(said.empty() ? body.at("msg").str() : said, failure, trace);
  onebot::Fields data{{"qq.code", failure.code},
                      {"qq.err_code", failure.code},
                      {"qq.http_status", failure.http_status},
                      {"qq.trace_id", trace}};
  const int wait = wait_of(answer);
  if (failure.error.code == kLimited && wait > 0) data.push_back({"retry_after", wait});
  if (const auto audit = body.at("data.message_audit.audit_id"); audit.is_string()) {
    failure.audit_id = audit.str();
    data.push_back({"qq.audit_id", failure.audit_id});
  }
  failure.error.data = std::move(data);
  return failure;
}

}  // namespace qq
