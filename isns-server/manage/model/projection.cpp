#include "isns-server/manage/model/projection.h"

#include <algorithm>

#include "isns-server/manage/model/object_rows.h"
#include "shared/base/printable.h"

namespace manage {
namespace {

using core::Index;
using core::TableNumber;
using san::Edited;
using san::Id;
using san::Kind;
using san::ObjectRef;
using san::Value;
namespace tag = isns::tag;

// Unused objects that may wait for being looked for.
constexpr std::size_t kMaxUnused = 1024;

base::Status statusOf(const Edited<void>& edited) {
  if (edited) return {};
  return base::fail(edited.error().field + ": " + edited.error().text);
}

const san::FieldRow& field(Kind kind, std::string_view name) { return *san::findField(kind, name); }

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

// A node, portal or entity gets another number: `to`, or a new one where that is 0. Only rows of the registry refer to
// it.
ObjectRef renumbered(san::SnapshotEditor& editor, ObjectRef from, Id to) {
  const san::Revision created = editor.view().get(from)->created;
  std::vector<std::pair<const san::FieldRow*, Value>> values;
  for (const san::FieldRow& row : san::fieldsOf(from.kind)) {
    values.emplace_back(&row, row.get(*editor.view().get(from)));
  }
  editor.drop(from);
  const ObjectRef made = *editor.create(from.kind, to);
  for (const auto& [row, value] : values) (void)editor.set(made, *row, value);
  editor.own(made).created = created;
  // Whoever names it, in a link of this kind.
  const auto follow = [&]<class T>(auto T::*link) {
    std::vector<Id> ids;
    editor.view().table<T>().forEach([&](Id id, const T& one) {
      if ((one.*link).ref() == from) ids.push_back(id);
    });
    for (Id id : ids) (editor.own<T>(id).*link).id = made.id;
  };
  if (from.kind == Kind::Entity) {
    follow(&san::Node::entity);
    follow(&san::Portal::entity);
    return made;
  }
  const bool isNode = from.kind == Kind::Node;
  if (isNode) {
    follow(&san::PortalGroup::node);
    follow(&san::Session::initiator);
    follow(&san::Session::target);
  } else {
    follow(&san::PortalGroup::portal);
    follow(&san::Session::portal);
  }
  std::vector<Id> domains;
  editor.view().table<san::Domain>().forEach([&](Id id, const san::Domain& domain) {
    if (isNode ? domain.nodes.contains(from.id) : domain.portals.contains(from.id)) domains.push_back(id);
  });
  for (Id id : domains) {
    san::Domain& domain = editor.own<san::Domain>(id);
    if (isNode) {
      std::map<Id, san::Member> members;
      for (const san::Member& one : domain.nodes.items()) {
        const Id now = one.id == from.id ? made.id : one.id;
        members.emplace(now, san::Member{now, one.since});
      }
      std::vector<san::Member> list;
      for (const auto& [member, one] : members) list.push_back(one);
      domain.nodes.assign(list);
    } else {
      domain.portals.erase(from.id);
      domain.portals.insert(made.id);
    }
  }
  return made;
}

}  // namespace

Id Projection::Numbers::of(Index index) const {
  const auto found = ids.find(index);
  return found == ids.end() ? 0 : found->second;
}

void Projection::Numbers::join(Index index, Id id) {
  ids[index] = id;
  indexes[id] = index;
}

Id Projection::Numbers::leave(Index index) {
  const Id id = of(index);
  ids.erase(index);
  indexes.erase(id);
  if (id != 0) left[index] = id;
  return id;
}

Id Projection::Numbers::nowOrBefore(Index index) const {
  const auto found = left.find(index);
  return found != left.end() ? found->second : of(index);
}

Projection::Projection(std::uint64_t seed, ServerFacts facts) : facts_(std::move(facts)) {
  snapshot_.names = san::NameIndex(seed);
}

std::optional<Index> Projection::indexOf(ObjectRef ref) const {
  const Numbers* numbers = ref.kind == Kind::Node     ? &nodes_
                           : ref.kind == Kind::Entity ? &entities_
                           : ref.kind == Kind::Portal ? &portals_
                                                      : nullptr;
  if (numbers == nullptr) return std::nullopt;
  const auto found = numbers->indexes.find(ref.id);
  return found == numbers->indexes.end() ? std::nullopt : std::optional(found->second);
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
  if (!editor_) editor_.emplace(snapshot_, 0, 0);
  return put(table, id, cells);
}

base::Status Projection::finishLoad(san::Revision revision, san::Seconds time) {
  if (!editor_) editor_.emplace(snapshot_, 0, 0);
  time_ = time;
  const base::Status status = close();
  loading_ = false;
  if (!status) return status;
  snapshot_.revision = revision;
  snapshot_.time = time;
  return {};
}

base::Status Projection::apply(const store::Change& change) {
  editor_.emplace(snapshot_, change.revision, change.time);
  time_ = change.time;
  store::OpsReader reader(change.ops);
  for (store::Op op; reader.next(op);) {
    const base::Status status = op.kind == store::OpKind::Put ? put(op.table, op.id, op.cells) : erase(op.table, op.id);
    if (!status) return base::fail("change " + std::to_string(change.revision) + ": " + status.error().text);
  }
  if (reader.failed()) return base::fail("change " + std::to_string(change.revision) + " cannot be read");
  return close();
}

base::Status Projection::close() {
  for (const ModelRow& row : modelRows_) {
    if (editor().view().get(row.ref) == nullptr) continue;  // erased by a later row
    const auto fields = storedFields(row.ref.kind);
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const Value& value = row.values[i];
      if (fields[i]->get(*editor().view().get(row.ref)) == value) continue;
      if (auto status = statusOf(editor().set(row.ref, *fields[i], value)); !status) return status;
    }
  }
  modelRows_.clear();
  for (const auto& [id, deltas] : domainNodes_) {
    if (editor().view().get<san::Domain>(id) == nullptr) continue;  // gone with all of its members
    const auto list = merged(editor().view().get<san::Domain>(id)->nodes.items(), deltas);
    editor().own<san::Domain>(id).nodes.assign(list);
  }
  for (const auto& [id, deltas] : setDomains_) {
    if (editor().view().get<san::DomainSet>(id) == nullptr) continue;
    const auto list = merged(editor().view().get<san::DomainSet>(id)->domains.items(), deltas);
    editor().own<san::DomainSet>(id).domains.assign(list);
  }
  domainNodes_.clear();
  setDomains_.clear();
  for (Numbers* numbers : {&entities_, &portals_, &nodes_, &groups_}) numbers->left.clear();
  if (unused_.size() >= kMaxUnused) sweepUnused();
  // The policies of the configuration stand in the settings, as everything does that reach depends on.
  const san::Settings& settings = editor().view().settings();
  if (settings.defaultDomain != facts_.defaultDomain || settings.unassignedDomainsActive != facts_.unassignedDomainsActive) {
    if (editor().view().get<san::Settings>(san::Settings::kId) == nullptr) {
      (void)editor().create(Kind::Settings, san::Settings::kId);
    }
    san::Settings& own = editor().own<san::Settings>(san::Settings::kId);
    own.defaultDomain = facts_.defaultDomain;
    own.unassignedDomainsActive = facts_.unassignedDomainsActive;
  }
  for (const Stamp& stamp : stamps_) {
    const san::Object* before = editor().view().get(stamp.ref);
    if (before == nullptr) continue;
    const san::Revision changed = before->changed;  // which own() sets to the editor's
    san::Object& object = editor().own(stamp.ref);
    // An object with rows in two tables is as old as the older one, and changed with the younger.
    object.created = object.created == 0 ? stamp.created : std::min(object.created, stamp.created);
    object.changed = std::max(changed, stamp.changed);
  }
  stamps_.clear();
  auto finished = editor().finish();
  editor_.reset();
  if (!finished) return base::fail(finished.error().text);
  snapshot_ = std::move(finished).value();
  return {};
}

// Nodes and portals that are registered no more, have no row of their own and that no session names.
void Projection::sweepUnused() {
  std::set<ObjectRef> used;
  editor().view().table<san::Session>().forEach([&](Id, const san::Session& session) {
    used.insert({session.initiator.ref(), session.target.ref(), session.portal.ref()});
  });
  for (ObjectRef ref : unused_) {
    if (used.count(ref) == 0 && pinned_.count(ref) == 0) editor().drop(ref);
  }
  std::erase_if(unused_, [&](ObjectRef ref) { return used.count(ref) == 0; });
}

base::Status Projection::put(std::uint8_t table, std::int64_t id, Cells cells) {
  if (const Kind kind = kindOf(table); kind != Kind::None) return putModel(kind, id, cells);
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

// ---- Rows of the registry ------------------------------------------------------------------------------------------

// The object of the model for a row of the registry: the one that it has had, one of the same name, or a new one.
ObjectRef Projection::known(Kind kind, Numbers& numbers, Index index, const std::string& name, std::string_view nameField) {
  Id id = numbers.of(index);
  if (id != 0 && san::nameOf(editor().view(), {kind, id}) != name) {
    numbers.leave(index);  // the index is another's now
    id = 0;
  }
  if (id == 0) id = editor().view().find(kind, name).value_or(0);
  if (id == 0) {
    const auto pin = expected_.find({kind, name});
    id = (*editor().create(kind, pin == expected_.end() ? 0 : pin->second)).id;
    if (nameField == "name") {
      setName({kind, id}, name);
    } else {
      (void)editor().set({kind, id}, field(kind, nameField), name);
    }
  }
  numbers.join(index, id);
  return {kind, id};
}

// A peer's name: what cannot be shown is shown as an escape, and a name that another object has gets the number.
void Projection::setName(ObjectRef ref, std::string_view name) {
  const san::FieldRow& row = field(ref.kind, "name");
  const std::string shown = base::printable(name);
  if (editor().set(ref, row, shown)) return;
  (void)editor().set(ref, row, shown.substr(0, 200) + " #" + std::to_string(ref.id));
}

void Projection::setText(ObjectRef ref, std::string_view name, std::string_view text) {
  (void)editor().set(ref, field(ref.kind, name), base::printable(text).substr(0, san::kMaxName));
}

// A row that is loaded tells of its revisions; what changes has the change's.
void Projection::stamp(ObjectRef ref, san::Revision created, san::Revision changed) {
  if (loading_) stamps_.push_back({ref, created, changed});
}

base::Status Projection::putEntity(Index index, Cells cells) {
  core::Entity row;
  if (auto status = core::readRow(cells, row); !status) return status;
  const ObjectRef ref = known(Kind::Entity, entities_, index, base::printable(row.attributes.text(tag::kEntityId)), "name");
  const base::ByteView heard = row.attributes.value(tag::kTimestamp);
  san::Entity& entity = editor().own<san::Entity>(ref.id);
  if (entity.registeredAt == 0) {
    entity.registeredAt = heard.size() == 8 ? static_cast<san::Seconds>(base::loadU64(heard.data())) : time_;
  }
  stamp(ref, row.created, row.changed);
  return {};
}

base::Status Projection::putPortal(Index index, Cells cells) {
  core::Portal row;
  if (auto status = core::readRow(cells, row); !status) return status;
  isns::PortalAddress address;
  const base::ByteView ip = row.attributes.value(tag::kPortalIp);
  if (ip.size() != address.ip.size()) return base::fail("a portal without an address");
  std::copy(ip.begin(), ip.end(), address.ip.begin());
  address.port = row.attributes.u32Or(tag::kPortalPort, 0);
  const ObjectRef ref = known(Kind::Portal, portals_, index, isns::formatPortal(address), "address");
  editor().own<san::Portal>(ref.id).entity.id = entities_.of(row.entity);
  setText(ref, "symbolic_name", row.attributes.text(tag::kPortalName));
  stamp(ref, row.created, row.changed);
  return {};
}

base::Status Projection::putNode(Index index, Cells cells) {
  core::Node row;
  if (auto status = core::readRow(cells, row); !status) return status;
  const std::string name = base::printable(row.name());
  const ObjectRef ref = known(Kind::Node, nodes_, index, name, "name");
  setText(ref, "symbolic_name", row.attributes.text(tag::kAlias));
  san::Node& node = editor().own<san::Node>(ref.id);
  const bool was = node.registered();
  node.entity.id = entities_.of(row.entity);
  node.target = (row.type() & isns::node_type::kTarget) != 0;
  node.initiator = (row.type() & isns::node_type::kInitiator) != 0;
  node.control = facts_.controlNodes.count(name) != 0;
  if (node.registered()) node.lastSeen = 0;
  if (was && !node.registered()) node.lastSeen = time_;
  stamp(ref, row.created, row.changed);
  return {};
}

base::Status Projection::putGroup(Index index, Cells cells) {
  core::PortalGroup row;
  if (auto status = core::readRow(cells, row); !status) return status;
  const Id node = nodes_.of(row.node);
  const Id portal = portals_.of(row.portal);
  if (node == 0 || portal == 0) return base::fail("a portal group names an object that is missing");
  Id id = groups_.of(index);
  if (id == 0) {
    id = (*editor().create(Kind::PortalGroup)).id;
    groups_.join(index, id);
  }
  san::PortalGroup& group = editor().own<san::PortalGroup>(id);
  group.node.id = node;
  group.portal.id = portal;
  group.tag = row.tag;
  stamp({Kind::PortalGroup, id}, row.created, row.changed);
  return {};
}

base::Status Projection::putDomain(Index index, Cells cells) {
  core::Domain row;
  if (auto status = core::readRow(cells, row); !status) return status;
  const ObjectRef ref{Kind::Domain, index};
  if (editor().view().get(ref) == nullptr) (void)editor().create(Kind::Domain, index);
  setName(ref, row.attributes.text(tag::kDdName));
  editor().own<san::Domain>(index).features = row.attributes.u32Or(tag::kDdFeatures, 0);
  stamp(ref, row.created, row.changed);
  return {};
}

base::Status Projection::putSet(Index index, Cells cells) {
  core::DomainSet row;
  if (auto status = core::readRow(cells, row); !status) return status;
  const ObjectRef ref{Kind::DomainSet, index};
  if (editor().view().get(ref) == nullptr) (void)editor().create(Kind::DomainSet, index);
  setName(ref, row.attributes.text(tag::kDdsName));
  if (auto status = statusOf(editor().set(ref, field(Kind::DomainSet, "enabled"), row.enabled())); !status) return status;
  stamp(ref, row.created, row.changed);
  if (loading_ && row.enabled()) editor().own<san::DomainSet>(index).enabledSince = row.changed;
  return {};
}

base::Status Projection::putMember(TableNumber table, std::int64_t id, Cells cells) {
  // Changes of before they said since when have two columns.
  if (cells.size() != 2 && cells.size() != 3) return base::fail("a membership has another number of columns");
  const auto container = static_cast<Index>(static_cast<std::uint64_t>(id) >> 32);
  const auto member = static_cast<Index>(id);
  const bool says = cells.size() == 3 && !cells[2].isNull();
  const auto since = says ? static_cast<san::Revision>(cells[2].integer) : editor().view().revision;
  if (table == TableNumber::SetDomain) {
    setDomains_[container].push_back({member, true, since});
    return {};
  }
  const Id joined = table == TableNumber::DomainNode ? nodes_.of(member) : portals_.of(member);
  if (joined == 0 || editor().view().get<san::Domain>(container) == nullptr) {
    return base::fail("a membership names an object that is missing");
  }
  if (table == TableNumber::DomainNode) {
    domainNodes_[container].push_back({joined, true, since});
  } else {
    editor().own<san::Domain>(container).portals.insert(joined);
  }
  return {};
}

void Projection::eraseMember(TableNumber table, std::int64_t id) {
  const auto container = static_cast<Index>(static_cast<std::uint64_t>(id) >> 32);
  const auto member = static_cast<Index>(id);
  if (table == TableNumber::SetDomain) {
    setDomains_[container].push_back({member, false, 0});
  } else if (table == TableNumber::DomainNode) {
    if (const Id left = nodes_.nowOrBefore(member); left != 0) domainNodes_[container].push_back({left, false, 0});
  } else if (editor().view().get<san::Domain>(container) != nullptr) {
    if (const Id left = portals_.nowOrBefore(member); left != 0) editor().own<san::Domain>(container).portals.erase(left);
  }
}

// What the registry forgets stays in the model while a row refers to it, or a session.
void Projection::eraseRegistered(Kind kind, Numbers& numbers, Index index) {
  const Id id = numbers.leave(index);
  if (id == 0) return;
  const ObjectRef ref{kind, id};
  if (kind == Kind::Entity) {
    if (pinned_.count(ref) == 0) {
      editor().drop(ref);
    } else {
      editor().own<san::Entity>(id).registeredAt = 0;
    }
    return;
  }
  if (kind == Kind::Node) {
    san::Node& node = editor().own<san::Node>(id);
    if (node.registered()) node.lastSeen = time_;
    node.entity.id = 0;
  } else {
    editor().own<san::Portal>(id).entity.id = 0;
  }
  if (pinned_.count(ref) == 0) unused_.insert(ref);
}

// ---- Rows of the model ---------------------------------------------------------------------------------------------

// The object is made at once, its fields are set when all rows of the load or the change are there: rows refer to each
// other in any order. The name of a pinned object counts at once, as the registry's rows find it by that.
base::Status Projection::putModel(Kind kind, std::int64_t rowId, Cells cells) {
  if (rowId <= 0 || rowId > 0xffffffff) return base::fail("the row's id is no id of an object");
  const ObjectRef ref{kind, static_cast<Id>(rowId)};
  const auto fields = storedFields(kind);
  if (cells.size() != fields.size() + 2) return base::fail("the row has another number of columns");
  if (isPinnedKind(kind)) {
    if (auto status = makeWay(ref, cells); !status) return status;
  }
  if (editor().view().get(ref) == nullptr) {
    if (kind == Kind::Domain) return base::fail("there is no domain " + std::to_string(ref.id));
    (void)editor().create(kind, ref.id);
  }
  const auto fresh = san::makeObject(kind);
  ModelRow& row = modelRows_.emplace_back(ModelRow{ref, {}});
  for (std::size_t i = 0; i < fields.size(); ++i) {
    auto value = cells[i + 2].isNull() ? base::Result<Value>(fields[i]->get(*fresh)) : valueOf(*fields[i], cells[i + 2]);
    if (!value) return base::fail("column " + std::string(fields[i]->name) + " " + value.error().text);
    if (isPinnedKind(kind) && fields[i]->key && fields[i]->get(*editor().view().get(ref)) != *value) {
      if (auto status = statusOf(editor().set(ref, *fields[i], *value)); !status) return status;
    }
    row.values.push_back(std::move(*value));
  }
  if (isPinnedKind(kind)) {
    pinned_.insert(ref);
    unused_.erase(ref);
  }
  stamp(ref, static_cast<san::Revision>(cells[0].integer), static_cast<san::Revision>(cells[1].integer));
  return {};
}

// Numbers of what is not pinned are those of a process, and another process has written this row: who has its number,
// and is somebody else, gets another one; who has its name gets its number.
base::Status Projection::makeWay(ObjectRef ref, Cells cells) {
  const auto fields = storedFields(ref.kind);
  const auto key = std::ranges::find_if(fields, [](const san::FieldRow* one) { return one->key; });
  const auto value = valueOf(**key, cells[static_cast<std::size_t>(key - fields.begin()) + 2]);
  if (!value) return base::fail("column " + std::string((*key)->name) + " " + value.error().text);
  const auto* name = std::get_if<std::string>(&*value);
  const auto held = name == nullptr ? std::nullopt : editor().view().find(ref.kind, *name);
  if (held == ref.id) return {};
  Numbers& numbers = ref.kind == Kind::Node ? nodes_ : ref.kind == Kind::Portal ? portals_ : entities_;
  const auto move = [&](ObjectRef from, Id to) {
    if (editor().view().get(from) == nullptr || pinned_.count(from) != 0) return;
    const ObjectRef now = renumbered(editor(), from, to);
    if (unused_.erase(from) != 0) unused_.insert(now);
    if (const auto found = numbers.indexes.find(from.id); found != numbers.indexes.end()) {
      const Index index = found->second;
      numbers.indexes.erase(found);
      numbers.join(index, now.id);
    }
    if (ref.kind != Kind::Node) return;
    for (auto& [domain, deltas] : domainNodes_) {
      for (MemberDelta& delta : deltas) delta.member = delta.member == from.id ? now.id : delta.member;
    }
  };
  move(ref, 0);
  if (held) move({ref.kind, *held}, ref.id);
  return {};
}

void Projection::eraseModel(Kind kind, Id id) {
  const ObjectRef ref{kind, id};
  if (!isPinnedKind(kind)) {
    (void)editor().erase(ref);
    return;
  }
  pinned_.erase(ref);
  if (!indexOf(ref)) unused_.insert(ref);
}

}  // namespace manage
