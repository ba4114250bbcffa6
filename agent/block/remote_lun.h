// What a logical unit behind another iSCSI target is called and how it is reached, and what it says of itself.
//
// Values. Reading what a unit answers: pure functions. Sizes of transfers are in logical blocks. SPC-4 6.6 (INQUIRY),
// 6.37 (REPORT TARGET PORT GROUPS), 7.5.8 (caching mode page), 7.8 (VPD pages 80 and 83); SBC-3 5.15, 5.16 (READ
// CAPACITY), 6.6 (VPD pages b0 to b2).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/block/path_choice.h"
#include "agent/block/store_spec.h"
#include "agent/initiator/session.h"
#include "agent/initiator/url.h"
#include "agent/scsi/block_device.h"
#include "agent/scsi/sense.h"
#include "shared/base/bytes.h"
#include "shared/base/clock.h"
#include "shared/base/result.h"
#include "shared/base/secret.h"

namespace block {

struct RemoteLunTimes {
  base::Duration login = std::chrono::seconds(15);    // of one attempt
  base::Duration command = std::chrono::seconds(30);  // then it is aborted
  // How long requests wait for a unit that is away. Disks of hosts wait 30 s (Linux) to 60 s (Windows) for a command
  // and then call it failed themselves: nobody waits for an answer that comes later.
  base::Duration patience = std::chrono::seconds(60);
  // The same where every path is refused by authorization, as of a host that was taken out of its zone. A target that
  // is just being started refuses too, until it has read what it serves.
  base::Duration refusedPatience = std::chrono::seconds(2);
  base::Duration firstPause = std::chrono::milliseconds(250);  // between attempts; doubles
  base::Duration longestPause = std::chrono::seconds(10);
  iscsi::PingTimes ping{std::chrono::seconds(5), std::chrono::seconds(5)};

  // Where another path is there, or may come: a silent portal is noticed after 3 s, and hosts shall not wait 5 s.
  static constexpr iscsi::PingTimes kPingAmongOthers{std::chrono::seconds(1), std::chrono::seconds(2)};
};

struct RemoteLunParameters {
  std::string initiatorName;  // normal spelling
  initiator::Url url;         // with target and LUN, without credentials
  StoreCredential credential;
  StoreCredential target;
  // Instead of those two: secrets that stand in no file, in memory that whoever made them chose.
  std::shared_ptr<const initiator::LoginCredentials> login;
  std::string designator;       // that the unit must have, as the model writes it, "naa.6001405..."; empty: any
  std::uint32_t blockSize = 0;  // that it must have; 0: any that a device can have
  bool readOnly = false;        // also where the unit is not
  RemoteLunTimes times;

  [[nodiscard]] RemoteLunParameters copy() const;
  void setCredentials(const RemoteLunParameters& other);
};

// Of a store whose kind is Iscsi.
base::Result<RemoteLunParameters> remoteLunParameters(const StoreSpec& spec, std::string initiatorName);

struct RemoteLunFacts {
  scsi::Geometry geometry;
  std::string identity;            // its best designator, for comparing and for people: "NAA 6001405..."
  // All that name it, that of `identity` first, as the model writes them; else "serial." and its serial number.
  std::vector<std::string> designators;
  std::optional<std::uint16_t> portGroup;  // target port group of the port that was asked
  bool alua = false;                       // it tells of asymmetric access
  std::optional<scsi::AluaState> access;   // of that port, where it does
  // False: of a port in another state nothing but identity and state is known.
  [[nodiscard]] bool usable() const { return !access || rankOf(*access); }
  bool sixteen = true;             // READ(16) and WRITE(16), as READ CAPACITY(16)
  bool forceUnitAccess = false;    // DPOFUA
  bool cacheTold = false;          // it says whether it has a volatile cache; else it is taken to have one
  bool unmap = false;              // UNMAP
  bool unmapBySame = false;        // WRITE SAME(16) with UNMAP
  std::uint64_t maxTransfer = 0;   // 0: it names none
  std::uint64_t maxUnmap = 0;      // of one range; 0: it names none
  std::uint64_t maxWriteSame = 0;  // 0: it names none
};

// The state that a NOT READY tells of.
std::optional<scsi::AluaState> accessOf(scsi::Asc code);

// Each takes the data of one answer, however short, and notes what it says.
void noteInquiry(RemoteLunFacts& facts, base::ByteView data);
void noteDesignators(RemoteLunFacts& facts, base::ByteView page83);
void noteSerial(RemoteLunFacts& facts, base::ByteView page80);
void noteLimits(RemoteLunFacts& facts, base::ByteView pageB0);
void noteCharacteristics(RemoteLunFacts& facts, base::ByteView pageB1);
// What it can unmap by. Before noteLimits(), which may take it back.
void noteProvisioning(RemoteLunFacts& facts, base::ByteView pageB2);
// False: what it says cannot be. Thin provisioning only with both of LBPME and LBPRZ.
bool noteCapacity16(RemoteLunFacts& facts, base::ByteView data);
bool noteCapacity10(RemoteLunFacts& facts, base::ByteView data);
// REPORT TARGET PORT GROUPS, after the designators.
void noteAccess(RemoteLunFacts& facts, base::ByteView data);
// The header and the pages of MODE SENSE(6) or (10).
void noteModes(RemoteLunFacts& facts, base::ByteView data, bool ten);

}  // namespace block
