#include "agent/app/overlay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/app/administrator.h"
#include "agent/app/overlay_file.h"
#include "agent/app/record_text.h"
#include "tests/unit/agent/agent_testing.h"

namespace {

using agent::Change;
using agent::ObjectKind;
using agent::Overlay;
using agent::Record;
using agent::Standing;
using agent_test::kHost;
using agent_test::kTarget;
using agent_test::lunsOf;
using agent_test::parsed;
using ::testing::HasSubstr;

const std::string kFile = R"(
[[unit]]
id = "a"
store = "memory:1M"
[[unit]]
id = "b"
store = "memory:1M"
[[target]]
name = "iqn.2024-01.org.example:store"
[[access]]
target = "iqn.2024-01.org.example:store"
authentication = "none"
luns = ["0=a"]
)";

Record unit(const std::string& id, const std::string& store, const std::vector<std::string>& more = {}) {
  return agent::makeRecord(ObjectKind::Unit, {{"id", id}, {"store", store}}, more).value();
}
Record rule(const std::string& initiator, const std::string& luns) {
  return agent::makeRecord(ObjectKind::Access,
                           {{"target", std::string(kTarget)}, {"initiator", initiator}, {"luns", luns}}, {})
      .value();
}

// A change as an administrator makes it over this file.
Change change(const agent::Config& file, ObjectKind kind, const Record& record, bool removes = false) {
  Change change;
  change.kind = kind;
  change.key = agent::keyOf(kind, record);
  change.removes = removes;
  const Record* inFile = agent::find(file.objects, kind, change.key);
  if (inFile != nullptr) change.base = agent::digest(kind, *inFile);
  if (!removes) change.record = record;
  return change;
}

agent::Effective holds(const agent::Config& file, const Overlay& overlay) {
  auto effective = agent::effective(file.objects, overlay, file.runtime, {base::Bytes(32, 1)});
  EXPECT_TRUE(effective) << effective.error()[0].text;
  return std::move(*effective);
}

std::string standing(const agent::Effective& effective, ObjectKind kind, std::string_view key) {
  for (const agent::Held& held : effective.merged.held) {
    if (held.kind == kind && held.key == key) return std::string(agent::wordOf(held.standing));
  }
  return "none";
}

TEST(Overlay, AddsChangesAndRemovesObjects) {
  const agent::Config file = parsed(kFile);
  Overlay overlay;
  overlay.put(change(file, ObjectKind::Unit, unit("c", "memory:2M")));
  overlay.put(change(file, ObjectKind::Unit, unit("a", "memory:1M", {"removable=true"})));
  overlay.put(change(file, ObjectKind::Unit, unit("b", "memory:1M"), true));
  const agent::Effective effective = holds(file, overlay);
  EXPECT_EQ(effective.setup.units.size(), 2U);
  EXPECT_TRUE(agent_test::unitOf(effective.setup, "a")->settings.removable);
  EXPECT_NE(agent_test::unitOf(effective.setup, "c"), nullptr);
  EXPECT_EQ(standing(effective, ObjectKind::Unit, "a"), "changed");
  EXPECT_EQ(standing(effective, ObjectKind::Unit, "b"), "removed");
  EXPECT_EQ(standing(effective, ObjectKind::Unit, "c"), "added");
  EXPECT_EQ(standing(effective, ObjectKind::Target, kTarget), "file");
}

TEST(Overlay, ASpecificRuleComesBeforeTheOneForAny) {
  const agent::Config file = parsed(kFile);
  Overlay overlay;
  overlay.put(change(file, ObjectKind::Access, rule(std::string(kHost), "3=b")));
  const agent::Effective effective = holds(file, overlay);
  ASSERT_EQ(effective.setup.targets[0].rules.size(), 2U);
  EXPECT_EQ(effective.setup.targets[0].rules[0].initiator, kHost);
  EXPECT_EQ(lunsOf(effective.setup, kTarget, "*"), "0=a");
}

TEST(Overlay, IsSupersededWhereTheFileWasChangedSince) {
  const agent::Config before = parsed(kFile);
  Overlay overlay;
  overlay.put(change(before, ObjectKind::Access, rule("*", "0=b")));
  overlay.put(change(before, ObjectKind::Unit, unit("c", "memory:1M")));
  EXPECT_EQ(lunsOf(holds(before, overlay).setup, kTarget, "*"), "0=b");

  std::string text = kFile;
  text.replace(text.find("0=a"), 3, "5=a");
  const agent::Config after = parsed(text + "[[unit]]\nid = \"c\"\nstore = \"memory:4M\"\n");
  const agent::Effective effective = holds(after, overlay);
  EXPECT_EQ(lunsOf(effective.setup, kTarget, "*"), "5=a");
  EXPECT_EQ(agent_test::unitOf(effective.setup, "c")->store, "memory:4M");
  EXPECT_EQ(standing(effective, ObjectKind::Access, "iqn.2024-01.org.example:store *"), "superseded");
  EXPECT_EQ(standing(effective, ObjectKind::Unit, "c"), "superseded");
}

TEST(Overlay, IsNoDisputeWhereTheFileCameToSayTheSame) {
  const agent::Config before = parsed(kFile);
  Overlay overlay;
  overlay.put(change(before, ObjectKind::Unit, unit("c", "memory:1M")));
  overlay.put(change(before, ObjectKind::Unit, unit("b", "memory:1M"), true));
  std::string text = kFile;
  text.erase(text.find("[[unit]]\nid = \"b\""), std::string("[[unit]]\nid = \"b\"\nstore = \"memory:1M\"\n").size());
  const agent::Config after = parsed(text + "[[unit]]\nid = \"c\"\nstore = \"memory:1M\"\n");
  const agent::Effective effective = holds(after, overlay);
  EXPECT_EQ(standing(effective, ObjectKind::Unit, "c"), "file");
  EXPECT_EQ(standing(effective, ObjectKind::Unit, "b"), "none");
  EXPECT_EQ(effective.setup.units.size(), 2U);
}

TEST(Overlay, IsSupersededWhereItDoesNotFitTheFileAnyMore) {
  const agent::Config before = parsed(kFile);
  Overlay overlay;
  overlay.put(change(before, ObjectKind::Access, rule(std::string(kHost), "0=b")));
  std::string text = kFile;
  text.erase(text.find("[[unit]]\nid = \"b\""), std::string("[[unit]]\nid = \"b\"\nstore = \"memory:1M\"\n").size());
  const agent::Effective effective = holds(parsed(text), overlay);
  EXPECT_EQ(lunsOf(effective.setup, kTarget, kHost), "none");
  EXPECT_EQ(standing(effective, ObjectKind::Access, "iqn.2024-01.org.example:store " + std::string(kHost)),
            "superseded");
  EXPECT_THAT(effective.merged.held.back().why, HasSubstr("there is no unit"));
}

TEST(Overlay, ARemovalIsSupersededWhereTheFileNeedsTheObject) {
  const agent::Config before = parsed(kFile);
  Overlay overlay;
  overlay.put(change(before, ObjectKind::Unit, unit("b", "memory:1M"), true));
  std::string text = kFile;
  text.replace(text.find("0=a"), 3, "0=b");
  const agent::Effective effective = holds(parsed(text), overlay);
  EXPECT_EQ(lunsOf(effective.setup, kTarget, "*"), "0=b");
  EXPECT_EQ(standing(effective, ObjectKind::Unit, "b"), "superseded");
}

TEST(Overlay, AProposalThatDoesNotFitIsRefused) {
  const agent::Config file = parsed(kFile);
  Overlay overlay;
  overlay.put(change(file, ObjectKind::Access, rule("*", "0=nothing")));
  const auto result = agent::proposed(file.objects, overlay, file.runtime, {}, {});
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error()[0].text, HasSubstr("there is no unit"));
}

TEST(OverlayFile, ReadsBackWhatItWrote) {
  const agent::Config file = parsed(kFile);
  Overlay overlay;
  overlay.put(change(file, ObjectKind::Unit, unit("c", "file:/a \"b\"\\,,x,thin", {"serial=S 1", "alua=explicit"})));
  overlay.put(change(file, ObjectKind::Unit, unit("b", "memory:1M"), true));
  overlay.put(change(file, ObjectKind::Access, rule(std::string(kHost), "0=a")));
  overlay.changes[0].time = 1717146900;
  const std::string text = agent::writeOverlay(overlay);
  const auto again = agent::readOverlay(text, "changes.toml");
  ASSERT_TRUE(again) << again.error().text;
  ASSERT_EQ(again->changes.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(again->changes[i].key, overlay.changes[i].key);
    EXPECT_EQ(again->changes[i].base, overlay.changes[i].base);
    EXPECT_EQ(again->changes[i].removes, overlay.changes[i].removes);
    EXPECT_EQ(again->changes[i].time, overlay.changes[i].time);
    EXPECT_TRUE(agent::sameRecord(again->changes[i].record, overlay.changes[i].record));
  }
  EXPECT_EQ(agent::writeOverlay(*again), text);
}

TEST(OverlayFile, ThatIsDamagedSaysWhatToDo) {
  Overlay overlay;
  overlay.put(change(parsed(kFile), ObjectKind::Unit, unit("c", "memory:1M")));
  const std::string good = agent::writeOverlay(overlay);
  for (std::size_t cut = 0; cut < good.size(); ++cut) {
    EXPECT_FALSE(agent::readOverlay(good.substr(0, cut), "changes.toml")) << cut;
    std::string bad = good;
    bad[cut] = static_cast<char>(bad[cut] ^ 1);
    const auto read = agent::readOverlay(bad, "changes.toml");
    ASSERT_FALSE(read) << cut;
    EXPECT_THAT(read.error().text, HasSubstr("move it away"));
  }
}

}  // namespace
