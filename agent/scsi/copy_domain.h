// CopyDomain: the units between which third-party copies may go, and the ROD tokens that are shared between them.
//
// The transport implements UnitDirectory: what one initiator sees through its session. A copy never goes to a unit that
// the directory does not give for the nexus that ordered it, and uses the nexus that it gives there, with its rights
// (read-only map, reservations); before every piece it asks again, so that a map that changed holds at once. All units
// of a domain belong to one thread, the domain too; it outlives them. SPC-4 5.17 (third-party copies).
#pragma once

#include <functional>
#include <vector>

#include "agent/scsi/rod_tokens.h"
#include "shared/base/bytes.h"

namespace scsi {

class Disk;
class Nexus;
struct UnitIdentity;

// A unit as one initiator sees it. The nexus is the unit's, of the same session.
struct CopyUnit {
  Disk* disk = nullptr;
  Nexus* nexus = nullptr;

  friend bool operator==(const CopyUnit&, const CopyUnit&) = default;
};

class UnitDirectory {
 public:
  virtual ~UnitDirectory() = default;
  // Appends the units of the session that `nexus`, of `asked`, belongs to, `asked` among them. No detached nexus.
  virtual void unitsOf(Disk& asked, const Nexus& nexus, std::vector<CopyUnit>& out) = 0;
};

class CopyDomain {
 public:
  CopyDomain(UnitDirectory& directory, RandomBytes random, TokenLimits limits = {})
      : directory_(directory), tokens_(std::move(random), limits) {}
  CopyDomain(const CopyDomain&) = delete;
  CopyDomain& operator=(const CopyDomain&) = delete;

  [[nodiscard]] RodTokens& tokens() { return tokens_; }
  // The unit that carries this designation descriptor (header of four bytes and designator), or none: also where two
  // units carry it, since a copy to the wrong one would be worse than none.
  CopyUnit find(Disk& asked, const Nexus& nexus, base::ByteView designation);
  // `unit` is still one of those that the initiator sees.
  bool reaches(Disk& asked, const Nexus& nexus, const CopyUnit& unit);
  // The same unit as this initiator sees it, or none.
  CopyUnit viewOf(Disk& asked, const Nexus& nexus, const Disk& unit);

 private:
  const std::vector<CopyUnit>& units(Disk& asked, const Nexus& nexus);

  UnitDirectory& directory_;
  RodTokens tokens_;
  std::vector<CopyUnit> units_;  // the last answer; kept for its memory
};

}  // namespace scsi
