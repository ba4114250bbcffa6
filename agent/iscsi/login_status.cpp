#include "agent/iscsi/login_status.h"

namespace iscsi {
namespace {

using S = LoginStatus;

// clang-format off
constexpr LoginStatusRow kRows[] = {
  {S::Success,                 "Success",                    "the login goes on or is done",                                                    "11.13.5"},
  {S::TargetMovedTemporarily,  "Target moved temporarily",   "the owner redirects, for balance or a drain; TargetAddress follows",              "11.13.5"},
  {S::TargetMovedPermanently,  "Target moved permanently",   "the owner redirects for good; TargetAddress follows",                             "11.13.5"},
  {S::InitiatorError,          "Initiator error",            "a header or key that the rules forbid, a key twice, a bound exceeded",            "6.3, 9.2"},
  {S::AuthenticationFailure,   "Authentication failure",     "no common method or algorithm, a wrong response, a method that policy demands",   "9.2, 12.1.3"},
  {S::AuthorizationFailure,    "Authorization failure",      "the initiator may not use the target",                                            "11.13.5"},
  {S::NotFound,                "Not found",                  "no such target on this portal for this initiator",                                "11.13.5"},
  {S::TargetRemoved,           "Target removed",             "the target is gone and left no address",                                          "11.13.5"},
  {S::UnsupportedVersion,      "Unsupported version",        "the range of versions does not hold 0",                                           "11.12.4"},
  {S::TooManyConnections,      "Too many connections",       "the session has MaxConnections already, or is a discovery session",               "11.13.5"},
  {S::MissingParameter,        "Missing parameter",          "no InitiatorName, no TargetName, or a key missing from a step of CHAP",           "6.3, 9.2"},
  {S::CannotIncludeInSession,  "Can't include in session",   "the session is on another portal group",                                          "11.13.5"},
  {S::SessionTypeNotSupported, "Session type not supported", "neither Normal nor Discovery, or not allowed to this initiator",                  "13.21"},
  {S::SessionDoesNotExist,     "Session does not exist",     "a TSIH that no session of this initiator port has",                               "6.3.1"},
  {S::InvalidDuringLogin,      "Invalid during login",       "another PDU than a Login Request after the first one",                            "4.2.4"},
  {S::TargetError,             "Target error",               "no random bytes, or what holds the credentials failed",                           "11.13.5"},
  {S::ServiceUnavailable,      "Service unavailable",        "the target is not in operation",                                                  "11.13.5"},
  {S::OutOfResources,          "Out of resources",           "a limit on sessions is reached",                                                  "11.13.5"},
};
// clang-format on

constexpr bool ascending() {
  for (std::size_t i = 1; i < std::size(kRows); ++i) {
    if (kRows[i - 1].status >= kRows[i].status) return false;
  }
  return true;
}
static_assert(ascending());

}  // namespace

std::span<const LoginStatusRow> loginStatusTable() { return kRows; }

std::string_view loginStatusName(std::uint16_t code) {
  for (const LoginStatusRow& row : kRows) {
    if (static_cast<std::uint16_t>(row.status) == code) return row.name;
  }
  return "reserved";
}

}  // namespace iscsi
