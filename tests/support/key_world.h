// Keys and an authority with a clock that is set by hand, for tests of what keeps certificates; steps are carried out
// as the store does.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "isns-server/manage/administration/authority_keeper.h"
#include "isns-server/manage/administration/step.h"
#include "tests/support/random_bytes.h"

namespace test {

class KeyWorld : public testing::Test {
 protected:
  KeyWorld() {
    EXPECT_TRUE(seals.ring().add(1, *base::Secret::from(std::string(32, 'k'))));
    auto step = authority.create(now.wall);
    EXPECT_TRUE(step);
    carryOut(*step);
  }
  // As the store does: rows first, then memory.
  void carryOut(const manage::Step& step) {
    store::OpsWriter ops(rows);
    if (step.rows) step.rows(ops, 1);
    for (const ops::AuditRecord& record : step.audit) {
      audit.push_back(record.event + " " + record.object + (record.code.empty() ? "" : " " + record.code));
    }
    if (step.committed) step.committed(1);
  }
  void pass(std::chrono::seconds time) {
    now.wall += time;
    now.mono += time;
  }

  base::Now now{base::TimePoint(std::chrono::hours(1)), base::WallTime(std::chrono::seconds(1'800'000'000))};
  base::ByteArena rows;
  std::vector<std::string> audit;  // "event object", and the code of a refusal
  manage::SealKeeper seals;
  manage::AuthorityKeeper authority{seals.ring(), support::knownBytes(1)};
  mgmt::PrivateKey key = *mgmt::PrivateKey::generate();
};

}  // namespace test
