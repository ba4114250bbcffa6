#include "agent/scsi/designator.h"

#include <algorithm>

#include "agent/scsi/unit_identity.h"
#include "shared/base/hash.h"

namespace scsi {
namespace {

enum CodeSet : std::uint8_t { kBinary = 1, kAscii = 2, kUtf8 = 3 };
enum Type : std::uint8_t { kT10Vendor = 1, kEui = 2, kNaa = 3, kRelativePort = 4, kPortGroup = 5, kNameString = 8 };

constexpr std::size_t kMaxDesignator = 255;

void header(base::Bytes& out, Association association, CodeSet codeSet, Type type, std::size_t length) {
  const bool ofUnit = association == Association::LogicalUnit;
  base::ByteWriter writer(out);
  writer.u8(static_cast<std::uint8_t>((ofUnit ? 0 : kProtocolIscsi << 4) | codeSet));
  writer.u8(static_cast<std::uint8_t>((ofUnit ? 0 : 0x80) | static_cast<std::uint8_t>(association) << 4 | type));
  writer.u8(0);
  writer.u8(static_cast<std::uint8_t>(length));
}

}  // namespace

void appendNaa(base::Bytes& out, Association association, base::ByteView naa) {
  header(out, association, kBinary, kNaa, naa.size());
  base::append(out, naa);
}

void appendEui64(base::Bytes& out, Association association, base::ByteView eui) {
  header(out, association, kBinary, kEui, eui.size());
  base::append(out, eui);
}

void appendT10Vendor(base::Bytes& out, std::string_view vendor, std::string_view id) {
  constexpr std::size_t kVendorSize = 8;
  vendor = vendor.substr(0, kVendorSize);
  id = id.substr(0, kMaxDesignator - kVendorSize);
  header(out, Association::LogicalUnit, kAscii, kT10Vendor, kVendorSize + id.size());
  base::append(out, base::asBytes(vendor));
  out.insert(out.end(), kVendorSize - vendor.size(), ' ');
  base::append(out, base::asBytes(id));
}

void appendRelativeTargetPort(base::Bytes& out, std::uint16_t relativeTargetPort) {
  header(out, Association::TargetPort, kBinary, kRelativePort, 4);
  base::ByteWriter(out).u32(relativeTargetPort);
}

void appendTargetPortGroup(base::Bytes& out, std::uint16_t group) {
  header(out, Association::TargetPort, kBinary, kPortGroup, 4);
  base::ByteWriter(out).u32(group);
}

void appendScsiNameString(base::Bytes& out, Association association, std::string_view name) {
  name = name.substr(0, kMaxDesignator - 4);
  const std::size_t length = (name.size() + 1 + 3) & ~std::size_t{3};
  header(out, association, kUtf8, kNameString, length);
  base::append(out, base::asBytes(name));
  out.insert(out.end(), length - name.size(), 0);
}

void appendUnitDesignations(base::Bytes& out, const UnitIdentity& identity) {
  if (!identity.naa.empty()) appendNaa(out, Association::LogicalUnit, identity.naa);
  if (!identity.eui64.empty()) appendEui64(out, Association::LogicalUnit, identity.eui64);
  appendT10Vendor(out, identity.vendor, identity.serial);
}

base::Bytes naaLocallyAssigned(base::ByteView seed) {
  base::Bytes naa(8);
  base::storeU64(naa.data(), (std::uint64_t{3} << 60) | (base::fnv1a(seed) >> 4));
  return naa;
}

}  // namespace scsi
