#include "isns-server/core/object_shares.h"

#include <algorithm>

#include "shared/isns/ip_text.h"

namespace core {

namespace {

std::int64_t objectsIn(const Entity* entity) {
  if (entity == nullptr) return 0;
  return static_cast<std::int64_t>(1 + entity->nodes.size() + entity->portals.size() + entity->fcPorts.size());
}

// Of a portal group: its node's, or, where that is not registered, its portal's.
Index ownerOf(const Node* node, const Portal* portal) {
  if (node != nullptr && node->registered()) return node->entity;
  return portal == nullptr ? 0 : portal->entity;
}

}  // namespace

isns::IpAddress ObjectShares::sourceOf(const Peer& peer) {
  constexpr std::size_t kNetwork = 8;  // bytes of an IPv6 address before the part that its host chooses
  isns::IpAddress source = peer.address;
  if (peer.udp) {
    source.fill(0xff);  // no network of 64 bits, and not IPv4
  } else if (!isns::isIpv4(source)) {
    std::fill(source.begin() + kNetwork, source.end(), std::uint8_t{0});
  }
  return source;
}

bool ObjectShares::take(const Transaction& transaction, const Peer* peer, std::uint32_t most) {
  measure(transaction);
  const std::optional<isns::IpAddress> source = peer == nullptr ? std::nullopt : std::optional(sourceOf(*peer));
  for (const auto& [entity, more] : changes_) {
    if (!source || more <= 0) continue;
    const Share* share = shares_.get(entity);
    const auto account = share != nullptr ? share->account : accounts_.find(*source);
    if ((account == accounts_.end() ? 0 : account->second.objects) + more > most) return false;
  }
  for (const auto& [entity, more] : changes_) {
    follow(entity, transaction.get<Entity>(entity) == nullptr ? -std::int64_t{UINT32_MAX} : more, source);
  }
  return true;
}

void ObjectShares::measure(const Transaction& transaction) {
  changes_.clear();
  const auto add = [&](Index entity, std::int64_t objects) {
    if (entity == 0) return;
    if (changes_.empty() || changes_.back().entity != entity) changes_.push_back({entity, 0});
    changes_.back().objects += objects;
  };
  for (const auto& touch : transaction.touched<Entity>()) {
    add(touch.index, objectsIn(transaction.get<Entity>(touch.index)) - objectsIn(touch.before.get()));
  }
  const auto now = [&](const PortalGroup& group) {
    return ownerOf(transaction.get<Node>(group.node), transaction.get<Portal>(group.portal));
  };
  const auto before = [&](const PortalGroup& group) {
    return ownerOf(transaction.before<Node>(group.node), transaction.before<Portal>(group.portal));
  };
  for (const auto& touch : transaction.touched<PortalGroup>()) {
    const PortalGroup* group = transaction.get<PortalGroup>(touch.index);
    if (group != nullptr && touch.before.get() == nullptr) add(now(*group), 1);
    if (group == nullptr && touch.before.get() != nullptr) add(before(*touch.before), -1);
  }
  for (const auto& touch : transaction.touched<FcDomain>()) {
    const FcDomain* id = transaction.get<FcDomain>(touch.index);
    if (id != nullptr && touch.before.get() == nullptr) add(id->entity, 1);
    if (id == nullptr && touch.before.get() != nullptr) add(touch.before->entity, -1);
  }
  if (changes_.size() < 2) return;
  std::sort(changes_.begin(), changes_.end(), [](const Change& a, const Change& b) { return a.entity < b.entity; });
  auto last = changes_.begin();
  for (auto next = last + 1; next != changes_.end(); ++next) {
    if (next->entity == last->entity) {
      last->objects += next->objects;
    } else {
      *++last = *next;
    }
  }
  changes_.erase(last + 1, changes_.end());
}

void ObjectShares::follow(Index entity, std::int64_t more, const std::optional<isns::IpAddress>& source) {
  auto slot = shares_.find(entity);
  if (slot == decltype(shares_)::kNone) {
    if (!source || more <= 0) return;
    slot = shares_.insert(entity).first;
    shares_[slot].account = accounts_.try_emplace(*source).first;
    ++shares_[slot].account->second.entities;
  }
  Share& share = shares_[slot];
  Account& account = share.account->second;
  if (more > 0) {
    if (!source) return;
    share.objects += static_cast<std::uint32_t>(more);
    account.objects += static_cast<std::uint32_t>(more);
    return;
  }
  // What was there before the counting began may go, too.
  const auto less = static_cast<std::uint32_t>(std::min<std::int64_t>(-more, share.objects));
  share.objects -= less;
  account.objects -= less;
  if (share.objects != 0) return;
  if (--account.entities == 0) accounts_.erase(share.account);
  shares_.erase(slot);
}

void ObjectShares::clear() {
  accounts_.clear();
  shares_ = {};
}

std::uint32_t ObjectShares::objectsOf(const Peer& peer) const {
  const auto account = accounts_.find(sourceOf(peer));
  return account == accounts_.end() ? 0 : account->second.objects;
}

}  // namespace core
