#include "shared/san/scope.h"

#include <algorithm>
#include <map>
#include <set>

#include "shared/san/change.h"
#include "shared/san/finding.h"

namespace san {
namespace {

enum class By : std::uint8_t {
  Labels,  // that it carries or inherits
  Ends,    // in the scope when all that `ends` names is; it concerns the scope when one of these does
  Shared,  // everybody sees it, nobody with a scope changes it
  Apart,   // of the whole SAN: not for who has a scope
};

struct Row {
  Kind kind;
  By by;
  std::string_view ends;  // fields, separated by spaces
};

// Of Labels: through which fields an object concerns the scope that is not in it itself.
constexpr Row kRows[] = {
    {Kind::None, By::Apart, ""},
    {Kind::Entity, By::Labels, ""},
    {Kind::Portal, By::Ends, "entity"},
    {Kind::Node, By::Labels, ""},
    {Kind::PortalGroup, By::Ends, "node"},
    {Kind::Domain, By::Labels, "nodes"},
    {Kind::DomainSet, By::Ends, "domains"},
    {Kind::Site, By::Shared, ""},
    {Kind::Cluster, By::Labels, ""},
    {Kind::Fabric, By::Shared, ""},
    {Kind::Network, By::Shared, ""},
    {Kind::Label, By::Shared, ""},
    {Kind::SeparationRule, By::Shared, ""},
    {Kind::Host, By::Labels, ""},
    {Kind::LogicalUnit, By::Labels, ""},
    // Not its target: an array that many share has no label, and the unit says what may be given.
    {Kind::Map, By::Ends, "who unit"},
    {Kind::Cable, By::Ends, "from to"},
    {Kind::Window, By::Shared, ""},
    {Kind::SavedQuestion, By::Shared, ""},
    {Kind::Waiver, By::Ends, "subject"},
    {Kind::Settings, By::Shared, ""},
    {Kind::Credential, By::Ends, "initiator target"},
    {Kind::ChangeSet, By::Apart, ""},
    {Kind::Approval, By::Ends, "who unit"},
    {Kind::Agent, By::Ends, "entity nodes"},
    {Kind::AppliedTarget, By::Ends, "target"},
    {Kind::Session, By::Ends, "initiator target"},
    {Kind::Departure, By::Ends, "map"},
    {Kind::Discovery, By::Ends, "agent"},
    {Kind::Probe, By::Ends, "initiator target"},
    {Kind::HeldDisk, By::Ends, "initiator"},
};
static_assert([] {
  for (std::size_t i = 0; i < kKinds; ++i) {
    if (static_cast<std::size_t>(kRows[i].kind) != i) return false;
  }
  return std::size(kRows) == kKinds;
}());

constexpr const Row& rowFor(Kind kind) { return kRows[static_cast<std::size_t>(kind)]; }

bool has(const std::vector<Id>& ids, Id id) { return std::ranges::binary_search(ids, id); }

// visit(field) for each that ends are in.
template <class Visit>
void eachEnd(Kind kind, Visit&& visit) {
  std::string_view rest = rowFor(kind).ends;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    visit(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

void sort(std::vector<Id>& ids) {
  std::ranges::sort(ids);
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

// The way to a unit that a map takes is no end of it.
bool isWay(Kind kind, std::string_view field) { return kind == Kind::Map && field == "target"; }

}  // namespace

Scope::Scope(Snapshot snapshot, std::span<const std::string> labels) : snapshot_(std::move(snapshot)) {
  for (const std::string& label : labels) {
    if (const auto id = snapshot_.find(Kind::Label, label)) labels_.insert(*id);
  }
  if (labels_.empty()) return;
  addHosts();
  addNodes();
  addUnits();
}

void Scope::addHosts() {
  snapshot_.table<Host>().forEach([&](Id id, const Host& host) {
    const Cluster* cluster = snapshot_.get<Cluster>(host.cluster.id);
    if (!carries(host.labels) && (cluster == nullptr || !carries(cluster->labels))) return;
    hosts_.push_back(id);
    host.entities.forEach([&](Id entity) { entities_.push_back(entity); });
    host.nodes.forEach([&](Id node) { nodes_.push_back(node); });
  });
  sort(entities_);
  sort(nodes_);
}

// An entity of a host brings its nodes. A node brings its entity to look at; it is in the scope when all its nodes are,
// as whoever may name it for a host gets all of them.
void Scope::addNodes() {
  std::vector<Id> nodes;
  std::vector<Id> strangers;
  snapshot_.table<Node>().forEach([&](Id id, const Node& node) {
    const bool own = carries(node.labels) || has(nodes_, id) || has(entities_, node.entity.id);
    if (own) nodes.push_back(id);
    if (node.entity) (own ? neighbours_ : strangers).push_back(node.entity.id);
  });
  nodes_ = std::move(nodes);
  sort(neighbours_);
  sort(strangers);
  std::ranges::set_difference(neighbours_, strangers, std::back_inserter(entities_));
  sort(entities_);
}

// A unit is what all its targets are: the agent of one can report any designator, and gets nobody's disk by that.
void Scope::addUnits() {
  snapshot_.table<LogicalUnit>().forEach([&](Id id, const LogicalUnit& unit) {
    const auto paths = unit.paths.items();
    const bool behind =
        !paths.empty() && std::ranges::all_of(paths, [&](const UnitPath& path) { return has(nodes_, path.target); });
    if (behind || carries(unit.labels)) units_.push_back(id);
  });
}

std::vector<ObjectRef> Scope::endsOf(ObjectRef ref) const {
  std::vector<ObjectRef> ends;
  const Object* object = snapshot_.get(ref);
  if (object == nullptr) return ends;
  eachEnd(ref.kind, [&](std::string_view field) {
    const Value value = findField(ref.kind, field)->get(*object);
    eachRef(value, [&](ObjectRef one) {
      ends.push_back(one);
      return true;
    });
  });
  return ends;
}

bool Scope::owns(ObjectRef ref) const {
  switch (ref.kind) {
    case Kind::Entity:
      return has(entities_, ref.id);
    case Kind::Node:
      return has(nodes_, ref.id);
    case Kind::Host:
      return has(hosts_, ref.id);
    case Kind::LogicalUnit:
      return has(units_, ref.id);
    case Kind::Cluster: {
      const auto* cluster = snapshot_.get<Cluster>(ref.id);
      return cluster != nullptr && carries(cluster->labels);
    }
    case Kind::Domain: {
      const auto* domain = snapshot_.get<Domain>(ref.id);
      return domain != nullptr && carries(domain->labels);
    }
    default:
      break;
  }
  if (rowFor(ref.kind).by != By::Ends) return false;
  const std::vector<ObjectRef> ends = endsOf(ref);
  return !ends.empty() && std::ranges::all_of(ends, [&](ObjectRef end) { return owns(end); });
}

// Ends lead from relations to what they join, so that this comes to an end.
bool Scope::concerns(ObjectRef ref) const {
  if (labels_.empty()) return false;
  if (owns(ref) || (ref.kind == Kind::Entity && has(neighbours_, ref.id))) return true;
  return std::ranges::any_of(endsOf(ref), [&](ObjectRef end) { return concerns(end); });
}

bool Scope::concerns(const Finding& finding) const {
  if (finding.subject && concerns(finding.subject)) return true;
  return finding.count == finding.objects.size() && !finding.objects.empty() &&
         std::ranges::all_of(finding.objects, [&](ObjectRef ref) { return concerns(ref); });
}

bool Scope::sees(ObjectRef ref) const { return rowFor(ref.kind).by == By::Shared || concerns(ref); }

bool Scope::mayName(ObjectRef ref) const {
  switch (ref.kind) {
    case Kind::Site:
    case Kind::Fabric:
    case Kind::Network:
      return true;
    case Kind::Label:
      return labels_.contains(ref.id);
    default:
      return owns(ref);
  }
}

// What edits make, with what its fields refer to in the end.
struct Scope::Fresh {
  struct Object {
    std::size_t madeBy = 0;  // the place of the edit
    std::map<std::string_view, std::set<ObjectRef>> fields;
  };
  std::map<ObjectRef, Object> objects;

  explicit Fresh(std::span<const Edit> edits) {
    for (std::size_t i = 0; i < edits.size(); ++i) {
      const Edit& edit = edits[i];
      if (edit.op == EditOp::Create) objects.try_emplace(edit.object, Object{i, {}});
      const auto found = objects.find(edit.object);
      if (found == objects.end() || edit.field.empty()) continue;
      std::set<ObjectRef>& field = found->second.fields[edit.field];
      if (edit.op == EditOp::Set) field.clear();
      eachRef(edit.value, [&](ObjectRef ref) {
        if (edit.op == EditOp::Remove) {
          field.erase(ref);
        } else {
          field.insert(ref);
        }
        return true;
      });
    }
  }
};

// As owns(), of what is there or is made.
bool Scope::ownsBy(const Fresh& fresh, ObjectRef ref) const {
  const auto found = fresh.objects.find(ref);
  if (found == fresh.objects.end()) return owns(ref);
  const auto& fields = found->second.fields;
  const auto namedBy = [&](std::string_view field) {
    const auto at = fields.find(field);
    return at == fields.end() ? std::set<ObjectRef>{} : at->second;
  };
  const By by = rowFor(ref.kind).by;
  if (by == By::Labels) {
    return std::ranges::any_of(namedBy("labels"), [&](ObjectRef label) { return labels_.contains(label.id); }) ||
           std::ranges::any_of(namedBy("cluster"), [&](ObjectRef cluster) { return ownsBy(fresh, cluster); });
  }
  if (by != By::Ends) return false;
  std::set<ObjectRef> ends;
  eachEnd(ref.kind, [&](std::string_view field) { ends.merge(namedBy(field)); });
  return !ends.empty() && std::ranges::all_of(ends, [&](ObjectRef end) { return ownsBy(fresh, end); });
}

std::optional<std::size_t> Scope::foreignEdit(std::span<const Edit> edits) const {
  std::set<ObjectRef> made;  // under a number of its own
  for (std::size_t i = 0; i < edits.size(); ++i) {
    const Edit& edit = edits[i];
    const By by = rowFor(edit.object.kind).by;
    if (by == By::Shared || by == By::Apart) return i;
    // Who names what nobody has registered may name what others have, too.
    if (edit.op == EditOp::Create && mayBeNamed(edit.object.kind)) return i;
    if (edit.op == EditOp::Create && !isProvisional(edit.object.id)) made.insert(edit.object);
    if (!isProvisional(edit.object.id) && !made.contains(edit.object) && !owns(edit.object)) return i;
    const bool named = isWay(edit.object.kind, edit.field) || eachRef(edit.value, [&](ObjectRef ref) {
                         return isProvisional(ref.id) || made.contains(ref) || mayName(ref);
                       });
    if (!named) return i;
  }
  std::optional<std::size_t> first;
  const Fresh fresh(edits);
  for (const auto& [ref, object] : fresh.objects) {
    if (!ownsBy(fresh, ref)) first = std::min(first.value_or(object.madeBy), object.madeBy);
  }
  return first;
}

bool Scope::isWayTo(ObjectRef target) const {
  return target.kind == Kind::Node && std::ranges::any_of(units_, [&](Id id) {
           const auto& paths = snapshot_.get<LogicalUnit>(id)->paths.items();
           return std::ranges::any_of(paths, [&](const UnitPath& path) { return path.target == target.id; });
         });
}

std::optional<Scope::Named> Scope::unseenIn(std::span<const Edit> edits) const {
  std::set<ObjectRef> made;
  const auto isThere = [&](ObjectRef ref) { return !made.contains(ref) && snapshot_.get(ref) != nullptr; };
  for (std::size_t i = 0; i < edits.size(); ++i) {
    const Edit& edit = edits[i];
    if (edit.op == EditOp::Create) made.insert(edit.object);
    const bool there = isThere(edit.object);
    if (there && !sees(edit.object)) return Named{i, edit.object};
    const FieldRow* field = there ? findField(edit.object.kind, edit.field) : nullptr;
    const Value now = field == nullptr ? Value() : field->get(*snapshot_.get(edit.object));
    Named unseen{i, {}};
    eachRef(edit.value, [&](ObjectRef ref) {
      const bool known =
          !isThere(ref) || sees(ref) || isWayTo(ref) || !eachRef(now, [&](ObjectRef one) { return one != ref; });
      if (!known) unseen.object = ref;
      return known;
    });
    if (unseen.object) return unseen;
  }
  return std::nullopt;
}

// All else that can be wrong is about what the edits name.
std::string textForScope(const EditError& error) {
  if (error.fault != EditFault::InTwoHosts && error.fault != EditFault::LunTaken) return error.text;
  const std::string about = error.edit ? "Edit " + std::to_string(*error.edit + 1) + ": " : std::string();
  return about + (error.fault == EditFault::LunTaken
                      ? "this LUN of the target is given to an initiator by another map, too: choose another LUN."
                      : "what the host consists of is part of another host, too: take it out of one of them.");
}

// What an object without a change of its own is joined with is the same; so its sight moves only with that of an object
// that changed, or of one that carries or inherits a label.
bool Scope::seesAlike(const Scope& after, const Diff& change) const {
  if (labels_ != after.labels_) return false;
  const auto alike = [&](ObjectRef ref) {
    return snapshot_.get(ref) == nullptr || after.snapshot_.get(ref) == nullptr || sees(ref) == after.sees(ref);
  };
  const auto allAlike = [&](Kind kind, const std::vector<Id>& was, const std::vector<Id>& is) {
    std::vector<Id> moved;
    std::ranges::set_symmetric_difference(was, is, std::back_inserter(moved));
    return std::ranges::all_of(moved, [&](Id id) { return alike({kind, id}); });
  };
  return std::ranges::all_of(change.objects, [&](const ObjectChange& one) { return alike(one.object); }) &&
         allAlike(Kind::Host, hosts_, after.hosts_) && allAlike(Kind::Entity, entities_, after.entities_) &&
         allAlike(Kind::Entity, neighbours_, after.neighbours_) && allAlike(Kind::Node, nodes_, after.nodes_) &&
         allAlike(Kind::LogicalUnit, units_, after.units_);
}

std::vector<ObjectRef> outside(const Scope& before, const Scope& after, const Diff& change) {
  std::set<ObjectRef> found;
  const auto named = [&](ObjectRef ref) {
    const bool was = before.snapshot().get(ref) != nullptr;
    if (!(was ? before.mayName(ref) : after.mayName(ref))) found.insert(ref);
    return true;
  };
  for (const ObjectChange& one : change.objects) {
    const bool good = (one.fate == Fate::Created || before.owns(one.object)) &&
                      (one.fate == Fate::Erased || after.owns(one.object)) &&
                      (one.fate != Fate::Created || !mayBeNamed(one.object.kind));
    if (!good) found.insert(one.object);
    for (const FieldChange& field : one.fields) {
      if (isWay(one.object.kind, field.field->name)) continue;
      const bool list = isList(*field.field);
      eachRef(list ? field.added : field.after, named);
      eachRef(list ? field.removed : field.before, named);
    }
  }
  return {found.begin(), found.end()};
}

}  // namespace san
