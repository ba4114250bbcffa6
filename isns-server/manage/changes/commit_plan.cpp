#include "isns-server/manage/changes/commit_plan.h"

#include <algorithm>
#include <set>

#include "isns-server/core/domain_numbers.h"
#include "isns-server/manage/model/object_rows.h"
#include "shared/san/default_domain.h"
#include "shared/san/edit.h"
#include "shared/san/renames.h"

namespace manage {

static_assert(core::kMaxDomainNumber + 1 == san::kFirstProvisional);

namespace {

using core::DomainStep;
using san::Kind;
using san::ObjectRef;
using What = core::DomainStep::What;

template <class Visit>
void eachReference(const san::Value& value, Visit&& visit) {
  (void)san::eachRef(value, [&](ObjectRef ref) {
    visit(ref);
    return true;
  });
}

core::PortalKey keyOf(const isns::PortalAddress& address) { return core::PortalKey::of(address.ip, address.port); }

// The steps of domains and sets, in groups: what nobody needs any more goes and leaves its name, names move, and what
// others need is made before they have it. Last comes who is in the default domain, as the registry moves nodes there
// by itself with the steps before.
class Steps {
 public:
  Steps(const san::Snapshot& before, const san::Snapshot& after) : before_(before), after_(after) {}

  void take(const san::ObjectChange& change) {
    if (change.object.kind == Kind::Domain) takeDomain(change);
    if (change.object.kind == Kind::DomainSet) takeSet(change);
  }
  std::vector<DomainStep> all() {
    std::vector<DomainStep> steps;
    settleDefault();
    moveNames();
    for (auto* group : {&leave_, &remove_, &name_, &make_, &alter_, &join_, &last_}) {
      std::move(group->begin(), group->end(), std::back_inserter(steps));
    }
    return steps;
  }

 private:
  static DomainStep step(What what, san::Id container) {
    DomainStep made;
    made.what = what;
    made.container = container;
    return made;
  }

  void moveNode(std::vector<DomainStep>& group, What what, san::Id domain, san::Id node) {
    const auto* known = before_.get<san::Node>(node);
    group.push_back(step(what, domain));
    group.back().name = (known != nullptr ? known : after_.get<san::Node>(node))->name;
  }

  // Whom the registry moves though he is to stay.
  void settleDefault() {
    for (const auto& [node, in] : san::defaultMoves(before_, after_)) {
      const bool is = san::inDefaultDomain(after_, node);
      if (is == in || is != san::inDefaultDomain(before_, node)) continue;
      moveNode(last_, is ? What::AddNode : What::RemoveNode, san::Domain::kDefault, node);
    }
  }

  // The registry takes no name that somebody still has.
  void moveNames() {
    for (san::NewName& one : san::orderOf(renames_)) {
      name_.push_back(step(one.object.kind == Kind::Domain ? What::NameDomain : What::NameSet, one.object.id));
      name_.back().name = std::move(one.name);
    }
  }

  void takeDomain(const san::ObjectChange& change) {
    const san::Id id = change.object.id;
    if (change.fate == san::Fate::Erased) return remove_.push_back(step(What::RemoveDomain, id));
    const san::Domain& domain = *after_.get<san::Domain>(id);
    if (change.fate == san::Fate::Created) {
      make_.push_back(step(What::MakeDomain, id));
      make_.back().name = domain.name;
    }
    for (const san::FieldChange& field : change.fields) {
      const std::string_view name = field.field->name;
      if (name == "name" && change.fate == san::Fate::Changed) {
        renames_.push_back({change.object, before_.get<san::Domain>(id)->name, domain.name});
      } else if (name == "features") {
        alter_.push_back(step(What::SetFeatures, id));
        alter_.back().number = domain.features;
      } else if (name == "nodes") {
        const bool last = id == san::Domain::kDefault && change.fate == san::Fate::Changed;
        eachReference(field.removed,
                      [&](ObjectRef node) { moveNode(last ? last_ : leave_, What::RemoveNode, id, node.id); });
        eachReference(field.added, [&](ObjectRef node) { moveNode(last ? last_ : join_, What::AddNode, id, node.id); });
      } else if (name == "portals") {
        eachReference(field.removed, [&](ObjectRef portal) {
          leave_.push_back(step(What::RemovePortal, id));
          leave_.back().portal = keyOf(before_.get<san::Portal>(portal.id)->address);
        });
        eachReference(field.added, [&](ObjectRef portal) {
          join_.push_back(step(What::AddPortal, id));
          join_.back().portal = keyOf(after_.get<san::Portal>(portal.id)->address);
        });
      }
    }
  }

  void takeSet(const san::ObjectChange& change) {
    const san::Id id = change.object.id;
    if (change.fate == san::Fate::Erased) return remove_.push_back(step(What::RemoveSet, id));
    const san::DomainSet& set = *after_.get<san::DomainSet>(id);
    if (change.fate == san::Fate::Created) {
      make_.push_back(step(What::MakeSet, id));
      make_.back().name = set.name;
    }
    for (const san::FieldChange& field : change.fields) {
      const std::string_view name = field.field->name;
      if (name == "name" && change.fate == san::Fate::Changed) {
        renames_.push_back({change.object, before_.get<san::DomainSet>(id)->name, set.name});
      } else if (name == "enabled") {
        // A set loses before anything joins it and is enabled after: nobody sees a mixture meanwhile, as all is one change.
        alter_.push_back(step(What::SetStatus, id));
        alter_.back().number = set.enabled ? isns::kDdsEnabled : 0;
      } else if (name == "domains") {
        eachReference(field.removed, [&](ObjectRef domain) {
          if (after_.get(domain) == nullptr) return;  // it goes as a whole
          leave_.push_back(step(What::LoseDomain, id));
          leave_.back().domain = domain.id;
        });
        eachReference(field.added, [&](ObjectRef domain) {
          join_.push_back(step(What::AddDomain, id));
          join_.back().domain = domain.id;
        });
      }
    }
  }

  const san::Snapshot& before_;
  const san::Snapshot& after_;
  std::vector<san::Rename> renames_;
  std::vector<DomainStep> leave_, remove_, name_, make_, alter_, join_, last_;
};

bool storesAny(const san::ObjectChange& change) {
  if (!isStored(change.object.kind)) return false;
  if (change.fate != san::Fate::Changed) return true;
  const auto stored = storedFields(change.object.kind);
  return std::ranges::any_of(change.fields, [&](const san::FieldChange& field) {
    return std::ranges::find(stored, field.field) != stored.end();
  });
}

}  // namespace

CommitPlan planCommit(const san::Snapshot& before, san::Snapshot after, const san::Diff& diff, const Projection& projection) {
  CommitPlan plan;
  Steps steps(before, after);
  std::set<ObjectRef> put;
  for (const san::ObjectChange& change : diff.objects) {
    steps.take(change);
    if (!storesAny(change)) continue;
    if (change.fate == san::Fate::Erased) {
      plan.erased.push_back(change.object);
    } else {
      put.insert(change.object);
    }
  }
  // A client may remove those meanwhile, or make others with their numbers.
  const auto noteDomain = [&](ObjectRef ref) {
    const bool container = ref.kind == Kind::Domain || ref.kind == Kind::DomainSet;
    plan.domains = plan.domains || (container && before.get(ref) != nullptr);
  };
  // A row that refers to a node, an entity or a portal needs a row for it.
  std::vector<ObjectRef> open(put.begin(), put.end());
  for (ObjectRef ref : open) {
    noteDomain(ref);
    for (const san::FieldRow* field : storedFields(ref.kind)) {
      eachReference(field->get(*after.get(ref)), [&](ObjectRef to) {
        noteDomain(to);
        if (isPinnedKind(to.kind) && !projection.isPinned(to)) put.insert(to);
      });
    }
  }
  plan.steps = steps.all();
  plan.put.assign(put.begin(), put.end());
  plan.after = std::move(after);
  return plan;
}

void writeRows(const CommitPlan& plan, store::OpsWriter& ops, san::Revision revision) {
  const auto real = [&](san::Revision own) { return own == plan.after.revision ? revision : own; };
  for (ObjectRef ref : plan.put) {
    const san::Object& object = *plan.after.get(ref);
    writeRow(ops, ref.kind, object, real(object.created), real(object.changed));
  }
  for (ObjectRef ref : plan.erased) ops.erase(tableOf(ref.kind), ref.id);
}

}  // namespace manage
