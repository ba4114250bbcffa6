// Sense data: what went wrong, in fixed and in descriptor format (SPC-4 4.5).
//
// A Sense is a value that a handler makes; encode() writes it as the initiator wants it (D_SENSE, DESC). The additional
// sense codes that this device server uses are one table with T10's names. Pure, safe from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "agent/scsi/status.h"
#include "shared/base/bytes.h"

namespace scsi {

enum class SenseKey : std::uint8_t {
  NoSense = 0x0,
  RecoveredError = 0x1,
  NotReady = 0x2,
  MediumError = 0x3,
  HardwareError = 0x4,
  IllegalRequest = 0x5,
  UnitAttention = 0x6,
  DataProtect = 0x7,
  BlankCheck = 0x8,
  VendorSpecific = 0x9,
  CopyAborted = 0xa,
  AbortedCommand = 0xb,
  VolumeOverflow = 0xd,
  Miscompare = 0xe,
  Completed = 0xf,
};

// ADDITIONAL SENSE CODE in the high byte, QUALIFIER in the low one.
enum class Asc : std::uint16_t {
  NoAdditionalSense = 0x0000,
  OperationInProgress = 0x0016,
  BecomingReady = 0x0401,
  InitializingCommandRequired = 0x0402,
  FormatInProgress = 0x0404,
  AsymmetricAccessStateTransition = 0x040a,
  TargetPortInStandbyState = 0x040b,
  TargetPortInUnavailableState = 0x040c,
  SanitizeInProgress = 0x041b,
  UnreachableCopyTarget = 0x0804,
  WriteError = 0x0c00,
  UnexpectedUnsolicitedData = 0x0c0c,
  NotEnoughUnsolicitedData = 0x0c0d,
  ThirdPartyDeviceFailure = 0x0d01,
  CopyTargetDeviceNotReachable = 0x0d02,
  IncorrectCopyTargetDeviceType = 0x0d03,
  InvalidFieldInCommandInformationUnit = 0x0e03,
  UnrecoveredReadError = 0x1100,
  ParameterListLengthError = 0x1a00,
  MiscompareDuringVerify = 0x1d00,
  InvalidCommandOperationCode = 0x2000,
  LbaOutOfRange = 0x2100,
  UnsupportedTokenType = 0x2301,
  TokenUnknown = 0x2304,
  TokenRevoked = 0x2306,
  TokenExpired = 0x2307,
  TokenDeleted = 0x2309,
  InvalidTokenLength = 0x230a,
  InvalidFieldInCdb = 0x2400,
  LogicalUnitNotSupported = 0x2500,
  InvalidFieldInParameterList = 0x2600,
  InvalidReleaseOfPersistentReservation = 0x2604,
  TooManyTargetDescriptors = 0x2606,
  UnsupportedTargetDescriptorTypeCode = 0x2607,
  TooManySegmentDescriptors = 0x2608,
  UnsupportedSegmentDescriptorTypeCode = 0x2609,
  UnexpectedInexactSegment = 0x260a,
  InlineDataLengthExceeded = 0x260b,
  WriteProtected = 0x2700,
  SpaceAllocationFailedWriteProtect = 0x2707,
  NotReadyToReadyChange = 0x2800,
  PowerOnResetOrBusDeviceReset = 0x2900,
  PowerOnOccurred = 0x2901,
  ScsiBusReset = 0x2902,
  BusDeviceResetFunctionOccurred = 0x2903,
  ModeParametersChanged = 0x2a01,
  LogParametersChanged = 0x2a02,
  ReservationsPreempted = 0x2a03,
  ReservationsReleased = 0x2a04,
  RegistrationsPreempted = 0x2a05,
  AsymmetricAccessStateChanged = 0x2a06,
  CapacityDataHasChanged = 0x2a09,
  TimestampChanged = 0x2a10,
  CommandSequenceError = 0x2c00,
  CommandsClearedByAnotherInitiator = 0x2f00,
  MediumFormatCorrupted = 0x3100,
  SanitizeCommandFailed = 0x3103,
  ThinProvisioningSoftThresholdReached = 0x3807,
  SavingParametersNotSupported = 0x3900,
  MediumNotPresent = 0x3a00,
  InquiryDataHasChanged = 0x3f03,
  DeviceIdentifierChanged = 0x3f05,
  ReportedLunsDataHasChanged = 0x3f0e,
  InternalTargetFailure = 0x4400,
  ProtocolServiceCrcError = 0x4705,
  CommandsClearedByIscsiEvent = 0x477f,  // 47/7f: some commands cleared by iSCSI protocol event
  InvalidMessageError = 0x4900,
  DataPhaseError = 0x4b00,
  OverlappedCommandsAttempted = 0x4e00,
  MediumRemovalPrevented = 0x5302,
  InsufficientReservationResources = 0x5502,
  InsufficientResources = 0x5503,
  InsufficientRegistrationResources = 0x5504,
  InsufficientResourcesToCreateRodToken = 0x550d,
};

// T10's name, or an empty view for a code that this device server does not use.
std::string_view ascName(Asc asc);

// The SENSE-KEY SPECIFIC field where it is used here: which field is wrong, or how far something is.
struct FieldPointer {
  bool inCdb = true;                 // else in the parameter list
  std::uint16_t field = 0;           // byte
  std::optional<std::uint8_t> bit;   // the most significant bit that is wrong
  bool ofSegment = false;            // COPY ABORTED: `field` is counted from the start of the segment descriptor
};
struct Progress {
  std::uint16_t of65536 = 0;
};

// What a unit that took part in a third-party copy answered, carried within the sense of the copy (SPC-4 4.5.2.7).
inline constexpr std::size_t kMaxForwardedSense = 32;
struct ForwardedSense {
  bool fromSource = false;  // else from the destination
  Status status = Status::CheckCondition;
  std::uint8_t size = 0;
  std::array<std::uint8_t, kMaxForwardedSense> bytes{};
};

struct Sense {
  SenseKey key = SenseKey::NoSense;
  Asc asc = Asc::NoAdditionalSense;
  std::optional<std::uint64_t> information = std::nullopt;
  std::optional<FieldPointer> pointer = std::nullopt;
  std::optional<Progress> progress = std::nullopt;
  std::optional<std::uint16_t> segment = std::nullopt;  // COPY ABORTED: the segment descriptor that was processed
  std::optional<ForwardedSense> forwarded = std::nullopt;
};

inline constexpr std::size_t kFixedSenseSize = 18;
inline constexpr std::size_t kMaxSenseSize = 96;
using SenseBuffer = std::array<std::uint8_t, kMaxSenseSize>;

// Writes `sense` and returns how many bytes it is. Fixed format cannot hold an INFORMATION beyond 32 bits: VALID is
// then zero.
std::size_t encode(const Sense& sense, bool descriptorFormat, SenseBuffer& out);

// The sense key of sense data that was encoded; nothing where it is none.
std::optional<SenseKey> keyOf(base::ByteView sense);

// The reasons that nearly every handler gives.
inline Sense invalidFieldInCdb(std::uint16_t field, std::optional<std::uint8_t> bit = std::nullopt) {
  return {SenseKey::IllegalRequest, Asc::InvalidFieldInCdb, std::nullopt, FieldPointer{true, field, bit}, std::nullopt};
}
inline Sense invalidFieldInParameterList(std::uint16_t field, std::optional<std::uint8_t> bit = std::nullopt) {
  return {SenseKey::IllegalRequest, Asc::InvalidFieldInParameterList, std::nullopt, FieldPointer{false, field, bit},
          std::nullopt};
}
inline Sense parameterListLengthError() { return {SenseKey::IllegalRequest, Asc::ParameterListLengthError}; }
inline Sense lbaOutOfRange() { return {SenseKey::IllegalRequest, Asc::LbaOutOfRange}; }
inline Sense wrongDataLength() { return {SenseKey::IllegalRequest, Asc::InvalidFieldInCommandInformationUnit}; }

}  // namespace scsi
