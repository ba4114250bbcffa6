#include "shared/san/default_domain.h"

#include <algorithm>

namespace san {
namespace {

constexpr ObjectRef kDefaultRef{Kind::Domain, Domain::kDefault};

const FieldRow& nodesField() {
  static const FieldRow& field = *findField(Kind::Domain, "nodes");
  return field;
}

bool isOn(const Snapshot& snapshot) {
  return snapshot.settings().defaultDomain && snapshot.get(kDefaultRef) != nullptr;
}

struct Moved {
  std::set<Id> joined, left;
};

// By the domains but for the default one.
Moved movedBetween(const Snapshot& before, const Snapshot& after) {
  Moved moved;
  Table<Domain>::diff(before.table<Domain>(), after.table<Domain>(), [&](Id id, const Domain* was, const Domain* is) {
    if (id == Domain::kDefault) return;
    const auto note = [](const Domain* has, const Domain* hasNot, std::set<Id>& into) {
      if (has == nullptr) return;
      for (const Member& member : has->nodes.items()) {
        if (hasNot == nullptr || !hasNot->nodes.contains(member.id)) into.insert(member.id);
      }
    };
    note(is, was, moved.joined);
    note(was, is, moved.left);
  });
  return moved;
}

std::vector<ObjectRef> refsOf(const std::vector<Id>& nodes) {
  std::vector<ObjectRef> refs;
  for (Id node : nodes) refs.push_back({Kind::Node, node});
  return refs;
}

}  // namespace

bool inDefaultDomain(const Snapshot& snapshot, Id node) {
  const Domain* domain = snapshot.get<Domain>(Domain::kDefault);
  return domain != nullptr && domain->nodes.contains(node);
}

std::map<Id, std::vector<Id>> otherDomains(const Snapshot& snapshot, const std::set<Id>& nodes) {
  std::map<Id, std::vector<Id>> found;
  if (nodes.empty()) return found;
  snapshot.table<Domain>().forEach([&](Id id, const Domain& domain) {
    if (id == Domain::kDefault) return;
    if (nodes.size() < domain.nodes.size()) {
      for (Id node : nodes) {
        if (domain.nodes.contains(node)) found[node].push_back(id);
      }
      return;
    }
    for (const Member& member : domain.nodes.items()) {
      if (nodes.contains(member.id)) found[member.id].push_back(id);
    }
  });
  return found;
}

std::map<Id, bool> defaultMoves(const Snapshot& before, const Snapshot& after) {
  std::map<Id, bool> moves;
  if (!isOn(after)) return moves;
  Moved moved = movedBetween(before, after);
  for (Id node : moved.joined) moves[node] = false;
  std::erase_if(moved.left, [&](Id id) {
    const Node* node = after.get<Node>(id);
    return moved.joined.contains(id) || node == nullptr || !node->registered();
  });
  const auto kept = otherDomains(after, moved.left);
  for (Id node : moved.left) {
    if (!kept.contains(node)) moves[node] = true;
  }
  return moves;
}

void sayOfDefault(Diff& all, const Snapshot& before, const std::vector<Id>& added, const std::vector<Id>& removed) {
  auto at = std::ranges::lower_bound(all.objects, kDefaultRef, {}, &ObjectChange::object);
  const bool there = at != all.objects.end() && at->object == kDefaultRef;
  if (there && at->fate != Fate::Changed) return;
  if (there) std::erase_if(at->fields, [](const FieldChange& one) { return one.field == &nodesField(); });
  if (!added.empty() || !removed.empty()) {
    FieldChange change{&nodesField(), nodesField().get(*before.get(kDefaultRef)), {}, refsOf(added), refsOf(removed)};
    change.after = membersOfBoth(membersWithout(change.before, change.removed), change.added);
    if (!there) at = all.objects.insert(at, ObjectChange{kDefaultRef, Fate::Changed, {}});
    const auto behind =
        std::ranges::find_if(at->fields, [](const FieldChange& one) { return one.field > &nodesField(); });
    at->fields.insert(behind, std::move(change));
  } else if (there && at->fields.empty()) {
    all.objects.erase(at);
  }
}

Diff decided(Diff all, const Snapshot& before, const Snapshot& after) {
  if (!isOn(before) || !isOn(after)) return all;
  const auto moves = defaultMoves(before, after);
  if (moves.empty()) return all;
  std::set<Id> nodes;
  for (const auto& [node, in] : moves) nodes.insert(node);
  if (const ObjectChange* own = all.find(kDefaultRef)) {
    if (const FieldChange* change = own->find(&nodesField())) {
      for (const Value* value : {&change->added, &change->removed}) {
        eachRef(*value, [&](ObjectRef ref) { return nodes.insert(ref.id), true; });
      }
    }
  }
  std::vector<Id> added, removed;
  for (Id node : nodes) {
    const auto own = moves.find(node);
    const bool was = inDefaultDomain(before, node);
    const bool byItself = own == moves.end() ? was : own->second;
    const bool is = inDefaultDomain(after, node);
    if (is && !byItself) added.push_back(node);
    if (!is && byItself) removed.push_back(node);
  }
  sayOfDefault(all, before, added, removed);
  return all;
}

}  // namespace san
