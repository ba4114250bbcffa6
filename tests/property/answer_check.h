// What a storage node is told, in answers and in SCNs, against the oracle of who sees whom.
#pragma once

#include <map>
#include <optional>

#include "shared/isns/tlv.h"
#include "tests/property/registry_world.h"
#include "tests/property/sight_oracle.h"

namespace property {

// Asks as one viewer for everything in several ways. The first answer that says too much or too little, or nothing.
class AnswerCheck {
 public:
  AnswerCheck(RegistryWorld& world, Who viewer) : world_(world), state_(world.state()), oracle_(state_), viewer_(viewer) {}

  std::optional<std::string> wrong() {
    everything();
    eachEntity();
    eachNode();
    eachFcPort();
    eachPortal();
    eachGroup();
    eachDomain();
    walk();
    return wrong_;
  }

 private:
  using Numbers = std::set<core::Index>;

  struct Answer {
    std::vector<isns::Attribute> attributes;
    [[nodiscard]] Numbers numbers(isns::Tag t) const {
      Numbers all;
      for (const isns::Attribute& a : attributes) {
        if (a.tag == t && !a.empty()) all.insert(a.u32());
      }
      return all;
    }
    [[nodiscard]] std::set<std::string> texts(isns::Tag t) const {
      std::set<std::string> all;
      for (const isns::Attribute& a : attributes) {
        if (a.tag == t && !a.empty()) all.insert(std::string(a.text()));
      }
      return all;
    }
  };

  template <class Key>
  Answer ask(isns::Function function, Key&& key, std::initializer_list<isns::Tag> wanted) {
    base::Bytes payload;
    isns::AttributeWriter out(payload);
    if (viewer_.fc) {
      out.raw(isns::tag::kFcPortName, state_.fcPorts.get(viewer_.index)->attributes.value(isns::tag::kFcPortName));
    } else {
      out.text(isns::tag::kIscsiName, state_.nodes.get(viewer_.index)->name());
    }
    key(out);
    out.delimiter();
    for (isns::Tag t : wanted) out.empty(t);
    status_ = world_.send(isns::idOf(function), isns::flag::kClient, payload, false);
    Answer answer;
    isns::AttributeReader reader(base::ByteView(world_.lastAnswer()).subspan(isns::kPduHeaderSize + 4));
    bool behind = function == isns::Function::DevGetNext;
    for (isns::Attribute a; reader.next(a);) {
      if (behind) answer.attributes.push_back(a);
      behind = behind || a.isDelimiter();
    }
    return answer;
  }

  template <class T>
  void expect(const char* what, const T& wanted, const T& said) {
    if (wanted == said || wrong_) return;
    const auto list = [](const T& all) {
      std::string text;
      for (const auto& one : all) {
        if constexpr (requires { std::to_string(one); }) text += " " + std::to_string(one);
        else text += " " + one;
      }
      return text;
    };
    wrong_ = std::string(what) + " as " + (viewer_.fc ? "FC port " : "node ") + std::to_string(viewer_.index) + ": said" +
             list(said) + ", to be said" + list(wanted);
  }

  void everything() {
    namespace tag = isns::tag;
    const Answer all = ask(isns::Function::DevAttrQry, [](auto&) {},
                           {tag::kEntityIndex, tag::kPortalIndex, tag::kIscsiName, tag::kPgIndex, tag::kFcPortName, tag::kDdId,
                            tag::kDdsId});
    expect("entities", oracle_.entitiesSeenBy(viewer_), all.numbers(tag::kEntityIndex));
    expect("portals", oracle_.portalsSeenBy(viewer_), all.numbers(tag::kPortalIndex));
    expect("nodes", oracle_.nodesSeenBy(viewer_), all.texts(tag::kIscsiName));
    expect("portal groups", oracle_.groupsSeenBy(viewer_), all.numbers(tag::kPgIndex));
    expect("domains", oracle_.domainsSeenBy(viewer_), all.numbers(tag::kDdId));
    expect("sets", oracle_.setsSeenBy(viewer_), all.numbers(tag::kDdsId));
    Numbers ports;
    Numbers said;
    for (Who who : oracle_.everybody()) {
      if (who.fc && oracle_.sees(viewer_, who)) ports.insert(who.index);
    }
    for (const isns::Attribute& a : all.attributes) {
      if (a.tag != tag::kFcPortName) continue;
      state_.fcPorts.forEach([&](core::Index i, const core::FcPort& port) {
        if (base::equal(port.attributes.value(tag::kFcPortName), a.value)) said.insert(i);
      });
    }
    expect("FC ports", ports, said);
  }

  // By its key, each entity says what is seen of it, and nothing where it is not seen.
  void eachEntity() {
    namespace tag = isns::tag;
    const Numbers seen = oracle_.entitiesSeenBy(viewer_);
    state_.entities.forEach([&](core::Index i, const core::Entity& entity) {
      const Answer one = ask(isns::Function::DevAttrQry,
                             [&](isns::AttributeWriter& out) { out.encoded(entity.attributes.tlv(tag::kEntityId)); },
                             {tag::kEntityIndex, tag::kIscsiName, tag::kPortalIndex});
      std::set<std::string> nodes;
      Numbers portals;
      for (const std::string& name : oracle_.nodesSeenBy(viewer_)) {
        entity.nodes.forEach([&](core::Index n) {
          if (state_.nodes.get(n)->name() == name) nodes.insert(name);
        });
      }
      for (core::Index p : oracle_.portalsSeenBy(viewer_)) {
        if (state_.portals.get(p)->entity == i) portals.insert(p);
      }
      expect("an entity", seen.contains(i) ? Numbers{i} : Numbers{}, one.numbers(tag::kEntityIndex));
      expect("nodes of an entity", nodes, one.texts(tag::kIscsiName));
      expect("portals of an entity", portals, one.numbers(tag::kPortalIndex));
    });
  }

  // By its name, each node says how it is reached, and nothing where it is not seen.
  void eachNode() {
    namespace tag = isns::tag;
    state_.nodes.forEach([&](core::Index i, const core::Node& node) {
      const Who who{false, i};
      const bool seen = oracle_.sees(viewer_, who);
      const Answer one = ask(isns::Function::DevAttrQry,
                             [&](isns::AttributeWriter& out) { out.text(tag::kIscsiName, node.name()); },
                             {tag::kNodeIndex, tag::kPortalIndex, tag::kEntityIndex, tag::kDdId});
      Numbers domains;
      for (core::Index d : oracle_.domainsSeenBy(viewer_)) {
        if (state_.domains.get(d)->nodes.contains(i)) domains.insert(d);
      }
      expect("a node", seen ? Numbers{i} : Numbers{}, one.numbers(tag::kNodeIndex));
      expect("ways to a node", seen ? oracle_.waysTo(viewer_, who) : Numbers{}, one.numbers(tag::kPortalIndex));
      expect("the entity of a node", seen ? Numbers{node.entity} : Numbers{}, one.numbers(tag::kEntityIndex));
      expect("domains of a node", seen ? domains : Numbers{}, one.numbers(tag::kDdId));
    });
  }

  void eachFcPort() {
    namespace tag = isns::tag;
    state_.fcPorts.forEach([&](core::Index i, const core::FcPort& port) {
      const Who who{true, i};
      const bool seen = oracle_.sees(viewer_, who);
      const Answer one = ask(isns::Function::DevAttrQry,
                             [&](isns::AttributeWriter& out) { out.encoded(port.attributes.tlv(tag::kFcPortName)); },
                             {tag::kPortalIndex, tag::kEntityIndex});
      Numbers ways;
      state_.portals.forEach([&](core::Index p, const core::Portal& portal) {
        if (seen && oracle_.leads(viewer_, who, portal)) ways.insert(p);
      });
      expect("ways to an FC port", ways, one.numbers(tag::kPortalIndex));
      expect("the entity of an FC port", seen ? Numbers{port.entity} : Numbers{}, one.numbers(tag::kEntityIndex));
    });
  }

  // By its address, each portal says whom it leads to, and nothing where it is not seen.
  void eachPortal() {
    namespace tag = isns::tag;
    const Numbers seen = oracle_.portalsSeenBy(viewer_);
    state_.portals.forEach([&](core::Index i, const core::Portal& portal) {
      const Answer one = ask(isns::Function::DevAttrQry,
                             [&](isns::AttributeWriter& out) {
                               out.encoded(portal.attributes.tlv(tag::kPortalIp));
                               out.encoded(portal.attributes.tlv(tag::kPortalPort));
                             },
                             {tag::kPortalIndex, tag::kEntityIndex, tag::kNodeIndex, tag::kPgIndex});
      Numbers nodes;
      Numbers groups;
      for (core::Index g : oracle_.groupsSeenBy(viewer_)) {
        const core::PortalGroup& group = *state_.groups.get(g);
        if (!seen.contains(i) || group.portal != i || group.tag == core::PortalGroup::kNullTag) continue;
        groups.insert(g);
        nodes.insert(group.node);
      }
      expect("a portal", seen.contains(i) ? Numbers{i} : Numbers{}, one.numbers(tag::kPortalIndex));
      expect("the entity of a portal", seen.contains(i) ? Numbers{portal.entity} : Numbers{}, one.numbers(tag::kEntityIndex));
      expect("nodes behind a portal", nodes, one.numbers(tag::kNodeIndex));
      expect("portal groups of a portal", groups, one.numbers(tag::kPgIndex));
    });
  }

  void eachGroup() {
    namespace tag = isns::tag;
    const Numbers seen = oracle_.groupsSeenBy(viewer_);
    state_.groups.forEach([&](core::Index i, const core::PortalGroup& group) {
      const Answer one = ask(isns::Function::DevAttrQry, [&](isns::AttributeWriter& out) { out.u32(tag::kPgIndex, i); },
                             {tag::kPgTag, tag::kNodeIndex, tag::kPortalIndex});
      const bool sees = seen.contains(i);
      const bool said = sees && group.tag != core::PortalGroup::kNullTag;
      expect("the tag of a portal group", said ? Numbers{group.tag} : Numbers{}, one.numbers(tag::kPgTag));
      expect("the node of a portal group", sees ? Numbers{group.node} : Numbers{}, one.numbers(tag::kNodeIndex));
      expect("the portal of a portal group", sees ? Numbers{group.portal} : Numbers{}, one.numbers(tag::kPortalIndex));
    });
  }

  // Domains and sets say which of their members are seen; a member attribute says all members.
  void eachDomain() {
    namespace tag = isns::tag;
    const Numbers seen = oracle_.domainsSeenBy(viewer_);
    state_.domains.forEach([&](core::Index i, const core::Domain& domain) {
      const Answer one = ask(isns::Function::DevAttrQry, [&](isns::AttributeWriter& out) { out.u32(tag::kDdId, i); },
                             {tag::kDdFeatures, tag::kDdMemberNodeIndex, tag::kNodeIndex, tag::kPortalIndex, tag::kDdsId});
      const bool sees = seen.contains(i);
      Numbers members;
      Numbers nodes;
      Numbers portals;
      Numbers sets;
      domain.nodes.forEach([&](core::Index n) {
        if (sees) members.insert(n);
        if (sees && oracle_.registered({false, n})) nodes.insert(n);
      });
      for (core::Index p : oracle_.portalsSeenBy(viewer_)) {
        if (sees && domain.portals.contains(p)) portals.insert(p);
      }
      state_.sets.forEach([&](core::Index s, const core::DomainSet& set) {
        if (sees && set.domains.contains(i)) sets.insert(s);
      });
      expect("members of a domain", members, one.numbers(tag::kDdMemberNodeIndex));
      expect("nodes of a domain", nodes, one.numbers(tag::kNodeIndex));
      expect("portals of a domain", portals, one.numbers(tag::kPortalIndex));
      expect("sets of a domain", sets, one.numbers(tag::kDdsId));
    });
    const Numbers setsSeen = oracle_.setsSeenBy(viewer_);
    state_.sets.forEach([&](core::Index i, const core::DomainSet& set) {
      const Answer one = ask(isns::Function::DevAttrQry, [&](isns::AttributeWriter& out) { out.u32(tag::kDdsId, i); },
                             {tag::kDdsStatus, tag::kDdId});
      Numbers domains;
      for (core::Index d : seen) {
        if (setsSeen.contains(i) && set.domains.contains(d)) domains.insert(d);
      }
      expect("domains of a set", domains, one.numbers(tag::kDdId));
    });
  }

  // DevGetNext finds each node that is seen, once.
  void walk() {
    namespace tag = isns::tag;
    std::set<std::string> found;
    std::string at;
    do {
      const Answer next = ask(
          isns::Function::DevGetNext,
          [&](isns::AttributeWriter& out) { at.empty() ? out.empty(tag::kIscsiName) : out.text(tag::kIscsiName, at); },
          {tag::kIscsiName});
      if (status_ != 0 || next.attributes.empty()) break;
      at = next.attributes.front().text();
    } while (found.insert(at).second);
    expect("a walk over the nodes", oracle_.nodesSeenBy(viewer_), found);
  }

  RegistryWorld& world_;
  const core::State& state_;
  const SightOracle oracle_;
  const Who viewer_;
  std::uint32_t status_ = 0;
  std::optional<std::string> wrong_;
};

// The SCNs that a change must cause and may cause (RFC 4171 5.6.5.8, 6.4.4): who gains or loses sight of a node that
// was added or removed is told so, who sees it before and after is told of a change of it, and nobody of what he does
// not see. Looks at iSCSI nodes that listened before and after in the same way.
class ScnCheck {
 public:
  // `mayReplace`: a REPLACE or an SCNEvent, which may tell of adding and removing what was in sight all the time.
  ScnCheck(const core::State& before, const core::State& after, const std::vector<Told>& told, bool mayReplace)
      : before_(before), after_(after), was_(before), is_(after), mayReplace_(mayReplace) {
    for (const Told& one : told) told_[{one.listener, one.subject}].push_back(one.bits);
  }

  std::optional<std::string> wrong() {
    after_.nodes.forEach([&](core::Index i, const core::Node& now) {
      const core::Node* then = before_.nodes.get(i);
      if (then == nullptr || !then->registered() || !now.registered()) return;
      const std::uint32_t bitmap = now.scnBitmap();
      if (bitmap != then->scnBitmap() || (bitmap & isns::scn::kManagement) != 0) return;
      if (!hasScnPort(before_, then->entity) || !hasScnPort(after_, now.entity)) return;
      // "Look again" comes instead of many events.
      if (told_.contains({std::string(now.name()), std::string(now.name())})) return;
      listener(i, now, bitmap);
    });
    return wrong_;
  }

 private:
  static bool hasScnPort(const core::State& state, core::Index entity) {
    bool has = false;
    state.entities.get(entity)->portals.forEach([&](core::Index p) {
      has = has || state.portals.get(p)->attributes.u32Or(isns::tag::kScnPort, 0) != 0;
    });
    return has;
  }

  static bool wants(std::uint32_t bitmap, std::uint32_t bit, std::uint32_t kind) {
    if ((bitmap & bit) == 0) return false;
    constexpr std::uint32_t kOnly = isns::scn::kTargetAndSelfOnly | isns::scn::kInitiatorAndSelfOnly;
    if ((bitmap & kOnly) == 0) return true;
    return ((bitmap & isns::scn::kTargetAndSelfOnly) != 0 && (kind & 1) != 0) ||
           ((bitmap & isns::scn::kInitiatorAndSelfOnly) != 0 && (kind & 2) != 0);
  }

  void listener(core::Index i, const core::Node& me, std::uint32_t bitmap) {
    std::set<core::Index> all;
    before_.nodes.forEach([&](core::Index n, const core::Node&) { all.insert(n); });
    after_.nodes.forEach([&](core::Index n, const core::Node&) { all.insert(n); });
    for (core::Index n : all) {
      if (n == i) continue;
      const core::Node* then = before_.nodes.get(n);
      const core::Node* now = after_.nodes.get(n);
      const bool saw = was_.sees({false, i}, {false, n});
      const bool sees = is_.sees({false, i}, {false, n});
      const core::Node& subject = now != nullptr ? *now : *then;
      const auto found = told_.find({std::string(me.name()), std::string(subject.name())});
      std::uint32_t bits = 0;
      if (found != told_.end()) {
        for (std::uint32_t one : found->second) bits |= one;
      }
      const auto what = [&](const char* text) {
        if (!wrong_) wrong_ = std::string(me.name()) + " about " + std::string(subject.name()) + ": " + text +
                              ", told bits " + std::to_string(bits);
      };
      if (!saw && !sees) {
        if (bits != 0) what("told of a node that it never saw");
      } else if (!saw) {
        if (wants(bitmap, isns::scn::kObjectAdded, now->type()) && (bits & isns::scn::kObjectAdded) == 0) what("not told of a node that came into sight");
      } else if (!sees) {
        if (wants(bitmap, isns::scn::kObjectRemoved, then->type()) && (bits & isns::scn::kObjectRemoved) == 0) what("not told of a node that went out of sight");
      } else {
        if (!mayReplace_ && (bits & ~isns::scn::kObjectUpdated) != 0) what("told of a coming or going that was none");
        const bool changed = differs(*then, *now);
        if (changed && wants(bitmap, isns::scn::kObjectUpdated, now->type()) && bits == 0) what("not told of a change of a node");
      }
    }
  }

  // Of the node itself, its SCN registration apart.
  static bool differs(const core::Node& a, const core::Node& b) {
    isns::AttributeList left = a.attributes;
    isns::AttributeList right = b.attributes;
    left.erase(isns::tag::kScnBitmap);
    right.erase(isns::tag::kScnBitmap);
    return !base::equal(left.bytes(), right.bytes());
  }

  const core::State& before_;
  const core::State& after_;
  const SightOracle was_;
  const SightOracle is_;
  const bool mayReplace_;
  std::map<std::pair<std::string, std::string>, std::vector<std::uint32_t>> told_;
  std::optional<std::string> wrong_;
};

}  // namespace property
