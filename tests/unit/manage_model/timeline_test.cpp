#include "isns-server/manage/model/timeline.h"

#include <gtest/gtest.h>

#include "tests/support/san_builder.h"

namespace {

using manage::Timeline;
using test::SanBuilder;

std::size_t hits(const std::shared_ptr<const san::SearchIndex>& index, const char* text) {
  return index->find(text, 10).total;
}

TEST(Timeline, TheSearchIndexIsMadeOncePerSnapshot) {
  SanBuilder san;
  Timeline timeline;
  san.host("web1", "iqn.2026-01.example:web1");
  timeline.push(san.done());
  const auto first = timeline.searchIndexOf(timeline.now());
  EXPECT_EQ(timeline.searchIndexOf(timeline.now()), first);
  EXPECT_EQ(hits(first, "web1"), 3U);

  san.host("web2", "iqn.2026-01.example:web2");
  timeline.push(san.done());
  const auto second = timeline.searchIndexOf(timeline.now());
  EXPECT_NE(second, first);
  EXPECT_EQ(hits(second, "web2"), 3U);
  EXPECT_EQ(hits(first, "web2"), 0U);
}

TEST(Timeline, TheSearchIndexOfAnOldRevisionIsOfThatOneAndTakesNoPlace) {
  SanBuilder san;
  Timeline timeline;
  san.host("web1", "iqn.2026-01.example:web1");
  const san::Snapshot old = san.done();
  timeline.push(old);
  san.host("web2", "iqn.2026-01.example:web2");
  timeline.push(san.done());
  const auto present = timeline.searchIndexOf(timeline.now());
  EXPECT_EQ(hits(timeline.searchIndexOf(old), "web2"), 0U);
  EXPECT_EQ(timeline.searchIndexOf(timeline.now()), present);
}

TEST(Timeline, WhatChangesWithoutARevisionIsFound) {
  SanBuilder san;
  Timeline timeline;
  san.host("web1", "iqn.2026-01.example:web1");
  timeline.push(san.done());
  (void)timeline.searchIndexOf(timeline.now());
  san::Snapshot same = san.done();
  san::SnapshotEditor editor(same, same.revision, same.time);
  const auto made = editor.create(san::Kind::Site);
  ASSERT_TRUE(made.ok());
  ASSERT_TRUE(editor.set(*made, *san::findField(san::Kind::Site, "name"), std::string("Zurich")).ok());
  timeline.push(std::move(editor.finish()).value());
  EXPECT_EQ(hits(timeline.searchIndexOf(timeline.now()), "zurich"), 1U);
}

}  // namespace
