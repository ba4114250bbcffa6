#include "agent/app/disk_arguments.h"

#include "agent/app/option_words.h"
#include "agent/block/store_spec.h"
#include "shared/base/whole_number.h"

namespace agent {
namespace {

constexpr std::string_view kDiskHelp = R"(san-agent disk: a logical unit as a disk for programs of this machine

usage: san-agent disk --store STORE --socket PATH [--initiator NAME] [--read-only] [--fuse FD]
       san-agent disk --control PATH --socket PATH [--initiator NAME] [--fuse FD]

It opens the store, and serves it as an NBD export without a name on a unix socket of mode 0600, until SIGTERM. A target
that goes away is logged in to again; requests wait for it, up to 60 seconds. The process stands by itself: no other one
of this suite has to run.

With --control it is told what disk it is, and asked how it does, on a second unix socket of mode 0600 (root and its own
user): one JSON object a line, disk.configure, disk.status and disk.stop of the reference page of the control socket. It
reaches the unit over several portals at once then. Whoever directs it may go and come again: the disk goes on.

options:
  --store STORE      iscsi://HOST[:PORT]/TARGET/LUN[,user=NAME,secret=/PATH], or another store as in san-agent's
                     configuration (file:/PATH, /dev/NAME, memory:SIZE, nbd://HOST/EXPORT)
  --control PATH     instead of a store: the socket on which it is told what disk it is
  --socket PATH      the socket; it is there from the moment on at which the disk can be used
  --initiator NAME   the iSCSI name as which to log in; this machine's (/etc/iscsi/initiatorname.iscsi) if not
                     given
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
  0  ended by SIGTERM or SIGINT, and the store was flushed
  1  it could not begin, or the last flush failed
  2  the command line has a mistake
)";

base::Failure<base::Error> wrong(const std::string& text) { return wrongOptions("disk", text); }

}  // namespace

std::optional<int> descriptorOf(std::string_view text) {
  const auto number = base::wholeNumber<int>(text);
  return number && *number >= 3 ? number : std::nullopt;
}

base::Result<DiskArguments> parseDiskArguments(std::span<const std::string> words) {
  DiskArguments arguments;
  bool readOnly = false;
  const OptionWord options[] = {{"--store", &arguments.store},   {"--control", &arguments.control},
                                {"--socket", &arguments.socket}, {"--initiator", &arguments.initiator},
                                {"--fuse", &arguments.fuse},     {"--read-only", nullptr, &readOnly}};
  const auto read = readOptions("disk", words, options);
  if (!read) return base::fail(read.error());
  arguments.help = *read;
  if (arguments.help) return arguments;
  if (arguments.store.empty() && arguments.control.empty()) return wrong("--store is missing");
  if (arguments.socket.empty()) return wrong("--socket is missing");
  if (!arguments.fuse.empty() && !descriptorOf(arguments.fuse)) {
    return wrong("--fuse is the number of an open descriptor, from 3 on, not \"" + arguments.fuse + "\"");
  }
  if (!arguments.control.empty()) {
    if (!arguments.store.empty()) return wrong("--store and --control exclude each other");
    if (readOnly) return wrong("--read-only goes with --store; with --control, disk.configure says it");
    return arguments;
  }
  const auto spec = block::parseStoreSpec(arguments.store);
  if (!spec) return wrong(spec.error().text);
  if (readOnly && !spec->file.readOnly) arguments.store += ",readonly";
  return arguments;
}

std::string_view diskHelpText() { return kDiskHelp; }

}  // namespace agent
