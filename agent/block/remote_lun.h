// What a logical unit behind another iSCSI target is called and how it is reached, and what it says of itself.
//
// Values. Reading what a unit answers: pure functions. Sizes of transfers are in logical blocks. SPC-4 6.6 (INQUIRY),
// 7.5.8 (caching mode page), 7.8 (VPD pages 80 and 83); SBC-3 5.15, 5.16 (READ CAPACITY), 6.6 (VPD pages b0 to b2).
#pragma once

#include <cstdint>
#include <string>

#include "agent/block/store_spec.h"
#include "agent/initiator/url.h"
#include "agent/scsi/block_device.h"
#include "shared/base/bytes.h"
#include "shared/base/clock.h"
#include "shared/base/result.h"

namespace block {

struct RemoteLunTimes {
  base::Duration login = std::chrono::seconds(15);    // of one attempt
  base::Duration command = std::chrono::seconds(30);  // then it is aborted
  // How long requests wait for a unit that is away. Disks of hosts wait 30 s (Linux) to 60 s (Windows) for a command
  // and then call it failed themselves: nobody waits for an answer that comes later.
  base::Duration patience = std::chrono::seconds(60);
  base::Duration firstPause = std::chrono::milliseconds(250);  // between attempts; doubles
  base::Duration longestPause = std::chrono::seconds(10);
};

struct RemoteLunParameters {
  std::string initiatorName;  // normal spelling
  initiator::Url url;         // with target and LUN, without credentials
  StoreCredential credential;
  StoreCredential target;
  std::uint32_t blockSize = 0;  // that it must have; 0: any that a device can have
  bool readOnly = false;        // also where the unit is not
  RemoteLunTimes times;

  [[nodiscard]] RemoteLunParameters copy() const;
};

// Of a store whose kind is Iscsi.
base::Result<RemoteLunParameters> remoteLunParameters(const StoreSpec& spec, std::string initiatorName);

struct RemoteLunFacts {
  scsi::Geometry geometry;
  std::string identity;            // its best designator, for comparing and for people: "NAA 6001405..."
  bool sixteen = true;             // READ(16) and WRITE(16), as READ CAPACITY(16)
  bool forceUnitAccess = false;    // DPOFUA
  bool unmap = false;              // UNMAP
  bool unmapBySame = false;        // WRITE SAME(16) with UNMAP
  std::uint64_t maxTransfer = 0;   // 0: it names none
  std::uint64_t maxUnmap = 0;      // of one range; 0: it names none
  std::uint64_t maxWriteSame = 0;  // 0: it names none
};

// Each takes the data of one answer, however short, and notes what it says.
void noteDesignators(RemoteLunFacts& facts, base::ByteView page83);
void noteSerial(RemoteLunFacts& facts, base::ByteView page80);
void noteLimits(RemoteLunFacts& facts, base::ByteView pageB0);
void noteCharacteristics(RemoteLunFacts& facts, base::ByteView pageB1);
// What it can unmap by. Before noteLimits(), which may take it back.
void noteProvisioning(RemoteLunFacts& facts, base::ByteView pageB2);
// False: what it says cannot be. Thin provisioning only with both of LBPME and LBPRZ.
bool noteCapacity16(RemoteLunFacts& facts, base::ByteView data);
bool noteCapacity10(RemoteLunFacts& facts, base::ByteView data);
// The header and the pages of MODE SENSE(6) or (10).
void noteModes(RemoteLunFacts& facts, base::ByteView data, bool ten);

}  // namespace block
