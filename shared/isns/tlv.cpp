#include "shared/isns/tlv.h"

namespace isns {

bool isUtf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<std::uint8_t>(text[i]);
    if (lead < 0x80) {
      ++i;
      continue;
    }
    const std::size_t length = lead >= 0xc2 && lead <= 0xdf ? 2 : (lead & 0xf0) == 0xe0 ? 3 : lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
    if (length == 0 || length > text.size() - i) return false;
    std::uint32_t code = lead & (0x7fU >> length);
    for (std::size_t k = 1; k < length; ++k) {
      const auto byte = static_cast<std::uint8_t>(text[i + k]);
      if ((byte & 0xc0) != 0x80) return false;
      code = (code << 6) | (byte & 0x3fU);
    }
    const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
    const bool surrogate = code >= 0xd800 && code <= 0xdfff;
    if (overlong || surrogate || code > 0x10ffff) return false;
    i += length;
  }
  return true;
}

Status checkValue(const Attribute& attribute) {
  const AttributeRow* row = attribute.row;
  if (attribute.empty() || row == nullptr) return Status::Successful;
  switch (row->kind) {
    case ValueKind::Text:
    case ValueKind::IscsiName:
    case ValueKind::Eid: {
      // More padding than needed is tolerated, so the length of the text decides and not that of the value.
      const std::string_view text = attribute.text();
      if (text.size() == attribute.value.size() || text.size() >= row->maxLength) return Status::MessageFormatError;
      return isUtf8(text) ? Status::Successful : Status::MessageFormatError;
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
