#include "bridge/ingress.h"

#include "onebot/ascii.h"

#include <fmt/format.h>

#include <utility>

namespace bridge {

namespace io = onebot::io;

namespace {

io::HttpResponse plain(int status, std::string text) {
  return {status, {{"Content-Type", "text/plain; charset=utf-8"}}, std::move(text)};
}

// A path with a slash behind it is the same path.
std::string_view plain_path(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return path;
}

}  // namespace

class Ingress::Registered final : public io::Pending {
 public:
  Registered(std::weak_ptr<Pushes> pushes, std::string path, std::shared_ptr<const Push> push)
      : pushes_(std::move(pushes)), path_(std::move(path)), push_(std::move(push)) {}
  Registered(const Registered&) = delete;
  ~Registered() override {
    const auto pushes = pushes_.lock();
    if (!pushes) return;
    const auto found = pushes->find(path_);
    if (found != pushes->end() && found->second == push_) pushes->erase(found);
  }

 private:
  std::weak_ptr<Pushes> pushes_;
  std::string path_;
  std::shared_ptr<const Push> push_;
};

io::Owner Ingress::on_push(std::string path, Push push) {
  auto shared = std::make_shared<const Push>(std::move(push));
  (*pushes_)[path] = shared;
  return std::make_unique<Registered>(pushes_, std::move(path), std::move(shared));
}

std::vector<std::string> Ingress::paths() const {
  std::vector<std::string> paths;
  for (const auto& [path, push] : *pushes_) paths.push_back(path);
  return paths;
}

std::optional<io::HttpResponse> Ingress::refuse(const io::HttpRequest& head) {
  if (!pushes_->contains(plain_path(head.url))) {
    log_.count("ingress_unknown_path");
    log_.line(onebot::LogLevel::warn, fmt::format("ingress push refused: no bot has this path status=404 path=\"{}\"",
                                                  onebot::ascii::printable(head.url)));
    return plain(404, "no bot has this path\n");
  }
  if (head.method == "POST") return std::nullopt;
  log_.count("ingress_wrong_method");
  io::HttpResponse refusal = plain(405, "pushes are POST\n");
  refusal.headers.emplace_back("Allow", "POST");
  return refusal;
}

void Ingress::serve(io::HttpRequest request, std::unique_ptr<io::Exchange> exchange) {
  const auto found = pushes_->find(plain_path(request.url));
  if (found == pushes_->end()) return exchange->answer(plain(404, "no bot has this path\n"));
  log_.count("ingress_pushes");
  const std::shared_ptr<const Push> push = found->second;  // it may unregister itself
  (*push)(std::move(request), std::move(exchange));
}

}  // namespace bridge
