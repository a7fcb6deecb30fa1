// What asynchronous calls are given to say when something has happened, by what they promise.

#pragma once

#include "onebot/result.h"

#include <functional>

namespace onebot {

// Is told what came of a call: once, unless the owner that the call returned is dropped before.
template <class T>
using Told = std::function<void(T)>;

// The same for a call that may fail.
template <class T>
using ToldResult = Told<Result<T>>;

// What is to be done then: later, or again and again; whoever takes it says when.
using Then = std::function<void()>;

}  // namespace onebot
