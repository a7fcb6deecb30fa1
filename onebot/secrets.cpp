#include "onebot/secrets.h"

#include "onebot/options.h"

#include <algorithm>
#include <utility>

namespace onebot {
namespace {

constexpr std::string_view kHidden = "***";

void hide(const std::string& secret, std::string& text) {
  for (auto at = text.find(secret); at != text.npos; at = text.find(secret, at + kHidden.size())) {
    text.replace(at, secret.size(), kHidden);
  }
}

}  // namespace

Secrets::Secrets(std::vector<std::string> configured) : configured_(std::move(configured)) {
  std::erase_if(configured_, [](const std::string& secret) { return secret.size() < kLeastSecret; });
  std::ranges::sort(configured_, std::greater(), &std::string::size);  // one may be part of another
}

void Secrets::add(std::string_view token) {
  if (token.size() < kLeastSecret || std::ranges::find(tokens_, token) != tokens_.end()) return;
  if (tokens_.size() == kMostTokens) tokens_.pop_front();
  tokens_.emplace_back(token);
}

std::string Secrets::masked(std::string text) const {
  for (const std::string& token : tokens_) hide(token, text);
  return without_configured(std::move(text));
}

std::string Secrets::without_configured(std::string text) const {
  for (const std::string& secret : configured_) hide(secret, text);
  return text;
}

}  // namespace onebot
