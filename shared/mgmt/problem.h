// The errors of the management API, one row each: a stable code, its HTTP status, a title, and what to do (RFC 9457).
//
// Server, sanctl and console take their words from here. A code never changes and is never used again. Constexpr data.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "shared/base/result.h"

namespace mgmt {

enum class ProblemCode : std::uint8_t {
  NotFound,
  NoSuchObject,
  MethodNotAllowed,
  BadRequest,
  BadJson,
  BadParameter,
  BadFilter,
  BadValue,
  NotAllowedHere,
  TokenInUrl,
  LoginNeeded,
  LoginFailed,
  LoginWait,
  TokenEnded,
  CertificateRefused,
  RightMissing,
  LocalOnly,
  AlreadyInitialised,
  NotInitialised,
  CannotListen,
  StaleDraft,
  OldVersion,
  WrongState,
  Guard,
  ApprovalNeeded,
  NameTaken,
  LimitReached,
  TooLarge,
  TooManyRequests,
  RevisionGone,
  NotReady,
  StoreFailed,
  Busy,
  Internal,
  kCount,
};

struct ProblemRow {
  ProblemCode code;
  std::string_view name;  // in "type" and "code"
  int status;
  std::string_view title;
  std::string_view hint;  // what to do, in general; an answer may have a better one
};

inline constexpr std::array<ProblemRow, static_cast<std::size_t>(ProblemCode::kCount)> kProblems{{
    {ProblemCode::NotFound, "not-found", 404, "There is nothing at this path",
     "GET /api/v1/openapi.json lists what there is."},
    {ProblemCode::NoSuchObject, "no-such-object", 404, "There is no such object",
     "Names are written as kind:name, numbers as kind:#number."},
    {ProblemCode::MethodNotAllowed, "method-not-allowed", 405, "This path does not know the method",
     "The header Allow lists those that it knows."},
    {ProblemCode::BadRequest, "bad-request", 400, "The request cannot be understood", "The detail says what is wrong."},
    {ProblemCode::BadJson, "bad-json", 400, "The body is no JSON that is taken here",
     "The detail says what is wrong; of what is no JSON at all, at which byte."},
    {ProblemCode::BadParameter, "bad-parameter", 400, "A parameter has a value that it cannot have",
     "The pointer names the parameter."},
    {ProblemCode::BadFilter, "bad-filter", 400, "The filter cannot be read",
     "The detail says at which byte; docs/reference/filter.md has the grammar."},
    {ProblemCode::BadValue, "bad-value", 422, "A value cannot be what was asked for",
     "The pointer names it, the detail says what it may be."},
    {ProblemCode::NotAllowedHere, "not-allowed-here", 422, "This is not for change sets to write",
     "Registrations and agents' reports make it."},
    {ProblemCode::TokenInUrl, "token-in-url", 400, "A token or password stands in the URL",
     "Make it void now, for URLs are logged; send it in the header Authorization."},
    {ProblemCode::LoginNeeded, "login-needed", 401, "Nobody is logged in",
     "POST /api/v1/login, or send a token: Authorization: Bearer TOKEN."},
    {ProblemCode::LoginFailed, "login-failed", 401, "The login was refused",
     "Check name and password; after some failures each try has to wait."},
    {ProblemCode::LoginWait, "login-wait", 429, "Too many logins failed", "Wait as long as Retry-After says."},
    {ProblemCode::TokenEnded, "token-ended", 401, "The token does not hold",
     "It has expired, was made void, or is none: log in again."},
    {ProblemCode::CertificateRefused, "certificate-refused", 401, "The certificate is not accepted",
     "The detail says why; enrol again where it has expired."},
    {ProblemCode::RightMissing, "right-missing", 403, "A right is missing",
     "The detail names it and the roles that have it."},
    {ProblemCode::LocalOnly, "local-only", 403, "This is for the local socket alone", "Run it as root on the server."},
    {ProblemCode::AlreadyInitialised, "already-initialised", 409, "Keys and the first administrator are there",
     "Log in; an administrator makes further users."},
    {ProblemCode::NotInitialised, "not-initialised", 503, "The server has no keys yet",
     "Run `sanctl init` as root on the server."},
    {ProblemCode::CannotListen, "cannot-listen", 503, "The API cannot be served at its address",
     "Free the address, or change api.address or api.port and restart isns-server; then do the same again."},
    {ProblemCode::StaleDraft, "stale-draft", 409, "Something that the draft depends on has changed",
     "Merge: POST /changes/{id}/merge shows what differs."},
    {ProblemCode::OldVersion, "old-version", 409, "Somebody has changed it since it was looked at",
     "Read it again, and give the version that it has now."},
    {ProblemCode::WrongState, "wrong-state", 409, "It is not in a state in which this can be done",
     "The detail says what stands in the way."},
    {ProblemCode::Guard, "guard", 409, "A guard stops the change",
     "The objections say which, and whether a reason lifts it."},
    {ProblemCode::ApprovalNeeded, "approval-needed", 409, "The change set must be approved",
     "Submit it; somebody with the right approves."},
    {ProblemCode::NameTaken, "name-taken", 409, "The name is taken", "Choose another one."},
    {ProblemCode::LimitReached, "limit-reached", 409, "There are too many of these", "Remove some first."},
    {ProblemCode::TooLarge, "too-large", 413, "The request is too large", "Send it in parts."},
    {ProblemCode::TooManyRequests, "too-many-requests", 429, "Too many requests", "Wait as long as Retry-After says."},
    {ProblemCode::RevisionGone, "revision-gone", 410, "The history does not go back that far",
     "GET /api/v1/status says since which revision it is whole."},
    {ProblemCode::NotReady, "not-ready", 503, "The server is still reading what is stored", "Try again in a moment."},
    {ProblemCode::StoreFailed, "store-failed", 503, "The store takes no changes at the moment",
     "Nothing was changed. /readyz says why; try again when it is mended."},
    {ProblemCode::Busy, "busy", 503, "Too much waits already", "Nothing was changed. Try again in a moment."},
    {ProblemCode::Internal, "internal", 500, "The server has made a mistake",
     "Nothing was changed, as far as it knows. The log has more."},
}};

constexpr const ProblemRow& rowOf(ProblemCode code) { return kProblems[static_cast<std::size_t>(code)]; }
constexpr const ProblemRow* findProblem(std::string_view name) {
  for (const ProblemRow& row : kProblems) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

namespace detail {
constexpr bool problemsAreInOrder() {
  for (std::size_t i = 0; i < kProblems.size(); ++i) {
    if (kProblems[i].code != static_cast<ProblemCode>(i)) return false;
  }
  return true;
}
}  // namespace detail
static_assert(detail::problemsAreInOrder());

// One answer of that kind.
struct Problem {
  ProblemCode code = ProblemCode::Internal;
  std::string detail;   // a sentence about this case
  std::string pointer;  // JSON pointer into the body, or the name of a parameter; may be empty
  std::string hint;     // instead of the row's
  std::uint32_t retryAfter = 0;  // seconds, in the header of that name; 0: none
};

inline base::Failure<Problem> problem(ProblemCode code, std::string detail = {}, std::string pointer = {}) {
  return {Problem{code, std::move(detail), std::move(pointer), {}}};
}

}  // namespace mgmt
