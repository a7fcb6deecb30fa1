// Outgoing: one message as the platform takes it, and how long it may be. Platform: "message content" (send):
// a request of 150 KB for text, of 30 KB for posts and cards.

#pragma once

#include "onebot/value.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace feishu {

struct Outgoing {
  std::string msg_type{};
  onebot::Fields content{};
};

// Bytes of content in a request, where it is JSON text within JSON; what else is in a request has its place beside.
inline constexpr std::size_t kMostText = 149'000, kMostRich = 29'000;
inline constexpr std::size_t kMostCard = 30 << 10;  // of JSON, for what cannot be split

// What text costs there, and what JSON does.
std::size_t text_cost(char c);
std::size_t size_of(const onebot::Value& content);

// The paragraphs of a post, as many posts as it takes. A paragraph too long for one is cut between its nodes, else
// between the words of one.
std::vector<onebot::List> posts_of(onebot::List paragraphs, std::size_t room = kMostRich);

}  // namespace feishu
