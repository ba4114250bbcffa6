#include "isns-server/manage/model/projection.h"

#include <algorithm>

#include "shared/base/printable.h"
#include "shared/san/renames.h"

namespace manage {
namespace {

using core::Index;
using core::TableNumber;
using san::Id;
using san::Kind;
using san::ObjectRef;
using san::Value;

// Applies what came and went to a list of members that ascends by id.
template <class Deltas>
std::vector<san::Member> merged(std::span<const san::Member> before, const Deltas& deltas) {
  std::map<Id, san::Member> all;
  for (const san::Member& member : before) all.emplace_hint(all.end(), member.id, member);
  for (const auto& delta : deltas) {
    if (!delta.added) {
      all.erase(delta.member);
    } else {
      all.try_emplace(delta.member, san::Member{delta.member, delta.since});
    }
  }
  std::vector<san::Member> list;
  list.reserve(all.size());
  for (const auto& [id, member] : all) list.push_back(member);
  return list;
}

}  // namespace

Projection::Projection(std::uint64_t seed, const ServerFacts& facts, std::size_t maxObjects)
    : facts_(facts), maxObjects_(maxObjects) {
  snapshot_.names = san::NameIndex(seed);
}

std::optional<Index> Projection::indexOf(ObjectRef ref) const {
  const RegistryNumbers* numbers = ref.kind == Kind::Node     ? &nodes_
                                   : ref.kind == Kind::Entity ? &entities_
                                   : ref.kind == Kind::Portal ? &portals_
                                                              : nullptr;
  return numbers == nullptr ? std::nullopt : numbers->indexOf(ref.id);
}

Projection::Pins Projection::pins() const {
  Pins all;
  for (ObjectRef ref : pinned_) all.emplace(std::pair{ref.kind, san::nameOf(snapshot_, ref)}, ref.id);
  return all;
}

void Projection::expect(Pins pins) {
  expected_ = std::move(pins);
  for (const auto& [name, id] : expected_) {
    Id& last = snapshot_.lastIds[static_cast<std::size_t>(name.first)];
    last = std::max(last, id);
  }
}

// ---- Loads and changes ---------------------------------------------------------------------------------------------

base::Status Projection::loadRow(std::uint8_t table, std::int64_t id, Cells cells) {
  loading_ = true;
  if (!editor_) editor_.emplace(snapshot_, 0, 0, maxObjects_);
  return put(table, id, cells);
}

base::Status Projection::finishLoad(san::Revision revision, san::Seconds time) {
  if (!editor_) editor_.emplace(snapshot_, 0, 0, maxObjects_);
  time_ = time;
  const base::Status status = close();
  loading_ = false;
  if (!status) return status;
  snapshot_.revision = revision;
  snapshot_.time = time;
  return {};
}

base::Status Projection::apply(const store::Change& change) {
  editor_.emplace(snapshot_, change.revision, change.time, maxObjects_);
  time_ = change.time;
  store::OpsReader reader(change.ops);
  for (store::Op op; reader.next(op);) {
    const base::Status status = op.kind == store::OpKind::Put ? put(op.table, op.id, op.cells) : erase(op.table, op.id);
    if (!status) return base::fail("change " + std::to_string(change.revision) + ": " + status.error().text);
  }
  if (reader.failed()) return base::fail("change " + std::to_string(change.revision) + " cannot be read");
  return close();
}

// One change may hand names on, so that a row's name is still another object's when the row is read.
void Projection::moveNames() {
  std::vector<san::Rename> renames;
  const auto take = [&](ObjectRef ref, std::string to) {
    if (editor().view().get(ref) == nullptr) return;  // erased by a later row
    std::string from = san::nameOf(editor().view(), ref);
    if (!from.empty() && from != to) renames.push_back({ref, std::move(from), std::move(to)});
  };
  for (const auto& [ref, name] : peerNames_) take(ref, base::printable(name));
  for (const ModelRow& row : modelRows_) {
    const auto fields = storedFields(row.ref.kind);
    const auto name = std::ranges::find(fields, "name", &san::FieldRow::name);
    if (name == fields.end() || row.ref.kind == Kind::LogicalUnit) continue;
    if (const auto* to = std::get_if<std::string>(&row.values[static_cast<std::size_t>(name - fields.begin())]))
      take(row.ref, *to);
  }
  for (const san::NewName& one : san::orderOf(renames)) {
    if (one.object.kind == Kind::Domain || one.object.kind == Kind::DomainSet) {
      setName(one.object, one.name);
    } else {
      (void)editor().fit(one.object, *san::findField(one.object.kind, "name"), one.name);
    }
  }
  for (const auto& [ref, name] : peerNames_) {
    if (editor().view().get(ref) != nullptr) setName(ref, name);
  }
  peerNames_.clear();
}

base::Status Projection::close() {
  moveNames();
  for (ModelRow& row : modelRows_) fill(row);
  modelRows_.clear();
  mergeMembers(domainNodes_, &san::Domain::nodes);
  mergeMembers(domainPortals_, &san::Domain::portals);
  mergeMembers(setDomains_, &san::DomainSet::domains);
  for (RegistryNumbers* numbers : {&entities_, &portals_, &nodes_, &groups_}) numbers->settle();
  if (unused_.size() >= sweepAt_) sweepUnused();
  if (auto status = followFacts(); !status) return status;
  for (const Stamp& stamp : stamps_) {
    const san::Object* before = editor().view().get(stamp.ref);
    if (before == nullptr) continue;
    const san::Revision changed = before->changed;  // which own() sets to the editor's
    san::Object& object = editor().own(stamp.ref);
    // An object with rows in two tables is as old as the older one, and changed with the younger.
    if (stamp.created != 0) {
      object.created = object.created == 0 ? stamp.created : std::min(object.created, stamp.created);
    }
    object.changed = std::max(changed, stamp.changed);
  }
  stamps_.clear();
  auto finished = editor().finish();
  noteOrphans();
  editor_.reset();
  if (!finished) return base::fail(finished.error().text);
  snapshot_ = std::move(finished).value();
  return {};
}

template <class T, class Members>
void Projection::mergeMembers(std::map<Id, std::vector<MemberDelta>>& all, Members T::*list) {
  for (const auto& [id, deltas] : all) {
    if (editor().view().get<T>(id) == nullptr) continue;  // gone with all of its members
    const auto members = merged((editor().view().get<T>(id)->*list).items(), deltas);
    Members& own = editor().own<T>(id).*list;
    own.assign(members);
    // A start has from the container's row when a member last left.
    if (loading_) {
      const auto youngest = std::ranges::max_element(members, {}, &san::Member::since);
      if (youngest != members.end()) stamp({T::kKind, id}, 0, youngest->since);
      continue;
    }
    const bool anyLeft = std::ranges::any_of(deltas, [](const MemberDelta& delta) { return !delta.added; });
    if (anyLeft) own.noteLeft(editor().view().revision);
  }
  all.clear();
}

void Projection::fill(ModelRow& row) {
  if (editor().view().get(row.ref) == nullptr) return;  // erased by a later row
  const auto fields = storedFields(row.ref.kind);
  if (row.ref.kind == Kind::Node) sawLast(row.ref.id, former_.lastSeen(san::nameOf(editor().view(), row.ref)));
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (isOfRegistration(row.ref.kind, *fields[i])) {
      // What a version before the registry's column knew stands here alone.
      if (const auto* time = std::get_if<std::uint64_t>(&row.values[i]))
        sawLast(row.ref.id, static_cast<san::Seconds>(*time));
      continue;
    }
    san::SnapshotEditor::Fit fit = editor().fit(row.ref, *fields[i], std::move(row.values[i]));
    if (!fit.why.empty()) noteUnfit({row.ref, fit.stays, std::move(fit.why)});
    if (!fit.stays) return;
  }
  for (const auto& [since, revisions] : row.since) {
    if (since->get(*editor().view().get(row.ref)) != revisions) since->set(editor().own(row.ref), revisions);
  }
}

void Projection::noteUnfit(Unfit unfit) {
  if (unfit_.size() < kMaxUnfit) unfit_.push_back(std::move(unfit));
}

void Projection::noteOrphans() {
  for (const ObjectRef ref : editor().erased()) {
    const bool hasRow = isStored(ref.kind) && erasedRows_.count(ref) == 0;
    if (hasRow && orphans_.size() < kMaxUnfit) orphans_.push_back(ref);
  }
  erasedRows_.clear();
}

// The policies of the configuration stand in the settings, as everything does that reach depends on; a node has a row,
// or comes to be a control node when it gets one.
base::Status Projection::followFacts() {
  const san::Settings& settings = editor().view().settings();
  const bool same = settings.defaultDomain == facts_.defaultDomain &&
                    settings.unassignedDomainsActive == facts_.unassignedDomainsActive &&
                    settings.defaultDomainSince == facts_.defaultDomainSince &&
                    settings.unassignedDomainsSince == facts_.unassignedDomainsSince;
  // Where all is off there need not be an object for it.
  const bool there = editor().view().get({Kind::Settings, san::Settings::kId}) != nullptr;
  if (!same && (there || facts_.defaultDomain || facts_.unassignedDomainsActive)) {
    if (auto status = ensure({Kind::Settings, san::Settings::kId}); !status) return status;
    san::Settings& own = editor().own<san::Settings>(san::Settings::kId);
    own.defaultDomain = facts_.defaultDomain;
    own.unassignedDomainsActive = facts_.unassignedDomainsActive;
    own.defaultDomainSince = facts_.defaultDomainSince;
    own.unassignedDomainsSince = facts_.unassignedDomainsSince;
  }
  if (!std::exchange(otherFacts_, false)) return {};
  std::vector<std::pair<Id, bool>> turned;
  editor().view().table<san::Node>().forEach([&](Id id, const san::Node& node) {
    const bool control = nodes_.indexOf(id) && facts_.controlNodes.count(node.name) != 0;
    if (control != node.control) turned.emplace_back(id, control);
  });
  for (const auto& [id, control] : turned) editor().own<san::Node>(id).control = control;
  if (!loading_) return {};
  for (const auto& [name, since] : facts_.controlNodes) {
    const Id id = since == 0 ? 0 : editor().view().find(Kind::Node, name).value_or(0);
    const bool control = id != 0 && editor().view().get<san::Node>(id)->control;
    if (control) editor().own<san::Node>(id).controlDate = {true, since};
  }
  return {};
}

// Nodes and portals that are registered no more, have no row of their own and that nothing seen by an agent names. What
// an agent has seen of a portal it tells no second time when that is registered anew: the youngest of those stay.
void Projection::sweepUnused() {
  std::set<ObjectRef> used;
  editor().view().table<san::Session>().forEach([&](Id, const san::Session& session) {
    used.insert({session.initiator.ref(), session.target.ref(), session.portal.ref()});
  });
  editor().view().table<san::Probe>().forEach([&](Id, const san::Probe& probe) {
    used.insert({probe.initiator.ref(), probe.target.ref()});
  });
  editor().view().table<san::HeldDisk>().forEach(
      [&](Id, const san::HeldDisk& held) { used.insert(held.initiator.ref()); });
  std::size_t seen = 0;
  for (auto at = unused_.rbegin(); at != unused_.rend() && seen < kMaxUnused; ++at) {
    const san::Portal* const portal = at->kind == Kind::Portal ? editor().view().get<san::Portal>(at->id) : nullptr;
    if (portal == nullptr || portal->network == san::PortalNetwork{}) continue;
    used.insert(*at);
    ++seen;
  }
  std::erase_if(unused_, [&](ObjectRef ref) {
    if (used.count(ref) != 0) return false;
    editor().drop(ref);
    return true;
  });
  sweepAt_ = std::max(kMaxUnused, 2 * unused_.size());
}

base::Status Projection::put(std::uint8_t table, std::int64_t id, Cells cells) {
  if (const Kind kind = kindOf(table); kind != Kind::None) return putModel(kind, id, cells);
  if (table == kFactsTable) {
    otherFacts_ = true;
    return readRow(cells, facts_);
  }
  const auto index = static_cast<Index>(id);
  switch (static_cast<TableNumber>(table)) {
    case TableNumber::Entity:
      return putEntity(index, cells);
    case TableNumber::Portal:
      return putPortal(index, cells);
    case TableNumber::Node:
      return putNode(index, cells);
    case TableNumber::PortalGroup:
      return putGroup(index, cells);
    case TableNumber::Domain:
      return putDomain(index, cells);
    case TableNumber::DomainSet:
      return putSet(index, cells);
    case TableNumber::DomainNode:
    case TableNumber::DomainPortal:
    case TableNumber::SetDomain:
      return putMember(static_cast<TableNumber>(table), id, cells);
    case TableNumber::FormerNode:
      return putFormerNode(cells);
    default:
      return {};  // iFCP, counters, and tables of other parts of the server
  }
}

base::Status Projection::erase(std::uint8_t table, std::int64_t id) {
  if (const Kind kind = kindOf(table); kind != Kind::None) return eraseModel(kind, static_cast<Id>(id)), base::Status{};
  const auto index = static_cast<Index>(id);
  switch (static_cast<TableNumber>(table)) {
    case TableNumber::Entity:
      eraseRegistered(Kind::Entity, entities_, index);
      break;
    case TableNumber::Portal:
      eraseRegistered(Kind::Portal, portals_, index);
      break;
    case TableNumber::Node:
      eraseRegistered(Kind::Node, nodes_, index);
      break;
    case TableNumber::PortalGroup:
      if (const Id group = groups_.leave(index); group != 0) editor().drop({Kind::PortalGroup, group});
      break;
    case TableNumber::Domain:
      (void)editor().erase({Kind::Domain, index});
      break;
    case TableNumber::DomainSet:
      (void)editor().erase({Kind::DomainSet, index});
      break;
    case TableNumber::DomainNode:
    case TableNumber::DomainPortal:
    case TableNumber::SetDomain:
      eraseMember(static_cast<TableNumber>(table), id);
      break;
    default:
      break;
  }
  return {};
}

// ---- What rows of both kinds need ----------------------------------------------------------------------------------

base::Result<ObjectRef> Projection::create(Kind kind, Id wanted) {
  const auto made = editor().create(kind, wanted);
  if (!made) return base::fail(made.error().text);
  return *made;
}

base::Status Projection::ensure(ObjectRef ref) {
  if (editor().view().get(ref) != nullptr) return {};
  const auto made = create(ref.kind, ref.id);
  return made ? base::Status{} : base::fail(made.error());
}

base::Status Projection::set(ObjectRef ref, const san::FieldRow& row, const Value& value) {
  const san::Edited<void> edited = editor().set(ref, row, value);
  if (edited) return {};
  return base::fail(edited.error().field + ": " + edited.error().text);
}

// A row that is loaded tells of its revisions; what changes has the change's.
void Projection::stamp(ObjectRef ref, san::Revision created, san::Revision changed) {
  if (loading_) stamps_.push_back({ref, created, changed});
}

}  // namespace manage
