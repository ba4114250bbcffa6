#include "agent/app/directed_disk.h"

#include <utility>

#include "agent/app/control_views.h"
#include "agent/app/path_samples.h"
#include "agent/block/reach.h"

namespace agent {
namespace {

using base::Json;
using block::LinkState;
using control::Code;
using control::Refusal;

std::uint64_t microseconds(base::Duration duration) {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(duration).count());
}

std::string timeOf(base::WallTime time) { return timeText(base::unixSeconds(time)); }

Json pathView(const block::PathFacts& path) {
  return Json::Object{{"portal", path.portal},
                      {"state", block::wordOf(path.state)},
                      {"why", path.why},
                      {"since", timeOf(path.since)},
                      {"alua", path.access ? block::wordOf(*path.access) : std::string_view()},
                      {"requests", path.requests},
                      {"bytes", path.bytes},
                      {"errors", path.errors},
                      {"losses", path.losses},
                      {"latency_us", microseconds(path.latency)},
                      {"latency_max_us", microseconds(path.largest)},
                      {"latency_sum_us", path.latencies.nanoseconds / 1000},
                      {"latency_counts", latencyJson(path.latencies)}};
}

bool sameCredentials(const block::RemoteLunParameters& a, const block::RemoteLunParameters& b) {
  if (a.login == nullptr || b.login == nullptr) return a.login == b.login;
  return *a.login == *b.login;
}

}  // namespace

DirectedDisk::DirectedDisk(net::Loop& loop, ops::Log& log, std::string socket, std::optional<int> file,
                           std::string initiator, std::pmr::memory_resource& memory, DiskHears hears)
    : loop_(loop),
      log_(log),
      socket_(std::move(socket)),
      file_(file),
      initiator_(std::move(initiator)),
      memory_(memory),
      hears_(std::move(hears)),
      since_(base::wallNow()),
      look_(loop.timers(), [this] { look(); }) {}

DirectedDisk::~DirectedDisk() = default;

// ---- what it is told

control::Result DirectedDisk::configure(control::Arguments& arguments, pid_t pid) {
  auto next = readDiskSetting(arguments, initiator_, memory_);
  if (!next) return base::fail(next.error());
  if (stopping_) return base::fail(Refusal{Code::Failed, "the disk is about to end"});
  if (setting_) return change(std::move(*next), pid);
  setting_ = std::move(*next);
  name_ = setting_->name();
  logSetting(setting_->parameters.login == nullptr ? "none" : "given", pid);
  block::RemoteLunPathsOwner& self = *this;
  opening_ = std::make_unique<block::RemoteLunPaths>(loop_, setting_->parameters.copy(), setting_->portals, self);
  paths_ = opening_.get();
  paths_->setPolicy(setting_->policy);
  paths_->setWatch([this] { look(); });
  note();
  return Json(Json::Object{{"change", change_}});
}

control::Result DirectedDisk::change(DiskSetting next, pid_t pid) {
  if (const auto why = whyNotBecome(*setting_, next)) return base::fail(Refusal{Code::Invalid, *why});
  if (next.parameters.designator.empty()) next.parameters.designator = setting_->parameters.designator;
  if (auto proven = paths_->setDesignator(next.parameters.designator); !proven) {
    return base::fail(Refusal{Code::Invalid, proven.error().text});
  }
  next.parameters.readOnly = setting_->parameters.readOnly;  // as its clients know it; the target says what else holds
  const bool same = sameCredentials(setting_->parameters, next.parameters);
  const bool news = !same || next.portals != setting_->portals || next.policy != setting_->policy;
  setting_ = std::move(next);
  if (!same) paths_->setCredentials(setting_->parameters);
  paths_->setPolicy(setting_->policy);
  paths_->setPaths(setting_->portals);
  if (news) {
    ++change_;
    logSetting(same ? "as before" : "replaced", pid);
    look_.startAt(loop_.now());
  }
  return Json(Json::Object{{"change", change_}});
}

void DirectedDisk::logSetting(std::string_view credentials, pid_t pid) {
  std::string portals;
  for (const std::string& portal : setting_->portals) portals += (portals.empty() ? "" : " ") + portal;
  log_.write<Event::DiskConfigured>(base::now(), {{"store", name_},
                                                  {"portals", portals},
                                                  {"policy", wordOf(setting_->policy)},
                                                  {"credentials", credentials},
                                                  {"pid", pid}});
}

void DirectedDisk::stop(std::string_view reason) {
  if (std::exchange(stopping_, true)) return;
  if (export_ == nullptr) return hears_.ended(true);
  export_->stop(reason, hears_.ended);
}

// ---- what it is

// From the loop, after something has changed.
void DirectedDisk::look() {
  logPaths();
  if (export_ == nullptr && !stopping_ && opening_ != nullptr && opening_->usable()) open();
  note();
  if (told_) told_();
}

void DirectedDisk::open() {
  auto device = std::make_unique<block::RemoteLunDevice>(std::move(opening_));
  device_ = device.get();
  export_ = std::make_unique<DiskExport>(loop_, log_, name_, std::move(device));
  export_->setChanged([this] {
    ++change_;
    look_.startAt(loop_.now());
  });
  // What the unit alone says of writing it may say otherwise later.
  const bool writtenLater = !setting_->parameters.readOnly;
  if (auto listening = export_->listen(socket_, file_, writtenLater); !listening) {
    return hears_.failed(listening.error());
  }
  hears_.ready();
}

DiskState DirectedDisk::stateNow() const {
  if (paths_ == nullptr) return DiskState::Unconfigured;
  if (paths_->usable()) return export_ == nullptr ? DiskState::Connecting : DiskState::Ready;
  if (paths_->another()) return DiskState::AnotherUnit;
  if (paths_->refused()) return DiskState::Refused;
  return export_ == nullptr ? DiskState::Connecting : DiskState::Lost;
}

std::string DirectedDisk::whyNow() const {
  std::string why;
  if (paths_ == nullptr || paths_->usable()) return why;
  const auto paths = paths_->pathFacts();
  for (const block::PathFacts& path : paths) {
    if (path.why.empty()) continue;
    why += (why.empty() ? "" : "; ") + (paths.size() == 1 ? path.why : path.portal + ": " + path.why);
  }
  return paths_->refused() ? std::string(block::kRefusedWords) + why : why;
}

void DirectedDisk::note() {
  const DiskState state = stateNow();
  std::string why = whyNow();
  if (state == state_ && why == why_) return;
  ++change_;
  if (state != state_) since_ = base::wallNow();
  // Where there is an export, the device says so when it gives requests up.
  if (state != state_ && state == DiskState::Refused && export_ == nullptr) {
    log_.write<Event::DiskRefused>(base::now(), {{"store", name_}, {"why", why}});
  }
  state_ = state;
  why_ = std::move(why);
}

void DirectedDisk::logPaths() {
  if (paths_ == nullptr) return;
  std::map<std::string, LinkState, std::less<>> now;
  for (const block::PathFacts& path : paths_->pathFacts()) {
    const auto before = logged_.find(path.portal);
    // A path that is only asked again what it is goes on as it was for the log.
    const LinkState was = before == logged_.end() ? LinkState::Connecting : before->second;
    const bool trying = path.state == LinkState::Held || (path.state == LinkState::Connecting && path.why.empty());
    // Before it was up, what keeps it from that is a loss too.
    const LinkState is = trying ? was : path.state == LinkState::Connecting ? LinkState::Lost : path.state;
    now[path.portal] = is;
    if (is == was) continue;
    ++change_;
    logPath(path);
  }
  if (now.size() != logged_.size()) ++change_;
  logged_ = std::move(now);
}

void DirectedDisk::logPath(const block::PathFacts& path) {
  switch (path.state) {
    case LinkState::Up:
      return log_.write<Event::DiskPathUp>(base::now(), {{"store", name_}, {"portal", path.portal}});
    case LinkState::Refused:
      return log_.write<Event::DiskPathRefused>(base::now(),
                                                {{"store", name_}, {"portal", path.portal}, {"why", path.why}});
    case LinkState::AnotherUnit:
      return log_.write<Event::DiskPathAnother>(base::now(),
                                                {{"store", name_}, {"portal", path.portal}, {"why", path.why}});
    default:
      break;
  }
  log_.write<Event::DiskPathLost>(base::now(), {{"store", name_}, {"portal", path.portal}, {"why", path.why}});
}

Json DirectedDisk::status() const {
  Json::Object members{{"change", change_},
                       {"state", kDiskStateWords[static_cast<std::size_t>(state_)]},
                       {"why", why_},
                       {"since", timeOf(since_)},
                       {"socket", socket_}};
  if (!setting_) return members;
  const scsi::Geometry geometry = export_ == nullptr ? scsi::Geometry{} : export_->geometry();
  const block::RemoteLunDevice::Counters counters =
      device_ == nullptr ? block::RemoteLunDevice::Counters{} : device_->counters();
  const std::string& wanted = setting_->parameters.designator;
  const auto& found = paths_->facts().designators;
  members.push_back({"target", setting_->parameters.url.target});
  members.push_back({"lun", *setting_->parameters.url.lun});
  members.push_back({"unit", wanted.empty() && !found.empty() ? found.front() : wanted});
  members.push_back({"policy", wordOf(setting_->policy)});
  members.push_back({"bytes", geometry.blocks * geometry.blockSize});
  members.push_back({"block_size", geometry.blockSize});
  members.push_back({"read_only", export_ == nullptr ? setting_->parameters.readOnly : geometry.readOnly});
  members.push_back({"clients", std::uint64_t{export_ == nullptr ? 0 : export_->clients()}});
  members.push_back({"requests", counters.requests});
  members.push_back({"bytes_read", counters.bytesRead});
  members.push_back({"bytes_written", counters.bytesWritten});
  members.push_back({"errors", counters.errors});
  Json::Array paths;
  for (const block::PathFacts& path : paths_->pathFacts()) paths.push_back(pathView(path));
  members.push_back({"paths", std::move(paths)});
  return members;
}

}  // namespace agent
