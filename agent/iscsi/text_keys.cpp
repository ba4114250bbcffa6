#include "agent/iscsi/text_keys.h"

#include <algorithm>
#include <array>

namespace iscsi {
namespace {

using K = Key;
using V = ValueKind;
using R = ResultFunction;
using W = Senders;
using U = Use;
using G = Stages;
using N = Sessions;

constexpr std::string_view kDigests[] = {"None", "CRC32C"};
constexpr std::string_view kTaskReporting[] = {"RFC3720", "ResponseFence", "FastAbort"};
constexpr std::string_view kAuthMethods[] = {"None", "CHAP", "SRP", "KRB5"};
constexpr std::string_view kSessionTypes[] = {"Normal", "Discovery"};
constexpr std::span<const std::string_view> kFree;

constexpr std::uint32_t kMaxLength = (1U << 24) - 1;
constexpr std::uint32_t kMaxChap = 1024;
constexpr std::uint32_t kMaxTicket = 65536;

// clang-format off
constexpr TextKeyRow kRows[] = {
  // key                         name                        kind          default   low  high        result          senders        use                 stages          sessions   later  repeats words         section
  {K::HeaderDigest,             "HeaderDigest",             V::List,      "None",    0,   0,          R::FirstCommon, W::Both,      U::InitializeOnly,  G::Operational, N::Both,   false, false, kDigests,       "13.1"},
  {K::DataDigest,               "DataDigest",               V::List,      "None",    0,   0,          R::FirstCommon, W::Both,      U::InitializeOnly,  G::Operational, N::Both,   false, false, kDigests,       "13.1"},
  {K::MaxConnections,           "MaxConnections",           V::Number,    "1",       1,   65535,      R::Minimum,     W::Both,      U::LeadingOnly,     G::Operational, N::Normal, false, false, kFree,          "13.2"},
  {K::InitialR2T,               "InitialR2T",               V::Boolean,   "Yes",     0,   1,          R::Or,          W::Both,      U::LeadingOnly,     G::Operational, N::Normal, false, false, kFree,          "13.10"},
  {K::ImmediateData,            "ImmediateData",            V::Boolean,   "Yes",     0,   1,          R::And,         W::Both,      U::LeadingOnly,     G::Operational, N::Normal, false, false, kFree,          "13.11"},
  {K::MaxRecvDataSegmentLength, "MaxRecvDataSegmentLength", V::Number,    "8192",    512, kMaxLength, R::Declare,     W::Both,      U::All,             G::Operational, N::Both,   false, false, kFree,          "13.12"},
  {K::MaxBurstLength,           "MaxBurstLength",           V::Number,    "262144",  512, kMaxLength, R::Minimum,     W::Both,      U::LeadingOnly,     G::Operational, N::Normal, false, false, kFree,          "13.13"},
  {K::FirstBurstLength,         "FirstBurstLength",         V::Number,    "65536",   512, kMaxLength, R::Minimum,     W::Both,      U::LeadingOnly,     G::Operational, N::Normal, false, false, kFree,          "13.14"},
  {K::DefaultTime2Wait,         "DefaultTime2Wait",         V::Number,    "2",       0,   3600,       R::Maximum,     W::Both,      U::LeadingOnly,     G::Operational, N::Both,   false, false, kFree,          "13.15"},
  {K::DefaultTime2Retain,       "DefaultTime2Retain",       V::Number,    "20",      0,   3600,       R::Minimum,     W::Both,      U::LeadingOnly,     G::Operational, N::Both,   false, false, kFree,          "13.16"},
  {K::MaxOutstandingR2T,        "MaxOutstandingR2T",        V::Number,    "1",       1,   65535,      R::Minimum,     W::Both,      U::LeadingOnly,     G::Operational, N::Normal, false, false, kFree,          "13.17"},
  {K::DataPduInOrder,           "DataPDUInOrder",           V::Boolean,   "Yes",     0,   1,          R::Or,          W::Both,      U::LeadingOnly,     G::Operational, N::Normal, false, false, kFree,          "13.18"},
  {K::DataSequenceInOrder,      "DataSequenceInOrder",      V::Boolean,   "Yes",     0,   1,          R::Or,          W::Both,      U::LeadingOnly,     G::Operational, N::Normal, false, false, kFree,          "13.19"},
  {K::ErrorRecoveryLevel,       "ErrorRecoveryLevel",       V::Number,    "0",       0,   2,          R::Minimum,     W::Both,      U::LeadingOnly,     G::Operational, N::Both,   false, false, kFree,          "13.20"},
  {K::TaskReporting,            "TaskReporting",            V::List,      "RFC3720", 0,   0,          R::FirstCommon, W::Both,      U::LeadingOnly,     G::Operational, N::Normal, true,  false, kTaskReporting, "13.23"},
  {K::IscsiProtocolLevel,       "iSCSIProtocolLevel",       V::Number,    "1",       0,   31,         R::Minimum,     W::Both,      U::LeadingOnly,     G::Operational, N::Normal, true,  false, kFree,          "13.24"},
  {K::SessionType,              "SessionType",              V::Word,      "Normal",  0,   0,          R::Declare,     W::Initiator, U::LeadingOnly,     G::Any,         N::Both,   false, false, kSessionTypes,  "13.21"},
  {K::InitiatorName,            "InitiatorName",            V::Name,      "",        0,   0,          R::Declare,     W::Initiator, U::InitializeOnly,  G::Any,         N::Both,   false, false, kFree,          "13.5"},
  {K::TargetName,               "TargetName",               V::Name,      "",        0,   0,          R::Declare,     W::Initiator, U::InitializeOnly,  G::Any,         N::Both,   false, true,  kFree,          "13.4"},
  {K::InitiatorAlias,           "InitiatorAlias",           V::LocalName, "",        0,   0,          R::Declare,     W::Initiator, U::All,             G::Any,         N::Both,   false, false, kFree,          "13.7"},
  {K::TargetAlias,              "TargetAlias",              V::LocalName, "",        0,   0,          R::Declare,     W::Target,    U::All,             G::Any,         N::Both,   false, false, kFree,          "13.6"},
  {K::TargetAddress,            "TargetAddress",            V::Address,   "",        0,   0,          R::Declare,     W::Target,    U::All,             G::Any,         N::Both,   false, true,  kFree,          "13.8"},
  {K::TargetPortalGroupTag,     "TargetPortalGroupTag",     V::Number,    "",        0,   65535,      R::Declare,     W::Target,    U::InitializeOnly,  G::Any,         N::Both,   false, false, kFree,          "13.9"},
  {K::SendTargets,              "SendTargets",              V::LocalName, "",        0,   0,          R::Step,        W::Initiator, U::FullFeatureOnly, G::Operational, N::Both,   false, false, kFree,          "13.3"},
  {K::NodeArchitecture,         "X#NodeArchitecture",       V::LocalName, "None",    0,   0,          R::Declare,     W::Both,      U::LeadingOnly,     G::Operational, N::Both,   true,  false, kFree,          "13.26"},
  {K::AuthMethod,               "AuthMethod",               V::List,      "",        0,   0,          R::FirstCommon, W::Both,      U::InitializeOnly,  G::Security,    N::Both,   false, false, kAuthMethods,   "12.1"},
  {K::ChapA,                    "CHAP_A",                   V::Numbers,   "",        0,   255,        R::Step,        W::Both,      U::InitializeOnly,  G::Security,    N::Both,   false, false, kFree,          "12.1.3"},
  {K::ChapI,                    "CHAP_I",                   V::Number,    "",        0,   255,        R::Step,        W::Both,      U::InitializeOnly,  G::Security,    N::Both,   false, false, kFree,          "12.1.3"},
  {K::ChapC,                    "CHAP_C",                   V::Binary,    "",        1,   kMaxChap,   R::Step,        W::Both,      U::InitializeOnly,  G::Security,    N::Both,   false, false, kFree,          "12.1.3"},
  {K::ChapN,                    "CHAP_N",                   V::LocalName, "",        0,   0,          R::Step,        W::Both,      U::InitializeOnly,  G::Security,    N::Both,   false, false, kFree,          "12.1.3"},
  {K::ChapR,                    "CHAP_R",                   V::Binary,    "",        1,   kMaxChap,   R::Step,        W::Both,      U::InitializeOnly,  G::Security,    N::Both,   false, false, kFree,          "12.1.3"},
  {K::KrbApReq,                 "KRB_AP_REQ",               V::Binary,    "",        1,   kMaxTicket, R::Step,        W::Initiator, U::InitializeOnly,  G::Security,    N::Both,   false, false, kFree,          "12.1.1"},
  {K::KrbApRep,                 "KRB_AP_REP",               V::Binary,    "",        1,   kMaxTicket, R::Step,        W::Target,    U::InitializeOnly,  G::Security,    N::Both,   false, false, kFree,          "12.1.1"},
  {K::SrpU,                     "SRP_U",                    V::LocalName, "",        0,   0,          R::Step,        W::Initiator, U::InitializeOnly,  G::Security,    N::Both,   false, false, kFree,          "12.1.2"},
  {K::TargetAuth,               "TargetAuth",               V::Boolean,   "",        0,   1,          R::Step,        W::Initiator, U::InitializeOnly,  G::Security,    N::Both,   false, false, kFree,          "12.1.2"},
  {K::SrpGroup,                 "SRP_GROUP",                V::LocalName, "",        0,   0,          R::Step,        W::Both,      U::InitializeOnly,  G::Security,    N::Both,   false, false, kFree,          "12.1.2"},
  {K::SrpA,                     "SRP_A",                    V::Binary,    "",        1,   kMaxChap,   R::Step,        W::Initiator, U::InitializeOnly,  G::Security,    N::Both,   false, false, kFree,          "12.1.2"},
  {K::SrpB,                     "SRP_B",                    V::Binary,    "",        1,   kMaxChap,   R::Step,        W::Target,    U::InitializeOnly,  G::Security,    N::Both,   false, false, kFree,          "12.1.2"},
  {K::SrpS,                     "SRP_s",                    V::Binary,    "",        1,   kMaxChap,   R::Step,        W::Target,    U::InitializeOnly,  G::Security,    N::Both,   false, false, kFree,          "12.1.2"},
  {K::SrpM,                     "SRP_M",                    V::Binary,    "",        1,   kMaxChap,   R::Step,        W::Initiator, U::InitializeOnly,  G::Security,    N::Both,   false, false, kFree,          "12.1.2"},
  {K::SrpHm,                    "SRP_HM",                   V::Binary,    "",        1,   kMaxChap,   R::Step,        W::Target,    U::InitializeOnly,  G::Security,    N::Both,   false, false, kFree,          "12.1.2"},
  {K::OFMarker,                 "OFMarker",                 V::Boolean,   "No",      0,   1,          R::Refused,     W::Both,      U::InitializeOnly,  G::Operational, N::Both,   false, false, kFree,          "13.25"},
  {K::IFMarker,                 "IFMarker",                 V::Boolean,   "No",      0,   1,          R::Refused,     W::Both,      U::InitializeOnly,  G::Operational, N::Both,   false, false, kFree,          "13.25"},
  {K::OFMarkInt,                "OFMarkInt",                V::LocalName, "",        0,   0,          R::Refused,     W::Both,      U::InitializeOnly,  G::Operational, N::Both,   false, false, kFree,          "13.25"},
  {K::IFMarkInt,                "IFMarkInt",                V::LocalName, "",        0,   0,          R::Refused,     W::Both,      U::InitializeOnly,  G::Operational, N::Both,   false, false, kFree,          "13.25"},
};
// clang-format on

static_assert(std::size(kRows) == kKeys);

constexpr std::size_t kMaxKeyLength = 63;

constexpr bool rowsStandWhereTheirKeysSay() {
  for (std::size_t i = 0; i < kKeys; ++i) {
    if (indexOf(kRows[i].key) != i || kRows[i].name.empty() || kRows[i].name.size() > kMaxKeyLength) return false;
    if (kRows[i].lowest > kRows[i].highest) return false;
  }
  return true;
}
static_assert(rowsStandWhereTheirKeysSay());

// What negotiation.cpp relies on: each of the first keys has a default, and a kind that fits its result function.
constexpr bool negotiableRowsAreWhole() {
  for (std::size_t i = 0; i < kNegotiableKeys; ++i) {
    const TextKeyRow& row = kRows[i];
    const bool isNumber = row.result == R::Minimum || row.result == R::Maximum || row.result == R::Declare;
    const bool isBoolean = row.result == R::And || row.result == R::Or;
    const bool isList = row.result == R::FirstCommon;
    if (row.initial.empty() || isNumber != (row.kind == V::Number) || isBoolean != (row.kind == V::Boolean) ||
        isList != (row.kind == V::List) || isList == row.words.empty()) {
      return false;
    }
  }
  return true;
}
static_assert(negotiableRowsAreWhole());

// Row numbers in the order of the names, for findTextKey().
constexpr auto kByName = [] {
  std::array<std::uint8_t, kKeys> order{};
  for (std::size_t i = 0; i < kKeys; ++i) order[i] = static_cast<std::uint8_t>(i);
  std::sort(order.begin(), order.end(), [](auto a, auto b) { return kRows[a].name < kRows[b].name; });
  return order;
}();
static_assert([] {
  for (std::size_t i = 1; i < kKeys; ++i) {
    if (kRows[kByName[i - 1]].name == kRows[kByName[i]].name) return false;
  }
  return true;
}());

}  // namespace

std::span<const TextKeyRow> textKeyTable() { return kRows; }
const TextKeyRow& rowOf(Key key) { return kRows[indexOf(key)]; }

const TextKeyRow* findTextKey(std::string_view name) {
  const auto* at = std::lower_bound(kByName.begin(), kByName.end(), name,
                                    [](std::uint8_t row, std::string_view wanted) { return kRows[row].name < wanted; });
  return at != kByName.end() && kRows[*at].name == name ? &kRows[*at] : nullptr;
}

std::optional<std::uint32_t> wordIndex(const TextKeyRow& row, std::string_view word) {
  for (std::size_t i = 0; i < row.words.size(); ++i) {
    if (row.words[i] == word) return static_cast<std::uint32_t>(i);
  }
  return std::nullopt;
}

}  // namespace iscsi
