// dump-sanctl-man FOLDER: the manual pages of sanctl, sanctl.1 and one for each command at the top, out of the tables.
#include <algorithm>
#include <fstream>
#include <iostream>

#include "isns-server/ctl/all_commands.h"
#include "isns-server/ctl/command_line.h"
#include "isns-server/ctl/help.h"
#include "shared/base/man_page.h"

namespace {

using namespace ctl;

constexpr std::size_t kUnwrapped = 100'000;  // troff breaks the lines
// What each help page has, and a page of several commands only once.
constexpr std::string_view kOnce[] = {"options of", "exit codes"};

using Tables = std::span<const CommandTable>;

void addBelow(base::ManPage& page, const Command& command, Tables tables, std::vector<const OptionFamily*>& families) {
  for (const Command* below : subcommands(tables, command.path)) {
    page.addPart(helpText(*below, tables, kUnwrapped), kOnce);
    if (below->family != nullptr && std::ranges::find(families, below->family) == families.end()) {
      families.push_back(below->family);
    }
    addBelow(page, *below, tables, families);
  }
}

std::string pageOf(const Command& command, std::string_view name, Tables tables) {
  base::ManPage page(name, '1', SANCTUM_VERSION);
  page.addHelp(helpText(command, tables, kUnwrapped));
  std::vector<const OptionFamily*> families;
  addBelow(page, command, tables, families);
  for (const OptionFamily* family : families) {
    page.beginSection("options of " + std::string(family->title));
    for (const help::Entry& entry : help::entries(family->options)) page.addTerm(entry.term, entry.says);
  }
  constexpr std::string_view kAlso[] = {"sanctl(1)"};
  page.addSeeAlso(kAlso);
  return page.text();
}

// Of the program itself: its commands have pages of their own.
std::string frontPage(const Command& program, Tables tables) {
  base::ManPage page("sanctl", '1', SANCTUM_VERSION);
  page.addHelp(helpText(program, tables, kUnwrapped));
  std::vector<std::string> names;
  for (const Command* command : subcommands(tables, ""))
    names.push_back("sanctl-" + std::string(command->path) + "(1)");
  names.emplace_back("isns-server(8)");
  names.emplace_back("san-agent(8)");
  const std::vector<std::string_view> also(names.begin(), names.end());
  page.addSeeAlso(also);
  return page.text();
}

bool write(const std::string& folder, const std::string& name, const std::string& text) {
  std::ofstream file(folder + "/" + name + ".1", std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file) std::cerr << folder << "/" << name << ".1 cannot be written\n";
  return !file.fail();
}

}  // namespace

int main(int count, char** words) {
  if (count != 2) {
    std::cerr << "usage: dump-sanctl-man FOLDER\n";
    return 2;
  }
  const std::string folder = words[1];
  const auto tables = allCommands();
  bool good = write(folder, "sanctl", frontPage(*findCommand(tables, ""), tables));
  for (const Command* command : subcommands(tables, "")) {
    const std::string name = "sanctl-" + std::string(command->path);
    good = write(folder, name, pageOf(*command, name, tables)) && good;
  }
  return good ? 0 : 1;
}
