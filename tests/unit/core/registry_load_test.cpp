// Loading: a store that was damaged, or changed by hand, is refused with a word that says what is wrong in it; whatever
// the loader lets through, the rest of the core may count on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isns-server/core/transaction.h"
#include "tests/unit/core/stored_rows.h"

namespace {

using core::Index;
using core::TableNumber;
using core_test::StoredRows;
using testing::HasSubstr;

isns::IpAddress address(std::uint8_t last) {
  isns::IpAddress ip{};
  ip[10] = ip[11] = 0xff;
  ip[12] = 10;
  ip[15] = last;
  return ip;
}

store::Cell number(std::int64_t value) { return {store::CellTag::Integer, value, {}}; }
store::Cell text(std::string_view value) { return {store::CellTag::Text, 0, base::asBytes(value)}; }
store::Cell blob(base::ByteView value) { return {store::CellTag::Blob, 0, value}; }

// An entity with portal, node, FC port and what joins them; a portal and a node that only a domain names; a set.
StoredRows goodRows() {
  core::Registry registry(1);
  (void)registry.finishLoad(0);
  store::Batch batch;
  const core::Policy policy;
  core::Transaction tx(registry, policy, {});
  const Index entity = tx.createEntity("host");
  const Index node = tx.ensureNode("iqn.2001-04.com.example:host");
  tx.registerNode(node, entity);
  const Index portal = tx.ensurePortal(core::PortalKey::of(address(1), 3260));
  tx.registerPortal(portal, entity, true);
  tx.ensureGroup(node, portal);
  const base::Bytes wwpn(8, 0x21);
  const Index fcPort = tx.ensureFcPort(wwpn);
  tx.registerFcPort(fcPort, entity);
  const base::Bytes wwnn(8, 0x20);
  tx.setDevice(fcPort, tx.ensureFcDevice(wwnn));
  tx.createFcDomain(entity, wwnn, "fabric", 3);
  const Index domain = tx.createDomain(0, "zone");
  tx.addMember(domain, core::MemberKind::Node, node);
  tx.addMember(domain, core::MemberKind::Node, tx.ensureNode("iqn.2001-04.com.example:absent"));
  tx.addMember(domain, core::MemberKind::Portal, tx.ensurePortal(core::PortalKey::of(address(2), 3260)));
  tx.addToSet(tx.createSet(0, "set"), domain);
  tx.finish(batch, 1, "", "");
  return StoredRows(batch[0].ops);
}

std::string fault(const StoredRows& rows, std::uint64_t revision = 1) {
  core::Registry registry(1);
  const base::Status status = rows.load(registry, revision);
  return status ? "" : status.error().text;
}

TEST(RegistryLoad, TakesWhatATransactionWrote) {
  core::Registry registry(1);
  ASSERT_TRUE(goodRows().load(registry, 1));
  const core::State& state = registry.committed();
  EXPECT_TRUE(registry.findPortal(state, core::PortalKey::of(address(1), 3260))->signs);
  EXPECT_FALSE(registry.findPortal(state, core::PortalKey::of(address(2), 3260))->signs);
}

void addFormerNode(StoredRows& rows, std::int64_t id, std::int64_t count) {
  rows.add(TableNumber::FormerNode, id, {number(count), text("iqn.2001-04.com.example:gone"), number(1'700'000'000)});
}

struct Damage {
  const char* name;
  void (*make)(StoredRows& rows);
  const char* says;
};
void PrintTo(const Damage& damage, std::ostream* out) { *out << damage.name; }

constexpr auto kE = TableNumber::Entity;
constexpr auto kP = TableNumber::Portal;
constexpr auto kN = TableNumber::Node;
constexpr auto kG = TableNumber::PortalGroup;

const Damage kDamages[] = {
    {"EntityWithoutName", [](StoredRows& r) { r.cell(kE, 1, "eid") = {}; }, "column eid has no value"},
    {"PortalWithoutAddress", [](StoredRows& r) { r.cell(kP, 1, "portal_ip") = {}; }, "column portal_ip has no value"},
    {"PortalWithoutPort", [](StoredRows& r) { r.cell(kP, 1, "portal_port") = {}; }, "column portal_port has no value"},
    {"NodeWithoutName", [](StoredRows& r) { r.cell(kN, 1, "iscsi_name") = {}; }, "column iscsi_name has no value"},
    {"FcPortWithoutName", [](StoredRows& r) { r.cell(TableNumber::FcPort, 1, "fc_port_name") = {}; },
     "column fc_port_name has no value"},
    {"FcDeviceWithoutName", [](StoredRows& r) { r.cell(TableNumber::FcDevice, 1, "fc_node_name") = {}; },
     "column fc_node_name has no value"},
    {"FcDomainWithoutId", [](StoredRows& r) { r.cell(TableNumber::FcDomain, 1, "assigned_id") = {}; },
     "column assigned_id has no value"},
    {"DomainWithoutName", [](StoredRows& r) { r.cell(TableNumber::Domain, 2, "dd_name") = {}; },
     "column dd_name has no value"},
    {"SetWithoutName", [](StoredRows& r) { r.cell(TableNumber::DomainSet, 2, "dds_name") = {}; },
     "column dds_name has no value"},
    {"IndexNought", [](StoredRows& r) { r.move(kE, 1, 0); }, "no index"},
    {"IndexBelowNought", [](StoredRows& r) { r.move(kE, 1, -1); }, "no index"},
    {"IndexThatMeansErased", [](StoredRows& r) { r.move(kE, 1, 0xffffffff); }, "no index"},
    {"IndexBeyond32Bits", [](StoredRows& r) { r.move(kE, 1, 0x100000001); }, "no index"},
    {"LinkBeyond32Bits", [](StoredRows& r) { r.cell(kN, 1, "entity") = number(0x100000001); }, "column entity"},
    {"LinkMissing", [](StoredRows& r) { r.cell(kN, 1, "entity") = {}; }, "column entity"},
    {"PortalOfNoEntity", [](StoredRows& r) { r.cell(kP, 1, "entity") = number(9); }, "entity is missing"},
    {"NodeOfNoEntity", [](StoredRows& r) { r.cell(kN, 1, "entity") = number(9); }, "entity is missing"},
    {"FcPortOfNoEntity", [](StoredRows& r) { r.cell(TableNumber::FcPort, 1, "entity") = number(9); },
     "entity is missing"},
    {"FcPortOfNoDevice", [](StoredRows& r) { r.cell(TableNumber::FcPort, 1, "device") = number(9); },
     "device is missing"},
    {"FcDomainOfNoEntity", [](StoredRows& r) { r.cell(TableNumber::FcDomain, 1, "entity") = number(9); },
     "entity is missing"},
    {"GroupOfNoNode", [](StoredRows& r) { r.cell(kG, 1, "node") = number(9); }, "node or portal is missing"},
    {"GroupOfNoPortal", [](StoredRows& r) { r.cell(kG, 1, "portal") = number(9); }, "node or portal is missing"},
    {"GroupOfTwoPlaceholders",
     [](StoredRows& r) {
       r.add(kG, 2, r.row(kG, 1));
       r.cell(kG, 2, "node") = number(2);
       r.cell(kG, 2, "portal") = number(2);
     },
     "neither its node nor its portal is registered"},
    {"SameEntityTwice", [](StoredRows& r) { r.add(kE, 2, r.row(kE, 1)); }, "row 1 has the same key"},
    {"SamePortalTwice", [](StoredRows& r) { r.cell(kP, 2, "portal_ip") = r.cell(kP, 1, "portal_ip"); },
     "row 1 has the same key"},
    {"SameNodeTwice", [](StoredRows& r) { r.cell(kN, 2, "iscsi_name") = r.cell(kN, 1, "iscsi_name"); },
     "row 1 has the same key"},
    {"SameGroupTwice", [](StoredRows& r) { r.add(kG, 2, r.row(kG, 1)); }, "row 1 has the same key"},
    {"SameDomainTwice", [](StoredRows& r) { r.add(TableNumber::Domain, 3, r.row(TableNumber::Domain, 2)); },
     "row 2 has the same key"},
    {"AddressTooShort",
     [](StoredRows& r) {
       static const base::Bytes four(4, 1);
       r.cell(kP, 1, "portal_ip") = blob(four);
     },
     "column portal_ip has a value that is no Portal IP Address"},
    {"NumberBeyond32Bits", [](StoredRows& r) { r.cell(kP, 1, "portal_port") = number(0x100000cbc); },
     "column portal_port has a value that is no"},
    {"TextWithNul", [](StoredRows& r) { r.cell(kE, 1, "eid") = text(std::string_view("ho\0st", 5)); },
     "column eid has a value that is no"},
    {"KnownAttributeAmongVendors",
     [](StoredRows& r) {
       static base::Bytes tlvs;
       tlvs.clear();
       isns::AttributeWriter(tlvs).u32(isns::tag::kNodeType, 1);
       r.cell(kN, 1, "vendor") = blob(tlvs);
     },
     "column vendor"},
    {"VendorsCutOff",
     [](StoredRows& r) {
       static const base::Bytes half(6, 1);
       r.cell(kN, 1, "vendor") = blob(half);
     },
     "column vendor"},
    {"RowTooShort",
     [](StoredRows& r) { r.row(kN, 1).resize(r.row(kN, 1).size() - 3); },  // two may be of an older version
     "another number of columns"},
    {"ChangedAfterTheEnd", [](StoredRows& r) { r.cell(kN, 1, "changed") = number(2); }, "after the last change"},
    {"CreatedBeforeTime", [](StoredRows& r) { r.cell(kN, 1, "created") = number(-1); }, "after the last change"},
    {"EntityWithoutAnything",
     [](StoredRows& r) {
       r.add(kE, 2, r.row(kE, 1));
       r.cell(kE, 2, "eid") = text("empty");
     },
     "row 2 of the table entity: it contains nothing"},
    {"GroupGone", [](StoredRows& r) { r.remove(kG, 1); }, "row 1 of the table entity: a node and a portal of it"},
    {"PlaceholderNobodyNames", [](StoredRows& r) { r.remove(TableNumber::DomainNode, core::memberId(2, 2)); },
     "nothing names it"},
    {"PortalPlaceholderNobodyNames", [](StoredRows& r) { r.remove(TableNumber::DomainPortal, core::memberId(2, 2)); },
     "nothing names it"},
    {"MemberOfNoDomain",
     [](StoredRows& r) {
       r.add(TableNumber::DomainNode, core::memberId(9, 1), {number(9), number(1), number(1)});
     },
     "names an object that is missing"},
    {"MemberThatIsNotThere",
     [](StoredRows& r) {
       r.add(TableNumber::SetDomain, core::memberId(2, 9), {number(2), number(9), number(1)});
     },
     "names an object that is missing"},
    {"MembershipWhoseColumnsSayAnother",
     [](StoredRows& r) {
       r.row(TableNumber::DomainNode, core::memberId(2, 1)) = {number(2), number(2), number(1)};
     },
     "not made of its columns"},
    {"CounterOfNoType", [](StoredRows& r) { r.add(TableNumber::Counter, 11, {number(1)}); }, "a counter of a type"},
    {"CounterNought", [](StoredRows& r) { r.add(TableNumber::Counter, 1, {number(0)}); }, "column reserved"},
    {"CounterBelowNought", [](StoredRows& r) { r.add(TableNumber::Counter, 1, {number(-1)}); }, "column reserved"},
    {"FormerNodeInAnothersRow", [](StoredRows& r) { addFormerNode(r, 2, 1); }, "column number is not that of the row"},
    {"FormerNodeWithoutANumber", [](StoredRows& r) { addFormerNode(r, 1, 0); }, "column number is none"},
    {"FormerNodeWithoutAName",
     [](StoredRows& r) {
       addFormerNode(r, 1, 1);
       r.cell(TableNumber::FormerNode, 1, "name") = text("");
     },
     "column name"},
    {"FormerNodeOfNoTime",
     [](StoredRows& r) {
       addFormerNode(r, 1, 1);
       r.cell(TableNumber::FormerNode, 1, "last_seen") = number(0);
     },
     "column last_seen"},
    {"CounterTooHigh", [](StoredRows& r) { r.add(TableNumber::Counter, 1, {number(0x100000000)}); }, "column reserved"},
};

// Who left last makes no room for the next: the number goes on where it was.
TEST(RegistryLoad, FormerNodesAreCountedOnAndTheOldestMakesRoom) {
  StoredRows rows = goodRows();
  constexpr auto kLast = static_cast<std::int64_t>(core::kMaxFormerNodes);
  addFormerNode(rows, 1, kLast + 1);
  addFormerNode(rows, 2, 2);
  core::Registry registry(1);
  ASSERT_TRUE(rows.load(registry, 1));
  const core::Policy policy;
  store::Batch batch;
  core::Transaction tx(registry, policy, {{}, base::WallTime(std::chrono::seconds(1'700'000'000))});
  tx.removeDomain(2);
  tx.removeEntity(1);
  tx.finish(batch, 1, "", "");
  std::vector<std::int64_t> ids;
  store::OpsReader reader(batch[0].ops);
  for (store::Op op; reader.next(op);) {
    if (op.table == static_cast<std::uint8_t>(TableNumber::FormerNode)) ids.push_back(op.id);
  }
  EXPECT_EQ(ids, std::vector<std::int64_t>{2});
}

TEST(RegistryLoad, ASetOfAVersionThatDidNotTellIsEnabledSinceItsLastChange) {
  StoredRows rows = goodRows();
  rows.cell(TableNumber::DomainSet, 2, "dds_status") = number(isns::kDdsEnabled);
  auto& row = rows.row(TableNumber::DomainSet, 2);
  row.resize(row.size() - 2);
  core::Registry registry(1);
  ASSERT_TRUE(rows.load(registry, 1));
  EXPECT_EQ(registry.committed().table<core::DomainSet>().get(2)->enabledSince, 1U);
}

// As they stand in the changes of before.
TEST(RegistryLoad, TakesARowOfBeforeAColumnWasAdded) {
  StoredRows rows = goodRows();
  rows.row(TableNumber::Portal, 1).pop_back();
  core::Registry registry(1);
  ASSERT_TRUE(rows.load(registry, 1));
  EXPECT_FALSE(registry.findPortal(registry.committed(), core::PortalKey::of(address(1), 3260))->signs);
  rows.row(TableNumber::Portal, 1).pop_back();
  EXPECT_THAT(fault(rows), HasSubstr("another number of columns"));
}

class RegistryLoadDamage : public testing::TestWithParam<Damage> {};

TEST_P(RegistryLoadDamage, IsRefusedAndSaid) {
  StoredRows rows = goodRows();
  GetParam().make(rows);
  EXPECT_THAT(fault(rows), HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(Each, RegistryLoadDamage, testing::ValuesIn(kDamages),
                         [](const auto& each) { return std::string(each.param.name); });

TEST(RegistryLoad, AfterTheHighestIndexComesTheLowestThatIsFree) {
  StoredRows rows = goodRows();
  rows.add(TableNumber::Counter, static_cast<std::int64_t>(core::ObjectType::Node), {number(core::kMaxIndex)});
  core::Registry registry(1);
  ASSERT_TRUE(rows.load(registry, 1));
  const core::Policy policy;
  core::Transaction tx(registry, policy, {});
  EXPECT_EQ(tx.ensureNode("iqn.2001-04.com.example:last"), core::kMaxIndex);
  EXPECT_EQ(tx.ensureNode("iqn.2001-04.com.example:first"), 3U);
  EXPECT_EQ(tx.ensureNode("iqn.2001-04.com.example:second"), 4U);
}

// What a second start would find: the counter's row, as the transaction stored it.
TEST(RegistryLoad, AnIndexIsNotIssuedTwiceByTwoStartsOnTheWayRound) {
  StoredRows rows = goodRows();
  const auto nodes = static_cast<std::int64_t>(core::ObjectType::Node);
  rows.add(TableNumber::Counter, nodes, {number(core::kMaxIndex)});
  core::Registry first(1);
  ASSERT_TRUE(rows.load(first, 1));
  const core::Policy policy;
  store::Batch batch;
  core::Transaction tx(first, policy, {});
  const Index domain = 2;
  for (const char* name : {"iqn.2001-04.com.example:last", "iqn.2001-04.com.example:first"}) {
    tx.addMember(domain, core::MemberKind::Node, tx.ensureNode(name));
  }
  tx.finish(batch, 1, "", "");
  std::int64_t reserved = 0;
  store::OpsReader reader(batch[0].ops);
  for (store::Op op; reader.next(op);) {
    if (op.table == static_cast<std::uint8_t>(TableNumber::Counter) && op.id == nodes) reserved = op.cells[0].integer;
  }
  EXPECT_GT(reserved, 3);
  rows.add(TableNumber::Counter, nodes, {number(reserved)});
  core::Registry second(1);
  ASSERT_TRUE(rows.load(second, 1));
  EXPECT_GT(second.nextIndex(core::ObjectType::Node), 3U);
}

TEST(RegistryLoad, ANameThatTheServerMakesIsNobodysYet) {
  core::Registry registry(1);
  const core::Policy policy;
  core::Transaction tx(registry, policy, {});
  const Index chosen = tx.createEntity("isns:2");
  const Index made = tx.createEntity("");
  EXPECT_NE(tx.get<core::Entity>(made)->attributes.text(isns::tag::kEntityId), "isns:2");
  EXPECT_EQ(registry.findEntity(registry.working(), "isns:2")->index, chosen);
}

}  // namespace
