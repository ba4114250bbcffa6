// Changes at the server core: a request or the management server makes one in a transaction, and what it causes is kept
// in the open batch until the store has it.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "isns-server/core/change_kind.h"
#include "isns-server/core/deregistration.h"
#include "isns-server/core/domain_requests.h"
#include "isns-server/core/fc_domain_requests.h"
#include "isns-server/core/registration.h"
#include "isns-server/core/server.h"
#include "shared/base/hex.h"
#include "shared/isns/ip_text.h"

namespace core {

using isns::Function;
using isns::Status;
namespace tag = isns::tag;

namespace {

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

// Requests that a change set keeps away from its domains. A node that registers is none of them: it comes into the
// default domain, and may come at any time.
bool zones(Function function) {
  return function == Function::DDReg || function == Function::DDDereg || function == Function::DDSReg ||
         function == Function::DDSDereg;
}

bool changesDomains(const Transaction& transaction) {
  return !transaction.touched<Domain>().empty() || !transaction.touched<DomainSet>().empty();
}

template <class T>
bool makesAny(const Transaction& transaction) {
  return std::ranges::any_of(transaction.touched<T>(), [](const auto& touch) { return touch.before.get() == nullptr; });
}

}  // namespace

Status Server::change(const Request& request, const Source& source, const Arrival& arrival, Notes& notes, base::Now now,
                      isns::AttributeWriter& answer) {
  if (!storeWorks_) return Status::InternalError;
  if (open_.batch.bytes() > policy_.maxPendingBytes) return Status::Busy;
  Transaction transaction(registry_, policy_, now);
  const std::size_t start = answer.size();
  const Status status = apply(transaction, request, source, arrival, notes, answer);
  if (status != Status::Successful) return status;
  if (answer.size() - start > arrival.roomForAnswer()) return Status::Busy;  // nobody would learn of it
  if (zones(request.function) && touchesLocked(transaction)) return Status::Busy;
  // Who has proven who it is makes what it was set up for.
  const bool exempt = source.control || !source.signer.empty();
  if (!takeShare(transaction, exempt ? nullptr : &arrival.peer)) {
    notes.shareRefused = true;
    return Status::Busy;
  }
  std::string hex;
  if (source.name.empty()) hex = base::hexText(request.source.value);
  keep(transaction, {causeOf(source, registry_), notes.replaced, managers_}, change_kind::of(request.function),
       source.name.empty() ? std::string_view(hex) : source.name, AddressText(arrival.peer).text());
  if (notes.registered != 0) heardRegistration(notes.registered, now);
  return status;
}

bool Server::takeShare(const Transaction& transaction, const Peer* peer) {
  return policy_.maxObjectsOfSource == 0 || shares_.take(transaction, peer, policy_.maxObjectsOfSource);
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
  if (Pending* behind = &view == &registry_.working() ? lastPending() : nullptr; behind != nullptr) {
    std::move(scns.begin(), scns.end(), std::back_inserter(behind->scns));
  } else {
    send(scns);
  }
  return status;
}

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
  for (const auto& touch : transaction.touched<FcPort>()) open_.fcPorts.push_back(touch.index);
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
  ChangeNote note{transaction.revision(), transaction.now().wall, kind, origin, address, {}};
  for (const auto& touch : transaction.touched<Domain>()) {
    if (touch.before && transaction.get<Domain>(touch.index) == nullptr) note.removedDomains.push_back(touch.index);
  }
  (void)transaction.finish(open_.batch, kind, origin, address,
                           [&](store::OpsWriter& ops, std::uint64_t) { companion_(note, ops); });
}

ManagedVerdict Server::onManagedChange(const ManagedChange& change, base::Now now) {
  using What = ManagedVerdict::What;
  if (!storeWorks_) return {What::StoreFailed, 0, {}};
  if (open_.batch.bytes() > policy_.maxPendingBytes) return {What::Busy, 0, {}};
  if ((!change.steps.empty() || change.domains) && change.basedOn < lastDomainChange_) return {What::Behind, 0, {}};
  if (change.names && change.basedOn < lastNamed_) return {What::Behind, 0, {}};
  Transaction transaction(registry_, policy_, now);
  if (auto status = applySteps(transaction, change.steps); !status) return {What::Wrong, 0, status.error().text};
  const std::uint64_t revision = transaction.revision();
  const ExtraRows rows = change.rows ? change.rows : [](store::OpsWriter&, std::uint64_t) {};
  keep(transaction, {0, false, managers_}, change.kind, change.origin, change.address, rows);
  open_.managed.push_back({change.ticket, revision, false});
  return {What::Accepted, revision, {}};
}

}  // namespace core
