#include "agent/iscsi/text_keys.h"

#include <gtest/gtest.h>

#include "agent/iscsi/parameters.h"

namespace {

using namespace iscsi;

// RFC 7143 13 and RFC 7144 7.1.1 as they stand, apart from the table that is tested.
struct Rfc {
  const char* name;
  const char* initial;
  std::uint32_t lowest;
  std::uint32_t highest;
  ResultFunction result;
  Use use;
  Sessions sessions;
};
constexpr std::uint32_t kLength = 16777215;
const Rfc kRfc[] = {
    {"HeaderDigest", "None", 0, 0, ResultFunction::FirstCommon, Use::InitializeOnly, Sessions::Both},
    {"DataDigest", "None", 0, 0, ResultFunction::FirstCommon, Use::InitializeOnly, Sessions::Both},
    {"MaxConnections", "1", 1, 65535, ResultFunction::Minimum, Use::LeadingOnly, Sessions::Normal},
    {"InitialR2T", "Yes", 0, 1, ResultFunction::Or, Use::LeadingOnly, Sessions::Normal},
    {"ImmediateData", "Yes", 0, 1, ResultFunction::And, Use::LeadingOnly, Sessions::Normal},
    {"MaxRecvDataSegmentLength", "8192", 512, kLength, ResultFunction::Declare, Use::All, Sessions::Both},
    {"MaxBurstLength", "262144", 512, kLength, ResultFunction::Minimum, Use::LeadingOnly, Sessions::Normal},
    {"FirstBurstLength", "65536", 512, kLength, ResultFunction::Minimum, Use::LeadingOnly, Sessions::Normal},
    {"DefaultTime2Wait", "2", 0, 3600, ResultFunction::Maximum, Use::LeadingOnly, Sessions::Both},
    {"DefaultTime2Retain", "20", 0, 3600, ResultFunction::Minimum, Use::LeadingOnly, Sessions::Both},
    {"MaxOutstandingR2T", "1", 1, 65535, ResultFunction::Minimum, Use::LeadingOnly, Sessions::Normal},
    {"DataPDUInOrder", "Yes", 0, 1, ResultFunction::Or, Use::LeadingOnly, Sessions::Normal},
    {"DataSequenceInOrder", "Yes", 0, 1, ResultFunction::Or, Use::LeadingOnly, Sessions::Normal},
    {"ErrorRecoveryLevel", "0", 0, 2, ResultFunction::Minimum, Use::LeadingOnly, Sessions::Both},
    {"TaskReporting", "RFC3720", 0, 0, ResultFunction::FirstCommon, Use::LeadingOnly, Sessions::Normal},
    {"iSCSIProtocolLevel", "1", 0, 31, ResultFunction::Minimum, Use::LeadingOnly, Sessions::Normal},
    {"SessionType", "Normal", 0, 0, ResultFunction::Declare, Use::LeadingOnly, Sessions::Both},
    {"InitiatorName", "", 0, 0, ResultFunction::Declare, Use::InitializeOnly, Sessions::Both},
    {"TargetName", "", 0, 0, ResultFunction::Declare, Use::InitializeOnly, Sessions::Both},
    {"InitiatorAlias", "", 0, 0, ResultFunction::Declare, Use::All, Sessions::Both},
    {"TargetAlias", "", 0, 0, ResultFunction::Declare, Use::All, Sessions::Both},
    {"TargetAddress", "", 0, 0, ResultFunction::Declare, Use::All, Sessions::Both},
    {"TargetPortalGroupTag", "", 0, 65535, ResultFunction::Declare, Use::InitializeOnly, Sessions::Both},
    {"SendTargets", "", 0, 0, ResultFunction::Step, Use::FullFeatureOnly, Sessions::Both},
    {"X#NodeArchitecture", "None", 0, 0, ResultFunction::Declare, Use::LeadingOnly, Sessions::Both},
    {"AuthMethod", "", 0, 0, ResultFunction::FirstCommon, Use::InitializeOnly, Sessions::Both},
    {"OFMarker", "No", 0, 1, ResultFunction::Refused, Use::InitializeOnly, Sessions::Both},
    {"IFMarkInt", "", 0, 0, ResultFunction::Refused, Use::InitializeOnly, Sessions::Both},
};

TEST(TextKeys, StandAsInTheRfcs) {
  for (const Rfc& rfc : kRfc) {
    const TextKeyRow* row = findTextKey(rfc.name);
    ASSERT_NE(row, nullptr) << rfc.name;
    EXPECT_EQ(row->initial, rfc.initial) << rfc.name;
    EXPECT_EQ(row->lowest, rfc.lowest) << rfc.name;
    EXPECT_EQ(row->highest, rfc.highest) << rfc.name;
    EXPECT_EQ(row->result, rfc.result) << rfc.name;
    EXPECT_EQ(row->use, rfc.use) << rfc.name;
    EXPECT_EQ(row->sessions, rfc.sessions) << rfc.name;
  }
}

TEST(TextKeys, AreFoundByNameAndByKey) {
  for (const TextKeyRow& row : textKeyTable()) {
    EXPECT_EQ(findTextKey(row.name), &row) << row.name;
    EXPECT_EQ(&rowOf(row.key), &row) << row.name;
    EXPECT_FALSE(row.section.empty()) << row.name;
  }
  for (const char* unknown : {"", "A", "MaxBurst", "MaxBurstLengths", "headerdigest", "zzz", "X-com.example"}) {
    EXPECT_EQ(findTextKey(unknown), nullptr) << unknown;
  }
}

TEST(TextKeys, OnlyTheKeysOfSection12MayStandInTheSecurityStage) {
  const std::string_view kAny[] = {"SessionType",    "InitiatorName", "TargetName",          "TargetAddress",
                                   "InitiatorAlias", "TargetAlias",   "TargetPortalGroupTag"};
  for (const TextKeyRow& row : textKeyTable()) {
    const bool any = std::find(std::begin(kAny), std::end(kAny), row.name) != std::end(kAny);
    EXPECT_EQ(row.stages == Stages::Any, any) << row.name;
    const bool security = row.name == "AuthMethod" || row.name == "TargetAuth" || row.name.starts_with("CHAP_") ||
                          row.name.starts_with("SRP_") || row.name.starts_with("KRB_");
    EXPECT_EQ(row.stages == Stages::Security, security) << row.name;
  }
}

TEST(TextKeys, TellWhoMaySendThem) {
  EXPECT_FALSE(maySend(rowOf(Key::TargetPortalGroupTag), Senders::Initiator));
  EXPECT_TRUE(maySend(rowOf(Key::TargetPortalGroupTag), Senders::Target));
  EXPECT_FALSE(maySend(rowOf(Key::SessionType), Senders::Target));
  EXPECT_TRUE(maySend(rowOf(Key::MaxBurstLength), Senders::Target));
  EXPECT_TRUE(maySend(rowOf(Key::MaxBurstLength), Senders::Initiator));
}

TEST(Parameters, BeginWithTheDefaultsOfTheTable) {
  const Parameters parameters;
  const Wishes wishes;
  for (const TextKeyRow& row : textKeyTable().first(kNegotiableKeys)) {
    EXPECT_EQ(valueOf(parameters, row.key), defaultOf(row)) << row.name;
    EXPECT_EQ(wishes.value(row.key), defaultOf(row)) << row.name;
  }
  EXPECT_EQ(parameters.maxSendDataSegmentLength, 8192U);
}

TEST(Parameters, KeepEachKeyInAFieldOfItsOwn) {
  for (const TextKeyRow& row : textKeyTable().first(kNegotiableKeys)) {
    Parameters parameters;
    const std::uint32_t other = row.kind == ValueKind::Number ? row.highest : 1 - defaultOf(row);
    setValue(parameters, row.key, other);
    for (const TextKeyRow& each : textKeyTable().first(kNegotiableKeys)) {
      EXPECT_EQ(valueOf(parameters, each.key), each.key == row.key ? other : defaultOf(each)) << each.name;
    }
  }
}

TEST(Parameters, OfAConnectionGoIntoASession) {
  Parameters session;
  session.maxBurstLength = 4096;
  session.headerDigest = Digest::Crc32c;
  Parameters connection;
  connection.maxBurstLength = 512;
  connection.dataDigest = Digest::Crc32c;
  connection.maxRecvDataSegmentLength = 1000;
  connection.maxSendDataSegmentLength = 2000;
  const Parameters both = withConnectionOf(session, connection);
  EXPECT_EQ(both.maxBurstLength, 4096U);
  EXPECT_EQ(both.headerDigest, Digest::None);
  EXPECT_EQ(both.dataDigest, Digest::Crc32c);
  EXPECT_EQ(both.maxRecvDataSegmentLength, 1000U);
  EXPECT_EQ(both.maxSendDataSegmentLength, 2000U);
}

TEST(Wishes, TakeOnlyWhatTheTableAllows) {
  Wishes wishes;
  EXPECT_TRUE(wishes.set(Key::MaxBurstLength, 512));
  EXPECT_FALSE(wishes.set(Key::MaxBurstLength, 511));
  EXPECT_FALSE(wishes.set(Key::MaxBurstLength, 1U << 24));
  EXPECT_FALSE(wishes.set(Key::ErrorRecoveryLevel, 3));
  EXPECT_FALSE(wishes.set(Key::HeaderDigest, 1U));
  EXPECT_FALSE(wishes.set(Key::TargetPortalGroupTag, 1U));
  EXPECT_TRUE(wishes.set(Key::HeaderDigest, {"CRC32C", "None"}));
  EXPECT_TRUE(wishes.allows(Key::HeaderDigest, 0) && wishes.allows(Key::HeaderDigest, 1));
  EXPECT_FALSE(wishes.set(Key::HeaderDigest, {"CRC32C", "CRC32C"}));
  EXPECT_FALSE(wishes.set(Key::HeaderDigest, {"CRC64"}));
  EXPECT_FALSE(wishes.set(Key::MaxBurstLength, {"None"}));
  EXPECT_TRUE(wishes.set(Key::HeaderDigest, {"CRC32C"}));
  EXPECT_FALSE(wishes.allows(Key::HeaderDigest, 0));
}

TEST(Wishes, OfferTaskReportingOnlyAsSection1323Says) {
  Wishes wishes;
  EXPECT_TRUE(wishes.set(Key::TaskReporting, {"RFC3720"}));
  EXPECT_FALSE(wishes.set(Key::TaskReporting, {"FastAbort"}));
  EXPECT_FALSE(wishes.set(Key::TaskReporting, {"ResponseFence"}));
  EXPECT_FALSE(wishes.set(Key::TaskReporting, {"FastAbort", "RFC3720"}));
  EXPECT_TRUE(wishes.set(Key::TaskReporting, {"FastAbort", "ResponseFence", "RFC3720"}));
  EXPECT_TRUE(wishes.set(Key::TaskReporting, {"ResponseFence", "RFC3720"}));
}

}  // namespace
