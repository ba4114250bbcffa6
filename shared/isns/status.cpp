#include "shared/isns/status.h"

namespace isns {
namespace {

// clang-format off
constexpr StatusRow kRows[] = {
  {Status::Successful,              "Successful",                         "done; also a query that matches nothing and a deregistration of what is not there"},
  {Status::UnknownError,            "Unknown Error",                      "never on purpose"},
  {Status::MessageFormatError,      "Message Format Error",               "a TLV that runs past the payload, a length that its type forbids, attributes out of order, broken reassembly"},
  {Status::InvalidRegistration,     "Invalid Registration",               "a bad value, a key object that is missing, a new entity without node and portal, a second entity, a name in use, an attribute that only the server sets"},
  {Status::InvalidQuery,            "Invalid Query",                      "a key that mixes object types, a DevGetNext key that is no key, operating attributes of another type in DevGetNext"},
  {Status::SourceUnknown,           "Source Unknown",                     "the source must be registered and is not"},
  {Status::SourceAbsent,            "Source Absent",                      "the first TLV is no source"},
  {Status::SourceUnauthorized,      "Source Unauthorized",                "not a control node, the object belongs to another entity, or a signature is missing or wrong"},
  {Status::NoSuchEntry,             "No Such Entry",                      "DevGetNext past the last object"},
  {Status::VersionNotSupported,     "Version Not Supported",              "the header's version is not 1"},
  {Status::InternalError,           "Internal Error",                     "the store does not take the change; nothing was changed"},
  {Status::Busy,                    "Busy",                               "a bound is reached: requests of this source, changes waiting for the store, or objects in the registry"},
  {Status::OptionNotUnderstood,     "Option Not Understood",              "a reserved flag, or an authentication block of another algorithm"},
  {Status::InvalidUpdate,           "Invalid Update",                     "an update that is not allowed, such as moving an object to another entity"},
  {Status::MessageNotSupported,     "Message (FUNCTION_ID) Not Supported", "a reserved or vendor-specific function"},
  {Status::ScnEventRejected,        "SCN Event Rejected",                 "an SCNEvent without a usable node or bitmap"},
  {Status::ScnRegistrationRejected, "SCN Registration Rejected",          "no portal of the entity has an SCN port, or the key is not one node"},
  {Status::AttributeNotImplemented, "Attribute Not Implemented",          "an attribute that this server does not store, or a query key that it does not know"},
  {Status::FcDomainIdNotAvailable,  "FC_DOMAIN_ID Not Available",         "all 239 ids of the fabric are taken"},
  {Status::FcDomainIdNotAllocated,  "FC_DOMAIN_ID Not Allocated",         "the id to release is not allocated to this client"},
  {Status::EsiNotAvailable,         "ESI Not Available",                  "ESI is asked for and switched off"},
  {Status::InvalidDeregistration,   "Invalid Deregistration",             "a deregistration by something that is no key"},
  {Status::RegistrationFeatureNotSupported, "Registration Feature Not Supported", "objects of vendor-specific types"},
};
// clang-format on

}  // namespace

std::span<const StatusRow> statusTable() { return kRows; }

std::string_view statusName(std::uint32_t code) {
  for (const StatusRow& row : kRows) {
    if (static_cast<std::uint32_t>(row.status) == code) return row.name;
  }
  return "reserved";
}

}  // namespace isns
