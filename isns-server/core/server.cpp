#include "isns-server/core/server.h"

#include <algorithm>

#include "isns-server/core/change_kind.h"
#include "isns-server/core/domain_requests.h"
#include "isns-server/core/entity_period.h"
#include "isns-server/core/fc_domain_requests.h"
#include "shared/isns/value_text.h"

namespace core {

using isns::Function;
using isns::Status;
namespace tag = isns::tag;

namespace {

constexpr std::size_t kMaxNotices = 4096;

// The functions whose refusals say what was refused (RFC 4171 5.7.5.4, 6.11).
bool explainsRefusal(Function function) {
  return function == Function::DevDereg || function == Function::DDReg || function == Function::DDSReg;
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
  fcPorts.clear();
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
    liveness_.restore(i, periodOf(policy_, state, entity), heard, now);
  });
  followPortals(now);
  followManagers();
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
    judged = handle(*function, message, arrival, view, now, writer);
  }
  const Status status = judged.status;
  const bool fits = writer.payloadSize() - sizeof(std::uint32_t) <= arrival.roomForAnswer();
  if (status == Status::Successful || (known && explainsRefusal(function->function) && fits)) {
    base::storeU32(out.data() + start + isns::kPduHeaderSize, static_cast<std::uint32_t>(status));
    writer.finish();
  } else {
    writer.discard();
    isns::MessageWriter::response(out, message.function, message.transactionId, status).finish();
  }
  count(message.function, status);
  const Held answer{session.id, start, out.size() - start, message.function, message.transactionId, arrival.signAnswer};
  return {deliver(session, arrival, answer, changes && status == Status::Successful, out), judged.malformed, status};
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
  Pending* behind = afterChanges || session.held > 0 ? lastPending() : nullptr;
  if (behind == nullptr) return Disposition::Answered;
  Held held = answer;
  held.offset = behind->answers.size();
  base::append(behind->answers, base::ByteView(out).subspan(answer.offset));
  behind->held.push_back(held);
  out.resize(answer.offset);
  session.hold(held.size);
  return Disposition::Held;
}

Server::Judged Server::handle(const isns::FunctionRow& function, const isns::Message& message, const Arrival& arrival,
                              const State& view, base::Now now, isns::MessageWriter& writer) {
  const bool strictNames = function.function == Function::DevAttrReg && !policy_.relaxedNames;
  if (const Status status = reader_.read(message, function, strictNames); status != Status::Successful) {
    return {status, status == Status::MessageFormatError ? Malformed::Tlv : Malformed::No};
  }
  const Request& request = reader_.request();
  Source source;
  Notes notes;
  Status status = identify(request, arrival.peer, registry_, view, policy_, *guards_, source, notes);
  if (status == Status::Successful) {
    if (source.registered()) liveness_.contact(source.entity(), now);
    const std::size_t maxResponse = std::min(policy_.maxResponse, arrival.roomForAnswer());
    const QueryContext context{registry_, view, policy_, *this, maxResponse};
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
  noteRefusals(notes, source);
  return {status, status == Status::MessageFormatError ? Malformed::Order : Malformed::No};
}

void Server::noteRefusals(const Notes& notes, const Source& source) {
  using Kind = Notice::Kind;
  if (!notes.any()) return;
  const std::string port = source.name.empty() ? isns::formatValue(source.attribute) : "";
  const std::string_view who = port.empty() ? source.name : std::string_view(port);
  if (notes.controlNodeRefused) note(Kind::ControlNodeRefused, who, source.address);
  if (notes.shareRefused) note(Kind::ShareRefused, who, source.address);
  if (notes.agentRefused) note(Kind::AgentRefused, who, source.address, notes.agent);
  if (notes.agentViolation) note(Kind::AgentViolation, who, source.address, notes.agent);
  if (notes.sourceRefused) note(Kind::SourceRefused, who, source.address, notes.owner, notes.object);
  if (notes.sourceViolation) note(Kind::SourceViolation, who, source.address, notes.owner);
}

void Server::count(std::uint16_t function, Status status) {
  const std::size_t place = std::min<std::size_t>(function, ServerCounters::kFunctions - 1);
  ++counters_.answers[place][static_cast<std::size_t>(status)];
}

void Server::note(Notice::Kind kind, std::string_view subject, const isns::IpAddress& address, std::string_view entity,
                  std::string_view object) {
  if (notices_.size() >= kMaxNotices) return;
  notices_.push_back({kind, std::string(subject), address, std::string(entity), std::string(object)});
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
  // What is on its way to the store will say whether that works.
  const base::TimePoint store = committing_ ? base::kNever : storeRetry_;
  const base::TimePoint silence = storeWorks_ ? liveness_.nextDeadline() : base::kNever;
  return std::min({outbound_.nextDeadline(), esis_.nextDeadline(), silence, store});
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

// A portal that answers no ESI goes; with the last one that has asked for them, after two intervals of silence, its
// entity (6.3.4). One that was asked by the server's own wish takes nothing along: its entity has its period (6.2.6).
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
  const bool hadAskedForEsi = esiMonitored(policy_, *portal);
  transaction.deregisterPortal(index);
  if (hadAskedForEsi && !isAsked(policy_, transaction.state(), *transaction.get<Entity>(entity))) {
    bereft_[entity] = 2 * interval;
  }
  transaction.removeEntityIfEmpty(entity);
  ensurePeriod(transaction, entity);
  (void)takeShare(transaction, nullptr);
  keep(transaction, {0, false, managers_}, change_kind::kPortalSilent, change_kind::kOwnOrigin, {});
}

// Whoever falls silent while the store fails goes when it works again.
void Server::expire(base::Now now) {
  if (!storeWorks_) return;
  for (Index i : liveness_.expired(now)) {
    Transaction transaction(registry_, policy_, now);
    const Entity* entity = transaction.get<Entity>(i);
    if (entity == nullptr) continue;
    ++counters_.expiredEntities;
    note(Notice::Kind::EntityExpired, entity->attributes.text(tag::kEntityId), {});
    transaction.removeEntity(i);
    (void)takeShare(transaction, nullptr);
    keep(transaction, {0, false, managers_}, change_kind::kEntityExpired, change_kind::kOwnOrigin, {});
  }
}

void Server::setPolicy(Policy policy, base::Now now) {
  const Policy before = std::exchange(policy_, std::move(policy));
  const bool esiSwitched = policy_.esiEnabled != before.esiEnabled;
  if (esiSwitched || policy_.defaultPeriod != before.defaultPeriod) {
    const State& state = registry_.committed();
    state.entities.forEach([&](Index i, const Entity& entity) {
      // A period that was granted stays as it is; one of 0 is the default where ESI does not watch the entity.
      if (!esiSwitched && entity.attributes.u32Or(tag::kRegistrationPeriod, 0) != 0) return;
      // As after a start: everybody gets a full period, or a round of ESI.
      liveness_.restore(i, periodOf(policy_, state, entity), liveness_.lastContact(i), now);
    });
  }
  if (asksOtherwise(policy_, before)) followPortals(now);  // one whose interval stays goes on as it was
  if (policy_.maxObjectsOfSource == 0) shares_.clear();
  followManagers();
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
  keep(transaction, {0, false, managers_}, change_kind::kDefaultDomain, change_kind::kOwnOrigin, {});
}

}  // namespace core
