#include "isns-server/app/arguments.h"

namespace app {
namespace {

constexpr std::string_view kHelp = R"(isns-server: an iSNS name server (RFC 4171)

usage: isns-server [OPTION...]                  serve
       isns-server [OPTION...] --check-config   print every setting that would hold, and its place
       isns-server [OPTION...] backup FILE      copy the database, also while a server has it open
       isns-server [OPTION...] verify FILE      read a backup through and say whether it is whole
       isns-server [OPTION...] restore FILE     put a verified backup in the place of the database
       isns-server [OPTION...] backup-keys FILE
                                                write the keys to a file, under a passphrase
       isns-server [OPTION...] restore-keys FILE
                                                put the keys of such a file back into the key folder

options:
  --config FILE     the configuration; /etc/sanctum/isns-server.toml if not given
  --set KEY=VALUE   one setting, which holds against the file (may be repeated)
  --help            print this page
  --version         print the version

examples:
  isns-server --check-config
      what the configuration file says, or its mistakes
  isns-server --config /dev/null --set store.kind=memory --set listen.addresses=127.0.0.1
              --set api.enabled=false --set http.enabled=false
      a server for a try, which keeps nothing and has no management
  isns-server backup /backup/registry.db
      a backup that can be restored, while the server runs

signals: SIGHUP reads the configuration again; SIGTERM ends when all answers have gone.

exit codes:
  0  done, or ended by SIGTERM or SIGINT
  1  it could not begin, or a backup, verification or restore failed
  2  the command line or the configuration has a mistake
)";

constexpr std::string_view kFileVerbs[] = {"backup", "verify", "restore", "backup-keys", "restore-keys"};
constexpr program::ArgumentRules kRules{"isns-server", kDefaultConfigPath, kFileVerbs};

}  // namespace

base::Result<program::Arguments> parseArguments(const std::vector<std::string>& words) {
  return program::parseArguments(kRules, words);
}

std::string_view helpText() { return kHelp; }

}  // namespace app
