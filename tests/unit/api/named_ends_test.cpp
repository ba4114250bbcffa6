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
  std::string meant(const std::string& text, const san::Scope* scope = nullptr) {
    const SanIndex index(san.done());
    const auto number = api::unitNamed(index, text, "unit", scope);
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

// Of whoever has a scope.
struct Scoped : TwoUnits {
  Scoped() {
    const Id label = san.create(Kind::Label, {{"name", std::string("PCI")}});
    san.add({Kind::LogicalUnit, first}, "labels", {Kind::Label, label});
    web1 = san.host("web1", "iqn.2026-01.example:web1");
    web2 = san.host("#2", "iqn.2026-01.example:web2");
    san.add({Kind::Host, web1}, "labels", {Kind::Label, label});
  }
  [[nodiscard]] san::Scope scope() const { return {san.done(), std::vector<std::string>{"PCI"}}; }
  std::string host(const std::string& text) {
    const SanIndex index(san.done());
    const san::Scope scope = this->scope();
    const auto number = api::hostNamed(index, text, "host", &scope);
    return number ? san::refText(index.snapshot(), index.hosts()[*number]) : number.error().detail;
  }
  std::string unit(const std::string& text) {
    const san::Scope scope = this->scope();
    return meant(text, &scope);
  }
  Id web1 = 0, web2 = 0;
};

TEST_F(Scoped, AUnitThatIsNotSeenHasNoPartInAName) {
  san.set({Kind::LogicalUnit, second}, "name", std::string("ledger"));
  EXPECT_EQ(unit("ledger"), "logical-unit:naa.6000000000000001");
  san.set({Kind::LogicalUnit, second}, "name", std::string("payroll"));
  EXPECT_EQ(unit("payroll"), "There is no logical-unit payroll.");
}

TEST_F(Scoped, WhatIsNotSeenIsNamedByItsNameAlone) {
  EXPECT_EQ(unit("naa.6000000000000002"), "logical-unit:naa.6000000000000002");
  for (const std::string text : {"logical-unit:#", "#"}) {
    EXPECT_EQ(unit(text + std::to_string(first)), "logical-unit:naa.6000000000000001");
    const std::string number = text + std::to_string(second);
    EXPECT_EQ(unit(number), "There is no logical-unit " + number + ".");
  }
  const Id node1 = san.nodeNamed("iqn.2026-01.example:web1"), node2 = san.nodeNamed("iqn.2026-01.example:web2");
  EXPECT_EQ(host("host:#" + std::to_string(web1)), "host:web1");
  EXPECT_EQ(host("node:#" + std::to_string(node1)), "host:web1");
  EXPECT_EQ(host("node:#" + std::to_string(node2)), "There is no host node:#" + std::to_string(node2) + ".");
  EXPECT_EQ(host("iqn.2026-01.example:web2"), "host:#2");
  EXPECT_EQ(host("#2"), "host:#2") << "a name may look like a number";
  san.set({Kind::Host, web2}, "name", std::string("web2"));
  ASSERT_EQ(web2, 2U);
  EXPECT_EQ(host("host:#2"), "There is no host host:#2.");
}

// That a target is there, and no host, is told of what is seen alone.
TEST_F(Scoped, WhatIsNoHostIsToldOfWhatIsSeen) {
  EXPECT_EQ(host("iqn.2026-01.example:disk1"), "There is no host iqn.2026-01.example:disk1.");
  san.add({Kind::Node, san.nodeNamed("iqn.2026-01.example:disk1")}, "labels",
          {Kind::Label, *san.done().find(Kind::Label, "PCI")});
  EXPECT_EQ(host("iqn.2026-01.example:disk1"),
            "iqn.2026-01.example:disk1 is no host: it has no initiator that is registered or zoned.");
}

}  // namespace
