// Nodes: one node of rich text as segments, and Markdown, which some nodes hold.
// Platform: im-v1/message-content (receive), "post".

#pragma once

#include "adapters/feishu/account.h"
#include "adapters/feishu/events/mentions.h"
#include "onebot/json.h"
#include "onebot/segment.h"

#include <string>
#include <string_view>

namespace feishu {

// What the nodes of one message share.
struct RichText {
  Mentions& mentions;
  std::string_view message_id{};
  const Account& account;

  std::string file(std::string_view kind, std::string_view key) const;
  onebot::Segment unknown(onebot::json::View node) const;
};

// Readers of single nodes; each says whether the node is as its tag promises.
using NodeReader = bool (*)(onebot::Message&, onebot::json::View node, const RichText&);
bool append_image(onebot::Message& message, onebot::json::View node, const RichText& in);
bool append_video(onebot::Message& message, onebot::json::View node, const RichText& in);
bool append_voice(onebot::Message& message, onebot::json::View node, const RichText& in);
bool append_file(onebot::Message& message, onebot::json::View node, const RichText& in);  // or a folder

// Appends a node or a list of them. What is none that is known is kept, behind the text it may have.
void append_node(onebot::Message& message, onebot::json::View node, const RichText& in);

// Appends Markdown: its images, tags and placeholders as segments.
void append_markdown(onebot::Message& message, std::string_view text, const RichText& in);

// A file from a list of them: {"file_key", "file_name", "is_folder"}.
void append_listed_file(onebot::Message& message, onebot::json::View file, const RichText& in);

}  // namespace feishu
