#include "shared/isns/request_builders.h"

#include <gtest/gtest.h>

#include "shared/isns/response_reader.h"
#include "shared/isns/value_text.h"

namespace {

namespace tag = isns::tag;

// "iscsi_name=a node_type=target alias" for TLVs.
std::string words(base::ByteView tlvs) {
  const auto attributes = isns::readAttributes(tlvs);
  if (!attributes) return "malformed";
  std::string text;
  for (const isns::AttributeValue& attribute : *attributes) {
    if (!text.empty()) text += ' ';
    text += attribute.view().row->field;
    if (!attribute.empty()) text += "=" + isns::formatValue(attribute.view());
  }
  return text;
}

const isns::PortalAddress kPortal = *isns::parsePortal("10.0.0.1:3260");

TEST(RegisterObjects, ListsEntityPortalsNodesAndTheirGroupsInInheritanceOrder) {
  isns::Registration registration;
  registration.replace = true;
  registration.key = isns::entityKey("host");
  registration.entity.setU32(tag::kEntityProtocol, 2);
  registration.entity.setText(tag::kEntityId, "host");
  isns::AttributeList portal;
  portal.setU32(tag::kPortalPort, kPortal.port);
  portal.set(tag::kPortalIp, kPortal.ip);
  registration.portals.push_back(portal);
  isns::NodeRegistration node;
  node.attributes.setU32(tag::kNodeType, 1);
  node.attributes.setText(tag::kIscsiName, "iqn.2001-04.com.example:a");
  node.groups.push_back({.tag = 2, .portals = {kPortal}});
  node.groups.push_back({.tag = std::nullopt, .portals = {*isns::parsePortal("10.0.0.2:3260")}});
  registration.nodes.push_back(node);

  const isns::Request request = isns::registerObjects(registration);
  EXPECT_EQ(request.function, isns::Function::DevAttrReg);
  EXPECT_TRUE(request.replace);
  EXPECT_EQ(words(request.key), "eid=host");
  EXPECT_EQ(words(request.operating),
            "eid=host protocol=iscsi portal_ip=10.0.0.1 portal_port=3260/tcp "
            "iscsi_name=iqn.2001-04.com.example:a node_type=target "
            "pg_tag=2 pg_portal_ip=10.0.0.1 pg_portal_port=3260/tcp "
            "pg_tag pg_portal_ip=10.0.0.2 pg_portal_port=3260/tcp");
}

TEST(Query, AsksByZeroLengthAttributes) {
  const isns::Tag wanted[] = {tag::kIscsiName, tag::kAlias};
  const isns::Request request = isns::query(isns::nodeKey("iqn.2001-04.com.example:a"), wanted);
  EXPECT_EQ(words(request.key), "iscsi_name=iqn.2001-04.com.example:a");
  EXPECT_EQ(words(request.operating), "iscsi_name alias");
}

TEST(GetNext, PutsFiltersBeforeWhatIsWanted) {
  base::Bytes filter;
  isns::AttributeWriter(filter).u32(tag::kNodeType, 1);
  const isns::Tag wanted[] = {tag::kAlias};
  const isns::Request request = isns::getNext(isns::emptyKey(isns::ObjectType::Node), filter, wanted);
  EXPECT_EQ(words(request.key), "iscsi_name");
  EXPECT_EQ(words(request.operating), "node_type=target alias");
  EXPECT_EQ(words(isns::emptyKey(isns::ObjectType::Portal)), "portal_ip portal_port");
}

TEST(Scn, NamesTheBitmapOfTheKindOfNode) {
  const isns::Request iscsi = isns::registerScn(std::string("iqn.2001-04.com.example:a"), 0x18);
  EXPECT_EQ(iscsi.function, isns::Function::SCNReg);
  EXPECT_EQ(words(iscsi.key), "iscsi_name=iqn.2001-04.com.example:a");
  EXPECT_EQ(words(iscsi.operating), "scn_bitmap=added,removed");
  const isns::Request fc = isns::scnEvent(isns::Wwn{0x50, 6, 1, 0x60, 0, 0, 0, 1}, 0x04);
  EXPECT_EQ(fc.function, isns::Function::SCNEvent);
  EXPECT_EQ(words(fc.key), "fc_port_name=50:06:01:60:00:00:00:01");
  EXPECT_EQ(words(fc.operating), "ifcp_scn_bitmap=updated");
  EXPECT_EQ(words(isns::deregisterScn(std::string("iqn.2001-04.com.example:a")).operating), "");
}

TEST(Domain, GivesTheIdAsKeyOnlyWhereItExists) {
  isns::DomainRegistration created{.id = 9, .name = "backup", .features = 1};
  const isns::Request create = isns::registerDomain(created);
  EXPECT_EQ(words(create.key), "");
  EXPECT_EQ(words(create.operating), "dd_id=9 dd_name=backup dd_features=boot");

  isns::DomainRegistration changed{.existing = 9};
  changed.members = {std::string("iqn.2001-04.com.example:a"), isns::NodeIndex{3}, isns::Wwn{0x50}, kPortal,
                     isns::PortalIndex{4}};
  const isns::Request add = isns::registerDomain(changed);
  EXPECT_EQ(words(add.key), "dd_id=9");
  EXPECT_EQ(words(add.operating),
            "dd_id=9 dd_member_iscsi_name=iqn.2001-04.com.example:a dd_member_node_index=3 "
            "dd_member_fc_port_name=50:00:00:00:00:00:00:00 dd_member_portal_ip=10.0.0.1 "
            "dd_member_portal_port=3260/tcp dd_member_portal_index=4");

  EXPECT_EQ(words(isns::deregisterDomain(9, {}).operating), "");
  const isns::DomainMember gone[] = {isns::NodeIndex{3}};
  EXPECT_EQ(words(isns::deregisterDomain(9, gone).key), "dd_id=9");
  EXPECT_EQ(words(isns::deregisterDomain(9, gone).operating), "dd_member_node_index=3");
}

TEST(DomainSet, ListsItsDomains) {
  const isns::Request create = isns::registerDomainSet({.name = "day", .status = 1, .domains = {2, 3}});
  EXPECT_EQ(words(create.operating), "dds_name=day dds_status=enabled dd_id=2 dd_id=3");
  const std::uint32_t out[] = {2};
  EXPECT_EQ(words(isns::deregisterDomainSet(5, out).key), "dds_id=5");
  EXPECT_EQ(words(isns::deregisterDomainSet(5, out).operating), "dd_id=2");
}

TEST(FcDomainId, CarriesTheSourceThatItsMessageWants) {
  const isns::Request request = isns::requestDomainId(isns::makeTlv(tag::kSwitchName, isns::Wwn{0x10}), "fabric-a", 12);
  EXPECT_EQ(words(request.source), "switch_name=10:00:00:00:00:00:00:00");
  EXPECT_EQ(words(request.key), "virtual_fabric_id=fabric-a");
  EXPECT_EQ(words(request.operating), "preferred_id=12");
  const isns::Request release = isns::releaseDomainId(isns::entityKey("gateway"), "fabric-a", 12);
  EXPECT_EQ(words(release.source), "eid=gateway");
  EXPECT_EQ(words(release.operating), "assigned_id=12");
  EXPECT_EQ(words(isns::getDomainIds("fabric-a").key), "virtual_fabric_id=fabric-a");
}

}  // namespace
