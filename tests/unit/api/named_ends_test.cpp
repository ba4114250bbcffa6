// Hosts and logical units by the names that people give them.
#include "isns-server/api/named_ends.h"

#include <gtest/gtest.h>

#include "tests/support/san_builder.h"

using namespace test;

namespace {

struct TwoUnits : testing::Test {
  TwoUnits() {
    const Id disk = san.target("iqn.2026-01.example:disk1");
    first = san.unit("naa.6000000000000001", disk, 0);
    second = san.unit("naa.6000000000000002", disk, 1);
    san.set({Kind::LogicalUnit, first}, "name", std::string("ledger"));
  }
  // The unit that is meant, or the sentence of the refusal.
  std::string meant(const std::string& text) {
    const SanIndex index(san.done());
    const auto number = api::unitNamed(index, text, "unit");
    if (!number) return number.error().detail;
    return san::refText(index.snapshot(), {Kind::LogicalUnit, index.units()[*number]});
  }
  SanBuilder san;
  Id first = 0, second = 0;
};

TEST_F(TwoUnits, AUnitIsFoundByItsNameWhileNoOtherHasIt) {
  EXPECT_EQ(meant("ledger"), "logical-unit:naa.6000000000000001");
  EXPECT_EQ(meant("naa.6000000000000002"), "logical-unit:naa.6000000000000002");
  EXPECT_EQ(meant("other"), "There is no logical-unit other.");
}

TEST_F(TwoUnits, ANameThatTwoHaveIsRefusedAndBothAreNamed) {
  san.set({Kind::LogicalUnit, second}, "name", std::string("ledger"));
  EXPECT_EQ(meant("ledger"),
            "2 logical units have the name ledger: logical-unit:naa.6000000000000001, "
            "logical-unit:naa.6000000000000002. Name the one that is meant so.");
  EXPECT_EQ(meant("logical-unit:naa.6000000000000002"), "logical-unit:naa.6000000000000002");
}

}  // namespace
