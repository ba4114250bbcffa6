#include "shared/san/separation.h"

#include <algorithm>

namespace san {
namespace {

// Whether a host has a label by itself: its own, its cluster's, or one on every initiator.
bool isLabelled(const SanIndex& index, std::size_t host, Id label) {
  const ObjectRef ref = index.hosts()[host];
  if (const Host* object = ref.kind == Kind::Host ? index.snapshot().get<Host>(ref.id) : nullptr) {
    if (object->labels.contains(label)) return true;
    const Cluster* cluster = index.snapshot().get<Cluster>(object->cluster.id);
    if (cluster != nullptr && cluster->labels.contains(label)) return true;
  }
  const auto initiators = index.initiatorsOf(host);
  return !initiators.empty() &&
         std::ranges::all_of(initiators, [&](Id id) { return index.node(id)->labels.contains(label); });
}

// Whether anything of the host, or a domain around it, has the label.
bool isTouched(const SanIndex& index, std::size_t host, Id label) {
  if (isLabelled(index, host, label)) return true;
  return std::ranges::any_of(index.initiatorsOf(host), [&](Id id) {
    if (index.node(id)->labels.contains(label)) return true;
    return std::ranges::any_of(index.domainsOf(id), [&](Id domain) {
      return index.isActive(domain) && index.domain(domain)->labels.contains(label);
    });
  });
}

}  // namespace

std::vector<std::size_t> unitsUnder(const SanIndex& index, const SeparationRule& rule) {
  std::vector<std::size_t> numbers;
  if (!rule.subject || !rule.other) return numbers;
  const Id label = rule.subject.id;
  const auto units = index.units();
  for (std::size_t i = 0; i < units.size(); ++i) {
    const LogicalUnit& unit = *index.snapshot().get<LogicalUnit>(units[i]);
    const bool has = unit.labels.contains(label) || std::ranges::any_of(unit.paths.items(), [&](const UnitPath& place) {
                       return index.node(place.target)->labels.contains(label);
                     });
    if (has) numbers.push_back(i);
  }
  return numbers;
}

bool keepsFrom(const SanIndex& index, const SeparationRule& rule, std::size_t host) {
  if (!rule.subject || !rule.other) return false;
  return rule.mode == SeparationMode::OnlyWith ? !isLabelled(index, host, rule.other.id)
                                               : isTouched(index, host, rule.other.id);
}

}  // namespace san
