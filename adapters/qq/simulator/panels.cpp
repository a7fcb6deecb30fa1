#include "adapters/qq/simulator/panels.h"

#include "onebot/ascii.h"
#include "onebot/standard.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace qq::simulator {
namespace {

using kit::simulator::told;
using onebot::Fields;
using onebot::List;
using onebot::json::View;

constexpr Refusal kNoPanel{400, 40030006, "there is no such panel"};
constexpr Refusal kBadUrl{400, 40030008, "the address is malformed"};
constexpr Refusal kBadScope{400, 40030011, "the scope is not valid"};
constexpr Refusal kBadTarget{400, 40030012, "the target_type is not valid"};
constexpr Refusal kTooMany{400, 40030013, "there are too many"};
constexpr Refusal kBadType{400, 40030015, "the type of an item is not valid"};
constexpr Refusal kMissing{400, 40030016, "a member is missing"};
constexpr Refusal kBadOp{400, 40030017, "op is add or del"};
constexpr Refusal kOfAll{400, 40030021, "a panel of all has no targets"};

std::vector<std::string> texts(View list) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < list.size(); ++i) all.push_back(list[i].text());
  return all;
}

List as_list(const std::vector<std::string>& texts) { return List(texts.begin(), texts.end()); }

void move_targets(std::vector<std::string>& targets, const std::vector<std::string>& by, bool add) {
  for (const std::string& one : by) std::erase(targets, one);
  if (add) targets.insert(targets.end(), by.begin(), by.end());
}

}  // namespace

void Panels::add_to(kit::simulator::Routes& routes) {
  routes.add(*this, {{"GET", "/v2/panels", &Panels::list_of_scope},
                     {"POST", "/v2/panels", &Panels::create},
                     {"GET", "/v2/panels/{panel}", &Panels::show},
                     {"PUT", "/v2/panels/{panel}", &Panels::change},
                     {"DELETE", "/v2/panels/{panel}", &Panels::remove},
                     {"PUT", "/v2/panels/{panel}/target", &Panels::change_targets}});
}

Panels::Panel* Panels::find(std::string_view id) {
  const auto found = std::ranges::find(panels_, id, &Panel::id);
  return found == panels_.end() ? nullptr : &*found;
}

Fields Panels::told_of(const Panel& panel) {
  return {{"panel_id", panel.id},    {"scope", panel.scope},        {"target_type", panel.target_type},
          {"panel", panel.content},  {"created_at", panel.created}, {"updated_at", panel.updated},
          {"version", panel.version}};
}

std::optional<Refusal> Panels::check(View panel) {
  const View items = panel.at("items");
  if (items.size() == 0) return kMissing;
  if (items.size() > kMostItems) return kTooMany;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const bool is_link = items[i].at("type").str() == "link";
    if (!is_link && items[i].at("type").str() != "command") return kBadType;
    if (items[i].at("name").str().empty()) return kMissing;
    if (is_link && !items[i].at("link").str().starts_with("https://")) return kBadUrl;
  }
  return std::nullopt;
}

// The newest first, a page at a time; a cursor is how many were told.
Reply Panels::list_of_scope(const Call& call) {
  const std::string scope = call.query("scope"), cursor = call.query("cursor");
  if (!onebot::has_word("c2c group channel dm", scope)) return refused(kBadScope);
  std::vector<const Panel*> all;
  for (const Panel& panel : panels_) {
    if (panel.scope == scope) all.insert(all.begin(), &panel);
  }
  const std::size_t from = std::min(all.size(), onebot::ascii::number_in<std::size_t>(cursor).value_or(0));
  const std::size_t to = std::min(all.size(), from + kPage);
  List records;
  for (std::size_t i = from; i < to; ++i) records.push_back(told_of(*all[i]));
  const bool is_end = to == all.size();
  return told(Fields{{"records", std::move(records)},
                     {"next_cursor", is_end ? std::string() : fmt::format("{}", to)},
                     {"is_end", is_end}});
}

Reply Panels::create(const Call& call) {
  const std::string scope = call.body.at("scope").text();
  std::string type = call.body.at("target_type").text();
  if (type.empty()) type = "all";
  if (!onebot::has_word("c2c group channel dm", scope)) return refused(kBadScope);
  const bool of_some = type == "specific";
  if ((type != "all" && !of_some) || (of_some && scope != "c2c" && scope != "group")) return refused(kBadTarget);
  if (auto refusal = check(call.body.at("panel"))) return refused(*refusal);
  if (panels_.size() >= kMost) return refused(kTooMany);
  const std::string now = platform_time(loop_.wall());
  Panel panel{.id = fmt::format("p_sim{:06}", ++number_), .scope = scope, .target_type = type, .created = now};
  panel.updated = now;
  panel.content = call.body.at("panel").value();
  if (of_some) panel.users = texts(call.body.at("user_openids"));
  if (of_some) panel.groups = texts(call.body.at("group_openids"));
  panels_.push_back(std::move(panel));
  return told(Fields{{"panel_id", panels_.back().id}});
}

Reply Panels::show(const Call& call) {
  const Panel* panel = find(call.id("panel"));
  if (!panel) return refused(kNoPanel);
  Fields all = told_of(*panel);
  all.push_back({"user_openids", as_list(panel->users)});
  all.push_back({"group_openids", as_list(panel->groups)});
  return told(std::move(all));
}

Reply Panels::change(const Call& call) {
  Panel* panel = find(call.id("panel"));
  if (!panel) return refused(kNoPanel);
  if (auto refusal = check(call.body.at("panel"))) return refused(*refusal);
  panel->content = call.body.at("panel").value();
  panel->updated = platform_time(loop_.wall());
  return told(Fields{{"version", ++panel->version}});
}

Reply Panels::remove(const Call& call) {
  const std::string_view id = call.id("panel");
  return std::erase_if(panels_, [id](const Panel& panel) { return panel.id == id; }) > 0 ? told(Fields{})
                                                                                         : refused(kNoPanel);
}

Reply Panels::change_targets(const Call& call) {
  Panel* panel = find(call.id("panel"));
  if (!panel) return refused(kNoPanel);
  if (panel->target_type == "all") return refused(kOfAll);
  const std::string_view op = call.body.at("op").str();
  if (op != "add" && op != "del") return refused(kBadOp);
  move_targets(panel->users, texts(call.body.at("user_openids")), op == "add");
  move_targets(panel->groups, texts(call.body.at("group_openids")), op == "add");
  return told(Fields{});
}

List Panels::list() const {
  List all;
  for (const Panel& panel : panels_) all.push_back(told_of(panel));
  return all;
}

}  // namespace qq::simulator
