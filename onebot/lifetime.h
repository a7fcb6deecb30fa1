// Lifetime: what a callback checks that others keep longer than whoever gave it: posted to a loop, inside a Reply, on
// its way back from a thread.
//
//   class Session { ...  Lifetime lifetime_; };
//   loop.post(lifetime_.guard([this] { ... }));   // does nothing once the session is gone
//
// The call must come on the thread that destroys the owner; the callback itself may travel and end anywhere.

#pragma once

#include <memory>
#include <utility>

namespace onebot {

class Lifetime {
 public:
  Lifetime() = default;
  Lifetime(const Lifetime&) = delete;
  Lifetime& operator=(const Lifetime&) = delete;

  // The same task for as long as this lives; afterwards nothing.
  template <class Task>
  auto guard(Task task) const {
    return [weak = std::weak_ptr(token_), task = std::move(task)](auto&&... arguments) mutable {
      if (!weak.expired()) task(std::forward<decltype(arguments)>(arguments)...);
    };
  }

 private:
  struct Token {};
  std::shared_ptr<Token> token_ = std::make_shared<Token>();
};

}  // namespace onebot
