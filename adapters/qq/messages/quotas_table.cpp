#include "adapters/qq/messages/quotas_table.h"

#include "onebot/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <variant>

namespace qq {
namespace {

using Kind = Chat::Kind;
using Span = Quota::Span;
using Whose = Quota::Whose;

struct Row {
  Kind kind{};
  Whose whose{};
  Span span{};
  int unverified = 0, verified = 0;  // 0: no such limit
};
constexpr Row kStandard[] = {
    {Kind::c2c, Whose::chat, Span::minute, 20, 20},   {Kind::c2c, Whose::chat, Span::day, 1000, 1000},
    {Kind::c2c, Whose::bot, Span::second, 5, 10},     {Kind::c2c, Whose::bot, Span::minute, 30, 0},
    {Kind::group, Whose::chat, Span::minute, 20, 20}, {Kind::group, Whose::chat, Span::day, 1000, 1000},
    {Kind::group, Whose::bot, Span::minute, 30, 60},  {Kind::channel, Whose::chat, Span::day, 20, 20},
    {Kind::channel, Whose::guild, Span::day, 2, 2},   {Kind::dm, Whose::chat, Span::day, 2, 2},
    {Kind::dm, Whose::bot, Span::day, 200, 200},
};

struct Name {
  std::string_view text{};
  Kind kind{};
  Whose whose{};
};
constexpr Name kNames[] = {{"c2c", Kind::c2c, Whose::chat},
                           {"c2c.bot", Kind::c2c, Whose::bot},
                           {"group", Kind::group, Whose::chat},
                           {"group.bot", Kind::group, Whose::bot},
                           {"channel", Kind::channel, Whose::chat},
                           {"channel.bot", Kind::channel, Whose::bot},
                           {"channel.guild", Kind::channel, Whose::guild},
                           {"dm", Kind::dm, Whose::chat},
                           {"dm.bot", Kind::dm, Whose::bot}};

struct SpanRow {
  std::string_view text{};
  Span span{};
  int most = 0;
};
constexpr SpanRow kSpans[] = {{"second", Span::second, kMostInMinute},
                              {"minute", Span::minute, kMostInMinute},
                              {"day", Span::day, 1'000'000},
                              {"month", Span::month, 1'000'000}};

std::optional<Quota> read_quota(std::string_view text) {
  const auto blank = text.find(' '), slash = text.find('/');
  if (blank == std::string_view::npos || slash == std::string_view::npos || slash < blank) return std::nullopt;
  const auto* name = std::ranges::find(kNames, text.substr(0, blank), &Name::text);
  const auto* span = std::ranges::find(kSpans, text.substr(slash + 1), &SpanRow::text);
  if (name == std::end(kNames) || span == std::end(kSpans)) return std::nullopt;
  const bool channels = name->whose == Whose::guild;
  if (channels && span->span != Span::day) return std::nullopt;
  const std::string_view digits = text.substr(blank + 1, slash - blank - 1);
  const auto most = onebot::ascii::number_in<int>(digits);
  if (!most || *most < 0 || *most > (channels ? kMostChannelsInDay : span->most)) return std::nullopt;
  return Quota{name->kind, name->whose, span->span, *most};
}

}  // namespace

std::string_view span_name(Span span) { return kSpans[static_cast<std::size_t>(span)].text; }

onebot::Result<std::vector<Quota>> read_quotas(const onebot::List& changes, Standing standing) {
  std::vector<Quota> quotas;
  for (const Row& row : kStandard) {
    quotas.push_back({row.kind, row.whose, row.span, standing == Standing::verified ? row.verified : row.unverified});
  }
  for (const onebot::Value& change : changes) {
    const auto* text = std::get_if<std::string>(&change);
    const auto quota = read_quota(text ? *text : std::string());
    if (!quota) {
      return onebot::fail(
          onebot::Retcode::bad_param,
          fmt::format("quotas: \"{}\" is none; one looks like \"group 4/month\" or \"channel.guild 5/day\"",
                      text ? *text : std::string()));
    }
    std::erase_if(quotas, [&quota](const Quota& old) {
      return old.kind == quota->kind && old.whose == quota->whose && old.span == quota->span;
    });
    quotas.push_back(*quota);
  }
  std::erase_if(quotas, [](const Quota& quota) { return quota.most == 0; });
  return quotas;
}

}  // namespace qq
