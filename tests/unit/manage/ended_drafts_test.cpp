// What is kept of drafts that have ended, and what can still be done with them.
#include "tests/unit/manage/small_san.h"

using namespace test;

namespace {

struct EndedDrafts : testing::Test, SmallSan {
  manage::Who alice = administrator("alice");

  Id made(const std::vector<Edit>& edits) {
    const Answer answer = world.ask(world.sets().create(alice, "a change", edits, world.now()));
    EXPECT_EQ(answer.what, Answer::What::Done) << answer.text;
    return answer.draft;
  }
  const Draft& draft(Id id) { return *world.sets().find(id); }
  Id confirmed(const std::vector<Edit>& edits) {
    const Id id = made(edits);
    (void)world.ask(world.sets().submit(alice, id, draft(id).version, "it is needed", "T-1", world.now()));
    (void)world.ask(world.sets().commit(alice, {id, draft(id).version, {}, {}}, world.now()));
    world.settle();
    const Answer kept = world.ask(world.sets().confirm(alice, id, world.now()));
    EXPECT_EQ(kept.what, Answer::What::Done) << kept.text;
    return id;
  }
};

TEST_F(EndedDrafts, ThoseThatWereDiscardedDoNotPushOutWhatCanBeRolledBack) {
  const Id kept = confirmed(giveWeb1());
  Id first = 0;
  const std::size_t many = manage::ChangeSets::Options{}.maxDiscarded + 5;
  for (std::size_t i = 0; i < many; ++i) {
    const Id id = made({});
    if (first == 0) first = id;
    (void)world.ask(world.sets().discard(alice, id, draft(id).version, world.now()));
  }
  EXPECT_EQ(world.sets().find(first), nullptr) << "the oldest of them goes";
  ASSERT_NE(world.sets().find(kept), nullptr);
  EXPECT_EQ(world.ask(world.sets().rollback(alice, kept, "too early", world.now())).what, Answer::What::Done);
}

// The draft goes when there are many newer ones; the record stays.
TEST_F(EndedDrafts, TheRecordSaysInWhichRevisionTheDomainsCame) {
  const Id id = confirmed(giveWeb1());
  const auto* record = world.model().get<san::ChangeSet>(id);
  ASSERT_NE(record, nullptr);
  EXPECT_EQ(record->created, draft(id).stored);
  EXPECT_EQ(record->zoned, draft(id).zoned);
  EXPECT_EQ(world.model().get<san::Domain>(world.named(Kind::Domain, "zone1").id)->created, record->zoned);
  const san::Revision zoned = record->zoned;
  ChangeWorld again(world.database(), world.wallSeconds());
  EXPECT_EQ(again.model().get<san::ChangeSet>(id)->zoned, zoned);
}

// A request may wait for its turn while the draft that it found goes.
TEST_F(EndedDrafts, WhatIsAskedOfOneThatHasGoneMeanwhileFindsNone) {
  EXPECT_FALSE(world.sets().preview(4711).ok());
  EXPECT_EQ(world.ask(world.sets().approve(alice, 4711, 1, {}, world.now())).refusal, Refusal::NotFound);
}

TEST_F(EndedDrafts, AnInverseIsMadeOnceAndItsReasonIsKept) {
  const Id id = confirmed(giveWeb1());
  const Answer back = world.ask(world.sets().rollback(alice, id, "too early", world.now()));
  ASSERT_EQ(back.what, Answer::What::Done) << back.text;
  EXPECT_EQ(draft(back.draft).note, "too early");
  EXPECT_TRUE(std::ranges::any_of(world.auditLog(), [](const std::string& line) {
    return line.starts_with("change.created") && line.find("too early") != std::string::npos;
  }));
  const Answer again = world.ask(world.sets().rollback(alice, id, "again", world.now()));
  EXPECT_EQ(again.refusal, Refusal::WrongState);
  EXPECT_NE(again.text.find("Change set " + std::to_string(back.draft)), std::string::npos) << again.text;
  (void)world.ask(world.sets().discard(alice, back.draft, draft(back.draft).version, world.now()));
  EXPECT_EQ(world.ask(world.sets().rollback(alice, id, "again", world.now())).what, Answer::What::Done);
}

}  // namespace
