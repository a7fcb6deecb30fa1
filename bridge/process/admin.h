// Admin: health, readiness and metrics over HTTP, and OneBot 11's numbers. GET /healthz, /readyz, /metrics; /ids.

#pragma once

#include "bridge/process/admin_ids.h"
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
  // token: asked for as "Authorization: Bearer TOKEN", but for /healthz; "" = everybody may look, but nobody at
  // numbers.
  Admin(std::string token, const Condition& condition, AdminIds ids)
      : token_(std::move(token)), condition_(condition), ids_(ids) {}

  std::optional<onebot::io::HttpResponse> refuse(const onebot::io::HttpRequest& head) override;
  void serve(onebot::io::HttpRequest request, std::unique_ptr<onebot::io::Exchange> exchange) override;
  std::vector<std::string> headers() const override { return {"origin", "sec-fetch-site"}; }

 private:
  std::optional<onebot::io::HttpResponse> refuse_ids(const onebot::io::HttpRequest& head) const;
  bool has_token(const onebot::io::HttpRequest& head) const;

  const std::string token_;
  const Condition& condition_;
  AdminIds ids_;
};

}  // namespace bridge
