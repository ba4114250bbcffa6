// The kernel's own iSCSI initiator, driven through open-iscsi's iscsiadm: a LUN of a target as /dev/sdX.
//
// Records and sessions are of an interface of their own, kInterface, so that what an administrator has set up by hand
// is never touched, and are not begun at boot by anybody else. Secrets go into the record, a file of root's with mode
// 0600, and into no argument. One portal of the target is used, the first that lets this host in: more of them would be
// devices of their own, which need multipathd.
//
// Blocking, for the worker of a root helper. Errors are sentences with what iscsiadm said. iscsiadm(8); sysfs of
// scsi_transport_iscsi.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/initiator/login_credentials.h"
#include "shared/base/result.h"

namespace attach {

inline constexpr std::string_view kInterface = "sanctum";

struct KernelLogin : initiator::LoginCredentials {
  std::string initiator;  // iSCSI names in their normal spelling
  std::string target;
  std::vector<std::string> portals;  // with their group tags: "10.0.0.1:3260,1", "[::1]:3260,1"
};

struct KernelFolders {
  std::string records = "/etc/iscsi/nodes";
  std::string sys = "/sys";
};

class KernelInitiator {
 public:
  explicit KernelInitiator(KernelFolders folders = {}) : folders_(std::move(folders)) {}

  // Why it cannot be used here; empty: it can.
  [[nodiscard]] std::string whyNot() const;
  // The block device of a LUN: logs in where there is no session yet, looks for new LUNs where there is one.
  base::Result<std::string> attach(const KernelLogin& login, std::uint32_t lun) const;
  // The kernel forgets the device, of which nobody has anything; where it was the target's last one, the session ends.
  [[nodiscard]] base::Status detach(const std::string& device, const std::string& target) const;
  // Looks at its size anew.
  [[nodiscard]] base::Status rescan(const std::string& device) const;

  // ---- pure, for tests
  // The record with what a login needs in the place of what it had.
  static std::string recordWith(std::string_view record, const KernelLogin& login);
  [[nodiscard]] std::string deviceOf(std::string_view target, std::uint32_t lun) const;

 private:
  base::Status logIn(const KernelLogin& login) const;
  base::Status logIn(const KernelLogin& login, const std::string& portal) const;
  base::Status prepareRecord(const KernelLogin& login, const std::string& portal) const;
  // Of this interface.
  [[nodiscard]] std::string sessionOf(std::string_view target) const;
  [[nodiscard]] std::vector<std::string> devicesOf(std::string_view target) const;

  KernelFolders folders_;
};

}  // namespace attach
