#include "shared/san/fields.h"

#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>

#include "shared/base/listed.h"
#include "shared/base/plain_text.h"
#include "shared/san/field_values.h"

namespace san {
namespace {

// What a row takes from the type of its member: how it is read, written and compared.
template <auto Member>
struct Of;
template <class T, class M, M T::* Member>
struct Of<Member> {
  // A member may be of the base; the object is what the table says.
  static const M& at(const Object& object) { return static_cast<const T&>(object).*Member; }
  static M& at(Object& object) { return static_cast<T&>(object).*Member; }
  using Type = M;
};

// A member of a member.
template <auto Outer, auto Inner>
struct Within {
  static const auto& at(const Object& object) { return Of<Outer>::at(object).*Inner; }
  static auto& at(Object& object) { return Of<Outer>::at(object).*Inner; }
  using Type = std::remove_cvref_t<decltype(at(std::declval<const Object&>()))>;
};

template <class At>
constexpr FieldRow fieldAt(std::string_view name, Writer writer, std::string_view doc, std::uint64_t max = 0,
                           bool key = false) {
  using Type = typename At::Type;
  return {name,
          FieldValue<Type>::kType,
          writer,
          max,
          FieldValue<Type>::kKinds,
          FieldValue<Type>::words(),
          key,
          doc,
          [](const Object& object) { return FieldValue<Type>::get(At::at(object)); },
          [](Object& object, const Value& value, Revision now) {
            return FieldValue<Type>::set(At::at(object), value, now);
          },
          [](const Object& a, const Object& b) {
            return FieldValue<Type>::get(At::at(a)) == FieldValue<Type>::get(At::at(b));
          }};
}

template <auto Member>
constexpr FieldRow field(std::string_view name, Writer writer, std::string_view doc, std::uint64_t max = 0,
                         bool key = false) {
  return fieldAt<Of<Member>>(name, writer, doc, max, key);
}
// What its agent sees of a portal.
template <auto Member>
constexpr FieldRow seen(std::string_view name, std::string_view doc, std::uint64_t max = 0) {
  return fieldAt<Within<&Portal::network, Member>>(name, Writer::Agent, doc, max);
}

constexpr FieldRow as(FieldRow row, FieldType type) {
  row.type = type;
  return row;
}
template <class... Kinds>
constexpr FieldRow to(FieldRow row, Kinds... kinds) {
  row.kinds = ((1U << static_cast<unsigned>(kinds)) | ...);
  return row;
}

constexpr auto kServer = Writer::NameServer;
constexpr auto kAdmin = Writer::ChangeSet;
constexpr auto kOwn = Writer::Management;
constexpr auto kAgent = Writer::Agent;
constexpr std::uint64_t kMaxTime = 253'402'300'799;  // the end of the year 9999

template <class T>
constexpr std::array<FieldRow, 0> kFields{};
template <>
constexpr std::array kFields<Entity>{
    field<&Entity::name>("name", kServer, "Entity Identifier", kMaxName, true),
    as(field<&Entity::registeredAt>("registered_at", kServer, "when it registered", kMaxTime), FieldType::Time),
};
template <>
constexpr std::array kFields<Portal>{
    field<&Portal::address>("address", kServer, "address and port", 0, true),
    field<&Portal::symbolicName>("symbolic_name", kServer, "Portal Symbolic Name", kMaxName),
    field<&Portal::entity>("entity", kServer, "the entity that registered it"),
    field<&Portal::note>("note", kAdmin, "what stands on the port", kMaxText),
    seen<&PortalNetwork::interface>("interface", "the network interface that has it, as the agent there sees it", 64),
    seen<&PortalNetwork::vlan>("vlan", "VLAN of the interface; 0: none", 4094),
    seen<&PortalNetwork::mtu>("mtu", "MTU of the interface in bytes", 0xffffffff),
    seen<&PortalNetwork::speed>("speed", "speed of the interface in Mbit/s; 0: unknown", 0xffffffff),
    seen<&PortalNetwork::prefix>("prefix", "bits of the address that are its subnet's; 0: unknown", 128),
    seen<&PortalNetwork::up>("up", "whether the interface is up"),
};
template <>
constexpr std::array kFields<Node>{
    field<&Node::name>("name", kServer, "iSCSI name", kMaxName, true),
    field<&Node::symbolicName>("symbolic_name", kServer, "the iSCSI Alias that it registered", kMaxName),
    field<&Node::entity>("entity", kServer, "the entity that registered it"),
    field<&Node::initiator>("initiator", kServer, "whether it is an initiator"),
    field<&Node::target>("target", kServer, "whether it is a target"),
    field<&Node::control>("control", kServer, "whether it is a control node, which sees everything"),
    as(field<&Node::lastSeen>("last_seen", kServer, "when its registration ended", kMaxTime), FieldType::Time),
    field<&Node::alias>("alias", kAdmin, "the administrator's name for it", kMaxName),
    field<&Node::labels>("labels", kAdmin, "labels", kMaxMembers),
    field<&Node::chap>("chap", kAdmin, "of a target: what a login must prove, whatever its domains demand"),
    field<&Node::enforcement>("enforcement", kAdmin, "of a target of ours: by what it decides whom it lets in"),
};
template <>
constexpr std::array kFields<PortalGroup>{
    field<&PortalGroup::node>("node", kServer, "the node", 0, true),
    field<&PortalGroup::portal>("portal", kServer, "the portal", 0, true),
    field<&PortalGroup::tag>("tag", kServer, "Portal Group Tag; 4294967295: no access", 0xffffffff),
};
template <>
constexpr std::array kFields<Domain>{
    field<&Domain::name>("name", kAdmin, "DD Symbolic Name", kMaxName),
    field<&Domain::nodes>("nodes", kAdmin, "its nodes", kMaxMembers),
    field<&Domain::portals>("portals", kAdmin, "its portals, which stand for all portals of their entities", kMaxMembers),
    field<&Domain::features>("features", kAdmin, "DD Features; 1: boot list", 0xffffffff),
    field<&Domain::chap>("chap", kAdmin, "what a login between its members must prove"),
    field<&Domain::md5Refused>("md5_refused", kAdmin, "whether CHAP with MD5 is not enough"),
    field<&Domain::labels>("labels", kAdmin, "labels", kMaxMembers),
};
template <>
constexpr std::array kFields<DomainSet>{
    field<&DomainSet::name>("name", kAdmin, "DDS Symbolic Name", kMaxName),
    field<&DomainSet::enabled>("enabled", kAdmin, "whether its domains are active"),
    field<&DomainSet::domains>("domains", kAdmin, "its domains", kMaxMembers),
};
template <>
constexpr std::array kFields<Site>{field<&Site::name>("name", kAdmin, "its name", kMaxName)};
template <>
constexpr std::array kFields<Cluster>{
    field<&Cluster::name>("name", kAdmin, "its name", kMaxName),
    field<&Cluster::labels>("labels", kAdmin, "labels", kMaxMembers),
};
template <>
constexpr std::array kFields<Fabric>{field<&Fabric::name>("name", kAdmin, "its name", kMaxName)};
template <>
constexpr std::array kFields<Network>{
    field<&Network::name>("name", kAdmin, "its name", kMaxName),
    field<&Network::vlan>("vlan", kAdmin, "VLAN; 0: none", 4094),
    field<&Network::subnets>("subnets", kAdmin, "its subnets", 256),
    field<&Network::fabric>("fabric", kAdmin, "the fabric that it belongs to"),
    field<&Network::storage>("storage", kAdmin, "whether it is meant for storage"),
};
template <>
constexpr std::array kFields<Label>{
    field<&Label::name>("name", kAdmin, "its name", kMaxName),
    field<&Label::regime>("regime", kAdmin, "PCI DSS, HIPAA, SOX or own words", kMaxName),
};
template <>
constexpr std::array kFields<SeparationRule>{
    field<&SeparationRule::name>("name", kAdmin, "its name", kMaxName),
    field<&SeparationRule::subject>("subject", kAdmin, "the label of the logical units"),
    field<&SeparationRule::mode>("mode", kAdmin, "whether hosts must or must not have the other label"),
    field<&SeparationRule::other>("other", kAdmin, "the label of the hosts"),
};
template <>
constexpr std::array kFields<Host>{
    field<&Host::name>("name", kAdmin, "its name", kMaxName),
    field<&Host::site>("site", kAdmin, "where it stands"),
    field<&Host::cluster>("cluster", kAdmin, "the cluster that it is part of"),
    field<&Host::entities>("entities", kAdmin, "the entities that it consists of", 1024),
    field<&Host::nodes>("nodes", kAdmin, "single nodes that are its own", 1024),
    field<&Host::labels>("labels", kAdmin, "labels", kMaxMembers),
};
template <>
constexpr std::array kFields<LogicalUnit>{
    field<&LogicalUnit::designator>("designator", kAgent, "NAA, EUI or T10 designator", kMaxName, true),
    field<&LogicalUnit::name>("name", kAdmin, "the administrator's name for it", kMaxName),
    as(field<&LogicalUnit::bytes>("bytes", kAgent, "its size", ~std::uint64_t{0}), FieldType::Bytes),
    field<&LogicalUnit::paths>("paths", kAgent, "the targets that it stands behind, with its LUN there", 1024),
    field<&LogicalUnit::site>("site", kAdmin, "where it stands"),
    field<&LogicalUnit::labels>("labels", kAdmin, "labels", kMaxMembers),
};
template <>
constexpr std::array kFields<Map>{
    to(field<&Map::who>("who", kAdmin, "the initiator, host or cluster that gets it", 0, true), Kind::Node, Kind::Host,
       Kind::Cluster),
    field<&Map::target>("target", kAdmin, "through which target", 0, true),
    field<&Map::unit>("unit", kAdmin, "the logical unit", 0, true),
    field<&Map::lun>("lun", kAdmin, "the LUN under which the initiator sees it", kMaxLun),
    field<&Map::right>("right", kAdmin, "what may be done with it"),
};
template <>
constexpr std::array kFields<Cable>{
    field<&Cable::name>("name", kAdmin, "what its label says", kMaxName),
    field<&Cable::color>("color", kAdmin, "its colour, a word", 64),
    field<&Cable::from>("from", kAdmin, "the portal at one end"),
    field<&Cable::to>("to", kAdmin, "the portal at the other end"),
    field<&Cable::farEnd>("far_end", kAdmin, "where it does not end at a portal: a switch and its port", kMaxName),
    field<&Cable::status>("status", kAdmin, "whether it is there"),
};
template <>
constexpr std::array kFields<Window>{
    field<&Window::name>("name", kAdmin, "its name", kMaxName),
    field<&Window::kind>("purpose", kAdmin, "whether changes are wanted in it, or are not"),
    as(field<&Window::starts>("starts", kAdmin, "its begin", kMaxTime), FieldType::Time),
    as(field<&Window::ends>("ends", kAdmin, "its end", kMaxTime), FieldType::Time),
    field<&Window::weekly>("weekly", kAdmin, "whether it comes again each week"),
};
template <>
constexpr std::array kFields<SavedQuestion>{
    field<&SavedQuestion::name>("name", kAdmin, "its name", kMaxName),
    field<&SavedQuestion::question>("question", kAdmin, "the question", kMaxText),
};
// Any kind that a finding can be about.
constexpr std::uint32_t kAnything = (1U << kKinds) - 2;
constexpr FieldRow toAnything(FieldRow row) {
  row.kinds = kAnything;
  return row;
}
template <>
constexpr std::array kFields<Waiver>{
    field<&Waiver::rule>("rule", kAdmin, "the rule: R01 to R23", 8, true),
    toAnything(field<&Waiver::subject>("subject", kAdmin, "the object of the findings; none: every one", 0, true)),
    field<&Waiver::reason>("reason", kAdmin, "why they are accepted", kMaxText),
    as(field<&Waiver::expires>("expires", kAdmin, "until when", kMaxTime), FieldType::Time),
};
template <>
constexpr std::array kFields<Settings>{
    field<&Settings::defaultDomain>("default_domain", kServer, "whether the default domain is on"),
    field<&Settings::unassignedDomainsActive>("unassigned_domains_active", kServer, "whether domains in no set are active"),
    field<&Settings::maxInitiatorsPerDomain>("max_initiators_per_domain", kAdmin, "initiators in a domain, beyond which R01 speaks", kMaxMembers),
    field<&Settings::offlineDays>("offline_days", kAdmin, "days after which a member that is away is stale (R06)", 36500),
    field<&Settings::secretDays>("secret_days", kAdmin, "days after which a secret is old (R14)", 36500),
    field<&Settings::rotateDays>("rotate_days", kAdmin, "days after which the server changes a secret by itself, where agents hold both ends; 0: never", 36500),
    field<&Settings::agentSilent>("agent_silent", kAdmin, "after how long without a report an agent is silent (R22)", 30 * 86400),
    field<&Settings::namePattern>("name_pattern", kAdmin, "names of hosts and domains, with * and ? (R19)", kMaxName),
    field<&Settings::approvalNeeded>("approval_needed", kAdmin, "whether a change set must be approved"),
    field<&Settings::authorMayApprove>("author_may_approve", kAdmin, "whether its author may be who approves"),
    field<&Settings::maxChangedObjects>("max_changed_objects", kAdmin, "objects in one change set; 0: any number", kMaxMembers),
    field<&Settings::maxChangedCells>("max_changed_cells", kAdmin, "hosts x logical units that one change set changes; 0: any number", 0xffffffff),
    field<&Settings::confirmWithin>("confirm_within", kAdmin, "how long a commit waits to be confirmed; 0: not at all", 86400),
};
template <>
constexpr std::array kFields<Credential>{
    field<&Credential::initiator>("initiator", kAdmin, "the initiator", 0, true),
    field<&Credential::target>("target", kAdmin, "the target; none: each that has no credential of its own", 0, true),
    field<&Credential::mutual>("mutual", kAdmin, "whether the target proves itself too"),
    field<&Credential::userName>("user_name", kAdmin, "CHAP_N of the initiator", 255),
    field<&Credential::state>("state", kOwn, "where it stands in its rotation"),
    as(field<&Credential::setAt>("set_at", kOwn, "when the secret was made", kMaxTime), FieldType::Time),
    as(field<&Credential::provenAt>("proven_at", kAgent, "the last login with it", kMaxTime), FieldType::Time),
    field<&Credential::initiatorHolds>("initiator_holds", kAgent, "whether the initiator has it"),
    field<&Credential::targetHolds>("target_holds", kAgent, "whether the target has it; of several, whether each has"),
    field<&Credential::md5>("md5", kAgent, "whether the last login used MD5"),
    field<&Credential::weaknesses>("weaknesses", kOwn, "faults of the secret, as bits", 31),
    field<&Credential::heldBy>("held_by", kAgent, "of several targets, those that have it", kMaxMembers),
    field<&Credential::lackedBy>("lacked_by", kAgent, "of several targets, those that do not have it", kMaxMembers),
};
template <>
constexpr std::array kFields<ChangeSet>{
    field<&ChangeSet::author>("author", kOwn, "who made it", kMaxName),
    field<&ChangeSet::approver>("approver", kOwn, "who approved it", kMaxName),
    field<&ChangeSet::origin>("origin", kOwn, "where it came from"),
    field<&ChangeSet::state>("state", kOwn, "what became of it"),
    field<&ChangeSet::reason>("reason", kOwn, "why", kMaxText),
    field<&ChangeSet::ticket>("ticket", kOwn, "the ticket", kMaxName),
    as(field<&ChangeSet::committedAt>("committed_at", kOwn, "when", kMaxTime), FieldType::Time),
    field<&ChangeSet::zoned>("zoned", kOwn, "the revision in which its domains were stored", ~std::uint64_t{0}),
    field<&ChangeSet::outsideWindows>("outside_windows", kOwn,
                                      "whether it was committed outside of all change windows that there were then"),
    field<&ChangeSet::freezes>("freezes", kOwn, "the freezes in which it was committed", kMaxText),
};
template <>
constexpr std::array kFields<Approval>{
    to(field<&Approval::who>("who", kAdmin, "the host or cluster", 0, true), Kind::Host, Kind::Cluster, Kind::Entity,
       Kind::Node),
    field<&Approval::unit>("unit", kAdmin, "the logical unit", 0, true),
    field<&Approval::right>("right", kAdmin, "what may be done with it"),
    field<&Approval::change>("change", kOwn, "the change set that carried the approval"),
};
template <>
constexpr std::array kFields<Agent>{
    field<&Agent::name>("name", kOwn, "its name", kMaxName, true),
    field<&Agent::entity>("entity", kOwn, "the entity that it registers"),
    field<&Agent::nodes>("nodes", kOwn, "the nodes that it may speak for", 1024),
    as(field<&Agent::enrolledAt>("enrolled_at", kOwn, "when it was enrolled", kMaxTime), FieldType::Time),
    as(field<&Agent::reportedAt>("reported_at", kAgent, "its last report", kMaxTime), FieldType::Time),
    field<&Agent::revoked>("revoked", kOwn, "whether its certificate was revoked"),
};
template <>
constexpr std::array kFields<AppliedTarget>{
    field<&AppliedTarget::target>("target", kAgent, "the target", 0, true),
    field<&AppliedTarget::agent>("agent", kAgent, "the agent that reported it"),
    field<&AppliedTarget::desired>("desired", kAgent, "the revision of the desired state that is applied",
                                   ~std::uint64_t{0}),
    as(field<&AppliedTarget::appliedAt>("applied_at", kAgent, "since when", kMaxTime), FieldType::Time),
    field<&AppliedTarget::enforcement>("enforcement", kAgent, "by what it decides whom it lets in"),
    field<&AppliedTarget::chap>("chap", kAgent, "what a login must prove"),
    field<&AppliedTarget::admitted>("admitted", kAgent, "whom it lets in", kMaxMembers),
    field<&AppliedTarget::maps>("maps", kAgent, "which initiator gets which logical unit", kMaxMembers),
    as(field<&AppliedTarget::glassBrokenAt>("glass_broken_at", kAgent,
                                            "when it was last changed there by hand, against what is wanted; 0: not",
                                            kMaxTime),
       FieldType::Time),
    field<&AppliedTarget::glassReason>("glass_reason", kAgent, "why", kMaxText),
    field<&AppliedTarget::provesNothing>("proves_nothing", kAgent, "who need not prove anything, whatever chap says",
                                         kMaxMembers),
    field<&AppliedTarget::provesOneWay>("proves_one_way", kAgent, "who must prove itself, whatever chap says",
                                        kMaxMembers),
    field<&AppliedTarget::provesMutual>("proves_mutual", kAgent,
                                        "with whom both ends must prove themselves, whatever chap says", kMaxMembers),
};
template <>
constexpr std::array kFields<Session>{
    field<&Session::initiator>("initiator", kAgent, "the initiator", 0, true),
    field<&Session::target>("target", kAgent, "the target", 0, true),
    field<&Session::portal>("portal", kAgent, "the target's portal", 0, true),
    field<&Session::seenBy>("seen_by", kAgent, "the agents that see it", 16),
    field<&Session::units>("units", kAgent, "the logical units that the host listed through it", kMaxMembers),
    field<&Session::proof>("proof", kAgent, "what the initiator has proven"),
    field<&Session::path>("path", kAgent, "asymmetric access state"),
    field<&Session::connections>("connections", kAgent, "its connections", 0xffff),
    as(field<&Session::since>("since", kAgent, "its begin", kMaxTime), FieldType::Time),
    as(field<&Session::seenAt>("seen_at", kAgent, "when an agent last saw it", kMaxTime), FieldType::Time),
    field<&Session::latency>("latency", kAgent,
                             "microseconds that half of the host's requests took lately; 0: not told", 0xffffffff),
    field<&Session::errors>("errors", kAgent, "requests of the host that failed on it, and times that it was lost",
                            kMaxTime),
};
template <>
constexpr std::array kFields<Discovery>{
    field<&Discovery::agent>("agent", kAgent, "the agent that asked", 0, true),
    field<&Discovery::asked>("asked", kAgent, "the portal that it asked", kMaxName, true),
    field<&Discovery::target>("target", kAgent, "the iSCSI name that it was told; empty: none", kMaxName),
    field<&Discovery::portal>("portal", kAgent, "a portal of that target, as it was told", kMaxName),
    field<&Discovery::tag>("tag", kAgent, "its Target Portal Group Tag", 0xffff),
    field<&Discovery::reason>("reason", kAgent, "why there was no answer", kMaxText),
    as(field<&Discovery::seenAt>("seen_at", kAgent, "when the answer was last told", kMaxTime), FieldType::Time),
};
template <>
constexpr std::array kFields<Probe>{
    field<&Probe::initiator>("initiator", kAgent, "the initiator", 0, true),
    field<&Probe::target>("target", kAgent, "the target", 0, true),
    field<&Probe::agent>("agent", kAgent, "the agent that tried"),
    field<&Probe::outcome>("outcome", kAgent, "what it met"),
    field<&Probe::reason>("reason", kAgent, "why it was not let in", kMaxText),
    field<&Probe::units>("units", kAgent, "the logical units that it was shown", kMaxMembers),
    field<&Probe::expected>("expected", kAgent, "whether reach said that it gets in, before it and after it"),
    as(field<&Probe::at>("at", kAgent, "when", kMaxTime), FieldType::Time),
};
template <>
constexpr std::array kFields<HeldDisk>{
    field<&HeldDisk::initiator>("initiator", kAgent, "the initiator", 0, true),
    field<&HeldDisk::target>("target", kAgent, "iSCSI name of the target that shows it no more", kMaxName, true),
    field<&HeldDisk::lun>("lun", kAgent, "its LUN there", kMaxLun),
    field<&HeldDisk::unit>("unit", kAgent, "designator of the logical unit; empty: it has none", kMaxName),
    field<&HeldDisk::agent>("agent", kAgent, "the agent that reported it", 0, true),
    field<&HeldDisk::reason>("reason", kAgent, "who uses it", kMaxText),
    as(field<&HeldDisk::since>("since", kAgent, "since when", kMaxTime), FieldType::Time),
};

template <>
constexpr std::array kFields<Departure>{
    field<&Departure::map>("map", kAdmin, "the map that goes", 0, true),
    field<&Departure::everybody>("everybody", kAdmin, "whether it goes for everybody whom it names"),
    field<&Departure::initiators>("initiators", kAdmin, "else for which initiators", kMaxMembers),
    as(field<&Departure::leavesAt>("leaves_at", kAdmin, "when; until then it may only be read", kMaxTime),
       FieldType::Time),
};

// Every row of every table, bound to its kind.
using Fields = std::array<std::span<const FieldRow>, kKinds>;
const Fields& allFields() {
  static const Fields all = [] {
    Fields made{};
    forEachKind([&]<class T>(T*) { made[static_cast<std::size_t>(T::kKind)] = kFields<T>; });
    return made;
  }();
  return all;
}

std::uint64_t sizeOf(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return text->size();
  if (const auto* refs = std::get_if<std::vector<ObjectRef>>(&value)) return refs->size();
  if (const auto* texts = std::get_if<std::vector<std::string>>(&value)) return texts->size();
  if (const auto* accesses = std::get_if<std::vector<Access>>(&value)) return accesses->size();
  if (const auto* number = std::get_if<std::uint64_t>(&value)) return *number;
  return 0;
}

base::Status checkRange(const FieldRow& row, const Value& value) {
  switch (row.type) {
    case FieldType::Number:
    case FieldType::Duration:
    case FieldType::Time:
    case FieldType::Bytes:
      if (sizeOf(value) > row.max) return base::fail("must be at most " + std::to_string(row.max));
      return {};
    case FieldType::Text: {
      const auto* text = std::get_if<std::string>(&value);
      if (text == nullptr) return {};
      if (std::string fault = base::plainTextFault(*text, row.max); !fault.empty()) return base::fail(std::move(fault));
      return {};
    }
    case FieldType::Subnets:
    case FieldType::Refs:
    case FieldType::Accesses:
      if (sizeOf(value) > row.max) return base::fail("must have at most " + std::to_string(row.max) + " entries");
      return {};
    default:
      return {};
  }
}

base::Status checkKinds(const FieldRow& row, const Value& value) {
  const auto check = [&](ObjectRef ref) -> base::Status {
    if (!ref || row.mayReferTo(ref.kind)) return {};
    return base::fail("may not refer to a " + std::string(nameOf(ref.kind)));
  };
  if (const auto* ref = std::get_if<ObjectRef>(&value)) return check(*ref);
  if (const auto* refs = std::get_if<std::vector<ObjectRef>>(&value)) {
    for (ObjectRef ref : *refs) {
      if (!ref) return base::fail("has an empty reference");
      if (auto status = check(ref); !status) return status;
    }
  }
  if (const auto* accesses = std::get_if<std::vector<Access>>(&value)) {
    for (const Access& access : *accesses) {
      if (auto status = check(access.who); !status) return status;
      if (auto status = check(access.unit); !status) return status;
    }
  }
  return {};
}

}  // namespace

std::span<const FieldRow> fieldsOf(Kind kind) { return allFields()[static_cast<std::size_t>(kind)]; }

const FieldRow* findField(Kind kind, std::string_view name) {
  for (const FieldRow& row : fieldsOf(kind)) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

base::Status setField(const FieldRow& row, Object& object, const Value& value, Revision now) {
  if (auto status = checkRange(row, value); !status) return status;
  if (auto status = checkKinds(row, value); !status) return status;
  return row.set(object, value, now);
}

namespace {

// Calls make(static_cast<T*>(nullptr)) for the struct of the kind.
template <class Make>
base::Ref<Object> madeFor(Kind kind, Make&& make) {
  base::Ref<Object> made;
  forEachKind([&]<class T>(T* none) {
    if (T::kKind == kind) made = make(none);
  });
  return made;
}

std::string textOf(const Snapshot& snapshot, const Access& access) {
  std::string text = access.who ? nameOf(snapshot, access.who) : std::string("everybody");
  if (access.unit) text.append(" ").append(nameOf(snapshot, access.unit)).append(" ").append(wordOf(access.right));
  return text.append(" lun ").append(std::to_string(access.lun));
}

}  // namespace

base::Ref<Object> makeObject(Kind kind) {
  return madeFor(kind, []<class T>(T*) { return base::Ref<Object>(base::makeRef<T>()); });
}

base::Ref<Object> copyObject(Kind kind, const Object& object) {
  return madeFor(kind, [&]<class T>(T*) { return base::Ref<Object>(base::makeRef<T>(static_cast<const T&>(object))); });
}

std::string textOf(const Snapshot& snapshot, const Value& value) {
  const auto name = [&](ObjectRef ref) { return nameOf(snapshot, ref); };
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "yes" : "no";
  if (const auto* number = std::get_if<std::uint64_t>(&value)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* ref = std::get_if<ObjectRef>(&value)) return name(*ref);
  if (const auto* refs = std::get_if<std::vector<ObjectRef>>(&value)) return base::listed(*refs, name);
  if (const auto* texts = std::get_if<std::vector<std::string>>(&value)) {
    return base::listed(*texts, [](const std::string& text) -> const std::string& { return text; });
  }
  if (const auto* accesses = std::get_if<std::vector<Access>>(&value)) {
    return base::listed(*accesses, [&](const Access& access) { return textOf(snapshot, access); });
  }
  return {};
}

namespace detail {

base::Result<isns::AddressPrefix> parseSubnet(std::string_view text) {
  const auto wrong = [] { return base::fail("must be subnets, as 10.0.0.0/24 or fd00::/64"); };
  const std::size_t slash = text.find('/');
  const auto address = isns::parseIp(text.substr(0, slash));
  if (!address) return wrong();
  const unsigned offset = isns::isIpv4(*address) ? isns::AddressPrefix::kMappedBits : 0;
  isns::AddressPrefix subnet{*address, 128};
  if (slash != std::string_view::npos) {
    const auto bits = isns::parseNumber(text.substr(slash + 1));
    if (!bits || *bits > 128U - offset) return wrong();
    subnet.bits = static_cast<std::uint8_t>(*bits + offset);
  }
  for (unsigned bit = subnet.bits; bit < 128; ++bit) {
    if (((subnet.address[bit / 8] >> (7 - bit % 8)) & 1) != 0) {
      return base::fail("has a subnet with bits beyond its prefix: " + std::string(text));
    }
  }
  return subnet;
}

std::string formatSubnet(const isns::AddressPrefix& subnet) {
  const unsigned offset = isns::isIpv4(subnet.address) ? isns::AddressPrefix::kMappedBits : 0;
  return isns::formatIp(subnet.address) + "/" + std::to_string(subnet.bits - offset);
}

}  // namespace detail

}  // namespace san
