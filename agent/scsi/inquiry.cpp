// INQUIRY: standard data (SPC-4 6.6). The vital product data pages stand in vpd_pages.cpp.
#include <string_view>

#include "agent/scsi/disk.h"
#include "agent/scsi/handlers.h"
#include "agent/scsi/vpd_pages.h"

namespace scsi::handlers {
namespace {

constexpr std::size_t kStandardSize = 96;
constexpr std::uint8_t kVersionSpc4 = 0x06;
constexpr std::uint8_t kRemovable = 0x80;
constexpr std::uint8_t kHiSup = 0x10;
constexpr std::uint8_t kResponseFormat = 0x02;
constexpr std::uint8_t kThirdPartyCopy = 0x08;  // 3PC
constexpr std::uint8_t kMultiPort = 0x10;
constexpr std::uint8_t kCommandQueue = 0x02;

// Version descriptors (SPC-4 table 150, annex E).
constexpr std::uint16_t kSam5 = 0x00a0;
constexpr std::uint16_t kIscsi = 0x0960;  // + iSCSIProtocolLevel (RFC 7144 9.1)
constexpr std::uint16_t kSpc4 = 0x0460;
constexpr std::uint16_t kSbc3 = 0x04c0;

void padded(base::Bytes& out, std::string_view text, std::size_t size) {
  text = text.substr(0, size);
  base::append(out, base::asBytes(text));
  out.insert(out.end(), size - text.size(), ' ');
}

void standard(Disk& disk, const Nexus& nexus, base::Bytes& out) {
  const DiskSettings& settings = disk.settings();
  const std::uint8_t tpgs = !settings.alua ? 0x00 : settings.explicitAlua ? 0x30 : 0x10;
  base::ByteWriter writer(out);
  writer.u8(0x00);  // peripheral qualifier 0, direct access block device
  writer.u8(settings.removable ? kRemovable : 0);
  writer.u8(kVersionSpc4);
  writer.u8(kHiSup | kResponseFormat);
  writer.u8(kStandardSize - 5);
  writer.u8(static_cast<std::uint8_t>(tpgs | (disk.copies().offered() ? kThirdPartyCopy : 0)));
  writer.u8(disk.ports().ports.size() > 1 ? kMultiPort : 0);
  writer.u8(kCommandQueue);
  padded(out, disk.identity().vendor, 8);
  padded(out, disk.identity().product, 16);
  padded(out, disk.identity().revision, 4);
  writer.zeros(58 - writer.size());
  for (const std::uint16_t version :
       {kSam5, static_cast<std::uint16_t>(kIscsi + nexus.protocolLevel), kSpc4, kSbc3}) {
    writer.u16(version);
  }
  writer.zeros(kStandardSize - writer.size());
}

}  // namespace

void inquiry(Disk& disk, Command& command) {
  constexpr std::uint8_t kEvpd = 0x01;
  const std::uint8_t page = command.cdb[2];
  base::Bytes& out = command.work().response;
  if ((command.cdb[1] & kEvpd) != 0) {
    if (!appendVpdPage(disk, *command.nexus, page, out)) return disk.complete(command, invalidFieldInCdb(2));
  } else if (page != 0) {
    return disk.complete(command, invalidFieldInCdb(2));
  } else {
    standard(disk, *command.nexus, out);
  }
  disk.respond(command, base::loadU16(&command.cdb[3]));
}

}  // namespace scsi::handlers
