#include "adapters/feishu/simulator/directory.h"

#include <fmt/format.h>

#include <charconv>

namespace feishu::simulator {
namespace {

using onebot::Fields;
using onebot::List;
using onebot::json::View;

constexpr std::size_t kMost = 10'000, kLeastForm = 100;
constexpr std::string_view kMark = "_v3_sim";  // of keys that were given

Reply no_chat() { return refused(232006, "Your request specifies an invalid chat_id."); }

Fields member(std::string_view id, std::string_view name) {
  return {{"member_id", id}, {"member_id_type", "open_id"}, {"name", name}, {"tenant_key", ""}};
}

Fields bot(std::string_view id, std::string_view app_id, std::string_view name) {
  Fields bot = member(id, name);
  bot.push_back({"app_id", app_id});
  return bot;
}

}  // namespace

std::string app_of(std::string_view bot_id) { return fmt::format("cli_{}", bot_id.substr(bot_id.find('_') + 1)); }

void Directory::hear(View push) {
  const View event = push.at("event"), message = event.at("message");
  const std::string person = event.at("sender.sender_id.open_id").text();
  const bool is_bot = event.at("sender.sender_type").str() == "bot";
  if (!person.empty() && !is_bot && people_.size() < kMost) people_.insert(person);
  const std::string chat = message.at("chat_id").text(), type = message.at("chat_type").text();
  if (type == "p2p" && private_chats_.size() < kMost) private_chats_.insert(chat);
  if (chat.empty() || (type != "group" && type != "topic_group") || groups_.size() >= kMost) return;
  Group& group = groups_[chat];
  group.of_topics = type == "topic_group";
  auto& members = is_bot ? group.bots : group.people;
  if (!person.empty() && members.size() < kMost) members.insert(person);
}

std::string Directory::name_of(std::string_view chat) const {
  const auto found = names_.find(chat);
  return found == names_.end() ? std::string("Project") : found->second;
}

void Directory::add_to(kit::simulator::Routes& routes, const Paths& paths) {
  routes.add(*this, {{"GET", paths.user, &Directory::user},
                     {"GET", paths.chats, &Directory::chats},
                     {"GET", paths.chat, &Directory::chat},
                     {"PUT", paths.chat, &Directory::rename},
                     {"GET", paths.members, &Directory::members},
                     {"GET", paths.member_list, &Directory::member_list},
                     {"DELETE", paths.members, &Directory::leave},
                     {"POST", paths.image, &Directory::take_image},
                     {"POST", paths.file, &Directory::take_file}});
}

Reply Directory::user(const Call& call) const {
  const std::string_view id = call.id("id");
  if (!people_.contains(id)) return refused(99992351, "The request contains invalid open ids.");
  return told(Fields{{"user", Fields{{"open_id", id}, {"name", "Marco"}, {"nickname", ""}}}});
}

Reply Directory::chats(const Call& call) const {
  List items;
  for (const auto& [chat, group] : groups_) items.push_back(Fields{{"chat_id", chat}, {"name", name_of(chat)}});
  return page_of(items, call, 100);
}

Reply Directory::chat(const Call& call) const {
  if (!call.id("id").starts_with("oc_")) return no_chat();
  const auto group = groups_.find(call.id("id"));
  const std::string_view mode = group != groups_.end() && group->second.of_topics ? "topic" : "group";
  return told(Fields{{"name", name_of(call.id("id"))},
                     {"chat_mode", private_chats_.contains(call.id("id")) ? "p2p" : mode},
                     {"chat_type", "private"},
                     {"external", false},
                     {"chat_status", "normal"}});
}

Reply Directory::rename(const Call& call) {
  if (!groups_.contains(call.id("id"))) return no_chat();
  if (call.body.at("name").str().empty()) return refused(99992402, "field validation failed");
  names_[std::string(call.id("id"))] = call.body.at("name").text();
  return {};
}

Reply Directory::members(const Call& call) const {
  const auto found = groups_.find(call.id("id"));
  if (found == groups_.end()) return no_chat();
  List items;
  for (const std::string& id : found->second.people) items.push_back(member(id, "Marco"));
  Reply page = page_of(items, call, 100);
  std::get<Fields>(page.content).push_back({"member_total", static_cast<std::int64_t>(items.size())});
  return page;
}

// Bots are few: they are all on the first page.
Reply Directory::member_list(const Call& call) const {
  const auto found = groups_.find(call.id("id"));
  if (found == groups_.end()) return no_chat();
  List people, bots{bot(bot_id_, app_id_, "Bridge")};
  for (const std::string& id : found->second.people) people.push_back(member(id, "Marco"));
  for (const std::string& id : found->second.bots) bots.push_back(bot(id, app_of(id), "Helper"));
  const auto users = static_cast<std::int64_t>(people.size()), others = static_cast<std::int64_t>(bots.size());
  Reply page = page_of(people, call, 100);
  Fields& data = std::get<Fields>(page.content);
  data.front().name = "users";
  data.push_back({"bots", call.number("page_token", 0) == 0 ? std::move(bots) : List()});
  data.push_back({"user_total", users});
  data.push_back({"bot_total", others});
  data.push_back({"truncations", List()});
  return page;
}

Reply Directory::leave(const Call& call) {
  const auto found = groups_.find(call.id("id"));
  if (found == groups_.end()) return no_chat();
  groups_.erase(found);
  return told(Fields{{"invalid_id_list", List{}}});
}

// What is in the form does not count.
Reply Directory::upload(const char* key, std::string_view word, const Call& call) {
  const std::string& form = call.request.body;
  if (form.size() < kLeastForm || !form.starts_with("--")) return refused(234001, "Invalid request param.");
  return told(Fields{{key, fmt::format("{}{}{:06}", word, kMark, ++uploads_)}});
}

bool Directory::shows_lost_file(std::string_view content) const {
  for (auto at = content.find(kMark); at != content.npos; at = content.find(kMark, at + 1)) {
    std::uint64_t number = 0;
    const std::string_view digits = content.substr(at + kMark.size());
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (number <= lost_) return true;
  }
  return false;
}

}  // namespace feishu::simulator
