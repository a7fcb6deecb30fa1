#include "adapters/feishu/calls/errors.h"

#include "adapters/kit/already.h"
#include "adapters/kit/characters.h"
#include "onebot/native_path.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <utility>

namespace feishu {
namespace {

using onebot::Retcode;

// Short, for the table.
constexpr auto kRefused = Retcode::refused, kLimited = Retcode::rate_limited, kForbidden = Retcode::forbidden,
               kContent = Retcode::content_rejected, kBody = Retcode::body_refused, kMedia = Retcode::media_refused,
               kCredentials = Retcode::credentials, kTooLate = Retcode::too_late, kTrouble = Retcode::server_error,
               kNoUser = Retcode::unknown_user, kNoGroup = Retcode::unknown_group,
               kNoMessage = Retcode::unknown_message, kNoFile = Retcode::unknown_file;

struct Row {
  int code = 0;
  Retcode retcode = kRefused;
  Cure cure = Cure::none;
  Means means = Means::nothing;
};

// clang-format off
constexpr Row kRows[] = {
    // the token
    {99991661, kCredentials, Cure::fresh_token}, {99991663, kCredentials, Cure::fresh_token},
    {99991664, kCredentials, Cure::fresh_token}, {99991668, kCredentials, Cure::fresh_token},
    {99991671, kCredentials, Cure::fresh_token}, {99991677, kCredentials, Cure::fresh_token},
    {234002,   kCredentials, Cure::fresh_token},
    // the app
    {99991543, kCredentials, Cure::none, Means::no_such_app}, {10015,    kCredentials, Cure::none, Means::no_such_app},
    {99991662, kCredentials, Cure::none, Means::no_such_app}, {99991673, kCredentials, Cure::none, Means::no_such_app},
    {10014,    kCredentials, Cure::none, Means::no_such_app}, {232034,   kCredentials, Cure::none, Means::no_such_app},
    // too much at once, or not now
    {99991400, kLimited, Cure::wait}, {11232,  kLimited, Cure::wait},
    {11247,    kLimited, Cure::wait}, {232019, kLimited, Cure::wait},
    {230020,   kLimited, Cure::wait, Means::too_fast_there}, {11233, kLimited, Cure::wait, Means::too_fast_there},
    {230049,   kLimited, Cure::wait, Means::too_fast_there}, {234019, kLimited, Cure::wait},
    {1500,     kTrouble, Cure::wait}, {1503,   kTrouble, Cure::wait}, {1551,   kTrouble, Cure::wait},
    {5000,     kTrouble, Cure::wait},
    // not allowed, or not there to be reached
    {99991672, kForbidden}, {99991676, kForbidden}, {99991679, kForbidden}, {230002, kForbidden}, {10002, kForbidden},
    {10030,    kForbidden}, {232011,   kForbidden}, {230006,   kForbidden}, {232025, kForbidden}, {234007, kForbidden},
    {11205,    kForbidden}, {230026,   kForbidden}, {230013,   kForbidden}, {231022, kForbidden}, {230018, kForbidden},
    {230035,   kForbidden}, {11242,    kForbidden}, {230027,   kForbidden}, {230038, kForbidden}, {232033, kForbidden},
    {230050,   kForbidden}, {231018,   kForbidden}, {230053,   kForbidden}, {231002, kForbidden}, {231017, kForbidden},
    {232002,   kForbidden}, {232014,   kForbidden}, {232016,   kForbidden}, {232017, kForbidden}, {11200,  kForbidden},
    {11202,    kForbidden}, {234004,   kForbidden}, {234009,   kForbidden}, {234038, kForbidden}, {234040, kForbidden},
    {234043,   kForbidden}, {41050,    kForbidden}, {234008,   kForbidden}, {99992364, kForbidden},
    // refused, and no more is to be said
    {10003,    kRefused}, {99992402, kRefused}, {230001, kRefused}, {232001, kRefused}, {234001, kRefused},
    {9499,     kRefused}, {230015,   kRefused}, {230036, kRefused}, {231001, kRefused},
    {230017,   kRefused, Cure::none, Means::lost_file}, {11221, kRefused, Cure::none, Means::lost_file},
    // the content
    {230022, kContent}, {230028, kContent}, {11248,  kContent}, {11312,  kContent}, {230025, kBody},
    {230054, kBody}, {230055, kBody}, {230099, kBody}, {234006, kMedia}, {234011, kMedia}, {234037, kMedia},
    {234010, Retcode::bad_segment_data},
    // too late
    {230009, kTooLate}, {11238,  kTooLate}, {230031, kTooLate}, {230071, kTooLate}, {230072, kTooLate},
    {230073, kTooLate}, {230074, kTooLate}, {230075, kTooLate},
    // not found
    {99992361, kNoUser}, {99992351, kNoUser},  {99992356, kNoUser},  {230029, kNoUser},  {11236, kNoUser},   {230034, kNoUser},
    {232006,   kNoGroup}, {11213,    kNoGroup}, {10029,  kNoGroup}, {232009, kNoGroup}, {11237,  kNoGroup},
    {99992354, kNoMessage},
    {230111, kNoMessage, Cure::none, Means::missing_target}, {10020,  kNoMessage, Cure::none, Means::missing_target},
    {11224,  kNoMessage, Cure::none, Means::missing_target},
    {230011, kNoMessage, Cure::none, Means::missing_target}, {230110, kNoMessage, Cure::none, Means::missing_target},
    {231003, kNoMessage, Cure::none, Means::missing_target}, {230019, kNoMessage, Cure::none, Means::missing_target},
    {234003, kNoFile},
};
// clang-format on

constexpr int kBadParameter = 230001;

// What is wrong stands behind "ext=".
bool names_a_key(std::string_view text) {
  return text.find("image_key") != text.npos || text.find("file_key") != text.npos;
}

// Of a message that was recalled while it was answered, some answers have the words and no code.
bool tells_of_recall(std::string_view text) { return text.find("message was withdrawn") != text.npos; }

// By the standard's names and Feishu's. A dissolved group has no members.
constexpr kit::Already kAlready[] = {
    {"leave_group", 232011},
    {"leave_group", 230002},
    {"leave_group", 232009},
    {"leave_group", 11237},
    {"delete_message", 231003},
    {"delete_message", 230011},
    {"delete_message", 230110},
    {"delete_message", 230111},
    {"delete_message", 10020},
    {"delete_message", 11224},
    {"feishu.unpin_message", 231003},
    {"feishu.unpin_message", 230011},
    {"feishu.unpin_message", 230110},
    {"feishu.unpin_message", 230111},
    {"feishu.delete_reaction", 231003},
    {"feishu.delete_reaction", 230011},
    {"feishu.delete_reaction", 230110},
    {"feishu.delete_reaction", 230111},
};

}  // namespace

bool is_so_already(std::string_view action, const onebot::Error& failure, std::string_view prefix) {
  return kit::is_so_already(kAlready, action, failure, std::string(prefix).append("code"));
}

std::optional<int> code_of(onebot::json::View body) {
  const auto code = body.at("code").number();
  if (!code || std::fabs(*code) > std::numeric_limits<int>::max()) return std::nullopt;
  return static_cast<int>(*code);
}

std::string words_of(onebot::json::View body) {
  std::string words = onebot::locate("msg|message", body).text();
  const onebot::json::View fault = body.at("error.field_violations")[0];
  if (fault.is_object()) words += fmt::format(" ({}: {})", fault.at("field").text(), fault.at("description").text());
  return words;
}

Failure read_failure(int code, int http_status, std::string_view text, std::string_view log_id) {
  const auto* row = std::ranges::find(kRows, code, &Row::code);
  Failure failure{.code = code, .http_status = http_status, .log_id = kit::shortened(log_id, 100)};
  if (row != std::end(kRows)) {
    failure.cure = row->cure;
    failure.means = row->means;
    failure.error.code = row->retcode;
  } else {
    failure.error.code = kRefused;
    failure.unknown_code = code != 0;
    if (http_status == 429) failure.error.code = kLimited;
    if (http_status >= 500) failure.error.code = kTrouble;
    if (http_status == 429 || http_status >= 500) failure.cure = Cure::wait;
  }
  if (code == kBadParameter && names_a_key(text)) failure.means = Means::lost_file;
  if (code == 0 && tells_of_recall(text)) {
    failure.means = Means::missing_target;
    failure.error.code = kNoMessage;
  }
  std::string shown = kit::shortened(text, 300);
  if (code == 0) shown = fmt::format("HTTP {} without a code{}{}", http_status, shown.empty() ? "" : ": ", shown);
  failure.error.message =
      log_id.empty() ? fmt::format("{} {}", code, shown) : fmt::format("{} {} log_id={}", code, shown, failure.log_id);
  return failure;
}

}  // namespace feishu
