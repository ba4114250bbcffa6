// PackFilter: which rows of the population an evidence pack or a report is about, and the labels that stand in them.
//
// A row is a host and a logical unit. A host has its own labels, those of its cluster and of its initiators; a unit its own
// and those of its targets. Of several labels, hosts or units any counts; labels, hosts and units together must all hold.
// Made once from an index, then immutable: any thread. Borrows the index.
#pragma once

#include <string>
#include <vector>

#include "shared/san/san_index.h"

namespace san {

// Nothing: everything.
struct PackScope {
  std::vector<Id> labels;
  std::vector<std::size_t> hosts;  // numbers
  std::vector<std::size_t> units;
};

class PackFilter {
 public:
  PackFilter(const SanIndex& index, const PackScope& scope);

  [[nodiscard]] bool whole() const { return whole_; }
  [[nodiscard]] bool takes(std::size_t host, std::size_t unit) const;
  // "PCI; test", by name.
  [[nodiscard]] std::string labelsOf(std::size_t host, std::size_t unit) const;

 private:
  const SanIndex& index_;
  bool whole_;
  std::vector<base::IdSet> hostLabels_;
  std::vector<base::IdSet> unitLabels_;
  std::vector<bool> hosts_, units_;                // that are named; all where none is
  std::vector<bool> labelledHosts_, labelledUnits_;  // all where no label is named
};

}  // namespace san
