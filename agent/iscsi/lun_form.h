// Whether two LUN fields name one logical unit (SAM-5 4.7).
//
// A single-level LUN has up to three spellings: peripheral device addressing, flat space addressing and extended flat
// space addressing. An initiator may mix them, so tasks are compared by what they name. All other forms (a second
// level, a bus, a well-known logical unit) have one spelling. Pure functions on the field as a big-endian number.
#pragma once

#include <cstdint>

namespace iscsi {

// The same for all spellings of a single-level LUN, and never that of another field.
constexpr std::uint64_t lunForm(std::uint64_t field) {
  constexpr std::uint64_t kExtendedFlat = 0xd2;  // method 11b, length 01b, address method 2h (SAM-5 4.7.7.5)
  const auto extended = [](std::uint64_t number) { return kExtendedFlat << 56 | number << 32; };
  const std::uint64_t head = field >> 48;
  const bool shallow = (field & 0xffff'ffff'ffff) == 0;
  if (shallow && head >> 8 == 0) return extended(head);             // peripheral, bus 0
  if (shallow && head >> 14 == 1) return extended(head & 0x3fff);   // flat
  return field;
}

constexpr bool sameLun(std::uint64_t a, std::uint64_t b) { return a == b || lunForm(a) == lunForm(b); }

}  // namespace iscsi
