#include "isns-server/manage/changes/wire_changes.h"

#include <algorithm>
#include <tuple>
#include <unordered_set>

#include "isns-server/core/change_kind.h"
#include "isns-server/manage/changes/change_sets.h"
#include "isns-server/manage/model/object_rows.h"
#include "shared/base/clock.h"
#include "shared/base/plain_text.h"
#include "shared/base/printable.h"

namespace manage {

using isns::Function;

namespace {

// The revisions that a proof of the present state names, of what a client can change.
std::unordered_set<san::Revision> stemsOf(const san::Snapshot& snapshot) {
  std::unordered_set<san::Revision> all;
  const auto take = [&](const san::Object& object, san::Revision since, const auto&... lists) {
    all.insert({object.created, object.changed, since, lists.left()...});
    const auto joined = [&](const san::Member& member) { all.insert(member.since); };
    (std::ranges::for_each(lists.items(), joined), ...);
  };
  snapshot.table<san::Domain>().forEach(
      [&](san::Id, const san::Domain& one) { take(one, one.unassignedSince, one.nodes, one.portals); });
  snapshot.table<san::DomainSet>().forEach(
      [&](san::Id, const san::DomainSet& one) { take(one, one.enabledSince, one.domains); });
  return all;
}

}  // namespace

bool isWireChange(std::uint32_t kind) {
  for (Function function : {Function::DDReg, Function::DDDereg, Function::DDSReg, Function::DDSDereg}) {
    if (kind == core::change_kind::of(function)) return true;
  }
  return false;
}

void writeWireRecord(const core::ChangeNote& note, store::OpsWriter& ops, san::WindowsHeld windows) {
  for (const core::Index domain : note.removedDomains) ops.erase(tableOf(san::Kind::Domain), domain);
  if (!isWireChange(note.kind)) return;
  san::ChangeSet record;
  record.id = wireId(note.revision);
  record.author = base::plainText(note.origin, san::kMaxName);
  record.origin = san::ChangeOrigin::Wire;
  record.state = san::ChangeState::Committed;
  record.committedAt = base::unixSeconds(note.time);
  san::keepWindows(record, std::move(windows));
  writeRow(ops, san::Kind::ChangeSet, record, note.revision, note.revision);
}

std::vector<san::Id> wireRecordsBeyond(const san::Snapshot& snapshot, std::size_t most) {
  std::vector<std::pair<san::Revision, san::Id>> records;
  snapshot.table<san::ChangeSet>().forEach([&](san::Id id, const san::ChangeSet& record) {
    if (record.origin == san::ChangeOrigin::Wire) records.emplace_back(record.created, id);
  });
  if (records.size() <= most + most / 100) return {};
  const auto stems = stemsOf(snapshot);
  std::ranges::sort(records, {}, [&](const auto& record) { return std::tuple(stems.contains(record.first), record); });
  std::vector<san::Id> old;
  for (std::size_t i = 0; i < records.size() - most; ++i) old.push_back(records[i].second);
  return old;
}

// It is committed already: what a change set could not have done is an alarm.
void ChangeSets::onWireChange(const store::Change& change, const san::Snapshot& before, const san::Snapshot& after) {
  if (!isWireChange(change.kind)) return;
  const san::Settings& settings = before.settings();
  std::vector<std::string> faults;
  std::size_t objects = 0;
  for (const san::ObjectChange& one : san::diff(before, after).objects) {
    objects += one.object.kind == san::Kind::Domain || one.object.kind == san::Kind::DomainSet ? 1 : 0;
  }
  if (settings.maxChangedObjects != 0 && objects > settings.maxChangedObjects) {
    faults.push_back("It changed " + std::to_string(objects) + " objects, more than the settings allow.");
  }
  if (settings.maxChangedCells != 0) {
    const std::size_t cells = san::impact(san::SanIndex(before), san::SanIndex(after), 0).cells.all();
    if (cells > settings.maxChangedCells) {
      faults.push_back("It changed " + std::to_string(cells) + " cells, more than the settings allow.");
    }
  }
  if (options_.newViolations) {
    for (std::string& text : options_.newViolations(before, after)) faults.push_back(std::move(text));
  }
  const san::Id id = wireId(change.revision);
  for (std::string& text : faults) {
    audit({"wire.violation",
           {ops::ActorKind::Node, base::printable(change.origin), {}},
           "change-set:#" + std::to_string(id),
           "done",
           text});
    notice(Notice::Kind::WireViolation, id, std::move(text));
  }
}

}  // namespace manage
