#include "adapters/qq/feed/granted_intents.h"

#include "onebot/json.h"

namespace qq {

void GrantedIntents::recall(std::string_view record, double wall) {
  constexpr double kWeek = 7 * 86400.0;
  const auto document = onebot::json::Document::parse(record);
  if (!document) return;
  const auto number = [&](std::string_view name) { return document->root().at(name).integer().value_or(0); };
  const auto accepted = static_cast<std::uint32_t>(number("accepted"));
  kept_ = kStale;
  if (number("configured") != std::int64_t{configured_} || accepted == 0) return;
  if (wall - document->root().at("at").number().value_or(0) > kWeek) return;
  kept_ = accepted;
  now_ = {accepted, accepted != configured_};
}

std::string GrantedIntents::refused() {
  const auto fewer = reduced(now_);
  if (!fewer) {
    now_ = {configured_};
    return {};
  }
  const std::uint32_t given_up = now_.bits & ~fewer->bits;
  now_ = *fewer;
  return intent_names(given_up);
}

std::optional<onebot::Record> GrantedIntents::accepted(double wall) {
  const std::uint32_t wanted = now_.bits == configured_ ? 0 : now_.bits;
  if (wanted == kept_) return std::nullopt;
  kept_ = wanted;
  if (wanted == 0) return onebot::Record{std::string(kRecord), "", ""};
  return onebot::Record{
      std::string(kRecord), "",
      onebot::json::write(
          onebot::Fields{{"configured", std::int64_t{configured_}}, {"accepted", std::int64_t{wanted}}, {"at", wall}})};
}

}  // namespace qq
