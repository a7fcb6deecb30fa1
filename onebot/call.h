// Calls: what an action asks of a platform and tells of the answer, by table.
//
// A platform writes one row per action, and a row reads as a sentence:
//
//   action("get_group_info").get("/v2/groups/{group_id}/info").tells("group_id", "group_openid").tells("group_name")
//
// The parameters of a standard action are known; those of another are declared by needs() and may(). Paths into an
// answer are "member.of.member"; "a|b" is the first of both that is there and not empty, "{user_id}" a parameter.
// What a row cannot say is a small named function in the platform's folder. Nothing here asks anybody: prepare() makes
// a request of parameters, CallAnswer (call_answer.h) a result of answers.

#pragma once

#include "onebot/action.h"
#include "onebot/json.h"
#include "onebot/result.h"
#include "onebot/standard.h"
#include "onebot/value.h"

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace onebot {

// What a call is made from; it outlives the call. A platform may hand on more than a Self: its functions know.
struct CallInput {
  const Fields& params;
  const Self& self;
  double wall = 0;  // now, in seconds since the epoch
};

using MakeValue = Result<Value> (*)(const CallInput&);  // null: left out
using MakeBody = Result<Fields> (*)(const CallInput&);
using ReadMember = Value (*)(json::View member, const CallInput&);
using ReadAnswer = Result<Value> (*)(json::View answer, const CallInput&);

struct CallPath {
  consteval CallPath() = default;
  consteval CallPath(const char* text) : path(text) {}
  consteval CallPath(std::string_view text, std::string_view name, std::string_view params)
      : path(text), endpoint(name), feeds(params) {}

  std::string_view path{};      // "/v2/groups/{group_id}/info"
  std::string_view endpoint{};  // the name by which a configuration may put another path here; "" = none may
  std::string_view feeds{};     // the parameters of its places, in order; "" = the places are called as they are
};

struct Paging {
  std::string_view query{};    // the member of the query that says where a page begins
  std::string_view first{};    // what it says at the first; "" = it is left out there
  std::string_view next{};     // where the answer says how the next begins; "" = behind the last item
  std::string_view more{};     // where the answer says whether there is a next; "" = while there is something new
  std::size_t most_pages = 0;  // beyond them the call fails; 0 = no limit
  std::size_t most_items = 0;  // beyond them the list ends; 0 = no limit
};

struct CallRow {
  struct Param {
    std::string_view name{};
    ValueKind kind = ValueKind::id;
    bool required = true;
  };
  enum class Where { place, query, body };
  struct Part {  // of the request: a parameter, a constant, or what a function makes
    Where where = Where::body;
    std::string_view name{};
    std::string_view param{}, constant{};
    MakeValue make = nullptr;
  };
  struct Told {  // a field of what applications are told
    std::string_view field{}, from{};
    ReadMember read = nullptr;  // nullptr: its text
  };

  // What is asked.
  consteval CallRow get(CallPath to) const { return asked("GET", to); }
  consteval CallRow post(CallPath to) const { return asked("POST", to); }
  consteval CallRow put(CallPath to) const { return asked("PUT", to); }
  consteval CallRow patch(CallPath to) const { return asked("PATCH", to); }
  consteval CallRow del(CallPath to) const { return asked("DELETE", to); }
  // The platform's own code does it. endpoint: as in CallPath.
  consteval CallRow by_hand(std::string_view endpoint = {}) const;
  // Whether doing it twice is doing it once. Every method but POST is taken to be harmless.
  consteval CallRow harmless() const;
  consteval CallRow once() const;

  // Parameters beside the standard's.
  consteval CallRow needs(std::string_view param, ValueKind kind = ValueKind::id) const;
  consteval CallRow may(std::string_view param, ValueKind kind = ValueKind::id) const;
  // One of the standard's which the platform can do without; it is checked all the same.
  consteval CallRow ignores(std::string_view param) const;

  // Where they go: into a place of the path, the query, the body. A member "a.b" of the body is b in the object a.
  consteval CallRow puts(std::string_view place, MakeValue make) const;
  consteval CallRow asks(std::string_view param) const;  // or a constant: "page_size=100"
  consteval CallRow asks(std::string_view member, std::string_view param) const;
  consteval CallRow asks(std::string_view member, MakeValue make) const;
  consteval CallRow sends(std::string_view param) const { return sends(param, param); }
  consteval CallRow sends(std::string_view member, std::string_view param) const;
  consteval CallRow sends(std::string_view member, MakeValue make) const;
  consteval CallRow body(MakeBody make) const;  // the whole of it

  // The answer is a list: its items, and by what one is told from another. items: "" = the answer itself, and so it is
  // when there is no list in that place.
  consteval CallRow lists(std::string_view items = {}, std::string_view apart_by = {}) const;
  consteval CallRow pages(Paging by) const;
  consteval CallRow adds(MakeValue make) const;                               // one more item, at the end
  consteval CallRow picks(std::string_view param, Retcode if_missing) const;  // the one item that the parameter names
  consteval CallRow kept(std::string_view param) const;                       // for a while, by this parameter
  consteval CallRow recent(std::string_view param, int seconds) const;        // and one kept no longer ago will do

  // What applications are told: nothing, unless one of these says more.
  consteval CallRow tells(std::string_view field) const { return tells(field, field); }
  consteval CallRow tells(std::string_view field, std::string_view from, ReadMember read = nullptr) const;
  consteval CallRow tells_all() const;               // the answer as it is
  consteval CallRow answers(ReadAnswer make) const;  // by a function
  // A member of the answer that must be as the parameter of its name says.
  consteval CallRow confirms(std::string_view member, Retcode otherwise) const;

  // Whether the row is what the standard says of its action, and everything it names is there.
  constexpr bool conforms() const;
  constexpr bool is_coded() const { return coded; }
  constexpr bool is_standard() const { return !standard.name.empty(); }
  constexpr std::span<const Param> declared() const { return {params.data(), param_count}; }

  // Data. Arrays are read up to their count: GCC 12 refuses to read what lies behind in a constant expression.
  std::string_view name{};
  StandardAction standard{};  // without a name: the action is the platform's own
  std::string_view method{};  // "" = by hand
  CallPath path{};
  bool coded = false;
  bool repeatable = false;
  std::array<Param, 10> params{};
  std::size_t param_count = 0;
  std::string_view ignored{};
  std::array<Part, 12> parts{};
  std::size_t part_count = 0;
  MakeBody make_body = nullptr;
  bool is_list = false;
  std::string_view items_at{}, item_id{};
  Paging paging{};
  MakeValue last_item = nullptr;
  bool adds_item = false;  // last_item is there: g++ 12 with sanitizers does not compare functions while compiling
  std::string_view picked_by{};
  Retcode not_picked = Retcode::refused;
  std::string_view kept_by{};
  int recent_seconds = 0;  // 0: is asked for anew every time
  std::array<Told, 8> told{};
  std::size_t told_count = 0;
  bool whole = false;
  ReadAnswer make_answer = nullptr;
  bool makes_answer = false;  // make_answer is there
  std::string_view confirmed{};
  Retcode not_confirmed = Retcode::refused;

 private:
  consteval CallRow asked(std::string_view by, CallPath to) const;
  consteval CallRow with(Param param) const;
  consteval CallRow with(Part part) const;
  constexpr bool declares(std::string_view param) const;
  constexpr bool uses(std::string_view param) const;
  constexpr bool is_complete() const;
  constexpr bool fills_its_path() const;
  constexpr bool names_its_params() const;
  constexpr bool takes_the_standards() const;
  constexpr bool tells_the_standards() const;
};

consteval CallRow action(std::string_view name);

struct CallTable {
  std::span<const CallRow> rows{};
  std::string_view answer_at{};  // where the paths of rows start in an answer
  std::size_t longest_id = 512;  // bytes

  const CallRow* find(std::string_view action) const;  // nullptr: the platform does not offer it
};

// --- Making the request; call_answer.h reads the answers ---

struct CallRequest {
  struct Place {  // "{id}" of the path
    std::string_view name{};
    std::string_view param{};  // as applications call it
    std::string value{};       // as it came: whoever fills the path checks and encodes it
  };
  struct Member {
    std::string_view name{};
    std::string value{};  // as it came
  };
  std::string_view method{};
  std::vector<Place> places{};
  std::vector<Member> query{};  // without where a page begins
  std::string body{};           // JSON; "" = none
  bool repeatable = false;
};

// Error: 10003 naming a parameter that is missing or of another kind, and what functions of the row say.
Result<CallRequest> prepare(const CallTable& table, const CallRow& row, const CallInput& input);

}  // namespace onebot

#include "onebot/call_words.h"
