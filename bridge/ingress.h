// Ingress: where platforms push to us. Routes POST /<platform>/<app_id> to the adapter that registered the path.
//
// Unknown path 404, another method than POST 405; slashes at its end mean nothing; the size of bodies is the listener's
// matter. Loop thread only.

#pragma once

#include "onebot/adapter.h"
#include "onebot/io.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bridge {

class Ingress final : public onebot::Ingress, public onebot::io::HttpService {
 public:
  explicit Ingress(onebot::Log& log) : log_(log) {}

  // A path that is taken goes to whoever asked last, until its owner is dropped.
  [[nodiscard]] onebot::io::Owner on_push(std::string path, Push push) override;
  void want_headers(std::span<const std::string_view> names) override { headers_.insert(names.begin(), names.end()); }

  std::vector<std::string> paths() const;  // that bots have registered

  std::optional<onebot::io::HttpResponse> refuse(const onebot::io::HttpRequest& head) override;
  void serve(onebot::io::HttpRequest request, std::unique_ptr<onebot::io::Exchange> exchange) override;
  std::vector<std::string> headers() const override { return {headers_.begin(), headers_.end()}; }

 private:
  class Registered;
  using Pushes = std::map<std::string, std::shared_ptr<const Push>, std::less<>>;

  onebot::Log& log_;
  std::shared_ptr<Pushes> pushes_ = std::make_shared<Pushes>();  // owners may be dropped after us
  std::set<std::string, std::less<>> headers_;
};

}  // namespace bridge
