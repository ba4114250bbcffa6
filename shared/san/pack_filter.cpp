#include "shared/san/pack_filter.h"

#include <algorithm>

namespace san {
namespace {

void addAll(base::IdSet& all, const Links<Kind::Label>& labels) {
  labels.forEach([&](Id label) { all.insert(label); });
}

base::IdSet labelsOfHost(const SanIndex& index, std::size_t host) {
  const Snapshot& snapshot = index.snapshot();
  base::IdSet all;
  const ObjectRef ref = index.hosts()[host];
  const auto* object = ref.kind == Kind::Host ? snapshot.get<Host>(ref.id) : nullptr;
  if (object != nullptr) {
    addAll(all, object->labels);
    if (const auto* cluster = snapshot.get<Cluster>(object->cluster.id)) addAll(all, cluster->labels);
  }
  for (const Id initiator : index.initiatorsOf(host)) {
    if (const auto* node = snapshot.get<Node>(initiator)) addAll(all, node->labels);
  }
  return all;
}

base::IdSet labelsOfUnit(const SanIndex& index, std::size_t unit) {
  const Snapshot& snapshot = index.snapshot();
  base::IdSet all;
  const auto* object = snapshot.get<LogicalUnit>(index.units()[unit]);
  if (object == nullptr) return all;
  addAll(all, object->labels);
  for (const UnitPath& path : object->paths.items()) {
    if (const auto* target = snapshot.get<Node>(path.target)) addAll(all, target->labels);
  }
  return all;
}

std::vector<bool> marked(std::size_t size, const std::vector<std::size_t>& numbers) {
  std::vector<bool> all(size, numbers.empty());
  for (const std::size_t number : numbers) all[number] = true;
  return all;
}

std::vector<bool> labelled(const std::vector<base::IdSet>& of, const std::vector<Id>& labels) {
  std::vector<bool> all(of.size(), labels.empty());
  for (std::size_t i = 0; i < of.size(); ++i) {
    for (const Id label : labels) all[i] = all[i] || of[i].contains(label);
  }
  return all;
}

}  // namespace

PackFilter::PackFilter(const SanIndex& index, const PackScope& scope)
    : index_(index), whole_(scope.labels.empty() && scope.hosts.empty() && scope.units.empty()) {
  for (std::size_t host = 0; host < index.hosts().size(); ++host) hostLabels_.push_back(labelsOfHost(index, host));
  for (std::size_t unit = 0; unit < index.units().size(); ++unit) unitLabels_.push_back(labelsOfUnit(index, unit));
  hosts_ = marked(index.hosts().size(), scope.hosts);
  units_ = marked(index.units().size(), scope.units);
  labelledHosts_ = labelled(hostLabels_, scope.labels);
  labelledUnits_ = labelled(unitLabels_, scope.labels);
}

bool PackFilter::takes(std::size_t host, std::size_t unit) const {
  return hosts_[host] && units_[unit] && (labelledHosts_[host] || labelledUnits_[unit]);
}

std::string PackFilter::labelsOf(std::size_t host, std::size_t unit) const {
  std::vector<std::string> names;
  for (const base::IdSet* labels : {&hostLabels_[host], &unitLabels_[unit]}) {
    labels->forEach([&](Id label) { names.push_back(nameOf(index_.snapshot(), {Kind::Label, label})); });
  }
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::string text;
  for (const std::string& name : names) text.append(text.empty() ? "" : "; ").append(name);
  return text;
}

}  // namespace san
