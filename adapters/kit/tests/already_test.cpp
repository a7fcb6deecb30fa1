#include "adapters/kit/already.h"

#include <doctest/doctest.h>

TEST_CASE("a refusal is success when it says that what the action asks for is so already, and for no other action") {
  constexpr kit::Already kRows[] = {{"leave", 7}, {"leave", 8}, {"unpin", 9}};
  const auto so = [&](std::string_view action, onebot::Value data) {
    return kit::is_so_already(kRows, action, {.code = onebot::Retcode::refused, .data = std::move(data)}, "p.code");
  };

  CHECK(so("leave", onebot::Fields{{"p.code", 8}}));
  CHECK(so("unpin", onebot::Fields{{"p.code", 9}}));
  CHECK_FALSE(so("unpin", onebot::Fields{{"p.code", 8}}));
  CHECK_FALSE(so("leave", onebot::Fields{{"q.code", 8}}));
  CHECK_FALSE(so("leave", onebot::Value()));
}
