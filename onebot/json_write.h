// Values as JSON text: the writing half of json.h.

#pragma once

#include "onebot/value.h"

#include <string>
#include <string_view>

namespace onebot::json {

// Compact JSON in UTF-8. Doubles always carry a fraction or an exponent; Bytes are Base64, standard alphabet, padded;
// invalid UTF-8 is repaired.
std::string write(const Value& value);
std::string write(const Fields& object);
void append(std::string& out, const Value& value);
void append(std::string& out, const Fields& object);
void append_string(std::string& out, std::string_view text);  // quoted and escaped
void append_double(std::string& out, double number);          // 1700000000.0; a number that is not finite is 0.0

}  // namespace onebot::json
