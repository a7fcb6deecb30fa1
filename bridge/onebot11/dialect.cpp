#include "bridge/onebot11/dialect.h"

#include <utility>

namespace bridge::onebot11 {
namespace {

std::vector<std::unique_ptr<Bot>> make_bots(const Dialect::Parts& parts,
                                            const std::vector<Dialect::Account>& accounts) {
  std::vector<std::unique_ptr<Bot>> bots;
  for (const auto& [bot, files, identity] : accounts) {
    bots.push_back(std::make_unique<Bot>(bot, identity, parts.own_actions, parts.durability));
  }
  return bots;
}

}  // namespace

Dialect::Dialect(Parts parts, const std::vector<Account>& accounts)
    : bots_(make_bots(parts, accounts)),
      ids_(parts.rows.ids),
      messages_(parts.rows.messages, parts.rows.reserve, v11::connect::seconds(parts.backend.loop)),
      events_(parts.backend.events, std::move(parts.older)),
      media_(parts.backend.loop, parts.backend.log, parts.records, parts.rows.tokens, std::move(parts.media)),
      roster_(parts.backend.loop, parts.rows.roster),
      ground_{.backend = parts.backend,
              .ids = ids_,
              .messages = messages_,
              .safety = parts.safety,
              .media = media_,
              .tokens = media_,
              .events = events_,
              .version = ONEBRIDGE_VERSION,
              .roster = &parts.rows.roster,
              .kept = &kept_},
      rendering_(ground_, all()) {
  for (const Account& account : accounts) media_.add(account.bot.key(), account.files);
}

void Dialect::on_event(std::string_view bot, const onebot::Event& event) {
  roster_.on_event(bot, event);
  kept_.on_event(bot, event);
}

std::vector<const v11::connect::Bot*> Dialect::all() const {
  std::vector<const v11::connect::Bot*> bots;
  for (const auto& bot : bots_) bots.push_back(bot.get());
  return bots;
}

}  // namespace bridge::onebot11
