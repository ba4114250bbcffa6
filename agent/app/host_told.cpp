// What a host's role tells of itself: to people and programs, to the management server, to whoever scrapes metrics.
#include <algorithm>

#include "agent/app/control_views.h"
#include "agent/app/host_role.h"
#include "agent/app/host_targets.h"
#include "agent/app/managed_report.h"
#include "shared/mgmt/report_limits.h"

namespace agent {

using attach::Disk;
using base::Json;

Json HostRole::view() const {
  Json::Array disks;
  for (const auto& [id, disk] : plan_.disks()) {
    const auto process = processes_.find(id);
    const DiskStatus* status = process == processes_.end() ? nullptr : &process->second->status();
    Json::Object one{{"disk", id},
                     {"target", disk.key.target},
                     {"lun", std::uint64_t{disk.key.lun}},
                     {"unit", disk.key.designator},
                     {"bytes", disk.bytes},
                     {"device", disk.device},
                     {"state", disk.lost && disk.phase == attach::DiskPhase::Attached ? std::string_view("lost")
                                                                                      : attach::wordOf(disk.phase)},
                     {"withdrawn", disk.withdrawn},
                     {"read_only", disk.readOnly},
                     {"leaves_at", disk.leavesAt == 0 ? Json() : Json(timeText(disk.leavesAt))},
                     {"why", disk.why.empty() && status != nullptr ? status->why : disk.why}};
    if (status != nullptr) {
      one.push_back({"service", status->state});
      one.push_back({"clients", status->clients});
      if (const Json* paths = status->whole.find("paths"); paths != nullptr) one.push_back({"paths", *paths});
    }
    disks.emplace_back(std::move(one));
  }
  Json::Array targets;
  for (const auto& [name, watched] : targets_.all()) {
    const std::vector<std::string> texts = textsOf(watched.portals);
    Json::Array portals(texts.begin(), texts.end());
    const attach::TargetWatch& watch = *watched.watch;
    targets.emplace_back(Json::Object{{"target", name},
                                      {"portals", std::move(portals)},
                                      {"session", watch.agreed() != nullptr ? watch.portal() : std::string()},
                                      {"units", std::uint64_t{watch.units().size()}},
                                      {"why", watch.why()}});
  }
  return Json(Json::Object{{"initiator", settings_.initiator},
                           {"means", newMeans_},
                           {"reason", reason_},
                           {"helper", helperWhy_.empty() ? std::string("there") : helperWhy_},
                           {"disks", std::move(disks)},
                           {"targets", std::move(targets)}});
}

std::vector<PathSample> HostRole::paths() const {
  std::vector<PathSample> all;
  for (const auto& [id, process] : processes_) {
    const Disk* disk = plan_.find(id);
    if (disk != nullptr) addPathSamples(all, disk->key.target, disk->key.lun, process->status().whole);
  }
  return all;
}

// The session of the watch lists units; those of the disks' processes carry the requests.
std::vector<management::SeenSession> HostRole::sessions() {
  std::vector<management::SeenSession> all;
  for (const auto& [name, watched] : targets_.all()) {
    const iscsi::AgreedLogin* agreed = watched.watch->agreed();
    if (agreed == nullptr) continue;
    management::SeenSession& seen = all.emplace_back();
    seen.initiator = settings_.initiator;
    seen.target = name;
    seen.portal = watched.watch->portal() + "/tcp";
    seen.since = base::unixSeconds(watched.watch->since());
    seen.proof = proofOf(agreed->identity.proof);
    const attach::LoginProof* proof = watched.watch->proof();
    if (proof != nullptr && seen.proof != san::Proof::ClaimedName) {
      seen.used = {proof->credential, proof->version, proof->mutualVersion, agreed->identity.md5};
    }
    for (const attach::UnitSeen& unit : watched.watch->units()) seen.units.push_back(unit.designator);
  }
  for (const PathLatency::Path& path : latency_.take(paths(), now())) addMeasured(all, path);
  return all;
}

std::optional<std::vector<management::HeldDisk>> HostRole::heldDisks() {
  static_assert(attach::DiskPlan::kMaxDisks <= mgmt::ReportLimits::kHeldDisks);
  useKnown_ = useKnown_ || (heard_ && plan_.knowsUse());
  if (!useKnown_) return std::nullopt;
  std::erase_if(heldSince_, [&](const auto& one) {
    const Disk* disk = plan_.find(one.first);
    return disk == nullptr || !disk->inUse;
  });
  std::vector<management::HeldDisk> held;
  for (const auto& [id, disk] : plan_.disks()) {
    if (!disk.inUse) continue;
    const auto since = heldSince_.try_emplace(id, base::unixSeconds(base::wallNow())).first;
    held.push_back({settings_.initiator, disk.key.target, disk.key.lun,
                    disk.key.designator == attach::kUnnamed ? std::string() : management::brief(disk.key.designator),
                    management::brief(disk.why), since->second});
  }
  return held;
}

void HostRole::addMeasured(std::vector<management::SeenSession>& sessions, const PathLatency::Path& path) {
  const std::string portal = path.portal + "/tcp";
  const auto same = std::ranges::find_if(
      sessions, [&](const management::SeenSession& one) { return one.target == path.target && one.portal == portal; });
  if (same != sessions.end()) {
    same->measured = path.measured;
    return;
  }
  const auto watched = std::ranges::find(sessions, path.target, &management::SeenSession::target);
  if (!path.up || watched == sessions.end()) return;
  // Another portal of the target, logged in to in the same way.
  management::SeenSession seen = *watched;
  seen.portal = portal;
  seen.measured = path.measured;
  sessions.push_back(std::move(seen));
}

}  // namespace agent
