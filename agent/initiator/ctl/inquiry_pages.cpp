#include "agent/initiator/ctl/inquiry_pages.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>

#include "shared/base/hex.h"
#include "shared/base/utf8.h"

namespace initiator_ctl {
namespace {

using base::Json;
using ctl::Record;
using ctl::Section;

// A number in a page.
struct Field {
  std::string_view name;    // in JSON and CSV
  std::string_view header;  // in tables
  std::size_t at;           // byte
  std::size_t size;         // bytes; 0: one bit, `bit`
  unsigned bit = 0;
};

struct PageRow {
  std::uint8_t page;
  std::string_view field;
  std::string_view title;
  std::span<const Field> fields;
};

// clang-format off
constexpr Field kStandardFields[] = {
  {"removable",  "removable medium",  1, 0, 7},
  {"version",    "version",           2, 1},
  {"normaca",    "NormACA",           3, 0, 5},
  {"hisup",      "HiSup",             3, 0, 4},
  {"third_party_copy", "third-party copy", 5, 0, 3},
  {"protect",    "protection",        5, 0, 0},
  {"multiport",  "MultiP",            6, 0, 4},
  {"command_queue", "command queue",  7, 0, 1},
};
constexpr Field kExtended[] = {
  {"grd_chk",    "GRD_CHK",           4, 0, 2},
  {"app_chk",    "APP_CHK",           4, 0, 1},
  {"ref_chk",    "REF_CHK",           4, 0, 0},
  {"prior_sup",  "PRIOR_SUP",         5, 0, 3},
  {"headsup",    "HEADSUP",           5, 0, 2},
  {"ordsup",     "ORDSUP",            5, 0, 1},
  {"simpsup",    "SIMPSUP",           5, 0, 0},
  {"v_sup",      "V_SUP (volatile cache)", 6, 0, 0},
  {"luiclr",     "LUICLR",            7, 0, 0},
};
constexpr Field kBlockLimits[] = {
  {"wsnz",                   "WRITE SAME wants a count (WSNZ)",          4, 0, 0},
  {"max_compare_and_write",  "maximum COMPARE AND WRITE (blocks)",       5, 1},
  {"transfer_granularity",   "optimal transfer granularity (blocks)",    6, 2},
  {"max_transfer",           "maximum transfer (blocks)",                8, 4},
  {"optimal_transfer",       "optimal transfer (blocks)",               12, 4},
  {"max_prefetch",           "maximum prefetch (blocks)",               16, 4},
  {"max_unmap",              "maximum UNMAP (blocks)",                  20, 4},
  {"max_unmap_descriptors",  "maximum UNMAP descriptors",               24, 4},
  {"unmap_granularity",      "optimal UNMAP granularity (blocks)",      28, 4},
  {"unmap_alignment",        "UNMAP alignment",                         32, 4},
  {"max_write_same",         "maximum WRITE SAME (blocks)",             36, 8},
  {"max_atomic",             "maximum atomic transfer (blocks)",        44, 4},
};
constexpr Field kCharacteristics[] = {
  {"rotation",     "rotation rate (1: none)", 4, 2},
  {"product_type", "product type",            6, 1},
  {"fuab",         "FUAB",                    8, 0, 1},
  {"vbuls",        "VBULS",                   8, 0, 0},
};
constexpr Field kProvisioning[] = {
  {"threshold_exponent", "threshold exponent",   4, 1},
  {"lbpu",               "UNMAP (LBPU)",         5, 0, 7},
  {"lbpws",              "WRITE SAME(16) unmaps (LBPWS)",   5, 0, 6},
  {"lbpws10",            "WRITE SAME(10) unmaps (LBPWS10)", 5, 0, 5},
  {"lbprz",              "unmapped blocks read as zero (LBPRZ)", 5, 0, 2},
  {"anc_sup",            "anchors (ANC_SUP)",    5, 0, 1},
  {"descriptor_present", "descriptor present",   5, 0, 0},
};
constexpr PageRow kPages[] = {
  {0x86, "extended",         "extended INQUIRY data (86)",          kExtended},
  {0xb0, "block_limits",     "block limits (b0)",                   kBlockLimits},
  {0xb1, "characteristics",  "block device characteristics (b1)",   kCharacteristics},
  {0xb2, "provisioning",     "logical block provisioning (b2)",     kProvisioning},
};
// clang-format on

std::string hexByte(std::uint8_t byte) { return base::hexText({&byte, 1}); }

void append(Record& record, std::span<const Field> fields, base::ByteView data) {
  for (const Field& field : fields) {
    if (field.at + std::max<std::size_t>(field.size, 1) > data.size()) continue;
    base::Json value;
    if (field.size == 0) {
      value = base::Json(((data[field.at] >> field.bit) & 1U) != 0);
    } else {
      std::uint64_t number = 0;
      for (std::size_t i = 0; i < field.size; ++i) number = (number << 8) | data[field.at + i];
      value = base::Json(number);
    }
    record.push_back({std::string(field.name), std::string(field.header), value});
  }
}

std::string_view associationName(unsigned code) {
  constexpr std::string_view kNames[] = {"logical unit", "target port", "target device", "reserved"};
  return kNames[code & 3U];
}

std::string_view designatorName(unsigned code) {
  constexpr std::string_view kNames[] = {
      "vendor specific",   "T10 vendor",         "EUI-64", "NAA",       "relative target port",
      "target port group", "logical unit group", "MD5",    "SCSI name", "protocol specific port"};
  return code < std::size(kNames) ? kNames[code] : "reserved";
}

// Page 83: one row a designator.
Section designators(base::ByteView data) {
  ctl::Sheet sheet;
  sheet.columns = {{"association", "ASSOCIATION"}, {"type", "TYPE"}, {"value", "VALUE"}};
  const std::size_t end = data.size() < 4 ? 0 : std::min<std::size_t>(data.size(), base::loadU16(&data[2]) + 4U);
  for (std::size_t at = 4; at + 4 <= end;) {
    const std::size_t size = data[at + 3];
    if (at + 4 + size > end) break;
    const base::ByteView value = data.subspan(at + 4, size);
    const unsigned codeSet = data[at] & 0x0fU;
    const bool isText = codeSet == 2 || codeSet == 3;
    sheet.rows.push_back({base::Json(associationName(data[at + 1] >> 4)),
                          base::Json(designatorName(data[at + 1] & 0x0fU)),
                          base::Json(isText ? inquiryText(value, 0, value.size()) : base::hexText(value))});
    at += 4 + size;
  }
  return {"identification", "device identification (83)", std::move(sheet)};
}

}  // namespace

std::string inquiryText(base::ByteView data, std::size_t at, std::size_t size) {
  if (at >= data.size()) return {};
  std::string text(base::asText(data.subspan(at, std::min(size, data.size() - at))));
  text.resize(text.find('\0') == std::string::npos ? text.size() : text.find('\0'));
  const std::size_t first = text.find_first_not_of(' ');
  const std::size_t last = text.find_last_not_of(' ');
  if (first == std::string::npos) return {};
  text = text.substr(first, last - first + 1);
  return base::isUtf8(text) ? text : base::hexText(base::asBytes(text));
}

std::string_view deviceTypeName(std::uint8_t type) {
  switch (type & 0x1f) {
    case 0x00:
      return "disk";
    case 0x01:
      return "tape";
    case 0x03:
      return "processor";
    case 0x05:
      return "CD/DVD";
    case 0x08:
      return "changer";
    case 0x0c:
      return "storage array controller";
    case 0x0d:
      return "enclosure services";
    case 0x11:
      return "object storage";
    case 0x1f:
      return "unknown or none";
    default:
      return "another kind of device";
  }
}

Section standardInquiry(base::ByteView data) {
  Record record;
  if (data.size() >= 36) {
    record = {{"vendor", "vendor", base::Json(inquiryText(data, 8, 8))},
              {"product", "product", base::Json(inquiryText(data, 16, 16))},
              {"revision", "revision", base::Json(inquiryText(data, 32, 4))},
              {"device_type", "device type", base::Json(deviceTypeName(data[0]))},
              {"qualifier", "qualifier", base::Json(std::uint32_t{data[0]} >> 5)},
              {"tpgs", "TPGS (ALUA)", base::Json((std::uint32_t{data[5]} >> 4) & 3U)}};
    append(record, kStandardFields, data);
  }
  base::Json::Array versions;
  for (std::size_t at = 58; at + 2 <= std::min<std::size_t>(data.size(), 74); at += 2) {
    if (base::loadU16(&data[at]) != 0) versions.push_back(base::Json(base::hexText(data.subspan(at, 2))));
  }
  if (!versions.empty())
    record.push_back({"version_descriptors", "version descriptors", base::Json(std::move(versions))});
  return {"standard", "standard INQUIRY data", std::move(record)};
}

std::vector<std::uint8_t> supportedPages(base::ByteView data) {
  if (data.size() < 4) return {};
  const base::ByteView pages = data.subspan(4, std::min<std::size_t>(data.size() - 4, base::loadU16(&data[2])));
  return {pages.begin(), pages.end()};
}

Section vitalPage(std::uint8_t page, base::ByteView data) {
  if (page == 0x83) return designators(data);
  if (page == 0x80) {
    const std::string serial = data.size() < 4 ? std::string{} : inquiryText(data, 4, base::loadU16(&data[2]));
    return {"serial", "unit serial number (80)", Record{{"serial_number", "serial number", base::Json(serial)}}};
  }
  if (page == 0x00) {
    base::Json::Array pages;
    for (const std::uint8_t one : supportedPages(data)) pages.emplace_back(hexByte(one));
    return {"pages", "supported pages (00)", Record{{"pages", "pages", base::Json(std::move(pages))}}};
  }
  for (const PageRow& row : kPages) {
    if (row.page != page) continue;
    Record record;
    append(record, row.fields, data);
    return {std::string(row.field), std::string(row.title), std::move(record)};
  }
  return {"page_" + hexByte(page), "page " + hexByte(page),
          Record{{"bytes", "bytes", base::Json(base::hexText(data))}}};
}

}  // namespace initiator_ctl
