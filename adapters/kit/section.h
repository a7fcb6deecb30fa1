// Section: a [[bots]] section of the configuration, read by the table of a platform's options: the kinds of its values
// and what stands for those that are not there.

#pragma once

#include "onebot/options.h"
#include "onebot/result.h"
#include "onebot/value.h"

#include <chrono>
#include <span>
#include <string>
#include <string_view>

namespace kit {

class Section {
 public:
  // "endpoints" may be a table of its own, or its keys dotted. Error: bad_param, "KEY: ...", for a value of another
  // kind than its option has. The options outlive the section.
  static onebot::Result<Section> read(const onebot::Fields& fields, std::span<const onebot::Option> options);

  // Each as its option is by default when it is absent; text and endpoint then "" without such a default.
  std::string text(std::string_view key) const;
  bool flag(std::string_view key) const;
  std::chrono::milliseconds duration(std::string_view key) const;
  onebot::List list(std::string_view key) const;
  // endpoints.NAME, or this.
  std::string endpoint(std::string_view name, std::string_view fallback = {}) const;

 private:
  Section(onebot::Fields fields, std::span<const onebot::Option> options)
      : fields_(std::move(fields)), options_(options) {}
  std::string_view fallback(std::string_view key) const;

  onebot::Fields fields_;
  std::span<const onebot::Option> options_;
};

// An address without slashes at its end.
std::string without_slash(std::string url);

}  // namespace kit
