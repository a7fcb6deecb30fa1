// Task<T>: a sequence of asynchronous steps that reads downwards, over the owners of io.h.
//
//   Task<Result<std::string>> first_bytes(Files& files, std::string id) {
//     auto file = co_await opened(files, std::move(id));
//     if (!file) co_return std::unexpected(std::move(file).error());
//     co_return co_await bytes_of(files, *file, 0, 64);
//   }
//   owner = start(first_bytes(files, id), [](Result<std::string> bytes) { ... });
//
// A task does nothing before somebody awaits or starts it. Dropping the owner destroys the task, whatever it awaits and
// whatever those await, and nothing of it is called again; a task that runs just then gets as far as its next co_await.
// What a task refers to must outlive it: parameters are taken by value, and a lambda that is a task must not capture.
//
// Trap: g++ 12.2 frees twice in `c ? co_await a() : co_await b()`. Choose the task first, then await once; a test
// refuses it.

#pragma once

#include "onebot/files.h"
#include "onebot/io.h"
#include "onebot/told.h"

#include <chrono>
#include <coroutine>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace onebot {

// The tasks of one start(), of which one runs at a time. Its stack does not grow with their number: whoever goes on is
// taken up by the loop below.
class Course : public std::enable_shared_from_this<Course> {
 public:
  virtual ~Course() = default;
  void go_on(std::coroutine_handle<> next) {
    next_ = next;
    if (running_) return;
    const auto alive = shared_from_this();  // what runs may drop the owner
    running_ = true;
    while (next_ && !dropped_) std::exchange(next_, nullptr).resume();
    running_ = false;
    if (!dropped_) paused();
  }
  void drop() { dropped_ = true; }

 private:
  virtual void paused() = 0;  // nothing runs; perhaps all of it has ended

  std::coroutine_handle<> next_{};
  bool running_ = false, dropped_ = false;
};

template <class T>
class [[nodiscard]] Task {
 public:
  struct promise_type {
    struct Return {
      bool await_ready() noexcept { return false; }
      void await_suspend(std::coroutine_handle<promise_type> self) noexcept {
        const promise_type& promise = self.promise();
        if (promise.after) promise.course->go_on(promise.after);
      }
      void await_resume() noexcept {}
    };
    Task get_return_object() { return Task(std::coroutine_handle<promise_type>::from_promise(*this)); }
    std::suspend_always initial_suspend() noexcept { return {}; }
    Return final_suspend() noexcept { return {}; }
    void return_value(T value) { result.emplace(std::move(value)); }
    void unhandled_exception() noexcept { std::terminate(); }

    std::optional<T> result{};
    Course* course = nullptr;
    std::coroutine_handle<> after{};  // who awaits this one
  };

  Task() = default;
  Task(Task&& other) noexcept : self_(std::exchange(other.self_, nullptr)) {}
  Task& operator=(Task&& other) noexcept {
    Task old(std::exchange(self_, std::exchange(other.self_, nullptr)));
    return *this;
  }
  ~Task() {
    if (self_) self_.destroy();
  }

  // co_await of a task, once: it runs, and gives its result.
  bool await_ready() const noexcept { return false; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> after) noexcept {
    self_.promise().after = after;
    begin(*after.promise().course);
  }
  T await_resume() { return take(); }

  // For start().
  void begin(Course& course) noexcept {
    self_.promise().course = &course;
    course.go_on(self_);
  }
  bool ended() const { return self_ && self_.done(); }
  T take() { return *std::move(self_.promise().result); }

 private:
  explicit Task(std::coroutine_handle<promise_type> self) : self_(self) {}

  std::coroutine_handle<promise_type> self_{};
};

// Runs a task up to its first pause. `done` is told its result last of all, once, when nothing of the task is left: it
// may destroy the owner. It is called inside this call when the task never had to wait.
template <class T>
[[nodiscard]] io::Owner start(Task<T> task, std::type_identity_t<Told<T>> done) {
  struct Started final : Course {
    Started(Task<T> all, Told<T> then) : task(std::move(all)), tell(std::move(then)) {}
    void paused() override {
      if (!task.ended()) return;
      T result = task.take();
      task = Task<T>();
      const auto told = std::exchange(tell, nullptr);
      told(std::move(result));
    }
    Task<T> task;
    Told<T> tell;
  };
  struct Owning final : io::Pending {
    explicit Owning(std::shared_ptr<Course> owned) : course(std::move(owned)) {}
    ~Owning() override { course->drop(); }
    std::shared_ptr<Course> course;
  };
  auto course = std::make_shared<Started>(std::move(task), std::move(done));
  io::Owner owner = std::make_unique<Owning>(course);
  course->task.begin(*course);
  return owner;
}

// Awaits a call that takes a callback and returns the owner of what it began: `begin` makes the call with the callback
// it is given, which may be called inside. R: what the callback is told.
template <class R, class Begin>
class UntilTold {
 public:
  explicit UntilTold(Begin begin) : begin_(std::move(begin)) {}
  bool await_ready() const noexcept { return false; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> after) {
    pending_ = begin_([this, after](R result) {
      told_.emplace(std::move(result));
      after.promise().course->go_on(after);
    });
  }
  R await_resume() { return *std::move(told_); }

 private:
  Begin begin_;
  io::Owner pending_{};
  std::optional<R> told_{};
};
template <class R, class Begin>
UntilTold<R, Begin> until_told(Begin begin) {
  return UntilTold<R, Begin>(std::move(begin));
}

inline auto answer_to(io::Client& client, io::HttpRequest request) {
  return until_told<Result<io::HttpResponse>>([&client, request = std::move(request)](auto tell) mutable {
    return client.send(std::move(request), std::move(tell));
  });
}
inline auto opened(Files& files, std::string file_id) {
  return until_told<Result<File>>([&files, file_id = std::move(file_id)](auto tell) mutable {
    return files.open(std::move(file_id), std::move(tell));
  });
}
inline auto bytes_of(Files& files, File file, std::uint64_t offset, std::size_t size) {
  return until_told<Result<std::string>>([&files, file = std::move(file), offset, size](auto tell) {
    return files.read(file, offset, size, std::move(tell));
  });
}
// Says true, and never inside the call.
inline auto pause(io::Loop& loop, std::chrono::milliseconds length) {
  return until_told<bool>(
      [&loop, length](auto tell) { return loop.after(length, [tell = std::move(tell)] { tell(true); }); });
}

}  // namespace onebot

// ONEBOT_TRY within a task.
#define ONEBOT_CO_TRY(name, expression)                                            \
  auto name##_result = (expression);                                               \
  if (!name##_result) co_return std::unexpected(std::move(name##_result).error()); \
  auto name = *std::move(name##_result)
