// One call of a simulated platform: what came in, read, and what is answered, before it has the platform's form.

#pragma once

#include "onebot/io.h"
#include "onebot/json.h"
#include "onebot/value.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kit::simulator {

// What stands in a path where its template has "{name}", by that name.
using Ids = std::vector<std::pair<std::string_view, std::string_view>>;

struct Call {
  const onebot::io::HttpRequest& request;
  onebot::json::View body{};      // null when there is none, and of forms
  std::string_view unreadable{};  // why the body is no JSON; "" = it is, or a form, or there is none
  Ids ids{};

  std::string_view id(std::string_view name) const;
  std::string query(std::string_view name) const;  // "" when it is not there
  std::string path_and_query() const;
  bool is_form() const;
  // Parameters of a knob: members of the body, or else of the query.
  std::int64_t number(std::string_view name, std::int64_t otherwise) const;
  int small(std::string_view name, int otherwise) const;  // 0 to 1'000'000'000
  std::string text(std::string_view name) const;          // "" when it is not there
};

struct Reply {
  // usual: within what every answer of the platform has. whole: the content is the body. bytes: the body as it is.
  enum class Form { usual, whole, bytes };

  int status = 200;
  int code = 0;  // the platform's; 0 = it went well
  std::string message{};
  onebot::Value content{};
  onebot::io::Headers headers{};  // besides those of every answer
  Form form = Form::usual;
  std::string bytes{};
  std::chrono::milliseconds delay{0};  // before it is sent

  bool went_well() const { return code == 0 && status / 100 == 2; }
};

struct Refusal {
  int status = 400;
  int code = 0;
  std::string_view message{};
};

Reply refused(const Refusal& refusal);
Reply told(onebot::Value content);
Reply whole(onebot::Value content, int status = 200);

// A whole number that may be asked for: 0 to 1'000'000'000.
int small(std::int64_t number);

}  // namespace kit::simulator
