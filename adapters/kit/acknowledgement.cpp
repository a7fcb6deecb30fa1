#include "adapters/kit/acknowledgement.h"

#include <memory>
#include <utility>

namespace kit {
namespace {

struct Waiting {
  std::move_only_function<void(Stored)> answer{};
  onebot::io::Owner deadline{};

  void tell(Stored stored) {
    if (auto told = std::exchange(answer, nullptr)) told(stored);
  }
};

}  // namespace

onebot::Told<bool> acknowledge(onebot::io::Loop& loop, std::chrono::milliseconds deadline,
                               std::move_only_function<void(Stored)> answer) {
  auto waiting = std::make_shared<Waiting>(Waiting{.answer = std::move(answer)});
  waiting->deadline = loop.after(deadline, [weak = std::weak_ptr(waiting)] {
    if (const auto late = weak.lock()) late->tell(Stored::late);
  });
  return [waiting](bool stored) {
    waiting->deadline.reset();
    waiting->tell(stored ? Stored::yes : Stored::no);
  };
}

}  // namespace kit
