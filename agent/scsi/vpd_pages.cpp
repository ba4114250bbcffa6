#include "agent/scsi/vpd_pages.h"

#include "agent/scsi/designator.h"
#include "agent/scsi/disk.h"

namespace scsi {
namespace {

constexpr std::size_t kLongPage = 64;  // pages 86h and b1h, with their header of four bytes

bool has(Disk& disk, const VpdRow& row) { return !row.ofCopy || disk.copies().offered(); }

void supportedPages(Disk& disk, const Nexus&, base::Bytes& out) {
  for (const VpdRow& row : vpdTable()) {
    if (has(disk, row)) out.push_back(row.page);
  }
}

void unitSerialNumber(Disk& disk, const Nexus&, base::Bytes& out) {
  base::append(out, base::asBytes(disk.identity().serial));
}

// The unit first, best name first; then the port through which it was asked; then the target device.
void deviceIdentification(Disk& disk, const Nexus& nexus, base::Bytes& out) {
  appendUnitDesignations(out, disk.identity());
  if (const TargetPort* port = disk.portOf(nexus)) {
    appendRelativeTargetPort(out, port->relativeId);
    if (disk.settings().alua) appendTargetPortGroup(out, port->group);
    if (!port->name.empty()) appendScsiNameString(out, Association::TargetPort, port->name);
  }
  const std::string_view device = disk.deviceOf(nexus);
  if (!device.empty()) appendScsiNameString(out, Association::TargetDevice, device);
}

// SPC-4 7.8.11: association logical unit, service type 1 (storage configuration service).
void managementAddresses(Disk& disk, const Nexus&, base::Bytes& out) {
  for (const std::string& url : disk.settings().managementUrls) {
    const std::string_view text = std::string_view(url).substr(0, 255);
    const std::size_t length = (text.size() + 1 + 3) & ~std::size_t{3};
    base::ByteWriter writer(out);
    writer.u8(0x01);
    writer.u8(0);
    writer.u16(static_cast<std::uint16_t>(length));
    writer.bytes(base::asBytes(text));
    writer.zeros(length - text.size());
  }
}

// SPC-4 7.8.7.
void extendedInquiry(Disk& disk, const Nexus&, base::Bytes& out) {
  constexpr std::uint8_t kHeadOrderedSimple = 0x07;  // HEADSUP, ORDSUP, SIMPSUP
  constexpr std::uint8_t kVolatileCache = 0x01;      // V_SUP
  base::ByteWriter writer(out);
  writer.u8(0);
  writer.u8(kHeadOrderedSimple);
  writer.u8(disk.device().geometry().volatileCache ? kVolatileCache : 0);
  writer.zeros(kLongPage - writer.size());
}

// All pages and subpages are shared by all nexuses: MODE PAGE POLICY 00b.
void modePagePolicy(Disk&, const Nexus&, base::Bytes& out) { base::ByteWriter(out).u32(0x3fff0000); }

// Of the target device that is asked (SPC-4 7.8.14), and not of others that show the unit too.
void scsiPorts(Disk& disk, const Nexus& nexus, base::Bytes& out) {
  for (const TargetPort& port : disk.ports().ports) {
    if (disk.deviceOf(port) != disk.deviceOf(nexus)) continue;
    base::Bytes names;
    if (!port.name.empty()) appendScsiNameString(names, Association::TargetPort, port.name);
    base::ByteWriter writer(out);
    writer.u16(0);
    writer.u16(port.relativeId);
    writer.u32(0);  // no INITIATOR PORT TRANSPORTID
    writer.u16(0);
    writer.u16(static_cast<std::uint16_t>(names.size()));
    writer.bytes(names);
  }
}

// SBC-3 6.6.3; the atomic fields as SBC-4 adds them.
void blockLimits(Disk& disk, const Nexus&, base::Bytes& out) {
  constexpr std::uint8_t kWsnz = 0x01;
  constexpr std::uint32_t kUgaValid = 0x80000000;
  const DiskSettings& settings = disk.settings();
  const Geometry geometry = disk.device().geometry();
  base::ByteWriter writer(out);
  writer.u8(kWsnz);
  writer.u8(settings.maxCompareAndWriteBlocks);
  writer.u16(static_cast<std::uint16_t>(1U << geometry.physicalExponent));  // OPTIMAL TRANSFER LENGTH GRANULARITY
  writer.u32(static_cast<std::uint32_t>(disk.maxTransferBlocks()));
  writer.u32(settings.optimalBlocks);
  writer.u32(0);  // MAXIMUM PREFETCH LENGTH: not said
  writer.u32(geometry.thin ? settings.maxUnmapBlocks : 0);
  writer.u32(geometry.thin ? settings.maxUnmapDescriptors : 0);
  writer.u32(geometry.thin ? settings.unmapGranularity : 0);
  writer.u32(geometry.thin ? kUgaValid : 0);
  writer.u64(disk.maxWriteSameBlocks());
  writer.u32(settings.maxAtomicBlocks);
  writer.u32(0);  // ATOMIC ALIGNMENT: any
  writer.u32(settings.maxAtomicBlocks == 0 ? 0 : 1);
  writer.u32(0);  // no atomic boundary
  writer.u32(0);
}

// SBC-3 6.6.2.
void blockCharacteristics(Disk& disk, const Nexus&, base::Bytes& out) {
  constexpr std::uint8_t kFuab = 0x02;
  constexpr std::uint8_t kReadsAfterErase = 0x40;  // WABEREQ 01b: blocks read without an error after BLOCK ERASE
  base::ByteWriter writer(out);
  writer.u16(disk.device().geometry().rotating ? 0 : 1);  // not reported, or nothing that rotates
  writer.u8(0);
  writer.u8(kReadsAfterErase);
  writer.u8(kFuab);
  writer.zeros(kLongPage - writer.size());
}

// SBC-3 6.6.4.
void logicalBlockProvisioning(Disk& disk, const Nexus&, base::Bytes& out) {
  constexpr std::uint8_t kUnmapAndWriteSame = 0xe0;  // LBPU, LBPWS, LBPWS10
  constexpr std::uint8_t kReadsZeroes = 0x04;        // LBPRZ 001b
  constexpr std::uint8_t kThin = 0x02;
  const bool thin = disk.device().geometry().thin;
  base::ByteWriter writer(out);
  writer.u8(disk.modePages().hasThresholds() ? kThresholdExponent : 0);
  writer.u8(thin ? kUnmapAndWriteSame | kReadsZeroes : 0);
  writer.u8(thin ? kThin : 0);
  writer.u8(0);
}

// clang-format off
constexpr VpdRow kRows[] = {
  {0x00, "Supported VPD Pages",           supportedPages},
  {0x80, "Unit Serial Number",            unitSerialNumber},
  {0x83, "Device Identification",         deviceIdentification},
  {0x85, "Management Network Addresses",  managementAddresses},
  {0x86, "Extended INQUIRY Data",         extendedInquiry},
  {0x87, "Mode Page Policy",              modePagePolicy},
  {0x88, "SCSI Ports",                    scsiPorts},
  {0x8f, "Third-Party Copy",              appendThirdPartyCopy, true},
  {0xb0, "Block Limits",                  blockLimits},
  {0xb1, "Block Device Characteristics",  blockCharacteristics},
  {0xb2, "Logical Block Provisioning",    logicalBlockProvisioning},
};
// clang-format on

constexpr bool ascending() {
  for (std::size_t i = 1; i < std::size(kRows); ++i) {
    if (kRows[i - 1].page >= kRows[i].page) return false;
  }
  return true;
}
static_assert(ascending(), "page 00h lists them in order");

}  // namespace

std::span<const VpdRow> vpdTable() { return kRows; }

bool appendVpdPage(Disk& disk, const Nexus& nexus, std::uint8_t page, base::Bytes& out) {
  for (const VpdRow& row : kRows) {
    if (row.page != page || !has(disk, row)) continue;
    const std::size_t at = out.size();
    base::ByteWriter(out).u32(std::uint32_t{page} << 16);
    row.body(disk, nexus, out);
    base::storeU16(&out[at + 2], static_cast<std::uint16_t>(out.size() - at - 4));
    return true;
  }
  return false;
}

}  // namespace scsi
