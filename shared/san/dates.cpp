// Dates of lists (dated.h): since when an entry is in it.
#include <vector>

#include "shared/san/admin_objects.h"
#include "shared/san/observed_objects.h"

namespace san {
namespace {

Id nodeOf(const HeldEnd& one) { return one.node; }
Id initiatorOf(const AdmittedOn& one) { return one.initiator; }
std::pair<Id, Id> placeOf(const AppliedMap& one) { return {one.initiator, one.unit}; }

// What is the same as before keeps its memory.
template <class T>
void keep(base::SharedArray<Dated<T>>& dates, const std::vector<Dated<T>>& all) {
  if (!std::ranges::equal(dates.items(), all)) dates = base::SharedArray<Dated<T>>(all);
}

}  // namespace

// ---- Hosts ---------------------------------------------------------------------------------------------------------

void Host::settle() {
  clusterDate = {cluster.id, clusterSince()};
  const auto date = [&](auto& members) {
    const auto all = members.items();
    if (std::ranges::none_of(all, [](const Member& one) { return one.since == 0; })) return;
    std::vector<Member> dated;
    for (const Member& one : all) dated.push_back({one.id, since(one)});
    members.assign(dated);
  };
  date(entities);
  date(nodes);
}

// ---- Credentials ---------------------------------------------------------------------------------------------------

Revision Credential::heldSince(Id node) const {
  if (target || (heldBy.empty() && lackedBy.empty())) return targetSince();
  const Dated<HeldEnd>* date = findDate(endDates, node, nodeOf);
  return date == nullptr ? changed : date->of({node, heldAt(node)}, changed);
}

void Credential::settle() {
  mutualDate = {mutual, mutualSince()};
  initiatorDate = {initiatorHolds, initiatorSince()};
  targetDate = {targetHolds, targetSince()};
  std::vector<Dated<HeldEnd>> ends;
  const auto take = [&](Id node) { ends.push_back({{node, heldAt(node)}, heldSince(node)}); };
  heldBy.forEach(take);
  lackedBy.forEach(take);
  std::ranges::sort(ends, {}, [](const Dated<HeldEnd>& one) { return one.value.node; });
  keep(endDates, ends);
}

// ---- Applied targets -----------------------------------------------------------------------------------------------

AppliedTarget::Enforced AppliedTarget::enforced() const {
  if (enforcement != Enforcement::Open) return {enforcement, ChapDemand::None, {}, {}, {}};
  return {enforcement, chap, provesNothing, provesOneWay, provesMutual};
}

Revision AppliedTarget::admittedSince(Id initiator) const {
  const Dated<AdmittedOn>* date = findDate(admittedDates, initiator, initiatorOf);
  return date == nullptr || demandOf(initiator) < date->value.demand ? changed : date->since;
}

Revision AppliedTarget::demandSince(Id initiator) const {
  const Dated<AdmittedOn>* date = findDate(admittedDates, initiator, initiatorOf);
  return date == nullptr || demandOf(initiator) != date->value.demand ? changed : date->value.demandSince;
}

Revision AppliedTarget::mapSince(const AppliedMap& map) const {
  const Dated<AppliedMap>* date = findDate(mapDates, placeOf(map), placeOf);
  return date == nullptr ? changed : date->of(map, changed);
}

void AppliedTarget::settle() {
  enforcedDate = {enforced(), enforcedSince()};
  std::vector<Dated<AdmittedOn>> in;
  admitted.forEach([&](Id one) { in.push_back({{one, demandOf(one), demandSince(one)}, admittedSince(one)}); });
  keep(admittedDates, in);
  std::vector<Dated<AppliedMap>> mapped;
  for (const AppliedMap& one : maps.items()) mapped.push_back({one, mapSince(one)});
  keep(mapDates, mapped);
}

}  // namespace san
