// Tokens: the access tokens of a simulated platform: the same again until its last while, then a new one beside it.

#pragma once

#include "onebot/io.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace kit::simulator {

class Tokens {
 public:
  struct Terms {
    std::string_view scheme{};  // what comes before the token: "Bearer "
    std::chrono::seconds lifetime{7200};
    std::chrono::seconds overlap{60};  // when no more is left, another one is given
  };
  using Spell = std::function<std::string(std::int64_t number)>;  // the text of the first token, the second...
  struct Issued {
    std::string token{};
    std::int64_t seconds = 0;  // that it lives
  };
  enum class Verdict { good, absent, no_scheme, unknown };

  Tokens(onebot::io::Loop& loop, Terms terms, Spell spell) : loop_(loop), terms_(terms), spell_(std::move(spell)) {}

  Issued issue() {
    if (token_.text.empty() || token_.ends - loop_.now() <= terms_.overlap) {
      old_ = std::move(token_);
      token_ = {.text = spell_(++issued_), .ends = loop_.now() + terms_.lifetime};
    }
    return {token_.text, std::chrono::duration_cast<std::chrono::seconds>(token_.ends - loop_.now()).count()};
  }
  // What was given so far is worth nothing.
  void expire() { token_.ends = old_.ends = loop_.now(); }
  Verdict examine(std::optional<std::string_view> authorization) const {
    if (!authorization) return Verdict::absent;
    if (!authorization->starts_with(terms_.scheme) || authorization->size() == terms_.scheme.size()) {
      return Verdict::no_scheme;
    }
    const std::string_view text = authorization->substr(terms_.scheme.size());
    const auto is = [&](const Token& token) { return text == token.text && loop_.now() < token.ends; };
    return is(token_) || is(old_) ? Verdict::good : Verdict::unknown;
  }
  std::int64_t issued() const { return issued_; }

 private:
  struct Token {
    std::string text{};
    std::chrono::milliseconds ends{0};
  };

  onebot::io::Loop& loop_;
  Terms terms_;
  Spell spell_;
  Token token_{}, old_{};
  std::int64_t issued_ = 0;
};

}  // namespace kit::simulator
