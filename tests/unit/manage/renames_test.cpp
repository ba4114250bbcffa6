// Names that domains and domain sets hand on to one another in one change set.
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

INSTANTIATE_TEST_SUITE_P(Of, Renames, testing::Values(Kind::Domain, Kind::DomainSet));

}  // namespace
