#include "adapters/qq/events/segments_people.h"

#include "adapters/qq/events/scalars.h"
#include "adapters/qq/events/unknown.h"
#include "onebot/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace qq {

using onebot::Message;
using onebot::Segment;
using onebot::Self;
using onebot::json::View;

namespace {

constexpr std::size_t kMaxMentions = 64;  // looked at for a tag; every tag of a text asks for its person

// Members of the same person, in the order in which one stands for them in other events.
constexpr std::array<std::string_view, 3> kIds = {"member_openid", "id", "user_openid"};

bool means_everyone(View mention) {
  const std::string scope = onebot::ascii::lower(mention.at("scope").str());
  return scope == "all" || scope == "everyone";
}

bool is(View native, std::string_view id) { return native.is_string() ? native.str() == id : native.text() == id; }

bool has_id(View person, std::string_view id) {
  return !id.empty() && std::ranges::any_of(kIds, [&](std::string_view name) { return is(person.at(name), id); });
}

// A mention of everyone says is_you as well.
bool means_self(View mention, const Self& self) {
  return !means_everyone(mention) && (is_true(mention.at("is_you")) || has_id(mention, self.user_id));
}

// The first mention that is so; a missing view when none is.
template <class Predicate>
View first_mention(View d, std::size_t most, Predicate is_so) {
  const View mentions = d.at("mentions");
  for (std::size_t i = 0; i < mentions.size() && i < most; ++i) {
    if (is_so(mentions[i])) return mentions[i];
  }
  return {};
}

View mention_of_everyone(View d) { return first_mention(d, d.at("mentions").size(), means_everyone); }

Segment named(std::string user_id, View mention) {
  Segment segment = onebot::segment::mention(std::move(user_id));
  if (std::string name = person_name(mention); !name.empty()) segment.data.push_back({"qq.user_name", std::move(name)});
  return segment;
}

bool names_nobody(View mention, const Self& self) {
  if (means_everyone(mention) || (means_self(mention, self) && !self.user_id.empty())) return false;
  return person_id(mention).empty() && person_name(mention).empty();
}

// Collects whom no tag has shown.
class Untagged {
 public:
  Untagged(View d, const Self& self, const Message& shown, Taken taken) : d_(d), self_(self) {
    own_tag_ = taken == Taken::mention_of_self;
    for (const Segment& segment : shown) {
      if (segment.type == "mention_all") everyone_ = true;
      if (segment.type == "mention") add_tag(onebot::text_of(segment.data, "user_id"));
    }
    own_tag_ = own_tag_ && mention_of_self(d, self).is_missing();
  }

  Message all() {
    if (mentions_everyone(d_)) add_everyone();
    const View mentions = d_.at("mentions");
    for (std::size_t i = 0; i < mentions.size(); ++i) add(mentions[i]);
    return std::move(found_);
  }

 private:
  void add_tag(std::string_view id) {
    const bool own = id == self_.user_id;
    own_tag_ = own_tag_ || own;
    if (ids_.emplace(id).second && !own && mentioned(d_, id).is_missing()) ++nameless_tags_;
  }

  // In guilds the list may have names alone, of those whom tags show by their ids.
  bool has_tag(View nameless) {
    if (is_true(nameless.at("bot")) && std::exchange(own_tag_, false)) return true;
    if (nameless_tags_ == 0) return false;
    --nameless_tags_;
    return true;
  }

  void add(View mention) {
    if (means_everyone(mention) || names_nobody(mention, self_)) return;
    if (means_self(mention, self_) && add_self(mention)) return;
    if (const std::string id = person_id(mention); !id.empty()) return add_person(mention, id);
    if (has_tag(mention)) return;
    const std::string name = person_name(mention);
    const bool shown = d_.at("content").str().find("@" + name) != std::string_view::npos;
    if (!shown && names_.insert(name).second) onebot::append_text(found_, fmt::format("@{} ", name));
  }

  void add_everyone() {
    if (!std::exchange(everyone_, true)) found_.push_back(onebot::segment::mention_all());
  }

  // false: not even the bot itself has an id.
  bool add_self(View mention) {
    const std::string id = self_.user_id.empty() ? person_id(mention) : self_.user_id;
    if (!id.empty() && ids_.insert(id).second) found_.insert(found_.begin(), onebot::segment::mention(id));
    return !id.empty();
  }

  // Two entries may be about one person, each with some of the ids.
  void add_person(View mention, const std::string& id) {
    const auto is_shown = [&](std::string_view name) { return ids_.contains(mention.at(name).text()); };
    if (!std::ranges::any_of(kIds, is_shown)) found_.push_back(named(id, mention));
    for (const std::string_view name : kIds) {
      if (std::string other = mention.at(name).text(); !other.empty()) ids_.insert(std::move(other));
    }
  }

  View d_;
  const Self& self_;
  bool everyone_ = false;
  bool own_tag_ = false;           // of the bot, or taken away, and no entry has its id
  std::size_t nameless_tags_ = 0;  // of others whose ids no entry has
  std::set<std::string> ids_{}, names_{};
  Message found_{};
};

}  // namespace

bool mentions_everyone(View d) { return is_true(d.at("mention_everyone")) || !mention_of_everyone(d).is_missing(); }

View mentioned(View d, std::string_view id) {
  return first_mention(d, kMaxMentions, [id](View person) { return !means_everyone(person) && has_id(person, id); });
}

View mention_of_self(View d, const Self& self) {
  return first_mention(d, d.at("mentions").size(), [&self](View person) { return means_self(person, self); });
}

bool is_self(View d, const Self& self, std::string_view id) { return names_self(mention_of_self(d, self), self, id); }

bool names_self(View own, const Self& self, std::string_view id) {
  return !id.empty() && (id == self.user_id || has_id(own, id));
}

std::string person_id(View mention) {
  for (const std::string_view name : kIds) {
    if (std::string id = mention.at(name).text(); !id.empty()) return id;
  }
  return {};
}

std::string person_name(View mention) {
  std::string name = mention.at("username").text();
  return name.empty() ? mention.at("nickname").text() : name;
}

Segment mention_segment(View d, std::string_view id) {
  const View person = mentioned(d, id);
  std::string known = person_id(person);
  return named(known.empty() ? std::string(id) : std::move(known), person);
}

void append_unknown_mentions(Message& message, View d, const Self& self) {
  const View mentions = d.at("mentions");
  for (std::size_t i = 0; i < mentions.size(); ++i) {
    if (names_nobody(mentions[i], self)) append_unknown(message, "mention", mentions[i]);
  }
}

Message untagged_mentions(View d, const Self& self, const Message& shown, Taken taken) {
  return Untagged(d, self, shown, taken).all();
}

}  // namespace qq
