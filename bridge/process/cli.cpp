#include "bridge/process/cli.h"

#include "adapters/registry.h"
#include "bridge/config/config.h"
#include "bridge/journal/damage.h"
#include "bridge/process/demo.h"
#include "bridge/process/ids.h"
#include "bridge/process/run.h"
#include "bridge/process/translate.h"
#include "bridge/process/warnings.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

namespace bridge {

namespace {

constexpr int kUsage = 2;                        // exit code
constexpr std::size_t kMaxInput = 256ULL << 20;  // bytes that translate reads

struct Words {
  std::string config{};
  std::string platform{};
  std::string self = "self";
  std::string file = "-";
  DemoOptions demo{};
  IdsOptions ids{};
};

std::string platform_list() {
  std::string list;
  for (const adapters::Platform& platform : adapters::platforms()) {
    list += fmt::format("{}{}", list.empty() ? "" : ", ", platform.name);
  }
  return list;
}

// Checked by us and not by CLI11, which would rather name what is missing than what is misspelt.
int missing(std::string_view command, std::string_view option) {
  std::cerr << fmt::format("onebridge {}: {} is required; see onebridge {} --help\n", command, option, command);
  return kUsage;
}

int run_with(const Words& words) {
  if (words.config.empty()) return missing("run", "--config FILE");
  return run(words.config);
}

double now() { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); }

int check(const Words& words) {
  if (words.config.empty()) return missing("check", "--config FILE");
  const ReadConfig read = load_config(words.config);
  for (const std::string& mistake : read.mistakes) std::cerr << mistake << '\n';
  if (!read.config) return kUsage;
  for (const std::string& warning : warnings_of(*read.config, words.config, now())) std::cerr << warning << '\n';
  for (const std::string& damage : journal::damage_of(read.config->data_dir)) std::cerr << damage << '\n';
  std::cout << words.config << ": valid\n";
  return 0;
}

// Everything, or false when it is too much.
bool read_all(std::istream& in, std::string& text) {
  char bytes[1 << 16];
  while (in.read(bytes, sizeof bytes), in.gcount() > 0) {
    text.append(bytes, static_cast<std::size_t>(in.gcount()));
    if (text.size() > kMaxInput) return false;
  }
  return true;
}

int translate(const Words& words) {
  if (words.platform.empty()) return missing("translate", "--platform P");
  const adapters::Platform* platform = adapters::find_platform(words.platform);
  if (!platform) {
    std::cerr << fmt::format("onebridge translate: --platform: \"{}\" is not known; allowed: {}\n", words.platform,
                             platform_list());
    return kUsage;
  }
  TranslateOptions options{*platform, words.self, words.file == "-" ? "stdin" : words.file, now()};
  std::ifstream file;
  if (words.file != "-") file.open(words.file, std::ios::binary);
  if (!file) {
    std::cerr << fmt::format("{}: cannot be read: {}\n", words.file, std::strerror(errno));
    return 1;
  }
  std::string input;
  if (!read_all(words.file == "-" ? std::cin : file, input)) {
    std::cerr << fmt::format("{}: is longer than {} MiB\n", options.file, kMaxInput >> 20);
    return 1;
  }
  return translate(options, input, std::cout, std::cerr);
}

std::string versions() {
  return fmt::format("onebridge {}\nOneBot 12\nplatforms: {}\nlibraries: {}", ONEBRIDGE_VERSION, platform_list(),
                     ONEBRIDGE_LIBRARIES);
}

void add_ids(CLI::App& app, Words& words, int& code) {
  CLI::App* ids = app.add_subcommand("ids", "OneBot 11's numbers, of a data folder or of the bridge that runs on it");
  ids->require_subcommand(1);
  IdsOptions& given = words.ids;
  const auto add = [&](const char* name, const char* what, auto command) {
    CLI::App* made = ids->add_subcommand(name, what);
    made->callback([&given, &code, command] {
      given.wall = static_cast<std::int64_t>(now() * 1000);
      code = command(given, std::cout, std::cerr);
    });
    auto* config = made->add_option("--config", given.config, "Of the bridge, which may run: then by its [admin]");
    config->type_name("FILE");
    made->add_option("--data-dir", given.data_dir, "The data_dir of a bridge that does not run")
        ->capture_default_str()
        ->excludes(config);
    made->add_option("--platform", given.platform, "As in the configuration")->type_name("P");
    return made;
  };
  const auto add_kind = [&](CLI::App* made) {
    made->add_option("--kind", given.kind)->check(CLI::IsMember({"user", "group", "channel"}));
    return made;
  };
  add_kind(add("list", "One JSON line each", list_ids))
      ->add_option("TEXT", given.text, "That the native id or the name holds");
  add_kind(add("find", "Whose number that is, or which number somebody has", find_ids))
      ->add_option("WHAT", given.text, "A number or a native id")
      ->required();
  CLI::App* binding = add_kind(add("bind", "Give somebody a number; the old one is understood still", bind_id));
  binding->add_option("NATIVE", given.text, "As its platform names it")->required();
  binding->add_option("NUMBER", given.number, "A free one from 1 to 9007199254740991")->required();
  add_kind(add("export", "All of them, for import", export_ids));
  CLI::App* importing = add("import", "All or nothing; what clashes is listed", import_ids);
  importing->add_option("FILE", given.file, "What export wrote, or with --from another bridge's file; - is stdin");
  importing->add_option("--from", given.from, "Whose file it is")->check(CLI::IsMember({"onebots", "gensokyo"}));
  importing->add_option("--groups", given.groups, "Native ids of groups, one a line, for --from")->type_name("FILE");
}

void add_commands(CLI::App& app, Words& words, int& code) {
  const auto add = [&](const char* name, const char* what, auto command) {
    CLI::App* made = app.add_subcommand(name, what);
    made->callback([&words, &code, command] { code = command(words); });
    return made;
  };
  add("run", "Run the bridge until SIGTERM, SIGINT or SIGQUIT", run_with)
      ->add_option("--config,FILE", words.config, "The configuration, TOML; required")
      ->type_name("FILE");
  add("check", "Name every mistake in a configuration; exit code 2 when there is one", check)
      ->add_option("--config,FILE", words.config, "The configuration, TOML; required")
      ->type_name("FILE");
  CLI::App* translating = add("translate", "Print the OneBot events of recorded native payloads, one JSON line each",
                              [](const Words& given) { return translate(given); });
  translating->add_option("--platform", words.platform, "Required; one of: " + platform_list())->type_name("P");
  translating->add_option("--self", words.self, "user_id of the bot")->type_name("ID")->capture_default_str();
  translating->add_option("FILE", words.file, "One JSON document, or one per line; - is stdin")
      ->type_name("")
      ->capture_default_str();
  CLI::App* showing = add("demo", "Play the platforms on loopback and show their events; needs no credentials",
                          [](const Words& given) { return run_demo(given.demo); });
  showing->add_flag("--once", words.demo.once, "Show each platform once, then end");
  showing->add_option("--port", words.demo.port, "Where applications connect; 0 = any free port")
      ->type_name("PORT")
      ->check(CLI::Range(0, 65535))
      ->capture_default_str();
  add_ids(app, words, code);
  add("version", "Print the versions of onebridge, OneBot and the libraries", [](const Words&) {
    std::cout << versions() << '\n';
    return 0;
  });
  add("help", "Print this help", [&app](const Words&) {
    // App::help() would be that of the command that was given: of this one.
    std::cout << app.get_formatter()->make_help(&app, app.get_name(), CLI::AppFormatMode::Normal);
    return 0;
  });
  app.set_version_flag("--version", versions(), "Print the same versions");
}

}  // namespace

int command_line(int count, const char* const* words) {
  std::ios::sync_with_stdio(false);
  CLI::App app("A OneBot 12 bridge: chat platforms on one side, bot frameworks on the other.", "onebridge");
  app.require_subcommand(0, 1);
  Words given;
  int code = 0;
  add_commands(app, given, code);
  try {
    app.parse(count, words);
  } catch (const CLI::ParseError& error) {
    return app.exit(error, std::cout, std::cerr) == 0 ? 0 : kUsage;
  }
  if (app.get_subcommands().empty()) {
    std::cerr << app.help();
    return kUsage;
  }
  return code;
}

}  // namespace bridge
