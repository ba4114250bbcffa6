#include "agent/scsi/copy_domain.h"

#include <algorithm>

#include "agent/scsi/designator.h"
#include "agent/scsi/disk.h"

namespace scsi {

const std::vector<CopyUnit>& CopyDomain::units(Disk& asked, const Nexus& nexus) {
  units_.clear();
  directory_.unitsOf(asked, nexus, units_);
  return units_;
}

namespace {

// Designators are the same if code set, type and value are; PROTOCOL IDENTIFIER and PIV say nothing about a unit.
bool sameDesignation(base::ByteView a, base::ByteView b) {
  constexpr std::uint8_t kCodeSet = 0x0f;
  constexpr std::uint8_t kAssociationAndType = 0x3f;
  return (a[0] & kCodeSet) == (b[0] & kCodeSet) && (a[1] & kAssociationAndType) == (b[1] & kAssociationAndType) &&
         a[3] == b[3] && base::equal(a.subspan(4, a[3]), b.subspan(4, b[3]));
}

bool carries(const Disk& disk, base::ByteView designation) {
  base::Bytes own;
  appendUnitDesignations(own, disk.identity());
  for (base::ByteView rest = own; !rest.empty(); rest = rest.subspan(4U + rest[3])) {
    if (sameDesignation(rest, designation)) return true;
  }
  return false;
}

}  // namespace

CopyUnit CopyDomain::find(Disk& asked, const Nexus& nexus, base::ByteView designation) {
  if (designation.size() < 4 || designation.size() < 4U + designation[3]) return {};
  CopyUnit found;
  for (const CopyUnit& unit : units(asked, nexus)) {
    if (!carries(*unit.disk, designation)) continue;
    if (found.disk != nullptr && found.disk != unit.disk) return {};
    // Mapped twice, at two LUNs: either serves, one that may be written serves for more.
    if (found.disk == nullptr || found.nexus->readOnly) found = unit;
  }
  return found;
}

bool CopyDomain::reaches(Disk& asked, const Nexus& nexus, const CopyUnit& unit) {
  const std::vector<CopyUnit>& all = units(asked, nexus);
  return std::find(all.begin(), all.end(), unit) != all.end();
}

CopyUnit CopyDomain::viewOf(Disk& asked, const Nexus& nexus, const Disk& unit) {
  for (const CopyUnit& seen : units(asked, nexus)) {
    if (seen.disk == &unit) return seen;
  }
  return {};
}

}  // namespace scsi
