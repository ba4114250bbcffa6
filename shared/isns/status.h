// The response status codes of RFC 4171 section 5.4 as one table. Pure data, safe from any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace isns {

enum class Status : std::uint32_t {
  Successful = 0,
  UnknownError = 1,
  MessageFormatError = 2,
  InvalidRegistration = 3,
  InvalidQuery = 5,
  SourceUnknown = 6,
  SourceAbsent = 7,
  SourceUnauthorized = 8,
  NoSuchEntry = 9,
  VersionNotSupported = 10,
  InternalError = 11,
  Busy = 12,
  OptionNotUnderstood = 13,
  InvalidUpdate = 14,
  MessageNotSupported = 15,
  ScnEventRejected = 16,
  ScnRegistrationRejected = 17,
  AttributeNotImplemented = 18,
  FcDomainIdNotAvailable = 19,
  FcDomainIdNotAllocated = 20,
  EsiNotAvailable = 21,
  InvalidDeregistration = 22,
  RegistrationFeatureNotSupported = 23,
};

struct StatusRow {
  Status status;
  std::string_view name;  // as the RFC writes it
  std::string_view when;  // when this server gives it
};

std::span<const StatusRow> statusTable();

// The RFC's name of a code; "reserved" for one that it does not define.
std::string_view statusName(std::uint32_t code);
inline std::string_view statusName(Status status) { return statusName(static_cast<std::uint32_t>(status)); }

}  // namespace isns
