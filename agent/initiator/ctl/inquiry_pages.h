// INQUIRY data as records for people and programs: the standard data and pages of vital product data (SPC-4 6.4, 7.8;
// SBC-3 6.5). Pure functions; what is cut short shows what there is.
#pragma once

#include <cstdint>
#include <vector>

#include "shared/base/bytes.h"
#include "shared/ctl/output.h"

namespace initiator_ctl {

ctl::Section standardInquiry(base::ByteView data);
// The page codes of page 00.
std::vector<std::uint8_t> supportedPages(base::ByteView data);
// A page, header included; those without a decoder are shown as bytes.
ctl::Section vitalPage(std::uint8_t page, base::ByteView data);

// "direct access block device"
std::string_view deviceTypeName(std::uint8_t type);
// Text of an INQUIRY field, without the blanks around it.
std::string inquiryText(base::ByteView data, std::size_t at, std::size_t size);

}  // namespace initiator_ctl
