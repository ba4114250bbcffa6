#include "agent/app/disk_arguments.h"

#include <algorithm>
#include <charconv>
#include <iterator>

#include "agent/block/store_spec.h"
#include "shared/base/suggest.h"

namespace agent {
namespace {

constexpr std::string_view kHelp = R"(san-agent disk: a logical unit as a disk for programs of this machine.

usage: san-agent disk --store STORE --socket PATH [--initiator NAME] [--read-only] [--fuse FD]

It opens the store, and serves it as an NBD export without a name on a unix socket of mode 0600, until SIGTERM. A target
that goes away is logged in to again; requests wait for it, up to 60 seconds. The process stands by itself: no other one
of this suite has to run.

options:
  --store STORE      iscsi://HOST[:PORT]/TARGET/LUN[,user=NAME,secret=/PATH], or another store as in san-agent's
                     configuration (file:/PATH, /dev/NAME, memory:SIZE, nbd://HOST/EXPORT)
  --socket PATH      the socket; it is there from the moment on at which the disk can be used
  --initiator NAME   the iSCSI name as which to log in; else this machine's (/etc/iscsi/initiatorname.iscsi)
  --read-only        refuse writes, also where the store takes them
  --fuse FD          serve it as the file "disk" of a FUSE file system, too: the number of an open descriptor of
                     /dev/fuse on which that was mounted; for a loop device on it
  --help             print this page

examples:
  san-agent disk --store iscsi://10.0.0.7/iqn.2024-01.org.example:store/0 --socket /run/sanctum/disk0
      then: nbdinfo nbd+unix:///?socket=/run/sanctum/disk0
            qemu-system-x86_64 -drive driver=nbd,server.type=unix,server.path=/run/sanctum/disk0
            nbdfuse /mnt/disk0 nbd+unix:///?socket=/run/sanctum/disk0, and losetup on /mnt/disk0/nbd
            nbd-client -unix /run/sanctum/disk0 /dev/nbd0, where the kernel has NBD

signals: SIGTERM lets requests on their way end, flushes the store, then ends.

exit codes:
  0   ended by SIGTERM or SIGINT, and the store was flushed
  1   it could not begin, or the last flush failed
  2   the command line has a mistake
)";

struct OptionRow {
  std::string_view name;
  std::string DiskArguments::* value;
};
constexpr OptionRow kOptions[] = {
    {"--store", &DiskArguments::store},
    {"--socket", &DiskArguments::socket},
    {"--initiator", &DiskArguments::initiator},
    {"--fuse", &DiskArguments::fuse},
};
constexpr std::string_view kNames[] = {"--store", "--socket", "--initiator", "--fuse", "--read-only", "--help"};

base::Failure<base::Error> wrong(std::string text) {
  return base::fail("disk: " + std::move(text) + "; see san-agent disk --help");
}

}  // namespace

std::optional<int> descriptorOf(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 3) return std::nullopt;
  return number;
}

base::Result<DiskArguments> parseDiskArguments(std::span<const std::string> words) {
  DiskArguments arguments;
  bool readOnly = false;
  for (std::size_t at = 0; at < words.size(); ++at) {
    const std::string& word = words[at];
    if (word == "--help" || word == "-h") {
      arguments.help = true;
      return arguments;
    }
    if (word == "--read-only") {
      readOnly = true;
      continue;
    }
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    const auto row = std::find_if(std::begin(kOptions), std::end(kOptions),
                                  [&](const OptionRow& each) { return each.name == name; });
    if (row == std::end(kOptions)) {
      const auto near = base::nearest(name, kNames);
      return wrong("unknown word \"" + name + "\"" + (near ? ", did you mean \"" + std::string(*near) + "\"?" : ""));
    }
    std::string& value = arguments.*row->value;
    if (!value.empty()) return wrong(name + " is given twice");
    if (equals != std::string::npos) {
      value = word.substr(equals + 1);
    } else if (at + 1 < words.size()) {
      value = words[++at];
    }
    if (value.empty()) return wrong("a value is missing after " + name);
  }
  if (arguments.store.empty()) return wrong("--store is missing");
  if (arguments.socket.empty()) return wrong("--socket is missing");
  if (!arguments.fuse.empty() && !descriptorOf(arguments.fuse)) {
    return wrong("--fuse is the number of an open descriptor, from 3 on, not \"" + arguments.fuse + "\"");
  }
  const auto spec = block::parseStoreSpec(arguments.store);
  if (!spec) return wrong(spec.error().text);
  if (readOnly && !spec->file.readOnly) arguments.store += ",readonly";
  return arguments;
}

std::string_view diskHelpText() { return kHelp; }

}  // namespace agent
