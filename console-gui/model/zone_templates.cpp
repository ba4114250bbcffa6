#include "console-gui/model/zone_templates.h"

#include <QCoreApplication>
#include <QStringList>
#include <algorithm>
#include <map>
#include <set>

#include "console-gui/client/tr.h"
#include "console-gui/model/zone_edits.h"
#include "shared/san/fields.h"

namespace console {

using san::Edit;
using san::EditOp;
using san::Id;
using san::Kind;
using san::ObjectRef;

namespace {

constexpr std::size_t kMostName = 200;    // bytes of a zone's name, with room for a number behind it
constexpr std::size_t kMostNew = 20'000;  // zones of one deed

// The work of one template on one SAN.
struct Work {
  Work(const san::SanIndex& index, const TemplateWish& what)
      : san(index), snapshot(index.snapshot()), wish(what), next(what.firstNew) {
    snapshot.table<san::Domain>().forEach([&](Id, const san::Domain& one) { names.insert(one.name); });
  }

  QString name(ObjectRef ref) const {
    const auto* node = ref.kind == Kind::Node ? snapshot.get<san::Node>(ref.id) : nullptr;
    return QString::fromStdString(node != nullptr && !node->alias.empty() ? node->alias : san::nameOf(snapshot, ref));
  }
  QString names_of(const std::vector<ObjectRef>& refs) const {
    if (refs.size() > 3) return console::tr("%n objects", nullptr, static_cast<int>(refs.size()));
    QStringList all;
    for (const ObjectRef ref : refs) all << name(ref);
    return all.join(QStringLiteral(", "));
  }

  // Hosts and clusters stand for their initiators, an entity for its targets.
  std::vector<Id> initiatorsOf(ObjectRef ref) const {
    if (ref.kind == Kind::Cluster) return {san.initiatorsIn(ref.id).begin(), san.initiatorsIn(ref.id).end()};
    if (const auto host = san.hostNumber(ref)) return {san.initiatorsOf(*host).begin(), san.initiatorsOf(*host).end()};
    return ref.kind == Kind::Node ? std::vector{ref.id} : std::vector<Id>{};
  }
  template <class Of>
  static std::vector<Id> all(const std::vector<ObjectRef>& refs, Of&& of) {
    std::set<Id> ids;
    for (const ObjectRef ref : refs) {
      for (const Id id : of(ref)) ids.insert(id);
    }
    return {ids.begin(), ids.end()};
  }
  std::vector<Id> initiators() const {
    return all(wish.from, [this](ObjectRef ref) { return initiatorsOf(ref); });
  }
  std::vector<Id> targets() const {
    return all(wish.to, [this](ObjectRef ref) {
      if (ref.kind == Kind::Node) return std::vector{ref.id};
      std::vector<Id> own;
      for (const Id id : san.nodesOf(ref.id)) {
        if (san.node(id)->target) own.push_back(id);
      }
      return own;
    });
  }

  // A word for a zone's name: the host's name, an alias, the end of an iSCSI name.
  std::string word(Id node) const {
    const san::Node* known = san.node(node);
    if (known == nullptr) return std::to_string(node);
    if (!known->alias.empty()) return known->alias;
    const std::size_t colon = known->name.rfind(':');
    return colon == std::string::npos || colon + 1 == known->name.size() ? known->name : known->name.substr(colon + 1);
  }
  std::string initiatorWord(Id node) const {
    const ObjectRef host = san.hostOf(node);
    const auto number = san.hostNumber(host);
    if (host.kind == Kind::Host && number && san.initiatorsOf(*number).size() == 1) return san::nameOf(snapshot, host);
    return word(node);
  }
  std::string freeName(std::string wanted) {
    std::size_t size = std::min(wanted.size(), kMostName);
    while (size < wanted.size() && size > 0 && (static_cast<unsigned char>(wanted[size]) & 0xc0U) == 0x80U) --size;
    wanted.resize(size);
    std::string found = wanted;
    for (int i = 2; !names.insert(found).second; ++i) found = wanted + "_" + std::to_string(i);
    return found;
  }

  bool hasExactly(const san::Domain& domain, const std::vector<Id>& members) const {
    return domain.portals.empty() && domain.nodes.size() == members.size() &&
           std::ranges::all_of(members, [&](Id id) { return domain.nodes.contains(id); });
  }
  bool isIn(Id set, Id domain) const {
    const auto* known = snapshot.get<san::DomainSet>(set);
    return known != nullptr && known->domains.contains(domain);
  }

  // A zone with these members alone: the one that there is, or a new one; in the wished set.
  void zone(const std::string& wanted, const std::vector<Id>& members) {
    std::optional<Id> there;
    for (const Id id : san.domainsOf(members.front())) {
      const bool same = id != san::Domain::kDefault && hasExactly(*san.domain(id), members);
      if (same && (!there || isIn(wish.set.id, id))) there = id;
    }
    if (there) {
      const bool inForce = san.isActive(*there) || !wish.set;
      if (!inForce) add(addToSet(snapshot, wish.set, {{Kind::Domain, *there}}));
      return;
    }
    std::vector<ObjectRef> refs;
    for (const Id id : members) refs.push_back({Kind::Node, id});
    add(newZone({Kind::Domain, next++}, freeName(wanted), refs, wish.set));
    ++made;
  }

  void add(std::vector<Edit> edits) {
    done.edits.insert(done.edits.end(), std::make_move_iterator(edits.begin()), std::make_move_iterator(edits.end()));
  }
  void note(const QString& text) {
    if (!done.notes.contains(text)) done.notes << text;
  }
  // What a zone alone does not give.
  void noteZones() {
    if (made == 0) return;
    if (!wish.set) note(console::tr("The new zones are in no zone set: they are not in force until one holds them."));
    note(console::tr("Zones show targets. Logical units are given by maps, which this does not make."));
  }
  void noteCredentials(const std::vector<Id>& initiators) {
    int count = 0;
    for (const Id id : initiators) {
      for (const Id one : san.credentialsOf(id)) {
        const auto* known = snapshot.get<san::Credential>(one);
        count += known != nullptr && known->state != san::CredentialState::Retired;
      }
    }
    if (count > 0)
      note(console::tr("%n credential(s) are to be retired on the page Credentials: a draft does not end them.",
                       nullptr, count));
  }
  void noteSpecial(Id initiator) {
    const auto& controls = san.controls();
    if (std::ranges::find(controls, initiator) != controls.end())
      note(console::tr("%1 is a control node: it sees everything, whatever the zones say.")
               .arg(name({Kind::Node, initiator})));
  }
  TemplateDone finish(const QString& deed) {
    done.deed = deed;
    return std::move(done);
  }
  TemplateDone fault(const QString& why) const {
    TemplateDone none;
    none.fault = why;
    return none;
  }

  const san::SanIndex& san;
  const san::Snapshot& snapshot;
  const TemplateWish& wish;
  Id next;
  std::size_t made = 0;
  std::set<std::string> names;
  TemplateDone done;
};

TemplateDone pairs(Work& work, const QString& deed) {
  const std::vector<Id> initiators = work.initiators(), targets = work.targets();
  if (initiators.empty()) return work.fault(console::tr("None of them has an initiator."));
  if (targets.empty()) return work.fault(console::tr("None of them has a target."));
  if (initiators.size() * targets.size() > kMostNew)
    return work.fault(console::tr("These are more than %1 zones: choose fewer.").arg(kMostNew));
  for (const Id initiator : initiators) {
    for (const Id target : targets)
      work.zone("z_" + work.initiatorWord(initiator) + "_" + work.word(target), {initiator, target});
  }
  work.noteZones();
  return work.finish(deed);
}

TemplateDone singlePairs(const san::SanIndex& san, const TemplateWish& wish) {
  Work work(san, wish);
  return pairs(
      work, console::tr("Zone %1 with %2, a zone for each pair").arg(work.names_of(wish.from), work.names_of(wish.to)));
}

TemplateDone peers(const san::SanIndex& san, const TemplateWish& wish) {
  Work work(san, wish);
  const std::vector<Id> initiators = work.initiators();
  std::set<Id> seen(initiators.begin(), initiators.end());
  for (const Id one : initiators) {
    for (const Id domain : san.domainsOf(one)) {
      const bool together =
          san.isActive(domain) && std::ranges::any_of(san.domain(domain)->nodes.items(), [&](const auto& member) {
            return member.id != one && seen.contains(member.id);
          });
      if (together)
        work.note(console::tr("Some of them are together in the zone %1 already, and see each other there.")
                      .arg(work.name({Kind::Domain, domain})));
    }
  }
  return pairs(work,
               console::tr("Zone %1 with %2, each by itself").arg(work.names_of(wish.from), work.names_of(wish.to)));
}

TemplateDone clusterToArray(const san::SanIndex& san, const TemplateWish& wish) {
  Work work(san, wish);
  std::vector<Id> members = work.initiators();
  const std::vector<Id> targets = work.targets();
  if (members.empty()) return work.fault(console::tr("%1 has no initiator.").arg(work.names_of(wish.from)));
  if (targets.empty()) return work.fault(console::tr("None of them has a target."));
  const std::string cluster = san::nameOf(work.snapshot, wish.from.front());
  for (const Id target : targets) {
    std::vector<Id> all = members;
    all.push_back(target);
    const std::string wanted = "z_" + cluster + "_" + work.word(target);
    // A host has joined the cluster since: its zone, in which nobody else is, gets it.
    const auto there = work.snapshot.find(Kind::Domain, wanted);
    const san::Domain* zone = there ? san.domain(*there) : nullptr;
    const bool grows = zone != nullptr && zone->portals.empty() && zone->nodes.contains(target) &&
                       std::ranges::all_of(zone->nodes.items(), [&](const auto& one) {
                         return std::ranges::find(all, one.id) != all.end();
                       });
    if (!grows) {
      work.zone(wanted, all);
      continue;
    }
    std::vector<ObjectRef> refs;
    for (const Id id : all) refs.push_back({Kind::Node, id});
    work.add(addToZone(work.snapshot, {Kind::Domain, *there}, refs));
    if (wish.set && !san.isActive(*there)) work.add(addToSet(work.snapshot, wish.set, {{Kind::Domain, *there}}));
  }
  work.noteZones();
  return work.finish(
      console::tr("Zone the cluster %1 with %2").arg(work.name(wish.from.front()), work.names_of(wish.to)));
}

TemplateDone decommission(const san::SanIndex& san, const TemplateWish& wish) {
  Work work(san, wish);
  const std::vector<Id> initiators = work.initiators();
  const std::set<Id> own(initiators.begin(), initiators.end());
  std::set<ObjectRef> who(wish.from.begin(), wish.from.end());
  for (const Id id : initiators) who.insert({Kind::Node, id});
  std::set<Id> domains, maps;
  for (const Id one : initiators) {
    domains.insert(san.domainsOf(one).begin(), san.domainsOf(one).end());
    work.noteSpecial(one);
  }
  for (const Id id : domains) {
    const san::Domain& domain = *san.domain(id);
    // A zone of its initiators and their targets alone is of no use to anybody.
    const bool last = id != san::Domain::kDefault && domain.portals.empty() &&
                      std::ranges::all_of(domain.nodes.items(), [&](const auto& member) {
                        const san::Node* node = san.node(member.id);
                        return own.contains(member.id) || (node != nullptr && node->target && !node->initiator);
                      });
    if (last) {
      work.done.edits.push_back({EditOp::Erase, {Kind::Domain, id}, {}, {}});
      continue;
    }
    std::vector<ObjectRef> leaving;
    for (const Id one : initiators) {
      if (domain.nodes.contains(one)) leaving.push_back({Kind::Node, one});
    }
    work.add(removeFromZone({Kind::Domain, id}, leaving));
  }
  for (const ObjectRef one : who) {
    for (const san::Grant& grant : san.grantsTo(one)) maps.insert(grant.map);
  }
  for (const Id id : maps) work.done.edits.push_back({EditOp::Erase, {Kind::Map, id}, {}, {}});
  work.snapshot.table<san::Approval>().forEach([&](Id id, const san::Approval& approval) {
    if (who.contains(approval.who)) work.done.edits.push_back({EditOp::Erase, {Kind::Approval, id}, {}, {}});
  });
  for (const ObjectRef host : wish.from) {
    const auto* known = work.snapshot.get<san::Host>(host.id);
    if (host.kind == Kind::Host && known != nullptr && known->cluster)
      work.done.edits.push_back({EditOp::Set, host, "cluster", ObjectRef{}});
  }
  work.noteCredentials(initiators);
  return work.finish(console::tr("Decommission %1").arg(work.names_of(wish.from)));
}

// LUNs that an initiator of the host sees at a target already.
std::map<Id, std::set<std::uint32_t>> lunsOf(const san::SanIndex& san, const std::vector<ObjectRef>& who) {
  std::map<Id, std::set<std::uint32_t>> luns;
  for (const ObjectRef one : who) {
    for (const san::Grant& grant : san.grantsTo(one)) luns[grant.target].insert(grant.lun);
  }
  return luns;
}

void newMap(Work& work, ObjectRef who, const san::Grant& grant, std::uint32_t lun, san::Right right) {
  const ObjectRef map{Kind::Map, work.next++};
  work.add({{EditOp::Create, map, {}, {}},
            {EditOp::Set, map, "who", who},
            {EditOp::Set, map, "target", ObjectRef{Kind::Node, grant.target}},
            {EditOp::Set, map, "unit", ObjectRef{Kind::LogicalUnit, grant.unit}},
            {EditOp::Set, map, "lun", std::uint64_t{lun}}});
  if (right != san::Right::ReadWrite)
    work.done.edits.push_back({EditOp::Set, map, "right", std::string(san::wordOf(right))});
}

TemplateDone cloneHost(const san::SanIndex& san, const TemplateWish& wish) {
  Work work(san, wish);
  const ObjectRef from = wish.from.front(), to = wish.to.front();
  if (from == to) return work.fault(console::tr("A host is no clone of itself: choose another one."));
  const std::vector<Id> old = work.initiatorsOf(from), fresh = work.initiatorsOf(to);
  if (old.empty()) return work.fault(console::tr("%1 has no initiator.").arg(work.name(from)));
  if (fresh.empty())
    return work.fault(console::tr("%1 has no initiator yet: it has to register first.").arg(work.name(to)));
  // As many on both sides: one for the other. Else each of the new ones gets all places.
  const bool oneByOne = old.size() == fresh.size();
  for (std::size_t i = 0; i < old.size(); ++i) {
    work.noteSpecial(old[i]);
    std::vector<ObjectRef> join;
    for (std::size_t k = 0; k < fresh.size(); ++k) {
      if (!oneByOne || i == k) join.push_back({Kind::Node, fresh[k]});
    }
    for (const Id domain : san.domainsOf(old[i])) {
      for (const Edit& edit : addToZone(work.snapshot, {Kind::Domain, domain}, join)) {
        if (std::ranges::find(work.done.edits, edit) == work.done.edits.end()) work.done.edits.push_back(edit);
      }
    }
  }
  // What the host has, by which name whatever, the clone has by its own.
  std::vector<ObjectRef> whoFrom{from}, whoTo{to};
  if (const Id cluster = san.clusterOf(old.front()); cluster != 0) whoFrom.push_back({Kind::Cluster, cluster});
  if (const Id cluster = san.clusterOf(fresh.front()); cluster != 0) whoTo.push_back({Kind::Cluster, cluster});
  for (const Id id : old) whoFrom.push_back({Kind::Node, id});
  for (const Id id : fresh) whoTo.push_back({Kind::Node, id});
  auto luns = lunsOf(san, whoTo);
  std::set<std::pair<Id, Id>> has;
  for (const ObjectRef one : whoTo) {
    for (const san::Grant& grant : san.grantsTo(one)) has.insert({grant.target, grant.unit});
  }
  std::set<ObjectRef> done;
  for (const ObjectRef one : whoFrom) {
    for (const san::Grant& grant : san.grantsTo(one)) {
      const auto* map = work.snapshot.get<san::Map>(grant.map);
      if (map == nullptr || !has.insert({grant.target, grant.unit}).second) continue;
      std::set<std::uint32_t>& used = luns[grant.target];
      std::uint32_t lun = grant.lun;
      while (used.contains(lun) && lun < san::kMaxLun) ++lun;
      if (lun != grant.lun) {
        work.note(console::tr("%1 gets %2 as LUN %3: LUN %4 is another one there.")
                      .arg(work.name(to), work.name({Kind::LogicalUnit, grant.unit}))
                      .arg(lun)
                      .arg(grant.lun));
      }
      used.insert(lun);
      // A map goes to the host where it is one; what stands for itself has maps of its initiators.
      if (to.kind == Kind::Host) {
        newMap(work, to, grant, lun, map->right);
      } else {
        for (const Id id : fresh) newMap(work, {Kind::Node, id}, grant, lun, map->right);
      }
    }
  }
  work.note(console::tr("%1 keeps what it had besides.").arg(work.name(to)));
  for (const Id id : old) {
    if (!san.credentialsOf(id).empty()) {
      work.note(console::tr("%1 proves itself with credentials: make own ones for %2 on the page Credentials.")
                    .arg(work.name(from), work.name(to)));
      break;
    }
  }
  return work.finish(console::tr("Clone %1 for %2").arg(work.name(from), work.name(to)));
}

TemplateDone replaceHba(const san::SanIndex& san, const TemplateWish& wish) {
  Work work(san, wish);
  const ObjectRef old = wish.from.front(), fresh = wish.to.front();
  if (old == fresh) return work.fault(console::tr("The new initiator is the old one: choose another one."));
  const ObjectRef host = san.hostOf(old.id), other = san.hostOf(fresh.id);
  if (other.kind == Kind::Host && host != other) {
    return work.fault(
        console::tr("%1 is of the host %2: take it out there first.").arg(work.name(fresh), work.name(other)));
  }
  for (const Id id : san.domainsOf(old.id)) {
    const ObjectRef domain{Kind::Domain, id};
    work.add(addToZone(work.snapshot, domain, {fresh}));
    work.add(removeFromZone(domain, {old}));
  }
  // Which host a map names stays; what a map gives to the old one by its name, another one gives to the new one.
  std::set<std::pair<Id, Id>> has;
  for (const san::Grant& grant : san.grantsTo(fresh)) has.insert({grant.target, grant.unit});
  for (const san::Grant& grant : san.grantsTo(old)) {
    const auto* map = work.snapshot.get<san::Map>(grant.map);
    work.done.edits.push_back({EditOp::Erase, {Kind::Map, grant.map}, {}, {}});
    if (map != nullptr && has.insert({grant.target, grant.unit}).second)
      newMap(work, fresh, grant, map->lun, map->right);
  }
  if (const auto* known = host.kind == Kind::Host ? work.snapshot.get<san::Host>(host.id) : nullptr) {
    if (other != host) work.done.edits.push_back({EditOp::Add, host, "nodes", fresh});
    if (known->nodes.contains(old.id)) work.done.edits.push_back({EditOp::Remove, host, "nodes", old});
  }
  work.noteCredentials({old.id});
  if (!san.credentialsOf(old.id).empty())
    work.note(console::tr("Make credentials for %1 on the page Credentials.").arg(work.name(fresh)));
  return work.finish(console::tr("Replace %1 by %2").arg(work.name(old), work.name(fresh)));
}

}  // namespace

// clang-format off
const std::array<TemplateRow, kZoneTemplates> kTemplateTable{{
    {ZoneTemplate::SinglePairs, QT_TR_NOOP("A zone for each pair"),
     QT_TR_NOOP("Makes a zone of one initiator and one target for each pair of them: nobody sees more than he needs."),
     QT_TR_NOOP("Hosts or initiators"), ChoiceOf::Initiators,
     QT_TR_NOOP("Targets"), ChoiceOf::Targets, true, &singlePairs},
    {ZoneTemplate::ClusterToArray, QT_TR_NOOP("Cluster to array"),
     QT_TR_NOOP("Makes a zone for each target with all initiators of a cluster. Done again, it takes in hosts that have joined the cluster."),
     QT_TR_NOOP("Cluster"), ChoiceOf::Cluster,
     QT_TR_NOOP("Targets of the array"), ChoiceOf::Targets, true, &clusterToArray},
    {ZoneTemplate::Peers, QT_TR_NOOP("Many initiators at one target"),
     QT_TR_NOOP("Lets many initiators see one target, each in a zone of its own: they do not see each other."),
     QT_TR_NOOP("Hosts or initiators"), ChoiceOf::Initiators,
     QT_TR_NOOP("Target"), ChoiceOf::Target, true, &peers},
    {ZoneTemplate::Decommission, QT_TR_NOOP("Decommission hosts"),
     QT_TR_NOOP("Takes hosts out of all zones and of their cluster, and ends their maps and approvals. Zones that served them alone go."),
     QT_TR_NOOP("Hosts"), ChoiceOf::Hosts, "", ChoiceOf::Nothing, false, &decommission},
    {ZoneTemplate::CloneHost, QT_TR_NOOP("Clone a host"),
     QT_TR_NOOP("Gives another host the zones and the maps of this one. What the other host has already stays."),
     QT_TR_NOOP("Host to copy"), ChoiceOf::Host,
     QT_TR_NOOP("Its clone"), ChoiceOf::Host, false, &cloneHost},
    {ZoneTemplate::ReplaceHba, QT_TR_NOOP("Replace an HBA"),
     QT_TR_NOOP("Puts a new initiator in all places of an old one: zones, own maps and its host."),
     QT_TR_NOOP("Old initiator"), ChoiceOf::Initiator,
     QT_TR_NOOP("New initiator"), ChoiceOf::Initiator, false, &replaceHba},
}};
// clang-format on

QString templateText(const char* text) {
  return *text == 0 ? QString() : QCoreApplication::translate("Templates", text);
}

bool canBeChosen(ChoiceOf what, const san::SanIndex& san, ObjectRef ref) {
  const san::Node* node = ref.kind == Kind::Node ? san.node(ref.id) : nullptr;
  switch (what) {
    case ChoiceOf::Initiators:
      return (node != nullptr && node->initiator) || san.hostNumber(ref).has_value();
    case ChoiceOf::Initiator:
      return node != nullptr && node->initiator;
    case ChoiceOf::Targets:
      if (ref.kind == Kind::Entity)
        return std::ranges::any_of(san.nodesOf(ref.id), [&](Id id) { return san.node(id)->target; });
      return node != nullptr && node->target;
    case ChoiceOf::Target:
      return node != nullptr && node->target;
    case ChoiceOf::Cluster:
      return ref.kind == Kind::Cluster && san.snapshot().get(ref) != nullptr;
    case ChoiceOf::Hosts:
    case ChoiceOf::Host:
      return san.hostNumber(ref).has_value();
    default:
      return false;
  }
}

std::vector<ObjectRef> choices(ChoiceOf what, const san::SanIndex& san) {
  std::vector<ObjectRef> all(san.hosts().begin(), san.hosts().end());
  const auto take = [&](Kind kind) { return [&all, kind](Id id, const auto&) { all.push_back({kind, id}); }; };
  san.snapshot().table<san::Node>().forEach(take(Kind::Node));
  san.snapshot().table<san::Entity>().forEach(take(Kind::Entity));
  san.snapshot().table<san::Cluster>().forEach(take(Kind::Cluster));
  std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
  std::erase_if(all, [&](ObjectRef ref) { return !canBeChosen(what, san, ref); });
  return all;
}

TemplateDone makeTemplate(ZoneTemplate id, const san::SanIndex& san, const TemplateWish& wish) {
  const TemplateRow& row = kTemplateTable[static_cast<std::size_t>(id)];
  TemplateDone none;
  if (wish.from.empty()) none.fault = console::tr("Choose something for %1.").arg(templateText(row.from));
  if (none.fault.isEmpty() && row.toOf != ChoiceOf::Nothing && wish.to.empty())
    none.fault = console::tr("Choose something for %1.").arg(templateText(row.to));
  for (const auto& [refs, what] : {std::pair(&wish.from, row.fromOf), std::pair(&wish.to, row.toOf)}) {
    for (const ObjectRef ref : *refs) {
      if (!canBeChosen(what, san, ref) && none.fault.isEmpty())
        none.fault = console::tr("%1 does not fit here.").arg(QString::fromStdString(san::nameOf(san.snapshot(), ref)));
    }
    if (!isSeveral(what) && refs->size() > 1 && none.fault.isEmpty())
      none.fault = console::tr("Choose one alone where one is asked for.");
  }
  if (!none.fault.isEmpty()) return none;
  TemplateDone done = row.make(san, wish);
  if (done.fault.isEmpty() && done.edits.empty())
    done.fault = console::tr("That is so already: there is nothing to change.");
  return done;
}

}  // namespace console
