#include "onebot/times.h"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

namespace onebot {
namespace {

constexpr double kEnd = 253402300800.0;  // the year 10000

double in_range(double seconds) { return seconds > 0 && seconds < kEnd ? seconds : 0; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes what it reads off the front of a text.
class Scan {
 public:
  explicit Scan(std::string_view text) : rest_(text) {}

  bool skip(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::optional<int> number(std::size_t digits) {
    if (rest_.size() < digits) return std::nullopt;
    int number = 0;
    for (const char c : rest_.substr(0, digits)) {
      if (!is_digit(c)) return std::nullopt;
      number = number * 10 + (c - '0');
    }
    rest_.remove_prefix(digits);
    return number;
  }
  // Digits behind a dot, any number of them.
  double fraction() {
    double sum = 0;
    for (double unit = 0.1; !rest_.empty() && is_digit(rest_.front()); unit /= 10, rest_.remove_prefix(1)) {
      sum += unit * (rest_.front() - '0');
    }
    return sum;
  }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

// year "-" month "-" day, in seconds.
std::optional<double> scan_date(Scan& scan) {
  const auto year = scan.number(4);
  if (!year || !scan.skip('-')) return std::nullopt;
  const auto month = scan.number(2);
  if (!month || !scan.skip('-')) return std::nullopt;
  const auto day = scan.number(2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return static_cast<double>(std::chrono::sys_days(date).time_since_epoch().count()) * 86400;
}

// hour ":" minute ":" second [ "." fraction ]; a leap second may be 60.
std::optional<double> scan_clock(Scan& scan) {
  const auto hour = scan.number(2);
  if (!hour || *hour > 23 || !scan.skip(':')) return std::nullopt;
  const auto minute = scan.number(2);
  if (!minute || *minute > 59 || !scan.skip(':')) return std::nullopt;
  const auto second = scan.number(2);
  if (!second || *second > 60) return std::nullopt;
  return (*hour * 60 + *minute) * 60 + *second + (scan.skip('.') ? scan.fraction() : 0);
}

// [ blank ] ( "Z" | sign hour [ [":"] minute ] ), or nothing; what the clock is ahead of UTC.
std::optional<double> scan_zone(Scan& scan) {
  scan.skip(' ');
  if (scan.rest().empty() || scan.skip('Z')) return 0;
  const int sign = scan.skip('-') ? -1 : 1;
  if (sign > 0 && !scan.skip('+')) return std::nullopt;
  const auto hours = scan.number(2);
  if (!hours || *hours > 23) return std::nullopt;
  const bool colon = scan.skip(':');
  const auto minutes = scan.number(2);
  if (colon && !minutes) return std::nullopt;
  return sign * (*hours * 60 + minutes.value_or(0)) * 60;
}

}  // namespace

double seconds(json::View view) { return in_range(view.number().value_or(0)); }

double milliseconds(json::View view) { return in_range(view.number().value_or(0) / 1e3); }

double iso8601(json::View view) {
  Scan scan(view.str());
  const auto date = scan_date(scan);
  if (!date || !(scan.skip('T') || scan.skip(' '))) return 0;
  const auto clock = scan_clock(scan);
  if (!clock) return 0;
  const auto zone = scan_zone(scan);
  // Go writes the zone's name behind it, and its own monotonic clock.
  if (!zone || !(scan.rest().empty() || scan.rest().front() == ' ')) return 0;
  return in_range(*date + *clock - *zone);
}

double any_time(json::View view) {
  const auto number = view.number();
  if (!number) return iso8601(view);
  if (*number < 1e11) return in_range(*number);
  if (*number < 1e14) return in_range(*number / 1e3);
  return in_range(*number / (*number < 1e17 ? 1e6 : 1e9));
}

}  // namespace onebot
