#include "agent/app/attach_arguments.h"

#include "agent/app/option_words.h"

namespace agent {
namespace {

constexpr std::string_view kAttachHelp =
    R"(san-agent attach: makes the disks of a host into block devices, for a san-agent that runs beside it

usage: san-agent attach [--folder PATH] [--names PATH] [--user NAME] [--means kernel|nbd|fuse|socket]

It is the one part that runs as root. It starts a process for each disk (san-agent disk, as the agent's user), and makes
a block device of what that serves, by the best means that this machine has. Which disks there are is the agent's
to say, over a unix socket; nothing that comes from a network is read here. Disks go on when it ends.

options:
  --folder PATH   sockets and mount points; /run/sanctum-attach if not given. The agent knows it as host.helper,
                  PATH/attach.sock
  --names PATH    where links to the devices stand, TARGET/lun-N; /dev/sanctum/by-target if not given; none: no links
  --user NAME     the agent's user, as whom disks run and who may ask; sanctum if not given. Where it is not
                  root that runs this, it is the user of this process
  --means WORD    kernel: the kernel's own iSCSI initiator, by open-iscsi; nbd: the kernel's NBD client; fuse: a FUSE
                  file with a loop device on it; socket: no block device, an NBD export on a unix socket. If not given,
                  the first of them that works here
  --help          print this page

examples:
  san-agent attach
      then, in /etc/sanctum/agent.toml: [host] enabled = true
  san-agent attach --folder /tmp/try --names /tmp/try/by-target --means fuse
      a helper for a try

signals: SIGTERM ends it; disks stay.

exit codes:
  0  ended by SIGTERM or SIGINT
  1  it could not begin
  2  the command line has a mistake
)";

}  // namespace

base::Result<AttachArguments> parseAttachArguments(std::span<const std::string> words) {
  AttachArguments arguments;
  std::string means;
  const OptionWord options[] = {
      {"--folder", &arguments.folder}, {"--names", &arguments.names}, {"--user", &arguments.user}, {"--means", &means}};
  const auto read = readOptions("attach", words, options);
  if (!read) return base::fail(read.error());
  arguments.help = *read;
  if (arguments.help) return arguments;
  for (const std::string* path : {&arguments.folder, &arguments.names}) {
    if (*path != "none" && !path->starts_with('/')) return wrongOptions("attach", *path + " is no absolute path");
  }
  if (arguments.names == "none") arguments.names.clear();
  if (!means.empty()) {
    arguments.means = attach::meansOf(means);
    if (!arguments.means) return wrongOptions("attach", "--means is kernel, nbd, fuse or socket, not \"" + means + "\"");
  }
  return arguments;
}

std::string_view attachHelpText() { return kAttachHelp; }

}  // namespace agent
