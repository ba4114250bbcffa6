#include "isns-server/ctl/status_advice.h"

#include "shared/isns/status.h"

namespace ctl {
namespace {

using isns::Status;

struct AdviceRow {
  Status status;
  std::string_view advice;
};

// clang-format off
constexpr AdviceRow kRows[] = {
  {Status::Successful,              ""},
  {Status::UnknownError,            "look into the server's log"},
  {Status::MessageFormatError,      "the server cannot read the request; --verbose shows what was sent"},
  {Status::InvalidRegistration,     "a value is wrong, a name is in use, an object is missing, or a new entity has neither node nor portal"},
  {Status::InvalidQuery,            "the server does not take this key; ask by the key or the index of one kind of object"},
  {Status::SourceUnknown,           "the source is not registered: register it, or ask as another with --source or --control"},
  {Status::SourceAbsent,            "the server does not take this source; give an iSCSI name with --source"},
  {Status::SourceUnauthorized,      "ask as a control node (--control), from an address that its [[control_node]] at the server names, or as a node of the same entity (--source)"},
  {Status::NoSuchEntry,             "there is no such object, or the source may not see it"},
  {Status::VersionNotSupported,     "the server speaks another version of iSNS"},
  {Status::InternalError,           "look into the server's log; if the answer would be long, ask for less with --get"},
  {Status::Busy,                    "try again later"},
  {Status::OptionNotUnderstood,     "the server does not take the signature, or demands one: see --auth-key"},
  {Status::InvalidUpdate,           "deregister the object first, or register it with --replace"},
  {Status::MessageNotSupported,     "this server has no such function"},
  {Status::ScnEventRejected,        "the node must be registered and the events known"},
  {Status::ScnRegistrationRejected, "register a portal with an SCN port in the node's entity first"},
  {Status::AttributeNotImplemented, "this server does not know one of the attributes; name fewer of them"},
  {Status::FcDomainIdNotAvailable,  "all 239 ids of the fabric are taken"},
  {Status::FcDomainIdNotAllocated,  "the id is not allocated in this fabric"},
  {Status::EsiNotAvailable,         "register without ESI port and interval"},
  {Status::InvalidDeregistration,   "the server does not know the object, or does not take this key"},
  {Status::RegistrationFeatureNotSupported, "this server does not take this kind of object, such as explicit portal groups"},
};
// clang-format on

}  // namespace

std::string_view statusAdvice(std::uint32_t status) {
  for (const AdviceRow& row : kRows) {
    if (static_cast<std::uint32_t>(row.status) == status) return row.advice;
  }
  return "RFC 4171 defines no such status";
}

}  // namespace ctl
