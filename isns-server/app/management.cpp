#include "isns-server/app/management.h"

#include "isns-server/app/memory_held.h"
#include "isns-server/core/change_kind.h"
#include "isns-server/manage/changes/wire_changes.h"
#include "isns-server/manage/credentials/credential_sync.h"
#include "isns-server/manage/model/model_schema.h"
#include "shared/net/listen_failure.h"
#include "shared/net/source.h"
#include "shared/net/thread_priority.h"

namespace app {

using mgmt::ProblemCode;

namespace {

manage::Wanted<std::uint64_t> refusal(const core::ManagedVerdict& verdict) {
  using What = core::ManagedVerdict::What;
  switch (verdict.what) {
    case What::Behind:
      return problem(ProblemCode::StaleDraft, "A domain or a set has changed meanwhile.");
    case What::StoreFailed:
      return problem(ProblemCode::StoreFailed, {});
    case What::Busy:
      return problem(ProblemCode::Busy, {});
    case What::Wrong:
    case What::Accepted:
      break;
  }
  return problem(ProblemCode::Internal, verdict.text + ".");
}

// Feeds the rows that a start has kept to whoever owns them.
base::Status eachRow(const base::ByteArena& rows,
                     const std::function<base::Status(std::uint8_t, std::int64_t, std::span<const store::Cell>)>& take) {
  store::OpsReader reader(rows.view());
  for (store::Op op; reader.next(op);) {
    if (auto status = take(op.table, op.id, op.cells); !status) return status;
  }
  return {};
}

std::uint64_t randomNumber() {
  std::uint64_t number = 0;
  (void)systemRandom()({reinterpret_cast<std::uint8_t*>(&number), sizeof number});
  return number;
}

}  // namespace

Management::Management(ManagementOptions options, ProtocolLink& protocol, AuditTrail& trail,
                       evidence::SigningKey logKey, ops::Log& log)
    : options_(std::move(options)),
      protocol_(protocol),
      readings_(protocol, [this](std::function<void()> work) { loop_->deliver(std::move(work)); }),
      log_(log),
      trail_(trail),
      timeline_(randomNumber()),
      logKey_(options_.keyFolder, std::move(logKey), options_.keys.otherAudit),
      witness_(options_.witnessFolder, logKey_.key(), logKey_.other()),
      guard_(guardParts(), trail.atStart()),
      archive_(readings_, guard_, options_.keys.serverId,
               [this](std::function<void()> work) { loop_->deliver(std::move(work)); }),
      administration_(systemRandom(), net::sourceOf),
      seals_(&locked_),
      authority_(seals_.ring(), systemRandom()),
      certificates_(authority_, systemRandom()),
      agents_(authority_, systemRandom(), net::sourceOf),
      credentials_(seals_.ring()),
      sealedCredentials_(credentials_, systemRandom()),
      changes_(protocol, lane_, trail, refused_, log),
      keys_({seals_, authority_, agents_, lane_, logKey_, witness_, guard_, *this, log}, options_.keyFolder,
            [this] { return serveAll(); }) {
  administration_.setCertificates(certificates_);
  administration_.setInvitations(
      [this](const manage::Login& maker, std::string_view reason, const manage::Actor& actor) {
        return agents_.endMadeWith(maker, reason, actor);
      });
  seals_.watch(authority_);
  seals_.watch(sealedCredentials_);
}

Management::~Management() {
  if (!thread_.joinable()) return;
  loop_->stop();
  thread_.join();
}

base::Result<std::unique_ptr<Management>> Management::start(ManagementOptions options, base::ByteArena rows,
                                                            const store::LoadInfo& info, ProtocolLink& protocol,
                                                            AuditTrail& trail, evidence::SigningKey logKey,
                                                            ops::Log& log) {
  std::unique_ptr<Management> management(new Management(std::move(options), protocol, trail, std::move(logKey), log));
  if (auto status = management->open(rows, info); !status) return base::fail(status.error());
  Management* const self = management.get();
  auto kept = std::make_shared<base::ByteArena>(std::move(rows));
  self->thread_ = std::thread([self, kept, info] { self->run(std::move(*kept), info); });
  return management;
}

// What must be good before anything is served: people, keys, sockets.
base::Status Management::open(const base::ByteArena& rows, const store::LoadInfo& info) {
  auto loop = api::EventLoop::make();
  if (!loop) return base::fail(loop.error());
  loop_ = std::move(*loop);
  // What seals is known before anything is opened.
  auto read = eachRow(rows, [&](std::uint8_t table, std::int64_t id, std::span<const store::Cell> cells) {
    return seals_.loadRow(table, id, cells);
  });
  if (read) read = seals_.open(std::move(options_.keys.seals));
  if (!read) return read;
  if (locked_.unlockedBytes() > 0) log_.write<Event::SecretsUnlocked>(base::now(), {{"what", "the keys that seal secrets"}});
  const auto status = eachRow(rows, [&](std::uint8_t table, std::int64_t id, std::span<const store::Cell> cells) -> base::Status {
    if (auto taken = administration_.loadRow(table, id, cells); !taken) return taken;
    if (auto taken = certificates_.loadRow(table, id, cells); !taken) return taken;
    if (auto taken = agents_.loadRow(table, id, cells); !taken) return taken;
    if (auto taken = credentials_.loadRow(table, id, cells); !taken) return taken;
    if (table == manage::kDraftTable) locksAtStart_.take(manage::heldByRow(id, cells));
    return authority_.loadRow(table, id, cells);
  });
  if (!status) return base::fail("the management server's rows cannot be used: " + status.error().text);
  agents_.startClock(base::now(), info.revision == 0);
  guardsAtStart_ = agents_.guards();
  foundAtStart_ = guard_.foundAtStart();
  guarded_ = agents_.guardsVersion();
  changes_.onJoin([this](const manage::Draft& draft, const manage::Actor& who, const san::Snapshot& before,
                         const san::SanIndex& after,
                         san::SnapshotEditor& middle) { return joinCredentials(draft, who, before, after, middle); });
  changes_.onJoinDraft([this](const manage::Draft& draft) { return dropWithdrawn(draft); });
  changes_.onTime([this](base::Now now) { return agents_.steadyTime(now); });
  changes_.onIndex([this](const san::Snapshot& snapshot) { return timeline_.indexOf(snapshot); });
  workers_.emplace(*loop_);
  passwords_.emplace(*loop_);
  api_ = std::make_unique<api::ApiServer>(
      api::Desk{timeline_, administration_, certificates_, agents_, credentials_, lane_, *workers_, *passwords_, *this,
                archive_, systemRandom(), options_.version, changes_, keys_, evidenceMaker(), options_.nameServers,
                options_.discover, refused_},
      options_.rates, limited());
  if (!options_.socket.empty()) {
    auto local = api::HttpServer::startLocal(*loop_, options_.socket, {}, *api_);
    if (!local) return base::fail("api.socket: " + local.error().text);
    local_ = std::move(*local);
  }
  if (authority_.present()) {
    if (const auto serves = keys_.serve(); !serves) return base::fail(serves.error().detail);
    return {};
  }
  log_.write<Event::ApiUninitialised>(base::now(), {{"socket", options_.socket}});
  return {};
}

api::ApiServer::Limited Management::limited() {
  return {[this](const std::string& peer) {
            options_.metrics->at<Metric::ApiLimited>().add();
            log_.write<Event::ApiRateExceeded>(base::now(), {{"peer", peer}, {"max", options_.rates.perSecond}});
          },
          [this](const std::string& peer) {
            options_.metrics->at<Metric::ConnectionsRefused>(RefusedBy::ApiPerSource).add();
            log_.write<Event::ConnectionRefused>(base::now(), {{"peer", peer},
                                                               {"limit", "api.connections_per_source"},
                                                               {"max", options_.limits.connectionsPerSource}});
          }};
}

LogGuard::Parts Management::guardParts() {
  return {readings_,
          log_,
          witness_,
          options_.keys.serverId,
          logKey_,
          [this](std::function<void()> work) { loop_->deliver(std::move(work)); },
          [this](std::vector<ops::AuditRecord> records, const std::function<void(bool)>& done) {
            manage::Step step;
            step.audit = std::move(records);
            step.checkpoint = true;
            carryOut(std::move(step), [done](const manage::Wanted<std::uint64_t>& stored) { done(stored.ok()); });
          }};
}

api::EvidenceMaker Management::evidenceMaker() const {
  api::EvidenceMaker maker;
  maker.serverId = options_.keys.serverId;
  maker.serverName = options_.names.empty() ? options_.keys.serverId : options_.names.front();
  maker.builder = [this]() -> api::EvidenceMaker::Build {
    return [key = logKey_.key()](const manage::EvidenceInput& input) { return manage::buildEvidence(input, key); };
  };
  return maker;
}

void Management::openForAll(std::function<void(const manage::Wanted<void>&)> done) {
  if (authority_.present()) return done(keys_.serve());
  auto made = authority_.create(base::wallNow());
  if (!made) return done(problem(ProblemCode::Internal, made.error().text + "."));
  carryOut(std::move(*made), [this, done](const manage::Wanted<std::uint64_t>& outcome) {
    nextUpkeep_ = {};  // the keys' rows
    done(outcome ? keys_.serve() : manage::Wanted<void>(base::fail(outcome.error())));
  });
}

// HTTPS as the authority is now, on a port that is open already or a new one; what the certificate holds for.
manage::Wanted<KeyDriver::Shown> Management::serveAll() {
  if (!authority_.present()) return problem(ProblemCode::NotInitialised, {});
  const auto tls = authority_.serverTls(options_.names, base::wallNow());
  if (!tls) return problem(ProblemCode::Internal, tls.error().text + ".");
  api::TlsIdentity identity{tls->chain, std::string(base::asText(tls->key.reveal())), tls->clientCa};
  const auto wiped = [&] { base::wipe({reinterpret_cast<std::uint8_t*>(identity.key.data()), identity.key.size()}); };
  if (https_) {
    const base::Status renewed = https_->renew(identity);
    wiped();
    if (!renewed) return problem(ProblemCode::Internal, renewed.error().text + ".");
    return KeyDriver::Shown{tls->from, tls->until};
  }
  auto server = api::HttpServer::start(*loop_, options_.address, identity, options_.limits, *api_);
  wiped();
  if (!server) {
    return problem(
        ProblemCode::CannotListen,
        net::listensFor("the management API", "api.address, api.port", base::fail(server.error())).error().text + ".");
  }
  https_ = std::move(*server);
  port_ = https_->port();
  log_.write<Event::ApiServing>(base::now(), {{"address", options_.address.withPort(port_).text()},
                                              {"authority", authority_.authorities().current().root().fingerprint().text()}});
  return KeyDriver::Shown{tls->from, tls->until};
}

// The secrets of credentials that a change set makes become durable with it.
base::Result<manage::Joined> Management::joinCredentials(const manage::Draft& draft, const manage::Actor& who,
                                                         const san::Snapshot& before, const san::SanIndex& after,
                                                         san::SnapshotEditor& middle) {
  credentials::CredentialWork work(credentials_, systemRandom(), who, base::wallNow());
  work.because(draft.reason);
  if (auto status = credentials::createNew(work, credentials_, before, after,
                                           {draft.id, draft.origin == san::ChangeOrigin::Rollback});
      !status) {
    return base::fail(status.error());
  }
  if (work.empty()) return manage::Joined{};
  (void)work.editModel(middle);
  manage::Step step = work.finish();
  return manage::Joined{std::move(step.rows), std::move(step.audit)};
}

// Secrets that were brought for a credential go when the draft makes it no more, so that nothing puts them in force.
core::ExtraRows Management::dropWithdrawn(const manage::Draft& draft) {
  credentials::CredentialWork work(credentials_, systemRandom(), manage::serverActor(), base::wallNow());
  for (std::int64_t row : credentials::withdrawn(credentials_, projection_->snapshot(), draft.id, draft.edits)) {
    work.drop(row);
  }
  if (work.empty()) return {};
  return work.finish().rows;
}

// ---- The thread ----------------------------------------------------------------------------------------------------

void Management::run(base::ByteArena rows, store::LoadInfo info) {
  net::runBehind();  // whoever asks here waits for hosts that look for their disks, not they for him
  projection_.emplace(0, options_.facts);
  base::Status loaded = eachRow(rows, [&](std::uint8_t table, std::int64_t id, std::span<const store::Cell> cells) {
    return projection_->loadRow(table, id, cells);
  });
  if (loaded) loaded = projection_->finishLoad(info.revision, base::unixSeconds(base::wallNow()));
  tellUnfit();
  changes_.begin(*projection_);
  if (loaded) {
    loaded = eachRow(rows, [&](std::uint8_t table, std::int64_t id, std::span<const store::Cell> cells) {
      return changes_.loadRow(table, id, cells);
    });
  }
  rows = {};
  credentials_.reached(info.revision);
  if (loaded) {
    show(projection_->snapshot());
    lane_.reached(info.revision);
    findWithdrawn();
    changes_.start(base::now());
  } else {
    failModel(loaded.error().text);
  }
  loop_->run([this] {
    const base::Now now = base::now();
    if (now.mono >= nextTick_) {
      onTick();
      nextTick_ = now.mono + api_->pause();
    }
    if (now.mono >= nextUpkeep_) {
      nextUpkeep_ = now.mono + kUpkeep;
      if (auto step = administration_.upkeep(agents_.believed(now))) carryOut(std::move(*step), [](const auto&) {});
      forgetWireRecords();
      forgetOrphans();
      forgetWithdrawn();
      keys_.upkeep(now, open_.empty() && lane_.idle());
      const MemoryHeld held = memoryHeld();  // it takes the allocator's locks: not at each tick
      options_.metrics->at<Metric::MemoryAllocated>().set(held.allocated);
      options_.metrics->at<Metric::MemoryResident>().set(held.resident);
    }
    changes_.onLoop(now);
    handOverGuards();
    api_->onTurn();
    nextTick_ = std::min(nextTick_, now.mono + api_->pause());
    return std::min(nextTick_, changes_.nextDeadline());
  });
  // Connections and streams end on the thread that served them, and with them whoever waits for what is read.
  readings_.end();
  open_.clear();
  https_.reset();
  local_.reset();
  workers_.reset();
  passwords_.reset();
  changes_.end();
  api_.reset();
}

void Management::failModel(const std::string& why) {
  log_.write<Event::ModelFailed>(base::now(), {{"error", why}});
  changes_.end();
  projection_.reset();
  windows_.forget();
  lane_.reached(manage::ModelLane::kAny);
}

void Management::show(const san::Snapshot& snapshot) {
  timeline_.push(snapshot);
  windows_.know(snapshot);
}

void Management::take(const store::Batch& batch) {
  pending_ -= batch.bytes();
  if (!projection_ || catchingUp_ || batch.empty()) return;
  if (batch[0].revision > projection_->snapshot().revision + 1) return catchUp();
  if (apply(batch)) moved();
}

bool Management::apply(const store::Batch& batch) {
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (batch[i].revision <= projection_->snapshot().revision) continue;
    const san::Snapshot before = projection_->snapshot();
    if (auto status = projection_->apply(batch[i]); !status) {
      failModel(status.error().text);
      return false;
    }
    if (auto status = credentials_.apply(batch[i]); !status) {
      failModel(status.error().text);
      return false;
    }
    tellUnfit();
    show(projection_->snapshot());
    if (manage::isWireChange(batch[i].kind)) changes_.onWireChange(batch[i], before, projection_->snapshot());
  }
  return true;
}

// The model has another revision.
void Management::moved() {
  forgetOrphans();
  changes_.onCaughtUp(base::now());
  lane_.reached(projection_->snapshot().revision);
  api_->onRevision();
}

// A page of the history, then the next one, until the model has what is committed.
void Management::catchUp() {
  if (catchingUp_ || !projection_) return;
  const auto page = [this, after = projection_->snapshot().revision](store::HistoryReader& reader) {
    class Copy final : public store::ChangeSink {
     public:
      bool change(const store::Change& change) override {
        batch->append(change);
        return true;
      }
      std::shared_ptr<store::Batch> batch = std::make_shared<store::Batch>();
    } copy;
    store::HistoryFilter filter;
    filter.firstRevision = after + 1;
    filter.newestFirst = false;
    filter.limit = kCatchUpPage;
    const auto read = reader.history(filter, copy);
    const bool gone = read && read->completeSince > after;
    const std::string failure = read ? std::string() : read.error().text;
    loop_->deliver([this, batch = copy.batch, failure, gone] {
      catchingUp_ = false;
      if (!projection_) return;
      if (gone) return failModel("changes that it needs have been pruned");
      if (!failure.empty()) return log_.write<Event::ModelBehind>(base::now(), {{"error", failure}});
      if (!apply(*batch)) return;
      moved();
      if (!batch->empty() && projection_->snapshot().revision < newest_) catchUp();
    });
  };
  catchingUp_ = readings_.read(page);  // where the reader is busy, or the database fails, the next tick tries again
}

void Management::onTick() {
  if (projection_ && pending_ == 0 && projection_->snapshot().revision < newest_) catchUp();
  guard_.onTick(base::now());
  api_->onTick(base::now());
}

void Management::tellUnfit() {
  for (const san::ObjectRef row : projection_->takeOrphans()) orphans_.push_back(row);
  constexpr std::size_t kTold = 20;
  std::size_t told = 0;
  for (const manage::Projection::Unfit& one : projection_->takeUnfit()) {
    if (!one.stays) orphans_.push_back(one.row);
    if (++told > kTold) continue;
    log_.write<Event::ModelRowUnfit>(base::now(), {{"row", san::refText(projection_->snapshot(), one.row)},
                                                   {"why", one.why},
                                                   {"kept", one.stays ? "yes" : "no"}});
  }
}

// Rows whose objects cannot be: else each start would find them again, and one day another object with that number.
void Management::forgetOrphans() {
  if (!projection_ || orphans_.empty()) return;
  std::vector<san::ObjectRef> rows = std::exchange(orphans_, {});
  std::erase_if(rows, [this](san::ObjectRef row) { return projection_->snapshot().get(row) != nullptr; });
  if (rows.empty()) return;
  manage::Step step;
  step.rows = [rows](store::OpsWriter& ops, std::uint64_t) {
    for (const san::ObjectRef row : rows) ops.erase(manage::tableOf(row.kind), row.id);
  };
  carryOut(std::move(step), [this, rows](const manage::Wanted<std::uint64_t>& outcome) {
    if (!outcome) orphans_.insert(orphans_.end(), rows.begin(), rows.end());  // at the next upkeep
  });
}

// What an older version kept though its draft made the credential no more: an edit that makes it anew would put it in
// force. Found once, before anybody can edit, and dropped at the first upkeep that the store takes; what this version
// withdraws goes with the edit.
void Management::findWithdrawn() {
  for (const manage::Draft* draft : changes_.changes()->list()) {
    if (draft->ended()) continue;
    const auto rows = credentials::withdrawn(credentials_, projection_->snapshot(), draft->id, draft->edits);
    withdrawn_.insert(withdrawn_.end(), rows.begin(), rows.end());
  }
}

void Management::forgetWithdrawn() {
  if (!projection_ || withdrawn_.empty()) return;
  const std::vector<std::int64_t> rows = std::exchange(withdrawn_, {});
  credentials::CredentialWork work(credentials_, systemRandom(), manage::serverActor(), base::wallNow());
  for (const std::int64_t row : rows) work.drop(row);
  carryOut(work.finish(), [this, rows](const manage::Wanted<std::uint64_t>& outcome) {
    if (!outcome) withdrawn_.insert(withdrawn_.end(), rows.begin(), rows.end());  // at the next upkeep
  });
}

void Management::forgetWireRecords() {
  if (!projection_) return;
  const std::vector<san::Id> old = manage::wireRecordsBeyond(projection_->snapshot());
  if (old.empty()) return;
  manage::Step step;
  step.rows = [old](store::OpsWriter& ops, std::uint64_t) {
    for (const san::Id id : old) ops.erase(manage::tableOf(san::Kind::ChangeSet), id);
  };
  carryOut(std::move(step), [](const auto&) {});
}

// ---- Between the threads -------------------------------------------------------------------------------------------

void Management::committed(const store::Batch& batch) {
  std::shared_ptr<store::Batch> copy;
  if (pending_ <= kMaxPending) {
    copy = std::make_shared<store::Batch>();
    for (std::size_t i = 0; i < batch.size(); ++i) copy->append(batch[i]);
    // Before the revision is known: a tick that sees the one without the other would read from the history what is on
    // its way, and answers would leave before it is here.
    pending_ += copy->bytes();
  }
  newest_ = batch.lastRevision();
  if (const auto checkpoint = trail_.takeCheckpoint()) {
    // Where it is dropped the next one says more.
    (void)loop_->post([this, checkpoint] {
      if (const auto noted = witness_.note(*checkpoint); !noted) {
        log_.write<Event::AuditHeadFailed>(base::now(), {{"error", noted.error().text}});
      }
      keys_.finishLogKey(base::now());
    });
  }
  // What is not handed over is read from the history at a tick.
  if (copy != nullptr && !loop_->post([this, copy] { take(*copy); })) pending_ -= copy->bytes();
}

void Management::verdict(std::uint64_t ticket, const core::ManagedVerdict& verdict) {
  if (verdict.what == core::ManagedVerdict::What::Accepted) return;
  loop_->deliver([this, ticket, verdict] {
    if (!changes_.onVerdict(ticket, verdict, base::now())) end(ticket, refusal(verdict));
  });
}

void Management::result(const core::ManagedResult& result) {
  loop_->deliver([this, result] {
    if (changes_.onResult(result, base::now())) return;
    if (result.committed) {
      end(result.ticket, result.revision);
    } else {
      end(result.ticket, refusal({core::ManagedVerdict::What::StoreFailed, 0, {}}));
    }
  });
}

void Management::end(std::uint64_t ticket, const manage::Wanted<std::uint64_t>& outcome) {
  const auto found = open_.find(ticket);
  if (found == open_.end()) return;
  const Open open = std::move(found->second);
  open_.erase(found);
  if (outcome && open.step.committed) open.step.committed(*outcome);
  if (!outcome && open.step.failed) open.step.failed();
  handOverGuards();  // before an agent hears that its addresses are known
  open.done(outcome);
}

// Where the protocol loop has no room the next turn tries again.
void Management::handOverGuards() {
  if (guarded_ == agents_.guardsVersion() || !protocol_.guardNames(agents_.guards())) return;
  guarded_ = agents_.guardsVersion();
}

// ---- Decisions -----------------------------------------------------------------------------------------------------

void Management::carryOut(manage::Step step, Done done) {
  const std::uint64_t ticket = ++ticket_;
  core::ManagedChange change;
  change.ticket = ticket;
  change.basedOn = step.basedOn;
  change.steps = step.domains;
  change.kind = core::change_kind::kManagement;
  if (!step.audit.empty()) {
    change.origin = step.audit.front().actor;
    change.address = step.audit.front().origin;
  }
  change.rows = [trail = &trail_, rows = step.rows, audit = step.audit, checkpoint = step.checkpoint,
                 next = step.nextLogKey](store::OpsWriter& ops, std::uint64_t revision) {
    if (rows) rows(ops, revision);
    if (next) return trail->rotateKey(ops, *next, audit.front(), revision, base::now());
    trail->write(ops, audit, revision, base::now(), checkpoint);
  };
  const bool room = open_.size() < kMaxOpen;
  open_.emplace(ticket, Open{std::move(step), std::move(done)});
  if (!room || !protocol_.carryOut(std::move(change))) end(ticket, refusal({core::ManagedVerdict::What::Busy, 0, {}}));
}

void Management::warn(const std::string& text) {
  log_.write<Event::CredentialAlarm>(base::now(), {{"why", text}});
}

void Management::leftOut(const std::string& agent, const std::string& what) {
  log_.write<Event::DesiredCut>(base::now(), {{"agent", agent}, {"without", what}});
}

void Management::amend(const std::function<san::Edited<void>(san::SnapshotEditor&)>& edit) {
  if (!projection_ || !projection_->amend(base::unixSeconds(base::wallNow()), edit)) return;
  show(projection_->snapshot());  // another one of the same revision
  api_->onRevision();
}

}  // namespace app
