#include "bridge/process/run_assembly.h"

#include "adapters/registry.h"
#include "bridge/process/metrics.h"
#include "onebot/connect/transports.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace bridge {

namespace io = onebot::io;

using onebot::LogLevel;
using onebot::Result;
using onebot::Retcode;
using onebot::Status;

namespace {

namespace v11 = onebot::v11::connect;

// The sections of one way, each with its bots.
template <class Options>
std::vector<Options> served(const std::vector<Serving<Options>>& sections, const onebot11::Dialect& dialect) {
  std::vector<Options> all;
  for (const auto& [options, bots] : sections) {
    all.push_back(options);
    for (const std::size_t bot : bots) all.back().section.bots.push_back(&dialect.bot(bot));
  }
  return all;
}

onebot11::MediaOptions media_options(const OneBot11& written) {
  if (!written.media) return {.on = false};
  return {.base_url = written.media->base_url, .expire = written.media->expire};
}

bool speaks(const OneBot11& written) {
  return !written.http.empty() || !written.http_post.empty() || !written.websocket.empty() ||
         !written.websocket_reverse.empty();
}

// What is said of a port once it is open.
struct Invitation {
  std::string_view service{};
  std::string_view words{};  // {0}: host and port
};

constexpr Invitation kInvitations[] = {
    {"http", "applications post actions url=http://{0}/"},
    {"websocket", "applications connect url=ws://{0}/ or url=ws://{0}/?consumer=NAME"},
    {"onebot11.http", "applications of OneBot 11 post actions url=http://{0}/ACTION, of several bots /SELF_ID/ACTION"},
    {"onebot11.websocket", "applications of OneBot 11 connect url=ws://{0}/, of several bots ws://{0}/SELF_ID/"},
};

}  // namespace

// The server, remembering which ports it opened for whom.
class Assembly::Listening final : public io::Server {
 public:
  // dialect: in front of the names of services.
  Listening(io::Server& server, std::vector<Port>& ports, std::string_view dialect)
      : server_(server), ports_(ports), dialect_(dialect) {}

  Result<int> listen(const io::Address& address, io::HttpService* http, io::WebSocketService* websocket) override {
    Result<int> port = server_.listen(address, http, websocket);
    if (port) ports_.push_back({fmt::format("{}{}", dialect_, http ? "http" : "websocket"), address.host, *port});
    return port;
  }
  Status open(std::string service, const io::Address& address, io::HttpService& http) {
    ONEBOT_TRY(port, server_.listen(address, &http, nullptr));
    ports_.push_back({std::move(service), address.host, port});
    return {};
  }

 private:
  io::Server& server_;
  std::vector<Port>& ports_;
  const std::string_view dialect_;
};

Assembly::Assembly(Config config, const World& world)
    : config_(std::move(config)),
      world_(world),
      started_at_(world.loop.wall()),
      listening_(std::make_unique<Listening>(world.server, ports_, "")),
      listening11_(std::make_unique<Listening>(world.server, ports_, "onebot11.")),
      ingress_(world.log) {}

Assembly::~Assembly() { stop_files(); }

// What is being fetched is under way in adapters as well: it ends before they do.
void Assembly::stop_files() {
  if (onebot11_) onebot11_->media().stop();
  if (file_actions_) file_actions_->stop();
  for (const auto& files : bot_files_) files->stop();
}

Result<std::unique_ptr<Assembly>> Assembly::make(Config config, const World& world) {
  std::unique_ptr<Assembly> assembly(new Assembly(std::move(config), world));
  ONEBOT_CHECK(assembly->open_journal());
  ONEBOT_CHECK(assembly->open_files());
  ONEBOT_CHECK(assembly->make_bots());
  assembly->make_transports();
  assembly->make_onebot11();
  return assembly;
}

Status Assembly::open_journal() {
  const Journal::Options options{.data_dir = config_.data_dir,
                                 .retention = {.age = config_.retention, .size = config_.retention_size}};
  ONEBOT_TRY(journal, Journal::open(world_.loop, world_.log, options));
  journal_ = std::move(journal);
  bridge_ = std::make_unique<Bridge>(world_.loop, world_.log, *journal_,
                                     Bridge::Options{.heartbeat = config_.heartbeat, .replay = config_.replay});
  return {};
}

// In the journal's folder, which it has locked.
Status Assembly::open_files() {
  ONEBOT_TRY(thread, files::FilesThread::open(world_.loop, world_.log, fmt::format("{}/files", config_.data_dir),
                                              config_.files));
  files_ = std::move(thread);
  file_actions_ = std::make_unique<FileActions>(file_means(world_.clients.usual()), *files_, files_->gives_paths());
  bridge_->use(*file_actions_);
  return {};
}

Status Assembly::make_bots() {
  for (const Config::Bot& configured : config_.bots) {
    const adapters::Platform* platform = adapters::find_platform(configured.platform);
    if (!platform) {
      return onebot::fail(Retcode::bad_param, fmt::format("there is no platform \"{}\"", configured.platform));
    }
    const std::string key = fmt::format("{}/{}", configured.platform, configured.app_id);
    Bot& bot = bridge_->add_bot(key);
    BotLog& log = *bot_logs_.emplace_back(std::make_unique<BotLog>(world_.log, key));
    onebot::io::Client& client = world_.clients.of(configured.proxy);
    BotFiles& files = *bot_files_.emplace_back(std::make_unique<BotFiles>(file_means(client), key));
    file_actions_->add(key, files);
    const onebot::Host host{world_.loop, client, ingress_, bot, files, log};
    auto adapter = platform->make(platform->name, configured.section, host);
    if (!adapter) {
      return onebot::fail(adapter.error().code, fmt::format("bot {}: {}", key, adapter.error().message));
    }
    bot.attach(*adapters_.emplace_back(*std::move(adapter)));
    files.attach(*adapters_.back());
  }
  return {};
}

void Assembly::make_transports() {
  std::set<std::string> names;
  for (const Config::Bot& bot : config_.bots) names.insert(bot.platform);
  std::string platforms;
  for (const std::string& name : names) platforms += (platforms.empty() ? "" : ", ") + name;
  backend_.emplace(bridge_->backend(world_.clients.usual(), *listening_));
  const auto backend_of = [this](const std::vector<std::string>& bots) -> onebot::Backend& {
    if (bots.empty()) return *backend_;
    return partial_.try_emplace(bots, bridge_->backend(world_.clients.usual(), *listening_, bots)).first->second;
  };
  for (auto& [transport, bots] : onebot::connect::make_transports(
           config_.methods, backend_of, {.version = ONEBRIDGE_VERSION, .platforms = platforms})) {
    bridge_->add(*transport, bots);
    transports_.push_back(std::move(transport));
  }
}

void Assembly::make_onebot11() {
  const OneBot11& written = config_.onebot11;
  if (!speaks(written)) return;
  std::vector<onebot11::Dialect::Account> accounts;
  for (std::size_t i = 0; i < config_.bots.size(); ++i) {
    const Config::Bot& bot = config_.bots[i];
    accounts.push_back({*bridge_->bots()[i],
                        *bot_files_[i],
                        {.platform = bot.platform, .app_id = bot.app_id, .configured_self = bot.onebot11_id}});
  }
  backend11_.emplace(bridge_->backend(world_.clients.usual(), *listening11_));
  onebot11_ = std::make_unique<onebot11::Dialect>(
      onebot11::Dialect::Parts{.backend = *backend11_,
                               .durability = *journal_,
                               .records = *journal_,
                               .rows = journal_->numbers(),
                               .safety = journal_->safety(),
                               .media = media_options(written),
                               .older = [this](onebot::Seq place) { return journal_->event(place); },
                               .own_actions = file_actions_->names()},
      accounts);
  auto transports = v11::make_transports({.http = served(written.http, *onebot11_),
                                          .http_post = served(written.http_post, *onebot11_),
                                          .websocket = served(written.websocket, *onebot11_),
                                          .websocket_reverse = served(written.websocket_reverse, *onebot11_)},
                                         onebot11_->means());
  for (auto& transport : transports) bridge_->add(*transports_.emplace_back(std::move(transport)));
  bridge_->watch(*onebot11_);
}

Status Assembly::listen() {
  if (config_.admin) {
    const Condition& condition = *this;
    admin_.emplace(config_.admin->token, condition, AdminIds(*journal_, world_.log));
    io::Address address = config_.admin->address;
    address.max_body = AdminIds::kMostTaken;
    ONEBOT_CHECK(listening_->open("admin", address, *admin_));
  }
  if (onebot11_ && config_.onebot11.media) {
    io::Address files = config_.onebot11.media->address;
    files.any_host = true;  // an address proves itself, and applications call us by other names
    ONEBOT_CHECK(listening_->open("onebot11.media", files, onebot11_->media()));
  }
  if (!config_.ingress) return {};
  io::Address pushes = *config_.ingress;
  pushes.any_host = true;  // platforms call whatever name leads here, and prove themselves by signatures
  ONEBOT_CHECK(listening_->open("ingress", pushes, ingress_));
  return {};
}

Status Assembly::start() {
  for (const std::string& warning : config_.warnings) world_.log.line(LogLevel::warn, warning);
  ONEBOT_CHECK(listen());
  for (const Port& port : ports()) {
    world_.log.line(LogLevel::info, fmt::format("{} listens host={} port={}", port.service, port.host, port.port));
  }
  ONEBOT_CHECK(bridge_->start());
  tell_addresses();
  phase_ = Phase::started;
  return {};
}

// What has to be written into a framework's configuration and a platform's console.
void Assembly::tell_addresses() const {
  for (const Port& port : ports()) {
    const std::string at = port.host.contains(':') ? fmt::format("[{}]:{}", port.host, port.port)
                                                   : fmt::format("{}:{}", port.host, port.port);
    const auto* invitation = std::ranges::find(kInvitations, port.service, &Invitation::service);
    if (invitation != std::end(kInvitations)) {
      world_.log.line(LogLevel::info, fmt::format(fmt::runtime(invitation->words), at));
    }
    if (port.service != "ingress") continue;
    const std::string_view scheme = config_.ingress->tls_cert.empty() ? "http" : "https";
    for (const std::string& path : ingress_.paths()) {
      world_.log.line(LogLevel::info,
                      fmt::format("a bot takes pushes path={} url={}://{}{}; the platform needs the address "
                                  "under which that is reached from outside",
                                  path, scheme, at, path));
    }
  }
}

void Assembly::stop() {
  if (phase_ == Phase::stopped) return;
  phase_ = Phase::stopped;
  bridge_->stop();
  stop_files();
}

const std::vector<Assembly::Port>& Assembly::ports() const { return ports_; }

int Assembly::port(std::string_view service) const {
  const auto found = std::ranges::find(ports(), service, &Port::service);
  return found == ports().end() ? 0 : found->port;
}

std::vector<std::string> Assembly::onebot11_urls() const {
  std::vector<std::string> urls;
  const auto open = std::ranges::find(ports(), "onebot11.websocket", &Port::service);
  if (open == ports().end()) return urls;
  for (const std::size_t bot : config_.onebot11.websocket.front().bots) {
    const auto number = onebot11_->number(bot);
    if (number != 0) urls.push_back(fmt::format("ws://{}:{}/{}/", open->host, open->port, number));
  }
  return urls;
}

// --- what the admin port tells ---

std::vector<std::string> Assembly::why_unhealthy() const {
  if (journal_->healthy()) return {};
  return journal_->problems();
}

std::vector<std::string> Assembly::why_unready() const {
  std::vector<std::string> reasons = journal_->problems();
  if (phase_ == Phase::made) reasons.emplace_back("starting");
  if (phase_ == Phase::stopped) reasons.emplace_back("shutting down");
  if (phase_ != Phase::started) return reasons;
  for (std::string& why : bridge_->why_bots_are_absent()) reasons.push_back(std::move(why));
  return reasons;
}

std::string Assembly::metrics() const {
  return metrics_text(world_.log.counters(), bridge_->gauges(), process_state(started_at_));
}

}  // namespace bridge
