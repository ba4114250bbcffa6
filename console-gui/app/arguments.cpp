#include "console-gui/app/arguments.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

namespace console {
namespace {

// Each option on a line of its own: two blanks, its name and value, what it says.
class HelpForm : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App* app, std::string, CLI::AppFormatMode) const override {
    std::string out =
        app->get_name() + ": " + app->get_description() + "\n\nusage: " + app->get_name() + " [OPTION...]\n";
    out += "\noptions:\n";
    for (const CLI::Option* option : app->get_options()) {
      std::string term = "--" + option->get_lnames().front();
      if (option->get_items_expected() != 0) term += " " + option->get_type_name();
      out += "  " + term + std::string(std::max<std::size_t>(kColumn, term.size() + 2) - term.size(), ' ');
      out += option->get_description() + "\n";
    }
    return out + app->get_footer();
  }

 private:
  static constexpr std::size_t kColumn = 22;
};

constexpr const char* kRest = R"(
examples:
  san-console --demo
      look around in a SAN that needs no server
  san-console --server san.example.com --page access
      log in, and ask who reaches what

exit codes:
  0  the window was closed, or pages were saved
  1  what was asked for could not be opened or saved
  2  the command line has a mistake
)";

void declare(CLI::App& commands, Arguments& arguments) {
  commands.formatter(std::make_shared<HelpForm>());
  commands.footer(kRest);
  commands.add_flag("--demo", arguments.demo, "open the demo SAN, which needs no server");
  commands.add_option("--file", arguments.file, "open a saved snapshot")->type_name("FILE");
  commands.add_option("--server", arguments.server, "the management server to log in to")->type_name("HOST[:PORT]");
  commands.add_flag("--as-sanctl", arguments.asSanctl, "the server and the login that sanctl used last");
  commands.add_option("--page", arguments.page, "the page to open: overview, topology, access, zoning, ...")
      ->type_name("PAGE");
  commands
      .add_option("--language", arguments.language,
                  "the language, for this run: en, de; pseudo and mirror are checks of the texts")
      ->type_name("CODE");
  commands
      .add_option("--save-pages", arguments.savePages,
                  "save each page of what is opened as PNG in this folder, and end")
      ->type_name("FOLDER");
  commands
      .add_option("--pictures", arguments.pictures, "save each page of the demo SAN as PNG in this folder, and end")
      ->type_name("FOLDER");
  commands.add_flag("--until-shown", arguments.untilShown,
                    "say when the first page is painted with what was opened, and end: for measuring");
  commands.set_help_flag("--help", "print this page");
  commands.set_version_flag("--version", SANCTUM_VERSION, "print the version");
}

constexpr const char* kSummary = "see the SAN, zone it, know the effect before, prove it after";
constexpr const char* kProgram = "san-console";

}  // namespace

std::string helpText() {
  CLI::App commands(kSummary, kProgram);
  Arguments unused;
  declare(commands, unused);
  return commands.help();
}

std::optional<Ended> readArguments(int argc, char** argv, Arguments& arguments) {
  CLI::App commands(kSummary, kProgram);
  declare(commands, arguments);
  try {
    commands.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return Ended{commands.exit(error) == 0 ? 0 : 2};
  }
  return std::nullopt;
}

bool lacksDisplay(int argc, char** argv) {
  const auto given = [](const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0';
  };
  const bool chosen =
      std::any_of(argv + 1, argv + argc, [](std::string_view word) { return word.starts_with("-platform"); });
  return !chosen && !given("DISPLAY") && !given("WAYLAND_DISPLAY") && !given("QT_QPA_PLATFORM");
}

bool needsDisplay(int argc, char** argv) {
  constexpr std::array<std::string_view, 4> kWithout = {"--help", "--version", "--pictures", "--save-pages"};
  return std::none_of(argv + 1, argv + argc, [&](std::string_view word) {
    return std::any_of(kWithout.begin(), kWithout.end(), [&](std::string_view one) { return word.starts_with(one); });
  });
}

}  // namespace console
