#include "onebot/v11/answers.h"

#include "onebot/json_write.h"

#include <fmt/format.h>

#include <utility>

namespace onebot::v11 {
namespace {

std::string write(std::string_view status, int retcode, Value data, std::string_view message, const Echo& echo) {
  const Fields answer{
      {"status", status}, {"retcode", retcode}, {"data", std::move(data)}, {"message", message}, {"wording", message}};
  std::string out = json::write(answer);
  if (!echo) return out;
  out.pop_back();
  return out.append(",\"echo\":").append(*echo).append("}");
}

constexpr int number(Answered answered) { return static_cast<int>(answered); }

}  // namespace

int retcode_of(Retcode code) {
  switch (code) {
    case Retcode::ok:
      return number(Answered::ok);
    case Retcode::unsupported_action:
      return number(Answered::unknown_action);
    case Retcode::bad_request:
    case Retcode::bad_param:
    case Retcode::unsupported_param:
    case Retcode::unsupported_segment:
    case Retcode::bad_segment_data:
    case Retcode::unsupported_segment_data:
    case Retcode::who_am_i:
    case Retcode::unknown_self:
      return number(Answered::bad_request);
    default:
      return static_cast<int>(code);
  }
}

int http_status(Retcode code) { return code == Retcode::unsupported_action ? 404 : 200; }

std::string write_answer(const ActionResult& result, const Echo& echo, std::string_view told) {
  if (result) return write("ok", number(Answered::ok), *result, told, echo);
  const Error& error = result.error();
  return write("failed", retcode_of(error.code), error.data, error.message, echo);
}

std::string write_started(const Echo& echo) { return write("async", number(Answered::started), {}, "", echo); }

std::string write_not_in_time(const Echo& echo) {
  return write("failed", number(Answered::not_in_time), {}, "no answer in time; the action goes on", echo);
}

std::string write_too_long(std::size_t bytes, std::size_t most, const Echo& echo) {
  return write("failed", number(Answered::not_in_time), {},
               fmt::format("it is done, but the answer has {} bytes, and this link carries {}", bytes, most), echo);
}

}  // namespace onebot::v11
