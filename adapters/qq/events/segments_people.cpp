#include "adapters/qq/events/segments_people.h"

namespace qq {

using onebot::Self;
using onebot::json::View;

namespace {

constexpr std::size_t kMaxMentions = 64;  // looked at; every tag of a text asks for its person

bool means_everyone(View mention) {
  const std::string_view scope = mention.at("scope").str();
  return scope == "all" || scope == "everyone";
}

bool is(View native, std::string_view id) { return native.is_string() ? native.str() == id : native.text() == id; }

bool has_id(View person, std::string_view id) {
  return !id.empty() && (is(person.at("member_openid"), id) || is(person.at("id"), id));
}

// The first mention that is so; a missing view when none is.
template <class Predicate>
View first_mention(View d, Predicate is_so) {
  const View mentions = d.at("mentions");
  for (std::size_t i = 0; i < mentions.size() && i < kMaxMentions; ++i) {
    if (is_so(mentions[i])) return mentions[i];
  }
  return {};
}

}  // namespace

bool mentions_everyone(View d) {
  return d.at("mention_everyone").boolean() || !first_mention(d, means_everyone).is_missing();
}

View mentioned(View d, std::string_view id) {
  return first_mention(d, [id](View person) { return !means_everyone(person) && has_id(person, id); });
}

View mention_of_self(View d, const Self& self) {
  // A mention of everyone says is_you as well.
  return first_mention(d, [&self](View person) {
    return !means_everyone(person) && (person.at("is_you").boolean() || has_id(person, self.user_id));
  });
}

bool is_self(View d, const Self& self, std::string_view id) {
  return !id.empty() && (id == self.user_id || has_id(mention_of_self(d, self), id));
}

}  // namespace qq
