// Vital product data pages (SPC-4 7.8, SBC-3 6.6) as one table: page code, name, what writes its body.
//
// Pure functions of the disk's identity, settings and geometry. One owner, the unit's thread.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "shared/base/bytes.h"

namespace scsi {

class Disk;
class Nexus;

struct VpdRow {
  std::uint8_t page;
  std::string_view name;
  void (*body)(Disk&, const Nexus&, base::Bytes&);  // appends what follows PAGE LENGTH
  bool ofCopy = false;                              // there only where third-party copy is
};
std::span<const VpdRow> vpdTable();

// The body of page 8fh, in copy_vpd.cpp.
void appendThirdPartyCopy(Disk& disk, const Nexus& nexus, base::Bytes& out);

// Appends the whole page; false, and nothing, if there is none of that code.
bool appendVpdPage(Disk& disk, const Nexus& nexus, std::uint8_t page, base::Bytes& out);

}  // namespace scsi
