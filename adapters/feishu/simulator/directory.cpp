#include "adapters/feishu/simulator/directory.h"

#include <fmt/format.h>

namespace feishu::simulator {
namespace {

using onebot::Fields;
using onebot::List;
using onebot::json::View;

constexpr std::size_t kMost = 10'000, kLeastForm = 100;

Reply no_chat() { return refused(232006, "Your request specifies an invalid chat_id."); }

}  // namespace

void Directory::hear(View push) {
  const View event = push.at("event"), message = event.at("message");
  const std::string person = event.at("sender.sender_id.open_id").text();
  if (!person.empty() && people_.size() < kMost) people_.insert(person);
  const std::string chat = message.at("chat_id").text();
  if (chat.empty() || message.at("chat_type").str() != "group" || groups_.size() >= kMost) return;
  auto& members = groups_[chat];
  if (!person.empty() && members.size() < kMost) members.insert(person);
}

std::string Directory::name_of(std::string_view chat) const {
  const auto found = names_.find(chat);
  return found == names_.end() ? std::string("Project") : found->second;
}

Reply Directory::user(std::string_view id) const {
  if (!people_.contains(id)) return refused(99992351, "The request contains invalid open ids.");
  return {.data = {{"user", Fields{{"open_id", id}, {"name", "Marco"}, {"nickname", ""}}}}};
}

Reply Directory::chats(std::string_view query) const {
  List items;
  for (const auto& [chat, members] : groups_) items.push_back(Fields{{"chat_id", chat}, {"name", name_of(chat)}});
  return page_of(std::move(items), query, 100);
}

Reply Directory::rename(std::string_view chat, View body) {
  if (!groups_.contains(chat)) return no_chat();
  if (body.at("name").str().empty()) return refused(99992402, "field validation failed");
  names_[std::string(chat)] = body.at("name").text();
  return {};
}

Reply Directory::members(std::string_view chat, std::string_view query) const {
  const auto found = groups_.find(chat);
  if (found == groups_.end()) return no_chat();
  List items;
  for (const std::string& id : found->second) {
    items.push_back(Fields{{"member_id", id}, {"member_id_type", "open_id"}, {"name", "Marco"}, {"tenant_key", ""}});
  }
  const auto count = static_cast<std::int64_t>(items.size());
  Reply page = page_of(std::move(items), query, 100);
  page.data.push_back({"member_total", count});
  return page;
}

Reply Directory::leave(std::string_view chat) {
  const auto found = groups_.find(chat);
  if (found == groups_.end()) return no_chat();
  groups_.erase(found);
  return {.data = {{"invalid_id_list", List{}}}};
}

Reply Directory::upload(std::string_view kind, std::string_view form) {
  if (form.size() < kLeastForm || !form.starts_with("--")) return refused(234001, "Invalid request param.");
  const bool image = kind == "image";
  return {
      .data = {{image ? "image_key" : "file_key", fmt::format("{}_v3_sim{:06}", image ? "img" : "file", ++uploads_)}}};
}

}  // namespace feishu::simulator
