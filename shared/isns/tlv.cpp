#include "shared/isns/tlv.h"

#include <algorithm>

#include "shared/base/utf8.h"

namespace isns {

IpAddress normalIp(IpAddress address) {
  constexpr std::size_t kBefore = 12;  // bytes before those of IPv4
  const bool compatible =
      std::all_of(address.begin(), address.begin() + kBefore, [](std::uint8_t b) { return b == 0; });
  if (compatible && base::loadU32(address.data() + kBefore) > 1) {  // neither :: nor ::1
    address[kBefore - 2] = address[kBefore - 1] = 0xff;
  }
  return address;
}

Status checkValue(const Attribute& attribute) {
  const AttributeRow* row = attribute.row;
  if (attribute.empty() || row == nullptr) return Status::Successful;
  switch (row->kind) {
    case ValueKind::Text:
    case ValueKind::IscsiName:
    case ValueKind::Eid: {
      // More padding than needed is tolerated, and a NUL that is missing where there would be room for it: some clients
      // send a text whose length is a multiple of four as it is. So the length of the text decides and not that of the
      // value.
      const std::string_view text = attribute.text();
      if (text.size() >= row->maxLength) return Status::MessageFormatError;
      return base::isUtf8(text) ? Status::Successful : Status::MessageFormatError;
    }
    default:
      return lengthFits(*row, attribute.value.size()) ? Status::Successful : Status::MessageFormatError;
  }
}

void AttributeWriter::text(Tag tag, std::string_view text) {
  const std::size_t length = paddedTextLength(text);
  std::uint8_t* at = header(tag, length);
  std::memset(at + length - 4, 0, 4);
  std::memcpy(at, text.data(), text.size());
}

}  // namespace isns
