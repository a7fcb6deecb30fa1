#include "adapters/kit/simulator/deliveries.h"

namespace kit::simulator {

void Deliveries::begin(Delivery delivery) {
  Begun& begun = begun_[++number_];
  begun.delivery = std::move(delivery);
  if (begun_.size() > kMost) begun_.erase(begun_.begin());
  begun.course = onebot::start(deliver(begun.delivery), [](bool) {});
}

onebot::Task<bool> Deliveries::deliver(Delivery& delivery) {
  for (std::size_t failures = 0;; ++failures) {
    auto attempt = onebot::until_told<Answer>(delivery.attempt);
    Answer answer = co_await attempt;
    delivery.statuses.push_back(answer.status);
    delivery.taken = delivery.is_taken(answer);
    delivery.answer = std::move(answer.text);
    const bool again = !delivery.once && (!delivery.taken || ladder_.insists) && failures < ladder_.waits.size();
    if (!again) co_return delivery.taken;
    co_await onebot::pause(loop_, ladder_.waits[failures]);
  }
}

onebot::io::Owner post(onebot::io::Client& client, onebot::io::HttpRequest request, Deliveries::Told told) {
  request.method = "POST";
  request.timeout = std::chrono::seconds(3);
  return client.send(std::move(request), [told = std::move(told)](onebot::Result<onebot::io::HttpResponse> answer) {
    told(answer ? Deliveries::Answer{answer->status, std::move(answer->body)}
                : Deliveries::Answer{0, answer.error().message});
  });
}

}  // namespace kit::simulator
