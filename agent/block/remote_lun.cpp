#include "agent/block/remote_lun.h"

#include <algorithm>
#include <cctype>

#include "shared/base/hex.h"

namespace block {
namespace {

// For people, and still different where the bytes differ.
std::string printable(base::ByteView bytes) {
  const bool plain = std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t c) { return c >= 0x20 && c < 0x7f; });
  if (!plain) return base::hexText(bytes);
  std::string text(bytes.begin(), bytes.end());
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

// A VPD page without its header, as long as it says and as it came.
base::ByteView pageBody(base::ByteView page) {
  if (page.size() < 4) return {};
  return page.subspan(4, std::min<std::size_t>(page.size() - 4, base::loadU16(page.data() + 2)));
}

// Designators that name a logical unit for good (SPC-4 7.8.6.2.1), the best first, and how they are written: for
// people, and as the server's model has them (shared/san).
struct DesignatorRow {
  unsigned type;
  std::string_view shown;
  std::string_view model;
  bool text;  // else hexadecimal digits
};
constexpr DesignatorRow kDesignators[] = {
    {3, "NAA ", "naa.", false},
    {2, "EUI-64 ", "eui.", false},
    {8, "name ", "", true},  // SCSI name string
    {1, "T10 ", "t10.", true},
};

}  // namespace

RemoteLunParameters RemoteLunParameters::copy() const {
  RemoteLunParameters other;
  other.initiatorName = initiatorName;
  other.url.portal = url.portal;
  other.url.target = url.target;
  other.url.lun = url.lun;
  other.url.headerDigest = url.headerDigest;
  other.url.dataDigest = url.dataDigest;
  other.setCredentials(*this);
  other.designator = designator;
  other.blockSize = blockSize;
  other.readOnly = readOnly;
  other.times = times;
  return other;
}

void RemoteLunParameters::setCredentials(const RemoteLunParameters& other) {
  login = other.login;
  credential = other.credential;
  target = other.target;
}

base::Result<RemoteLunParameters> remoteLunParameters(const StoreSpec& spec, std::string initiatorName) {
  auto url = initiator::parseUrl(spec.url);
  if (!url) return base::fail(url.error());
  RemoteLunParameters parameters;
  parameters.initiatorName = std::move(initiatorName);
  parameters.url = std::move(*url);
  parameters.credential = spec.credential;
  parameters.target = spec.target;
  parameters.blockSize = spec.file.blockSize;
  parameters.readOnly = spec.file.readOnly;
  return parameters;
}

std::optional<scsi::AluaState> accessOf(scsi::Asc code) {
  switch (code) {
    case scsi::Asc::AsymmetricAccessStateTransition:
      return scsi::AluaState::Transitioning;
    case scsi::Asc::TargetPortInStandbyState:
      return scsi::AluaState::Standby;
    case scsi::Asc::TargetPortInUnavailableState:
      return scsi::AluaState::Unavailable;
    default:
      return std::nullopt;
  }
}

void noteInquiry(RemoteLunFacts& facts, base::ByteView data) {
  facts.alua = data.size() > 5 && (data[5] & 0x30U) != 0;  // TPGS
}

void noteDesignators(RemoteLunFacts& facts, base::ByteView page83) {
  base::ByteView rest = pageBody(page83);
  const DesignatorRow* best = std::end(kDesignators);
  while (rest.size() >= 4 && rest.size() - 4 >= rest[3]) {
    const base::ByteView designator = rest.subspan(4, rest[3]);
    const unsigned association = rest[1] & 0x30U;
    const unsigned type = rest[1] & 0x0fU;
    rest = rest.subspan(std::size_t{4} + designator.size());
    // Of the port that was asked.
    constexpr unsigned kOfPort = 0x10;
    constexpr unsigned kPortGroup = 5;
    if (association == kOfPort && type == kPortGroup && designator.size() == 4) {
      facts.portGroup = base::loadU16(designator.data() + 2);
    }
    const DesignatorRow* row = std::ranges::find(kDesignators, type, &DesignatorRow::type);
    if (association != 0 || designator.empty() || row == std::end(kDesignators)) continue;
    const std::string words = row->text ? printable(designator) : base::hexText(designator);
    std::string name = std::string(row->model) + words;
    if (row < best) {
      best = row;
      facts.identity = std::string(row->shown) + words;
      facts.designators.insert(facts.designators.begin(), std::move(name));
    } else {
      facts.designators.push_back(std::move(name));
    }
  }
}

void noteAccess(RemoteLunFacts& facts, base::ByteView data) {
  if (data.size() < 4) return;
  base::ByteView rest = data.subspan(4, std::min<std::size_t>(data.size() - 4, base::loadU32(data.data())));
  while (rest.size() >= 8) {
    const std::size_t size = std::size_t{8} + std::size_t{4} * rest[7];
    if (facts.portGroup == base::loadU16(rest.data() + 2)) {
      const auto state = static_cast<scsi::AluaState>(rest[0] & 0x0fU);
      facts.access = state;
    }
    if (size > rest.size()) return;
    rest = rest.subspan(size);
  }
}

void noteSerial(RemoteLunFacts& facts, base::ByteView page80) {
  const std::string serial = printable(pageBody(page80));
  if (!facts.identity.empty() || serial.empty()) return;
  facts.identity = "serial number " + serial;
  facts.designators.push_back("serial." + serial);
}

void noteLimits(RemoteLunFacts& facts, base::ByteView pageB0) {
  const base::ByteView body = pageBody(pageB0);
  if (body.size() >= 8) facts.maxTransfer = base::loadU32(body.data() + 4);
  if (body.size() >= 24) {
    facts.maxUnmap = base::loadU32(body.data() + 16);
    // A unit that takes no ranges has no UNMAP, whatever page b2 says.
    if (facts.maxUnmap == 0 || base::loadU32(body.data() + 20) == 0) facts.unmap = false;
  }
  if (body.size() >= 40) facts.maxWriteSame = base::loadU64(body.data() + 32);
}

void noteCharacteristics(RemoteLunFacts& facts, base::ByteView pageB1) {
  const base::ByteView body = pageBody(pageB1);
  // 0: it says nothing; 1: no medium that turns; 0401h and up: revolutions a minute.
  if (body.size() >= 2) facts.geometry.rotating = base::loadU16(body.data()) >= 0x0401;
}

void noteProvisioning(RemoteLunFacts& facts, base::ByteView pageB2) {
  const base::ByteView body = pageBody(pageB2);
  if (body.size() < 2) return;
  facts.unmap = (body[1] & 0x80U) != 0;
  facts.unmapBySame = (body[1] & 0x40U) != 0;
}

bool noteCapacity10(RemoteLunFacts& facts, base::ByteView data) {
  if (data.size() < 8) return false;
  facts.geometry.blocks = std::uint64_t{base::loadU32(data.data())} + 1;
  facts.geometry.blockSize = base::loadU32(data.data() + 4);
  facts.sixteen = false;
  return facts.geometry.blockSize != 0;
}

bool noteCapacity16(RemoteLunFacts& facts, base::ByteView data) {
  if (data.size() < 12) return false;
  const std::uint64_t last = base::loadU64(data.data());
  const std::uint32_t blockSize = base::loadU32(data.data() + 8);
  if (blockSize == 0 || last >= INT64_MAX / blockSize) return false;
  facts.geometry.blocks = last + 1;
  facts.geometry.blockSize = blockSize;
  facts.sixteen = true;
  if (data.size() < 16) return true;
  unsigned exponent = data[13] & 0x0fU;
  constexpr std::uint64_t kLargestPhysical = 65'536;
  while (exponent > 0 && (std::uint64_t{blockSize} << exponent) > kLargestPhysical) --exponent;
  facts.geometry.physicalExponent = static_cast<std::uint8_t>(exponent);
  // Blocks that read as anything once they are unmapped are of no use to whoever discards.
  constexpr std::uint8_t kLbpmeAndLbprz = 0xc0;
  facts.geometry.thin = (data[14] & kLbpmeAndLbprz) == kLbpmeAndLbprz;
  return true;
}

void noteModes(RemoteLunFacts& facts, base::ByteView data, bool ten) {
  const std::size_t header = ten ? 8 : 4;
  if (data.size() < header) return;
  const std::uint8_t device = ten ? data[3] : data[2];
  facts.geometry.readOnly = (device & 0x80U) != 0;
  facts.forceUnitAccess = (device & 0x10U) != 0;
  const std::size_t descriptors = ten ? base::loadU16(data.data() + 6) : data[3];
  if (descriptors > data.size() - header) return;
  for (base::ByteView pages = data.subspan(header + descriptors); pages.size() >= 3;) {
    const bool sub = (pages[0] & 0x40U) != 0;
    if (!sub && (pages[0] & 0x3fU) == 0x08) {
      facts.geometry.volatileCache = (pages[2] & 0x04U) != 0;
      facts.cacheTold = true;
    }
    const std::size_t size =
        sub && pages.size() >= 4 ? std::size_t{4} + base::loadU16(pages.data() + 2) : std::size_t{2} + pages[1];
    if (size >= pages.size()) return;
    pages = pages.subspan(size);
  }
}

}  // namespace block
