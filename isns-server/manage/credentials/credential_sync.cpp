#include "isns-server/manage/credentials/credential_sync.h"

#include <algorithm>
#include <map>
#include <set>

namespace credentials {
namespace {

using san::Id;
using san::Kind;

std::string nameOf(const san::Snapshot& snapshot, Id node) {
  const auto* found = snapshot.get<san::Node>(node);
  return found == nullptr ? std::string() : found->name;
}

bool hasItsOwn(const san::SanIndex& index, Id initiator, Id target) {
  return std::ranges::any_of(index.credentialsOf(initiator), [&](Id id) {
    const auto& one = *index.snapshot().get<san::Credential>(id);
    return one.target.id == target && one.state != san::CredentialState::Retired;
  });
}

// The targets of credentials, as one state of the SAN has them: those of a domain are looked up once, however many
// initiators it has.
class TargetFinder {
 public:
  explicit TargetFinder(const san::SanIndex& index) : index_(index), spoken_(spokenFor(index.snapshot())) {}

  [[nodiscard]] bool isManaged(Id node) const { return spoken_.contains(node); }
  // Those of which the initiator proves itself with this credential, ascending by name, up to kMaxTargets.
  std::vector<CredentialMachine::Target> of(const san::Credential& credential) {
    std::vector<CredentialMachine::Target> targets;
    const auto add = [&](Id id) { targets.push_back({nameOf(index_.snapshot(), id), isManaged(id)}); };
    if (credential.target) {
      add(credential.target.id);
      return targets;
    }
    for (Id id : near(credential.initiator.id)) {
      if (!hasItsOwn(index_, credential.initiator.id, id)) add(id);
    }
    std::ranges::sort(targets, {}, &CredentialMachine::Target::node);
    targets.resize(std::min(targets.size(), kMaxTargets));
    return targets;
  }

 private:
  // Nodes that an agent speaks for, as far as its certificate holds.
  static std::set<Id> spokenFor(const san::Snapshot& snapshot) {
    std::set<Id> spoken;
    snapshot.table<san::Agent>().forEach([&](Id, const san::Agent& agent) {
      if (!agent.revoked) agent.nodes.forEach([&](Id node) { spoken.insert(node); });
    });
    return spoken;
  }

  const std::vector<Id>& inDomain(Id domain) {
    const auto [at, made] = inDomain_.try_emplace(domain);
    if (!made) return at->second;
    for (const san::Member& member : index_.domain(domain)->nodes.items()) {
      const san::Node* node = index_.node(member.id);
      if (node != nullptr && node->target) at->second.push_back(member.id);
    }
    return at->second;
  }

  // Targets that the initiator may be let in at: by a zone, or by a map.
  std::set<Id> near(Id initiator) {
    std::set<Id> targets;
    for (Id domain : index_.domainsOf(initiator)) {
      if (!index_.isActive(domain)) continue;
      const std::vector<Id>& some = inDomain(domain);
      targets.insert(some.begin(), some.end());
    }
    targets.erase(initiator);
    const auto grants = [&](san::ObjectRef who) {
      for (const san::Grant& grant : index_.grantsTo(who)) targets.insert(grant.target);
    };
    grants({Kind::Node, initiator});
    grants(index_.hostOf(initiator));
    if (const Id cluster = index_.clusterOf(initiator); cluster != 0) grants({Kind::Cluster, cluster});
    return targets;
  }

  const san::SanIndex& index_;
  const std::set<Id> spoken_;
  std::map<Id, std::vector<Id>> inDomain_;
};

// Names of an initiator and its target; an empty target: all that it has.
using Pair = std::pair<std::string, std::string>;

Pair pairOf(const san::Snapshot& snapshot, Id initiator, Id target) {
  return {nameOf(snapshot, initiator), target == 0 ? std::string() : nameOf(snapshot, target)};
}

// The last that was brought: a store of an older version may have one beside it that was withdrawn.
const PendingSecret* pendingFor(const CredentialKeeper& keeper, Id draft, const Pair& pair) {
  const PendingSecret* found = nullptr;
  for (const auto& [row, one] : keeper.pending()) {
    if (one.draft == draft && Pair{one.initiator, one.target} == pair) found = &one;
  }
  return found;
}

// The one of the pair that the model has no more and that is kept since it may come back, as it was: one that was
// retired is retired. Of several the one that went last, whose number in the model is the highest.
const Credential* keptOf(const CredentialKeeper& keeper, const san::Snapshot& before, const Pair& pair) {
  const Credential* found = nullptr;
  for (const Credential* one : keeper.at(Side::Initiator, pair.first)) {
    if (before.get<san::Credential>(one->object) != nullptr) continue;
    const bool same =
        one->allTargets ? pair.second.empty() : !one->targets.empty() && one->targets[0].node == pair.second;
    if (same && (found == nullptr || found->object < one->object)) found = one;
  }
  return found;
}

base::Status createOne(CredentialWork& work, const CredentialKeeper& keeper, const san::SanIndex& index,
                       TargetFinder& finder, const san::Credential& object, Id draft) {
  const PendingSecret* pending =
      draft == 0 ? nullptr : pendingFor(keeper, draft, pairOf(index.snapshot(), object.initiator.id, object.target.id));
  return work.create(object, nameOf(index.snapshot(), object.initiator.id), finder.isManaged(object.initiator.id),
                     finder.of(object), pending);
}

bool endsDiffer(const Credential& credential, bool initiatorManaged,
                const std::vector<CredentialMachine::Target>& targets) {
  return credential.initiator.managed != initiatorManaged ||
         !std::ranges::equal(credential.targets, targets, [](const CredentialEnd& end, const auto& target) {
           return end.node == target.node && end.managed == target.managed;
         });
}

}  // namespace

base::Status createNew(CredentialWork& work, const CredentialKeeper& keeper, const san::Snapshot& before,
                       const san::SanIndex& after, MadeBy by) {
  std::vector<const san::Credential*> made;
  san::Table<san::Credential>::diff(before.table<san::Credential>(), after.snapshot().table<san::Credential>(),
                                    [&](Id, const san::Credential* was, const san::Credential* is) {
                                      if (was == nullptr && is != nullptr) made.push_back(is);
                                    });
  if (made.empty()) return {};
  TargetFinder finder(after);
  for (const san::Credential* object : made) {
    const Credential* kept =
        by.rollback ? keptOf(keeper, before, pairOf(after.snapshot(), object->initiator.id, object->target.id))
                    : nullptr;
    if (kept != nullptr) {
      work.bringBack(kept->id, object->id);
    } else if (auto status = createOne(work, keeper, after, finder, *object, by.draft); !status) {
      return status;
    }
  }
  return {};
}

std::vector<std::int64_t> withdrawn(const CredentialKeeper& keeper, const san::Snapshot& snapshot, Id draft,
                                    std::span<const san::Edit> edits) {
  struct Ends {
    Id initiator = 0, target = 0;
  };
  std::map<Id, Ends> made;
  for (const san::Edit& edit : edits) {
    if (edit.object.kind != Kind::Credential || !san::isProvisional(edit.object.id)) continue;
    if (edit.op == san::EditOp::Erase) {
      made.erase(edit.object.id);
      continue;
    }
    Ends& ends = made[edit.object.id];
    const auto* node = std::get_if<san::ObjectRef>(&edit.value);
    if (node == nullptr) continue;
    if (edit.field == "initiator") ends.initiator = node->id;
    if (edit.field == "target") ends.target = node->id;
  }
  std::set<Pair> pairs;
  for (const auto& [id, ends] : made) pairs.insert(pairOf(snapshot, ends.initiator, ends.target));
  std::vector<std::int64_t> rows;
  for (const auto& [row, one] : keeper.pending()) {
    if (one.draft == draft && !pairs.contains({one.initiator, one.target})) rows.push_back(row);
  }
  return rows;
}

void syncWithModel(CredentialWork& work, const CredentialKeeper& keeper, const san::SanIndex& index,
                   const Drafts& drafts, base::WallTime now) {
  const san::Snapshot& snapshot = index.snapshot();
  TargetFinder finder(index);
  for (const auto& entry : keeper.all()) {
    const CredentialId id = entry.first;
    const auto& credential = entry.second;  // a structured binding could not be captured below
    const auto* object = snapshot.get<san::Credential>(credential.object);
    if (object == nullptr) {
      if (!drafts.mayComeBack(credential.object)) work.remove(id);
      continue;
    }
    if (credential.phase == Phase::Retired) continue;
    const bool managed = finder.isManaged(object->initiator.id);
    const auto targets = finder.of(*object);
    const std::string user = object->userName.empty() ? credential.initiator.node : object->userName;
    if (endsDiffer(credential, managed, targets) || object->mutual != credential.mutual ||
        user != credential.userName) {
      work.onEvent(id, [&](CredentialMachine& machine) {
        machine.onManaged(Side::Initiator, credential.initiator.node, managed, now);
        machine.setTargets(targets, now);
        machine.setMutual(object->mutual, now);
        machine.setUserName(user, now);
      });
    }
  }
  snapshot.table<san::Credential>().forEach([&](Id id, const san::Credential& object) {
    if (object.state == san::CredentialState::Retired || keeper.ofObject(id) != nullptr) return;
    (void)createOne(work, keeper, index, finder, object, 0);
  });
  for (const auto& [row, pending] : keeper.pending()) {
    if (!drafts.lives(pending.draft)) work.drop(row);
  }
}

}  // namespace credentials
