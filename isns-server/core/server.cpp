#include "isns-server/core/server.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "isns-server/core/change_kind.h"
#include "isns-server/core/deregistration.h"
#include "isns-server/core/domain_requests.h"
#include "isns-server/core/entity_period.h"
#include "isns-server/core/fc_domain_requests.h"
#include "shared/base/hex.h"
#include "shared/isns/ip_text.h"
#include "shared/isns/value_text.h"

namespace core {

using isns::Function;
using isns::Status;
namespace tag = isns::tag;

namespace {

constexpr base::Duration kStoreRetry = std::chrono::seconds(1);
constexpr std::string_view kOwnOrigin = "isns-server";
constexpr std::size_t kMaxNotices = 4096;

// The functions whose refusals say what was refused (RFC 4171 5.7.5.4, 6.11).
bool explainsRefusal(Function function) {
  return function == Function::DevDereg || function == Function::DDReg || function == Function::DDSReg;
}

// "10.0.0.1:40000/tcp": from where a change came. Written into itself, as every registration needs one.
class AddressText {
 public:
  explicit AddressText(const Peer& peer) {
    if (isns::isIpv4(peer.address)) {
      for (std::size_t i = 12; i < peer.address.size(); ++i) {
        if (i > 12) append(".");
        number(peer.address[i]);
      }
    } else {
      append(isns::formatIp(peer.address));
    }
    append(":");
    number(peer.port);
    append(peer.udp ? "/udp" : "/tcp");
  }
  [[nodiscard]] std::string_view text() const { return {text_.data(), size_}; }

 private:
  void append(std::string_view more) {
    std::memcpy(text_.data() + size_, more.data(), more.size());
    size_ += more.size();
  }
  void number(unsigned value) {
    char* const end = std::to_chars(text_.data() + size_, text_.data() + text_.size(), value).ptr;
    size_ = static_cast<std::size_t>(end - text_.data());
  }
  std::array<char, 64> text_;  // the longest IPv6 address has 39 bytes, the rest 10
  std::size_t size_ = 0;
};

// The entity of who asked; a source may have registered itself just now.
Index causeOf(const Source& source, const Registry& registry) {
  if (source.registered()) return source.entity();
  const State& state = registry.working();
  const Node* node = source.name.empty() ? nullptr : registry.findNode(state, source.name);
  if (node != nullptr) return node->entity;
  const bool isPort = source.attribute.tag == tag::kFcPortName;
  const FcPort* port = isPort ? registry.findFcPort(state, source.attribute.value) : nullptr;
  return port == nullptr ? Index{0} : port->entity;
}

}  // namespace

void Server::Pending::clear() {
  batch.clear();
  held.clear();
  answers.clear();
  scns.clear();
  managed.clear();
  entities.clear();
  portals.clear();
  nodes.clear();
}

Server::Server(Policy policy, ServerOptions options, base::Now start)
    : policy_(std::move(policy)),
      registry_(options.seed),
      lookahead_(registry_, liveness_),
      outbound_(options.outbound, start.mono),
      scns_(outbound_, *this, options.scn),
      esis_(outbound_, *this, std::move(options.random), start.mono, options.esi),
      liveness_(start.mono),
      scnPortion_(options.scnPortion),
      maxUnqueued_(options.scn.maxEvents),
      companion_(std::move(options.companion)) {}

Server::~Server() = default;

base::Status Server::finishLoad(std::uint64_t revision, base::Now now) {
  if (auto status = registry_.finishLoad(revision); !status) return status;
  const State& state = registry_.committed();
  state.entities.forEach([&](Index i, const Entity& entity) {
    const base::ByteView stamp = entity.attributes.value(tag::kTimestamp);
    const base::WallTime heard{std::chrono::seconds(stamp.size() == 8 ? base::loadU64(stamp.data()) : 0)};
    liveness_.restore(i, entity.attributes.u32Or(tag::kRegistrationPeriod, 0), heard, now);
  });
  state.portals.forEach([&](Index i, const Portal&) { followPortal(i, EsiStart::Restarted, now); });
  state.nodes.forEach([&](Index i, const Node&) { followNode(i); });
  makeDefaultDomain(now);
  return {};
}

// ---- Requests ------------------------------------------------------------------------------------------------------

Handled Server::onMessage(Session& session, const Arrival& arrival, const isns::Message& message, base::Now now,
                          base::Bytes& out) {
  if (message.isResponse() || message.function == isns::idOf(Function::Heartbeat)) return {};
  const isns::FunctionRow* function = isns::findFunction(message.function);
  const std::size_t start = out.size();
  auto writer = isns::MessageWriter::response(out, message.function, message.transactionId, Status::Successful);
  Judged judged;
  const bool known = function != nullptr && function->sender == isns::Sender::Client;
  const bool changes = known && function->effect == isns::Effect::Changes;
  if (known && !(function->tcpOnly && arrival.peer.udp)) {
    const State& view = changes || session.held > 0 ? registry_.working() : registry_.committed();
    judged = handle(*function, message, arrival, view, now, writer, out);
  }
  const Status status = judged.status;
  if (status == Status::Successful || (known && explainsRefusal(function->function))) {
    base::storeU32(out.data() + start + isns::kPduHeaderSize, static_cast<std::uint32_t>(status));
    writer.finish();
  } else {
    writer.discard();
    isns::MessageWriter::response(out, message.function, message.transactionId, status).finish();
  }
  count(message.function, status);
  const Held answer{session.id, start, out.size() - start, message.function, message.transactionId, arrival.signAnswer};
  return {deliver(session, arrival, answer, changes && status == Status::Successful, out), judged.malformed};
}

Disposition Server::refuse(Session& session, const Arrival& arrival, std::uint16_t function, std::uint16_t transactionId,
                           Status status, base::Bytes& out) {
  const std::size_t start = out.size();
  isns::MessageWriter::response(out, function, transactionId, status).finish();
  count(function, status);
  return deliver(session, arrival, {session.id, start, out.size() - start, function, transactionId, arrival.signAnswer},
                 false, out);
}

// An answer waits for the store when it tells of a change that the store has not got: its own, or, for a request that
// found its wish fulfilled, somebody else's. And it waits behind earlier answers of its connection.
Disposition Server::deliver(Session& session, const Arrival&, const Held& answer, bool afterChanges, base::Bytes& out) {
  Pending* behind = nullptr;
  if (afterChanges || session.held > 0) behind = !open_.batch.empty() ? &open_ : committing_ ? &inFlight_ : nullptr;
  if (behind == nullptr) return Disposition::Answered;
  Held held = answer;
  held.offset = behind->answers.size();
  base::append(behind->answers, base::ByteView(out).subspan(answer.offset));
  behind->held.push_back(held);
  out.resize(answer.offset);
  ++session.held;
  return Disposition::Held;
}

Server::Judged Server::handle(const isns::FunctionRow& function, const isns::Message& message, const Arrival& arrival,
                              const State& view, base::Now now, isns::MessageWriter& writer, const base::Bytes& out) {
  const bool strictNames = function.function == Function::DevAttrReg && !policy_.relaxedNames;
  if (const Status status = reader_.read(message, function, strictNames); status != Status::Successful) {
    return {status, status == Status::MessageFormatError ? Malformed::Tlv : Malformed::No};
  }
  const Request& request = reader_.request();
  Source source;
  Notes notes;
  Status status = identify(request, arrival.peer, registry_, view, policy_, source, notes);
  if (status == Status::Successful) {
    if (source.registered()) liveness_.contact(source.entity(), now);
    const QueryContext context{registry_, view, policy_, *this, out};
    switch (request.function) {
      case Function::DevAttrQry:
        status = queryAttributes(request, source, context, writer.attributes());
        break;
      case Function::DevGetNext:
        status = getNext(request, source, context, writer.attributes());
        break;
      case Function::GetDomId:
        status = listDomainIds(request, view, writer.attributes());
        break;
      case Function::SCNEvent:
        status = raise(request, source, view, notes);
        break;
      default:
        status = change(request, source, arrival, notes, now, writer.attributes());
    }
  }
  if (notes.controlNodeRefused) {
    const std::string port = source.name.empty() ? isns::formatValue(source.attribute) : "";
    note(Notice::Kind::ControlNodeRefused, port.empty() ? source.name : port, arrival.peer.address);
  }
  if (notes.sourceRefused) note(Notice::Kind::SourceRefused, source.name, arrival.peer.address);
  if (notes.sourceViolation) note(Notice::Kind::SourceViolation, source.name, arrival.peer.address);
  return {status, status == Status::MessageFormatError ? Malformed::Order : Malformed::No};
}

Status Server::change(const Request& request, const Source& source, const Arrival& arrival, Notes& notes, base::Now now,
                      isns::AttributeWriter& answer) {
  if (!storeWorks_) return Status::InternalError;
  if (open_.batch.bytes() > policy_.maxPendingBytes) return Status::Busy;
  Transaction transaction(registry_, policy_, now);
  const Status status = apply(transaction, request, source, arrival, notes, answer);
  if (status != Status::Successful) return status;
  if (touchesLocked(transaction)) return Status::Busy;
  std::string hex;
  if (source.name.empty()) hex = base::hexText(request.source.value);
  keep(transaction, {causeOf(source, registry_), request.replace, managers_}, change_kind::of(request.function),
       source.name.empty() ? std::string_view(hex) : source.name, AddressText(arrival.peer).text());
  return status;
}

Status Server::apply(Transaction& transaction, const Request& request, const Source& source, const Arrival& arrival,
                     Notes& notes, isns::AttributeWriter& answer) {
  switch (request.function) {
    case Function::DevAttrReg:
      return registerAttributes(request, source, transaction, notes, registration_, answer);
    case Function::DevDereg:
      return deregister(request, source, transaction, notes, answer);
    case Function::SCNReg:
      return registerScn(request, source, transaction, notes);
    case Function::SCNDereg:
      return deregisterScn(request, source, transaction, notes);
    case Function::DDReg:
      return registerDomain(request, source, transaction, answer);
    case Function::DDDereg:
      return deregisterDomain(request, source, transaction);
    case Function::DDSReg:
      return registerSet(request, source, transaction, answer);
    case Function::DDSDereg:
      return deregisterSet(request, source, transaction);
    case Function::RqstDomId:
      return requestDomainId(request, arrival.peer, transaction, answer);
    case Function::RlseDomId:
      return releaseDomainId(request, transaction);
    default:
      return Status::MessageNotSupported;
  }
}

Status Server::raise(const Request& request, const Source& source, const State& view, Notes& notes) {
  RaisedEvent event;
  const Status status = raiseEvent(request, source, registry_, view, policy_, notes, event);
  if (status != Status::Successful || !policy_.scnEnabled) return status;
  auto scns = planScns(view, policy_, event, managers_);
  // Seen in the working state, it may name what only the store's answer makes real.
  if (&view == &registry_.working() && !open_.batch.empty()) {
    std::move(scns.begin(), scns.end(), std::back_inserter(open_.scns));
  } else {
    send(scns);
  }
  return status;
}

namespace {

bool changesDomains(const Transaction& transaction) {
  return !transaction.touched<Domain>().empty() || !transaction.touched<DomainSet>().empty();
}

template <class T>
bool makesAny(const Transaction& transaction) {
  return std::ranges::any_of(transaction.touched<T>(), [](const auto& touch) { return touch.before.get() == nullptr; });
}

}  // namespace

bool Server::touchesLocked(const Transaction& transaction) const {
  if (lockedDomains_.empty() && lockedSets_.empty()) return false;
  for (const auto& touch : transaction.touched<Domain>()) {
    if (lockedDomains_.contains(touch.index)) return true;
  }
  for (const auto& touch : transaction.touched<DomainSet>()) {
    if (lockedSets_.contains(touch.index)) return true;
  }
  return false;
}

void Server::lockDomains(base::IdSet domains, base::IdSet sets) {
  lockedDomains_ = std::move(domains);
  lockedSets_ = std::move(sets);
}

void Server::keep(Transaction& transaction, const ScnContext& context, std::uint32_t kind, std::string_view origin,
                  std::string_view address, const ExtraRows& rows) {
  if (transaction.empty() && !rows) return;
  if (policy_.scnEnabled) {
    auto scns = planScns(transaction, context);
    std::move(scns.begin(), scns.end(), std::back_inserter(open_.scns));
  }
  for (const auto& touch : transaction.touched<Entity>()) open_.entities.push_back(touch.index);
  for (const auto& touch : transaction.touched<Portal>()) open_.portals.push_back(touch.index);
  for (const auto& touch : transaction.touched<Node>()) open_.nodes.push_back(touch.index);
  if (makesAny<Node>(transaction) || makesAny<Portal>(transaction)) lastNamed_ = transaction.revision();
  if (rows || !changesDomains(transaction)) {
    (void)transaction.finish(open_.batch, kind, origin, address, rows);
    return;
  }
  lastDomainChange_ = transaction.revision();
  if (!companion_) {
    (void)transaction.finish(open_.batch, kind, origin, address);
    return;
  }
  const ChangeNote note{transaction.revision(), transaction.now().wall, kind, origin, address};
  (void)transaction.finish(open_.batch, kind, origin, address,
                           [&](store::OpsWriter& ops, std::uint64_t) { companion_(note, ops); });
}

ManagedVerdict Server::onManagedChange(const ManagedChange& change, base::Now now) {
  using What = ManagedVerdict::What;
  if (!storeWorks_) return {What::StoreFailed, 0, {}};
  if (open_.batch.bytes() > policy_.maxPendingBytes) return {What::Busy, 0, {}};
  if (!change.steps.empty() && change.basedOn < lastDomainChange_) return {What::Behind, 0, {}};
  if (change.names && change.basedOn < lastNamed_) return {What::Behind, 0, {}};
  Transaction transaction(registry_, policy_, now);
  if (auto status = applySteps(transaction, change.steps); !status) return {What::Wrong, 0, status.error().text};
  const std::uint64_t revision = transaction.revision();
  const ExtraRows rows = change.rows ? change.rows : [](store::OpsWriter&, std::uint64_t) {};
  keep(transaction, {0, false, managers_}, change.kind, change.origin, change.address, rows);
  open_.managed.push_back({change.ticket, revision, false});
  return {What::Accepted, revision, {}};
}

void Server::count(std::uint16_t function, Status status) {
  const std::size_t place = std::min<std::size_t>(function, ServerCounters::kFunctions - 1);
  ++counters_.answers[place][static_cast<std::size_t>(status)];
}

void Server::note(Notice::Kind kind, std::string_view subject, const isns::IpAddress& address) {
  if (notices_.size() < kMaxNotices) notices_.push_back({kind, std::string(subject), address});
}

// ---- Commits -------------------------------------------------------------------------------------------------------

std::optional<store::Batch> Server::takeBatch() {
  if (committing_ || open_.batch.empty()) return std::nullopt;
  std::swap(open_, inFlight_);
  registry_.beginCommit();
  committing_ = true;
  return std::move(inFlight_.batch);
}

void Server::onCommitted(store::Batch batch, CommitResult result, base::Now now) {
  committing_ = false;
  batch.clear();
  for (ManagedResult managed : inFlight_.managed) {
    managed.committed = result == CommitResult::Committed;
    managedResults_.push_back(managed);
  }
  if (result == CommitResult::Committed) {
    registry_.commitSucceeded();
    storeWorks_ = true;
    storeRetry_ = base::kNever;
    release(inFlight_, result);
    follow(inFlight_, now);
    send(inFlight_.scns);
  } else {
    ++counters_.failedCommits;
    registry_.commitFailed();
    // What never came to be is nothing that a decision could be behind of; its revision will be another's.
    lastDomainChange_ = std::min(lastDomainChange_, registry_.committed().revision);
    storeWorks_ = false;
    storeRetry_ = now.mono + kStoreRetry;
    release(inFlight_, result);
    release(open_, result);
    managedResults_.insert(managedResults_.end(), open_.managed.begin(), open_.managed.end());
    open_.clear();
  }
  inFlight_.batch = std::move(batch);  // its memory serves again
  inFlight_.clear();
}

void Server::release(Pending& pending, CommitResult result) {
  for (const Held& held : pending.held) {
    Release& release = releases_.list.emplace_back();
    release.session = held.session;
    release.sign = held.sign;
    release.offset = releases_.bytes.size();
    if (result == CommitResult::Committed) {
      base::append(releases_.bytes, base::ByteView(pending.answers).subspan(held.offset, held.size));
    } else {
      isns::MessageWriter::response(releases_.bytes, held.function, held.transactionId, Status::InternalError).finish();
    }
    release.size = releases_.bytes.size() - release.offset;
  }
}

// Takes them over. What is for a few leaves at once.
void Server::send(std::vector<PlannedScn>& scns) {
  for (PlannedScn& scn : scns) {
    unqueued_ += scn.recipients.size();
    planned_.push_back(std::move(scn));
  }
  scns.clear();
  (void)queueScns();
}

bool Server::queueScns() {
  std::size_t left = unqueued_ > maxUnqueued_ ? unqueued_ : scnPortion_;
  while (left > 0 && !planned_.empty()) {
    const PlannedScn& scn = planned_.front();
    const auto rest = std::span<const ScnRecipient>(scn.recipients).subspan(firstUnqueued_);
    const auto group = rest.first(std::min({rest.size(), kMaxListeners, left}));
    fetchListeners(registry_.committed(), group);
    scns_.notify(group, scn.event);
    left -= group.size();
    unqueued_ -= group.size();
    firstUnqueued_ += group.size();
    if (group.size() < rest.size()) continue;
    planned_.pop_front();
    firstUnqueued_ = 0;
  }
  return !planned_.empty();
}

// Timers and lists that follow what is committed.
void Server::follow(const Pending& pending, base::Now now) {
  const State& state = registry_.committed();
  visitFetched<Portal>(state, pending.portals, [&](Index i) { followPortal(i, EsiStart::Registered, now); });
  visitFetched<Entity>(state, pending.entities, [&](Index i) { followEntity(i, now); });
  visitFetched<Node>(state, pending.nodes, [&](Index i) { followNode(i); });
}

void Server::followEntity(Index index, base::Now now) {
  const State& state = registry_.committed();
  const Entity* entity = state.get<Entity>(index);
  if (entity == nullptr) {
    liveness_.forget(index);
    bereft_.erase(index);
    return;
  }
  std::uint32_t period = entity->attributes.u32Or(tag::kRegistrationPeriod, 0);
  if (esiMonitored(state, *entity)) bereft_.erase(index);
  if (const auto silent = bereft_.find(index); silent != bereft_.end()) {
    period = period == 0 ? silent->second : std::min(period, silent->second);
  }
  liveness_.track(index, period, now);
}

void Server::followPortal(Index index, EsiStart start, base::Now now) {
  const Portal* portal = registry_.committed().get<Portal>(index);
  const std::uint32_t interval = portal == nullptr ? 0 : portal->attributes.u32Or(tag::kEsiInterval, 0);
  const bool monitored = policy_.esiEnabled && interval != 0 && portal->registered() &&
                         portal->attributes.u32Or(tag::kEsiPort, 0) != 0;
  if (monitored) {
    esis_.monitor(index, interval, start, now);
  } else {
    esis_.ignore(index);
  }
}

void Server::followNode(Index index) {
  const Node* node = registry_.committed().get<Node>(index);
  if (node != nullptr && node->registered() && (node->scnBitmap() & isns::scn::kManagement) != 0) {
    managers_.insert(index);
  } else {
    managers_.erase(index);
  }
}

// ---- Time ----------------------------------------------------------------------------------------------------------

void Server::onTimer(base::Now now) {
  outbound_.onTimer(now);
  esis_.onTimer(now);
  settle(now);
  expire(now);
  tryStoreAgain(now);
}

base::TimePoint Server::nextDeadline() const {
  return std::min({outbound_.nextDeadline(), esis_.nextDeadline(), liveness_.nextDeadline(), storeRetry_});
}

void Server::settle(base::Now now) {
  for (const EsiEvent& event : esis_.takeEvents()) {
    const Portal* portal = registry_.committed().get<Portal>(event.portal);
    if (portal == nullptr || !portal->registered()) continue;
    if (event.kind == EsiEvent::Kind::Answered) {
      liveness_.contact(portal->entity, now);
    } else {
      lose(event.portal, event.interval, now);
    }
  }
}

// A portal that answers no ESI goes; with its last one, after two intervals of silence, its entity (6.3.4).
void Server::lose(Index index, std::uint32_t interval, base::Now now) {
  if (!storeWorks_) return followPortal(index, EsiStart::Registered, now);  // not now: it is asked again
  Transaction transaction(registry_, policy_, now);
  const Portal* portal = transaction.get<Portal>(index);
  if (portal == nullptr || !portal->registered()) return;
  const Index entity = portal->entity;
  ++counters_.silentPortals;
  const PortalKey key = PortalKey::of(*portal);
  isns::IpAddress address;
  std::memcpy(address.data(), key.bytes.data(), address.size());
  note(Notice::Kind::PortalSilent, transaction.get<Entity>(entity)->attributes.text(tag::kEntityId), address);
  transaction.deregisterPortal(index);
  if (!esiMonitored(transaction.state(), *transaction.get<Entity>(entity))) bereft_[entity] = 2 * interval;
  transaction.removeEntityIfEmpty(entity);
  ensurePeriod(transaction, entity);
  keep(transaction, {0, false, managers_}, change_kind::kPortalSilent, kOwnOrigin, {});
}

void Server::expire(base::Now now) {
  for (Index i : liveness_.expired(now)) {
    if (!storeWorks_) continue;  // it is reported again
    Transaction transaction(registry_, policy_, now);
    const Entity* entity = transaction.get<Entity>(i);
    if (entity == nullptr) continue;
    ++counters_.expiredEntities;
    note(Notice::Kind::EntityExpired, entity->attributes.text(tag::kEntityId), {});
    transaction.removeEntity(i);
    keep(transaction, {0, false, managers_}, change_kind::kEntityExpired, kOwnOrigin, {});
  }
}

void Server::tryStoreAgain(base::Now now) {
  if (storeWorks_ || committing_ || now.mono < storeRetry_) return;
  storeRetry_ = now.mono + kStoreRetry;
  Transaction transaction(registry_, policy_, now);
  transaction.reserveIndexes();
  keep(transaction, {0, false, managers_}, change_kind::kStoreRecovered, kOwnOrigin, {});
}

void Server::setPolicy(Policy policy, base::Now now) {
  policy_ = std::move(policy);
  makeDefaultDomain(now);
}

void Server::setOptions(const ServerOptions& options) {
  scnPortion_ = options.scnPortion;
  maxUnqueued_ = options.scn.maxEvents;
  outbound_.setOptions(options.outbound);
  scns_.setOptions(options.scn);
  esis_.setOptions(options.esi);
}

void Server::makeDefaultDomain(base::Now now) {
  if (!policy_.defaultDomain || !storeWorks_) return;
  Transaction transaction(registry_, policy_, now);
  ensureDefaultDomain(transaction);
  keep(transaction, {0, false, managers_}, change_kind::kDefaultDomain, kOwnOrigin, {});
}

// ---- What the deliveries ask for -----------------------------------------------------------------------------------

namespace {

Endpoint endpointOf(const Portal& portal, std::uint32_t port) {
  Endpoint endpoint;
  const base::ByteView ip = portal.attributes.value(tag::kPortalIp);
  std::memcpy(endpoint.ip.data(), ip.data(), endpoint.ip.size());
  endpoint.port = static_cast<std::uint16_t>(port);
  endpoint.udp = (port & isns::kUdpPortFlag) != 0;
  return endpoint;
}

}  // namespace

void Server::endpointsOf(ScnRecipient recipient, std::vector<ScnEndpoint>& out) const {
  const State& state = registry_.committed();
  Index entity = 0;
  if (recipient.type == ObjectType::Node) {
    const Node* node = state.get<Node>(recipient.index);
    entity = node == nullptr ? 0 : node->entity;
  } else {
    const FcPort* port = state.get<FcPort>(recipient.index);
    entity = port == nullptr ? 0 : port->entity;
  }
  if (entity == 0) return;
  state.get<Entity>(entity)->portals.forEach([&](Index i) {
    const Portal& portal = *state.get<Portal>(i);
    const std::uint32_t port = portal.attributes.u32Or(tag::kScnPort, 0);
    if (port != 0) out.push_back({endpointOf(portal, port), i});
  });
}

base::ByteView Server::nameOf(ScnRecipient recipient) const {
  const State& state = registry_.committed();
  if (recipient.type == ObjectType::Node) {
    const Node* node = state.get<Node>(recipient.index);
    return node != nullptr && node->registered() ? node->attributes.tlv(tag::kIscsiName) : base::ByteView{};
  }
  const FcPort* port = state.get<FcPort>(recipient.index);
  return port != nullptr && port->registered() ? port->attributes.tlv(tag::kFcPortName) : base::ByteView{};
}

bool Server::esiTarget(std::uint32_t index, EsiTarget& out) const {
  const Portal* portal = registry_.committed().get<Portal>(index);
  const std::uint32_t port = portal == nullptr ? 0 : portal->attributes.u32Or(tag::kEsiPort, 0);
  if (port == 0 || !portal->registered()) return false;
  out.endpoint = endpointOf(*portal, port);
  out.entityId = registry_.committed().get<Entity>(portal->entity)->attributes.tlv(tag::kEntityId);
  out.portalIp = portal->attributes.tlv(tag::kPortalIp);
  out.portalPort = portal->attributes.tlv(tag::kPortalPort);
  return true;
}

std::uint64_t Server::lastContact(Index entity) const {
  const base::WallTime heard = liveness_.lastContact(entity);
  return static_cast<std::uint64_t>(heard.time_since_epoch().count());
}

}  // namespace core
