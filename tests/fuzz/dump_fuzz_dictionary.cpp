// Writes a libFuzzer dictionary of iSNS to standard output, from the tables: tags with the lengths that fit them,
// beginnings of headers, status codes, and values that are checked. One entry a line: name="\x00\x01".
#include <cstdio>
#include <string>

#include "shared/isns/functions.h"
#include "shared/isns/pdu.h"
#include "shared/isns/status.h"
#include "shared/isns/tlv.h"

namespace {

void entry(std::string_view name, std::string_view suffix, base::ByteView bytes) {
  std::printf("%.*s%.*s=\"", static_cast<int>(name.size()), name.data(), static_cast<int>(suffix.size()),
              suffix.data());
  for (const std::uint8_t byte : bytes) std::printf("\\x%02x", byte);
  std::printf("\"\n");
}

void tlvHeader(const isns::AttributeRow& row, std::string_view suffix, isns::Tag tag, std::uint32_t length) {
  base::Bytes bytes;
  base::ByteWriter writer(bytes);
  writer.u32(tag);
  writer.u32(length);
  entry(row.field, suffix, bytes);
}

void attributes() {
  for (const isns::AttributeRow& row : isns::attributeTable()) {
    tlvHeader(row, "_empty", row.tag, 0);
    if (row.minLength != 0) tlvHeader(row, "_min", row.tag, row.minLength);
    if (row.maxLength != row.minLength) tlvHeader(row, "_max", row.tag, row.maxLength);
  }
  for (const isns::VendorRange& range : isns::vendorRanges()) {
    tlvHeader(range.row, "_first", range.first, range.row.minLength);
    tlvHeader(range.row, "_last", range.last, range.row.minLength);
  }
}

// Headers of whole messages without a payload, of the first PDU of several, and of a signed one.
void headers() {
  struct Kind {
    std::string_view suffix;
    std::uint16_t flags;
  };
  using namespace isns::flag;
  constexpr Kind kKinds[] = {{"_whole", kClient | kFirst | kLast},
                             {"_first", kClient | kFirst},
                             {"_signed", kClient | kFirst | kLast | kAuthentication}};
  for (const isns::FunctionRow& row : isns::functionTable()) {
    for (const auto& [suffix, flags] : kKinds) {
      std::uint8_t bytes[isns::kPduHeaderSize];
      isns::storePduHeader(bytes, {isns::kVersion, isns::idOf(row.function), 0, flags, 1, 0});
      entry(row.name, suffix, bytes);
      isns::storePduHeader(bytes, {isns::kVersion, isns::responseOf(row.function), 4, flags, 1, 0});
      entry(row.name, std::string("_response") + std::string(suffix), bytes);
    }
  }
}

void values() {
  for (const isns::StatusRow& row : isns::statusTable()) {
    std::uint8_t bytes[4];
    base::storeU32(bytes, static_cast<std::uint32_t>(row.status));
    entry("status_", std::to_string(static_cast<std::uint32_t>(row.status)), bytes);
  }
  for (const std::string_view text : {"iqn.2000-01.a:b", "eui.0123456789abcdef", "naa.0123456789abcdef", "isns:1"}) {
    base::Bytes bytes;
    isns::AttributeWriter(bytes).text(isns::tag::kIscsiName, text);
    entry("text_", text.substr(0, 3), base::ByteView(bytes).subspan(isns::kTlvHeaderSize));
  }
}

}  // namespace

int main() {
  attributes();
  headers();
  values();
}
