// Mentions: the placeholders in received text and who they stand for, and who else is mentioned.
// Platform: im-v1/message/events/receive, "mentions".
//
//   placeholder = the "key" of an entry, as "@_user_1" | "@_all"
//   tag         = "<at" { name "=" value } ">" shown "</at>" | "<at" { name "=" value } "/>"
//
// Digits are read to their end: "@_user_1" begins "@_user_10" too. Placeholders may touch other characters, but
// "@_all", which people type as well, is a word of its own. One that "mentions" does not name stays text.

#pragma once

#include "adapters/feishu/account.h"
#include "onebot/json.h"
#include "onebot/segment.h"

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace feishu {

inline constexpr std::size_t kLongestPiece = 1024;  // of text that stands for a segment, in bytes

// Something in text that stands for a segment: at the beginning of what is left of it.
struct Found {
  std::size_t size = 0;  // of what stands there
  onebot::Segment segment;
};
// The value of a name in what stands between "<at" and ">", in quotes or up to a blank; nullopt: it is not there.
std::optional<std::string_view> attribute(std::string_view head, std::string_view name);
// Text is merged with text in front of it.
void append(onebot::Message& message, onebot::Segment segment);
// Appends text, in which what `read` finds becomes segments: read(text, at) is asked for every place at which one of
// `begins` stands.
template <class Read>
void append_pieces(onebot::Message& message, std::string_view text, std::string_view begins, Read&& read) {
  std::size_t done = 0;
  for (auto at = text.find_first_of(begins); at != std::string_view::npos; at = text.find_first_of(begins, at)) {
    std::optional<Found> found = read(text, at);
    if (!found) {
      ++at;
      continue;
    }
    onebot::append_text(message, text.substr(done, at - done));
    append(message, std::move(found->segment));
    at += found->size;
    done = at;
  }
  onebot::append_text(message, text.substr(done));
}

// Whether a name stands for everybody.
bool is_everyone(std::string_view name);

// The people a message mentions. Each is shown where the content says so, or else in front of it; one without any id is
// text, since a mention of nobody could not be sent on.
class Mentions {
 public:
  // entries: the "mentions" of the message, of whatever content. Both outlive this.
  Mentions(onebot::json::View entries, const Account& account);

  // Who is meant by a key or an id or, when both say nothing, by the name that the content shows; nullopt: nobody is.
  std::optional<onebot::Segment> of(std::string_view key_or_id, std::string_view shown);
  // The placeholder in text at this place.
  std::optional<Found> placeholder(std::string_view text, std::size_t at);
  // The tag in text at this place.
  std::optional<Found> tag(std::string_view text, std::size_t at);

  void append_text(onebot::Message& message, std::string_view text);         // with its placeholders
  void append_tagged_text(onebot::Message& message, std::string_view text);  // with its tags
  // Those that the content does not show, in front of it; an entry that names nobody is kept behind it, as
  // <prefix>unknown of this type.
  void add_others(onebot::Message& message, std::string_view message_type);

 private:
  std::optional<std::size_t> find(std::string_view key_or_id) const;
  std::optional<onebot::Segment> read(onebot::json::View entry, std::string_view shown) const;
  std::optional<onebot::Segment> read_with_kind(onebot::json::View entry) const;
  onebot::Segment person(std::string user_id, std::string_view name) const;
  bool is_bot_by_name(onebot::json::View entry) const;

  onebot::json::View entries_;
  const Account& account_;
  std::vector<bool> shown_;                                   // by entry
  std::map<std::string, std::size_t, std::less<>> places_{};  // of entries, by their keys and ids
};

// What nobody has described, as it came.
onebot::Segment unknown(std::string_view message_type, std::string content, const Account& account);
bool is_empty(onebot::json::View view);  // nothing is lost when it is left out

}  // namespace feishu
