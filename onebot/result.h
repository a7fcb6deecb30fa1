// Result<T>: a value or an Error. The only way a function here reports failure.

#pragma once

#include "onebot/retcode.h"
#include "onebot/value.h"

#include <expected>
#include <string>
#include <utility>

namespace onebot {

struct Error {
  Retcode code = Retcode::internal_handler_error;
  std::string message{};  // for a human: what failed, on which input; never a secret
  Value data{};           // "data" of a failed response; null unless a platform has more to say
  bool unsent = false;    // of an HTTP request: no byte of it has left us, so it can be made again
};

template <class T>
using Result = std::expected<T, Error>;
using Status = Result<void>;

inline std::unexpected<Error> fail(Retcode code, std::string message, Value data = {}) {
  return std::unexpected(Error{code, std::move(message), std::move(data)});
}

}  // namespace onebot

// Unwraps a Result or returns its error from the enclosing function.
#define ONEBOT_TRY(name, expression)                                            \
  auto name##_result = (expression);                                            \
  if (!name##_result) return std::unexpected(std::move(name##_result).error()); \
  auto name = *std::move(name##_result)

// The same for a Status.
#define ONEBOT_CHECK(expression)                                                                   \
  do {                                                                                             \
    if (auto status_ = (expression); !status_) return std::unexpected(std::move(status_).error()); \
  } while (false)
