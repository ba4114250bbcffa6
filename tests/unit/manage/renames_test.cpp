// Names that domains, domain sets and what administrators keep hand on to one another in one change set.
#include "tests/unit/manage/small_san.h"

using namespace test;

namespace {

// Two called a and b, the one called a with the lower number.
struct Renames : Changes, testing::WithParamInterface<Kind> {
  ObjectRef a, b;

  void SetUp() override {
    const ObjectRef x = fresh(GetParam(), 1), y = fresh(GetParam(), 2);
    stands({create(x), called(x, "a"), create(y), called(y, "b")});
    a = world.named(GetParam(), "a");
    b = world.named(GetParam(), "b");
    ASSERT_LT(a.id, b.id);
  }
  static Edit called(ObjectRef ref, const std::string& name) { return set(ref, "name", name); }
  std::string nameOf(ObjectRef ref) const { return san::nameOf(world.model(), ref); }
  void stands(const std::vector<Edit>& edits) {
    const Id id = committed(edits);
    EXPECT_EQ(draft(id).state, DraftState::Confirming) << draft(id).note;
    EXPECT_EQ(world.ask(world.sets().confirm(alice, id, world.now())).what, Answer::What::Done);
    world.settle();
  }
};

TEST_P(Renames, AChainIsDoneFromItsEnd) {
  stands({called(b, "c"), called(a, "b")});
  EXPECT_EQ(nameOf(a) + nameOf(b), "bc");
}

TEST_P(Renames, TwoSwapTheirNames) {
  stands({called(b, "meanwhile"), called(a, "b"), called(b, "a")});
  EXPECT_EQ(nameOf(a) + nameOf(b), "ba");
}

TEST_P(Renames, ASwapIsTakenBackAtOnceAndLater) {
  const std::vector<Edit> swap{called(b, "meanwhile"), called(a, "b"), called(b, "a")};
  const Id atOnce = committed(swap);
  EXPECT_EQ(nameOf(a), "b");
  ASSERT_EQ(world.ask(world.sets().rollback(alice, atOnce, "it went wrong", world.now())).what, Answer::What::Done);
  world.settle();
  EXPECT_EQ(nameOf(a) + nameOf(b), "ab");

  const Id later = committed(swap);
  ASSERT_EQ(world.ask(world.sets().confirm(alice, later, world.now())).what, Answer::What::Done);
  world.settle();
  const Answer back = world.ask(world.sets().rollback(alice, later, "it went wrong", world.now()));
  ASSERT_EQ(back.what, Answer::What::Done) << back.text;
  ASSERT_EQ(world.ask(world.sets().submit(alice, back.draft, back.version, "why", "T", world.now())).what,
            Answer::What::Done);
  ASSERT_EQ(commit(back.draft).what, Answer::What::Done);
  world.settle();
  EXPECT_EQ(nameOf(a) + nameOf(b), "ab");
}

TEST_P(Renames, WhatIsNewTakesTheNameOfWhatIsRenamed) {
  const ObjectRef made = fresh(GetParam());
  stands({called(b, "c"), create(made), called(made, "b")});
  EXPECT_EQ(nameOf(b), "c");
  EXPECT_NE(world.named(GetParam(), "b").id, 0U);
}

TEST_P(Renames, TheNameOfWhatGoesMovesOnAndComesBack) {
  const ObjectRef made = fresh(GetParam());
  const Id id = committed({erase(b), called(a, "b"), create(made), called(made, "a")});
  EXPECT_EQ(draft(id).state, DraftState::Confirming) << draft(id).note;
  EXPECT_EQ(nameOf(a), "b");
  ASSERT_EQ(world.ask(world.sets().rollback(alice, id, "it went wrong", world.now())).what, Answer::What::Done);
  world.settle();
  EXPECT_EQ(nameOf(a), "a");
  EXPECT_NE(world.named(GetParam(), "b").id, 0U);
}

INSTANTIATE_TEST_SUITE_P(Of, Renames, testing::Values(Kind::Domain, Kind::DomainSet, Kind::Host));

}  // namespace
