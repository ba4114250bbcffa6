// The rows of a pack as they come from a SAN.
#include <gtest/gtest.h>

#include <algorithm>

#include "isns-server/manage/evidence/reach_evidence.h"
#include "tests/support/san_builder.h"

using namespace test;
using manage::SourceState;

namespace {

std::vector<manage::SourceRow> sourcesOf(const SanBuilder& san, const std::string& broken = {}) {
  manage::EvidenceInput input;
  input.serverName = "isns1";
  input.logState.broken = broken;
  return manage::sourceRows(SanIndex(san.done()), input);
}

const manage::SourceRow* named(const std::vector<manage::SourceRow>& rows, std::string_view name) {
  const auto found = std::ranges::find_if(rows, [&](const auto& row) { return row.name == name; });
  return found == rows.end() ? nullptr : &*found;
}

TEST(EvidenceSources, ATargetThatNobodySpeaksForDidNotReport) {
  SanBuilder san;
  san.target("iqn.2026-01.example:empty");  // nobody has said what stands behind it
  const Id full = san.target("iqn.2026-01.example:full");
  san.unit("naa.6000000000000001", full, 0);
  const auto rows = sourcesOf(san);
  for (const char* name : {"node:iqn.2026-01.example:empty", "node:iqn.2026-01.example:full"}) {
    const auto* row = named(rows, name);
    ASSERT_NE(row, nullptr) << name;
    EXPECT_EQ(row->state, SourceState::Unmanaged);
    EXPECT_EQ(row->lastReport, std::nullopt);
  }
}

TEST(EvidenceSources, AnAgentSpeaksForItsTargetUntilItIsRevoked) {
  SanBuilder san;
  const Id target = san.target("iqn.2026-01.example:ours");
  const Id entity = san.done().get<Node>(target)->entity.id;
  const Id agent = san.create(Kind::Agent, {{"name", std::string("array1")}, {"entity", ObjectRef{Kind::Entity, entity}}});
  EXPECT_EQ(named(sourcesOf(san), "node:iqn.2026-01.example:ours"), nullptr);
  ASSERT_NE(named(sourcesOf(san), "array1"), nullptr);
  san.create(Kind::AppliedTarget, {{"target", ObjectRef{Kind::Node, target}}, {"agent", ObjectRef{Kind::Agent, agent}}});
  san.set({Kind::Agent, agent}, "revoked", true);
  const auto rows = sourcesOf(san);
  EXPECT_EQ(named(rows, "array1"), nullptr);
  const auto* row = named(rows, "node:iqn.2026-01.example:ours");
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->state, SourceState::Silent);
}

TEST(EvidenceSources, TheAuditLogIsOneOfThem) {
  const SanBuilder san;
  ASSERT_NE(named(sourcesOf(san), "audit log"), nullptr);
  EXPECT_EQ(named(sourcesOf(san), "audit log")->state, SourceState::Reported);
  const auto broken = sourcesOf(san, "record 35 was changed");
  EXPECT_EQ(named(broken, "audit log")->state, SourceState::Broken);
  EXPECT_EQ(named(broken, "audit log")->note, "record 35 was changed");
}

}  // namespace
