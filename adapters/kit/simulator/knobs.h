// Knobs: what no real platform has: what tests turn and read, under /simulator/, in every simulator.
//
//   POST event           plays the native event in the body
//   POST push_url        {"url"}: where pushes go
//   POST refuse          code, status, count, retry_after (or reset): the next calls fail
//   POST script          a list of what goes wrong with the next calls (faults.h)
//   POST expire_token    every token given so far ends
//
// Parameters stand in the query or in the body. A platform adds its own.

#pragma once

#include "adapters/kit/simulator/call.h"
#include "adapters/kit/simulator/faults.h"
#include "adapters/kit/simulator/routes.h"
#include "adapters/kit/simulator/tokens.h"
#include "onebot/simulator.h"
#include "onebot/value.h"

#include <functional>
#include <string_view>

namespace kit::simulator {

class Knobs {
 public:
  static constexpr std::string_view kPath = "/simulator/";

  // refusal_code: of a refusal that names none.
  Knobs(onebot::Simulator& simulator, Tokens& tokens, int refusal_code);
  Knobs(const Knobs&) = delete;
  Knobs& operator=(const Knobs&) = delete;

  void turn(std::string_view name, Routes::Answer turned);                 // POST
  void show(std::string_view name, std::function<onebot::Value()> shown);  // GET
  Faults& faults() { return faults_; }
  Reply answer(Call& call) const;

 private:
  Faults faults_{};
  Routes routes_{};
};

// What a knob answers.
Reply done();
Reply wrong(std::string_view why, int status = 400);

}  // namespace kit::simulator
