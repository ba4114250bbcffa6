#include "agent/iscsi/data_out.h"

#include <array>
#include <cstddef>

namespace iscsi {
namespace {

using F = DataOutFault;

// A Reject of a Data-Out never ends the task (7.3), so the rows have the sense of the Response that follows.
// clang-format off
constexpr std::array kRows = {
  //              fault                     name                                     reject asc   ascq  section
  DataOutFaultRow{F::None,                  "none",                                  0x00, 0x00, 0x00, ""},
  DataOutFaultRow{F::UnexpectedUnsolicited, "unexpected unsolicited data",           0x00, 0x0c, 0x0c, "11.4.7.2"},
  DataOutFaultRow{F::IncorrectAmount,       "incorrect amount of data",              0x00, 0x0c, 0x0d, "11.4.7.2"},
  DataOutFaultRow{F::Lost,                  "data lost",                             0x00, 0x47, 0x05, "7.8"},
  DataOutFaultRow{F::DataSnRepeated,        "DataSN repeated",                       0x00, 0x47, 0x05, "7.9"},
  DataOutFaultRow{F::UnknownTransferTag,    "unknown Target Transfer Tag",           0x09, 0x00, 0x00, "11.17.1"},
  DataOutFaultRow{F::OffsetInvalid,         "Buffer Offset out of place",            0x09, 0x0c, 0x0d, "11.7.6"},
  DataOutFaultRow{F::Overlap,               "bytes sent twice",                      0x09, 0x0c, 0x0d, "13.18"},
  DataOutFaultRow{F::SequenceOrder,         "sequences out of order",                0x04, 0x0c, 0x0d, "11.8"},
  DataOutFaultRow{F::SegmentTooLong,        "segment above MaxRecvDataSegmentLength", 0x04, 0x0c, 0x0d, "11.7.1"},
  DataOutFaultRow{F::FinalMissing,          "F is 0 and no data can follow",         0x04, 0x0c, 0x0d, "11.3.4"},
  DataOutFaultRow{F::TooManyEmpty,          "too many PDUs without data",            0x04, 0x0c, 0x0d, "11.7.7"},
  DataOutFaultRow{F::TooFragmented,         "too many holes",                        0x04, 0x0c, 0x0d, "7.10"},
};
// clang-format on

constexpr bool inOrder() {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (static_cast<std::size_t>(kRows[i].fault) != i) return false;
  }
  return kRows.size() == static_cast<std::size_t>(F::TooFragmented) + 1;
}
static_assert(inOrder(), "one row a fault, in the order of the enum");

}  // namespace

const DataOutFaultRow& dataOutFaultRow(DataOutFault fault) { return kRows[static_cast<std::size_t>(fault)]; }

}  // namespace iscsi
