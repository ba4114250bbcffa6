// Judges the server's answers: a measurement of wrong answers is none.
//
// checkHead is cheap enough for every answer of a run; checkPaths decodes the whole answer and is for samples. Both
// return an empty text when all is right, else what is wrong. Pure. RFC 4171 5.7.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "shared/base/bytes.h"
#include "shared/isns/pdu.h"
#include "tests/bench/common/fleet.h"

namespace bench {

inline constexpr std::size_t kStatusSize = 4;

// The whole PDU at the begin of `bytes`, or nothing while its end is missing.
inline std::optional<base::ByteView> firstPdu(base::ByteView bytes) {
  if (bytes.size() < isns::kPduHeaderSize) return std::nullopt;
  const std::size_t size = isns::kPduHeaderSize + base::loadU16(bytes.data() + 4);
  if (bytes.size() < size) return std::nullopt;
  return bytes.first(size);
}

// Header and order: the transaction id is that of the oldest open request.
std::string checkHead(base::ByteView pdu, std::uint16_t function, std::uint16_t xid);

// Only for an answer that checkHead accepts.
inline std::uint32_t statusOf(base::ByteView pdu) { return base::loadU32(pdu.data() + isns::kPduHeaderSize); }
std::string statusText(std::uint32_t status);

// The answer to a keyed or zone query lists node, portal and portal group of exactly these hosts.
std::string checkPaths(base::ByteView pdu, std::span<const Host> expected);

// The value of the first attribute `tag` in the answer, 0 if there is none; for ids that the server has assigned.
std::uint32_t findU32(base::ByteView pdu, isns::Tag tag);

}  // namespace bench
