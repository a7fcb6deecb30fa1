#include "adapters/feishu/threads.h"

#include <algorithm>
#include <utility>

namespace feishu {

void Threads::add(std::string_view message, std::string_view thread, std::string_view first) {
  if (message.empty() || thread.empty()) return;
  threads_of_.set(message, std::string(thread));
  const Known* old = threads_.find(thread);
  Known known = old ? *old : Known{};
  if (!first.empty()) {
    known.first = first;
    threads_of_.set(first, std::string(thread));
  }
  if (message != known.first && std::ranges::find(known.others, message) == known.others.end()) {
    if (known.others.size() == kMostOthers) known.others.erase(known.others.begin());
    known.others.emplace_back(message);
  }
  threads_.set(thread, std::move(known));
}

std::string Threads::of(std::string_view message) const {
  const std::string* thread = threads_of_.find(message);
  return thread ? *thread : std::string();
}

std::string Threads::first(std::string_view thread) const {
  const Known* known = threads_.find(thread);
  return known ? known->first : std::string();
}

std::vector<std::string> Threads::in(std::string_view thread) const {
  std::vector<std::string> out;
  const Known* known = threads_.find(thread);
  if (known && !known->first.empty()) out.push_back(known->first);
  if (known) out.insert(out.end(), known->others.rbegin(), known->others.rend());
  return out;
}

}  // namespace feishu
