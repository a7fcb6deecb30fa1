// Config: what `onebridge run` is told. Read from TOML; every mistake is named with its file, line and key.

#pragma once

#include "bridge/files/limits.h"
#include "bridge/net/limits.h"
#include "onebot/adapter.h"
#include "onebot/connect/transports.h"
#include "onebot/io.h"
#include "onebot/v11/connect/transports.h"
#include "onebot/value.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bridge {

// A way of OneBot 11 and the bots that it serves, by their place in Config::bots; section.bots of the options is left
// empty.
template <class Options>
struct Serving {
  Options options{};
  std::vector<std::size_t> bots{};
};

struct OneBot11 {
  // Where applications get files that a platform does not offer to everybody.
  struct Media {
    onebot::io::Address address{};
    std::string base_url{};  // as applications see the address; without a slash at its end
    std::chrono::milliseconds expire{};
  };

  std::vector<Serving<onebot::v11::connect::HttpOptions>> http{};
  std::vector<Serving<onebot::v11::connect::PostOptions>> http_post{};
  std::vector<Serving<onebot::v11::connect::WebSocketOptions>> websocket{};
  std::vector<Serving<onebot::v11::connect::ReverseOptions>> websocket_reverse{};
  std::optional<Media> media{};  // nullopt: it is switched off, or there is no way of OneBot 11
};

struct Config {
  struct Bot {
    std::string platform{};
    std::string app_id{};
    onebot::Fields section{};      // checked, secrets read, fallbacks filled in
    std::int64_t onebot11_id = 0;  // its number in OneBot 11; 0: not set
    std::string proxy{};           // of what goes out for it; "": that of everything
  };
  struct Admin {
    onebot::io::Address address{};
    std::string token{};
  };

  std::string data_dir = "data";
  onebot::LogLevel log_level = onebot::LogLevel::info;
  bool log_json = false;
  std::string ca_file{};  // PEM; "" = the system's
  std::string proxy{};    // of everything that goes out; "": as the environment says, "none": none
  std::optional<std::vector<std::string>> no_proxy{};  // hosts reached without it; nullopt: as the environment says
  std::vector<Bot> bots{};
  std::optional<onebot::io::Address> ingress{};  // nullopt: platforms do not push to us
  onebot::connect::Methods methods{};
  OneBot11 onebot11{};
  std::chrono::milliseconds heartbeat{15'000};  // 0: none
  std::chrono::milliseconds replay{std::chrono::hours(1)};
  std::chrono::milliseconds retention{std::chrono::hours(24)};
  std::uint64_t retention_size = 1ULL << 30;  // bytes
  FileLimits files{};
  net::ServerLimits limits{};
  std::optional<Admin> admin{};  // nullopt: no admin port

  std::vector<std::string> secrets{};   // values that no log line may hold
  std::vector<std::string> warnings{};  // "bridge.toml:12: onebot.http.host: ..."
};

struct ReadConfig {
  std::optional<Config> config{};       // only when there are no mistakes
  std::vector<std::string> mistakes{};  // "bridge.toml:3: bridge.log_level: ...", by line
};

// file: how messages call it.
ReadConfig read_config(std::string_view text, std::string_view file);
ReadConfig load_config(const std::string& path);

// A bot that is described in code: by a simulator, by a test. The platform is one of the registry's.
Config::Bot described_bot(onebot::Fields section);

}  // namespace bridge
