#include "isns-server/core/managed_change.h"

namespace core {
namespace {

using What = DomainStep::What;
namespace tag = isns::tag;

class Steps {
 public:
  explicit Steps(Transaction& tx) : tx_(tx) {}

  base::Status apply(const DomainStep& step) {
    const bool ofSet = step.what >= What::MakeSet;
    const bool makes = step.what == What::MakeDomain || step.what == What::MakeSet;
    const bool there = ofSet ? tx_.get<DomainSet>(step.container) != nullptr : tx_.get<Domain>(step.container) != nullptr;
    if (makes == there) {
      return base::fail((ofSet ? "domain set " : "domain ") + std::to_string(step.container) +
                        (there ? " is there already" : " is not there"));
    }
    return ofSet ? applyToSet(step) : applyToDomain(step);
  }

 private:
  base::Status applyToDomain(const DomainStep& step) {
    const Index id = step.container;
    switch (step.what) {
      case What::MakeDomain:
        if (nameTaken<Domain>(tx_.registry().findDomain(tx_.state(), step.name), 0)) return taken(step.name);
        if (tx_.full()) return base::fail("the registry is full (registry.max_objects)");
        tx_.createDomain(id, step.name);
        return {};
      case What::RemoveDomain:
        tx_.removeDomain(id);
        return {};
      case What::NameDomain:
        if (nameTaken<Domain>(tx_.registry().findDomain(tx_.state(), step.name), id)) return taken(step.name);
        tx_.rename(*tx_.get<Domain>(id), step.name);
        return {};
      case What::SetFeatures:
        setNumber<Domain>(id, tag::kDdFeatures, step.number);
        return {};
      case What::AddNode:
        if (tx_.full()) return base::fail("the registry is full (registry.max_objects)");
        tx_.addMember(id, MemberKind::Node, tx_.ensureNode(step.name));
        return {};
      case What::RemoveNode:
        if (const Node* node = tx_.registry().findNode(tx_.state(), step.name); node != nullptr) {
          tx_.removeMember(id, MemberKind::Node, node->index);
        }
        return {};
      case What::AddPortal:
        if (tx_.full()) return base::fail("the registry is full (registry.max_objects)");
        tx_.addMember(id, MemberKind::Portal, tx_.ensurePortal(step.portal));
        return {};
      case What::RemovePortal:
        if (const Portal* portal = tx_.registry().findPortal(tx_.state(), step.portal); portal != nullptr) {
          tx_.removeMember(id, MemberKind::Portal, portal->index);
        }
        return {};
      default:
        return base::fail("a step that a domain does not know");
    }
  }

  base::Status applyToSet(const DomainStep& step) {
    const Index id = step.container;
    switch (step.what) {
      case What::MakeSet:
        if (nameTaken<DomainSet>(tx_.registry().findSet(tx_.state(), step.name), 0)) return taken(step.name);
        if (tx_.full()) return base::fail("the registry is full (registry.max_objects)");
        tx_.createSet(id, step.name);
        return {};
      case What::RemoveSet:
        tx_.removeSet(id);
        return {};
      case What::NameSet:
        if (nameTaken<DomainSet>(tx_.registry().findSet(tx_.state(), step.name), id)) return taken(step.name);
        tx_.rename(*tx_.get<DomainSet>(id), step.name);
        return {};
      case What::SetStatus:
        setNumber<DomainSet>(id, tag::kDdsStatus, step.number);
        return {};
      case What::AddDomain:
      case What::LoseDomain:
        if (tx_.get<Domain>(step.domain) == nullptr) {
          return base::fail("domain " + std::to_string(step.domain) + " is not there");
        }
        if (step.what == What::AddDomain) {
          tx_.addToSet(id, step.domain);
        } else {
          tx_.removeFromSet(id, step.domain);
        }
        return {};
      default:
        return base::fail("a step that a set does not know");
    }
  }

  template <class T>
  static bool nameTaken(const T* holder, Index self) {
    return holder != nullptr && holder->index != self;
  }
  static base::Status taken(const std::string& name) { return base::fail("the name " + name + " is taken"); }
  template <class T>
  void setNumber(Index id, isns::Tag tag, std::uint32_t number) {
    std::uint8_t value[4];
    base::storeU32(value, number);
    tx_.setAttribute<T>(id, tag, value);
  }

  Transaction& tx_;
};

}  // namespace

base::Status applySteps(Transaction& transaction, const std::vector<DomainStep>& steps) {
  Steps run(transaction);
  for (const DomainStep& step : steps) {
    if (auto status = run.apply(step); !status) return status;
  }
  return {};
}

}  // namespace core
