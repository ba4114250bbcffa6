// What the target server tells of itself: sessions, units, counters, the headers of a session.
#include <algorithm>

#include "agent/target/pcap.h"
#include "agent/target/target_server_impl.h"

namespace target {

SessionFacts TargetServer::Impl::factsOf(const Entry& entry) const {
  SessionFacts facts;
  const iscsi::AgreedLogin& login = entry.session->login();
  facts.id = entry.id;
  facts.initiator = login.initiatorName;
  facts.target = login.targetName;
  facts.discovery = login.discovery;
  facts.isid = login.isid;
  facts.tsih = login.tsih;
  facts.portalGroup = entry.group;
  facts.identity = login.identity;
  facts.secret = login.peerSecret;
  facts.parameters = login.parameters;
  facts.since = entry.since;
  for (const iscsi::TargetConnection* const connection : entry.session->connections()) {
    const auto socket = std::find_if(sockets_.begin(), sockets_.end(),
                                     [&](const auto& one) { return &one.second->connection() == connection; });
    if (socket == sockets_.end()) continue;
    facts.connections.push_back({connection->cid(), socket->second->peer(), socket->second->local()});
  }
  const iscsi::SessionCounters& counters = entry.session->counters();
  facts.commandsNow = entry.session->tasks();
  facts.commandsMax = counters.commandsMax;
  if (entry.units != nullptr) facts.io = entry.units->io();
  facts.digestErrors = counters.digestErrors;
  facts.rejects = counters.rejects;
  facts.taskManagement = counters.taskManagement;
  return facts;
}

std::vector<SessionFacts> TargetServer::Impl::sessions() {
  std::vector<SessionFacts> all;
  for (const auto& [session, entry] : entries_) all.push_back(factsOf(entry));
  std::sort(all.begin(), all.end(), [](const SessionFacts& a, const SessionFacts& b) { return a.id < b.id; });
  return all;
}

std::vector<UnitFacts> TargetServer::Impl::units() const {
  std::vector<UnitFacts> all;
  for (const auto& [id, unit] : units_) {
    if (!unit->disk().awaited()) all.push_back(unit->facts());
  }
  return all;
}

std::vector<std::string> TargetServer::Impl::storesLeaving() const {
  std::vector<std::string> all;
  for (const auto& unit : leaving_) all.push_back(unit->setup().store);
  return all;
}

ServerCounters TargetServer::Impl::counters() {
  ServerCounters all = counters_;
  all.connectionsNow = sockets_.size();
  all.outOfShare = memory_.refusedForShare();
  all.unitsLeaving = leaving_.size();
  for (const auto& [session, entry] : entries_) {
    all.rejects += session->counters().rejects;
    all.outOfMemory += session->counters().outOfMemory;
  }
  return all;
}

base::Bytes TargetServer::Impl::trace(std::uint64_t id) {
  base::Bytes file;
  const base::Now now = base::now();
  for (const auto& [session, entry] : entries_) {
    if (entry.id != id) continue;
    beginPcap(file);
    for (const auto& [socket, owned] : sockets_) {
      if (owned->connection().session() != session) continue;
      appendPcap(file, owned->connection().trace(), owned->peer(), owned->local(), now);
    }
  }
  return file;
}

}  // namespace target
