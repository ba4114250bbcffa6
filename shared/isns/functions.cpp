#include "shared/isns/functions.h"

#include <array>

namespace isns {
namespace {

using F = Function;
using S = Sender;
using E = Effect;

// clang-format off
constexpr FunctionRow kRows[] = {
  // function      name          sender     effect       answered tcp    key                                operating                               section
  {F::DevAttrReg, "DevAttrReg", S::Client, E::Changes,  true,    false, "none, EID, or an existing object", "objects to register",                   "5.6.5.1"},
  {F::DevAttrQry, "DevAttrQry", S::Client, E::Reads,    true,    false, "attributes of one object type",    "zero-length TLVs to return",            "5.6.5.2"},
  {F::DevGetNext, "DevGetNext", S::Client, E::Reads,    true,    false, "key or index of one object type",  "values to match, zero-length TLVs",     "5.6.5.3"},
  {F::DevDereg,   "DevDereg",   S::Client, E::Changes,  true,    false, "none",                             "keys or indexes to remove",             "5.6.5.4"},
  {F::SCNReg,     "SCNReg",     S::Client, E::Changes,  true,    false, "iSCSI Name or WWPN",               "SCN bitmap",                            "5.6.5.5"},
  {F::SCNDereg,   "SCNDereg",   S::Client, E::Changes,  true,    false, "iSCSI Name or WWPN",               "none",                                  "5.6.5.6"},
  {F::SCNEvent,   "SCNEvent",   S::Client, E::Notifies, true,    false, "iSCSI Name or WWPN",               "SCN bitmap",                            "5.6.5.7"},
  {F::SCN,        "SCN",        S::Server, E::Notifies, true,    false, "destination, timestamp",           "bitmap, source, DD and DDS ids",        "5.6.5.8"},
  {F::DDReg,      "DDReg",      S::Client, E::Changes,  true,    false, "none or DD_ID",                    "DD_ID, name, features, members",        "5.6.5.9"},
  {F::DDDereg,    "DDDereg",    S::Client, E::Changes,  true,    false, "DD_ID",                            "none, or members to remove",            "5.6.5.10"},
  {F::DDSReg,     "DDSReg",     S::Client, E::Changes,  true,    false, "none or DDS_ID",                   "DDS_ID, name, status, DD_IDs",          "5.6.5.11"},
  {F::DDSDereg,   "DDSDereg",   S::Client, E::Changes,  true,    false, "DDS_ID",                           "none, or DD_IDs to remove",             "5.6.5.12"},
  {F::ESI,        "ESI",        S::Server, E::Notifies, true,    false, "timestamp, EID, portal",           "none",                                  "5.6.5.13"},
  {F::Heartbeat,  "Heartbeat",  S::Server, E::Notifies, false,   false, "none",                             "fixed layout",                          "5.6.5.14"},
  {F::RqstDomId,  "RqstDomId",  S::Client, E::Changes,  true,    true,  "Virtual_Fabric_ID",                "Preferred_ID",                          "5.6.5.15"},
  {F::RlseDomId,  "RlseDomId",  S::Client, E::Changes,  true,    true,  "Virtual_Fabric_ID",                "Assigned_ID",                           "5.6.5.16"},
  {F::GetDomId,   "GetDomId",   S::Client, E::Reads,    true,    true,  "Virtual_Fabric_ID",                "none",                                  "5.6.5.17"},
};
// clang-format on

constexpr std::array<std::string_view, std::size(kRows)> kResponseNames = {
    "DevAttrRegRsp", "DevAttrQryRsp", "DevGetNextRsp", "DevDeregRsp", "SCNRegRsp",    "SCNDeregRsp",
    "SCNEventRsp",   "SCNRsp",        "DDRegRsp",      "DDDeregRsp",  "DDSRegRsp",    "DDSDeregRsp",
    "ESIRsp",        "reserved",      "RqstDomIdRsp",  "RlseDomIdRsp", "GetDomIdRsp"};

}  // namespace

std::span<const FunctionRow> functionTable() { return kRows; }

const FunctionRow* findFunction(std::uint16_t id) {
  for (const FunctionRow& row : kRows) {
    if (idOf(row.function) == id) return &row;
  }
  return nullptr;
}

std::string_view functionName(std::uint16_t id) {
  const FunctionRow* row = findFunction(static_cast<std::uint16_t>(id & ~kResponseBit));
  if (row == nullptr) return "reserved";
  return (id & kResponseBit) == 0 ? row->name : kResponseNames[static_cast<std::size_t>(row - kRows)];
}

}  // namespace isns
