#include "adapters/kit/simulator/deliveries.h"

namespace kit::simulator {

void Deliveries::begin(Delivery delivery) {
  const std::uint64_t number = ++number_;
  begun_[number].delivery = std::move(delivery);
  if (begun_.size() > kMost) begun_.erase(begun_.begin());
  attempt(number);
}

void Deliveries::attempt(std::uint64_t number) {
  Begun& begun = begun_.at(number);
  begun.step = begun.delivery.attempt(
      [this, number](int status, std::string answer) { attempted(number, status, std::move(answer)); });
}

void Deliveries::attempted(std::uint64_t number, int status, std::string answer) {
  const auto found = begun_.find(number);
  if (found == begun_.end()) return;
  Delivery& delivery = found->second.delivery;
  const std::size_t failures = delivery.statuses.size();
  delivery.statuses.push_back(status);
  delivery.answer = std::move(answer);
  delivery.taken = delivery.is_taken(status, delivery.answer);
  const bool again = !delivery.once && (!delivery.taken || ladder_.insists) && failures < ladder_.waits.size();
  found->second.step = !again ? nullptr : loop_.after(ladder_.waits[failures], [this, number] {
    if (begun_.contains(number)) attempt(number);
  });
}

onebot::io::Owner post(onebot::io::Client& client, onebot::io::HttpRequest request, Deliveries::Told told) {
  request.method = "POST";
  request.timeout = std::chrono::seconds(3);
  return client.send(std::move(request), [told = std::move(told)](onebot::Result<onebot::io::HttpResponse> answer) {
    if (answer) return told(answer->status, std::move(answer->body));
    told(0, answer.error().message);
  });
}

}  // namespace kit::simulator
