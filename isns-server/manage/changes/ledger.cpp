#include "isns-server/manage/changes/ledger.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace manage {
namespace {

using san::Id;
using san::Kind;
using san::ObjectRef;
using san::Truth;

// Whether any host that an entry of the ledger stands for still has the unit.
bool anybodyHas(const san::SanIndex& index, ObjectRef who, Id unit) {
  if (!index.unitNumber(unit)) return false;
  const auto has = [&](ObjectRef host) {
    const auto number = index.hostNumber(host);
    if (!number) return false;
    const san::Cell cell = san::cellOf(index, san::Basis::Desired, *number, unit);
    return cell.works != Truth::No || cell.getsIn != Truth::No;
  };
  if (who.kind != Kind::Cluster) return has(who);
  return std::ranges::any_of(index.hosts(), [&](ObjectRef host) {
    const auto* object = host.kind == Kind::Host ? index.snapshot().get<san::Host>(host.id) : nullptr;
    return object != nullptr && object->cluster.id == who.id && has(host);
  });
}

}  // namespace

san::Edited<void> writeRecord(san::SnapshotEditor& editor, const Draft& draft, san::ChangeState state,
                              san::WindowsHeld windows) {
  if (editor.view().get<san::ChangeSet>(draft.id) == nullptr) {
    const auto made = editor.create(Kind::ChangeSet, draft.id);
    if (!made) return base::Failure<san::EditError>{made.error()};
  }
  auto& record = editor.own<san::ChangeSet>(draft.id);
  record.author = draft.author;
  record.approver = draft.approver;
  record.origin = draft.origin;
  record.state = state;
  record.reason = draft.reason;
  record.ticket = draft.ticket;
  record.committedAt = draft.committedAt;
  san::keepWindows(record, std::move(windows));
  return {};
}

san::Edited<void> putApproval(san::SnapshotEditor& editor, Id approval, const LedgerEntry& entry, Id change) {
  if (approval == 0) {
    const auto made = editor.create(Kind::Approval);
    if (!made) return base::Failure<san::EditError>{made.error()};
    approval = made->id;
  }
  auto& own = editor.own<san::Approval>(approval);
  own.who = entry.who;
  own.unit.id = entry.unit;
  own.right = entry.right;
  own.change.id = change;
  return {};
}

// By names: what has come back has other numbers.
void restoreApprovals(san::SnapshotEditor& editor, const san::Snapshot& before, const san::Snapshot& present,
                      const std::function<bool(const san::Approval&)>& isOfIt) {
  using Key = std::tuple<std::string, std::string, san::Right>;
  const auto keyIn = [](const san::Snapshot& in, const san::Approval& one) {
    return Key(san::refText(in, one.who), san::refText(in, one.unit.ref()), one.right);
  };
  std::map<Key, Id> was;
  before.table<san::Approval>().forEach(
      [&](Id, const san::Approval& one) { was.emplace(keyIn(before, one), one.change.id); });
  std::vector<std::pair<Id, Id>> other;
  editor.view().table<san::Approval>().forEach([&](Id id, const san::Approval& one) {
    const auto* now = present.get<san::Approval>(id);
    if (now != nullptr && !isOfIt(*now)) return;
    const auto found = was.find(keyIn(editor.view(), one));
    if (found != was.end() && found->second != one.change.id) other.emplace_back(id, found->second);
  });
  for (const auto& [id, change] : other) {
    const bool there = change == 0 || editor.view().get<san::ChangeSet>(change) != nullptr;
    if (there) editor.own<san::Approval>(id).change.id = change;
  }
}

san::Edited<void> writeLedger(san::SnapshotEditor& editor, Id change, const san::SanIndex& before,
                              const san::SanIndex& after, const std::vector<san::CellChange>& cells) {
  std::map<std::pair<ObjectRef, Id>, Id> ledger;
  editor.view().table<san::Approval>().forEach([&](Id id, const san::Approval& one) {
    ledger[{one.who, one.unit.id}] = id;
  });
  std::map<std::pair<ObjectRef, Id>, san::Right> gained;
  for (const san::CellChange& cell : cells) {
    if (cell.after.works == Truth::No) continue;
    const std::pair key(holderOf(after, cell.host, cell.unit), cell.unit);
    if (editor.view().get(key.first) == nullptr) continue;
    san::Right& right = gained.try_emplace(key, cell.after.right).first->second;
    right = std::max(right, cell.after.right);
  }
  for (const auto& [key, right] : gained) {
    const auto found = ledger.find(key);
    const Id approval = found == ledger.end() ? 0 : found->second;
    if (auto status = putApproval(editor, approval, {key.first, key.second, right}, change); !status) return status;
  }
  for (const san::CellChange& cell : cells) {
    if (cell.turn != san::Turn::Lost) continue;
    for (ObjectRef who : {cell.host, holderOf(before, cell.host, cell.unit)}) {
      const auto found = ledger.find({who, cell.unit});
      if (found == ledger.end() || anybodyHas(after, who, cell.unit)) continue;
      (void)editor.erase({Kind::Approval, found->second});
      ledger.erase(found);
    }
  }
  return {};
}

}  // namespace manage
