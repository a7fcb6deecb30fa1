// Values of a platform's own, written so that every program that reads JSON and writes it again gets the same bytes:
// consumers check signatures that way.

#pragma once

#include "onebot/value.h"

namespace onebot::v11 {

// Whole numbers without a fraction; those beyond 2^53 and those with an exponent as text; objects whose members would
// not keep their order, or stand there twice, as JSON text; a member "guild_id" is called "guild", since one consumer
// takes every frame with the first for another dialect.
Value plain(Value value);

}  // namespace onebot::v11
