// The rows of an evidence pack from the SAN model: who gets to what (the population), findings, and who has told what is
// known.
//
// Everything comes from one immutable index, the times of revisions and the options: the same data give the same rows, in
// the order of hosts and units. Pure, for a worker.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "isns-server/manage/evidence/evidence_input.h"
#include "shared/san/pack_filter.h"
#include "shared/san/pair_layers.h"
#include "shared/san/reach.h"
#include "shared/san/why.h"

namespace manage {

using san::PackFilter;
using san::PackScope;

// When revisions were made; ascending.
using RevisionTimes = std::vector<std::pair<std::uint64_t, base::WallTime>>;

// The cells that work or of which it is not known, on the applied basis.
class ReachPopulation final : public PopulationSource {
 public:
  // Borrowed.
  ReachPopulation(const san::SanIndex& index, const san::ReachMatrix& works, const RevisionTimes& times,
                  const PackFilter& filter, const Commits& commits);
  bool next(PopulationRow& row) override;
  [[nodiscard]] std::size_t unapproved() const { return unapproved_; }

 private:
  using Layers = std::array<san::LayerProof, san::kLayers>;
  void fill(PopulationRow& row, san::Truth truth);
  [[nodiscard]] san::Id madeBy(san::Revision revision) const;
  [[nodiscard]] san::Id changeOf(const san::Path& path, const Layers& layers, san::Revision revision) const;
  [[nodiscard]] san::Id giverOf(san::Id change, const san::Approval* approval) const;
  [[nodiscard]] const san::Approval* approvalOf(san::ObjectRef host, san::Id initiator, san::Id unit, san::Right right) const;

  const san::SanIndex& index_;
  const san::ReachMatrix& works_;
  const RevisionTimes& times_;
  const PackFilter& filter_;
  san::PairLayers pair_;
  std::vector<std::pair<std::pair<san::ObjectRef, san::Id>, const san::Approval*>> approvals_;  // ascending
  std::vector<std::pair<san::Revision, san::Id>> changes_;  // by what they made first, ascending
  std::size_t host_ = 0;
  std::size_t unit_ = 0;
  std::size_t unapproved_ = 0;
};

// Up to a revision, by the records of a state: the present one, as those of a past state may be of a version that did
// not keep all of it.
Commits commitsOf(const san::Snapshot& records, san::Revision cut);

// An agent is late when its last report is this much older than the cut.
inline constexpr std::chrono::seconds kLateAfter = std::chrono::minutes(10);

// Of both: no more than one above what a pack may have (EvidenceInput), which buildEvidence() refuses.
std::vector<FindingRow> findingRows(const san::SanIndex& index, const san::ReachMatrix& works,
                                    const RevisionTimes& times, base::WallTime cut, std::size_t most = kMaxFindings);
// The name server, the audit log, agents, and every target that no agent speaks for.
std::vector<SourceRow> sourceRows(const san::SanIndex& index, const EvidenceInput& input);

// Fills figures, findings, sources and the population of an input whose texts and cut are there; `use` gets it while the
// population lives. The scope is of figures and population; findings and sources are those of the whole SAN.
void withReach(const san::SanIndex& index, const RevisionTimes& times, const PackScope& scope, EvidenceInput& input,
               const std::function<void(const EvidenceInput&)>& use);

}  // namespace manage
