#include "isns-server/core/domain_requests.h"

#include "isns-server/core/domain_numbers.h"

namespace core {
namespace {

using isns::Attribute;
using isns::Status;
namespace tag = isns::tag;

bool mayModifyDomains(const Source& source, const Policy& policy) {
  if (source.control) return true;
  const std::uint32_t type = source.node != nullptr ? source.node->type() : 0;
  const std::uint32_t role = source.fcPort != nullptr ? source.fcPort->type() : 0;
  return ((type & isns::node_type::kTarget) != 0 && policy.targetsModifyDomains) ||
         ((type & isns::node_type::kInitiator) != 0 && policy.initiatorsModifyDomains) ||
         ((role & isns::node_type::kTarget) != 0 && policy.ifcpTargetsModifyDomains) ||
         ((role & isns::node_type::kInitiator) != 0 && policy.ifcpInitiatorsModifyDomains);
}

// One member as the operating attributes name it: a node by index or name, an FC port, a portal by index or address.
struct MemberName {
  MemberKind kind = MemberKind::Node;
  Index index = 0;              // when named by index
  std::string_view name{};      // of a node
  base::ByteView wwpn{};
  PortalKey portal{};
  bool byIndex = false;
};

bool isMemberTag(isns::Tag t) { return t >= tag::kDdMemberNodeIndex && t <= tag::kDdMemberPortalPort; }

// Reads the member at operating[at], which holds a member tag, and moves `at` past it.
Status readMember(std::span<const Attribute> operating, std::size_t& at, MemberName& member) {
  const Attribute& a = operating[at++];
  if (a.empty()) return Status::MessageFormatError;
  member = MemberName{};
  switch (a.tag) {
    case tag::kDdMemberNodeIndex:
    case tag::kDdMemberPortalIndex:
      member.kind = a.tag == tag::kDdMemberNodeIndex ? MemberKind::Node : MemberKind::Portal;
      member.byIndex = true;
      member.index = a.u32();
      return Status::Successful;
    case tag::kDdMemberIscsiName:
      member.name = a.text();
      return member.name.empty() ? Status::MessageFormatError : Status::Successful;
    case tag::kDdMemberFcPortName:
      member.kind = MemberKind::FcPort;
      member.wwpn = a.value;
      return Status::Successful;
    case tag::kDdMemberPortalIp:
      member.kind = MemberKind::Portal;
      if (at == operating.size() || operating[at].tag != tag::kDdMemberPortalPort || operating[at].empty()) {
        return Status::MessageFormatError;
      }
      member.portal = PortalKey::of(a.value, operating[at++].u32());
      return Status::Successful;
    default:
      return Status::MessageFormatError;  // a port without its address
  }
}

// The id that key and operating attributes agree on, for DDReg and DDSReg alike.
struct Named {
  bool exists = false;  // the key names an object that is there
  Index id = 0;         // of it, or the id wanted for a new one; 0: the server chooses
};

Status readId(const Request& request, isns::Tag idTag, bool isThere(const State&, Index), const State& state, Named& named) {
  if (request.key.size() > 1) return Status::InvalidRegistration;
  if (!request.key.empty()) {
    const Attribute& key = request.key[0];
    if (key.tag != idTag || key.empty() || !isThere(state, key.u32())) return Status::InvalidRegistration;
    named = {true, key.u32()};
  }
  return Status::Successful;
}

// The id among the operating attributes must be the key's; without a key it is the wish for a new object.
Status agreeOnId(const Attribute& a, bool isThere(const State&, Index), const State& state, Named& named) {
  if (a.empty()) return named.exists ? Status::InvalidRegistration : Status::Successful;
  if (named.exists) return a.u32() == named.id ? Status::Successful : Status::InvalidRegistration;
  if (a.u32() == 0 || a.u32() > kMaxDomainNumber || isThere(state, a.u32()) || named.id != 0)
    return Status::InvalidRegistration;
  named.id = a.u32();
  return Status::Successful;
}

bool domainExists(const State& state, Index id) { return state.get<Domain>(id) != nullptr; }
bool setExists(const State& state, Index id) { return state.get<DomainSet>(id) != nullptr; }

class DomainRegistration {
 public:
  DomainRegistration(const Request& request, Transaction& transaction, isns::AttributeWriter& answer)
      : request_(request), tx_(transaction), answer_(answer) {}

  Status run() {
    if (const Status s = readId(request_, tag::kDdId, domainExists, tx_.state(), named_); s != Status::Successful) return s;
    if (const Status s = readAttributes(); s != Status::Successful) return s;
    if (tx_.full(members_.size() + 1)) return Status::Busy;
    created_ = !named_.exists;
    id_ = created_ ? tx_.createDomain(named_.id, nameGiven_ ? name_ : std::string_view{}) : named_.id;
    if (!created_ && nameGiven_ && tx_.get<Domain>(id_)->attributes.text(tag::kDdName) != name_) {
      tx_.rename(*tx_.get<Domain>(id_), name_);
    }
    for (const Attribute& a : plain_) tx_.setAttribute<Domain>(id_, a.tag, a.value);
    for (MemberName& member : members_) {
      if (const Status s = add(member); s != Status::Successful) return s;
    }
    writeAnswer();
    return Status::Successful;
  }

 private:
  Status readAttributes() {
    const auto operating = request_.operating;
    for (std::size_t at = 0; at < operating.size();) {
      const Attribute& a = operating[at];
      if (isMemberTag(a.tag)) {
        MemberName member;
        if (const Status s = readMember(operating, at, member); s != Status::Successful) return s;
        members_.push_back(member);
        continue;
      }
      ++at;
      if (a.row == nullptr) return Status::AttributeNotImplemented;
      if (a.row->object != ObjectType::Domain || a.row->role == isns::Role::NextIndex) return Status::InvalidRegistration;
      if (a.tag == tag::kDdId) {
        if (const Status s = agreeOnId(a, domainExists, tx_.state(), named_); s != Status::Successful) return s;
      } else if (a.tag == tag::kDdName) {
        name_ = a.text();
        nameGiven_ = !name_.empty();
        const Domain* holder = nameGiven_ ? tx_.registry().findDomain(tx_.state(), name_) : nullptr;
        if (holder != nullptr && !(named_.exists && holder->index == named_.id)) return refuse(a);
      } else {
        if (a.tag == tag::kDdFeatures) {
          if (a.empty() || (a.u32() & ~isns::kBootListFeature) != 0) return Status::InvalidRegistration;
          featuresGiven_ = true;
        }
        plain_.push_back(a);
      }
    }
    return Status::Successful;
  }

  // The attribute that is invalid comes back in the response (6.11.2.2).
  Status refuse(const Attribute& a) {
    answer_.delimiter();
    answer_.copy(a);
    return Status::InvalidRegistration;
  }

  // A member by name needs no registration and gets its index now; a member by index must be registered (5.6.5.9).
  Status add(MemberName& member) {
    const State& state = tx_.state();
    if (member.byIndex) {
      const bool registered = member.kind == MemberKind::Node
                                  ? state.get<Node>(member.index) != nullptr && state.get<Node>(member.index)->registered()
                                  : state.get<Portal>(member.index) != nullptr && state.get<Portal>(member.index)->registered();
      if (!registered) return Status::InvalidRegistration;
    } else {
      switch (member.kind) {
        case MemberKind::Node:
          member.index = tx_.ensureNode(member.name);
          break;
        case MemberKind::Portal:
          // The upper bits of a port are reserved but for the one of UDP (6.3.2).
          if ((member.portal.port() & ~(isns::kUdpPortFlag | 0xffffU)) != 0) return Status::InvalidRegistration;
          member.index = tx_.ensurePortal(member.portal);
          break;
        case MemberKind::FcPort:
          member.index = tx_.ensureFcPort(member.wwpn);
          break;
      }
    }
    tx_.addMember(id_, member.kind, member.index);
    return Status::Successful;
  }

  void writeAnswer() {
    for (const Attribute& a : request_.key) answer_.copy(a);
    answer_.delimiter();
    const Domain& domain = *tx_.get<Domain>(id_);
    answer_.u32(tag::kDdId, id_);
    if (created_ || nameGiven_) answer_.encoded(domain.attributes.tlv(tag::kDdName));
    // Indexes that were given to members not registered yet.
    for (const MemberName& member : members_) {
      if (member.byIndex) continue;
      if (member.kind == MemberKind::Node && !tx_.get<Node>(member.index)->registered()) {
        answer_.u32(tag::kDdMemberNodeIndex, member.index);
      } else if (member.kind == MemberKind::Portal && !tx_.get<Portal>(member.index)->registered()) {
        answer_.u32(tag::kDdMemberPortalIndex, member.index);
      }
    }
    if (created_ || featuresGiven_) answer_.encoded(domain.attributes.tlv(tag::kDdFeatures));
  }

  const Request& request_;
  Transaction& tx_;
  isns::AttributeWriter& answer_;
  Named named_;
  std::string_view name_;
  bool nameGiven_ = false;
  bool featuresGiven_ = false;
  std::vector<Attribute> plain_;
  std::vector<MemberName> members_;
  bool created_ = false;
  Index id_ = 0;
};

class SetRegistration {
 public:
  SetRegistration(const Request& request, Transaction& transaction, isns::AttributeWriter& answer)
      : request_(request), tx_(transaction), answer_(answer) {}

  Status run() {
    if (const Status s = readId(request_, tag::kDdsId, setExists, tx_.state(), named_); s != Status::Successful) return s;
    if (const Status s = readAttributes(); s != Status::Successful) return s;
    if (tx_.full(domains_.size() + 1)) return Status::Busy;
    created_ = !named_.exists;
    id_ = created_ ? tx_.createSet(named_.id, nameGiven_ ? name_ : std::string_view{}) : named_.id;
    if (!created_ && nameGiven_ && tx_.get<DomainSet>(id_)->attributes.text(tag::kDdsName) != name_) {
      tx_.rename(*tx_.get<DomainSet>(id_), name_);
    }
    for (const Attribute& a : plain_) tx_.setAttribute<DomainSet>(id_, a.tag, a.value);
    std::vector<Index> made;
    for (Index domain : domains_) {
      if (!domainExists(tx_.state(), domain)) made.push_back(tx_.createDomain(domain, {}));
      tx_.addToSet(id_, domain);
    }
    writeAnswer(made);
    return Status::Successful;
  }

 private:
  Status readAttributes() {
    for (const Attribute& a : request_.operating) {
      if (a.row == nullptr) return Status::AttributeNotImplemented;
      if (a.tag == tag::kDdId) {
        if (a.empty() || a.u32() == 0) return Status::InvalidRegistration;
        if (a.u32() > kMaxDomainNumber && !domainExists(tx_.state(), a.u32())) return Status::InvalidRegistration;
        domains_.push_back(a.u32());
        continue;
      }
      if (a.row->object != ObjectType::DomainSet || a.row->role == isns::Role::NextIndex) return Status::InvalidRegistration;
      if (a.tag == tag::kDdsId) {
        if (const Status s = agreeOnId(a, setExists, tx_.state(), named_); s != Status::Successful) return s;
      } else if (a.tag == tag::kDdsName) {
        name_ = a.text();
        nameGiven_ = !name_.empty();
        const DomainSet* holder = nameGiven_ ? tx_.registry().findSet(tx_.state(), name_) : nullptr;
        if (holder != nullptr && !(named_.exists && holder->index == named_.id)) {
          answer_.delimiter();
          answer_.copy(a);
          return Status::InvalidRegistration;
        }
      } else {
        if (a.tag == tag::kDdsStatus) {
          if (a.empty() || (a.u32() & ~isns::kDdsEnabled) != 0) return Status::InvalidRegistration;
          statusGiven_ = true;
        }
        plain_.push_back(a);
      }
    }
    return Status::Successful;
  }

  void writeAnswer(const std::vector<Index>& made) {
    for (const Attribute& a : request_.key) answer_.copy(a);
    answer_.delimiter();
    const DomainSet& set = *tx_.get<DomainSet>(id_);
    answer_.u32(tag::kDdsId, id_);
    if (created_ || nameGiven_) answer_.encoded(set.attributes.tlv(tag::kDdsName));
    if (created_ || statusGiven_) answer_.encoded(set.attributes.tlv(tag::kDdsStatus));
    for (Index domain : made) {
      answer_.u32(tag::kDdId, domain);
      answer_.encoded(tx_.get<Domain>(domain)->attributes.tlv(tag::kDdName));
      answer_.encoded(tx_.get<Domain>(domain)->attributes.tlv(tag::kDdFeatures));
    }
  }

  const Request& request_;
  Transaction& tx_;
  isns::AttributeWriter& answer_;
  Named named_;
  std::string_view name_;
  bool nameGiven_ = false;
  bool statusGiven_ = false;
  std::vector<Attribute> plain_;
  std::vector<Index> domains_;
  bool created_ = false;
  Index id_ = 0;
};

}  // namespace

isns::Status registerDomain(const Request& request, const Source& source, Transaction& tx, isns::AttributeWriter& answer) {
  if (!mayModifyDomains(source, tx.policy())) return Status::SourceUnauthorized;
  return DomainRegistration(request, tx, answer).run();
}

isns::Status deregisterDomain(const Request& request, const Source& source, Transaction& tx) {
  if (!mayModifyDomains(source, tx.policy())) return Status::SourceUnauthorized;
  if (request.key.size() != 1 || request.key[0].tag != tag::kDdId || request.key[0].empty()) {
    return Status::InvalidDeregistration;
  }
  const Index id = request.key[0].u32();
  const auto operating = request.operating;
  const bool exists = domainExists(tx.state(), id);
  if (operating.empty()) {
    if (exists) tx.removeDomain(id);
    return Status::Successful;
  }
  for (std::size_t at = 0; at < operating.size();) {
    if (!isMemberTag(operating[at].tag)) return Status::InvalidDeregistration;
    MemberName member;
    if (const Status status = readMember(operating, at, member); status != Status::Successful) return status;
    if (!exists) continue;
    const State& state = tx.state();
    Index index = member.index;
    if (!member.byIndex) {
      const auto indexOf = [](const auto* object) { return object == nullptr ? Index{0} : object->index; };
      index = member.kind == MemberKind::Node     ? indexOf(tx.registry().findNode(state, member.name))
              : member.kind == MemberKind::Portal ? indexOf(tx.registry().findPortal(state, member.portal))
                                                  : indexOf(tx.registry().findFcPort(state, member.wwpn));
    }
    const bool there = member.kind == MemberKind::Node     ? state.get<Node>(index) != nullptr
                       : member.kind == MemberKind::Portal ? state.get<Portal>(index) != nullptr
                                                           : state.get<FcPort>(index) != nullptr;
    if (there) tx.removeMember(id, member.kind, index);
  }
  return Status::Successful;
}

isns::Status registerSet(const Request& request, const Source& source, Transaction& tx, isns::AttributeWriter& answer) {
  if (!mayModifyDomains(source, tx.policy())) return Status::SourceUnauthorized;
  return SetRegistration(request, tx, answer).run();
}

isns::Status deregisterSet(const Request& request, const Source& source, Transaction& tx) {
  if (!mayModifyDomains(source, tx.policy())) return Status::SourceUnauthorized;
  if (request.key.size() != 1 || request.key[0].tag != tag::kDdsId || request.key[0].empty()) {
    return Status::InvalidDeregistration;
  }
  const Index id = request.key[0].u32();
  const bool exists = setExists(tx.state(), id);
  if (request.operating.empty() && exists) tx.removeSet(id);
  for (const Attribute& a : request.operating) {
    if (a.tag != tag::kDdId || a.empty()) return Status::InvalidDeregistration;
    if (exists && domainExists(tx.state(), a.u32())) tx.removeFromSet(id, a.u32());
  }
  return Status::Successful;
}

void ensureDefaultDomain(Transaction& tx) {
  if (!tx.policy().defaultDomain) return;
  const auto name = [&](const char* wanted, bool taken) { return taken ? std::string_view{} : std::string_view(wanted); };
  if (!domainExists(tx.state(), isns::kDefaultDdId)) {
    tx.createDomain(isns::kDefaultDdId, name("default", tx.registry().findDomain(tx.state(), "default") != nullptr));
  }
  if (!setExists(tx.state(), isns::kDefaultDdsId)) {
    tx.createSet(isns::kDefaultDdsId, name("default", tx.registry().findSet(tx.state(), "default") != nullptr));
  }
  std::uint8_t enabled[4];
  base::storeU32(enabled, isns::kDdsEnabled);
  tx.setAttribute<DomainSet>(isns::kDefaultDdsId, tag::kDdsStatus, enabled);
  tx.addToSet(isns::kDefaultDdsId, isns::kDefaultDdId);
  std::vector<Index> homeless;
  tx.state().nodes.forEach([&](Index i, const Node& node) {
    if (node.registered() && node.domains.empty()) homeless.push_back(i);
  });
  for (Index i : homeless) tx.addMember(isns::kDefaultDdId, MemberKind::Node, i);
  homeless.clear();
  tx.state().fcPorts.forEach([&](Index i, const FcPort& port) {
    if (port.registered() && port.domains.empty()) homeless.push_back(i);
  });
  for (Index i : homeless) tx.addMember(isns::kDefaultDdId, MemberKind::FcPort, i);
}

}  // namespace core
