#include "shared/san/since_rows.h"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

namespace san {
namespace {

// ---- Members of domains, sets and hosts ----------------------------------------------------------------------------

template <auto Field>
struct MemberRow;
template <class T, Kind K, Members<K> T::*Field>
struct MemberRow<Field> {
  static std::vector<Revision> get(const Object& object) {
    std::vector<Revision> all;
    for (const Member& one : (static_cast<const T&>(object).*Field).items()) all.push_back(one.since);
    return all;
  }
  static void set(Object& object, std::span<const Revision> revisions) {
    Members<K>& members = static_cast<T&>(object).*Field;
    std::vector<Member> all(members.items().begin(), members.items().end());
    if (all.size() != revisions.size()) return;
    for (std::size_t i = 0; i < all.size(); ++i) all[i].since = revisions[i];
    members.assign(all);
  }
};

template <auto Field>
constexpr SinceRow membersOf(std::string_view field, std::string_view name = "members_since") {
  return {name, field, true, MemberRow<Field>::get, MemberRow<Field>::set};
}
// Of a host, whose older rows do not tell.
template <auto Field>
constexpr SinceRow partsOf(std::string_view field, std::string_view name) {
  return {name, field, true,
          [](const Object& object) {
            const auto& host = static_cast<const Host&>(object);
            std::vector<Revision> all;
            for (const Member& one : (host.*Field).items()) all.push_back(host.since(one));
            return all;
          },
          MemberRow<Field>::set};
}

// A revision that stands in the object.
template <class T, Revision T::*Field>
constexpr SinceRow plainRow(std::string_view name, std::string_view field) {
  return {name, field, false,
          [](const Object& object) { return std::vector<Revision>{static_cast<const T&>(object).*Field}; },
          [](Object& object, std::span<const Revision> revisions) {
            if (revisions.size() == 1) static_cast<T&>(object).*Field = revisions[0];
          }};
}

constexpr std::array kDomainRows{
    membersOf<&Domain::nodes>("nodes"),
    plainRow<Domain, &Domain::unassignedSince>("unassigned_since", "name"),
    membersOf<&Domain::portals>("portals", "portals_since"),
    SinceRow{
        "portals_left", "portals", false,
        [](const Object& object) { return std::vector<Revision>{static_cast<const Domain&>(object).portals.left()}; },
        [](Object& object, std::span<const Revision> revisions) {
          if (revisions.size() == 1) static_cast<Domain&>(object).portals.noteLeft(revisions[0]);
        }},
};
constexpr std::array kSetRows{
    membersOf<&DomainSet::domains>("domains"),
    plainRow<DomainSet, &DomainSet::enabledSince>("enabled_since", "enabled"),
};
constexpr std::array kSettingsRows{
    plainRow<Settings, &Settings::defaultDomainSince>("default_domain_since", "default_domain"),
    plainRow<Settings, &Settings::unassignedDomainsSince>("unassigned_domains_since", "unassigned_domains_active"),
};

// ---- What has dates (dated.h) --------------------------------------------------------------------------------------

// One value: `Date` keeps it, `Now` is what it is now, `Since` its revision.
template <class T, auto Date, auto Now, auto Since>
constexpr SinceRow valueRow(std::string_view name, std::string_view field) {
  return {name, field, false,
          [](const Object& object) { return std::vector<Revision>{(static_cast<const T&>(object).*Since)()}; },
          [](Object& object, std::span<const Revision> revisions) {
            auto& own = static_cast<T&>(object);
            if (revisions.size() == 1) own.*Date = {std::invoke(Now, std::as_const(own)), revisions[0]};
          }};
}

constexpr std::array kNodeRows{
    valueRow<Node, &Node::registeredDate, &Node::registeredBy, &Node::registeredSince>("registered_since", "entity"),
    valueRow<Node, &Node::controlDate, &Node::control, &Node::controlSince>("control_since", "control"),
};

constexpr std::array kHostRows{
    partsOf<&Host::entities>("entities", "entities_since"),
    partsOf<&Host::nodes>("nodes", "nodes_since"),
    valueRow<Host, &Host::clusterDate, &Host::clusterId, &Host::clusterSince>("cluster_since", "cluster"),
};

// A list of dates in the place of another where each entry has a revision.
template <class T>
void replace(base::SharedArray<Dated<T>>& dates, const std::vector<T>& values, std::span<const Revision> revisions) {
  if (values.size() != revisions.size()) return;
  std::vector<Dated<T>> all;
  all.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) all.push_back({values[i], revisions[i]});
  dates = base::SharedArray<Dated<T>>(all);
}

std::vector<AdmittedOn> termsOf(const AppliedTarget& applied) {
  std::vector<AdmittedOn> all;
  applied.admitted.forEach([&](Id one) { all.push_back({one, applied.demandOf(one), applied.demandSince(one)}); });
  return all;
}

// Both halves of an admission are one date.
template <bool Demand>
struct AdmittedRow {
  static std::vector<Revision> get(const Object& object) {
    const auto& applied = static_cast<const AppliedTarget&>(object);
    std::vector<Revision> all;
    applied.admitted.forEach(
        [&](Id one) { all.push_back(Demand ? applied.demandSince(one) : applied.admittedSince(one)); });
    return all;
  }
  static void set(Object& object, std::span<const Revision> revisions) {
    auto& applied = static_cast<AppliedTarget&>(object);
    std::vector<AdmittedOn> terms = termsOf(applied);
    if (terms.size() != revisions.size()) return;
    std::vector<Revision> since(revisions.begin(), revisions.end());
    for (std::size_t i = 0; Demand && i < terms.size(); ++i) {
      terms[i].demandSince = revisions[i];
      since[i] = applied.admittedSince(terms[i].initiator);
    }
    replace(applied.admittedDates, terms, since);
  }
};

struct MapRow {
  static std::vector<Revision> get(const Object& object) {
    const auto& applied = static_cast<const AppliedTarget&>(object);
    std::vector<Revision> all;
    for (const AppliedMap& map : applied.maps.items()) all.push_back(applied.mapSince(map));
    return all;
  }
  static void set(Object& object, std::span<const Revision> revisions) {
    auto& applied = static_cast<AppliedTarget&>(object);
    const auto maps = applied.maps.items();
    replace(applied.mapDates, std::vector<AppliedMap>(maps.begin(), maps.end()), revisions);
  }
};

constexpr std::array kAppliedRows{
    SinceRow{"admitted_since", "admitted", true, AdmittedRow<false>::get, AdmittedRow<false>::set},
    SinceRow{"demanded_since", "admitted", true, AdmittedRow<true>::get, AdmittedRow<true>::set},
    SinceRow{"maps_since", "maps", true, MapRow::get, MapRow::set},
    valueRow<AppliedTarget, &AppliedTarget::enforcedDate, &AppliedTarget::enforced, &AppliedTarget::enforcedSince>(
        "enforcement_since", "enforcement"),
};

// Of those that have the secret, or of those that have it not.
template <Links<Kind::Node> Credential::*Field>
struct HeldRow {
  static std::vector<Revision> get(const Object& object) {
    const auto& own = static_cast<const Credential&>(object);
    std::vector<Revision> all;
    (own.*Field).forEach([&](Id node) { all.push_back(own.heldSince(node)); });
    return all;
  }
  static void set(Object& object, std::span<const Revision> revisions) {
    auto& own = static_cast<Credential&>(object);
    if ((own.*Field).size() != revisions.size()) return;
    std::vector<Dated<HeldEnd>> ends;
    for (const Dated<HeldEnd>& one : own.endDates.items()) {
      if (!(own.*Field).contains(one.value.node)) ends.push_back(one);
    }
    std::size_t at = 0;
    (own.*Field).forEach([&](Id node) { ends.push_back({{node, own.heldAt(node)}, revisions[at++]}); });
    std::ranges::sort(ends, {}, [](const Dated<HeldEnd>& one) { return one.value.node; });
    own.endDates = base::SharedArray<Dated<HeldEnd>>(ends);
  }
};

constexpr std::array kCredentialRows{
    valueRow<Credential, &Credential::mutualDate, &Credential::mutual, &Credential::mutualSince>("mutual_since",
                                                                                                 "mutual"),
    valueRow<Credential, &Credential::initiatorDate, &Credential::initiatorHolds, &Credential::initiatorSince>(
        "initiator_holds_since", "initiator_holds"),
    valueRow<Credential, &Credential::targetDate, &Credential::targetHolds, &Credential::targetSince>(
        "target_holds_since", "target_holds"),
    SinceRow{"held_by_since", "held_by", true, HeldRow<&Credential::heldBy>::get, HeldRow<&Credential::heldBy>::set},
    SinceRow{"lacked_by_since", "lacked_by", true, HeldRow<&Credential::lackedBy>::get,
             HeldRow<&Credential::lackedBy>::set},
};

}  // namespace

void settleDates(Kind kind, Object& object) {
  forEachKind([&]<class T>(T*) {
    if constexpr (HasDates<T>) {
      if (T::kKind == kind) static_cast<T&>(object).settle();
    }
  });
}

std::span<const SinceRow> sinceRowsOf(Kind kind) {
  switch (kind) {
    case Kind::Domain:
      return kDomainRows;
    case Kind::DomainSet:
      return kSetRows;
    case Kind::Node:
      return kNodeRows;
    case Kind::Host:
      return kHostRows;
    case Kind::Settings:
      return kSettingsRows;
    case Kind::AppliedTarget:
      return kAppliedRows;
    case Kind::Credential:
      return kCredentialRows;
    default:
      return {};
  }
}

}  // namespace san
