// Assembly: one whole bridge in a world of sockets: journal, files, log, adapters, transports, ingress and admin port,
// wired from a configuration. `run` and `demo` share it.
//
// Loop thread only, and the loop must not turn any more when it is destroyed: the server still knows its services.

#pragma once

#include "bridge/bridge.h"
#include "bridge/config/config.h"
#include "bridge/files/actions.h"
#include "bridge/files/files.h"
#include "bridge/files/thread.h"
#include "bridge/ingress.h"
#include "bridge/journal/journal.h"
#include "bridge/net/clients.h"
#include "bridge/onebot11/dialect.h"
#include "bridge/process/admin.h"
#include "bridge/process/log.h"
#include "onebot/io.h"
#include "onebot/transport.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bridge {

class Assembly final : private Condition {
 public:
  struct World {
    onebot::io::Loop& loop;
    net::Clients& clients;
    onebot::io::Server& server;
    ProcessLog& log;
  };
  struct Port {
    std::string service{};  // "http", "websocket", "onebot11.http", "onebot11.websocket", "onebot11.media", "ingress",
                            // "admin"
    std::string host{};
    int port = 0;
  };

  // Opens the journal and makes the adapters; nothing listens or connects yet.
  static onebot::Result<std::unique_ptr<Assembly>> make(Config config, const World& world);
  Assembly(const Assembly&) = delete;
  ~Assembly() override;

  onebot::Status start();  // opens every port, then connects
  void stop();             // within 5 s; see Bridge::stop()

  const std::vector<Port>& ports() const;    // in the order of opening; after start()
  int port(std::string_view service) const;  // the first one of that service; 0: none
  // ws addresses of the bots that applications of OneBot 11 can connect to, as far as their numbers are known.
  std::vector<std::string> onebot11_urls() const;
  const Bridge& bridge() const { return *bridge_; }

 private:
  class Listening;

  Assembly(Config config, const World& world);
  onebot::Status open_journal();
  onebot::Status open_files();
  onebot::Status make_bots();
  void make_transports();
  void make_onebot11();
  onebot::Status listen();
  void tell_addresses() const;
  void stop_files();
  files::Means file_means(onebot::io::Client& client) { return {world_.loop, client, *files_, config_.files}; }

  std::vector<std::string> why_unhealthy() const override;
  std::vector<std::string> why_unready() const override;
  std::string metrics() const override;

  // From what others stand on to what stands on it: destroyed from the end.
  Config config_;
  World world_;
  double started_at_;  // seconds since the epoch
  enum class Phase { made, started, stopped } phase_ = Phase::made;
  std::vector<Port> ports_;
  std::unique_ptr<Listening> listening_, listening11_;
  Ingress ingress_;
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<files::FilesThread> files_;
  std::unique_ptr<FileActions> file_actions_;
  std::vector<std::unique_ptr<BotFiles>> bot_files_;
  std::unique_ptr<Bridge> bridge_;
  std::vector<std::unique_ptr<BotLog>> bot_logs_;
  std::vector<std::unique_ptr<onebot::Adapter>> adapters_;
  std::optional<onebot::Backend> backend_;                       // with all bots
  std::map<std::vector<std::string>, onebot::Backend> partial_;  // with some, by their keys
  std::optional<onebot::Backend> backend11_;
  std::unique_ptr<onebot11::Dialect> onebot11_;
  std::vector<std::unique_ptr<onebot::Transport>> transports_;
  std::optional<Admin> admin_;
};

}  // namespace bridge
