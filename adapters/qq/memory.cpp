#include "adapters/qq/memory.h"

#include "adapters/qq/events/segments_people.h"
#include "adapters/qq/events/segments_quote.h"

#include <algorithm>
#include <utility>

namespace qq {

using onebot::Native;
using onebot::Self;
using onebot::Trait;

namespace {

Chat chat_of(const Native& native, const Trait& trait) {
  return {static_cast<Chat::Kind>(trait.scene), std::string(native.at(trait.path).str())};
}

}  // namespace

Memory::Memory(std::vector<Quota> limits, const onebot::Remember& remember)
    : replies(remember),
      messages(remember),
      heard(remember),
      consent(remember),
      quotas(std::move(limits), remember),
      file_infos(remember),
      people(remember),
      roster(remember),
      remember_(remember) {}

void Memory::recall(onebot::EventSink& events, double wall) {
  for (onebot::Record& record : events.recall(kMemberRecord)) own_members_.insert(std::move(record.value));
  messages.recall(events.recall(Messages::kRecord));
  heard.recall(events.recall(Heard::kRecord));
  replies.recall(events.recall(Replies::kRecord), wall);
  consent.recall(events.recall(Consent::kRecord));
  quotas.recall(events.recall(Quotas::kRecord), wall);
  file_infos.recall(events.recall(FileInfos::kRecord), wall);
  people.recall(events.recall(People::kRecord));
  roster.recall(events);
}

bool Memory::is_own_echo(const Native& native) const {
  const Trait* echo = native.trait(Trait::Kind::own_echo);
  return echo && (messages.sent(native.at(echo->path).str()) || own_members_.contains(native.at(echo->other).str()));
}

void Memory::learn(const Native& native, const Self& self, double wall) {
  const double said = native.time > 0 ? std::min(native.time, wall) : wall;
  bool answered = false;  // of the chats a row names, the first that the event has is the one it is from
  for (const Trait& trait : native.traits()) {
    if (trait.kind == Trait::Kind::answerable && !answered) {
      const Chat chat = chat_of(native, trait);
      answered = !chat.openid.empty();
      if (answered) meet(chat, native);
      if (answered && native.rule->is_message()) {
        learn_message(chat, native, wall);
        learn_own_member(chat, native, self);
      } else if (answered) {
        replies.add(chat, Replies::What::event, native.id, wall);
      }
    } else if (trait.kind == Trait::Kind::refuses) {
      consent.said(chat_of(native, trait), Consent::Switch::off, said);
    } else if (trait.kind == Trait::Kind::consents) {
      consent.said(chat_of(native, trait), Consent::Switch::on, said);
    } else if (trait.kind == Trait::Kind::leaves) {
      roster.leave(chat_of(native, trait));
      consent.forget(chat_of(native, trait));
      replies.forget(chat_of(native, trait));
    }
  }
}

// The name of a user is told in their private messages alone.
void Memory::meet(const Chat& chat, const Native& native) {
  const Trait* writer = native.trait(Trait::Kind::written_by);
  const bool is_named = writer && chat.kind == Chat::Kind::c2c;
  roster.meet(chat, is_named ? native.at(writer->other).str() : std::string_view());
}

void Memory::learn_message(const Chat& chat, const Native& native, double wall) {
  const std::string id = native.payload.at("id").text();
  replies.add(chat, Replies::What::message, id, wall);
  messages.add(id, {chat, std::string(scene_value(native.payload, "msg_idx")), false});
  learn_person(chat, native);
}

void Memory::learn_person(const Chat& chat, const Native& native) {
  const Trait* writer = native.trait(Trait::Kind::written_by);
  if (!writer) return;
  Person person{.name = std::string(native.at(writer->other).str())};
  if (!writer->word.empty()) person.guild = native.at(writer->word).text();
  if (chat.kind == Chat::Kind::dm) person.direct = chat.openid;
  people.learn(native.at(writer->path).text(), person);
}

// In a group the bot has an id of its own, which only those who mention it tell.
void Memory::learn_own_member(const Chat& chat, const Native& native, const Self& self) {
  if (chat.kind != Chat::Kind::group) return;
  const std::string id = person_id(mention_of_self(native.payload, self));
  if (id.empty() || own_members_.size() >= kMostMembers || !own_members_.insert(id).second) return;
  remember_({std::string(kMemberRecord), chat.openid, id});
}

}  // namespace qq
