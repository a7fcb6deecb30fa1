// AdminIds: OneBot 11's numbers over the admin port, for `onebridge ids` beside a running bridge.
//
//   GET  /ids?platform=&kind=&text=&native=&number=&aliases=&after=   lines as an export has them, of committed rows, a
//        portion at a time: the header Onebridge-After is the `after` of the next one, and absent in the last
//   POST /ids                                                        such lines, all or nothing, at most kMostTaken
//   bytes
//        200 "imported=N", on disk by then | 400 no such lines | 409 what clashes, a line each | 503 why not, or not
//        yet
//
// A portion looks at so many rows, and a request has so many bytes, that the loop is not kept for long.

#pragma once

#include "bridge/journal/journal.h"
#include "onebot/adapter.h"
#include "onebot/io.h"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace bridge {

class AdminIds {
 public:
  static constexpr std::string_view kPath = "/ids";
  static constexpr std::string_view kAfter = "Onebridge-After";
  static constexpr std::size_t kMostTaken = 512 << 10;

  AdminIds(Journal& journal, onebot::Log& log) : journal_(journal), log_(log) {}

  onebot::io::HttpResponse show(std::string_view query) const;
  void take(std::string_view lines, std::unique_ptr<onebot::io::Exchange> exchange);

 private:
  onebot::Result<std::size_t> put(std::string_view lines, std::vector<std::string>& clashes);

  Journal& journal_;
  onebot::Log& log_;
};

}  // namespace bridge
