// Commits that cannot be carried out: the store fails, for a while or for long, or the registry does not take them.
#include "tests/unit/manage/small_san.h"

using namespace test;

namespace {

TEST_F(Changes, AStoreThatFailsIsWaitedForAndItIsSaid) {
  const Id id = submitted(giveWeb1());
  world.failStore(true);
  const Answer answer = world.ask(world.sets().commit(alice, {id, draft(id).version, {}, {}}, world.now()));
  EXPECT_EQ(answer.what, Answer::What::Waits);
  ASSERT_FALSE(world.notices.empty());
  EXPECT_EQ(world.notices.back().kind, manage::Notice::Kind::StoreFailed);
  world.mendStore();
  world.advance(std::chrono::seconds(2));
  world.settle();
  EXPECT_EQ(draft(id).state, DraftState::Confirming);
}

TEST_F(Changes, AStoreThatFailsForLongEndsACommitOfWhichNothingIsStored) {
  const Id id = submitted(giveWeb1());
  world.failStore(true);
  const Answer waits = world.ask(world.sets().commit(alice, {id, draft(id).version, {}, {}}, world.now()));
  for (int i = 0; i < 120; ++i) world.advance(std::chrono::seconds(1));
  EXPECT_EQ(world.replies.at(waits.ticket).refusal, Refusal::StoreFailed);
  EXPECT_EQ(draft(id).state, DraftState::Submitted);
}

// The domains cannot be stored (somebody has the name): what was stored before is taken back.
TEST_F(Changes, WhatCannotBeCarriedOutIsTakenBack) {
  world.agentsAnswer = false;
  const Id id = submitted(giveWeb1());
  ASSERT_EQ(commit(id).what, Answer::What::Done);
  EXPECT_EQ(world.model().table<san::Map>().size(), 1U);
  base::Bytes payload;
  isns::AttributeWriter out(payload);
  out.text(isns::tag::kIscsiName, ChangeWorld::kControl);
  out.delimiter();
  out.u32(isns::tag::kDdId, 77);
  out.text(isns::tag::kDdName, "zone1");
  ASSERT_EQ(world.send(isns::Function::DDReg, payload), 0U);
  world.advance(std::chrono::seconds(5));
  world.settle();
  EXPECT_EQ(draft(id).state, DraftState::RolledBack);
  EXPECT_EQ(world.model().table<san::Map>().size(), 0U);
  EXPECT_EQ(world.named(Kind::Domain, "zone1").id, 77U);
  // By the server, which decided it; who committed stands in the row of what is taken back.
  const std::string server(core::change_kind::kOwnOrigin);
  for (const Draft* one : world.sets().list()) {
    if (one->undoes != id) continue;
    EXPECT_EQ(one->author, server);
    EXPECT_EQ(one->committer, server);
    EXPECT_EQ(one->committedFrom, "");
  }
  const auto* told = world.recordOf("change.rolled-back", id);
  ASSERT_NE(told, nullptr);
  EXPECT_EQ(told->who.kind, ops::ActorKind::Server);
  EXPECT_EQ(draft(id).committer, "alice");
}

// Records of refusals are stored meanwhile, which nobody waits for.
TEST_F(Changes, WhatBecameOfAnotherWriteIsNoStepOfTheCommit) {
  world.agentsAnswer = false;
  const Id id = submitted(giveWeb1());
  ASSERT_EQ(commit(id).what, Answer::What::Done);
  world.sets().onVerdict(0, {core::ManagedVerdict::What::Busy, 0, {}}, world.now());
  world.sets().onResult({0, world.model().revision, true}, world.now());
  world.settle();
  EXPECT_EQ(draft(id).state, DraftState::Confirming);
  EXPECT_NE(world.named(Kind::Domain, "zone1").id, 0U) << "its domains are stored";
}

}  // namespace
