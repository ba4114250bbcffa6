// The rows of a pack as they come from a SAN.
#include <gtest/gtest.h>

#include <algorithm>

#include "isns-server/manage/evidence/build_evidence.h"
#include "isns-server/manage/evidence/reach_evidence.h"
#include "tests/support/sample_pack.h"
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

// Of a state that was read from the history: only reports that changed something are in it.
TEST(EvidenceSources, AnAgentWhoseReportsAreNotKeptIsNotCalledLate) {
  SanBuilder san;
  san.create(Kind::Agent, {{"name", std::string("array1")}});
  EXPECT_EQ(named(sourcesOf(san), "array1")->state, SourceState::Silent);
  san::Snapshot then = san.done();
  then.replayed = true;
  EXPECT_EQ(named(sourcesOf(SanBuilder(then)), "array1")->state, SourceState::Unkept);
}

TEST(EvidenceSources, TheAuditLogIsOneOfThem) {
  const SanBuilder san;
  ASSERT_NE(named(sourcesOf(san), "audit log"), nullptr);
  EXPECT_EQ(named(sourcesOf(san), "audit log")->state, SourceState::Reported);
  const auto broken = sourcesOf(san, "record 35 was changed");
  EXPECT_EQ(named(broken, "audit log")->state, SourceState::Broken);
  EXPECT_EQ(named(broken, "audit log")->note, "record 35 was changed");
}

TEST(EvidenceSources, AGapOfTheAuditLogIsTold) {
  const SanBuilder san;
  manage::EvidenceInput input;
  input.logState.gaps = {"records 11 to 20 are lost"};
  const auto gap = manage::sourceRows(SanIndex(san.done()), input);
  EXPECT_EQ(named(gap, "audit log")->state, SourceState::Gap);
  EXPECT_EQ(named(gap, "audit log")->note, "records 11 to 20 are lost");
  input.logState.broken = "record 3 was changed";
  const auto both = manage::sourceRows(SanIndex(san.done()), input);
  EXPECT_EQ(named(both, "audit log")->state, SourceState::Broken);
  EXPECT_EQ(named(both, "audit log")->note, "record 3 was changed; records 11 to 20 are lost");
}

struct Labelled {
  Labelled() {
    const Id disk = san.target("iqn.2026-01.example:disk1");
    card = san.unit("naa.6000000000000001", disk, 0);
    other = san.unit("naa.6000000000000002", disk, 1);
    pci = san.create(Kind::Label, {{"name", std::string("PCI")}});
    san.create(Kind::Label, {{"name", std::string("unused")}});
    for (const char* name : {"web1", "web2"}) {
      const Id host = san.host(name, std::string("iqn.2026-01.example:") + name);
      hosts.push_back(host);
      const auto node = san.done().find(Kind::Node, std::string("iqn.2026-01.example:") + name);
      san.zone(std::string("zone-") + name, {*node, disk});
    }
  }
  // "web1 unit [labels]" of each row, and the first two figures.
  std::vector<std::string> rows(manage::PackScope scope) {
    const SanIndex index(san.done());
    manage::EvidenceInput input;
    std::vector<std::string> all;
    manage::withReach(index, {}, scope, input, [&](const manage::EvidenceInput& filled) {
      manage::PopulationRow row;
      while (filled.population->next(row)) all.push_back(row.host + " " + row.unit + " [" + row.labels + "]");
      figures = filled.figures;
    });
    return all;
  }
  SanBuilder san;
  Id card = 0, other = 0, pci = 0;
  std::vector<Id> hosts;
  std::vector<manage::KeyFigure> figures;
};

TEST(EvidenceScope, APackIsAboutALabelAHostOrAUnit) {
  Labelled world;
  const auto whole = world.rows({});
  ASSERT_EQ(whole.size(), 4u) << "two hosts, two units of a foreign target";
  EXPECT_EQ(world.figures[0].label, "hosts");
  world.san.add({Kind::LogicalUnit, world.card}, "labels", {Kind::Label, world.pci});
  const auto labelled = world.rows({{world.pci}, {}, {}});
  ASSERT_EQ(labelled.size(), 2u);
  for (const std::string& row : labelled) EXPECT_TRUE(row.ends_with("0001 [PCI]")) << row;
  EXPECT_EQ(world.figures[0].value, "2");
  EXPECT_EQ(world.figures[1].value, "1");
  EXPECT_EQ(world.figures[1].label, "logical unit in question");
  // A label of a host counts for all that it reaches.
  world.san.add({Kind::Host, world.hosts[0]}, "labels", {Kind::Label, world.pci});
  EXPECT_EQ(world.rows({{world.pci}, {}, {}}).size(), 3u);
  const SanIndex index(world.san.done());
  const std::size_t host = *index.hostNumber({Kind::Host, world.hosts[1]});
  const std::size_t unit = *index.unitNumber(world.other);
  EXPECT_EQ(world.rows({{}, {host}, {}}).size(), 2u);
  EXPECT_EQ(world.rows({{}, {}, {unit}}).size(), 2u);
  EXPECT_EQ(world.rows({{}, {host}, {unit}}).size(), 1u);
  EXPECT_EQ(world.rows({{world.pci}, {host}, {unit}}).size(), 0u) << "all of them must hold";
  EXPECT_EQ(world.rows({{world.pci + 1}, {}, {}}).size(), 0u);
}

// What there is too much of makes no pack: nobody would see that something is left out.
TEST(EvidenceLimits, FindingsAndSourcesAreNeverCutWithoutAWord) {
  Labelled world;
  for (const char* name : {"one", "two", "three"}) {
    const std::string iqn = std::string("iqn.2026-01.example:") + name;
    const Id node = world.san.target(iqn);
    world.san.zone(std::string("lone-") + name, {node});
  }
  const SanIndex index(world.san.done());
  manage::EvidenceInput all;
  const auto makes = [&](std::size_t findings, std::size_t sources) {
    manage::EvidenceInput input;
    input.maxFindings = findings;
    input.maxSources = sources;
    bool made = false;
    manage::withReach(index, {}, {}, input, [&](const manage::EvidenceInput& filled) {
      all.findings = filled.findings;
      all.sources = filled.sources;
      made = manage::buildEvidence(filled, packKey()).ok();
    });
    return made;
  };
  EXPECT_TRUE(makes(manage::kMaxFindings, manage::kMaxSources));
  const std::size_t findings = all.findings.size();
  const std::size_t sources = all.sources.size();
  ASSERT_GE(findings, 3U);
  ASSERT_EQ(sources, 6U) << "name server, log and four targets";
  EXPECT_TRUE(makes(findings, sources));
  EXPECT_FALSE(makes(findings - 1, sources));
  EXPECT_FALSE(makes(1, sources));
  EXPECT_FALSE(makes(findings, sources - 1));
  EXPECT_FALSE(makes(findings, 2));
}

// Two initiators of a host at a target of ours, which demands proof of one of them.
struct TwoInitiators {
  TwoInitiators() {
    const Id disk = san.target("iqn.2026-01.example:disk1");
    const Id unit = san.unit("naa.6000000000000001", disk, 0);
    san.host("web1", "iqn.2026-01.example:web1");
    first = san.nodeNamed("iqn.2026-01.example:web1");
    second = san.node("iqn.2026-01.example:web1b", san.done().get<Node>(first)->entity.id, true, false);
    san.create(Kind::Network, {{"name", std::string("storage")}, {"subnets", std::vector<std::string>{"10.0.0.0/16"}}});
    const auto access = [&](Id who) {
      return Access{{Kind::Node, who}, {Kind::LogicalUnit, unit}, 0, Right::ReadWrite};
    };
    const Id applied = san.applied(disk, {first, second}, {access(first), access(second)});
    san.create(Kind::Credential, {{"initiator", ObjectRef{Kind::Node, first}},
                                  {"initiator_holds", std::string("yes")},
                                  {"target_holds", std::string("yes")}});
    san.set({Kind::AppliedTarget, applied}, "proves_one_way", SanBuilder::refs(Kind::Node, {first}));
    early = zone("zone-b", second, disk);
    late = zone("zone-a", first, disk);
  }
  Revision zone(const std::string& name, Id initiator, Id disk) {
    san.zone(name, {initiator, disk});
    return san.done().revision;
  }
  manage::PopulationRow row() {
    const SanIndex index(san.done());
    manage::EvidenceInput input;
    manage::PopulationRow row;
    manage::withReach(index, {}, {}, input, [&](const manage::EvidenceInput& filled) {
      EXPECT_TRUE(filled.population->next(row));
      manage::PopulationRow more;
      EXPECT_FALSE(filled.population->next(more));
    });
    return row;
  }
  SanBuilder san;
  Id first = 0, second = 0;
  Revision early = 0, late = 0;
};

TEST(EvidenceRow, IsSinceTheFirstPathThatWorksAndProvenByNoMoreThanTheLeast) {
  TwoInitiators world;
  const manage::PopulationRow row = world.row();
  EXPECT_EQ(row.revision, world.early);
  EXPECT_LT(world.early, world.late);
  EXPECT_EQ(row.proof, "name only");
  EXPECT_NE(row.why.find("zone-b"), std::string::npos) << row.why;
}

// A host that an approved change set gave a unit, which another took away; the agent reports in revisions of its own.
struct GivenAgain {
  GivenAgain() {
    host = {Kind::Host, san.host("web1", "iqn.2026-01.example:web1")};
    web = san.nodeNamed("iqn.2026-01.example:web1");
    disk = san.target("iqn.2026-01.example:disk1");
    unit = san.unit("naa.6000000000000001", disk, 0);
    san.create(Kind::Network, {{"name", std::string("storage")}, {"subnets", std::vector<std::string>{"10.0.0.0/16"}}});
    san.create(Kind::Agent, {{"name", std::string("disk1")}, {"nodes", SanBuilder::refs(Kind::Node, {disk})}});
    changeSet(5, "bob");
    zone = san.zone("zone", {web, disk});
    give();
    made(5);
    approve();
    applied = {Kind::AppliedTarget, san.applied(disk, {web}, {access()})};
  }
  void changeSet(Id id, const char* approver) {
    san.create(Kind::ChangeSet, {{"author", std::string("alice")}, {"approver", std::string(approver)}}, id);
  }
  void approve() {
    const Id approval = san.create(Kind::Approval, {{"who", host}, {"unit", ObjectRef{Kind::LogicalUnit, unit}}});
    san.set({Kind::Approval, approval}, "right", std::string("read-write"));
    san.set({Kind::Approval, approval}, "change", ObjectRef{Kind::ChangeSet, 5});
    ledger = {Kind::Approval, approval};
  }
  void give() { map = {Kind::Map, san.map(host, disk, unit, 0)}; }
  void made(Id change) { commits.emplace_back(san.done().revision, change); }
  [[nodiscard]] Access access() const { return {{Kind::Node, web}, {Kind::LogicalUnit, unit}, 0, Right::ReadWrite}; }
  void report(std::vector<Access> maps) { san.set(applied, "maps", std::move(maps)); }
  std::string changeTold() {
    const SanIndex index(san.done());
    manage::EvidenceInput input;
    input.commits = commits;
    manage::PopulationRow row;
    manage::withReach(index, {}, {}, input,
                      [&](const manage::EvidenceInput& filled) { EXPECT_TRUE(filled.population->next(row)); });
    EXPECT_EQ(row.revision, san.done().revision) << "as the agent has just reported";
    return row.changeSet;
  }
  SanBuilder san;
  ObjectRef host, map, applied, ledger;
  Id web = 0, disk = 0, unit = 0, zone = 0;
  manage::Commits commits;
};

TEST(EvidenceChangeSet, IsTheOneThatMadeWhatIsWantedAndNotTheOneThatTheLedgerNames) {
  GivenAgain world;
  EXPECT_EQ(world.changeTold(), "5");
  world.san.erase(world.map);
  world.made(9);
  world.report({});
  world.changeSet(12, "");
  world.give();
  world.made(12);
  world.report({world.access()});
  EXPECT_EQ(world.changeTold(), "12");
}

// Change set 9 took it away, and 12 takes that back.
struct GivenBack : GivenAgain {
  GivenBack() {
    san.erase(map);
    san.erase(ledger);
    made(9);
    report({});
    changeSet(12, "");
    san.set({Kind::ChangeSet, 12}, "origin", std::string("rollback"));
    give();
    made(12);
  }
};

TEST(EvidenceChangeSet, OfWhatARollbackGaveBackIsTheOneThatHadGivenIt) {
  GivenBack world;
  world.approve();
  world.report({world.access()});
  EXPECT_EQ(world.changeTold(), "5");
}

TEST(EvidenceChangeSet, IsTheRollbackWhereThatWasApprovedAndWhereTheLedgerHasNothing) {
  for (const bool approved : {true, false}) {
    GivenBack world;
    if (approved) world.approve();
    if (approved) world.san.set(world.ledger, "change", ObjectRef{Kind::ChangeSet, 12});
    world.report({world.access()});
    EXPECT_EQ(world.changeTold(), "12") << approved;
  }
}

TEST(EvidenceChangeSet, IsTheOneThatZonedItLast) {
  GivenAgain world;
  world.report({});
  world.changeSet(12, "");
  world.san.remove({Kind::Domain, world.zone}, "nodes", {Kind::Node, world.web});
  world.san.add({Kind::Domain, world.zone}, "nodes", {Kind::Node, world.web});
  world.made(12);
  world.report({world.access()});
  EXPECT_EQ(world.changeTold(), "12");
}

// Its record alone is left of it.
TEST(EvidenceChangeSet, IsTheOneWhoseSecondPartZonedIt) {
  GivenAgain world;
  world.report({});
  world.changeSet(12, "");
  world.san.remove({Kind::Domain, world.zone}, "nodes", {Kind::Node, world.web});
  world.san.add({Kind::Domain, world.zone}, "nodes", {Kind::Node, world.web});
  const san::Revision zoned = world.san.done().revision;
  world.san.set({Kind::ChangeSet, 12}, "zoned", std::uint64_t{zoned});
  world.commits = manage::commitsOf(world.san.done(), zoned);
  world.report({world.access()});
  EXPECT_EQ(world.changeTold(), "12");
  for (const auto& [revision, change] : manage::commitsOf(world.san.done(), zoned - 1)) EXPECT_LT(revision, zoned);
}

TEST(EvidenceChangeSet, IsNoneOfWhatATargetGivesByItself) {
  GivenAgain world;
  world.san.erase(world.map);
  world.made(9);
  world.report({});
  world.report({world.access()});
  EXPECT_EQ(world.changeTold(), "");
}

TEST(EvidenceRow, OfAnEntryThatIsNotKnownNothingSaysSinceWhen) {
  Labelled world;
  const SanIndex index(world.san.done());
  manage::EvidenceInput input;
  manage::withReach(index, {}, {}, input, [&](const manage::EvidenceInput& filled) {
    manage::PopulationRow row;
    ASSERT_TRUE(filled.population->next(row));
    EXPECT_EQ(row.state, "entry unknown");
    EXPECT_EQ(row.revision, 0U);
    EXPECT_EQ(row.since, std::nullopt);
  });
}

}  // namespace
