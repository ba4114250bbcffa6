// What a request that was accepted may do to whom, whatever its values are (RFC 4171 5.6.5.1 to 5.6.5.12): by the
// names that stand in the message, and by what was there before.
#pragma once

#include <map>
#include <optional>
#include <set>

#include "isns-server/core/state.h"
#include "shared/isns/functions.h"
#include "shared/isns/tlv.h"

namespace property {

class RequestEffects {
 public:
  // `defaultDomain`: the server itself moves nodes in and out of domain 1.
  RequestEffects(const core::State& before, const core::State& after, std::uint16_t function, bool replace,
                 base::ByteView payload, bool defaultDomain)
      : before_(before), after_(after), function_(static_cast<isns::Function>(function)), defaultDomain_(defaultDomain) {
    isns::AttributeReader reader(payload);
    bool source = true;
    bool operating = false;
    for (isns::Attribute a; reader.next(a);) {
      if (a.isDelimiter()) operating = true;
      else if (!source) read(a, operating);
      source = false;
    }
    replacesEntity_ = replace && keyIsEntity_;
  }

  std::optional<std::string> wrong() {
    using isns::Function;
    after_.domains.forEach([&](core::Index i, const core::Domain& now) { membersStay(i, now); });
    switch (function_) {
      case Function::DevAttrReg:
        registration();
        break;
      case Function::DevDereg:
        nodesStay([&](const core::Node& node) { return named(node) || entityNamed(node.entity); });
        portalsStay([&](const core::Portal& portal) { return named(portal) || entityNamed(portal.entity); });
        break;
      default:
        nodesStay([](const core::Node&) { return false; });
        portalsStay([](const core::Portal&) { return false; });
    }
    return wrong_;
  }

 private:
  void fail(const std::string& what) {
    if (!wrong_) wrong_ = what;
  }

  void read(const isns::Attribute& a, bool operating) {
    namespace tag = isns::tag;
    if (a.empty()) return;
    switch (a.tag) {
      case tag::kEntityId:
        entities_.insert(std::string(a.text()));
        keyIsEntity_ = keyIsEntity_ || !operating;
        break;
      case tag::kIscsiName:
        if (operating) nodes_.insert(std::string(a.text()));
        else keyNodes_.insert(std::string(a.text()));
        break;
      case tag::kPortalIp:
        ip_.assign(a.value.begin(), a.value.end());
        break;
      case tag::kPortalPort: {
        if (ip_.empty()) break;
        const core::PortalKey key = core::PortalKey::of(ip_, a.u32());
        (operating ? portals_ : keyPortals_).insert(std::string(base::asText(base::ByteView(key.bytes))));
        break;
      }
      default:
        break;
    }
  }

  static std::string keyOf(const core::Portal& portal) {
    return std::string(base::asText(base::ByteView(core::PortalKey::of(portal).bytes)));
  }
  [[nodiscard]] bool named(const core::Node& node) const { return nodes_.contains(std::string(node.name())); }
  [[nodiscard]] bool named(const core::Portal& portal) const { return portals_.contains(keyOf(portal)); }
  [[nodiscard]] bool entityNamed(core::Index entity) const {
    const core::Entity* e = before_.entities.get(entity);
    return e != nullptr && entities_.contains(std::string(e->attributes.text(isns::tag::kEntityId)));
  }

  // Registered before, registered after in the same entity, and, where it is not named, with the same attributes.
  template <class T>
  void stays(const T& was, const T* now, bool isNamed, const char* what, isns::Tag except) {
    if (now == nullptr || now->entity != was.entity) return fail(std::string(what) + " is gone or was moved");
    if (isNamed) return;
    isns::AttributeList left = was.attributes;
    isns::AttributeList right = now->attributes;
    left.erase(except);
    right.erase(except);
    if (!base::equal(left.bytes(), right.bytes())) fail(std::string(what) + " that nobody named has changed");
  }
  template <class MayGo>
  void nodesStay(MayGo&& mayGo) {
    const bool scn = function_ == isns::Function::SCNReg || function_ == isns::Function::SCNDereg;
    before_.nodes.forEach([&](core::Index i, const core::Node& was) {
      if (!was.registered() || mayGo(was)) return;
      stays(was, after_.nodes.get(i), named(was), "a node", scn ? isns::tag::kScnBitmap : isns::tag::kDelimiter);
    });
  }
  template <class MayGo>
  void portalsStay(MayGo&& mayGo) {
    before_.portals.forEach([&](core::Index i, const core::Portal& was) {
      if (!was.registered() || mayGo(was)) return;
      const core::Portal* now = after_.portals.get(i);
      const bool mayBeAsked = now != nullptr && takesInterval(was, *now);
      stays(was, now, named(was), "a portal", mayBeAsked ? isns::tag::kEsiInterval : isns::tag::kDelimiter);
    });
  }
  // A registration may bring the interval to a portal that said where it wants to be asked, and not how often: the
  // shortest that its entity has (6.3.4, 6.3.5).
  [[nodiscard]] bool takesInterval(const core::Portal& was, const core::Portal& now) const {
    namespace tag = isns::tag;
    if (function_ != isns::Function::DevAttrReg || !now.registered()) return false;
    if (was.attributes.has(tag::kEsiInterval) || was.attributes.u32Or(tag::kEsiPort, 0) == 0) return false;
    const std::uint32_t taken = now.attributes.u32Or(tag::kEsiInterval, 0);
    bool from = false;
    bool shorter = false;
    after_.entities.get(now.entity)->portals.forEach([&](core::Index i) {
      const std::uint32_t other = after_.portals.get(i)->attributes.u32Or(tag::kEsiInterval, 0);
      from = from || (i != now.index && other == taken);
      shorter = shorter || (other != 0 && other < taken);
    });
    return from && !shorter;
  }

  // Who is not named stays as it was; replacing an entity removes it, replacing one object may remove that one only.
  void registration() {
    nodesStay([&](const core::Node& node) {
      return (replacesEntity_ && entityNamed(node.entity) && !named(node)) ||
             (keyNodes_.contains(std::string(node.name())) && !named(node));
    });
    portalsStay([&](const core::Portal& portal) {
      return (replacesEntity_ && entityNamed(portal.entity) && !named(portal)) ||
             (keyPortals_.contains(keyOf(portal)) && !named(portal));
    });
    after_.nodes.forEach([&](core::Index, const core::Node& node) {
      if (named(node) && !node.registered()) fail("a node that is named is not registered");
    });
    if (!replacesEntity_) return;
    after_.nodes.forEach([&](core::Index i, const core::Node& node) {
      const core::Node* was = before_.nodes.get(i);
      if (node.registered() && was != nullptr && entityNamed(was->entity) && !named(node)) {
        fail("a node that the replacement does not list is there still");
      }
    });
  }

  // Members stay members, registered or not, until a DDDereg (2.2.2, 5.6.5.4, 6.4.5).
  void membersStay(core::Index i, const core::Domain& now) {
    const core::Domain* was = before_.domains.get(i);
    if (was == nullptr || function_ == isns::Function::DDDereg) return;
    if (defaultDomain_ && i == isns::kDefaultDdId) return;
    was->nodes.forEach([&](core::Index n) {
      const core::Node* then = before_.nodes.get(n);
      const core::Node* member = after_.nodes.get(n);
      if (!now.nodes.contains(n) || member == nullptr || member->name() != then->name()) fail("a domain lost a node");
    });
    was->portals.forEach([&](core::Index p) {
      if (!now.portals.contains(p) || after_.portals.get(p) == nullptr) fail("a domain lost a portal");
    });
    was->fcPorts.forEach([&](core::Index p) {
      if (!now.fcPorts.contains(p) || after_.fcPorts.get(p) == nullptr) fail("a domain lost an FC port");
    });
  }

  const core::State& before_;
  const core::State& after_;
  const isns::Function function_;
  const bool defaultDomain_;
  bool keyIsEntity_ = false;
  bool replacesEntity_ = false;
  base::Bytes ip_;
  std::set<std::string> entities_;
  std::set<std::string> nodes_, keyNodes_;
  std::set<std::string> portals_, keyPortals_;
  std::optional<std::string> wrong_;
};

// An index that once was an object's is no other object's ever after, restarts included (RFC 4171 6.2.7, 6.3.6, 6.4.5).
class IndexHistory {
 public:
  std::optional<std::string> wrong(const core::State& state) {
    std::optional<std::string> broken;
    const auto once = [&](const char* type, core::Index index, std::string key) {
      const auto [at, fresh] = keys_.try_emplace({type, index}, key);
      if (!fresh && at->second != key) broken = std::string("index ") + std::to_string(index) + " of " + type + " is used again";
    };
    state.entities.forEach([&](core::Index i, const core::Entity& o) { once("entity", i, std::string(o.attributes.text(isns::tag::kEntityId))); });
    state.nodes.forEach([&](core::Index i, const core::Node& o) { once("node", i, std::string(o.name())); });
    state.portals.forEach([&](core::Index i, const core::Portal& o) {
      once("portal", i, std::string(base::asText(base::ByteView(core::PortalKey::of(o).bytes))));
    });
    state.groups.forEach([&](core::Index i, const core::PortalGroup& o) {
      once("portal group", i, std::to_string(o.node) + "/" + std::to_string(o.portal));
    });
    return broken;
  }

 private:
  std::map<std::pair<std::string, core::Index>, std::string> keys_;
};

}  // namespace property
