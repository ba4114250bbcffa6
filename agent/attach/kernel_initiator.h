// The kernel's own iSCSI initiator, driven through open-iscsi's iscsiadm: a LUN of a target as a block device.
//
// Records and sessions are of an interface of their own, kInterface, so that what an administrator has set up by hand
// is never touched, and are not begun at boot by anybody else. Secrets go into the record, a file of root's with mode
// 0600, and into no argument. Each portal would be a device of its own (/dev/sdX). So all of them are used where
// multipathd runs, which makes one of them (/dev/dm-N); else one portal, the first that lets this host in.
//
// A device is known by its target and LUN and never by its name, which the kernel gives to another one later. Nor does
// the kernel look by itself whether another unit stands behind the LUN by now: it is asked to before its word counts.
//
// Blocking, for the worker of a root helper. Errors are sentences with what iscsiadm said. iscsiadm(8); sysfs of
// scsi_transport_iscsi.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "agent/attach/kernel_record.h"
#include "agent/attach/multipath.h"
#include "agent/attach/system_folders.h"
#include "shared/base/clock.h"
#include "shared/base/result.h"

namespace attach {

inline constexpr std::string_view kInterface = "sanctum";

struct KernelFolders : SystemFolders {
  std::string records = "/etc/iscsi/nodes";
  base::Duration mapTime = std::chrono::seconds(3);       // that multipathd may take to make a map
  base::Duration portalPause = std::chrono::seconds(50);  // until a portal that let nobody in is tried again
  // After which attach() begins no further login. A silent portal takes 5 s.
  base::Duration loginTime = std::chrono::seconds(6);
};

class KernelInitiator {
 public:
  explicit KernelInitiator(KernelFolders folders = {}) : folders_(std::move(folders)), multipath_(folders_) {}

  // Why it cannot be used here; empty: it can.
  [[nodiscard]] std::string whyNot() const;
  // What is used of a target, for people.
  [[nodiscard]] std::string manner() const;
  // The block device of a LUN: logs in where there is no session yet, looks for new LUNs where there is one. The same
  // again also logs in to portals that have come since; to one that let nobody in after a while only, as each attempt
  // may take seconds, and others wait. For the same reason it may end before it has tried all portals: the next call
  // begins with those that were not tried, or longest ago. `unit`: a designator that it is to have; an Error where a
  // path says that it is another one, or cannot be asked, as one that is in use stays where it was. Empty: none is
  // asked for. `noted`: the device that it has by now, which stays its own while it cannot be asked.
  base::Result<std::string> attach(const KernelLogin& login, std::uint32_t lun, const std::string& unit = {},
                                   const std::string& noted = {});
  // Its block devices: the map of multipathd, and the paths that this has not taken.
  [[nodiscard]] std::vector<std::string> devicesOf(std::string_view target, std::uint32_t lun) const;
  // The one to be used: the map, else the device of the first path; empty: none.
  [[nodiscard]] std::string deviceOf(std::string_view target, std::uint32_t lun) const;
  // What the paths of the device that is used say of the unit behind them, asked anew. One that says nothing of itself
  // is the one that is wanted.
  enum class Behind : std::uint8_t {
    Wanted,
    Another,   // by a path at least
    Unproven,  // a path cannot be asked: its session is away, or it was set offline
  };
  [[nodiscard]] Behind behind(std::string_view target, std::uint32_t lun, const std::string& unit) const;
  // Why its device reaches the unit no more, nor will again; empty: it may. `unit`: empty where it has no designator.
  [[nodiscard]] std::string whyLost(std::string_view target, std::uint32_t lun, const std::string& unit) const;
  // Nothing more reaches the unit over its paths, for good: what was written meanwhile has failed, and whoever brought
  // them back could not ask first which unit it is.
  [[nodiscard]] base::Status setOffline(std::string_view target, std::uint32_t lun) const;
  // The kernel forgets its paths, of which nobody has anything; where they were the target's last ones, its sessions
  // end.
  [[nodiscard]] base::Status detach(std::string_view target, std::uint32_t lun) const;
  // The kernel looks anew at its paths: how large they are, and whether they may be written. An Error where one cannot
  // be asked: its session is away, or it was set offline. The kernel does not ask it by itself when it is back.
  [[nodiscard]] base::Status rescan(std::string_view target, std::uint32_t lun) const;
  // ... and the map that is over them takes their size. It does not while a path of it cannot be asked.
  [[nodiscard]] base::Status resize(std::string_view target, std::uint32_t lun) const;

 private:
  // One block device ("sda") of one session.
  struct Path {
    std::string block;
    std::string session;  // its number
    std::uint32_t lun = 0;
  };
  base::Status logIn(const KernelLogin& login, bool everyPortal);
  base::Status logIn(const KernelLogin& login, const std::string& portal) const;
  // For the next program.
  [[nodiscard]] base::Duration timeLeft() const;
  [[nodiscard]] std::vector<std::string> inTurn(const KernelLogin& login) const;
  base::Status prepareRecord(const KernelLogin& login, const std::string& portal) const;
  base::Status logOut(const std::string& target) const;
  base::Status lookForUnits(std::string_view target, std::uint32_t lun) const;
  // Of this interface.
  [[nodiscard]] std::vector<std::string> sessionsOf(std::string_view target) const;
  [[nodiscard]] bool hasSession(std::string_view target, const std::string& portal) const;
  [[nodiscard]] std::vector<Path> pathsOf(std::string_view target) const;
  [[nodiscard]] std::vector<std::string> blocksOf(std::string_view target, std::uint32_t lun) const;
  // The paths of what deviceOf() says.
  [[nodiscard]] std::vector<std::string> usedBlocksOf(std::string_view target, std::uint32_t lun) const;
  [[nodiscard]] std::string stateOf(const std::string& block) const;
  // It cannot be asked now: the kernel would do nothing, or wait for its session.
  [[nodiscard]] bool isSilent(const std::string& block) const;
  // Writes a word into a file of the kernel about each path; the first Error, after all.
  [[nodiscard]] base::Status tell(const std::vector<std::string>& blocks, const char* file,
                                  std::string_view word) const;

  KernelFolders folders_;
  Multipath multipath_;
  static std::string placeOf(const KernelLogin& login, const std::string& portal) {
    return login.target + " " + portal;
  }
  base::TimePoint until_{};                        // attach() is to have ended
  std::map<std::string, base::TimePoint> failed_;  // by placeOf(): a session could not be made, when
};

}  // namespace attach
