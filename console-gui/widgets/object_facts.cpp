#include "console-gui/widgets/object_facts.h"

#include <algorithm>

#include "console-gui/client/tr.h"
#include "console-gui/model/kind_words.h"
#include "shared/san/no_time.h"

namespace console {
namespace {

bool isNothing(const san::Value& value) {
  if (std::holds_alternative<std::monostate>(value)) return true;
  if (const auto* text = std::get_if<std::string>(&value)) return text->empty();
  if (const auto* refs = std::get_if<std::vector<san::ObjectRef>>(&value)) return refs->empty();
  if (const auto* list = std::get_if<std::vector<std::string>>(&value)) return list->empty();
  if (const auto* list = std::get_if<std::vector<san::Access>>(&value)) return list->empty();
  return false;
}

// Gathers the sections of one object.
class Gatherer {
 public:
  Gatherer(const View& view, san::ObjectRef object, bool sanWords)
      : index_(*view.index), snapshot_(view.snapshot()), ref_(object), sanWords_(sanWords) {}

  std::vector<FactSection> run() {
    const san::Object* object = snapshot_.get(ref_);
    if (object == nullptr) return {};
    fields(*object);
    section_ = {console::tr("Belongs together with"), {}};
    members();
    if (!section_.rows.empty()) sections_.push_back(std::move(section_));
    return std::move(sections_);
  }

 private:
  void fields(const san::Object& object) {
    FactSection facts{console::tr("Facts"), {}};
    for (const san::FieldRow& field : san::fieldsOf(ref_.kind)) {
      const san::Value value = field.get(object);
      if (isNothing(value)) continue;
      FactRow row{fieldWord(field.name), {}, {}, 0, tableText(field.doc)};
      if (const auto* ref = std::get_if<san::ObjectRef>(&value)) {
        take(row, *ref);
      } else if (const auto* refs = std::get_if<std::vector<san::ObjectRef>>(&value)) {
        for (const san::ObjectRef one : *refs) take(row, one);
      } else {
        row.text = valueText(snapshot_, field, value);
      }
      facts.rows.push_back(std::move(row));
    }
    sections_.push_back(std::move(facts));
  }

  static void take(FactRow& row, san::ObjectRef ref) {
    row.links.size() < kMostLinks ? row.links.push_back(ref) : void(++row.more);
  }
  [[nodiscard]] QString word(san::Kind kind) const { return kindWord(kind, true, sanWords_); }
  void add(const QString& name, san::Kind kind, std::span<const san::Id> ids) {
    FactRow row{name, {}, {}, 0};
    for (const san::Id id : ids) take(row, {kind, id});
    if (!row.links.empty()) section_.rows.push_back(std::move(row));
  }
  void add(san::Kind kind, std::span<const san::Id> ids) { add(word(kind), kind, ids); }
  void one(const QString& name, san::ObjectRef ref) {
    if (ref && ref != ref_) section_.rows.push_back({name, {}, {ref}, 0});
  }
  // Of a table that no index leads to.
  template <class T, class Holds>
  void scan(const QString& name, Holds&& holds) {
    FactRow row{name, {}, {}, 0};
    snapshot_.table<T>().forEach([&](san::Id id, const T& object) {
      if (holds(object)) take(row, {T::kKind, id});
    });
    if (!row.links.empty()) section_.rows.push_back(std::move(row));
  }
  template <class T, class Holds>
  void scan(Holds&& holds) {
    scan<T>(word(T::kKind), std::forward<Holds>(holds));
  }
  static std::vector<san::Id> mapsOf(std::span<const san::Grant> grants) {
    std::vector<san::Id> maps;
    for (const san::Grant& grant : grants) maps.push_back(grant.map);
    return maps;
  }
  void approvals(san::ObjectRef who) {
    scan<san::Approval>([&](const san::Approval& approval) { return approval.who == who; });
  }

  void members() {
    switch (ref_.kind) {
      case san::Kind::Node:
        return node();
      case san::Kind::Host:
        return host();
      case san::Kind::LogicalUnit:
        add(san::Kind::Map, index_.mapsOfUnit(ref_.id));
        scan<san::Session>([&](const san::Session& session) { return session.units.contains(ref_.id); });
        scan<san::Approval>([&](const san::Approval& approval) { return approval.unit.id == ref_.id; });
        return;
      case san::Kind::Domain:
        add(san::Kind::DomainSet, index_.setsOf(ref_.id));
        section_.rows.push_back(
            {console::tr("active"), truthWord(san::truthOf(index_.isActive(ref_.id))), {}, 0});
        return;
      case san::Kind::Entity:
        add(san::Kind::Node, index_.nodesOf(ref_.id));
        add(san::Kind::Portal, index_.portalsOf(ref_.id));
        add(san::Kind::Agent, index_.agentsOf(ref_.id));
        scan<san::Host>([&](const san::Host& one) { return one.entities.contains(ref_.id); });
        return;
      case san::Kind::Portal:
        add(san::Kind::Network, index_.networksOf(ref_.id));
        scan<san::PortalGroup>([&](const san::PortalGroup& group) { return group.portal.id == ref_.id; });
        scan<san::Cable>([&](const san::Cable& cable) { return cable.from.id == ref_.id || cable.to.id == ref_.id; });
        return;
      case san::Kind::Cluster:
        scan<san::Host>([&](const san::Host& one) { return one.cluster.id == ref_.id; });
        add(san::Kind::Map, mapsOf(index_.grantsTo(ref_)));
        return approvals(ref_);
      case san::Kind::Site:
        scan<san::Host>([&](const san::Host& one) { return one.site.id == ref_.id; });
        scan<san::LogicalUnit>([&](const san::LogicalUnit& unit) { return unit.site.id == ref_.id; });
        return;
      case san::Kind::Label:
        scan<san::Host>([&](const san::Host& one) { return one.labels.contains(ref_.id); });
        scan<san::LogicalUnit>([&](const san::LogicalUnit& unit) { return unit.labels.contains(ref_.id); });
        scan<san::Domain>([&](const san::Domain& domain) { return domain.labels.contains(ref_.id); });
        scan<san::SeparationRule>(
            [&](const san::SeparationRule& rule) { return rule.subject.id == ref_.id || rule.other.id == ref_.id; });
        return;
      case san::Kind::Fabric:
        scan<san::Network>([&](const san::Network& network) { return network.fabric.id == ref_.id; });
        return;
      case san::Kind::ChangeSet:
        scan<san::Approval>([&](const san::Approval& approval) { return approval.change.id == ref_.id; });
        return;
      case san::Kind::Agent:
        scan<san::AppliedTarget>([&](const san::AppliedTarget& applied) { return applied.agent.id == ref_.id; });
        return;
      default:
        return;
    }
  }

  void node() {
    const san::Node& node = *index_.node(ref_.id);
    if (node.initiator) one(console::tr("host"), index_.hostOf(ref_.id));
    one(console::tr("cluster"), {san::Kind::Cluster, index_.clusterOf(ref_.id)});
    add(san::Kind::Domain, index_.domainsOf(ref_.id));
    std::vector<san::Id> sets;
    for (const san::Id domain : index_.domainsOf(ref_.id)) {
      for (const san::Id set : index_.setsOf(domain)) sets.push_back(set);
    }
    std::ranges::sort(sets);
    sets.erase(std::unique(sets.begin(), sets.end()), sets.end());
    add(san::Kind::DomainSet, sets);
    add(console::tr("portals that lead to it"), san::Kind::Portal, index_.grantedPortalsOf(ref_.id));
    add(san::Kind::Map, node.target ? index_.mapsOf(ref_.id) : std::span<const san::Id>{});
    if (node.initiator) {
      add(console::tr("maps to it"), san::Kind::Map, mapsOf(index_.grantsTo(ref_)));
      add(san::Kind::Session, index_.sessionsOf(ref_.id));
      scan<san::HeldDisk>([&](const san::HeldDisk& held) { return held.initiator.id == ref_.id; });
      add(san::Kind::Credential, index_.credentialsOf(ref_.id));
    }
    if (!node.target) return;
    add(console::tr("logical units behind it"), san::Kind::LogicalUnit, index_.unitsOf(ref_.id));
    scan<san::Session>(console::tr("sessions to it"),
                       [&](const san::Session& session) { return session.target.id == ref_.id; });
    if (const san::AppliedTarget* applied = index_.appliedAt(ref_.id)) {
      one(console::tr("applied there"), {san::Kind::AppliedTarget, applied->id});
    }
  }

  void host() {
    const auto number = index_.hostNumber(ref_);
    if (!number) return;
    std::vector<san::Id> domains, sessions, credentials, maps = mapsOf(index_.grantsTo(ref_));
    const auto gather = [](std::vector<san::Id>& into, std::span<const san::Id> from) {
      into.insert(into.end(), from.begin(), from.end());
    };
    for (const san::Id initiator : index_.initiatorsOf(*number)) {
      gather(domains, index_.domainsOf(initiator));
      gather(sessions, index_.sessionsOf(initiator));
      gather(credentials, index_.credentialsOf(initiator));
      gather(maps, mapsOf(index_.grantsTo({san::Kind::Node, initiator})));
    }
    for (auto* list : {&domains, &sessions, &credentials, &maps}) {
      std::ranges::sort(*list);
      list->erase(std::unique(list->begin(), list->end()), list->end());
    }
    add(console::tr("initiators"), san::Kind::Node, index_.initiatorsOf(*number));
    add(san::Kind::Domain, domains);
    add(san::Kind::Map, maps);
    add(san::Kind::Session, sessions);
    scan<san::HeldDisk>([&](const san::HeldDisk& held) { return index_.hostOf(held.initiator.id) == ref_; });
    add(san::Kind::Credential, credentials);
    approvals(ref_);
  }

  const san::SanIndex& index_;
  const san::Snapshot& snapshot_;
  san::ObjectRef ref_;
  bool sanWords_;
  std::vector<FactSection> sections_;
  FactSection section_;
};

}  // namespace

QString fieldWord(std::string_view field) {
  std::string word(field);
  std::ranges::replace(word, '_', ' ');
  return tableText(word);
}

QString valueText(const san::Snapshot& snapshot, const san::FieldRow& field, const san::Value& value) {
  if (const auto* number = std::get_if<std::uint64_t>(&value)) {
    if (field.type == san::FieldType::Bytes) return bytesText(*number);
    if (field.type == san::FieldType::Time) {
      const bool isNone = *number == 0 && san::wordOfNoTime(field) == "none";
      return isNone ? tableText("none") : timeText(static_cast<san::Seconds>(*number));
    }
    if (field.type == san::FieldType::Duration)
      return console::tr("%n s", nullptr, static_cast<int>(*number));
  }
  if (const auto* flag = std::get_if<bool>(&value)) return truthWord(san::truthOf(*flag));
  const std::string text = san::textOf(snapshot, value);
  return field.type == san::FieldType::Choice ? tableText(text) : QString::fromStdString(text);
}

std::vector<FactSection> factsOf(const View& view, san::ObjectRef object, bool sanWords) {
  return Gatherer(view, object, sanWords).run();
}

std::vector<const san::Finding*> findingsAbout(const View& view, san::ObjectRef object) {
  std::vector<const san::Finding*> found;
  if (!view.findings) return found;
  for (const san::Finding& finding : view.findings->list) {
    if (finding.open() &&
        (finding.subject == object || std::ranges::find(finding.objects, object) != finding.objects.end())) {
      found.push_back(&finding);
    }
  }
  std::ranges::stable_sort(found, [](const auto* a, const auto* b) { return a->severity > b->severity; });
  return found;
}

}  // namespace console
