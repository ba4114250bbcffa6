#include "isns-server/manage/credentials/credential_machine.h"

#include <random>

#include "isns-server/manage/credentials/reveal.h"
#include "tests/unit/manage_credentials/credential_world.h"

namespace credentials_test {
namespace {

using std::chrono::hours;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(CredentialMachine, ANewSecretGoesToTheTargetFirst) {
  CredentialWorld world(true, true);
  EXPECT_EQ(handOver(world.credential, Side::Initiator), std::nullopt);
  EXPECT_EQ(handOver(world.credential, Side::Target)->accept, 1U);
  world.applyDisk();
  ASSERT_TRUE(handOver(world.credential, Side::Initiator));
  EXPECT_EQ(handOver(world.credential, Side::Initiator)->answer, 1U);
  world.applyHost();
  EXPECT_TRUE(world.login());
  EXPECT_EQ(world.credential.provenAt, kStart);
  EXPECT_EQ(stateOf(world.credential), san::CredentialState::Active);
}

TEST(CredentialMachine, AChangeIsSpreadSwitchedProvenAndThenTheOldSecretGoes) {
  CredentialWorld world(true, true);
  world.settle();
  ASSERT_TRUE(world.machine().startChange(world.now));
  EXPECT_EQ(world.credential.phase, Phase::Spreading);
  EXPECT_EQ(stateOf(world.credential), san::CredentialState::Rotating);
  EXPECT_EQ(handOver(world.credential, Side::Target)->acceptElse, 2U);
  EXPECT_EQ(handOver(world.credential, Side::Initiator)->answer, 1U);  // not before the target takes it
  world.applyDisk();
  EXPECT_EQ(world.credential.phase, Phase::Switching);
  EXPECT_EQ(handOver(world.credential, Side::Initiator)->answer, 2U);
  EXPECT_EQ(world.count(OutputKind::AskLogin), 0U);
  world.applyHost();
  EXPECT_EQ(world.count(OutputKind::AskLogin), 1U);
  EXPECT_TRUE(world.erased().empty());  // nothing is retired before it is proven
  EXPECT_TRUE(world.login());
  EXPECT_EQ(world.credential.phase, Phase::Settled);
  EXPECT_EQ(world.credential.current, 2U);
  EXPECT_THAT(world.erased(), ElementsAre(1U));
  EXPECT_EQ(world.count(OutputKind::Done), 1U);
  EXPECT_EQ(handOver(world.credential, Side::Target)->acceptElse, 0U);
  world.applyDisk();
  world.applyHost();
  EXPECT_TRUE(world.login());
}

TEST(CredentialMachine, ALoginWithTheOldSecretProvesNothing) {
  CredentialWorld world(true, true);
  world.settle();
  ASSERT_TRUE(world.machine().startChange(world.now));
  world.applyDisk();
  EXPECT_TRUE(world.login());  // the host has not applied the next one
  EXPECT_EQ(world.credential.phase, Phase::Switching);
}

TEST(CredentialMachine, OnlyOurTargetIsBelievedAboutWhoProvedItselfThere) {
  CredentialWorld world(true, true);
  world.settle();
  ASSERT_TRUE(world.machine().startChange(world.now));
  world.applyDisk();
  world.machine().onLogin({Side::Initiator, kDisk, 2, 0, false}, world.now);
  EXPECT_EQ(world.credential.phase, Phase::Switching);
  world.machine().onLogin({Side::Target, kDisk, 2, 0, false}, world.now);
  EXPECT_EQ(world.credential.phase, Phase::Settled);
}

TEST(CredentialMachine, AMutualChangeNeedsTheProofOfBothWays) {
  CredentialWorld world(true, true, true);
  world.settle();
  ASSERT_TRUE(world.machine().startChange(world.now));
  world.applyDisk();
  EXPECT_EQ(world.credential.phase, Phase::Spreading);  // the initiator verifies too
  world.applyHost();
  EXPECT_EQ(world.credential.phase, Phase::Switching);
  world.applyHost();
  world.machine().onLogin({Side::Target, kDisk, 2, 2, false}, world.now);
  EXPECT_EQ(world.credential.phase, Phase::Switching);
  world.machine().onLogin({Side::Initiator, kDisk, 2, 1, false}, world.now);
  EXPECT_EQ(world.credential.phase, Phase::Switching);
  world.machine().onLogin({Side::Initiator, kDisk, 2, 2, false}, world.now);
  EXPECT_EQ(world.credential.phase, Phase::Settled);
}

TEST(CredentialMachine, OurTargetTakesBothUntilAForeignHostLogsInWithTheNewOne) {
  CredentialWorld world(false, true);
  world.settle();
  ASSERT_TRUE(world.machine().startChange(world.now));
  world.applyDisk();
  EXPECT_EQ(stateOf(world.credential), san::CredentialState::WaitingForForeign);
  EXPECT_TRUE(world.login());  // with the old one, as ever
  EXPECT_EQ(world.credential.phase, Phase::WaitingForForeign);
  world.typeAtHost(2);
  EXPECT_TRUE(world.login());
  EXPECT_EQ(world.credential.phase, Phase::Settled);
  EXPECT_THAT(world.erased(), ElementsAre(1U));
}

TEST(CredentialMachine, OurInitiatorTriesTheNewOneThenTheOldOneAtAForeignTarget) {
  CredentialWorld world(true, false);
  world.settle();
  ASSERT_TRUE(world.machine().startChange(world.now));
  world.machine().onTimer(world.now);
  world.applyHost();
  // Nobody of ours verifies, so there is nothing to spread; the host may need one more turn to be told.
  world.applyHost();
  EXPECT_EQ(stateOf(world.credential), san::CredentialState::WaitingForForeign);
  EXPECT_EQ(world.host.answer, 2U);
  EXPECT_EQ(world.host.answerElse, 1U);
  EXPECT_TRUE(world.login());
  EXPECT_EQ(world.credential.phase, Phase::WaitingForForeign);
  world.typeAtDisk(2);
  EXPECT_TRUE(world.login());
  EXPECT_EQ(world.credential.phase, Phase::Settled);
}

TEST(CredentialMachine, AtTheDeadlineAForeignEndKeepsTheOldSecretAndAnAlarmTellsIt) {
  CredentialWorld world(false, true);
  world.settle();
  ASSERT_TRUE(world.machine().startChange(world.now, {hours(48), AtDeadline::KeepOld}));
  world.applyDisk();
  world.machine().onTimer(kStart + hours(48) - std::chrono::seconds(1));
  EXPECT_EQ(world.credential.phase, Phase::WaitingForForeign);
  world.machine().onTimer(kStart + hours(48));
  EXPECT_EQ(world.credential.phase, Phase::Settled);
  EXPECT_EQ(world.credential.current, 1U);
  EXPECT_EQ(world.count(OutputKind::Alarm), 1U);
  EXPECT_EQ(world.count(OutputKind::Failed), 1U);
  EXPECT_THAT(world.erased(), ElementsAre(2U));
  world.applyDisk();
  EXPECT_TRUE(world.login());
}

TEST(CredentialMachine, ALeakedSecretGoesAtTheDeadlineAllTheSame) {
  CredentialWorld world(false, true);
  world.settle();
  ASSERT_TRUE(world.machine().startChange(world.now, {hours(1), AtDeadline::RetireOld}));
  world.applyDisk();
  world.machine().onTimer(kStart + hours(1));
  EXPECT_EQ(world.credential.current, 2U);
  EXPECT_EQ(world.credential.provenAt, base::WallTime{});
  EXPECT_EQ(world.count(OutputKind::Alarm), 1U);
  world.applyDisk();
  EXPECT_FALSE(world.login());
}

TEST(CredentialMachine, GoingBackTheTargetTakesBothUntilTheInitiatorHasGoneBack) {
  CredentialWorld world(true, true);
  world.settle();
  ASSERT_TRUE(world.machine().startChange(world.now));
  world.applyDisk();
  world.applyHost();
  world.machine().onLoginRefused(2, world.now);
  EXPECT_EQ(world.credential.phase, Phase::RollingBack);
  EXPECT_EQ(handOver(world.credential, Side::Target)->acceptElse, 2U);
  EXPECT_EQ(handOver(world.credential, Side::Initiator)->answer, 1U);
  EXPECT_TRUE(world.erased().empty());
  world.applyHost();
  EXPECT_EQ(world.credential.phase, Phase::Settled);
  EXPECT_EQ(world.credential.current, 1U);
  EXPECT_THAT(world.erased(), ElementsAre(2U));
}

TEST(CredentialMachine, AnInitiatorThatDoesNotComeBackCanBeGivenUp) {
  CredentialWorld world(true, true);
  world.settle();
  ASSERT_TRUE(world.machine().startChange(world.now));
  world.applyDisk();
  ASSERT_TRUE(world.machine().cancelChange(world.now));
  EXPECT_EQ(world.credential.phase, Phase::RollingBack);
  ASSERT_TRUE(world.machine().cancelChange(world.now));
  EXPECT_EQ(world.credential.phase, Phase::Settled);
  EXPECT_FALSE(world.machine().cancelChange(world.now));
}

TEST(CredentialMachine, LateRepeatedAndStrangeEventsChangeNothing) {
  CredentialWorld world(true, true);
  world.settle();
  ASSERT_TRUE(world.machine().startChange(world.now));
  const std::uint32_t step = world.credential.step;
  world.machine().onApplied(Side::Target, kDisk, step - 1, world.now);
  world.machine().onApplied(Side::Target, kDisk, step + 1, world.now);
  world.machine().onApplied(Side::Target, "iqn.other", step, world.now);
  world.machine().onApplied(Side::Target, kHost, step, world.now);
  EXPECT_EQ(world.credential.phase, Phase::Spreading);
  world.applyDisk();
  world.applyHost();
  ASSERT_TRUE(world.login());
  world.outputs.clear();
  world.machine().onLogin({Side::Target, kDisk, 1, 0, true}, world.now + hours(1));  // of before
  world.machine().onLogin({Side::Target, kDisk, 9, 0, true}, world.now + hours(1));
  world.machine().onLoginRefused(2, world.now);
  EXPECT_EQ(world.credential.current, 2U);
  EXPECT_EQ(world.credential.provenAt, kStart);
  EXPECT_FALSE(world.credential.md5);
  EXPECT_TRUE(world.outputs.empty());
}

TEST(CredentialMachine, OneChangeAtATimeAndNoneWithoutAnEndOfOurs) {
  CredentialWorld world(true, true);
  world.settle();
  ASSERT_TRUE(world.machine().startChange(world.now));
  EXPECT_FALSE(world.machine().startChange(world.now));
  world.machine().retire(world.now);
  EXPECT_FALSE(world.machine().startChange(world.now));
  EXPECT_EQ(handOver(world.credential, Side::Target), std::nullopt);
  EXPECT_THAT(world.erased(), ElementsAre(1U, 2U));
  Credential foreign;
  foreign.targets = {{kDisk, false, 0, 0, 0}};
  Outputs out;
  ASSERT_TRUE(CredentialMachine(foreign, out).create(kStart));
  EXPECT_FALSE(CredentialMachine(foreign, out).startChange(kStart)) << "there is nobody to give the next one to";
}

TEST(CredentialMachine, AnAgentThatEnrolsAnewDoesNotTakeTheSecretFromItsPeer) {
  CredentialWorld world(true, true);
  world.settle();
  world.machine().onManaged(Side::Target, kDisk, false, world.now);
  world.machine().onManaged(Side::Target, kDisk, true, world.now);
  EXPECT_TRUE(handOver(world.credential, Side::Initiator));
  EXPECT_EQ(holds(world.credential, world.credential.targets[0]), san::Truth::No);
}

TEST(CredentialMachine, DuringAChangeBothEndsHoldTheCurrentSecretThoughNoAgentAnswers) {
  CredentialWorld world(true, true);
  const auto bothHold = [&](san::Truth truth) {
    const Credential& c = world.credential;
    return holds(c, c.initiator) == truth && holds(c, c.targets[0]) == truth;
  };
  EXPECT_TRUE(bothHold(san::Truth::No));
  world.settle();
  ASSERT_TRUE(world.machine().startChange(world.now));
  EXPECT_TRUE(bothHold(san::Truth::Yes));
  world.applyDisk();
  EXPECT_TRUE(bothHold(san::Truth::Yes)) << "switching";
  world.applyHost();
  ASSERT_TRUE(world.login());
  EXPECT_EQ(world.credential.current, 2U);
  EXPECT_TRUE(bothHold(san::Truth::Yes)) << "nobody has told yet that the old one is gone there";
  ASSERT_TRUE(world.machine().startChange(world.now));
  ASSERT_TRUE(world.machine().cancelChange(world.now));
  EXPECT_TRUE(bothHold(san::Truth::Yes)) << "taken back";
}

TEST(CredentialMachine, ASecretThatIsForcedIsHeldByNobodyForSureAndTheOldOneWorksUntilTheTargetHasIt) {
  CredentialWorld world(true, true);
  world.settle();
  ASSERT_TRUE(world.machine().startChange(world.now, {hours(1), AtDeadline::RetireOld}));
  world.machine().onTimer(kStart + hours(1));
  EXPECT_TRUE(world.login()) << "both have the old one";
  EXPECT_EQ(holds(world.credential, world.credential.initiator), san::Truth::Unknown);
  EXPECT_EQ(holds(world.credential, world.credential.targets[0]), san::Truth::Unknown);
  world.applyDisk();
  EXPECT_FALSE(world.login());
  EXPECT_EQ(holds(world.credential, world.credential.initiator), san::Truth::No);
  EXPECT_EQ(holds(world.credential, world.credential.targets[0]), san::Truth::Yes);
  world.applyHost();
  EXPECT_EQ(holds(world.credential, world.credential.initiator), san::Truth::Yes);
  EXPECT_EQ(holds(world.credential, world.credential.targets[0]), san::Truth::Yes);
}

TEST(CredentialMachine, WhoIsToProveItselfTooKeepsTheSecretThatItHas) {
  CredentialWorld world(true, true);
  world.settle();
  const auto initiator = [&] { return holds(world.credential, world.credential.initiator); };
  const auto target = [&] { return holds(world.credential, world.credential.targets[0]); };
  world.machine().setMutual(true, world.now);
  EXPECT_TRUE(world.login());
  EXPECT_EQ(initiator(), san::Truth::Yes);
  EXPECT_EQ(target(), san::Truth::Yes);
  world.applyDisk();
  EXPECT_TRUE(world.login());
  EXPECT_EQ(initiator(), san::Truth::Unknown) << "it does not have the second one, which the target may demand to use";
  EXPECT_EQ(target(), san::Truth::Yes);
  world.applyHost();
  EXPECT_EQ(initiator(), san::Truth::Yes);
  EXPECT_EQ(target(), san::Truth::Yes);
}

TEST(CredentialMachine, AtItsDeadlineAForcedSecretIsNotYetTheOneThatTheTargetTakes) {
  CredentialWorld world(false, true);
  world.settle();
  ASSERT_TRUE(world.machine().startChange(world.now, {hours(1), AtDeadline::RetireOld}));
  world.machine().onTimer(kStart + hours(1));
  EXPECT_TRUE(world.login()) << "the target's agent is away";
  EXPECT_EQ(holds(world.credential, world.credential.targets[0]), san::Truth::Unknown);
  world.applyDisk();
  EXPECT_FALSE(world.login());
  EXPECT_EQ(holds(world.credential, world.credential.targets[0]), san::Truth::Yes);
}

TEST(CredentialMachine, AnAgentThatSpeaksForANewTargetTooHasAStepToTell) {
  CredentialWorld world(true, true);
  world.settle();
  const std::string second = "iqn.2026-01.example:disk2";
  const std::uint32_t told = world.credential.targets[0].applied;
  world.machine().setTargets({{kDisk, true}, {second, true}}, world.now);
  EXPECT_GT(handOver(world.credential, Side::Target)->step, told);
  EXPECT_EQ(holds(world.credential, world.credential.targets[0]), san::Truth::Yes);
  EXPECT_EQ(holds(world.credential, world.credential.targets[1]), san::Truth::No);
  EXPECT_TRUE(handOver(world.credential, Side::Initiator)) << "at the first target it still gets in";
  world.applyDisk(second);
  EXPECT_EQ(holds(world.credential, world.credential.targets[1]), san::Truth::Yes);
}

TEST(CredentialMachine, OfSeveralTargetsTheForeignOneHoldsTheOldSecretUntilItHasTheNewOne) {
  CredentialWorld world(true, true);
  world.credential.targets.push_back({"iqn.foreign", false, 0, 0, 0});
  world.applyDisk();
  world.applyHost();
  ASSERT_TRUE(world.machine().startChange(world.now));
  world.applyDisk();
  world.applyHost();
  world.machine().onLogin({Side::Target, kDisk, 2, 0, false}, world.now);
  EXPECT_EQ(world.credential.phase, Phase::WaitingForForeign);
  world.machine().onLogin({Side::Initiator, "iqn.foreign", 2, 0, false}, world.now);
  EXPECT_EQ(world.credential.phase, Phase::Settled);
}

TEST(HandOver, OnlyTheAgentOfTheEndGetsIt) {
  CredentialWorld world(true, true);
  world.settle();
  const mgmt::Identity disk{mgmt::PeerKind::Agent, "storage1", {kDisk}, {}};
  const mgmt::Identity host{mgmt::PeerKind::Agent, "web1", {kHost}, {}};
  const mgmt::Identity person{mgmt::PeerKind::Person, "ada", {kDisk}, {}};
  EXPECT_TRUE(handOverFor(world.credential, Side::Target, kDisk, disk));
  EXPECT_TRUE(handOverFor(world.credential, Side::Initiator, kHost, host));
  EXPECT_FALSE(handOverFor(world.credential, Side::Target, kDisk, host));
  EXPECT_FALSE(handOverFor(world.credential, Side::Target, kHost, host));
  EXPECT_FALSE(handOverFor(world.credential, Side::Initiator, kHost, disk));
  EXPECT_FALSE(handOverFor(world.credential, Side::Target, kDisk, person));
  world.credential.targets[0].managed = false;
  EXPECT_FALSE(handOverFor(world.credential, Side::Target, kDisk, disk));
}

TEST(Reveal, AForeignEndsSecretIsShownOnceWithAReason) {
  CredentialWorld world(false, true);
  world.settle();
  const RevealRequest request{Side::Initiator, kHost, "ada", "typed at the host's console\n"};
  const auto shown = reveal(world.credential, request, world.outputs);
  ASSERT_TRUE(shown) << shown.error().text;
  EXPECT_EQ(*shown, 1U);
  ASSERT_EQ(world.outputs.size(), 1U);
  EXPECT_EQ(world.outputs[0].text, "secret version 1 shown to ada: typed at the host's console\\x0a");
  EXPECT_FALSE(reveal(world.credential, request, world.outputs));
  ASSERT_TRUE(world.machine().startChange(world.now));
  EXPECT_FALSE(reveal(world.credential, request, world.outputs));  // our target does not take it yet
  world.applyDisk();
  EXPECT_EQ(*reveal(world.credential, request, world.outputs), 2U);
}

TEST(Reveal, NeverForAnEndWithAnAgentOrWithoutAReason) {
  CredentialWorld world(false, true);
  EXPECT_FALSE(reveal(world.credential, {Side::Target, kDisk, "ada", "because I want to"}, world.outputs));
  EXPECT_FALSE(reveal(world.credential, {Side::Initiator, kHost, "ada", ""}, world.outputs));
  EXPECT_FALSE(reveal(world.credential, {Side::Initiator, kHost, "ada", std::string(501, 'x')}, world.outputs));
  EXPECT_FALSE(reveal(world.credential, {Side::Initiator, kDisk, "ada", "because I want to"}, world.outputs));
  world.machine().retire(world.now);
  EXPECT_FALSE(reveal(world.credential, {Side::Initiator, kHost, "ada", "because I want to"}, world.outputs));
}

TEST(CredentialMachine, TargetsTakeBothUserNamesUntilTheInitiatorHasTheNewOne) {
  CredentialWorld world(true, true);
  world.settle();
  world.machine().setUserName("web2", world.now);
  world.applyHost();
  EXPECT_EQ(world.host.userName, "web1") << "the target's agent is away";
  EXPECT_TRUE(world.login());
  world.machine().setUserName("web3", world.now);
  world.applyDisk();
  EXPECT_EQ(world.disks[kDisk].userName, "web3");
  EXPECT_EQ(world.disks[kDisk].formerUserName, "web1");
  EXPECT_TRUE(world.login());
  world.applyHost();
  EXPECT_EQ(world.host.userName, "web3");
  EXPECT_TRUE(world.login()) << "before the target has heard that the former one is over";
  world.applyDisk();
  EXPECT_EQ(world.disks[kDisk].formerUserName, "");
  EXPECT_TRUE(world.login());
}

TEST(CredentialMachine, ARenameWaitsForTheOneBeforeIt) {
  CredentialWorld world(true, true);
  world.settle();
  world.machine().setUserName("web2", world.now);
  world.applyDisk();
  world.machine().setUserName("web3", world.now);
  EXPECT_EQ(world.credential.userName, "web2") << "the initiator may have either name: a third would be one too many";
  world.applyHost();
  world.machine().setUserName("web3", world.now);
  EXPECT_EQ(world.credential.userName, "web3");
}

TEST(CredentialMachine, TheInitiatorDemandsProofOnlyOfTargetsThatHaveIt) {
  CredentialWorld world(true, true);
  world.settle();
  world.machine().setMutual(true, world.now);
  world.applyHost();
  EXPECT_FALSE(world.host.mutual) << "the target's agent is away";
  EXPECT_TRUE(world.login());
  world.applyDisk();
  EXPECT_TRUE(world.login());
  world.applyHost();
  EXPECT_TRUE(world.host.mutual);
  EXPECT_TRUE(world.login());
  world.machine().setMutual(false, world.now);
  world.applyDisk();
  EXPECT_TRUE(world.disks[kDisk].mutual) << "the initiator's agent is away";
  EXPECT_TRUE(world.login());
  world.applyHost();
  EXPECT_TRUE(world.login());
  world.applyDisk();
  EXPECT_FALSE(world.disks[kDisk].mutual);
  EXPECT_TRUE(world.login());
}

// Whether a person is shown the next secret of this end.
bool shown(CredentialWorld& world, Side side, const std::string& node) {
  const auto version = reveal(world.credential, {side, node, "ada", "changed by hand"}, world.outputs);
  return version && *version == world.credential.next;
}

TEST(CredentialMachine, ASecretThatMayBeSetAtAForeignEndIsNotTakenFromOursAtTheDeadline) {
  CredentialWorld world(true, false);
  world.settle();
  ASSERT_TRUE(world.machine().startChange(world.now, {hours(1), AtDeadline::KeepOld}));
  world.applyHost();
  world.applyHost();
  ASSERT_TRUE(shown(world, Side::Target, kDisk));
  world.typeAtDisk(2);
  world.outputs.clear();
  world.machine().onTimer(kStart + hours(1));
  EXPECT_EQ(world.count(OutputKind::Alarm), 1U);
  EXPECT_EQ(world.count(OutputKind::Failed), 1U);
  EXPECT_THAT(world.erased(), testing::IsEmpty());
  EXPECT_EQ(stateOf(world.credential), san::CredentialState::WaitingForForeign);
  EXPECT_EQ(world.machine().nextDeadline(), base::WallTime{}) << "the alarm is told once";
  world.applyHost();
  EXPECT_TRUE(world.login());
  EXPECT_EQ(world.credential.current, 2U);
  EXPECT_EQ(world.credential.phase, Phase::Settled);
}

// Whatever comes in which order: an initiator that could log in still can, until somebody forces a deadline.
TEST(CredentialMachine, NoOrderOfEventsLocksAnybodyOut) {
  std::mt19937 random(1);
  int changed = 0;
  for (int round = 0; round < 3000; ++round) {
    const bool hostManaged = round % 3 != 0;
    const bool diskManaged = round % 3 != 1;
    CredentialWorld world(hostManaged, diskManaged, round % 2 == 0);
    world.settle();
    for (int i = 0; i < 60; ++i) {
      Credential& c = world.credential;
      switch (random() % 10) {
        case 0:
          (void)world.machine().startChange(world.now);
          break;
        case 1:
          world.applyHost();
          break;
        case 2:
          world.applyDisk();
          break;
        case 3:
          if (!hostManaged && shown(world, Side::Initiator, kHost)) world.typeAtHost(c.next);
          if (!diskManaged && shown(world, Side::Target, kDisk)) world.typeAtDisk(c.next);
          break;
        case 4:
          if (hostManaged && diskManaged && random() % 4 == 0) world.machine().onLoginRefused(c.next, world.now);
          break;
        case 5:
          world.now += hours(1);
          world.machine().onTimer(world.now);
          break;
        case 6:
          if (hostManaged && diskManaged && c.phase != Phase::RollingBack && random() % 8 == 0) {
            (void)world.machine().cancelChange(world.now);
          }
          break;
        case 7:
          if (hostManaged && diskManaged) world.machine().setUserName("web" + std::to_string(random() % 3), world.now);
          break;
        case 8:
          if (hostManaged && diskManaged) world.machine().setMutual(!c.mutual, world.now);
          break;
        default:
          break;
      }
      ASSERT_TRUE(world.login()) << "round " << round << " event " << i << " phase " << phaseWord(c.phase);
    }
    changed += world.credential.current > 1 ? 1 : 0;
  }
  EXPECT_GT(changed, 1000);
}

}  // namespace
}  // namespace credentials_test
