#include "agent/scsi/sense.h"

#include <cstring>

namespace scsi {
namespace {

struct AscRow {
  Asc asc;
  std::string_view name;  // as T10 writes it
};

// clang-format off
constexpr AscRow kRows[] = {
  {Asc::NoAdditionalSense,                     "NO ADDITIONAL SENSE INFORMATION"},
  {Asc::OperationInProgress,                    "OPERATION IN PROGRESS"},
  {Asc::BecomingReady,                         "LOGICAL UNIT IS IN PROCESS OF BECOMING READY"},
  {Asc::InitializingCommandRequired,           "LOGICAL UNIT NOT READY, INITIALIZING COMMAND REQUIRED"},
  {Asc::FormatInProgress,                      "LOGICAL UNIT NOT READY, FORMAT IN PROGRESS"},
  {Asc::AsymmetricAccessStateTransition,       "LOGICAL UNIT NOT ACCESSIBLE, ASYMMETRIC ACCESS STATE TRANSITION"},
  {Asc::TargetPortInStandbyState,              "LOGICAL UNIT NOT ACCESSIBLE, TARGET PORT IN STANDBY STATE"},
  {Asc::TargetPortInUnavailableState,          "LOGICAL UNIT NOT ACCESSIBLE, TARGET PORT IN UNAVAILABLE STATE"},
  {Asc::SanitizeInProgress,                    "LOGICAL UNIT NOT READY, SANITIZE IN PROGRESS"},
  {Asc::UnreachableCopyTarget,                  "UNREACHABLE COPY TARGET"},
  {Asc::WriteError,                            "WRITE ERROR"},
  {Asc::UnexpectedUnsolicitedData,             "WRITE ERROR - UNEXPECTED UNSOLICITED DATA"},
  {Asc::NotEnoughUnsolicitedData,              "WRITE ERROR - NOT ENOUGH UNSOLICITED DATA"},
  {Asc::ThirdPartyDeviceFailure,                "THIRD PARTY DEVICE FAILURE"},
  {Asc::CopyTargetDeviceNotReachable,           "COPY TARGET DEVICE NOT REACHABLE"},
  {Asc::IncorrectCopyTargetDeviceType,          "INCORRECT COPY TARGET DEVICE TYPE"},
  {Asc::InvalidFieldInCommandInformationUnit,  "INVALID FIELD IN COMMAND INFORMATION UNIT"},
  {Asc::UnrecoveredReadError,                  "UNRECOVERED READ ERROR"},
  {Asc::ParameterListLengthError,              "PARAMETER LIST LENGTH ERROR"},
  {Asc::MiscompareDuringVerify,                "MISCOMPARE DURING VERIFY OPERATION"},
  {Asc::InvalidCommandOperationCode,           "INVALID COMMAND OPERATION CODE"},
  {Asc::LbaOutOfRange,                         "LOGICAL BLOCK ADDRESS OUT OF RANGE"},
  {Asc::UnsupportedTokenType,                   "INVALID TOKEN OPERATION, UNSUPPORTED TOKEN TYPE"},
  {Asc::TokenUnknown,                           "INVALID TOKEN OPERATION, TOKEN UNKNOWN"},
  {Asc::TokenRevoked,                           "INVALID TOKEN OPERATION, TOKEN REVOKED"},
  {Asc::TokenExpired,                           "INVALID TOKEN OPERATION, TOKEN EXPIRED"},
  {Asc::TokenDeleted,                           "INVALID TOKEN OPERATION, TOKEN DELETED"},
  {Asc::InvalidTokenLength,                     "INVALID TOKEN OPERATION, INVALID TOKEN LENGTH"},
  {Asc::InvalidFieldInCdb,                     "INVALID FIELD IN CDB"},
  {Asc::LogicalUnitNotSupported,               "LOGICAL UNIT NOT SUPPORTED"},
  {Asc::InvalidFieldInParameterList,           "INVALID FIELD IN PARAMETER LIST"},
  {Asc::InvalidReleaseOfPersistentReservation, "INVALID RELEASE OF PERSISTENT RESERVATION"},
  {Asc::TooManyTargetDescriptors,               "TOO MANY TARGET DESCRIPTORS"},
  {Asc::UnsupportedTargetDescriptorTypeCode,    "UNSUPPORTED TARGET DESCRIPTOR TYPE CODE"},
  {Asc::TooManySegmentDescriptors,              "TOO MANY SEGMENT DESCRIPTORS"},
  {Asc::UnsupportedSegmentDescriptorTypeCode,   "UNSUPPORTED SEGMENT DESCRIPTOR TYPE CODE"},
  {Asc::UnexpectedInexactSegment,               "UNEXPECTED INEXACT SEGMENT"},
  {Asc::InlineDataLengthExceeded,               "INLINE DATA LENGTH EXCEEDED"},
  {Asc::WriteProtected,                        "WRITE PROTECTED"},
  {Asc::SpaceAllocationFailedWriteProtect,     "SPACE ALLOCATION FAILED WRITE PROTECT"},
  {Asc::NotReadyToReadyChange,                 "NOT READY TO READY CHANGE, MEDIUM MAY HAVE CHANGED"},
  {Asc::PowerOnResetOrBusDeviceReset,          "POWER ON, RESET, OR BUS DEVICE RESET OCCURRED"},
  {Asc::PowerOnOccurred,                       "POWER ON OCCURRED"},
  {Asc::ScsiBusReset,                          "SCSI BUS RESET OCCURRED"},
  {Asc::BusDeviceResetFunctionOccurred,        "BUS DEVICE RESET FUNCTION OCCURRED"},
  {Asc::ModeParametersChanged,                 "MODE PARAMETERS CHANGED"},
  {Asc::LogParametersChanged,                  "LOG PARAMETERS CHANGED"},
  {Asc::ReservationsPreempted,                 "RESERVATIONS PREEMPTED"},
  {Asc::ReservationsReleased,                  "RESERVATIONS RELEASED"},
  {Asc::RegistrationsPreempted,                "REGISTRATIONS PREEMPTED"},
  {Asc::AsymmetricAccessStateChanged,          "ASYMMETRIC ACCESS STATE CHANGED"},
  {Asc::CapacityDataHasChanged,                "CAPACITY DATA HAS CHANGED"},
  {Asc::TimestampChanged,                      "TIMESTAMP CHANGED"},
  {Asc::CommandSequenceError,                  "COMMAND SEQUENCE ERROR"},
  {Asc::CommandsClearedByAnotherInitiator,     "COMMANDS CLEARED BY ANOTHER INITIATOR"},
  {Asc::MediumFormatCorrupted,                 "MEDIUM FORMAT CORRUPTED"},
  {Asc::SanitizeCommandFailed,                 "SANITIZE COMMAND FAILED"},
  {Asc::ThinProvisioningSoftThresholdReached,  "THIN PROVISIONING SOFT THRESHOLD REACHED"},
  {Asc::SavingParametersNotSupported,          "SAVING PARAMETERS NOT SUPPORTED"},
  {Asc::MediumNotPresent,                      "MEDIUM NOT PRESENT"},
  {Asc::InquiryDataHasChanged,                 "INQUIRY DATA HAS CHANGED"},
  {Asc::DeviceIdentifierChanged,               "DEVICE IDENTIFIER CHANGED"},
  {Asc::ReportedLunsDataHasChanged,            "REPORTED LUNS DATA HAS CHANGED"},
  {Asc::InternalTargetFailure,                 "INTERNAL TARGET FAILURE"},
  {Asc::ProtocolServiceCrcError,               "PROTOCOL SERVICE CRC ERROR"},
  {Asc::CommandsClearedByIscsiEvent,           "SOME COMMANDS CLEARED BY ISCSI PROTOCOL EVENT"},
  {Asc::InvalidMessageError,                   "INVALID MESSAGE ERROR"},
  {Asc::DataPhaseError,                        "DATA PHASE ERROR"},
  {Asc::OverlappedCommandsAttempted,           "OVERLAPPED COMMANDS ATTEMPTED"},
  {Asc::MediumRemovalPrevented,                "MEDIUM REMOVAL PREVENTED"},
  {Asc::InsufficientReservationResources,      "INSUFFICIENT RESERVATION RESOURCES"},
  {Asc::InsufficientResources,                 "INSUFFICIENT RESOURCES"},
  {Asc::InsufficientRegistrationResources,     "INSUFFICIENT REGISTRATION RESOURCES"},
  {Asc::InsufficientResourcesToCreateRodToken,  "INSUFFICIENT RESOURCES TO CREATE ROD TOKEN"},
};
// clang-format on

constexpr bool ascending() {
  for (std::size_t i = 1; i < std::size(kRows); ++i) {
    if (kRows[i - 1].asc >= kRows[i].asc) return false;
  }
  return true;
}
static_assert(ascending(), "one row a code, in order");

// SPC-4 4.5.2.4: the three bytes of the SENSE-KEY SPECIFIC field; false where there is nothing to say.
bool senseKeySpecific(const Sense& sense, std::uint8_t* out) {
  if (sense.pointer) {
    out[0] = static_cast<std::uint8_t>(0x80 | (sense.pointer->inCdb ? 0x40 : 0) |
                                       (sense.pointer->ofSegment ? 0x20 : 0) |
                                       (sense.pointer->bit ? 0x08 | (*sense.pointer->bit & 7) : 0));
    base::storeU16(out + 1, sense.pointer->field);
    return true;
  }
  if (sense.progress) {
    out[0] = 0x80;
    base::storeU16(out + 1, sense.progress->of65536);
    return true;
  }
  return false;
}

static_assert(8 + 12 + 12 + 8 + 4 + kMaxForwardedSense <= kMaxSenseSize, "all descriptors fit");

std::size_t encodeFixed(const Sense& sense, SenseBuffer& out) {
  out[0] = 0x70;
  out[2] = static_cast<std::uint8_t>(sense.key);
  if (sense.information && *sense.information <= 0xffffffffU) {
    out[0] |= 0x80;
    base::storeU32(&out[3], static_cast<std::uint32_t>(*sense.information));
  }
  base::storeU16(&out[12], static_cast<std::uint16_t>(sense.asc));
  senseKeySpecific(sense, &out[15]);
  std::size_t size = kFixedSenseSize;
  // COMMAND-SPECIFIC INFORMATION: where the source's and the destination's status and sense begin, and the segment.
  base::storeU16(&out[10], sense.segment.value_or(0));
  if (sense.forwarded) {
    out[sense.forwarded->fromSource ? 8 : 9] = kFixedSenseSize;
    out[size] = static_cast<std::uint8_t>(sense.forwarded->status);
    std::memcpy(&out[size + 1], sense.forwarded->bytes.data(), sense.forwarded->size);
    size += 1U + sense.forwarded->size;
  }
  out[7] = static_cast<std::uint8_t>(size - 8);
  return size;
}

std::size_t encodeDescriptors(const Sense& sense, SenseBuffer& out) {
  out[0] = 0x72;
  out[1] = static_cast<std::uint8_t>(sense.key);
  base::storeU16(&out[2], static_cast<std::uint16_t>(sense.asc));
  std::size_t size = 8;
  if (sense.information) {
    out[size + 1] = 0x0a;  // INFORMATION sense data descriptor, type 00
    out[size + 2] = 0x80;
    base::storeU64(&out[size + 4], *sense.information);
    size += 12;
  }
  if (sense.segment) {
    out[size] = 0x01;  // COMMAND-SPECIFIC INFORMATION
    out[size + 1] = 0x0a;
    base::storeU64(&out[size + 4], *sense.segment);
    size += 12;
  }
  if (senseKeySpecific(sense, &out[size + 4])) {
    out[size] = 0x02;
    out[size + 1] = 0x06;
    size += 8;
  }
  if (sense.forwarded) {
    out[size] = 0x0c;
    out[size + 1] = static_cast<std::uint8_t>(2U + sense.forwarded->size);
    out[size + 2] = sense.forwarded->fromSource ? 1 : 2;
    out[size + 3] = static_cast<std::uint8_t>(sense.forwarded->status);
    std::memcpy(&out[size + 4], sense.forwarded->bytes.data(), sense.forwarded->size);
    size += 4U + sense.forwarded->size;
  }
  out[7] = static_cast<std::uint8_t>(size - 8);
  return size;
}

}  // namespace

std::string_view ascName(Asc asc) {
  for (const AscRow& row : kRows) {
    if (row.asc == asc) return row.name;
  }
  return {};
}

std::size_t encode(const Sense& sense, bool descriptorFormat, SenseBuffer& out) {
  out.fill(0);
  return descriptorFormat ? encodeDescriptors(sense, out) : encodeFixed(sense, out);
}

std::optional<SenseKey> keyOf(base::ByteView sense) {
  if (sense.size() < 4) return std::nullopt;
  const unsigned format = sense[0] & 0x7fU;
  if (format == 0x70 || format == 0x71) return static_cast<SenseKey>(sense[2] & 0x0f);
  if (format == 0x72 || format == 0x73) return static_cast<SenseKey>(sense[1] & 0x0f);
  return std::nullopt;
}

}  // namespace scsi
