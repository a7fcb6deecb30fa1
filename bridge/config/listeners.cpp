#include "bridge/config/listeners.h"

#include "bridge/config/values.h"
#include "onebot/ascii.h"

#include <fmt/format.h>

namespace bridge::config {

namespace {

bool is_any(std::string_view host) { return host == "0.0.0.0" || host == "::"; }

bool collide(const Listener& a, const Listener& b) {
  if (a.address.port == 0 || a.address.port != b.address.port) return false;
  const bool same = a.address.host == b.address.host;
  if (!same && !is_any(a.address.host) && !is_any(b.address.host)) return false;
  using enum Listener::Serves;
  const bool pair = (a.serves == http && b.serves == websocket) || (a.serves == websocket && b.serves == http);
  return !(same && pair && a.version == b.version);
}

std::string taken(const Listener& listener, const Listener& other) {
  using enum Listener::Serves;
  const auto speaks = [](const Listener& one) { return one.serves == http || one.serves == websocket; };
  std::string_view allowed = "another port, or one http and one websocket together";
  if (speaks(listener) && speaks(other) && listener.version != other.version) {
    allowed = "another port, since OneBot 11 and OneBot 12 do not share one";
  }
  if (listener.serves == media) allowed = "another port, or 0 for none";
  return fmt::format("{}:{} is already used by {} in line {}; allowed: {}", listener.address.host,
                     listener.address.port, other.name, other.section->line, allowed);
}

}  // namespace

onebot::io::Address address_of(const Section& section) {
  return {.host = section.text("host"), .port = static_cast<int>(section.integer("port"))};
}

std::vector<std::string> read_hosts(const Section& section, const Node& node, Findings& findings) {
  const onebot::Value* value = onebot::find(section.fields, "hosts");
  const auto* list = value ? std::get_if<onebot::List>(value) : nullptr;
  if (!list) return {};
  std::vector<std::string> hosts;
  for (const onebot::Value& element : *list) {
    const auto& host = std::get<std::string>(element);
    if (read_host(host)) {
      hosts.push_back(onebot::ascii::lower(host));
    } else {
      findings.add(line_in(node, "hosts"), fmt::format("{}.hosts", section.name),
                   fmt::format("{} is no host; allowed: names without scheme, port or wildcard, like "
                               "\"bridge.example.com\"",
                               quoted(host)));
    }
  }
  return hosts;
}

void Listeners::check(Mistakes& mistakes, Mistakes& warnings) const {
  for (std::size_t i = 0; i < listeners_.size(); ++i) {
    const Listener& listener = listeners_[i];
    if (listener.address.host.empty()) continue;
    for (std::size_t j = 0; j < i; ++j) {
      const Listener& other = listeners_[j];
      if (!collide(other, listener)) continue;
      mistakes.push_back(
          {line_in(*listener.section, "port"), fmt::format("{}.port", listener.name), taken(listener, other)});
      break;
    }
    if (!listener.guarded && !is_loopback(listener.address.host)) {
      warnings.push_back(
          {line_in(*listener.section, "host"), fmt::format("{}.host", listener.name),
           "is reachable from other machines without an access_token: anybody there can act as the bots"});
    }
  }
}

}  // namespace bridge::config
