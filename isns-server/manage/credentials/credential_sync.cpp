#include "isns-server/manage/credentials/credential_sync.h"

#include <algorithm>
#include <map>

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

const PendingSecret* pendingFor(const CredentialKeeper& keeper, Id draft, const std::string& initiator,
                                const std::string& target) {
  for (const auto& [row, one] : keeper.pending()) {
    if (one.draft == draft && one.initiator == initiator && one.target == target) return &one;
  }
  return nullptr;
}

base::Status createOne(CredentialWork& work, const CredentialKeeper& keeper, const san::SanIndex& index,
                       TargetFinder& finder, const san::Credential& object, Id draft) {
  const std::string initiator = nameOf(index.snapshot(), object.initiator.id);
  const std::string target = object.target ? nameOf(index.snapshot(), object.target.id) : std::string();
  const PendingSecret* pending = draft == 0 ? nullptr : pendingFor(keeper, draft, initiator, target);
  return work.create(object, initiator, finder.isManaged(object.initiator.id), finder.of(object), pending);
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
                       const san::SanIndex& after, Id draft) {
  std::vector<const san::Credential*> made;
  san::Table<san::Credential>::diff(before.table<san::Credential>(), after.snapshot().table<san::Credential>(),
                                    [&](Id, const san::Credential* was, const san::Credential* is) {
                                      if (was == nullptr && is != nullptr) made.push_back(is);
                                    });
  if (made.empty()) return {};
  TargetFinder finder(after);
  for (const san::Credential* object : made) {
    if (auto status = createOne(work, keeper, after, finder, *object, draft); !status) return status;
  }
  return {};
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
