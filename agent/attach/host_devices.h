// HostDevices: makes disk processes, and block devices of what they serve, by the best means that this machine has.
// What the root helper of an agent does.
//
//   FOLDER/disks/ID/     control, nbd      sockets of the process; of the agent's user
//   FOLDER/devices/ID/   means, device, client, target, lun, unit, name, file/
//                        root's: what was made, of what, who connected an NBD device, and the mount point of a FUSE
//                        file
//   NAMES/TARGET/lun-N   a link to the device
//
// Whoever asks is not trusted beyond that: an id is hexadecimal digits, a target an iSCSI name, nothing else of a
// question reaches a path or an argument, and root writes into root's folders alone. It keeps nothing in memory: what
// is there is read from the folders, so that it may end and begin again at any time.
//
// Blocking; one thread at a time, any. Errors are sentences.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/attach/kernel_initiator.h"
#include "agent/attach/run_program.h"
#include "shared/base/result.h"

namespace attach {

enum class Means : std::uint8_t {
  Kernel,  // the kernel's own iSCSI initiator, by open-iscsi (kernel_initiator.h); there is no process of ours then
  Nbd,     // the kernel's NBD client on the process's socket (nbd-client)
  Fuse,    // a FUSE file of the process, and a loop device on it (losetup)
  Socket,  // no block device: the NBD socket itself
};
inline constexpr std::string_view kMeansWords[] = {"kernel", "nbd", "fuse", "socket"};
constexpr std::string_view wordOf(Means means) { return kMeansWords[static_cast<std::size_t>(means)]; }
std::optional<Means> meansOf(std::string_view word);

struct DeviceSettings {
  std::string folder;               // absolute; made where it is missing
  std::string names;                // of links; empty: none
  std::optional<ProcessUser> user;  // of disk processes; nothing: this process's
  std::string program;              // san-agent
  std::optional<Means> means;       // nothing: the best
  KernelFolders kernel{};
};

struct MadeDevice {
  std::string id;
  Means means = Means::Socket;
  std::string device;  // empty: none yet, nor what follows
  std::string target;
  std::uint32_t lun = 0;
  std::string unit;
};

class HostDevices {
 public:
  static constexpr std::size_t kMaxDisks = 1024;

  explicit HostDevices(DeviceSettings settings) : settings_(std::move(settings)), kernel_(settings_.kernel) {}

  // Makes the folders, and looks what this machine can do.
  base::Status open();
  [[nodiscard]] Means means() const { return means_; }
  // Why it is these, and not better ones.
  [[nodiscard]] const std::string& reason() const { return reason_; }

  // A process that waits to be told which disk it is.
  base::Status start(std::string_view id, std::string_view initiator);
  // Of a disk whose process serves. The same again gives the device that is there, and leads its name to it.
  struct Wanted {
    std::string id;
    std::string target;
    std::uint32_t lun = 0;
    std::string unit;  // its designator, to be told again
    std::uint32_t blockSize = 512;
    bool readOnly = false;
    KernelLogin login{};  // with Means::Kernel, names and portals and proofs
  };
  struct Made {
    std::string device;
    std::string lost{};  // not empty: why it reaches the unit no more; it is to be taken away, and made anew
  };
  base::Result<Made> makeDevice(const Wanted& wanted);
  // As it was noted last; empty: there is none.
  [[nodiscard]] std::string noted(std::string_view id) const;
  // Looks at the size anew.
  base::Status resize(std::string_view id);
  // Makes the block device read-only, or writable again; of the kernel's own initiator by what the target says now.
  struct Guarded {
    std::string stuck;  // not empty: why it stays as it is until it is made anew
  };
  base::Result<Guarded> protect(std::string_view id, bool readOnly);
  struct Removed {
    std::string user;       // not empty: who uses it; nothing was done
    std::string unwritten;  // not empty: why what the page cache held could not be written back; it is lost
  };
  // The block device and its link. What of it is there.
  base::Result<Removed> removeDevice(std::string_view id);
  // Folders and mounts, when the process has ended.
  base::Status clear(std::string_view id);
  [[nodiscard]] base::Result<std::vector<MadeDevice>> list() const;

 private:
  [[nodiscard]] std::string diskFolder(std::string_view id) const {
    return settings_.folder + "/disks/" + std::string(id);
  }
  [[nodiscard]] std::string deviceFolder(std::string_view id) const {
    return settings_.folder + "/devices/" + std::string(id);
  }
  [[nodiscard]] std::string socketOf(std::string_view id) const { return diskFolder(id) + "/nbd"; }
  [[nodiscard]] std::string mountOf(std::string_view id) const { return deviceFolder(id) + "/file"; }
  [[nodiscard]] MadeDevice made(std::string_view id) const;
  void choose();
  [[nodiscard]] base::Status freeOfOthers(const MadeDevice& there, const Wanted& wanted) const;
  base::Status begin(std::string_view id, std::string_view initiator) const;
  base::Result<Removed> removeBlockDevice(const MadeDevice& there) const;
  base::Result<Removed> removeOfKernel(const MadeDevice& there) const;
  base::Result<std::string> makeLoop(const Wanted& wanted) const;
  base::Result<std::string> makeNbd(const Wanted& wanted) const;
  base::Status link(const Wanted& wanted, const std::string& device) const;
  void unlink(std::string_view id) const;

  DeviceSettings settings_;
  KernelInitiator kernel_;
  Means means_ = Means::Socket;
  std::string reason_;
};

}  // namespace attach
