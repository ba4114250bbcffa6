// The baseline: what can be reached now is approved at once, in the ledger of approved reach.
#include <gtest/gtest.h>

#include "tests/unit/manage/small_san.h"

using namespace test;

namespace {

TEST_F(Changes, TheBaselineApprovesThePresentReach) {
  settings({{"confirm_within", std::uint64_t{0}}});
  (void)committed(giveWeb1());
  EXPECT_EQ(world.model().table<san::Approval>().size(), 0U);
  const Answer answer = world.ask(world.sets().baseline(bob, "as it is", world.now()));
  ASSERT_EQ(answer.what, Answer::What::Done) << answer.text;
  EXPECT_EQ(world.model().table<san::Approval>().size(), 1U);
  EXPECT_EQ(world.model().get<san::ChangeSet>(answer.draft)->origin, san::ChangeOrigin::Baseline);
  ASSERT_EQ(world.ask(world.sets().baseline(bob, "again", world.now())).what, Answer::What::Done);
  EXPECT_EQ(world.model().table<san::Approval>().size(), 1U);
}

TEST_F(Changes, ABaselineNeedsTheRightToApprove) {
  settings({{"confirm_within", std::uint64_t{0}}});
  (void)committed(giveWeb1());
  manage::Who zoner = bob;
  zoner.rights.approve = false;
  const Answer answer = world.ask(world.sets().baseline(zoner, "as it is", world.now()));
  EXPECT_EQ(answer.what, Answer::What::Refused);
  EXPECT_EQ(answer.refusal, Refusal::NotAllowed);
  EXPECT_EQ(world.model().table<san::Approval>().size(), 0U);
}

// Else one person would approve alone what he has brought in by the wire.
TEST_F(Changes, ABaselineIsRefusedWhereNobodyApprovesHisOwn) {
  settings({{"confirm_within", std::uint64_t{0}}});
  (void)committed(giveWeb1());
  for (const bool needed : {false, true}) {
    settings({{"approval_needed", needed}, {"author_may_approve", false}});
    const Answer answer = world.ask(world.sets().baseline(bob, "as it is", world.now()));
    EXPECT_EQ(answer.what, Answer::What::Refused);
    EXPECT_EQ(answer.refusal, Refusal::AuthorApproves);
    EXPECT_EQ(world.model().table<san::Approval>().size(), 0U);
  }
}

TEST_F(Changes, ABaselineLeavesAloneWhatIsApprovedAlready) {
  settings({{"confirm_within", std::uint64_t{0}}});
  (void)committed(giveWeb1());
  const Answer first = world.ask(world.sets().baseline(bob, "as it is", world.now()));
  (void)committed(mapping({Kind::Host, web2}, disk2, unit2, 0) +
                  zoning("zone2", {world.initiatorOf("web2"), ObjectRef{Kind::Node, disk2}}));
  ASSERT_EQ(world.ask(world.sets().baseline(bob, "again", world.now())).what, Answer::What::Done);
  std::size_t ofTheFirst = 0;
  world.model().table<san::Approval>().forEach(
      [&](Id, const san::Approval& one) { ofTheFirst += one.change.id == first.draft ? 1 : 0; });
  EXPECT_EQ(world.model().table<san::Approval>().size(), 2U);
  EXPECT_EQ(ofTheFirst, 1U) << "who approved it, and when, stays";
}

TEST(Baseline, OfMoreThanItsBoundIsRefused) {
  manage::ChangeSets::Options options;
  options.maxBaseline = 0;
  SmallSan small(options);
  ChangeWorld& world = small.world;
  world.byManagement([&](san::SnapshotEditor& editor) {
    const ObjectRef ref{Kind::Settings, san::Settings::kId};
    if (editor.view().get(ref) == nullptr) (void)editor.create(Kind::Settings, ref.id);
    EXPECT_TRUE(editor.set(ref, *san::findField(ref.kind, "confirm_within"), std::uint64_t{0}).ok());
  });
  const manage::Who alice = administrator("alice");
  const Answer made = world.ask(world.sets().create(alice, "a change", small.giveWeb1(), world.now()));
  const Answer sent = world.ask(world.sets().submit(alice, made.draft, made.version, "needed", "", world.now()));
  ASSERT_EQ(world.ask(world.sets().commit(alice, {made.draft, sent.version, {}, {}}, world.now())).what,
            Answer::What::Done);
  world.settle();
  const Answer answer = world.ask(world.sets().baseline(alice, "as it is", world.now()));
  EXPECT_EQ(answer.refusal, Refusal::TooMany);
  EXPECT_EQ(world.model().table<san::Approval>().size(), 0U);
}

}  // namespace
