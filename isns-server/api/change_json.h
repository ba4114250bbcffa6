// Change sets, their impact and what stands against them as the JSON of the API. Pure functions.
//
// References are texts (refText()); times are seconds since 1970 UTC, null: not yet.
#pragma once

#include "isns-server/manage/changes/change_sets.h"
#include "shared/base/json.h"
#include "shared/san/finding_changes.h"

namespace api {

enum class Edits : std::uint8_t { All, Count };  // lists only count them
base::Json changeJson(const san::Snapshot& snapshot, const manage::Draft& draft, Edits edits);
// Of one that is no longer kept but for its record, or came by iSNS.
base::Json recordJson(const san::ChangeSet& record);

base::Json objectionsJson(const san::Snapshot& snapshot, const std::vector<san::Objection>& objections);
base::Json differencesJson(const san::Snapshot& snapshot, const std::vector<san::Difference>& differences);
base::Json refsJson(const san::Snapshot& snapshot, const std::vector<san::ObjectRef>& refs);

// The first kListed of the cells.
inline constexpr std::size_t kListed = 10'000;
base::Json impactJson(const san::Impact& impact, const san::SanIndex& before, const san::SanIndex& after);
// What a drain does at the commit, and what when it ends. The first kListed of what leaves.
base::Json drainJson(const san::DrainPlan& plan, const san::SanIndex& before, const san::SanIndex& middle,
                     const san::SanIndex& after);
base::Json findingsJson(const san::FindingsImpact& findings);

}  // namespace api
