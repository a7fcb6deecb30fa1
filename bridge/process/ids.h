// `onebridge ids`: OneBot 11's numbers of a data folder, or of the bridge that runs on it.

#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>

namespace bridge {

struct IdsOptions {
  std::string config{};  // a file, which then names the data folder and the admin port
  std::string data_dir = "data";
  std::string platform{};  // "": any
  std::string kind{};      // user, group, channel; "": any
  std::string text{};      // list: a part of a native id or name; find: a number or native id; bind: a native id
  std::string number{};    // bind
  std::string file = "-";  // import; - is stdin
  std::string from{};      // import: "", onebots or gensokyo
  std::string groups{};    // import: a file with the native ids of groups, one a line
  std::int64_t wall = 0;   // ms since the epoch
};

// The exit code of each: 0; 1 when nothing was found, or nothing was changed and err says why; 2 for wrong words.
// Results are lines as export writes them.
int list_ids(const IdsOptions& options, std::ostream& out, std::ostream& err);
int find_ids(const IdsOptions& options, std::ostream& out, std::ostream& err);
int bind_id(const IdsOptions& options, std::ostream& out, std::ostream& err);
int export_ids(const IdsOptions& options, std::ostream& out, std::ostream& err);
// All or nothing: what clashes is listed, and then nothing is taken.
int import_ids(const IdsOptions& options, std::ostream& out, std::ostream& err);

}  // namespace bridge
