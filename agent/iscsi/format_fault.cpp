#include "agent/iscsi/format_fault.h"

#include <iterator>

namespace iscsi {
namespace {

using F = FormatFault;
constexpr std::optional<RejectReason> kClose = std::nullopt;
constexpr std::optional<RejectReason> kProtocol = RejectReason::ProtocolError;
constexpr std::optional<RejectReason> kField = RejectReason::InvalidPduField;

// clang-format off
constexpr FormatFaultRow kRows[] = {
  {F::OtherOpcode,           "the opcode is another one",                              kClose,    "11.2.1.2"},
  {F::AhsNotAllowed,         "TotalAHSLength is not 0 in a PDU without AHS",           kClose,    "11.2.1.5"},
  {F::AhsLength,             "an AHSLength that its type or TotalAHSLength forbids",   kClose,    "11.2.2.2"},
  {F::AhsType,               "reserved AHSType",                                       kProtocol, "11.2.2.1"},
  {F::AhsRepeated,           "two AHS of one type",                                    kClose,    "11.2.2"},
  {F::DataNotAllowed,        "DataSegmentLength is not 0 in a PDU without data",       kClose,    "11.2.1.6"},
  {F::ReservedTaskTag,       "Initiator Task Tag is ffffffff",                         kClose,    "11.2.1.8"},
  {F::ReservedTransferTag,   "Target Transfer Tag is ffffffff",                        kClose,    "11.8.5"},
  {F::NotImmediate,          "the I bit must be set and is not",                       kClose,    "11.5.1, 11.18.1"},
  {F::ReservedTaskAttribute, "reserved task attribute",                                kProtocol, "11.3.1"},
  {F::NeitherFinalNorWrite,  "neither F nor W is set",                                 kClose,    "11.3.1"},
  {F::NoDirection,           "data is expected, and neither R nor W is set",           kClose,    "11.3.1"},
  {F::NoBidirectionalLength, "R and W without a bidirectional read length",            kClose,    "11.3.4"},
  {F::DataWithoutWrite,      "immediate data, and W is not set",                       kClose,    "11.3.6"},
  {F::DataBeyondTransfer,    "more immediate data than Expected Data Transfer Length", kClose,    "11.3.4"},
  {F::NotFinal,              "all data is immediate, and F is not set",                kClose,    "11.3.4"},
  {F::EmptyTransfer,         "Desired Data Transfer Length is 0",                      kClose,    "11.8.4"},
  {F::ReservedResponse,      "reserved response code",                                 kClose,    "11.4.3, 11.6.1"},
  {F::OverflowAndUnderflow,  "overflow and underflow at once",                         kClose,    "11.4.1"},
  {F::NoSense,               "CHECK CONDITION without sense data",                     kClose,    "7.7, 11.4.7"},
  {F::StatusNotFinal,        "S is set and F is not",                                  kClose,    "11.7.3"},
  {F::StatusNotGood,         "a status in Data-In that must come in a SCSI Response",  kClose,    "11.7.3"},
  {F::BothTags,              "a NOP-In with both tags",                                kClose,    "7.7, 11.19.1"},
  {F::DataWithoutTaskTag,    "a NOP-In that answers no ping and has data",             kClose,    "11.19"},
  {F::ReservedLogoutReason,  "reserved logout reason",                                 kProtocol, "11.14.1"},
  {F::ReservedSnackType,     "reserved SNACK type",                                    kProtocol, "11.16.1"},
  {F::SnackFields,           "tags or run that the SNACK type forbids",                kField,    "11.16.4 to 11.16.7"},
  {F::SenseLength,           "SenseLength beyond the data segment",                    kClose,    "11.4.7.1"},
};
// clang-format on

constexpr bool inOrder() {
  for (std::size_t i = 0; i < std::size(kRows); ++i) {
    if (static_cast<std::size_t>(kRows[i].fault) != i) return false;
  }
  return std::size(kRows) == static_cast<std::size_t>(F::SenseLength) + 1;
}
static_assert(inOrder(), "one row a fault, in the order of the enum");

}  // namespace

std::span<const FormatFaultRow> formatFaultTable() { return kRows; }
const FormatFaultRow& rowOf(FormatFault fault) { return kRows[static_cast<std::size_t>(fault)]; }

}  // namespace iscsi
