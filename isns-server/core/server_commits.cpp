// The server core and the store: batches go there one at a time, and with the store's answer come replies,
// notifications, and whom ESI and the periods follow from now on.
#include <algorithm>

#include "isns-server/core/change_kind.h"
#include "isns-server/core/entity_period.h"
#include "isns-server/core/server.h"
#include "isns-server/core/source_rights.h"

namespace core {

using isns::Status;
namespace tag = isns::tag;

namespace {

constexpr base::Duration kStoreRetry = std::chrono::seconds(1);

bool isControl(const Policy& policy, const Node& node) { return isControlName(policy, node.name()); }
bool isControl(const Policy& policy, const FcPort& port) {
  return isControlPort(policy, port.attributes.value(tag::kFcPortName));
}

// The registration for management SCNs is the client's and stays in the store; to be told them is the right of who is a
// control node now (RFC 4171 2.2.3, 2.4).
template <class T>
void followManager(base::IdSet& managers, const State& state, const Policy& policy, Index index) {
  const T* object = state.get<T>(index);
  const bool told = policy.managementScn && object != nullptr && object->registered() &&
                    (object->scnBitmap() & isns::scn::kManagement) != 0 && isControl(policy, *object);
  if (told) {
    managers.insert(index);
  } else {
    managers.erase(index);
  }
}

}  // namespace

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
  bool recovered = false;
  for (ManagedResult managed : inFlight_.managed) {
    managed.committed = result == CommitResult::Committed;
    managedResults_.push_back(managed);
  }
  if (result == CommitResult::Committed) {
    registry_.commitSucceeded();
    recovered = !std::exchange(storeWorks_, true);
    storeRetry_ = base::kNever;
    release(inFlight_, result);
    follow(inFlight_, now);
    send(inFlight_.scns);
  } else {
    ++counters_.failedCommits;
    registry_.commitFailed();
    shares_.clear();
    // What never came to be is nothing that a decision could be behind of; its revision will be another's.
    for (std::uint64_t* last : {&lastDomainChange_, &lastNamed_}) *last = std::min(*last, registry_.committed().revision);
    storeWorks_ = false;
    storeRetry_ = now.mono + kStoreRetry;
    release(inFlight_, result);
    release(open_, result);
    managedResults_.insert(managedResults_.end(), open_.managed.begin(), open_.managed.end());
    // What was to go is there as before: ESI has given up a portal whose loss it reported.
    follow(inFlight_, now);
    follow(open_, now);
    open_.clear();
  }
  inFlight_.batch = std::move(batch);  // its memory serves again
  inFlight_.clear();
  if (recovered) makeDefaultDomain(now);  // what failed may have been that
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
  for (Index i : pending.fcPorts) followFcPort(i);
}

void Server::followEntity(Index index, base::Now now) {
  const State& state = registry_.committed();
  const Entity* entity = state.get<Entity>(index);
  if (entity == nullptr) {
    liveness_.forget(index);
    bereft_.erase(index);
    return;
  }
  std::uint32_t period = periodOf(policy_, state, *entity);
  if (isAsked(policy_, state, *entity)) bereft_.erase(index);
  if (const auto silent = bereft_.find(index); silent != bereft_.end()) {
    period = period == 0 ? silent->second : std::min(period, silent->second);
  }
  liveness_.track(index, period, now);
}

// A message like others, also from who was no part of the entity before. And the rule of the two intervals ends when
// the client registers again: then the period that it is granted holds (6.2.6, 6.3.4). Also where nothing changes by
// it, or the store fails: it has been received.
void Server::heardRegistration(Index entity, base::Now now) {
  liveness_.contact(entity, now);
  if (bereft_.erase(entity) != 0) followEntity(entity, now);
}

void Server::followPortal(Index index, EsiStart start, base::Now now) {
  const State& state = registry_.committed();
  const Portal* portal = state.get<Portal>(index);
  const std::uint32_t interval = portal == nullptr ? 0 : inquiryInterval(policy_, state, *portal);
  if (interval != 0) {
    esis_.monitor(index, interval, start, now);
  } else {
    esis_.ignore(index);
  }
}

void Server::followPortals(base::Now now) {
  registry_.committed().portals.forEach([&](Index i, const Portal&) { followPortal(i, EsiStart::Restarted, now); });
}

void Server::followNode(Index index) { followManager<Node>(managers_.nodes, registry_.committed(), policy_, index); }

void Server::followFcPort(Index index) {
  followManager<FcPort>(managers_.fcPorts, registry_.committed(), policy_, index);
}

void Server::followManagers() {
  managers_ = {};
  const State& state = registry_.committed();
  for (const ControlNode& control : policy_.controlNodes) {
    if (const Node* node = registry_.findNode(state, control.name)) followNode(node->index);
    const FcPort* port = control.wwpn ? registry_.findFcPort(state, *control.wwpn) : nullptr;
    if (port != nullptr) followFcPort(port->index);
  }
}

void Server::tryStoreAgain(base::Now now) {
  if (storeWorks_ || committing_ || now.mono < storeRetry_) return;
  storeRetry_ = now.mono + kStoreRetry;
  Transaction transaction(registry_, policy_, now);
  transaction.reserveIndexes();
  keep(transaction, {0, false, managers_}, change_kind::kStoreRecovered, change_kind::kOwnOrigin, {});
}

}  // namespace core
