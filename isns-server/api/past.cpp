#include "isns-server/api/past.h"

#include "shared/base/time_text.h"

namespace api {

using mgmt::ProblemCode;

void snapshotAt(Desk& desk, san::Revision revision, std::function<void(const Wanted<san::Snapshot>&)> then) {
  if (const auto snapshot = desk.timeline.at(revision)) return then(*snapshot);
  desk.clerk.rebuild(revision, std::move(then));
}

void snapshotsAt(Desk& desk, san::Revision first, san::Revision last, std::function<void(const Wanted<Pasts>&)> then) {
  snapshotAt(desk, first, [&desk, last, then = std::move(then)](const Wanted<san::Snapshot>& before) {
    if (!before) return then(base::Failure<mgmt::Problem>{before.error()});
    snapshotAt(desk, last, [before = *before, then](const Wanted<san::Snapshot>& after) {
      if (!after) return then(base::Failure<mgmt::Problem>{after.error()});
      then(Pasts{before, *after});
    });
  });
}

void revisionParameter(Desk& desk, const Call& call, std::string_view name, san::Revision preset,
                       std::function<void(const Wanted<san::Revision>&)> then) {
  const std::string_view text = call.parameter(name);
  if (text.empty()) return then(preset);
  const san::Revision newest = desk.timeline.now().revision;
  if (const auto time = base::parseTime(text)) {
    if (base::unixSeconds(*time) >= desk.timeline.now().time) return then(newest);
    return desk.clerk.revisionAt(*time, std::move(then));
  }
  const auto revision = call.numberParameter(name, preset, newest);
  if (revision) return then(*revision);
  then(problem(
      ProblemCode::BadParameter,
      std::string(name) + " must be a number up to " + std::to_string(newest) + ", or a time as 2026-01-31T12:00:00Z.",
      std::string(name)));
}

}  // namespace api
