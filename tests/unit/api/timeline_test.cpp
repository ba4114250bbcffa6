#include "isns-server/api/timeline.h"

#include <gtest/gtest.h>

#include <array>
#include <thread>

#include "tests/support/san_builder.h"
#include "tests/support/synthetic_san.h"

namespace {

using api::Timeline;
using test::SanBuilder;

std::size_t hits(const std::shared_ptr<const san::SearchIndex>& index, const char* text) {
  return index->find(text, 10).total;
}

TEST(Timeline, TheSearchIndexIsMadeOncePerSnapshot) {
  SanBuilder san;
  Timeline timeline;
  san.host("web1", "iqn.2026-01.example:web1");
  timeline.push(san.done());
  const auto first = timeline.searchIndex();
  EXPECT_EQ(timeline.searchIndex(), first);
  EXPECT_EQ(hits(first, "web1"), 3U);

  san.host("web2", "iqn.2026-01.example:web2");
  timeline.push(san.done());
  const auto second = timeline.searchIndex();
  EXPECT_NE(second, first);
  EXPECT_EQ(hits(second, "web2"), 3U);
  EXPECT_EQ(hits(first, "web2"), 0U);
}

TEST(Timeline, WhatChangesWithoutARevisionIsFound) {
  SanBuilder san;
  Timeline timeline;
  san.host("web1", "iqn.2026-01.example:web1");
  timeline.push(san.done());
  (void)timeline.searchIndex();
  san::Snapshot same = san.done();
  san::SnapshotEditor editor(same, same.revision, same.time);
  const auto made = editor.create(san::Kind::Site);
  ASSERT_TRUE(made.ok());
  ASSERT_TRUE(editor.set(*made, *san::findField(san::Kind::Site, "name"), std::string("Zurich")).ok());
  timeline.push(std::move(editor.finish()).value());
  EXPECT_EQ(hits(timeline.searchIndex(), "zurich"), 1U);
}

TEST(Timeline, KeepsTheStatesOfARevisionApart) {
  SanBuilder san;
  Timeline timeline(500);
  san.host("web1", "iqn.2026-01.example:web1");
  const auto stateOf = [&](const mgmt::EventPlace& place) {
    const auto found = timeline.at(place);
    return found ? found->state : 0;
  };
  timeline.push(san.done());
  const san::Revision revision = timeline.now().revision;
  timeline.push(san.done());
  timeline.push(san.done());
  san.host("web2", "iqn.2026-01.example:web2");
  timeline.push(san.done());
  for (const std::uint64_t state : {500U, 501U, 502U}) EXPECT_EQ(stateOf({revision, state}), state);
  EXPECT_EQ(stateOf({revision, 0}), 502U) << "the last one";
  EXPECT_EQ(stateOf({timeline.now().revision, 503}), 503U);
  EXPECT_EQ(stateOf({timeline.now().revision, 502}), 0U);
  EXPECT_EQ(stateOf({revision, 499}), 0U);
  EXPECT_EQ(stateOf({timeline.now().revision + 1, 0}), 0U) << "it is yet to come";
}

TEST(Timeline, NumbersStatesSoThatEveryReaderOfJsonHasThem) {
  for (const std::uint64_t first : {std::uint64_t{0}, std::uint64_t{1} << 63, ~std::uint64_t{0}}) {
    Timeline timeline(first);
    timeline.push(SanBuilder().done());
    EXPECT_GT(timeline.now().state, 0U);
    EXPECT_LT(timeline.now().state, std::uint64_t{1} << 52);
  }
}

TEST(Timeline, OfManyStatesTheLastAreKeptAndAllRevisions) {
  SanBuilder san;
  Timeline timeline;
  san.host("web1", "iqn.2026-01.example:web1");
  const san::Revision revision = san.done().revision;
  for (std::size_t i = 0; i < Timeline::kPassed + 10; ++i) timeline.push(san.done());
  san.host("web2", "iqn.2026-01.example:web2");
  timeline.push(san.done());
  EXPECT_FALSE(timeline.at(mgmt::EventPlace{revision, 9}));
  EXPECT_TRUE(timeline.at(mgmt::EventPlace{revision, 10}));
  EXPECT_TRUE(timeline.at(revision));
}

// ---- What follows from a snapshot ----------------------------------------------------------------------------------

using api::Insight;

TEST(Insight, IsOneForTheSameSnapshotAndAnotherForTheNext) {
  SanBuilder san;
  Timeline timeline;
  san.host("web1", "iqn.2026-01.example:web1");
  timeline.push(san.done());
  const auto first = timeline.insight();
  EXPECT_EQ(timeline.insightOf(timeline.now()), first);
  EXPECT_EQ(timeline.index().get(), &first->index());
  san.host("web2", "iqn.2026-01.example:web2");
  timeline.push(san.done());
  EXPECT_NE(timeline.insight(), first);
  EXPECT_EQ(timeline.insight()->index().snapshot().revision, timeline.now().revision);
}

TEST(Insight, KeepsFindingsAsLongAsTheyHoldAndTellsTheSame) {
  test::SyntheticPlan plan;
  plan.hosts = 40;
  plan.targets = 10;
  plan.units = 100;
  Timeline timeline;
  timeline.push(test::syntheticSan(plan).snapshot);
  const auto insight = timeline.insight();
  const san::SanIndex index(timeline.now());
  const san::Seconds begin = timeline.now().time;
  for (const Insight::Use use : {Insight::Use::Shown, Insight::Use::Compared}) {
    EXPECT_EQ(insight->keptFindings(use, begin), nullptr);
    const auto first = insight->findings(use, begin);
    EXPECT_EQ(first->list, san::evaluate(index, Insight::contextOf(use, begin)).list);
    EXPECT_GT(first->list.size(), 10U);
    ASSERT_GT(first->until, begin);
    EXPECT_EQ(insight->keptFindings(use, begin), first);
    EXPECT_EQ(insight->findings(use, first->until - 1), first);
    EXPECT_EQ(insight->keptFindings(use, first->until), nullptr);
    EXPECT_EQ(insight->keptFindings(use, begin - 1), nullptr) << "a clock that was set back";
    const auto second = insight->findings(use, first->until);
    EXPECT_NE(second, first);
    EXPECT_EQ(second->list, san::evaluate(index, Insight::contextOf(use, first->until)).list);
  }
}

TEST(Insight, OfAPastRevisionKeepsTheIndexAlone) {
  SanBuilder san;
  Timeline timeline;
  san.host("web1", "iqn.2026-01.example:web1");
  const san::Snapshot old = san.done();
  timeline.push(old);
  san.host("web2", "iqn.2026-01.example:web2");
  timeline.push(san.done());
  const auto past = timeline.insightOf(old);
  EXPECT_EQ(timeline.insightOf(old), past);
  (void)past->findings(Insight::Use::Shown, 1000);
  EXPECT_EQ(past->keptFindings(Insight::Use::Shown, 1000), nullptr);
}

TEST(Insight, IsSharedByThreadsThatAskAtOnce) {
  test::SyntheticPlan plan;
  plan.hosts = 40;
  plan.targets = 10;
  plan.units = 100;
  Timeline timeline;
  timeline.push(test::syntheticSan(plan).snapshot);
  const auto insight = timeline.insight();
  std::array<Insight::FindingsPtr, 4> found;
  std::array<const san::SanIndex*, 4> indexes{};
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < found.size(); ++i) {
    threads.emplace_back([&, i] {
      found[i] = insight->findings(Insight::Use::Shown, timeline.now().time);
      indexes[i] = &insight->index();
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (std::size_t i = 1; i < found.size(); ++i) {
    EXPECT_EQ(found[i], found[0]);
    EXPECT_EQ(indexes[i], indexes[0]);
  }
}

}  // namespace
