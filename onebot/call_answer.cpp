#include "onebot/call_answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace onebot {
namespace {

// The first path of "a|b" at which something is.
std::string text_at(std::string_view from, json::View answer, const Fields& params) {
  for (;;) {
    const auto bar = from.find('|');
    const std::string_view path = from.substr(0, bar);
    const bool is_param = path.starts_with('{');
    std::string text;
    if (is_param) text = text_of(params, path.substr(1, path.size() - 2));
    if (!is_param && !path.empty()) text = answer.at(path).text();
    if (!text.empty() || bar == std::string_view::npos) return text;
    from.remove_prefix(bar + 1);
  }
}

// Of the lists in these places, separated by one blank, or of the answer itself when there is none.
std::vector<json::View> entries_of(json::View answer, std::string_view places) {
  std::vector<json::View> entries;
  bool any = false;
  const auto add = [&](json::View list) {
    any = any || list.is_array();
    for (std::size_t i = 0; i < list.size(); ++i) entries.push_back(list[i]);
  };
  while (!places.empty()) add(answer.at(take_word(places)));
  if (!any) add(answer);
  return entries;
}

// Whether the list has it already: items are told from each other by their first field.
bool has_item(const List& items, const Value& item) {
  const auto* fields = std::get_if<Fields>(&item);
  if (!fields || fields->empty()) return false;
  const std::string_view name = fields->front().name, wanted = text_of(*fields, name);
  return std::ranges::any_of(items, [&](const Value& other) {
    const auto* known = std::get_if<Fields>(&other);
    return known && !wanted.empty() && text_of(*known, name) == wanted;
  });
}

}  // namespace

Result<std::optional<std::string>> CallAnswer::take(json::View answer) {
  const json::View from = answer.at(table_.answer_at);
  if (!row_.confirmed.empty() && from.at(row_.confirmed).text() != text_of(input_.params, row_.confirmed)) {
    return fail(row_.not_confirmed, fmt::format("{}: \"{}\" is not where the platform has it", row_.confirmed,
                                                text_of(input_.params, row_.confirmed)));
  }
  if (row_.is_list) return take_page(from);
  if (row_.make_answer) {
    ONEBOT_TRY(value, row_.make_answer(from, input_));
    value_ = std::move(value);
  }
  if (row_.whole) value_ = from.value();
  if (row_.told_count > 0) value_ = tell(from);
  return std::nullopt;
}

// Pages may overlap, and the last one is empty or says nothing new.
Result<std::optional<std::string>> CallAnswer::take_page(json::View answer) {
  std::string next;
  bool news = false;
  for (const json::View entry : entries_of(answer, row_.items_at)) {
    if (!row_.item_id.empty()) next = entry.at(row_.item_id).text();
    if (!row_.item_id.empty() && !seen_.insert(next).second) continue;
    news = true;
    items_.push_back(tell(entry));
  }
  const Paging& paging = row_.paging;
  if (!paging.next.empty()) next = answer.at(paging.next).text();
  const bool more = !paging.query.empty() && (paging.more.empty() || answer.at(paging.more).boolean());
  const bool enough = paging.most_items > 0 && items_.size() >= paging.most_items;
  if (!news || next.empty() || !more || enough) return std::nullopt;
  if (++pages_ >= paging.most_pages && paging.most_pages > 0) {
    return fail(Retcode::refused, fmt::format("the list has more than {} pages", paging.most_pages));
  }
  return next;
}

Fields CallAnswer::tell(json::View from) const {
  Fields fields;
  fields.reserve(row_.told_count);
  for (std::size_t i = 0; i < row_.told_count; ++i) {
    const CallRow::Told& told = row_.told[i];
    Value value = told.read ? told.read(from.at(told.from), input_) : Value(text_at(told.from, from, input_.params));
    const auto* text = std::get_if<std::string>(&value);
    if (text && text->empty() && is_prefixed(told.field)) continue;
    fields.push_back({std::string(told.field), std::move(value)});
  }
  return fields;
}

Result<Value> CallAnswer::result() {
  if (!row_.is_list) return std::move(value_);
  if (row_.last_item) {
    ONEBOT_TRY(last, row_.last_item(input_));
    if (!has_item(items_, last)) items_.push_back(std::move(last));
  }
  if (row_.picked_by.empty()) return Value(std::move(items_));
  const std::string_view wanted = text_of(input_.params, row_.picked_by);
  const auto found = std::ranges::find_if(items_, [&](const Value& item) {
    const auto* fields = std::get_if<Fields>(&item);
    return fields && text_of(*fields, row_.picked_by) == wanted;
  });
  if (found != items_.end()) return std::move(*found);
  return fail(row_.not_picked, fmt::format("{}: there is no \"{}\" in the platform's list", row_.picked_by, wanted));
}

}  // namespace onebot
