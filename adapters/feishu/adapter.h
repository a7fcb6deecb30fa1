// Adapter: one bot on a platform of this kind, made of its parts: who it is, what comes in, what it does.

#pragma once

#include "adapters/feishu/actions.h"
#include "adapters/feishu/calls/api.h"
#include "adapters/feishu/calls/token.h"
#include "adapters/feishu/identity.h"
#include "adapters/feishu/inbox.h"
#include "adapters/feishu/memory.h"
#include "adapters/feishu/settings.h"
#include "adapters/kit/jitter.h"
#include "adapters/kit/pace.h"
#include "onebot/adapter.h"
#include "onebot/told.h"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace feishu {

class Adapter final : public onebot::Adapter {
 public:
  // random: [0, 1), for jitter.
  Adapter(Settings settings, const onebot::Host& host, kit::Random random);
  ~Adapter() override { stop(); }

  void start() override;
  void stop() override;
  void hold(bool on) override { inbox_.hold(on); }
  const onebot::Self& self() const override { return identity_.account(); }
  bool online() const override { return online_; }
  Trouble trouble() const override { return {inbox_.why_not()}; }
  std::span<const std::string_view> actions() const override { return actions_.offered(); }
  std::span<const std::string_view> segments() const override { return segments_; }
  void call(onebot::Action action, onebot::Reply reply) override { actions_.call(action, std::move(reply)); }
  [[nodiscard]] onebot::io::Owner locate(std::string_view file_id,
                                         onebot::ToldResult<onebot::RemoteFile> done) override;

 private:
  void announce();

  Settings settings_;
  onebot::Host host_;
  Memory memory_;
  TenantToken token_;
  std::vector<kit::Rate> rates_;
  kit::Pace pace_;
  Api api_;
  Identity identity_;
  Inbox inbox_;
  Actions actions_;
  const std::vector<std::string> segment_names_;
  const std::vector<std::string_view> segments_;
  bool online_ = false;
  std::string announced_{};  // the id by which the bridge was last told that it is online
};

onebot::Result<std::unique_ptr<onebot::Adapter>> make(std::string_view platform, const onebot::Fields& section,
                                                      const onebot::Host& host);

}  // namespace feishu
