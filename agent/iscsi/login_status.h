// Status-Class and Status-Detail of the Login Response as one table (RFC 7143 11.13.5). Pure data, safe from any
// thread.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace iscsi {

// Status-Class in the high byte, Status-Detail in the low one.
enum class LoginStatus : std::uint16_t {
  Success = 0x0000,
  TargetMovedTemporarily = 0x0101,
  TargetMovedPermanently = 0x0102,
  InitiatorError = 0x0200,
  AuthenticationFailure = 0x0201,
  AuthorizationFailure = 0x0202,
  NotFound = 0x0203,
  TargetRemoved = 0x0204,
  UnsupportedVersion = 0x0205,
  TooManyConnections = 0x0206,
  MissingParameter = 0x0207,
  CannotIncludeInSession = 0x0208,
  SessionTypeNotSupported = 0x0209,
  SessionDoesNotExist = 0x020a,
  InvalidDuringLogin = 0x020b,
  TargetError = 0x0300,
  ServiceUnavailable = 0x0301,
  OutOfResources = 0x0302,
};

enum class LoginStatusClass : std::uint8_t { Success = 0, Redirection = 1, InitiatorError = 2, TargetError = 3 };

struct LoginStatusRow {
  LoginStatus status;
  std::string_view name;     // as the RFC writes it
  std::string_view when;     // when this target gives it
  std::string_view section;  // of RFC 7143
};

std::span<const LoginStatusRow> loginStatusTable();

// The RFC's name of a code; "reserved" for one that it does not define.
std::string_view loginStatusName(std::uint16_t code);
inline std::string_view loginStatusName(LoginStatus status) {
  return loginStatusName(static_cast<std::uint16_t>(status));
}

constexpr std::uint8_t statusClassOf(LoginStatus status) {
  return static_cast<std::uint8_t>(static_cast<std::uint16_t>(status) >> 8);
}
constexpr bool isRedirection(LoginStatus status) {
  return statusClassOf(status) == static_cast<std::uint8_t>(LoginStatusClass::Redirection);
}
// Only after a target error may an initiator try the same login again (11.13.5).
constexpr bool mayRetry(LoginStatus status) {
  return statusClassOf(status) == static_cast<std::uint8_t>(LoginStatusClass::TargetError);
}

}  // namespace iscsi
