#include "agent/app/arguments.h"

#include <span>

namespace agent {
namespace {

constexpr std::string_view kHelp = R"(san-agent: iSCSI targets for storage servers, disks for hosts (RFC 7143)

usage: san-agent [OPTION...]                  serve
       san-agent [OPTION...] --check-config   print every setting that would hold, and its place
       san-agent disk ...                     a logical unit as a disk of this machine; see san-agent disk --help
       san-agent attach ...                   makes the disks of a host into block devices; see san-agent attach --help

options:
  --config FILE     the configuration; /etc/sanctum/agent.toml if not given
  --set KEY=VALUE   one setting, which holds against the file (may be repeated)
  --help            print this page
  --version         print the version

examples:
  san-agent --check-config
      what the configuration file says, or its mistakes
  san-agent --config try.toml --set state.folder=/tmp/try --set control.socket=/tmp/try.sock
      an agent for a try, beside one that runs

A running agent is asked and changed by `sanctl agent`.

signals: SIGHUP reads the configuration again; SIGTERM asks all sessions to log out, then ends.

exit codes:
  0  done, or ended by SIGTERM or SIGINT
  1  it could not begin
  2  the command line or the configuration has a mistake
)";

constexpr program::ArgumentRules kRules{"san-agent", kDefaultConfigPath};

}  // namespace

base::Result<Arguments> parseArguments(const std::vector<std::string>& words) {
  Arguments arguments;
  if (!words.empty() && words[0] == "disk") {
    auto disk = parseDiskArguments(std::span(words).subspan(1));
    if (!disk) return base::fail(disk.error());
    arguments.disk = std::move(*disk);
    return arguments;
  }
  if (!words.empty() && words[0] == "attach") {
    auto attach = parseAttachArguments(std::span(words).subspan(1));
    if (!attach) return base::fail(attach.error());
    arguments.attach = std::move(*attach);
    return arguments;
  }
  auto parsed = program::parseArguments(kRules, words);
  if (!parsed) return base::fail(parsed.error());
  static_cast<program::Arguments&>(arguments) = std::move(*parsed);
  return arguments;
}

std::string_view helpText() { return kHelp; }

}  // namespace agent
