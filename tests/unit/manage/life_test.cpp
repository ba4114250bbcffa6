// A change set from its first edit to its end, against a real registry and store: the order in which access is given
// and taken, and commits that wait for each other.
#include "tests/unit/manage/small_san.h"

using namespace test;

namespace {

TEST_F(Changes, AWholeLifeFromDraftToConfirmed) {
  const Id id = approved(giveWeb1());
  EXPECT_EQ(works(web1, unit1), san::Truth::No);
  const Answer answer = commit(id);
  ASSERT_EQ(answer.what, Answer::What::Done) << answer.text;
  world.settle();
  EXPECT_EQ(draft(id).state, DraftState::Confirming);
  EXPECT_EQ(draft(id).confirmBy, world.wallSeconds() + 120);
  EXPECT_NE(works(web1, unit1), san::Truth::No);
  EXPECT_EQ(world.model().get<san::ChangeSet>(id)->state, san::ChangeState::Confirming);
  EXPECT_EQ(world.model().get<san::ChangeSet>(id)->approver, "bob");
  ASSERT_EQ(world.ask(world.sets().confirm(bob, id, world.now())).what, Answer::What::Done);
  EXPECT_EQ(draft(id).state, DraftState::Confirmed);
  EXPECT_EQ(world.model().get<san::ChangeSet>(id)->state, san::ChangeState::Confirmed);
  for (const char* event : {"change.created", "change.submitted", "change.approved", "change.committed", "change.zoned",
                            "change.confirming", "change.confirmed"}) {
    EXPECT_TRUE(logged(event)) << event;
  }
}

TEST_F(Changes, GrantsReachTargetsBeforeDomains) {
  world.timeline.clear();
  (void)committed(giveWeb1());
  EXPECT_LT(at("lock " + std::to_string(world.named(Kind::Domain, "zone1").id)), at("commit 20002"));
  EXPECT_LT(at("commit 20002"), at("union disk1"));
  EXPECT_LT(at("union disk1"), at("commit 20003"));
  EXPECT_EQ(at("new disk1"), world.timeline.size()) << "it has lost nothing: it is not told again";
  EXPECT_EQ(at("union disk2"), world.timeline.size());
}

TEST_F(Changes, OfAnExchangeTheTargetHasBothBeforeTheDomainsAndWhatIsLeftAfter) {
  settings({{"confirm_within", std::uint64_t{0}}});
  (void)committed(giveWeb1());
  world.timeline.clear();
  const ObjectRef zone = world.named(Kind::Domain, "zone1");
  const Id id = submitted({leave(zone, "nodes", world.initiatorOf("web1")), add(zone, "nodes", world.initiatorOf("web2"))});
  ASSERT_EQ(commit(id, "web2 takes over").what, Answer::What::Done);
  world.settle();
  EXPECT_LT(at("union disk1"), at("commit 20003"));
  EXPECT_LT(at("commit 20003"), at("new disk1"));
  EXPECT_LT(at("new disk1"), at("commit 20004"));
}

TEST_F(Changes, APureRevokeGoesToTheTargetsFirst) {
  settings({{"confirm_within", std::uint64_t{0}}});
  (void)committed(giveWeb1());
  world.timeline.clear();
  const Id id = submitted({leave(world.named(Kind::Domain, "zone1"), "nodes", world.initiatorOf("web1"))});
  ASSERT_EQ(commit(id, "it is taken away").what, Answer::What::Done);
  world.settle();
  EXPECT_LT(at("new disk1"), at("commit 20003"));
  EXPECT_EQ(at("union disk1"), world.timeline.size());
  EXPECT_EQ(draft(id).state, DraftState::Confirmed);
}

TEST_F(Changes, AnAgentThatIsAwayNeverBlocksAndIsPending) {
  world.agentsAnswer = false;
  const Id id = submitted(giveWeb1());
  ASSERT_EQ(commit(id).what, Answer::What::Done);
  EXPECT_EQ(draft(id).step, manage::CommitStep::Granting);
  EXPECT_TRUE(world.sets().transition());
  EXPECT_EQ(world.sets().transition()->phase, manage::TargetPhase::Union);
  world.advance(std::chrono::seconds(4));
  EXPECT_EQ(draft(id).step, manage::CommitStep::Granting);
  world.advance(std::chrono::seconds(1));
  EXPECT_EQ(draft(id).state, DraftState::Confirming) << "nothing is taken from it: there is no second wait";
  EXPECT_EQ(pendingOf(id), std::vector<Id>{disk1});
  EXPECT_EQ(world.notices.front().kind, manage::Notice::Kind::TargetPending);
  world.applied(disk1, world.told.at(disk1).revision);
  EXPECT_TRUE(draft(id).pending.empty());
}

TEST_F(Changes, ATargetThatHasBothStatesAndGoesAwayIsPendingUntilItHasWhatIsLeft) {
  settings({{"confirm_within", std::uint64_t{0}}});
  (void)committed(giveWeb1());
  const ObjectRef zone = world.named(Kind::Domain, "zone1");
  const Id id =
      submitted({leave(zone, "nodes", world.initiatorOf("web1")), add(zone, "nodes", world.initiatorOf("web2"))});
  // Its agent has the union, and is away when the domains are on their way.
  world.meanwhile = [this] { world.meanwhile = [this] { world.agentsAnswer = false; }; };
  ASSERT_EQ(commit(id, "web2 takes over").what, Answer::What::Done);
  world.settle();
  ASSERT_EQ(draft(id).state, DraftState::Confirmed);
  EXPECT_EQ(pendingOf(id), std::vector<Id>{disk1});
  settings({{"confirm_within", std::uint64_t{60}}});
  EXPECT_EQ(pendingOf(id), std::vector<Id>{disk1}) << "another revision is no report";
  ChangeWorld again(world.database(), world.wallSeconds());
  EXPECT_EQ(again.sets().find(id)->pending, draft(id).pending) << "nor is a restart";
  again.applied(disk1, draft(id).stored);
  EXPECT_FALSE(again.sets().find(id)->pending.empty()) << "it still lets web1 in";
  again.applied(disk1, draft(id).zoned);
  EXPECT_TRUE(again.sets().find(id)->pending.empty());
}

TEST_F(Changes, OfAPureRevokeATargetIsNoLongerPendingWhenItHasWhatIsLeft) {
  settings({{"confirm_within", std::uint64_t{0}}});
  (void)committed(giveWeb1());
  world.agentsAnswer = false;
  const Id id = submitted({leave(world.named(Kind::Domain, "zone1"), "nodes", world.initiatorOf("web1"))});
  ASSERT_EQ(commit(id, "it is taken away").what, Answer::What::Done);
  world.settle();
  ASSERT_EQ(draft(id).state, DraftState::Confirmed);
  EXPECT_EQ(pendingOf(id), std::vector<Id>{disk1});
  world.applied(disk1, draft(id).stored);
  EXPECT_TRUE(draft(id).pending.empty()) << "it is not told again after the domains";
}

TEST_F(Changes, EditsAreOptimisticByVersion) {
  const Answer made = world.ask(world.sets().create(alice, "x", giveWeb1(), world.now()));
  const Answer first =
      world.sets().edit(alice, made.draft, made.version, {manage::EditsChange::What::Drop, {}, {4}}, world.now());
  EXPECT_EQ(first.what, Answer::What::Waits);
  EXPECT_EQ(world.sets().edit(alice, made.draft, made.version, {}, world.now()).refusal, Refusal::Busy);
  world.run();
  EXPECT_EQ(draft(made.draft).edits.size(), giveWeb1().size() - 1);
  EXPECT_EQ(world.sets().edit(alice, made.draft, made.version, {}, world.now()).refusal, Refusal::OldVersion);
  const Answer bad =
      world.sets().edit(alice, made.draft, made.version + 1,
                        {manage::EditsChange::What::Append, {erase({Kind::Host, 999})}, {}}, world.now());
  EXPECT_EQ(bad.refusal, Refusal::BadEdits);
  ASSERT_TRUE(bad.edit);
  const Answer gone = world.ask(world.sets().discard(alice, made.draft, made.version + 1, world.now()));
  EXPECT_EQ(gone.what, Answer::What::Done);
  EXPECT_EQ(draft(made.draft).state, DraftState::Discarded);
}

TEST_F(Changes, CommitsWaitForTheOneThatIsCarriedOutAndAreJudgedAgainThen) {
  world.agentsAnswer = false;
  const Id first = submitted(giveWeb1());
  const Id second = submitted(mapping({Kind::Host, world.named(Kind::Host, "web2").id}, disk2, unit2, 0));
  const Id third = submitted({set(world.named(Kind::Host, "web2"), "name", std::string("web9"))});
  ASSERT_EQ(commit(first).what, Answer::What::Done);
  EXPECT_EQ(draft(first).step, manage::CommitStep::Granting);
  const auto ask = [&](Id id) {
    return world.ask(world.sets().commit(alice, {id, draft(id).version, {}, {}}, world.now()));
  };
  const Answer one = ask(second);
  const Answer other = ask(third);
  EXPECT_EQ(one.what, Answer::What::Waits);
  EXPECT_EQ(draft(second).state, DraftState::Submitted);
  // The last one is taken away before its turn.
  ASSERT_EQ(world.ask(world.sets().discard(alice, third, draft(third).version, world.now())).what, Answer::What::Done);
  for (int i = 0; i < 12; ++i) world.advance(std::chrono::seconds(1));
  EXPECT_EQ(draft(first).state, DraftState::Confirming);
  EXPECT_EQ(draft(second).state, DraftState::Confirming);
  EXPECT_EQ(world.replies.at(one.ticket).what, Answer::What::Done);
  EXPECT_EQ(world.replies.at(other.ticket).refusal, Refusal::OldVersion);
}

TEST_F(Changes, NoMoreThanTheirBoundMayWait) {
  world.agentsAnswer = false;
  ASSERT_EQ(commit(submitted(giveWeb1())).what, Answer::What::Done);
  const Id next = submitted({set(world.named(Kind::Host, "web2"), "name", std::string("web9"))});
  const std::size_t bound = ChangeSets::Options{}.maxQueued;
  for (std::size_t i = 0; i < bound; ++i) {
    ASSERT_EQ(world.sets().commit(alice, {next, draft(next).version, {}, {}}, world.now()).what, Answer::What::Waits);
  }
  EXPECT_EQ(world.sets().commit(alice, {next, draft(next).version, {}, {}}, world.now()).refusal, Refusal::Busy);
}

TEST_F(Changes, TheIndexOfThePresentStateIsAskedForWhereSomebodyKeepsOne) {
  std::vector<san::Revision> asked;
  ChangeSets::Options options;
  options.indexOf = [&](const san::Snapshot& snapshot) {
    asked.push_back(snapshot.revision);
    return std::make_shared<const san::SanIndex>(snapshot);
  };
  settings({{"confirm_within", std::uint64_t{0}}});
  const Id id = submitted(giveWeb1());
  ChangeWorld again(world.database(), world.wallSeconds(), options);
  const std::string own = world.sets().preview(id)->hash;
  EXPECT_EQ(again.sets().preview(id)->hash, own);
  ASSERT_EQ(asked, std::vector<san::Revision>{again.model().revision});
  ASSERT_EQ(again.ask(again.sets().commit(alice, {id, 2, "yes", {}}, again.now())).what, Answer::What::Done);
  EXPECT_EQ(asked.size(), 2U);
}

}  // namespace
