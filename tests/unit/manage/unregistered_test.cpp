// Change sets about hosts that have not registered, and whose number must last until they do.
#include "tests/unit/manage/small_san.h"

using namespace test;

namespace {

constexpr const char* kLater = "iqn.2026-01.example:later";

// zone1 of disk1 and a node that is named in it.
std::vector<Edit> zoningOfLater(Id disk) {
  const ObjectRef node{Kind::Node, san::kFirstProvisional + 900};
  return std::vector<Edit>{{EditOp::Create, node, {}, {}}, {EditOp::Set, node, "name", std::string(kLater)}} +
         zoning("zone1", {node, ObjectRef{Kind::Node, disk}});
}

TEST_F(Changes, WhatADraftNamesKeepsItsNumberOverARestart) {
  world.registerNode("iqn.2026-01.example:lone", isns::node_type::kInitiator, 99);
  const ObjectRef lone = world.node("iqn.2026-01.example:lone");
  EXPECT_FALSE(world.isPinned(lone));
  (void)submitted(zoning("zone1", {lone, ObjectRef{Kind::Node, disk1}}));
  EXPECT_TRUE(world.isPinned(lone));
  ChangeWorld again(world.database(), world.wallSeconds());
  EXPECT_EQ(again.node("iqn.2026-01.example:lone"), lone);
}

TEST_F(Changes, AHostIsZonedBeforeItRegisters) {
  (void)committed(zoningOfLater(disk1));
  const ObjectRef node = world.node(kLater);
  ASSERT_TRUE(node);
  EXPECT_TRUE(world.isPinned(node));
  EXPECT_FALSE(world.model().get<san::Node>(node.id)->registered());
  const Id zone = world.named(Kind::Domain, "zone1").id;
  EXPECT_TRUE(world.model().get<san::Domain>(zone)->nodes.contains(node.id));
  EXPECT_EQ(world.registry().get<core::Domain>(zone)->nodes.size(), 2U);

  ChangeWorld again(world.database(), world.wallSeconds());
  EXPECT_EQ(again.node(kLater), node);
  again.registerNode(kLater, isns::node_type::kInitiator, 77);
  EXPECT_EQ(again.node(kLater), node);
  EXPECT_TRUE(again.model().get<san::Node>(node.id)->registered());
  EXPECT_TRUE(again.model().get<san::Domain>(zone)->nodes.contains(node.id));
}

TEST_F(Changes, ARollbackLeavesTheNodeThatWasNamed) {
  const Id id = committed(zoningOfLater(disk1));
  ASSERT_EQ(world.ask(world.sets().rollback(alice, id, "wrong host", world.now())).what, Answer::What::Done);
  world.settle();
  EXPECT_EQ(draft(id).state, DraftState::RolledBack);
  EXPECT_FALSE(world.named(Kind::Domain, "zone1"));
  EXPECT_TRUE(world.node(kLater));
  // And it can be zoned again, by the same edits.
  (void)committed(zoningOfLater(disk1));
  EXPECT_TRUE(world.named(Kind::Domain, "zone1"));
}

TEST_F(Changes, WhoRegistersWhileItIsStoredIsTheNodeThatWasNamed) {
  const Id id = submitted(zoningOfLater(disk1));
  world.meanwhile = [&] { world.registerNode(kLater, isns::node_type::kInitiator, 77); };
  ASSERT_EQ(commit(id).what, Answer::What::Waits);
  EXPECT_EQ(draft(id).state, DraftState::Submitted);  // planned again: its number was another's
  world.advance(std::chrono::seconds(1));
  world.settle();
  ASSERT_EQ(draft(id).state, DraftState::Confirming);
  const ObjectRef node = world.node(kLater);
  EXPECT_TRUE(world.model().get<san::Node>(node.id)->registered());
  EXPECT_TRUE(world.model().get<san::Domain>(world.named(Kind::Domain, "zone1").id)->nodes.contains(node.id));
}

}  // namespace
