// Rows of the model that do not fit what else is there: a later change took away what they name. The server goes on
// with what fits, now and at each start.
#include "tests/unit/manage/small_san.h"

using namespace test;

namespace {

struct UnfitRows : Changes {
  UnfitRows() { settings({{"confirm_within", std::uint64_t{0}}}); }

  std::uint32_t removeByWire(Id domain) {
    base::Bytes payload;
    isns::AttributeWriter out(payload);
    out.text(isns::tag::kIscsiName, ChangeWorld::kControl);
    out.u32(isns::tag::kDdId, domain);
    out.delimiter();
    return world.send(isns::Function::DDDereg, payload);
  }
  std::uint32_t nameByWire(isns::Function function, isns::Tag tag, const std::string& name) {
    base::Bytes payload;
    isns::AttributeWriter out(payload);
    out.text(isns::tag::kIscsiName, ChangeWorld::kControl);
    out.delimiter();
    out.text(tag, name);
    return world.send(function, payload);
  }
  Id waiverOf(ObjectRef subject) {
    return world.manageObject(Kind::Waiver, {{"rule", std::string("R01")},
                                             {"subject", subject},
                                             {"reason", std::string("for a while")},
                                             {"expires", std::uint64_t{2'000'000'000}}});
  }
};

TEST_F(UnfitRows, AZoneThatAClientRemovesTakesWhatAdministratorsSaidOfItWithIt) {
  (void)committed(giveWeb1());
  const Id zone = world.named(Kind::Domain, "zone1").id;
  ASSERT_NE(zone, 0U);
  ASSERT_EQ(removeByWire(zone), 0U);
  ChangeWorld again(world.database());
  EXPECT_TRUE(again.unfit().empty());
  EXPECT_EQ(again.model().get<san::Domain>(zone), nullptr);
}

TEST_F(UnfitRows, AWaiverWhoseZoneAClientRemovesGoesWithIt) {
  (void)committed(giveWeb1());
  const ObjectRef zone = world.named(Kind::Domain, "zone1");
  const Id waiver = waiverOf(zone);
  ASSERT_EQ(removeByWire(zone.id), 0U);
  EXPECT_EQ(world.model().get<san::Waiver>(waiver), nullptr);
  ChangeWorld again(world.database());
  EXPECT_TRUE(again.unfit().empty());
  EXPECT_EQ(again.model().get<san::Waiver>(waiver), nullptr);
}

// Rows alone are about it, so that nothing else of the change set meets the client's change.
TEST_F(UnfitRows, AChangeSetIsCarriedOutOnZonesThatAreStillThere) {
  (void)committed(giveWeb1());
  const ObjectRef zone = world.named(Kind::Domain, "zone1");
  const Id id = submitted({set(zone, "md5_refused", true)});
  std::uint32_t removed = 99;
  world.beforeLock = [&] { removed = removeByWire(zone.id); };
  const Answer answer = commit(id);
  world.settle();
  EXPECT_EQ(removed, 0U) << answer.text;
  EXPECT_TRUE(world.unfit().empty());
  EXPECT_NE(draft(id).state, DraftState::Confirmed) << "its zone is gone";
  ChangeWorld again(world.database());
  EXPECT_TRUE(again.unfit().empty());
}

TEST_F(UnfitRows, AWaiverOfWhatIsInNoStoreIsLeftOutAtAStart) {
  world.session("web1", disk1);
  Id session = 0;
  world.model().table<san::Session>().forEach([&](Id id, const san::Session&) { session = id; });
  (void)waiverOf({Kind::Session, session});
  ChangeWorld again(world.database());
  EXPECT_EQ(again.unfit().size(), 1U);
  EXPECT_EQ(again.model().table<san::Waiver>().size(), 0U);
}

// In its middle stands a character of two bytes, where the name is cut.
TEST_F(UnfitRows, NoNameOfAPeerEndsTheModel) {
  const std::string name = std::string(49, '\x01') + "aaa\xc3\xa9" + std::string(20, '\x01');
  EXPECT_EQ(nameByWire(isns::Function::DDReg, isns::tag::kDdName, name), 0U);
  EXPECT_EQ(nameByWire(isns::Function::DDSReg, isns::tag::kDdsName, name), 0U);
  EXPECT_EQ(world.model().table<san::Domain>().size(), 1U);
  EXPECT_EQ(world.model().table<san::DomainSet>().size(), 1U);
  ChangeWorld again(world.database());
  EXPECT_EQ(again.model().table<san::DomainSet>().size(), 1U);
}

}  // namespace
