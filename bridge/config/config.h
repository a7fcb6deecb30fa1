// Config: what `onebridge run` is told. Read from TOML; every mistake is named with its file, line and key.

#pragma once

#include "bridge/files/limits.h"
#include "bridge/net/limits.h"
#include "onebot/adapter.h"
#include "onebot/connect/transports.h"
#include "onebot/io.h"
#include "onebot/value.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bridge {

struct Config {
  struct Bot {
    std::string platform{};
    std::string app_id{};
    onebot::Fields section{};  // checked, secrets read, fallbacks filled in
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
