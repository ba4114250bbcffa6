// Projection: rows of the registry, of which objects become that a peer registered.
#include <algorithm>

#include "isns-server/manage/model/projection.h"
#include "shared/base/plain_text.h"
#include "shared/base/printable.h"

namespace manage {
namespace {

using core::Index;
using core::TableNumber;
using san::Id;
using san::Kind;
using san::ObjectRef;
namespace tag = isns::tag;

const san::FieldRow& field(Kind kind, std::string_view name) { return *san::findField(kind, name); }

}  // namespace

// The object of the model for a row of the registry: the one that it has had, one of the same name, or a new one.
base::Result<ObjectRef> Projection::known(Kind kind, RegistryNumbers& numbers, Index index, const std::string& name,
                                          std::string_view nameField) {
  Id id = numbers.of(index);
  if (id != 0 && san::nameOf(editor().view(), {kind, id}) != name) {
    numbers.leave(index);  // the index is another's now
    id = 0;
  }
  if (id == 0) id = editor().view().find(kind, name).value_or(0);
  if (id == 0) {
    const auto pin = expected_.find({kind, name});
    // Where somebody else has the id by now, the row that pins it makes way.
    const bool isFree = pin != expected_.end() && editor().view().get({kind, pin->second}) == nullptr;
    const auto made = create(kind, isFree ? pin->second : 0);
    if (!made) return made;
    id = made->id;
    if (nameField == "name") {
      setName(*made, name);
    } else {
      (void)editor().set(*made, field(kind, nameField), name);
    }
  }
  numbers.join(index, id);
  unused_.erase({kind, id});
  return ObjectRef{kind, id};
}

// A peer's name: what cannot be shown is shown as an escape, and a name that another object has gets the number. Peers
// may have given that name too, to another object: then it gets one more, as without a name there would be no model.
void Projection::setName(ObjectRef ref, std::string_view name) {
  const san::FieldRow& row = field(ref.kind, "name");
  const std::string shown = base::plainText(name, std::string::npos);
  constexpr std::size_t kKept = 200;  // bytes
  const std::string numbered = base::plainText(name, kKept) + " #" + std::to_string(ref.id);
  const auto isAnothers = [&](const std::string& tried) {
    const auto holder = editor().view().find(ref.kind, tried);
    return holder && *holder != ref.id;
  };
  std::string tried = shown.size() > san::kMaxName || isAnothers(shown) ? numbered : shown;
  for (unsigned more = 2; isAnothers(tried); ++more) tried = numbered + "." + std::to_string(more);
  if (san::nameOf(editor().view(), ref) != tried) (void)editor().set(ref, row, tried);
}

void Projection::setText(ObjectRef ref, std::string_view name, std::string_view text) {
  (void)editor().set(ref, field(ref.kind, name), base::plainText(text, san::kMaxName));
}

base::Status Projection::putEntity(Index index, Cells cells) {
  core::Entity row;
  if (auto status = core::readRow(cells, row); !status) return status;
  const std::string name = base::printable(row.attributes.text(tag::kEntityId));
  const auto entered = known(Kind::Entity, entities_, index, name, "name");
  if (!entered) return base::fail(entered.error());
  const ObjectRef ref = *entered;
  const base::ByteView heard = row.attributes.value(tag::kTimestamp);
  editor().own<san::Entity>(ref.id).registeredAt =
      heard.size() == 8 ? static_cast<san::Seconds>(base::loadU64(heard.data())) : time_;
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
  const auto entered = known(Kind::Portal, portals_, index, isns::formatPortal(address), "address");
  if (!entered) return base::fail(entered.error());
  const ObjectRef ref = *entered;
  editor().own<san::Portal>(ref.id).entity.id = entities_.of(row.entity);
  setText(ref, "symbolic_name", row.attributes.text(tag::kPortalName));
  stamp(ref, row.created, row.changed);
  return {};
}

base::Status Projection::putNode(Index index, Cells cells) {
  core::Node row;
  if (auto status = core::readRow(cells, row); !status) return status;
  const std::string name = base::printable(row.name());
  const auto entered = known(Kind::Node, nodes_, index, name, "name");
  if (!entered) return base::fail(entered.error());
  const ObjectRef ref = *entered;
  setText(ref, "symbolic_name", row.attributes.text(tag::kAlias));
  san::Node& node = editor().own<san::Node>(ref.id);
  const bool was = node.registered();
  node.entity.id = entities_.of(row.entity);
  node.target = (row.type() & isns::node_type::kTarget) != 0;
  node.initiator = (row.type() & isns::node_type::kInitiator) != 0;
  node.control = facts_.controlNodes.count(name) != 0;
  if (node.registered()) node.lastSeen = 0;
  if (was && !node.registered()) node.lastSeen = time_;
  sawLast(ref.id, std::max(row.lastSeen, former_.lastSeen(name)));
  // Rows of an older version do not say: then those of a load are as old as their last change.
  const san::Revision since = row.registeredSince != 0 || !loading_ ? row.registeredSince : row.changed;
  if (node.registered() && since != 0) node.registeredDate = {node.entity.id, since};
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
    const auto made = create(Kind::PortalGroup);
    if (!made) return base::fail(made.error());
    id = made->id;
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
  const san::Object* before = editor().view().get(ref);
  const san::Revision changed = before == nullptr ? editor().view().revision : before->changed;
  if (auto status = ensure(ref); !status) return status;
  peerNames_.emplace_back(ref, row.attributes.text(tag::kDdName));
  san::Domain& domain = editor().own<san::Domain>(index);
  domain.features = row.attributes.u32Or(tag::kDdFeatures, 0);
  domain.unassignedSince = row.unassignedSince;
  domain.portals.noteLeft(row.portalsLeft);
  domain.nodes.noteLeft(row.nodesLeft);
  // That it has left its last set is the set's change; that a member has left it comes with the member.
  if (!loading_ && row.changed != 0 && row.changed < editor().view().revision) domain.changed = changed;
  stamp(ref, row.created, std::max({row.changed, row.portalsLeft, row.nodesLeft}));
  return {};
}

base::Status Projection::putSet(Index index, Cells cells) {
  core::DomainSet row;
  if (auto status = core::readRow(cells, row); !status) return status;
  const ObjectRef ref{Kind::DomainSet, index};
  if (auto status = ensure(ref); !status) return status;
  peerNames_.emplace_back(ref, row.attributes.text(tag::kDdsName));
  if (auto status = set(ref, field(Kind::DomainSet, "enabled"), row.enabled()); !status) return status;
  stamp(ref, row.created, std::max(row.changed, row.domainsLeft));
  auto& set = editor().own<san::DomainSet>(index);
  set.domains.noteLeft(row.domainsLeft);
  if (loading_) set.enabledSince = row.enabledSince;
  return {};
}

base::Status Projection::putFormerNode(Cells cells) {
  core::FormerNode row;
  if (auto status = core::readRow(cells, row); !status) return status;
  row.name = base::printable(row.name);
  const Id id = editor().view().find(Kind::Node, row.name).value_or(0);
  if (id != 0) sawLast(id, row.lastSeen);
  former_.put(std::move(row));
  return {};
}

// The registration of a node ended then, or later.
void Projection::sawLast(Id id, san::Seconds time) {
  const san::Node& node = *editor().view().get<san::Node>(id);
  if (!node.registered() && node.lastSeen < time) editor().own<san::Node>(id).lastSeen = time;
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
  (table == TableNumber::DomainNode ? domainNodes_ : domainPortals_)[container].push_back({joined, true, since});
  return {};
}

void Projection::eraseMember(TableNumber table, std::int64_t id) {
  const auto container = static_cast<Index>(static_cast<std::uint64_t>(id) >> 32);
  const auto member = static_cast<Index>(id);
  if (table == TableNumber::SetDomain) {
    setDomains_[container].push_back({member, false, 0});
  } else if (table == TableNumber::DomainNode) {
    if (const Id left = nodes_.nowOrBefore(member); left != 0) domainNodes_[container].push_back({left, false, 0});
  } else if (const Id left = portals_.nowOrBefore(member); left != 0) {
    domainPortals_[container].push_back({left, false, 0});
  }
}

// What the registry forgets stays in the model while a row refers to it, or what agents see (sweepUnused), without what
// its registration said: a start knows no more of it.
void Projection::eraseRegistered(Kind kind, RegistryNumbers& numbers, Index index) {
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
    node.initiator = node.target = node.control = false;
    node.symbolicName.clear();
  } else {
    // What an agent saw of it stays: one that registers anew tells it no second time.
    san::Portal& portal = editor().own<san::Portal>(id);
    portal.entity.id = 0;
    portal.symbolicName.clear();
  }
  if (pinned_.count(ref) == 0) unused_.insert(ref);
}

}  // namespace manage
