// How the protocol loop and the management server's thread speak with each other: committed changes one way, decisions the
// other. Each side calls the other's functions, which only pass on; nobody waits.
#pragma once

#include "db/store/store_thread.h"
#include "isns-server/core/managed_change.h"
#include "isns-server/core/name_guards.h"
#include "shared/base/id_set.h"
#include "shared/san/windows_held.h"

namespace app {

// Of the management server; called on the protocol loop's thread.
class ManagementLink {
 public:
  virtual ~ManagementLink() = default;
  virtual void committed(const store::Batch& batch) = 0;
  virtual void verdict(std::uint64_t ticket, const core::ManagedVerdict& verdict) = 0;
  virtual void result(const core::ManagedResult& result) = 0;
  // What the windows say of the time, as far as the model knows them.
  [[nodiscard]] virtual san::WindowsHeld windowsAt(san::Seconds time) const = 0;
};

// Of the protocol loop; called on the management server's thread. False: too much waits there, try again later.
class ProtocolLink {
 public:
  virtual ~ProtocolLink() = default;
  // Its verdict and its result come by ManagementLink.
  [[nodiscard]] virtual bool carryOut(core::ManagedChange change) = 0;
  [[nodiscard]] virtual bool lockDomains(base::IdSet domains, base::IdSet sets) = 0;
  [[nodiscard]] virtual bool guardNames(std::shared_ptr<const core::NameGuards> guards) = 0;
  // On the store's reading thread.
  [[nodiscard]] virtual bool read(store::StoreThread::Reading reading) = 0;
};

}  // namespace app
