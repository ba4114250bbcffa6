// Residuals of a SCSI command, and how many bytes it moves (RFC 7143 11.4.1, 11.4.5, 11.4.6).
//
// What SCSI presents (SPDTL, after the truncation to an ALLOCATION LENGTH) against what the initiator expects (EDTL). A
// command moves the smaller of the two, in the direction that its flags announce. Pure functions; lengths are bytes.
#pragma once

#include <cstdint>

namespace iscsi {

// What the SCSI Command PDU says, and what the logical unit would move.
struct TransferLengths {
  bool read = false;               // R
  bool write = false;              // W
  std::uint32_t expected = 0;      // Expected Data Transfer Length; of the write where both flags are set
  std::uint32_t expectedRead = 0;  // Bidirectional Read Expected Data Transfer Length; only where both flags are set
  std::uint64_t presentedOut = 0;  // bytes that SCSI takes
  std::uint64_t presentedIn = 0;   // bytes that SCSI gives
};

struct Residual {
  bool overflow = false;
  bool underflow = false;
  std::uint32_t count = 0;  // 0 without a flag; what exceeds 32 bits is sent as ffffffff

  friend bool operator==(const Residual&, const Residual&) = default;
};

struct Residuals {
  Residual main;          // O and U: of the write where the command is bidirectional
  Residual read;          // o and u: only where the command is bidirectional
  std::uint32_t out = 0;  // bytes to take from the initiator for the logical unit
  std::uint32_t in = 0;   // bytes to send

  friend bool operator==(const Residuals&, const Residuals&) = default;
};

// For a Response other than "Command Completed at Target" all flags are 0: a Residual{}.
[[nodiscard]] Residual residualOf(std::uint32_t expected, std::uint64_t presented);
[[nodiscard]] Residuals residualsOf(const TransferLengths& lengths);

}  // namespace iscsi
