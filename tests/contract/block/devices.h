// The devices that the contract suite runs on, and how a test drives one.
#pragma once

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "agent/block/device.h"
#include "agent/block/engine.h"
#include "shared/net/loop.h"

namespace contract {

inline constexpr std::uint64_t kDeviceSize = 16 * 1024 * 1024;  // bytes

struct OpenAs {
  bool readOnly = false;
};

// One device on its own loop. Its content lives as long as this, where it is kept at all.
class Rig {
 public:
  virtual ~Rig() = default;

  // Why this machine cannot have it; then no other call is made.
  [[nodiscard]] virtual std::string missing() const { return {}; }
  // Opens the device on its content; the one before is destroyed first. Null and a test failure when that fails.
  virtual scsi::BlockDevice* open(const OpenAs& as) = 0;
  // Destroys the device.
  virtual void close() = 0;
  // The device that administers its size, or nullptr where there is none.
  virtual block::Device* administered() = 0;
  // Lets what can go on go on, and waits a little for it.
  virtual void turn() = 0;

  bool keepsData = true;     // reads give what was written
  bool keepsContent = true;  // also after it was opened anew
  bool resizable = true;
  bool tellsHoles = true;    // extents are those of what was written
};

struct DeviceKind {
  std::string name;
  std::uint32_t blockSize;
  std::function<std::unique_ptr<Rig>()> make;
};
std::vector<DeviceKind> deviceKinds();
inline void PrintTo(const DeviceKind& kind, std::ostream* out) { *out << kind.name; }

}  // namespace contract
