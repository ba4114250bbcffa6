#include "agent/iscsi/negotiation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/iscsi/text_testing.h"

namespace {

using namespace iscsi;
using namespace iscsi_test;
using testing::ElementsAre;
using testing::IsEmpty;
using FaultKind = NegotiationFault::Kind;

using Numbers = std::initializer_list<std::pair<Key, std::uint32_t>>;

Wishes wishesOf(Numbers numbers) {
  Wishes wishes;
  for (const auto& [key, value] : numbers) EXPECT_TRUE(wishes.set(key, value));
  return wishes;
}

constexpr NegotiationSetting kTarget{Role::Target, Phase::Login, true, false};
constexpr NegotiationSetting kInitiator{Role::Initiator, Phase::Login, true, false};

// One text into a negotiation; the answers of this end as pairs.
struct Bench {
  explicit Bench(const NegotiationSetting& setting, const Wishes& wishes = {}, const Parameters& current = {})
      : negotiation(setting, wishes, current) {}

  std::vector<std::string> take(std::initializer_list<std::string_view> pairs) {
    const base::Bytes text = textOf(pairs);
    base::Bytes out;
    TextWriter writer(out);
    TextReader reader(text);
    for (TextPair pair; reader.next(pair);) {
      if (!negotiation.take(pair, writer)) return {"fault"};
    }
    EXPECT_EQ(reader.fault(), TextFault::None);
    negotiation.answer(writer);
    return pairsOf(out);
  }
  std::vector<std::string> offers() {
    base::Bytes out;
    TextWriter writer(out);
    negotiation.offer(writer);
    return pairsOf(out);
  }
  FaultKind fault() const { return negotiation.fault().value().kind; }

  Negotiation negotiation;
};

// Offer, own wish, answer: the result functions of RFC 7143 13, from the acceptor's side.
struct Answer {
  const char* name;
  Key key;
  std::uint32_t wish;
  const char* offer;
  const char* answer;
  std::uint32_t result;
};
class NegotiationAnswer : public testing::TestWithParam<Answer> {};
TEST_P(NegotiationAnswer, FollowsTheResultFunction) {
  const Answer& row = GetParam();
  const std::string key(rowOf(row.key).name);
  for (const NegotiationSetting& setting : {kTarget, kInitiator}) {
    Bench bench(setting, wishesOf({{row.key, row.wish}}));
    EXPECT_THAT(bench.take({key + "=" + row.offer}), ElementsAre(key + "=" + row.answer));
    EXPECT_TRUE(bench.negotiation.complete());
    const auto agreed = bench.negotiation.finish();
    ASSERT_TRUE(agreed);
    EXPECT_EQ(valueOf(*agreed, row.key), row.result);
  }
}
INSTANTIATE_TEST_SUITE_P(All, NegotiationAnswer,
                         testing::Values(Answer{"MinOffer", Key::MaxBurstLength, 1000000, "65536", "65536", 65536},
                                         Answer{"MinWish", Key::MaxBurstLength, 131072, "1048576", "131072", 131072},
                                         Answer{"MinHexadecimal", Key::MaxBurstLength, 1000000, "0x10000", "65536",
                                                65536},
                                         Answer{"MaxOffer", Key::DefaultTime2Wait, 5, "7", "7", 7},
                                         Answer{"MaxWish", Key::DefaultTime2Wait, 5, "0", "5", 5},
                                         Answer{"RetainZero", Key::DefaultTime2Retain, 20, "0", "0", 0},
                                         Answer{"OrBothNo", Key::InitialR2T, 0, "No", "No", 0},
                                         Answer{"OrOfferYes", Key::InitialR2T, 0, "Yes", "Yes", 1},
                                         Answer{"OrWishYes", Key::InitialR2T, 1, "No", "Yes", 1},
                                         Answer{"AndBothYes", Key::ImmediateData, 1, "Yes", "Yes", 1},
                                         Answer{"AndOfferNo", Key::ImmediateData, 1, "No", "No", 0},
                                         Answer{"AndWishNo", Key::ImmediateData, 0, "Yes", "No", 0},
                                         Answer{"Connections", Key::MaxConnections, 4, "65535", "4", 4},
                                         Answer{"Recovery", Key::ErrorRecoveryLevel, 1, "2", "1", 1},
                                         Answer{"Level", Key::IscsiProtocolLevel, 2, "31", "2", 2},
                                         Answer{"LevelZero", Key::IscsiProtocolLevel, 2, "0", "0", 0}),
                         [](const auto& row) { return row.param.name; });

// Values that no rule allows are rejected, and the default stays.
TEST(Negotiation, RejectsValuesOutOfRange) {
  for (const std::string_view bad :
       {"MaxBurstLength=511", "MaxBurstLength=16777216", "MaxBurstLength=-1", "MaxBurstLength=", "MaxBurstLength=Yes",
        "MaxBurstLength=None", "MaxConnections=0", "MaxConnections=65536", "DefaultTime2Wait=3601", "InitialR2T=yes",
        "InitialR2T=1", "ErrorRecoveryLevel=3", "iSCSIProtocolLevel=32", "MaxBurstLength=512~1024"}) {
    Bench bench(kTarget);
    const std::string key(bad.substr(0, bad.find('=')));
    EXPECT_THAT(bench.take({bad}), ElementsAre(key + "=Reject")) << bad;
    EXPECT_EQ(bench.negotiation.finish(), Parameters{}) << bad;
  }
}

TEST(Negotiation, FailsWhereARejectLeavesTooMuch) {
  Bench bench(kTarget, wishesOf({{Key::MaxBurstLength, 65536}}));
  EXPECT_THAT(bench.take({"MaxBurstLength=1"}), ElementsAre("fault"));
  EXPECT_EQ(bench.fault(), FaultKind::NotAcceptable);
  EXPECT_EQ(bench.negotiation.finish(), std::nullopt);
}

struct Digests {
  std::initializer_list<std::string_view> allowed;
  const char* offer;
  const char* answer;  // nullptr: the negotiation fails
  Digest result;
};
TEST(Negotiation, ChoosesTheFirstDigestThatBothHave) {
  const Digests kRows[] = {
      {{"None", "CRC32C"}, "CRC32C,None", "CRC32C", Digest::Crc32c},
      {{"None", "CRC32C"}, "None,CRC32C", "None", Digest::None},
      {{"CRC32C"}, "None,CRC32C", "CRC32C", Digest::Crc32c},
      {{"None"}, "CRC32C,None", "None", Digest::None},
      {{"None"}, "CRC32C", "Reject", Digest::None},
      {{"None"}, "Y-com.example.crc64,None", "None", Digest::None},
      {{"None"}, "", "Reject", Digest::None},
      {{"CRC32C"}, "None", nullptr, Digest::None},
      {{"CRC32C"}, "crc32c", nullptr, Digest::None},
  };
  for (const Digests& row : kRows) {
    Wishes wishes;
    ASSERT_TRUE(wishes.set(Key::HeaderDigest, row.allowed));
    Bench bench(kTarget, wishes);
    const auto answers = bench.take({std::string("HeaderDigest=") + row.offer});
    if (row.answer == nullptr) {
      EXPECT_THAT(answers, ElementsAre("fault")) << row.offer;
      EXPECT_EQ(bench.fault(), FaultKind::NotAcceptable);
      continue;
    }
    EXPECT_THAT(answers, ElementsAre(std::string("HeaderDigest=") + row.answer)) << row.offer;
    const auto agreed = bench.negotiation.finish();
    ASSERT_TRUE(agreed) << row.offer;
    EXPECT_EQ(agreed->headerDigest, row.result) << row.offer;
  }
}

TEST(Negotiation, DeclaresOneLengthForEachDirection) {
  Bench bench(kTarget, wishesOf({{Key::MaxRecvDataSegmentLength, 262144}}));
  EXPECT_THAT(bench.take({"MaxRecvDataSegmentLength=65536"}), IsEmpty()) << "a declaration has no answer";
  EXPECT_THAT(bench.offers(), ElementsAre("MaxRecvDataSegmentLength=262144"));
  EXPECT_THAT(bench.offers(), IsEmpty()) << "and is made once";
  const auto agreed = bench.negotiation.finish();
  ASSERT_TRUE(agreed);
  EXPECT_EQ(agreed->maxRecvDataSegmentLength, 262144U);
  EXPECT_EQ(agreed->maxSendDataSegmentLength, 65536U);
}

TEST(Negotiation, DoesNotTakeALengthOutOfRange) {
  for (const std::string_view bad : {"MaxRecvDataSegmentLength=511", "MaxRecvDataSegmentLength=16777216",
                                     "MaxRecvDataSegmentLength=NotUnderstood", "MaxRecvDataSegmentLength="}) {
    Bench bench(kTarget);
    EXPECT_THAT(bench.take({bad}), ElementsAre("fault")) << bad;
  }
}

TEST(Negotiation, AnswersUnknownAndObsoleteKeys) {
  Bench bench(kTarget);
  EXPECT_THAT(bench.take({"X-com.example.x=1", "OFMarker=Yes", "IFMarker=No", "OFMarkInt=1~4", "IFMarkInt=4",
                          "RDMAExtensions=Yes", "X#NodeArchitecture=Example/1"}),
              ElementsAre("X-com.example.x=NotUnderstood", "OFMarker=Reject", "IFMarker=Reject", "OFMarkInt=Reject",
                          "IFMarkInt=Reject", "RDMAExtensions=NotUnderstood"));
  EXPECT_TRUE(bench.negotiation.finish());
}

// Reserved words as offers, keys of others, keys out of time: 6.2, 6.3, 13.
TEST(Negotiation, CallsTheseProtocolErrors) {
  for (const std::string_view bad :
       {"MaxBurstLength=Reject", "MaxBurstLength=Irrelevant", "MaxBurstLength=NotUnderstood", "HeaderDigest=Reject",
        "X-a=NotUnderstood", "X-a=Reject", "OFMarker=Irrelevant", "TargetPortalGroupTag=1", "TargetAlias=x",
        "TargetAddress=10.0.0.1", "SendTargets=All", "AuthMethod=None", "CHAP_A=5"}) {
    Bench bench(kTarget);
    EXPECT_THAT(bench.take({bad}), ElementsAre("fault")) << bad;
    EXPECT_EQ(bench.fault(), FaultKind::ProtocolError) << bad;
    EXPECT_EQ(bench.negotiation.finish(), std::nullopt) << bad;
  }
}

TEST(Negotiation, KeepsKeysOfTheLeadingConnectionFromOthers) {
  for (const TextKeyRow& row : textKeyTable().first(kNegotiableKeys)) {
    const std::string pair = std::string(row.name) + "=" + std::string(row.initial);
    Bench bench({Role::Target, Phase::Login, false, false});
    const bool fails = bench.take({pair}) == std::vector<std::string>{"fault"};
    EXPECT_EQ(fails, row.use == Use::LeadingOnly) << row.name;
  }
  Bench initiator({Role::Initiator, Phase::Login, false, false});
  EXPECT_THAT(initiator.offers(), ElementsAre("HeaderDigest=None", "DataDigest=None", "MaxRecvDataSegmentLength=8192"));
}

TEST(Negotiation, FindsOnlyDeclarationsOfUseInTheFullFeaturePhase) {
  for (const TextKeyRow& row : textKeyTable()) {
    const std::string pair = std::string(row.name) + "=" + std::string(row.initial);
    Bench bench({Role::Target, Phase::FullFeature, true, false});
    const bool fails = bench.take({pair}) == std::vector<std::string>{"fault"};
    const bool fine = row.key == Key::MaxRecvDataSegmentLength || row.key == Key::InitiatorAlias;
    EXPECT_EQ(fails, !fine) << row.name;
  }
}

TEST(Negotiation, ChangesTheLengthInTheFullFeaturePhase) {
  Parameters current;
  current.maxBurstLength = 4096;
  current.maxRecvDataSegmentLength = 65536;
  Bench same({Role::Target, Phase::FullFeature, true, false}, wishesOf({{Key::MaxRecvDataSegmentLength, 65536}}),
             current);
  EXPECT_THAT(same.offers(), IsEmpty());
  Bench bench({Role::Target, Phase::FullFeature, true, false}, wishesOf({{Key::MaxRecvDataSegmentLength, 1024}}),
              current);
  EXPECT_THAT(bench.take({"MaxRecvDataSegmentLength=2048", "X-a=1"}), ElementsAre("X-a=NotUnderstood"));
  EXPECT_THAT(bench.offers(), ElementsAre("MaxRecvDataSegmentLength=1024"));
  const auto agreed = bench.negotiation.finish();
  ASSERT_TRUE(agreed);
  EXPECT_EQ(agreed->maxBurstLength, 4096U);
  EXPECT_EQ(agreed->maxRecvDataSegmentLength, 1024U);
  EXPECT_EQ(agreed->maxSendDataSegmentLength, 2048U);
}

TEST(Negotiation, TellsADiscoverySessionWhatIsIrrelevant) {
  Bench bench({Role::Target, Phase::Login, true, true},
              wishesOf({{Key::ErrorRecoveryLevel, 2}, {Key::MaxBurstLength, 4096}}));
  EXPECT_THAT(bench.take({"MaxConnections=4", "InitialR2T=No", "ErrorRecoveryLevel=2", "DefaultTime2Wait=3",
                          "HeaderDigest=None", "MaxBurstLength=65536", "TaskReporting=FastAbort"}),
              testing::UnorderedElementsAre("MaxConnections=Irrelevant", "InitialR2T=Irrelevant",
                                            "ErrorRecoveryLevel=0", "DefaultTime2Wait=3", "HeaderDigest=None",
                                            "MaxBurstLength=Irrelevant", "TaskReporting=Irrelevant"));
  EXPECT_THAT(bench.offers(), ElementsAre("MaxRecvDataSegmentLength=8192"));
  const auto agreed = bench.negotiation.finish();
  ASSERT_TRUE(agreed);
  EXPECT_EQ(agreed->maxConnections, 1U);
  EXPECT_EQ(agreed->errorRecoveryLevel, 0U);
}

TEST(Negotiation, NeverAnswersFirstBurstLengthAboveMaxBurstLength) {
  for (const bool firstComesFirst : {true, false}) {
    Bench bench(kTarget, wishesOf({{Key::FirstBurstLength, 262144}, {Key::MaxBurstLength, 16384}}));
    const std::string_view first = "FirstBurstLength=65536";
    const std::string_view most = "MaxBurstLength=262144";
    const auto answers = firstComesFirst ? bench.take({first, most}) : bench.take({most, first});
    EXPECT_THAT(answers, testing::UnorderedElementsAre("FirstBurstLength=16384", "MaxBurstLength=16384"));
    ASSERT_TRUE(bench.negotiation.finish());
  }
}

TEST(Negotiation, LimitsAFirstBurstThatNobodySpokeOf) {
  Bench bench(kTarget);
  EXPECT_THAT(bench.take({"MaxBurstLength=16384"}), ElementsAre("MaxBurstLength=16384"));
  EXPECT_TRUE(bench.negotiation.mustOffer());
  EXPECT_THAT(bench.offers(), ElementsAre("FirstBurstLength=16384", "MaxRecvDataSegmentLength=8192"));
  EXPECT_FALSE(bench.negotiation.complete());
  EXPECT_THAT(bench.take({"FirstBurstLength=8192"}), IsEmpty());
  EXPECT_TRUE(bench.negotiation.complete());
  EXPECT_EQ(bench.negotiation.finish()->firstBurstLength, 8192U);
}

TEST(Negotiation, RefusesAFirstBurstThatBecameTooLong) {
  Bench bench(kTarget);
  EXPECT_THAT(bench.take({"FirstBurstLength=65536"}), ElementsAre("FirstBurstLength=65536"));
  EXPECT_THAT(bench.take({"MaxBurstLength=4096"}), ElementsAre("MaxBurstLength=4096"));
  EXPECT_EQ(bench.negotiation.finish(), std::nullopt);
  EXPECT_EQ(bench.fault(), FaultKind::NotAcceptable);
}

TEST(Negotiation, AnInitiatorKeepsToTheSmallerBurst) {
  Bench bench(kInitiator, wishesOf({{Key::FirstBurstLength, 65536}}));
  bench.offers();
  EXPECT_THAT(bench.take({"MaxBurstLength=4096", "FirstBurstLength=65536"}), IsEmpty());
  EXPECT_EQ(bench.negotiation.finish()->firstBurstLength, 4096U);
}

TEST(Negotiation, AllowsOneR2TWhereRecoveryNeedsOrder) {
  const Wishes wishes =
      wishesOf({{Key::ErrorRecoveryLevel, 2}, {Key::MaxOutstandingR2T, 8}, {Key::DataSequenceInOrder, 0}});
  struct Row {
    std::string_view level, order;
    std::uint32_t result;
  };
  for (const Row& row : {Row{"ErrorRecoveryLevel=2", "DataSequenceInOrder=Yes", 1},
                         Row{"ErrorRecoveryLevel=0", "DataSequenceInOrder=Yes", 8},
                         Row{"ErrorRecoveryLevel=1", "DataSequenceInOrder=No", 8}}) {
    Bench bench(kTarget, wishes);
    const auto answers = bench.take({"MaxOutstandingR2T=16", row.level, row.order});
    EXPECT_EQ(answers.at(0), "MaxOutstandingR2T=" + std::to_string(row.result));
    EXPECT_EQ(bench.negotiation.finish()->maxOutstandingR2T, row.result);
  }
  Bench late(kTarget, wishes);
  late.take({"MaxOutstandingR2T=16"});
  late.take({"ErrorRecoveryLevel=2"});
  EXPECT_EQ(late.negotiation.finish()->maxOutstandingR2T, 1U) << "fewer than agreed is never wrong";
}

TEST(Negotiation, AnInitiatorOffersAllThatItWouldLike) {
  Wishes wishes = wishesOf({{Key::InitialR2T, 0},
                            {Key::FirstBurstLength, 1048576},
                            {Key::MaxBurstLength, 524288},
                            {Key::IscsiProtocolLevel, 2}});
  ASSERT_TRUE(wishes.set(Key::HeaderDigest, {"CRC32C", "None"}));
  ASSERT_TRUE(wishes.set(Key::TaskReporting, {"FastAbort", "ResponseFence", "RFC3720"}));
  Bench bench(kInitiator, wishes);
  EXPECT_THAT(bench.offers(), ElementsAre("HeaderDigest=CRC32C,None", "DataDigest=None", "MaxConnections=1",
                                          "InitialR2T=No", "ImmediateData=Yes", "MaxBurstLength=524288",
                                          "FirstBurstLength=524288", "DefaultTime2Wait=2", "DefaultTime2Retain=20",
                                          "MaxOutstandingR2T=1", "DataPDUInOrder=Yes", "DataSequenceInOrder=Yes",
                                          "ErrorRecoveryLevel=0", "TaskReporting=FastAbort,ResponseFence,RFC3720",
                                          "iSCSIProtocolLevel=2", "MaxRecvDataSegmentLength=8192"));
  EXPECT_FALSE(bench.negotiation.complete());
}

TEST(Negotiation, DoesNotOfferNewKeysForNothing) {
  Bench bench(kInitiator);
  for (const std::string& offer : bench.offers()) {
    EXPECT_FALSE(offer.starts_with("TaskReporting") || offer.starts_with("iSCSIProtocolLevel")) << offer;
  }
}

TEST(Negotiation, ATargetSpeaksOnlyWhereSilenceWouldBeTooMuch) {
  Bench modest(kTarget, wishesOf({{Key::MaxBurstLength, 1048576}, {Key::InitialR2T, 0}, {Key::MaxOutstandingR2T, 8}}));
  EXPECT_FALSE(modest.negotiation.mustOffer());
  EXPECT_THAT(modest.offers(), ElementsAre("MaxRecvDataSegmentLength=8192"));

  Wishes wishes = wishesOf({{Key::MaxBurstLength, 65536}, {Key::ImmediateData, 0}, {Key::DefaultTime2Wait, 9}});
  ASSERT_TRUE(wishes.set(Key::DataDigest, {"CRC32C"}));
  Bench demanding(kTarget, wishes);
  EXPECT_TRUE(demanding.negotiation.mustOffer());
  EXPECT_THAT(demanding.offers(), ElementsAre("DataDigest=CRC32C", "ImmediateData=No", "MaxBurstLength=65536",
                                              "DefaultTime2Wait=9", "MaxRecvDataSegmentLength=8192"));
  EXPECT_FALSE(demanding.negotiation.complete());
  EXPECT_THAT(demanding.take({"DataDigest=CRC32C", "MaxBurstLength=65536", "DefaultTime2Wait=9"}), IsEmpty());
  EXPECT_TRUE(demanding.negotiation.complete()) << "ImmediateData=No needs no answer (6.2.2)";
  const auto agreed = demanding.negotiation.finish();
  ASSERT_TRUE(agreed);
  EXPECT_FALSE(agreed->immediateData);
  EXPECT_EQ(agreed->dataDigest, Digest::Crc32c);
}

// What the other end may choose from an offer of ours.
struct Choice {
  std::string_view answer;
  bool admissible;
};
TEST(Negotiation, ChecksWhatTheOtherEndChooses) {
  Wishes wishes = wishesOf({{Key::MaxBurstLength, 65536},
                            {Key::InitialR2T, 0},
                            {Key::DefaultTime2Wait, 5},
                            {Key::DefaultTime2Retain, 30},
                            {Key::IscsiProtocolLevel, 2}});
  ASSERT_TRUE(wishes.set(Key::HeaderDigest, {"CRC32C", "None"}));
  ASSERT_TRUE(wishes.set(Key::TaskReporting, {"ResponseFence", "RFC3720"}));
  for (const Choice& row : {Choice{"MaxBurstLength=65536", true},
                            Choice{"MaxBurstLength=512", true},
                            Choice{"MaxBurstLength=65537", false},
                            Choice{"MaxBurstLength=511", false},
                            Choice{"MaxBurstLength=", false},
                            Choice{"MaxBurstLength=NotUnderstood", false},
                            Choice{"DefaultTime2Wait=5", true},
                            Choice{"DefaultTime2Wait=6", true},
                            Choice{"DefaultTime2Wait=4", false},
                            Choice{"InitialR2T=No", true},
                            Choice{"InitialR2T=Yes", true},
                            Choice{"ImmediateData=No", true},
                            Choice{"HeaderDigest=CRC32C", true},
                            Choice{"HeaderDigest=None", true},
                            Choice{"HeaderDigest=CRC32C,None", false},
                            Choice{"HeaderDigest=X", false},
                            Choice{"HeaderDigest=Reject", true},
                            Choice{"DataDigest=CRC32C", false},
                            Choice{"DefaultTime2Retain=Reject", true},
                            Choice{"FirstBurstLength=Irrelevant", true},
                            Choice{"iSCSIProtocolLevel=NotUnderstood", true},
                            Choice{"iSCSIProtocolLevel=3", false},
                            Choice{"TaskReporting=NotUnderstood", true},
                            Choice{"TaskReporting=FastAbort", false},
                            Choice{"TaskReporting=ResponseFence", true}}) {
    Bench bench(kInitiator, wishes);
    bench.offers();
    const auto answers = bench.take({row.answer});
    EXPECT_EQ(answers.empty(), row.admissible) << row.answer;
  }
  Wishes all;
  ASSERT_TRUE(all.set(Key::ImmediateData, 0));
  Bench bench(kInitiator, all);
  bench.offers();
  EXPECT_THAT(bench.take({"ImmediateData=Yes"}), ElementsAre("fault"));
  EXPECT_EQ(bench.fault(), FaultKind::ProtocolError);
}

TEST(Negotiation, KeepsTheDefaultWhereTheOtherEndHasNoAnswer) {
  Bench bench(kInitiator, wishesOf({{Key::MaxOutstandingR2T, 16}, {Key::ImmediateData, 0}, {Key::InitialR2T, 0}}));
  bench.offers();
  const auto agreed = bench.negotiation.finish();
  ASSERT_TRUE(agreed);
  EXPECT_EQ(agreed->maxOutstandingR2T, 1U);
  EXPECT_TRUE(agreed->initialR2T);
  EXPECT_FALSE(agreed->immediateData) << "No is the result of its own (6.2.2)";
}

TEST(Negotiation, FailsWhereTheOtherEndLeavesOutWhatMustBe) {
  Wishes wishes;
  ASSERT_TRUE(wishes.set(Key::HeaderDigest, {"CRC32C"}));
  Bench silent(kInitiator, wishes);
  silent.offers();
  EXPECT_EQ(silent.negotiation.finish(), std::nullopt);
  EXPECT_EQ(silent.fault(), FaultKind::NotAcceptable);
  Bench rejecting(kInitiator, wishes);
  rejecting.offers();
  EXPECT_THAT(rejecting.take({"HeaderDigest=Reject"}), ElementsAre("fault"));
}

TEST(Negotiation, SettlesAKeyOnce) {
  Bench target(kTarget);
  target.take({"MaxBurstLength=65536"});
  EXPECT_THAT(target.take({"MaxBurstLength=65536"}), ElementsAre("fault"));
  Bench initiator(kInitiator);
  initiator.offers();
  EXPECT_THAT(initiator.take({"MaxBurstLength=65536"}), IsEmpty());
  EXPECT_THAT(initiator.take({"MaxBurstLength=65536"}), ElementsAre("fault"));
  Bench length(kTarget);
  EXPECT_THAT(length.take({"MaxRecvDataSegmentLength=512", "MaxRecvDataSegmentLength=1024"}), ElementsAre("fault"));
}

// Whatever two ends would like, both come to the same result and neither gets more than it wants.
TEST(Negotiation, LeadsBothEndsToTheSameParameters) {
  const Numbers kSides[] = {
      {},
      {{Key::MaxBurstLength, 65536}, {Key::FirstBurstLength, 65536}, {Key::InitialR2T, 0}},
      {{Key::ImmediateData, 0}, {Key::MaxOutstandingR2T, 16}, {Key::ErrorRecoveryLevel, 1}},
      {{Key::MaxConnections, 8}, {Key::DefaultTime2Wait, 0}, {Key::DefaultTime2Retain, 0}, {Key::DataPduInOrder, 0}},
      {{Key::ErrorRecoveryLevel, 2},
       {Key::DataSequenceInOrder, 0},
       {Key::MaxOutstandingR2T, 4},
       {Key::IscsiProtocolLevel, 2}},
      {{Key::MaxBurstLength, 512}, {Key::MaxRecvDataSegmentLength, 512}},
  };
  for (const Numbers& left : kSides) {
    for (const Numbers& right : kSides) {
      Negotiation initiator(kInitiator, wishesOf(left));
      Negotiation target(kTarget, wishesOf(right));
      base::Bytes toTarget;
      TextWriter first(toTarget);
      initiator.offer(first);
      for (int round = 0; round < 3; ++round) {
        base::Bytes toInitiator;
        TextWriter back(toInitiator);
        TextReader reader(toTarget);
        for (TextPair pair; reader.next(pair);) ASSERT_TRUE(target.take(pair, back));
        target.answer(back);
        target.offer(back);
        toTarget.clear();
        TextReader answers(toInitiator);
        for (TextPair pair; answers.next(pair);) ASSERT_TRUE(initiator.take(pair, first));
        initiator.answer(first);
      }
      ASSERT_TRUE(initiator.complete());
      ASSERT_TRUE(target.complete());
      auto ours = initiator.finish();
      const auto theirs = target.finish();
      ASSERT_TRUE(ours && theirs);
      std::swap(ours->maxRecvDataSegmentLength, ours->maxSendDataSegmentLength);
      EXPECT_EQ(*ours, *theirs);
      EXPECT_LE(theirs->firstBurstLength, theirs->maxBurstLength);
    }
  }
}

}  // namespace
