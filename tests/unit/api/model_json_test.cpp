// What answers of the model say in JSON where nobody knows, or nothing is to be said.
#include "isns-server/api/model_json.h"

#include <gtest/gtest.h>

#include "tests/support/san_builder.h"

using namespace test;

namespace {

struct ModelJson : testing::Test {
  SanBuilder san;
  Id host = san.host("web1", "iqn.2026-01.example:web1");
  Id initiator = san.nodeNamed("iqn.2026-01.example:web1");
  Id target = san.target("iqn.2026-01.example:disk");
  Id unit = san.unit("naa.6001", target, 0);

  // One of ours, so that what it does not let in is known.
  Id agent = san.create(Kind::Agent, {{"name", std::string("a")}, {"nodes", std::vector<ObjectRef>{{Kind::Node, target}}}});

  [[nodiscard]] base::Json path() const {
    const SanIndex index(san.done());
    const base::Json json = api::whyJson(index, why(index, Basis::Desired, {Kind::Host, host}, unit));
    return json.find("paths")->array()->at(0);
  }
};

TEST_F(ModelJson, AWayOnWhichNobodyGetsInHasNoRightAndProvesNothing) {
  const base::Json refused = path();
  EXPECT_EQ(*refused.find("gets_in")->text(), "no");
  EXPECT_TRUE(refused.find("right")->isNull());
  EXPECT_TRUE(refused.find("proof")->isNull());
  EXPECT_TRUE(refused.find("since")->isNull()) << "0 would be a revision";

  (void)san.zone("zone", {initiator, target});
  (void)san.map({Kind::Host, host}, target, unit, 3);
  const base::Json admitted = path();
  EXPECT_NE(*admitted.find("gets_in")->text(), "no");
  EXPECT_EQ(*admitted.find("right")->text(), "read-write");
  EXPECT_EQ(*admitted.find("proof")->text(), "claimed-name");
}

}  // namespace
