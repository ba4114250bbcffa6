// Device: what agent/block adds to scsi::BlockDevice for whoever administers it: words, and another size.
//
// One thread, the owner's. A device is not destroyed inside done() of one of its requests. Destroyed with requests
// open, it ends each by done() before its destructor returns: those that the kernel has with their result, for which it
// waits; those that still waited for their turn with IoResult::Gone. What is submitted from those calls ends with Gone
// at once.
#pragma once

#include <functional>
#include <string>

#include "agent/scsi/block_device.h"
#include "shared/base/result.h"

namespace block {

enum class Shrink : std::uint8_t { Refuse, Allow };  // Allow: what lies behind the new end is lost

class Device : public scsi::BlockDevice {
 public:
  // For a log line: what it is and how it is reached, "file /srv/a.img, blocks of 512 bytes, thin, io_uring".
  [[nodiscard]] virtual std::string description() const = 0;

  // Another size, seen by geometry() at once; new blocks read as zeroes. Views stay good. For administrators: it may
  // wait for the disk, on the owner's thread. Refused by Error and without effect: shrinking unless it is allowed, or
  // while requests are open.
  virtual base::Status resize(std::uint64_t blocks, Shrink shrink) = 0;

  // Looks whether somebody else changed the size, and takes it over: true when geometry() tells another one now.
  virtual base::Result<bool> refresh() { return false; }
  // Called when refresh() has become worth a call: of devices that hear of another size by themselves. Never inside a
  // call of the device; it is not destroyed from it.
  virtual void setSizeAttention(std::function<void()> /*attention*/) {}
  // Called when what it is behind was lost, with why, and when it is back, with an empty text; lost for good too. Of
  // devices that are behind a network. Perhaps inside of a call of the device: it is only noted there.
  virtual void setReachAttention(std::function<void(const std::string& lostBecause)> /*attention*/) {}
};

}  // namespace block
