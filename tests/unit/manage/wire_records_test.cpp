// Which records of clients' changes go when there are too many.
#include <gtest/gtest.h>

#include "isns-server/manage/changes/wire_changes.h"
#include "tests/support/san_builder.h"

namespace {

using san::Id;
using san::Kind;

struct WireRecords : testing::Test {
  test::SanBuilder san;

  Id record(const char* origin = "wire") { return san.create(Kind::ChangeSet, {{"origin", std::string(origin)}}); }
  // With what a client has done in the revision of the record.
  template <class Does>
  Id recordOf(Does&& does) {
    Id id = 0;
    san.edit([&](san::SnapshotEditor& editor) {
      const san::ObjectRef ref = *editor.create(Kind::ChangeSet);
      id = ref.id;
      ASSERT_TRUE(editor.set(ref, *san::findField(ref.kind, "origin"), std::string("wire")));
      does(editor);
    });
    return id;
  }
  [[nodiscard]] std::vector<Id> beyond(std::size_t most) const { return manage::wireRecordsBeyond(san.done(), most); }
};

TEST_F(WireRecords, TheOldestGoAndThoseOfPeopleStay) {
  const Id of_person = record("person");
  const Id first = record();
  const Id second = record();
  record();
  EXPECT_EQ(beyond(1), (std::vector<Id>{first, second}));
  EXPECT_TRUE(beyond(3).empty());
  EXPECT_NE(san.done().get<san::ChangeSet>(of_person), nullptr);
}

TEST_F(WireRecords, SomeMoreAreKeptThanThereMayBeSoThatTheyDoNotGoOneByOne) {
  for (int i = 0; i < 202; ++i) record();
  EXPECT_TRUE(beyond(200).empty());
  record();
  EXPECT_EQ(beyond(200).size(), 3U);
}

TEST_F(WireRecords, WhatAMemberStemsFromGoesLast) {
  const Id node = san.initiator("iqn.2026-01.example:a");
  const Id zone = san.domain("zone", {});
  const Id joined = recordOf([&](san::SnapshotEditor& editor) {
    ASSERT_TRUE(editor.add({Kind::Domain, zone}, *san::findField(Kind::Domain, "nodes"), {Kind::Node, node}));
  });
  const Id later = record();
  const Id last = record();
  EXPECT_EQ(beyond(2), std::vector<Id>{later});
  EXPECT_EQ(beyond(0), (std::vector<Id>{later, last, joined}));
  san.remove({Kind::Domain, zone}, "nodes", {Kind::Node, node});
  san.set({Kind::Domain, zone}, "name", std::string("other"));
  EXPECT_EQ(beyond(2), std::vector<Id>{joined});
}

TEST_F(WireRecords, SoDoesWhatAPortalStemsFromThatJoinedOrLeft) {
  const Id portal = san.portal("10.0.0.1:3260", san.entity("e"));
  const Id zone = san.domain("zone", {});
  const san::FieldRow& portals = *san::findField(Kind::Domain, "portals");
  const Id joined = recordOf([&](san::SnapshotEditor& editor) {
    ASSERT_TRUE(editor.add({Kind::Domain, zone}, portals, {Kind::Portal, portal}));
  });
  san.set({Kind::Domain, zone}, "name", std::string("other"));
  const Id later = record();
  EXPECT_EQ(beyond(1), std::vector<Id>{later});
  const Id left = recordOf([&](san::SnapshotEditor& editor) {
    ASSERT_TRUE(editor.remove({Kind::Domain, zone}, portals, {Kind::Portal, portal}));
  });
  san.set({Kind::Domain, zone}, "name", std::string("zone"));
  EXPECT_EQ(beyond(1), (std::vector<Id>{joined, later}));
  EXPECT_EQ(beyond(0).back(), left);
}

}  // namespace
