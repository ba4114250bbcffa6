#include "isns-server/app/service.h"

#include <sys/socket.h>
#include <unistd.h>

#include "isns-server/app/change_audit.h"
#include "isns-server/app/load_tee.h"
#include "isns-server/app/policy_from_config.h"
#include "isns-server/core/change_kind.h"
#include "isns-server/manage/changes/wire_changes.h"

namespace app {

using ops::LogValue;

namespace {

constexpr std::size_t kPruneAtOnce = 2000;
constexpr std::chrono::milliseconds kSlowTurn{250};

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

// Of the answer that begins there (RFC 4171 5.1: the status is the first word of its payload).
isns::Status statusOf(const base::Bytes& out, std::size_t start) {
  if (out.size() < start + isns::kPduHeaderSize + 4) return isns::Status::Successful;
  return static_cast<isns::Status>(base::loadU32(out.data() + start + isns::kPduHeaderSize));
}

// Who a request says that it comes from (RFC 4171 5.6.1: the first attribute); empty where that is no name.
std::string_view sourceOf(base::ByteView payload) {
  isns::AttributeReader reader(payload);
  isns::Attribute first;
  return reader.next(first) && first.tag == isns::tag::kIscsiName ? first.text() : std::string_view();
}

}  // namespace

Service::Service(const Parts& parts, Config config)
    : parts_(parts),
      config_(std::move(config)),
      server_(policyOf(config_), optionsWithCompanion(), base::now()),
      outbound_(
          parts.loop, server_.outbound(),
          [this](const net::Address& to, base::ByteView bytes) { sendDatagram(to, bytes); },
          [this] {
            server_.settle(now());
            return server_.queueScns();
          }),
      wall_(base::wallNow()),
      timer_(parts.loop.timers(), [this] { onTimer(); }),
      sweepTimer_(parts.loop.timers(), [this] { sweep(); }),
      drainTimer_(parts.loop.timers(), [this] { parts_.loop.stop(); }),
      again_(parts.loop.timers(), [] {}) {}

// A change of domains by iSNS is an automatic change set with its audit record, in the same change.
core::ServerOptions Service::optionsWithCompanion() {
  core::ServerOptions options = serverOptionsOf(config_);
  options.companion = [this](const core::ChangeNote& note, store::OpsWriter& ops) {
    if (trail_ == nullptr || !manage::isWireChange(note.kind)) return;
    manage::writeWireRecord(note, ops);
    const auto& nodes = config_.runtime.controlNodes;
    const bool control = std::ranges::any_of(nodes, [&](const ControlNode& node) { return node.name == note.origin; });
    trail_->write(ops, {wireRecordOf(note, control)}, note.revision, now());
  };
  return options;
}

Service::~Service() {
  parts_.loop.setTurnEnd({});
  storeThread_.reset();  // commits what it was given; its last completion is not waited for
}

std::size_t Service::objects() const {
  std::size_t total = 0;
  core::forEachObjectType([&]<class T>(T*) { total += server_.snapshot().table<T>().size(); });
  return total;
}

// ---- Start, reload, end --------------------------------------------------------------------------------------------

base::Status Service::start(std::vector<net::PassedSocket> passed, bool keepRows) {
  if (auto status = load(keepRows); !status) return status;
  storeThread_ = std::make_unique<store::StoreThread>(parts_.store, [this](store::Completion completion) {
    // The post's task must be copyable, so the completion, which holds the batch, travels by pointer.
    auto carried = std::make_shared<store::Completion>(std::move(completion));
    (void)parts_.loop.post([this, carried] { onCompletion(*carried); });
  });
  applyRuntime();
  if (auto status = listen(std::move(passed)); !status) return status;
  const StartConfig::Heartbeat& beat = config_.start.heartbeat;
  if (beat.enabled && beat.address) {
    core::HeartbeatServer active;
    const net::Address own = beat.serverAddress.value_or(bound_.front());
    active.ip = own.octets();
    active.tcpPort = own.port();
    active.udpPort = config_.start.listen.udp ? own.port() : std::uint16_t{0};
    std::vector<core::HeartbeatServer> backups;
    for (const net::Address& backup : beat.backups) backups.push_back({backup.octets(), backup.port(), backup.port()});
    heartbeat_.emplace(active, std::move(backups), static_cast<std::uint32_t>(beat.interval.count()), base::now().mono);
    for (auto& socket : datagrams_) (void)socket->setBroadcast(true);
  }
  if (auto status = outbound_.start(); !status) return status;
  parts_.loop.setTurnEnd([this] { turnEnd(); });
  sweepTimer_.startAt(base::now().mono + kSweep);
  parts_.page.setNotReady({});
  syncMetrics();
  return {};
}

base::Status Service::load(bool keepRows) {
  const base::TimePoint begun = base::MonotonicClock::now();
  core::StoreLoader loader(server_, base::now);
  LoadTee tee(loader, keepRows);
  auto info = parts_.store.load(tee);
  if (!info) return base::fail(info.error().text);
  loaded_ = {tee.takeRows(), *info};
  auto lease = parts_.store.lease(store::LeaseAction::Acquire, "isns-server:" + std::to_string(::getpid()), {});
  if (!lease) return base::fail(lease.error().text);
  epoch_ = lease->epoch;
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(base::MonotonicClock::now() - begun);
  parts_.log.write<Event::RegistryLoaded>(
      base::now(), {{"objects", objects()}, {"revision", info->revision}, {"milliseconds", took.count()}});
  return {};
}

base::Status Service::adopt(net::PassedSocket socket) {
  net::ListenerOwner& listenerOwner = *this;
  net::DatagramOwner& datagramOwner = *this;
  int type = 0;
  socklen_t length = sizeof type;
  if (::getsockopt(socket.fd.get(), SOL_SOCKET, SO_TYPE, &type, &length) != 0) {
    return base::fail("systemd passed a descriptor that is no socket: " + socket.name);
  }
  if (type == SOCK_DGRAM) {
    datagrams_.push_back(std::make_unique<net::DatagramSocket>(parts_.loop, datagramOwner));
    return datagrams_.back()->adopt(std::move(socket.fd));
  }
  listeners_.push_back(std::make_unique<net::Listener>(parts_.loop, listenerOwner));
  if (auto status = listeners_.back()->adopt(std::move(socket.fd)); !status) return status;
  bound_.push_back(listeners_.back()->local());
  return {};
}

base::Status Service::listen(std::vector<net::PassedSocket> passed) {
  net::ListenerOwner& listenerOwner = *this;
  net::DatagramOwner& datagramOwner = *this;
  for (net::PassedSocket& socket : passed) {
    if (auto status = adopt(std::move(socket)); !status) return status;
  }
  const bool own = listeners_.empty();
  for (const net::Address& wanted : config_.start.listen.addresses) {
    net::Address address = wanted;
    if (own) {
      listeners_.push_back(std::make_unique<net::Listener>(parts_.loop, listenerOwner));
      if (auto status = listeners_.back()->listen(address); !status) {
        // A host without IPv6 still serves its other addresses.
        if (address.isAny() && !address.isV4() && !bound_.empty()) {
          listeners_.pop_back();
          continue;
        }
        parts_.log.write<Event::ListenFailed>(base::now(),
                                              {{"address", address.text()}, {"error", status.error().text}});
        return status;
      }
      address = listeners_.back()->local();
      bound_.push_back(address);
    }
    // SCNs and ESIs go out by UDP even where no requests are taken by it.
    if (!own && !datagrams_.empty()) continue;
    datagrams_.push_back(std::make_unique<net::DatagramSocket>(parts_.loop, datagramOwner));
    const net::Address local = config_.start.listen.udp ? address : address.withPort(0);
    if (auto status = datagrams_.back()->open(local); !status) return status;
  }
  return {};
}

void Service::applyRuntime() {
  const RuntimeConfig& runtime = config_.runtime;
  parts_.log.setLevel(runtime.log.level);
  if (auto rules = addressRulesOf(config_)) rules_ = std::move(*rules);
  rates_.emplace(rateSettingsOf(config_, 0x9e3779b97f4a7c15));
  authenticator_.reset();
  if (runtime.security.authentication == Authentication::Off) return;
  FolderKeys folder = readKeyFolder(runtime.security.keyFolder);
  for (const std::string& problem : folder.problems) {
    const std::size_t colon = problem.find(": ");
    parts_.log.write<Event::KeyUnusable>(
        now(),
        {{"file", std::string_view(problem).substr(0, colon)},
         {"error", colon == std::string::npos ? std::string_view() : std::string_view(problem).substr(colon + 2)}});
  }
  parts_.log.write<Event::KeysLoaded>(now(), {{"folder", runtime.security.keyFolder}, {"count", folder.keys->size()}});
  authenticator_.emplace(authSettingsOf(config_), folder.keys, std::move(folder.identity));
}

void Service::reload(Config config) {
  config_ = std::move(config);
  applyRuntime();
  server_.setPolicy(policyOf(config_), now());
  server_.setOptions(serverOptionsOf(config_));
}

void Service::drain(std::string_view reason) {
  if (std::exchange(draining_, true)) return;
  parts_.log.write<Event::Stopping>(now(), {{"reason", reason}});
  parts_.page.setNotReady("stopping");
  for (auto& listener : listeners_) listener->close();
  std::vector<Client*> all;
  for (auto& [id, client] : clients_) all.push_back(client.get());
  for (Client* client : all) client->drain();
  drainTimer_.startAt(parts_.loop.now() + kDrainTime);
  ops::AuditRecord stopped;
  stopped.event = std::string(ops::eventRow(ops::AuditEvent::ServerStopped).name);
  stopped.details = ops::auditDetails<ops::AuditEvent::ServerStopped>({{"reason", reason}});
  record(std::move(stopped));
  finishDrain();
}

void Service::finishDrain() {
  if (draining_ && clients_.empty() && heldDatagrams_.empty() && submitted_ == 0 && server_.waitingChanges() == 0) parts_.loop.stop();
}

// ---- Requests ------------------------------------------------------------------------------------------------------

core::Disposition Service::answer(core::Session& session, const net::Address& peer, bool udp, session::Access access,
                                  const isns::Message& message, base::Bytes& out) {
  core::Arrival arrival;
  arrival.peer.address = peer.octets();
  arrival.peer.port = peer.port();
  arrival.peer.udp = udp;
  const std::size_t start = out.size();
  const auto refuse = [&](isns::Status status) {
    if (status == isns::Status::SourceUnauthorized) noteRefusal(peer, message);
    return server_.refuse(session, arrival, message.function, message.transactionId, status, out);
  };
  if (message.isResponse()) return core::Disposition::Silent;
  if (!rates_->allow(arrival.peer.address, parts_.loop.now())) {
    parts_.log.write<Event::RequestRateExceeded>(
        now(), {{"peer", peer.text()}, {"max", config_.runtime.limits.requestsPerSource}});
    return refuse(isns::Status::Busy);
  }
  if (session::accessNeeded(message.function) > access) {
    parts_.log.write<Event::AddressRefused>(now(), {{"peer", peer.text()},
                                                    {"access", access == session::Access::Query ? "query" : "register"},
                                                    {"function", isns::functionName(message.function)}});
    return refuse(isns::Status::SourceUnauthorized);
  }
  if (authenticator_) {
    const session::AuthResult result = authenticator_->authenticate(message, wall_);
    arrival.signAnswer = result.signAnswer;
    if (result.verified()) arrival.peer.authenticatedSpi = result.spi;
    if (result.status != isns::Status::Successful) {
      parts_.log.write<Event::AuthenticationFailed>(
          now(), {{"peer", peer.text()}, {"spi", result.spi}, {"reason", session::authReasonText(result.reason)}});
      parts_.metrics.at<Metric::Malformed>(MalformedKind::Authentication).add();
      return refuse(result.status);
    }
  }
  const auto [disposition, malformed] = server_.onMessage(session, arrival, message, now(), out);
  if (malformed == core::Malformed::Tlv) noteMalformed(peer, message.function, MalformedKind::Tlv, "TLV");
  if (malformed == core::Malformed::Order) {
    noteMalformed(peer, message.function, MalformedKind::Order, "order of attributes");
  }
  if (disposition == core::Disposition::Answered && statusOf(out, start) == isns::Status::SourceUnauthorized) {
    noteRefusal(peer, message);
  }
  if (disposition == core::Disposition::Answered && arrival.signAnswer) sign(out, start);
  return disposition;
}

void Service::sign(base::Bytes& out, std::size_t start) {
  if (authenticator_ && authenticator_->canSign()) (void)authenticator_->sign(out, start, wall_);
}

void Service::noteRefusal(const net::Address& peer, const isns::Message& message) {
  if (trail_ == nullptr) return;
  const std::string address = peer.host();
  refusals_.note(address,
                 {address, std::string(sourceOf(message.payload)), {}, std::string(isns::functionName(message.function))},
                 parts_.loop.now());
}

void Service::noteMalformed(const net::Address& peer, std::uint16_t function, MalformedKind kind,
                            std::string_view what) {
  parts_.metrics.at<Metric::Malformed>(kind).add();
  if (kind == MalformedKind::TooLarge) {
    parts_.log.write<Event::MessageTooLarge>(now(),
                                             {{"peer", peer.text()}, {"max", config_.runtime.limits.messageSize}});
  } else {
    parts_.log.write<Event::MalformedMessage>(
        now(), {{"peer", peer.text()}, {"function", isns::functionName(function)}, {"kind", what}});
  }
}

void Service::noteFault(const net::Address& peer, const isns::FramingFault& fault) {
  const MalformedKind kind = fault.kind == isns::FaultKind::TooLong    ? MalformedKind::TooLarge
                             : fault.kind == isns::FaultKind::Sequence ? MalformedKind::Sequence
                                                                       : MalformedKind::Header;
  noteMalformed(peer, fault.header.function, kind, isns::faultName(fault.kind));
}

void Service::onRequest(Client& client, const isns::Message& message, base::Bytes& out) {
  (void)answer(client.session(), client.peer(), false, client.access(), message, out);
}

void Service::onFault(Client& client, const isns::FramingFault& fault, base::Bytes& out) {
  noteFault(client.peer(), fault);
  if (!fault.answerable()) return;
  core::Arrival arrival;
  arrival.peer.address = client.peer().octets();
  (void)server_.refuse(client.session(), arrival, fault.header.function, fault.header.transactionId, fault.status, out);
}

void Service::onEnded(Client& client, End why) {
  ended_.push_back(client.session().id);
  const auto source = perSource_.find(client.peer().octets());
  if (source != perSource_.end() && --source->second == 0) perSource_.erase(source);
  const ClosedBy by = why == End::Malformed  ? ClosedBy::Malformed
                      : why == End::TooLarge ? ClosedBy::TooLarge
                      : why == End::Partial  ? ClosedBy::Partial
                      : why == End::Idle     ? ClosedBy::Idle
                      : why == End::Error    ? ClosedBy::Error
                      : draining_            ? ClosedBy::Shutdown
                                             : ClosedBy::Peer;
  parts_.metrics.at<Metric::ConnectionsClosed>(by).add();
  parts_.metrics.at<Metric::ConnectionsOpen>().add(-1);
}

void Service::onAccepted(net::Listener&, net::UniqueFd fd, const net::Address& peer) {
  const session::Access access = rules_->accessOf(peer.octets());
  const auto refuse = [&](RefusedBy by, std::string_view limit, std::uint64_t max) {
    parts_.metrics.at<Metric::ConnectionsRefused>(by).add();
    if (by == RefusedBy::AddressRule) {
      parts_.log.write<Event::AddressRefused>(now(), {{"peer", peer.text()}, {"access", "none"}});
    } else {
      parts_.log.write<Event::ConnectionRefused>(now(), {{"peer", peer.text()}, {"limit", limit}, {"max", max}});
    }
  };
  if (access == session::Access::None) return refuse(RefusedBy::AddressRule, {}, 0);
  if (clients_.size() >= config_.start.limits.connections) {
    return refuse(RefusedBy::Connections, "limits.connections", config_.start.limits.connections);
  }
  std::uint32_t& fromHere = perSource_[peer.octets()];
  if (fromHere >= config_.runtime.limits.connectionsPerSource) {
    return refuse(RefusedBy::PerSource, "limits.connections_per_source", config_.runtime.limits.connectionsPerSource);
  }
  const std::uint64_t id = nextSession_++;
  ClientHost& host = *this;
  Client::Limits limits;
  limits.message.maxMessage = config_.runtime.limits.messageSize;
  limits.output = config_.runtime.limits.outputQueue;
  auto client = std::make_unique<Client>(parts_.loop, host, id, access, limits);
  if (auto status = client->accept(std::move(fd), peer); !status) {
    if (fromHere == 0) perSource_.erase(peer.octets());
    return;
  }
  ++fromHere;
  clients_.emplace(id, std::move(client));
  parts_.metrics.at<Metric::ConnectionsAccepted>().add();
  parts_.metrics.at<Metric::ConnectionsOpen>().add(1);
}

void Service::onAcceptFailed(net::Listener&, const base::Error& why) {
  parts_.metrics.at<Metric::ConnectionsRefused>(RefusedBy::Connections).add();
  parts_.log.write<Event::ConnectionRefused>(now(), {{"limit", why.text}});
}

void Service::onReceived(net::DatagramSocket& socket, const net::Received& received) {
  const session::Access access = rules_->accessOf(received.peer.octets());
  if (access == session::Access::None) {
    parts_.metrics.at<Metric::ConnectionsRefused>(RefusedBy::AddressRule).add();
    parts_.log.write<Event::AddressRefused>(now(), {{"peer", received.peer.text()}, {"access", "none"}});
    return;
  }
  if (received.truncated) return noteMalformed(received.peer, 0, MalformedKind::Header, "datagram-size");
  const isns::DatagramMessage datagram(received.bytes);
  if (datagram.message() && datagram.message()->isResponse()) {
    server_.outbound().onDatagram(endpointOf(received.peer, true), *datagram.message(), now());
    return;
  }
  if (!config_.start.listen.udp || draining_) return;
  core::Session session{nextSession_++, 0};
  scratch_.clear();
  if (datagram.fault()) {
    noteFault(received.peer, *datagram.fault());
    if (!datagram.fault()->answerable()) return;
    const isns::PduHeader& header = datagram.fault()->header;
    (void)server_.refuse(session, {}, header.function, header.transactionId, datagram.fault()->status, scratch_);
  } else if (datagram.message()) {
    if (heldDatagrams_.size() >= kMaxHeldDatagrams) {
      (void)server_.refuse(session, {}, datagram.message()->function, datagram.message()->transactionId,
                           isns::Status::Busy, scratch_);
    } else if (answer(session, received.peer, true, access, *datagram.message(), scratch_) == core::Disposition::Held) {
      heldDatagrams_.emplace(session.id, HeldDatagram{session, &socket, received.peer, received.local});
    }
  }
  if (!scratch_.empty()) (void)socket.send(received.peer, scratch_, received.local);
}

void Service::sendDatagram(const net::Address& to, base::ByteView bytes) {
  for (auto& socket : datagrams_) {
    if (socket->local().family() != to.family()) continue;
    (void)socket->send(to, bytes);  // a message that is lost is sent again
    return;
  }
}

// ---- The turn ------------------------------------------------------------------------------------------------------

void Service::turnEnd() {
  const base::Now moment = now();
  server_.settle(moment);
  submit();
  outbound_.turnEnd(server_.scnsWait(), server_.committing() || server_.waitingChanges() != 0);
  base::TimePoint next = server_.nextDeadline();
  if (heartbeat_) next = std::min(next, heartbeat_->nextDeadline());
  timer_.startAt(next);
  for (std::size_t i = 0; i < ended_.size(); ++i) clients_.erase(ended_[i]);
  ended_.clear();
  finishDrain();
  wall_ = base::wallNow();
  const base::Duration took = base::MonotonicClock::now() - moment.mono;
  parts_.metrics.at<Metric::LoopTurnSeconds>().observe(took);
  if (took < kSlowTurn) return;
  parts_.log.write<Event::LoopSlow>(
      moment, {{"milliseconds", std::chrono::duration_cast<std::chrono::milliseconds>(took).count()}});
}

// Clients that got their answers from one commit send their next requests together. A batch of the first few of them
// would make all the others wait for a second commit; so while the batch still grows, turn by turn, it waits until it
// has half the size of the one before. Half, so that one batch is made while another is with the store.
bool Service::worthWaiting() {
  const std::size_t waiting = server_.waitingChanges();
  const bool growing = waiting > waited_;
  waited_ = waiting;
  return growing && waiting < lastBatch_ / 2 && !draining_;
}

void Service::submit() {
  if (server_.committing() || server_.waitingChanges() == 0) return;
  if (worthWaiting()) {
    again_.startAt(parts_.loop.now());
    return;
  }
  std::optional<store::Batch> batch = server_.takeBatch();
  if (!batch) return;
  if (trail_ != nullptr) trail_->batchTaken();
  submitted_ = lastBatch_ = batch->size();
  waited_ = 0;
  submittedAt_ = base::MonotonicClock::now();
  // One batch at a time is with the store, so there is always room.
  if (!storeThread_->submit(std::move(*batch), epoch_, ++ticket_)) std::abort();
}

void Service::onCompletion(store::Completion& completion) {
  const auto took = base::MonotonicClock::now() - submittedAt_;
  const std::size_t changes = std::exchange(submitted_, 0);
  const bool good = completion.result.ok();
  if (good) {
    parts_.metrics.at<Metric::Commits>().add();
    parts_.metrics.at<Metric::CommitChanges>().observe(static_cast<std::int64_t>(changes));
    parts_.metrics.at<Metric::CommitSeconds>().observe(took);
    if (failedSince_ != base::kNever) {
      const auto since = std::chrono::duration_cast<std::chrono::seconds>(parts_.loop.now() - failedSince_);
      parts_.log.write<Event::StoreRecovered>(now(), {{"seconds", since.count()}});
      failedSince_ = base::kNever;
      parts_.page.setNotReady(draining_ ? "stopping" : "");
    }
  } else {
    const store::Error& error = completion.result.error();
    parts_.metrics.at<Metric::CommitFailures>().add();
    // It is tried every second: told once, and again when the reason is another.
    if (failedSince_ == base::kNever || failure_ != error.text) {
      parts_.log.write<Event::StoreFailed>(now(), {{"error", error.text}, {"changes", changes}});
    }
    failure_ = error.text;
    parts_.page.setNotReady("the store does not take changes: " + error.text);
    if (failedSince_ == base::kNever) failedSince_ = parts_.loop.now();
  }
  parts_.metrics.at<Metric::StoreHealthy>().set(good ? 1 : 0);
  if (trail_ != nullptr) trail_->batchEnded(good);
  if (good && management_ != nullptr) management_->committed(completion.batch);
  server_.onCommitted(std::move(completion.batch), good ? core::CommitResult::Committed : core::CommitResult::Failed,
                      now());
  for (const core::ManagedResult& result : server_.takeManagedResults()) {
    if (management_ != nullptr) management_->result(result);
  }
  sendReleases();
}

// ---- The management server's side ----------------------------------------------------------------------------------

bool Service::carryOut(core::ManagedChange change) {
  // The post's task must be copyable.
  auto carried = std::make_shared<core::ManagedChange>(std::move(change));
  return parts_.loop.post([this, carried] {
    const core::ManagedVerdict verdict = server_.onManagedChange(*carried, now());
    if (management_ != nullptr) management_->verdict(carried->ticket, verdict);
  });
}

bool Service::lockDomains(base::IdSet domains, base::IdSet sets) {
  return parts_.loop.post([this, domains = std::move(domains), sets = std::move(sets)] { server_.lockDomains(domains, sets); });
}

bool Service::read(store::StoreThread::Reading reading) { return storeThread_ && storeThread_->read(std::move(reading)); }

void Service::sendReleases() {
  const core::Releases& releases = server_.releases();
  for (const core::Release& release : releases.list) {
    base::ByteView bytes = releases.bytesOf(release);
    if (release.sign) {
      scratch_.assign(bytes.begin(), bytes.end());
      sign(scratch_, 0);
      bytes = scratch_;
    }
    if (const auto client = clients_.find(release.session); client != clients_.end()) {
      client->second->release(bytes);
    } else if (const auto held = heldDatagrams_.find(release.session); held != heldDatagrams_.end()) {
      (void)held->second.socket->send(held->second.peer, bytes, held->second.local);
      heldDatagrams_.erase(held);
    }
  }
  server_.released();
}

void Service::onTimer() {
  server_.onTimer(now());
  if (heartbeat_) beat();
}

void Service::beat() {
  scratch_.clear();
  if (!heartbeat_->onTimer(parts_.loop.now(), scratch_)) return;
  const net::Address& to = *config_.start.heartbeat.address;
  for (auto& socket : datagrams_) {
    if (socket->local().family() != to.family()) continue;
    if (auto status = socket->send(to, scratch_); !status) {
      parts_.log.write<Event::HeartbeatFailed>(now(), {{"address", to.text()}, {"error", status.error().text}});
    } else {
      parts_.metrics.at<Metric::Heartbeats>().add();
    }
    return;
  }
}

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
  housekeep(moment);
  parts_.log.reportSuppressed(moment);
  sweepTimer_.startAt(moment.mono + kSweep);
}

void Service::record(ops::AuditRecord record) {
  if (trail_ == nullptr) return;
  core::ManagedChange change;
  change.kind = core::change_kind::kManagement;
  change.origin = "isns-server";
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
  change.origin = "isns-server";
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
  change.origin = "isns-server";
  change.rows = [this, moment](store::OpsWriter& ops, std::uint64_t revision) { trail_->write(ops, {}, revision, moment); };
  (void)server_.onManagedChange(change, moment);
}

void Service::housekeep(base::Now moment) {
  constexpr std::uint64_t kEvery = 60;  // sweeps
  if (config_.runtime.store.historyDays == 0 || ++lastPrune_ % kEvery != 0) return;
  const std::int64_t olderThan =
      moment.wall.time_since_epoch().count() - std::int64_t{86'400} * config_.runtime.store.historyDays;
  const std::uint32_t days = config_.runtime.store.historyDays;
  (void)storeThread_->post([this, olderThan, days](store::Store& store) {
    auto pruned = store.prune(olderThan, kPruneAtOnce);
    if (!pruned || *pruned == 0) return;
    parts_.log.write<Event::HistoryTrimmed>(base::now(), {{"rows", *pruned}, {"days", days}});
  });
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
        parts_.log.write<Event::SourceCheckViolation>(
            moment,
            {{"peer", address}, {"source", notice.subject}, {"refused", notice.kind == Kind::SourceRefused}});
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
