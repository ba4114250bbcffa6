// Opening: a store that is reached over a network, on its way to become a Device.
//
// It connects by itself from its making on and goes on trying, with pauses that grow to a bound, until it is taken or
// destroyed; nothing of it blocks. One thread, that of its loop. The owner is borrowed and outlives it.
#pragma once

#include <memory>

#include "agent/block/device.h"

namespace block {

class OpeningOwner {
 public:
  // take() would answer something else than before. Never inside a call of the opening; it may be destroyed from here.
  virtual void onOpeningChanged() = 0;

 protected:
  ~OpeningOwner() = default;
};

class Opening {
 public:
  virtual ~Opening() = default;

  // The device, once it is connected; after that the opening has nothing left to do. Else the Error says what is waited
  // for, or why the last attempt failed.
  virtual base::Result<std::unique_ptr<Device>> take() = 0;
};

}  // namespace block
