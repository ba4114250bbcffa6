// Service: what is done once a second: silent connections, notices, records of its own, metrics, old history.
#include "isns-server/app/change_audit.h"
#include "isns-server/app/policy_from_config.h"
#include "isns-server/app/service.h"
#include "isns-server/core/change_kind.h"
#include "isns-server/manage/audit/actor.h"
#include "isns-server/manage/keys/key_rows.h"

namespace app {
namespace {

constexpr std::size_t kPruneAtOnce = 500;
// 2026-01-01: before there was this program, which no clock that was right has shown it.
constexpr std::int64_t kFirstDay = 1'767'225'600;

std::string_view reasonText(core::SendFailure failure) {
  switch (failure) {
    case core::SendFailure::NoConnection:
      return "no connection";
    case core::SendFailure::Closed:
      return "connection closed";
    case core::SendFailure::Silent:
      return "no answer";
  }
  return "";
}

}  // namespace

// Once a second: connections that are silent, or send too slowly; metrics; history that is too old.
void Service::sweep() {
  const base::Now moment = now();
  const auto& limits = config_.runtime.limits;
  std::vector<std::pair<Client*, End>> over;
  for (auto& [id, client] : clients_) {
    const base::TimePoint partial = client->partialSince();
    const base::TimePoint closing = client->closingSince();
    if (closing != base::kNever) {
      if (moment.mono - closing >= kDrainTime) over.emplace_back(client.get(), client->closingReason());
    } else if (partial != base::kNever && moment.mono - partial >= limits.partialMessageTimeout) {
      over.emplace_back(client.get(), End::Partial);
    } else if (limits.idleTimeout.count() != 0 && moment.mono - client->lastActivity() >= limits.idleTimeout) {
      over.emplace_back(client.get(), End::Idle);
    }
  }
  for (const auto& [client, why] : over) {
    if (why == End::Partial) {
      parts_.log.write<Event::PartialMessageTimeout>(
          moment, {{"peer", client->peer().text()}, {"bytes", client->partialBytes()}});
    } else if (why == End::Idle) {
      parts_.log.write<Event::IdleTimeout>(moment, {{"peer", client->peer().text()}});
    }
    client->close(why);
  }
  reportNotices();
  syncMetrics();
  recordRefusals(moment);
  signTrail(moment);
  watchClock(moment);
  noteFacts();
  housekeep();
  parts_.log.reportSuppressed(moment);
  sweepTimer_.startAt(moment.mono + kSweep);
}

void Service::record(ops::AuditRecord record) {
  if (trail_ == nullptr) return;
  core::ManagedChange change;
  change.kind = core::change_kind::kManagement;
  change.origin = core::change_kind::kOwnOrigin;
  const base::Now moment = base::now();
  record.actor = trail_->serverId();
  change.rows = [this, moment, record = std::move(record)](store::OpsWriter& ops, std::uint64_t revision) {
    trail_->write(ops, {record}, revision, moment, true);
  };
  (void)server_.onManagedChange(change, moment);
}

// The audit log has who tried what he may not, a few records a minute of each address.
void Service::recordRefusals(base::Now moment) {
  if (trail_ == nullptr || refusals_.empty()) return;
  std::vector<ops::AuditRecord> records;
  for (const auto& refused : refusals_.take(moment.mono)) records.push_back(wireRefusalOf(refused));
  if (records.empty()) return;
  core::ManagedChange change;
  change.kind = core::change_kind::kManagement;
  change.origin = core::change_kind::kOwnOrigin;
  change.rows = [this, moment, records = std::move(records)](store::OpsWriter& ops, std::uint64_t revision) {
    trail_->write(ops, records, revision, moment);
  };
  (void)server_.onManagedChange(change, moment);
}

// A checkpoint that is due though nothing more has happened.
void Service::signTrail(base::Now moment) {
  if (trail_ == nullptr || !trail_->checkpointDue(moment)) return;
  core::ManagedChange change;
  change.kind = core::change_kind::kManagement;
  change.origin = core::change_kind::kOwnOrigin;
  change.rows = [this, moment](store::OpsWriter& ops, std::uint64_t revision) { trail_->write(ops, {}, revision, moment); };
  (void)server_.onManagedChange(change, moment);
}

// The time that is believed is stored now and then, for the next start: by the management server, where there is one.
void Service::watchClock(base::Now moment) {
  (void)clock_->judge(moment);
  if (trail_ != nullptr || clock_->floor() - storedFloor_ < keys::CertificateClock::kStoredEvery) return;
  storedFloor_ = clock_->floor();
  core::ManagedChange change;
  change.kind = core::change_kind::kManagement;
  change.origin = core::change_kind::kOwnOrigin;
  change.rows = [floor = storedFloor_](store::OpsWriter& ops, std::uint64_t) {
    keys::writeRow(ops, 1, keys::ClockRow{floor});
  };
  (void)server_.onManagedChange(change, moment);
}

// What the configuration has and the history does not follow from; each second, as the store may not take it at once.
void Service::noteFacts() {
  const manage::ServerFacts facts = serverFactsOf(config_);
  if (notedBefore_ || (noted_ && noted_->facts() == facts)) return;
  std::optional<manage::NotedFacts> next;
  core::ManagedChange change;
  change.ticket = kFactsTicket;
  change.kind = core::change_kind::kPolicy;
  change.origin = core::change_kind::kOwnOrigin;
  change.rows = [&](store::OpsWriter& ops, std::uint64_t revision) {
    next = noted_.value_or(manage::NotedFacts()).next(facts, revision);
    manage::writeRow(ops, *next);
  };
  if (server_.onManagedChange(change, base::now()).what != core::ManagedVerdict::What::Accepted) return;
  notedBefore_.emplace(std::exchange(noted_, std::move(next)));
}

void Service::onFactsNoted(bool committed) {
  if (!committed) noted_ = *notedBefore_;
  notedBefore_.reset();
}

// At the start and then every minute: what of the history is too old, by the time that is believed.
void Service::housekeep() {
  constexpr std::uint64_t kEvery = 60;  // sweeps
  if (config_.runtime.store.historyDays == 0 || sweeps_++ % kEvery != 0 || pruned_) return;
  pruned_ = 0;
  prunePage();
}

// In pages, so that commits need not wait long; one after another, so that it keeps up with what is written.
void Service::prunePage() {
  const std::uint32_t days = config_.runtime.store.historyDays;
  const base::Now moment = now();
  store::PruneLimits by;
  by.olderThan = base::unixSeconds(clock_->believed(moment)) - std::int64_t{86'400} * days;
  by.now = base::unixSeconds(clock_->tokenTime(moment));
  by.from = kFirstDay;
  const bool posted = storeThread_->post([this, by, days](store::Store& store) {
    const auto page = store.prune(by, kPruneAtOnce);
    parts_.loop.deliver(
        [this, rows = page ? *page : 0, days, olderThan = by.olderThan] { onPruned(rows, days, olderThan); });
  });
  if (!posted) pruned_.reset();  // in a minute again
}

void Service::onPruned(std::size_t rows, std::uint32_t days, std::int64_t olderThan) {
  *pruned_ += rows;
  const bool goesOn = config_.runtime.store.historyDays != 0 && !draining_;  // the setting may be another meanwhile
  if (rows == kPruneAtOnce && goesOn) return prunePage();
  const std::size_t all = *std::exchange(pruned_, std::nullopt);
  if (all == 0) return;
  parts_.log.write<Event::HistoryTrimmed>(now(), {{"rows", all}, {"days", days}});
  record(manage::auditOf<ops::AuditEvent::HistoryTrimmed>(
      manage::serverActor(), {}, {{"until", static_cast<std::uint64_t>(olderThan)}, {"changes", all}}));
}

void Service::reportNotices() {
  const base::Now moment = now();
  using Kind = core::Notice::Kind;
  for (const core::Notice& notice : server_.takeNotices()) {
    const std::string address = net::Address(notice.address, 0).host();
    switch (notice.kind) {
      case Kind::EntityExpired:
        parts_.log.write<Event::EntityExpired>(moment, {{"entity", notice.subject}});
        break;
      case Kind::PortalSilent:
        parts_.log.write<Event::EsiPortalLost>(
            moment, {{"entity", notice.subject}, {"portal", address}, {"misses", config_.runtime.esi.threshold}});
        break;
      case Kind::SourceViolation:
      case Kind::SourceRefused:
        parts_.log.write<Event::SourceCheckViolation>(moment, {{"peer", address},
                                                               {"source", notice.subject},
                                                               {"entity", notice.entity},
                                                               {"object", notice.object},
                                                               {"refused", notice.kind == Kind::SourceRefused}});
        break;
      case Kind::ShareRefused:
        parts_.log.write<Event::ObjectsOfSourceExceeded>(
            moment, {{"peer", address}, {"source", notice.subject}, {"max", config_.runtime.limits.objectsPerSource}});
        break;
      case Kind::AgentViolation:
      case Kind::AgentRefused:
        parts_.log.write<Event::AgentNameMisused>(moment, {{"peer", address},
                                                           {"source", notice.subject},
                                                           {"entity", notice.entity},
                                                           {"refused", notice.kind == Kind::AgentRefused}});
        break;
      case Kind::ControlNodeRefused:
        parts_.log.write<Event::ControlNodeUnauthorised>(moment, {{"peer", address}, {"source", notice.subject}});
        break;
    }
  }
  for (const core::ScnUndeliverable& lost : server_.takeUndeliverable()) {
    const core::Node* node = lost.recipient.type == core::ObjectType::Node
                                 ? server_.snapshot().get<core::Node>(lost.recipient.index)
                                 : nullptr;
    parts_.log.write<Event::ScnUndeliverable>(
        moment, {{"node", node != nullptr ? node->name() : std::string_view("?")},
                 {"reason", reasonText(lost.reason)},
                 {"events", lost.events}});
  }
}

// The core counts plainly; once a second what is new goes to the cells that scrapers read.
void Service::syncMetrics() {
  ops::Metrics& m = parts_.metrics;
  const core::ServerCounters& counters = server_.counters();
  for (std::size_t f = 0; f < core::ServerCounters::kFunctions; ++f) {
    for (std::size_t s = 0; s < core::ServerCounters::kStatuses; ++s) {
      const std::uint64_t more = counters.answers[f][s] - counted_.answers[f][s];
      if (more != 0) {
        m.at<Metric::Messages>(functionLabel(static_cast<std::uint16_t>(f)), statusLabel(static_cast<std::uint32_t>(s)))
            .add(more);
      }
    }
  }
  m.at<Metric::EntitiesExpired>().add(counters.expiredEntities - counted_.expiredEntities);
  m.at<Metric::PortalsLost>().add(counters.silentPortals - counted_.silentPortals);
  counted_ = counters;
  const core::ScnCounters& scn = server_.scnCounters();
  m.at<Metric::Scn>(ScnOutcome::Sent).add(scn.sent - scnCounted_.sent);
  m.at<Metric::Scn>(ScnOutcome::Acknowledged).add(scn.acknowledged - scnCounted_.acknowledged);
  m.at<Metric::Scn>(ScnOutcome::Failed).add(scn.undeliverable - scnCounted_.undeliverable);
  m.at<Metric::Scn>(ScnOutcome::Coalesced).add(scn.coalesced - scnCounted_.coalesced);
  m.at<Metric::Scn>(ScnOutcome::Dropped).add(scn.overflowed - scnCounted_.overflowed);
  scnCounted_ = scn;
  const core::EsiCounters& esi = server_.esiCounters();
  m.at<Metric::Esi>(EsiOutcome::Sent).add(esi.sent - esiCounted_.sent);
  m.at<Metric::Esi>(EsiOutcome::Answered).add(esi.answered - esiCounted_.answered);
  m.at<Metric::Esi>(EsiOutcome::Missed).add(esi.lost - esiCounted_.lost);
  esiCounted_ = esi;
  m.at<Metric::ScnWaiting>().set(static_cast<std::int64_t>(server_.scnRecipients()));
  core::forEachObjectType([&]<class T>(T*) {
    m.at<Metric::RegistryObjects>(objectLabel(T::kType))
        .set(static_cast<std::int64_t>(server_.snapshot().table<T>().size()));
  });
  m.at<Metric::RegistryRevision>().set(static_cast<std::int64_t>(server_.snapshot().revision));
  if (failedSince_ == base::kNever) m.at<Metric::StoreHealthy>().set(1);
}

}  // namespace app
