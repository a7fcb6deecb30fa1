// Routes: the addresses of a simulated platform as a table: method, path and who answers there.
//
//   path = ("/" word | "/{" name "}")...     "{name}" stands for one word, which is not empty
//
// A row whose path is "" is left out: a dialect of the platform does not have it.

#pragma once

#include "adapters/kit/simulator/call.h"

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace kit::simulator {

class Routes {
 public:
  enum class Needs { token, nothing };
  using Answer = std::function<Reply(const Call&)>;

  struct Route {
    std::string method{}, path{};
    Answer answer{};
    Needs needs = Needs::token;
  };
  template <class Owner>
  struct Row {
    std::string_view method{}, path{};
    std::function<Reply(Owner&, const Call&)> answer{};  // a member of the owner's
    Needs needs = Needs::token;
  };
  struct Found {
    const Route* route = nullptr;  // nullptr: there is no such address,
    bool other_method = false;     // or it answers to another method
    Ids ids{};                     // point into the route and the path that was asked for
  };

  void add(Route route);
  // The owner outlives the table.
  template <class Owner>
  void add(Owner& owner, std::initializer_list<Row<Owner>> rows) {
    for (const Row<Owner>& row : rows) {
      add({std::string(row.method), std::string(row.path),
           [&owner, answer = row.answer](const Call& call) { return answer(owner, call); }, row.needs});
    }
  }
  Found find(std::string_view method, std::string_view path) const;  // the first row that fits

 private:
  std::vector<Route> routes_{};
};

}  // namespace kit::simulator
