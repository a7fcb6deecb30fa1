#include "adapters/qq/consent.h"

#include "onebot/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace qq {
namespace {

constexpr std::string_view kOff = "off ", kOn = "on ";

}  // namespace

void Consent::recall(const std::vector<onebot::Record>& records) {
  for (const onebot::Record& record : records) {
    std::string_view value = record.value;
    const bool off = value.starts_with(kOff);
    value.remove_prefix(std::min(value.size(), (off ? kOff : kOn).size()));
    const auto at = onebot::ascii::number_in<double>(value);
    if (!at || !std::isfinite(*at) || !read_chat_key(record.key)) {
      remember_({std::string(kRecord), record.key, ""});
      continue;
    }
    if (off) remember_(record);  // what is not written for a month is not kept
    keep(record.key, {off ? Switch::off : Switch::on, *at});
  }
}

void Consent::said(const Chat& chat, Switch now, double at) {
  if (chat.openid.empty()) return;
  const std::string key = chat_key(chat);
  const auto known = words_.find(key);
  if (known != words_.end() && at < known->second.at) return;
  remember_({std::string(kRecord), key, fmt::format("{}{:.3f}", now == Switch::off ? kOff : kOn, at)});
  keep(key, {now, at});
}

void Consent::keep(const std::string& key, Word word) {
  const auto [found, fresh] = words_.try_emplace(key);
  if (!fresh) order_.erase({found->second.at, key});
  found->second = word;
  order_.emplace(word.at, key);
  if (words_.size() > kMost) drop(words_.find(order_.begin()->second));
}

void Consent::drop(Words::iterator word) {
  remember_({std::string(kRecord), word->first, ""});
  order_.erase({word->second.at, word->first});
  words_.erase(word);
}

void Consent::forget(const Chat& chat) {
  const auto found = words_.find(chat_key(chat));
  if (found != words_.end()) drop(found);
}

onebot::Status Consent::check(const Chat& chat) const {
  const auto found = words_.find(chat_key(chat));
  if (found == words_.end() || found->second.now == Switch::on) return {};
  return onebot::fail(onebot::Retcode::unasked_refused,
                      fmt::format("the {} has switched off what the bot sends unasked, and nothing it wrote can be "
                                  "answered now",
                                  described(chat.kind)));
}

}  // namespace qq
