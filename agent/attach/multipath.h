// Maps of device-mapper multipath: which one has taken the paths of a unit, and what multipathd is told of it.
//
// Reads sysfs, and runs the programs of multipath-tools. Blocking, for the worker of a root helper. Errors are
// sentences. multipath(8), multipathd(8); the kernel's Documentation/ABI/testing/sysfs-block-dm.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/attach/system_folders.h"
#include "shared/base/clock.h"
#include "shared/base/result.h"

namespace attach {

struct MultipathMap {
  std::string block;                // "dm-3"
  std::string name;                 // "mpatha"
  std::vector<std::string> slaves;  // "sda", "sdb"; in order
};

class Multipath {
 public:
  explicit Multipath(SystemFolders folders = {}) : folders_(std::move(folders)) {}

  // multipathd is there, and makes maps.
  [[nodiscard]] bool runs() const;
  // The map that has taken one of these block devices ("sda").
  [[nodiscard]] std::optional<MultipathMap> over(const std::vector<std::string>& blocks) const;
  // Has this block device ("sda") taken into a map, also where find_multipaths waits for somebody to name it: its WWID
  // goes into the file of those. An Error where multipath.conf leaves it out. `limit`: of each of two programs.
  [[nodiscard]] base::Status claim(const std::string& block, base::Duration limit) const;
  // It is there no more; an Error where somebody uses it.
  [[nodiscard]] base::Status flush(const MultipathMap& map) const;
  // It takes the size of its paths.
  [[nodiscard]] base::Status resize(const MultipathMap& map) const;

 private:
  static constexpr base::Duration kProgramTime = std::chrono::seconds(20);
  [[nodiscard]] base::Status run(std::vector<std::string> words, base::Duration limit = kProgramTime) const;

  SystemFolders folders_;
};

}  // namespace attach
