#include "shared/san/drain.h"

#include <algorithm>
#include <map>
#include <set>

#include "shared/san/change.h"
#include "shared/san/default_domain.h"
#include "shared/san/desired.h"

namespace san {
namespace {

bool isOneOf(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::ranges::find(names, name) != names.end();
}

// Whether a field can take a logical unit from somebody. Of a list, by what leaves it.
bool takes(Kind kind, const FieldChange& change) {
  const std::string_view name = change.field->name;
  switch (kind) {
    case Kind::Domain:
      return isOneOf(name, {"nodes", "portals"});
    case Kind::DomainSet:
      return name == "domains" || (name == "enabled" && change.after == Value{false});
    case Kind::Host:
      return isOneOf(name, {"entities", "nodes", "cluster"});
    case Kind::Node:
      return name == "enforcement";
    case Kind::Map:
      return name == "lun";
    default:
      return false;
  }
}

struct Halves {
  Diff now, later;
};

// Of a list that grows and shrinks the two parts.
void splitList(const FieldChange& whole, ObjectChange& now, ObjectChange& later) {
  FieldChange grows = whole;
  grows.after = membersOfBoth(whole.before, whole.added);
  grows.removed = membersWithout(whole.removed, whole.removed);
  if (!isEmptyList(grows.added)) now.fields.push_back(grows);
  FieldChange shrinks = whole;
  shrinks.before = grows.after;
  shrinks.added = membersWithout(whole.added, whole.added);
  if (!isEmptyList(shrinks.removed)) later.fields.push_back(std::move(shrinks));
}

Halves halvesOf(const Diff& all) {
  Halves halves;
  for (const ObjectChange& change : all.objects) {
    if (change.fate == Fate::Erased) {
      halves.later.objects.push_back(change);
      continue;
    }
    if (change.fate == Fate::Created) {
      halves.now.objects.push_back(change);
      continue;
    }
    ObjectChange now{change.object, Fate::Changed, {}};
    ObjectChange later{change.object, Fate::Changed, {}};
    for (const FieldChange& field : change.fields) {
      const bool waits = takes(change.object.kind, field);
      if (waits && isList(*field.field)) {
        splitList(field, now, later);
      } else {
        (waits ? later : now).fields.push_back(field);
      }
    }
    if (!now.fields.empty()) halves.now.objects.push_back(std::move(now));
    if (!later.fields.empty()) halves.later.objects.push_back(std::move(later));
  }
  return halves;
}

// Who is taken out of the default domain waits for it, though he joins another one at once; who comes into it by
// himself does so when he has left the others.
void waitInDefault(Halves& halves, const Diff& all, const Snapshot& before, const Snapshot& after) {
  const ObjectRef domain{Kind::Domain, Domain::kDefault};
  const FieldRow* nodes = findField(Kind::Domain, "nodes");
  const auto moves = defaultMoves(before, after);
  if (moves.empty()) return;
  std::set<Id> come;
  std::vector<Id> go;
  const Diff own = decided(all, before, after);
  const auto each = [&](const Diff& from, const Value FieldChange::*list, auto&& visit) {
    const ObjectChange* object = from.find(domain);
    const FieldChange* change = object == nullptr ? nullptr : object->find(nodes);
    if (change == nullptr) return;
    eachRef(change->*list, [&](ObjectRef ref) { return visit(ref.id), true; });
  };
  each(own, &FieldChange::added, [&](Id node) { come.insert(node); });
  each(all, &FieldChange::removed, [&](Id node) { go.push_back(node); });
  for (const auto& [node, in] : moves) {
    if (!in && inDefaultDomain(before, node)) come.insert(node);
  }
  sayOfDefault(halves.now, before, {come.begin(), come.end()}, {});
  sayOfDefault(halves.later, before, {}, go);
}

bool names(const SanIndex& index, const Map& map, Id initiator) {
  switch (map.who.kind) {
    case Kind::Node:
      return map.who.id == initiator;
    case Kind::Cluster:
      return index.clusterOf(initiator) == map.who.id;
    default:
      return index.hostOf(initiator) == map.who;
  }
}

bool stays(const DesiredTarget& after, Id initiator, const DesiredMap& map) {
  const auto one = std::ranges::lower_bound(after.initiators, initiator, {}, &DesiredInitiator::node);
  return one != after.initiators.end() && one->node == initiator &&
         std::ranges::any_of(one->maps,
                             [&](const DesiredMap& other) { return other.unit == map.unit && other.lun == map.lun; });
}

// What initiators have at targets of ours before, and not after.
class Losses {
 public:
  Losses(const SanIndex& before, const SanIndex& after) : before_(before) {
    before.snapshot().table<Node>().forEach([&](Id id, const Node& node) {
      if (!node.target) return;
      const auto was = desiredAt(before, id);
      const auto is = desiredAt(after, id);
      if (was && is && !was->sameAs(*is)) compare(*was, *is);
    });
    std::ranges::sort(leaving_);
  }

  [[nodiscard]] const std::vector<Leaving>& all() const { return leaving_; }

  // One for each map, with provisional ids.
  void addDepartures(std::vector<Edit>& edits, Seconds leavesAt) const {
    Id next = kFirstProvisional;
    for (const auto& [map, whom] : leavers_) {
      const ObjectRef made{Kind::Departure, next++};
      edits.push_back({EditOp::Create, made, {}, {}});
      edits.push_back({EditOp::Set, made, "map", ObjectRef{Kind::Map, map}});
      edits.push_back({EditOp::Set, made, "leaves_at", static_cast<std::uint64_t>(leavesAt)});
      if (!stayers_.contains(map)) {
        edits.push_back({EditOp::Set, made, "everybody", true});
        continue;
      }
      for (Id initiator : whom) edits.push_back({EditOp::Add, made, "initiators", ObjectRef{Kind::Node, initiator}});
    }
  }

 private:
  void compare(const DesiredTarget& was, const DesiredTarget& is) {
    for (const DesiredInitiator& one : was.initiators) {
      for (const DesiredMap& map : one.maps) note(was.target, one.node, map, stays(is, one.node, map));
    }
  }

  void note(Id target, Id initiator, const DesiredMap& what, bool stays) {
    for (Id id : before_.mapsOfUnit(what.unit)) {
      const Map& map = *before_.snapshot().get<Map>(id);
      if (map.target.id != target || !names(before_, map, initiator)) continue;
      if (stays) {
        stayers_.insert(id);
        continue;
      }
      leavers_[id].insert(initiator);
      leaving_.push_back({id, initiator, target, what.unit, what.lun});
    }
  }

  const SanIndex& before_;
  std::vector<Leaving> leaving_;
  std::map<Id, std::set<Id>> leavers_;  // by map
  std::set<Id> stayers_;                // maps that somebody keeps
};

// New objects by the numbers that they have in `to`: what others refer to has a name.
NewIds sameNames(const Snapshot& before, const Snapshot& from, const Snapshot& to) {
  NewIds names;
  for (const ObjectChange& change : diff(before, from).objects) {
    if (change.fate != Fate::Created) continue;
    const std::string name = nameOf(from, change.object);
    const auto found = name.empty() ? std::nullopt : to.find(change.object.kind, name);
    if (found && *found != change.object.id) names.emplace(change.object, ObjectRef{change.object.kind, *found});
  }
  return names;
}

// What is due of a withdrawal, held against the state that it is to change.
class Due {
 public:
  Due(const Withdrawal& withdrawal, const Snapshot& current) : current_(current) {
    for (const Edit& edit : withdrawal.expected) expected_[edit.object].push_back(&edit);
    for (const Edit& edit : withdrawal.edits) {
      if (current.get(edit.object) != nullptr) take(edit);
    }
  }

  Grafted made() && {
    Diff wanted;
    for (auto& [object, change] : wanted_) wanted.objects.push_back(std::move(change));
    Grafted due = graft(current_, wanted, Writer::ChangeSet);
    dropped_.insert(dropped_.end(), due.dropped.begin(), due.dropped.end());
    due.dropped = std::move(dropped_);
    return due;
  }

 private:
  [[nodiscard]] Value now(ObjectRef object, const FieldRow& field) const { return field.get(*current_.get(object)); }
  ObjectChange& wanted(ObjectRef object, Fate fate) {
    return wanted_.try_emplace(object, ObjectChange{object, fate, {}}).first->second;
  }

  // Whether a field says something else than when the drain began.
  [[nodiscard]] bool moved(const Edit& expected) const {
    const FieldRow& field = *findField(expected.object.kind, expected.field);
    return changeOf(field, now(expected.object, field), expected.value).has_value();
  }

  void take(const Edit& edit) {
    const auto& expected = expected_[edit.object];
    if (edit.op == EditOp::Erase) {
      if (std::ranges::any_of(expected, [&](const Edit* one) { return moved(*one); })) {
        return dropped_.push_back({edit.object, {}, "Others changed what was to go."});
      }
      wanted(edit.object, Fate::Erased);
      return;
    }
    const FieldRow& field = *findField(edit.object.kind, edit.field);
    Value is = now(edit.object, field);
    Value wish = edit.value;
    if (edit.op == EditOp::Set) {
      const auto own = std::ranges::find(expected, edit.field, [](const Edit* one) { return one->field; });
      const bool others = own != expected.end() && moved(**own) && changeOf(field, is, wish);
      if (others) return dropped_.push_back({edit.object, edit.field, "It was changed since."});
    } else {
      // Of a list its members are judged one by one; several may leave it.
      const ObjectRef* member = std::get_if<ObjectRef>(&edit.value);
      if (member == nullptr) return;
      ObjectChange& change = wanted(edit.object, Fate::Changed);
      const FieldChange* before = change.find(&field);
      wish = membersWithout(before == nullptr ? is : before->after, std::vector<ObjectRef>{*member});
      std::erase_if(change.fields, [&](const FieldChange& one) { return one.field == &field; });
    }
    if (auto change = changeOf(field, std::move(is), std::move(wish))) {
      wanted(edit.object, Fate::Changed).fields.push_back(std::move(*change));
    }
  }

  const Snapshot& current_;
  std::map<ObjectRef, std::vector<const Edit*>> expected_;
  std::map<ObjectRef, ObjectChange> wanted_;
  std::vector<Dropped> dropped_;
};

}  // namespace

Edited<DrainPlan> planDrain(const SanIndex& before, std::span<const Edit> edits, Seconds leavesAt) {
  const Snapshot& was = before.snapshot();
  auto whole = apply(was, edits, Writer::ChangeSet, was.revision + 1, was.time);
  if (!whole) return base::Failure<EditError>{whole.error()};
  DrainPlan plan;
  plan.after = std::move(whole->snapshot);
  const Losses losses(before, SanIndex(plan.after));
  plan.leaving = losses.all();
  if (plan.leaving.empty()) {
    plan.now.assign(edits.begin(), edits.end());
    return plan;
  }
  const Diff all = diff(was, plan.after);
  Halves halves = halvesOf(all);
  waitInDefault(halves, all, was, plan.after);
  plan.now = editsOf(renamed(std::move(halves.now), provisionalIds(all)), Writer::ChangeSet);
  plan.later = std::move(halves.later);
  losses.addDepartures(plan.now, leavesAt);
  if (auto middle = apply(was, plan.now, Writer::ChangeSet, was.revision + 1, was.time); !middle) {
    EditError error = middle.error();
    error.edit.reset();
    error.text = "What is taken away stays until it is drained, and beside it this cannot be: " + error.text +
                 " Or make two change sets of it, or commit it without a drain.";
    return base::Failure<EditError>{std::move(error)};
  }
  return plan;
}

Withdrawal withdrawalOf(const DrainPlan& plan, const Snapshot& before, const Snapshot& middle) {
  Withdrawal made;
  const Diff later = renamed(plan.later, sameNames(before, plan.after, middle));
  made.edits = editsOf(later, Writer::ChangeSet);
  for (const ObjectChange& change : diff(before, middle).objects) {
    if (change.object.kind == Kind::Departure) made.edits.push_back({EditOp::Erase, change.object, {}, {}});
  }
  for (const ObjectChange& change : later.objects) {
    const Object* object = middle.get(change.object);
    if (object == nullptr) continue;
    for (const FieldRow& field : fieldsOf(change.object.kind)) {
      const FieldChange* own = change.find(&field);
      const bool decided =
          change.fate == Fate::Erased ? field.writer == Writer::ChangeSet : own != nullptr && !isList(field);
      if (decided) made.expected.push_back({EditOp::Set, change.object, std::string(field.name), field.get(*object)});
    }
  }
  return made;
}

Grafted dueEdits(const Withdrawal& withdrawal, const Snapshot& current) { return Due(withdrawal, current).made(); }

Snapshot withoutDepartures(const Snapshot& snapshot, std::span<const Edit> edits) {
  std::vector<Edit> erased;
  for (const Edit& edit : edits) {
    if (edit.object.kind == Kind::Departure && edit.op == EditOp::Erase) erased.push_back(edit);
  }
  auto applied = apply(snapshot, erased, Writer::ChangeSet, snapshot.revision, snapshot.time);
  return applied ? std::move(applied->snapshot) : snapshot;
}

}  // namespace san
