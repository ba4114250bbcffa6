// A report of an agent: what the server reads of it, and what it becomes in the model of a small SAN.
//
// Rules: a refusal has a sentence; what is taken keeps to the bounds; the model takes it and keeps its promises, or
// refuses it with a sentence; nothing of a target that the agent does not speak for changes; the same report again
// changes nothing.
#include <string>

#include "isns-server/manage/agents/found_edits.h"
#include "isns-server/manage/agents/report_edits.h"
#include "shared/base/json_reader.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/support/san_builder.h"

namespace {

using mgmt::ReportLimits;

constexpr san::Seconds kNow = 1'800'000'000;
const mgmt::Identity kAgent{mgmt::PeerKind::Agent, "array", {"iqn.2026-01.example:disk1"}, {}};

struct World {
  san::Snapshot snapshot;
  san::Id agent = 0, foreign = 0;
};

const World& world() {
  static const World made = [] {
    test::SanBuilder builder;
    World world;
    (void)builder.host("web1", "iqn.2026-01.example:web1");
    const san::Id disk = builder.target("iqn.2026-01.example:disk1");
    world.foreign = builder.target("iqn.2026-01.example:disk2");
    (void)builder.unit("naa.6001", disk, 0);
    (void)builder.applied(world.foreign, {}, {});
    builder.edit([&](san::SnapshotEditor& editor) {
      world.agent = manage::putAgent(editor, {"array", "eid:iqn.2026-01.example:disk1", kAgent.nodes, 1, false})->id;
    });
    world.snapshot = builder.done();
    return world;
  }();
  return made;
}

template <class T>
std::size_t sizeOf(const std::optional<std::vector<T>>& list) {
  return list ? list->size() : 0;
}

void checkBounds(const manage::AgentReport& report) {
  fuzz::check(report.sequence != 0, "reports are counted from 1");
  fuzz::check(!report.full || (report.targets && report.units && report.sessions && report.heldDisks),
              "a full report has its lists");
  fuzz::check(
      sizeOf(report.targets) <= ReportLimits::kTargets && sizeOf(report.units) <= ReportLimits::kUnits &&
          sizeOf(report.sessions) <= ReportLimits::kSessions && sizeOf(report.portals) <= ReportLimits::kPortals &&
          sizeOf(report.discoveries) <= ReportLimits::kDiscoveries && sizeOf(report.probes) <= ReportLimits::kProbes &&
          sizeOf(report.heldDisks) <= ReportLimits::kHeldDisks &&
          report.refusedLogins.size() <= ReportLimits::kRefusedLogins &&
          report.credentials.size() <= ReportLimits::kCredentials &&
          report.brokenGlass.size() <= ReportLimits::kBreakGlass,
      "lists are bounded");
}

void apply(const manage::AgentReport& report) {
  san::Snapshot before = world().snapshot;
  for (const bool again : {false, true}) {
    san::SnapshotEditor editor(before, before.revision + 1, kNow);
    std::vector<std::string> unknown;
    const auto changed = manage::applyReport(editor, world().agent, kAgent, report, unknown);
    if (!changed) return fuzz::check(!changed.error().text.empty(), "a refusal has a sentence");
    fuzz::check(!again || !*changed, "the same report again changes nothing");
    const auto seen = manage::observeSessions(editor, world().agent, kAgent, report, unknown, kNow);
    if (!seen) return fuzz::check(!seen.error().text.empty(), "a refusal has a sentence");
    manage::observePortals(editor, world().agent, report, unknown);
    const auto held = manage::observeHeldDisks(editor, world().agent, report, unknown);
    if (!held) return fuzz::check(!held.error().text.empty(), "a refusal has a sentence");
    auto after = editor.finish();
    if (!after) return fuzz::check(!after.error().text.empty(), "a refusal has a sentence");
    after->table<san::AppliedTarget>().forEach([&](san::Id id, const san::AppliedTarget& applied) {
      const auto* was = world().snapshot.get<san::AppliedTarget>(id);
      fuzz::check(applied.target.id != world().foreign || was != nullptr, "what another one's target applies stays");
      fuzz::check(applied.target.id != world().foreign || was->changed == applied.changed, "as it was");
    });
    fuzz::check(!manage::heldDisksDiffer(*after, world().agent, report, unknown), "what was taken is there");
    before = std::move(*after);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto json = base::parseJson(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!json) return 0;
  const auto report = manage::parseReport(*json);
  if (!report) {
    fuzz::check(!report.error().detail.empty(), "a refusal has a sentence");
    return 0;
  }
  checkBounds(*report);
  // The server takes no report that speaks of others (agent_reports.cpp).
  if (report->foreignName(kAgent).empty()) apply(*report);
  return 0;
}
