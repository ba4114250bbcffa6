// The start: what an entity's registration period counts from.
#include "isns-server/core/store_loader.h"

#include <gtest/gtest.h>

#include "isns-server/core/transaction.h"
#include "tests/unit/core/stored_rows.h"

namespace {

constexpr std::uint32_t kPeriod = 60;  // seconds
constexpr std::chrono::seconds kARow{100};

// An entity with a period, a portal and a node.
core_test::StoredRows rowsOfAnEntity() {
  core::Registry registry(1);
  (void)registry.finishLoad(0);
  const core::Policy policy;
  store::Batch batch;
  core::Transaction tx(registry, policy, {});
  const core::Index entity = tx.createEntity("host");
  std::array<std::uint8_t, 4> period{};
  base::storeU32(period.data(), kPeriod);
  tx.setAttribute<core::Entity>(entity, isns::tag::kRegistrationPeriod, period);
  tx.registerNode(tx.ensureNode("iqn.2004-01.com.example:host"), entity);
  tx.finish(batch, 1, "", "");
  return core_test::StoredRows(batch[0].ops);
}

std::size_t expired(core::Server& server, base::Now now) {
  server.onTimer(now);
  std::size_t count = 0;
  for (const core::Notice& notice : server.takeNotices()) {
    if (notice.kind == core::Notice::Kind::EntityExpired) ++count;
  }
  return count;
}

TEST(StoreLoader, APeriodCountsFromWhenTheLastRowIsThere) {
  base::Now now{base::TimePoint(std::chrono::hours(1)), base::WallTime(std::chrono::seconds(1'700'000'000))};
  const auto pass = [&](std::chrono::seconds time) {
    now.mono += time;
    now.wall += time;
  };
  core::ServerOptions options;
  options.random = [] { return 0U; };
  core::Server server(core::Policy{}, options, now);
  core::StoreLoader loader(server, [&] { return now; });
  const core_test::StoredRows rows = rowsOfAnEntity();
  ASSERT_TRUE(rows.giveTo([&](std::uint8_t table, std::int64_t id, std::span<const store::Cell> cells) {
    pass(kARow);  // each takes longer than the period
    return loader.row(table, id, cells);
  }));
  ASSERT_TRUE(loader.end({1, 1, 2}));
  pass(std::chrono::seconds(kPeriod - 1));
  EXPECT_EQ(expired(server, now), 0U);
  pass(std::chrono::seconds(3));
  EXPECT_EQ(expired(server, now), 1U);
}

}  // namespace
