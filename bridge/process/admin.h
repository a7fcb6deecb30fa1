// Admin: health, readiness and metrics over HTTP. GET /healthz, /readyz, /metrics.

#pragma once

#include "onebot/io.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace bridge {

// What the pages tell. Reasons are for humans; none: all is well.
class Condition {
 public:
  virtual ~Condition() = default;
  virtual std::vector<std::string> why_unhealthy() const = 0;
  virtual std::vector<std::string> why_unready() const = 0;
  virtual std::string metrics() const = 0;  // Prometheus' text format
};

class Admin final : public onebot::io::HttpService {
 public:
  // token: asked for as "Authorization: Bearer TOKEN", but for /healthz; "" = everybody may look.
  Admin(std::string token, const Condition& condition) : token_(std::move(token)), condition_(condition) {}

  std::optional<onebot::io::HttpResponse> refuse(const onebot::io::HttpRequest& head) override;
  void serve(onebot::io::HttpRequest request, std::unique_ptr<onebot::io::Exchange> exchange) override;

 private:
  const std::string token_;
  const Condition& condition_;
};

}  // namespace bridge
