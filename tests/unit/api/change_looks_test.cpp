// What was before a change set of two parts, between which others may have changed something.
#include "isns-server/api/change_looks.h"

#include <gtest/gtest.h>

#include "tests/support/san_builder.h"

namespace {

using namespace test;  // NOLINT

struct ChangeLooks : testing::Test {
  SanBuilder san;
  Id disk = san.target("iqn.2026-01.example:disk1");
  Id unit = san.unit("naa.6000000000000001", disk, 0);
  san::Snapshot first = san.done();

  // The change set names the unit; others make a host before its second part.
  ChangeLooks() {
    san.set({Kind::LogicalUnit, unit}, "name", std::string("his"));
    san.host("foreign", "iqn.2026-01.example:foreign");
  }
  [[nodiscard]] std::vector<Edit> undo() const {
    return {{EditOp::Set, {Kind::LogicalUnit, unit}, "name", std::string()}};
  }
  static bool hasForeign(const san::Snapshot& snapshot) { return snapshot.find(Kind::Host, "foreign").has_value(); }
};

TEST_F(ChangeLooks, WhatOthersDidBetweenItsPartsIsNotItsOwn) {
  for (const bool seesAll : {true, false}) {
    const auto before = api::stateBefore({first, san.done()}, undo(), seesAll);
    ASSERT_TRUE(before);
    EXPECT_TRUE(hasForeign(*before));
    EXPECT_EQ(before->get<LogicalUnit>(unit)->name, "");
  }
}

TEST_F(ChangeLooks, WhereThatCannotBeToldApartWhoSeesAPartGetsNothing) {
  const std::vector<Edit> wrong{{EditOp::Set, {Kind::LogicalUnit, unit + 7}, "name", std::string()}};
  for (const auto& cannot : {wrong, std::vector<Edit>{}}) {
    EXPECT_FALSE(api::stateBefore({first, san.done()}, cannot, false));
    const auto before = api::stateBefore({first, san.done()}, cannot, true);
    ASSERT_TRUE(before);
    EXPECT_FALSE(hasForeign(*before));
  }
}

}  // namespace
