// What each command of `sanctl isns` sends, and what it prints of the answers.
#include <gtest/gtest.h>

#include "isns-server/ctl/status_advice.h"
#include "shared/isns/status.h"
#include "tests/unit/ctl/scripted_run.h"

namespace {

using ctl::Exit;
using ctl_test::Asked;
using ctl_test::code;
using ctl_test::Ended;
using ctl_test::World;

// --- who asks ---

TEST(Source, IsThisMachinesInitiator) {
  World world;
  world.script.answer("", "");
  world.isns("ping");
  EXPECT_EQ(ctl_test::words(world.script.settings.at(0).source), "iscsi_name=iqn.2001-04.com.example:me");
}

TEST(Source, IsMadeFromTheHostNameWhereThereIsNoInitiator) {
  World world;
  world.files.clear();
  world.script.answer("", "");
  world.isns("ping");
  EXPECT_EQ(ctl_test::words(world.script.settings.at(0).source), "iscsi_name=iqn.2000-01.com.example:host1");
}

TEST(Source, IsTheControlNodeWithControl) {
  World world;
  world.script.answer("", "");
  world.script.answer("", "");
  world.isns("ping --control");
  world.isns("ping --control --control-name iqn.2001-04.com.example:boss");
  EXPECT_EQ(ctl_test::words(world.script.settings.at(0).source), "iscsi_name=isns.control");
  EXPECT_EQ(ctl_test::words(world.script.settings.at(1).source), "iscsi_name=iqn.2001-04.com.example:boss");
}

TEST(Source, CanBeAnFcPort) {
  World world;
  world.script.answer("", "");
  world.isns("ping --source 50:06:01:60:3b:a0:1f:22");
  EXPECT_EQ(ctl_test::words(world.script.settings.at(0).source), "fc_port_name=50:06:01:60:3b:a0:1f:22");
}

TEST(Source, TakesAShortNameOfHexadecimalDigitsForAName) {
  World world;
  world.script.answer("", "");
  world.isns("ping --source cafe");
  EXPECT_EQ(ctl_test::words(world.script.settings.at(0).source), "iscsi_name=cafe");
}

TEST(Source, IsTheNodeThatTheCommandIsAboutUnlessOneIsNamed) {
  World world;
  for (int i = 0; i < 4; ++i) world.script.answer("", "");
  world.isns("register --target iqn.2001-04.com.example:disk1");
  world.isns("deregister --node iqn.2001-04.com.example:disk1");
  world.isns("scn register --node iqn.2001-04.com.example:disk1 added");
  world.isns("register --target iqn.2001-04.com.example:disk1 --control");
  ASSERT_EQ(world.script.settings.size(), 4U);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(ctl_test::words(world.script.settings[static_cast<std::size_t>(i)].source),
              "iscsi_name=iqn.2001-04.com.example:disk1");
  }
  EXPECT_EQ(ctl_test::words(world.script.settings[3].source), "iscsi_name=isns.control");
}

TEST(Source, IsTheFcPortThatTheCommandIsAbout) {
  World world;
  world.script.answer("", "");
  world.isns("register --eid gw --fc-port 50:06:01:60:3b:a0:1f:22 --attr port_role=target");
  EXPECT_EQ(ctl_test::words(world.script.settings.at(0).source), "fc_port_name=50:06:01:60:3b:a0:1f:22");
  EXPECT_EQ(world.script.asked,
            Asked{"DevAttrReg eid=gw | eid=gw fc_port_name=50:06:01:60:3b:a0:1f:22 port_role=target"});
}

// --- failures ---

TEST(ExitCodes, FollowTheFailure) {
  for (const Exit exit : {Exit::Connect, Exit::Timeout, Exit::Malformed, Exit::Local}) {
    World world;
    world.script.fail(exit);
    const Ended ended = world.isns("list nodes");
    EXPECT_EQ(ended.exit, code(exit));
    EXPECT_EQ(ended.err, "sanctl: no answer: scripted\n");
  }
}

TEST(ExitCodes, TellARefusalWithItsNameAndWhatToDo) {
  World world;
  world.script.refuse(8);
  const Ended ended = world.isns("dd create backup");
  EXPECT_EQ(ended.exit, code(Exit::Refused));
  EXPECT_EQ(
      ended.err,
      "sanctl: cannot create the domain: the server answers 8 Source Unauthorized; ask as a control node (--control), "
      "from an address that its [[control_node]] at the server names, or as a node of the same entity (--source)\n");
}

TEST(ExitCodes, TellAnEmptyListOnlyWhereThatWasAskedFor) {
  World world;
  world.script.refuse(9);
  world.script.refuse(9);
  EXPECT_EQ(world.isns("list nodes").exit, 0);
  EXPECT_EQ(world.isns("list nodes --fail-if-empty").exit, code(Exit::Empty));
}

TEST(StatusAdvice, KnowsEveryStatus) {
  for (const isns::StatusRow& row : isns::statusTable()) {
    EXPECT_EQ(ctl::statusAdvice(static_cast<std::uint32_t>(row.status)).empty(),
              row.status == isns::Status::Successful);
    EXPECT_EQ(ctl::statusAdvice(static_cast<std::uint32_t>(row.status)).find("RFC 4171 defines"),
              std::string_view::npos);
  }
  EXPECT_EQ(ctl::statusAdvice(4), "RFC 4171 defines no such status");
}

// --- register, deregister ---

TEST(Register, PutsTheOptionsTogetherInTheirOrder) {
  World world;
  world.script.answer("eid=array", "eid=array registration_period=600 portal_ip=10.0.0.1 portal_port=3260");
  const Ended ended = world.isns(
      "register --eid array --protocol iscsi --portal 10.0.0.1:3260 --portal-name left --scn-port 5000/udp "
      "--portal 10.0.0.2:3260 --target iqn.2001-04.com.example:disk1 --alias \"disk one\" "
      "--portal-group 2=10.0.0.1:3260,10.0.0.2:3260 --portal-group none=10.0.0.3:3260 "
      "--node iqn.2001-04.com.example:both --node-type target,initiator --attr auth_method=CHAP,none");
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_EQ(world.script.asked,
            Asked{"DevAttrReg eid=array | eid=array protocol=iscsi portal_ip=10.0.0.1 portal_port=3260/tcp "
                  "portal_name=left scn_port=5000/udp portal_ip=10.0.0.2 portal_port=3260/tcp "
                  "iscsi_name=iqn.2001-04.com.example:disk1 node_type=target alias=disk one "
                  "pg_tag=2 pg_portal_ip=10.0.0.1 pg_portal_port=3260/tcp pg_portal_ip=10.0.0.2 "
                  "pg_portal_port=3260/tcp pg_tag pg_portal_ip=10.0.0.3 pg_portal_port=3260/tcp "
                  "iscsi_name=iqn.2001-04.com.example:both node_type=target,initiator auth_method=CHAP,none"});
  EXPECT_EQ(ended.out,
            "registered\n"
            "  Result               registered\n"
            "  Entity Identifier    array\n"
            "  Registration Period  600\n"
            "\n"
            "portals\n"
            "PORTAL\n"
            "10.0.0.1:3260/tcp\n");
}

TEST(Register, TakesTheIdentifierFromTheKeyOfTheAnswer) {
  World world;
  world.script.answer("eid=isns:1", "");
  const Ended ended = world.isns("register --initiator iqn.2001-04.com.example:host1 --output json");
  EXPECT_EQ(world.script.asked, Asked{"DevAttrReg | iscsi_name=iqn.2001-04.com.example:host1 node_type=initiator"});
  EXPECT_EQ(ended.out, "{\n  \"entity\": {\n    \"result\": \"registered\",\n    \"eid\": \"isns:1\"\n  }\n}\n");
}

TEST(Register, ReplacesWhatTheMessageKeyNames) {
  World world;
  world.script.answer("", "");
  world.isns(
      "register --replace --message-key portal_ip=10.0.0.1 --message-key portal_port=3260 --portal 10.0.0.1:3260 "
      "--portal-name new");
  EXPECT_EQ(world.script.asked, Asked{"DevAttrReg replace portal_ip=10.0.0.1 portal_port=3260/tcp | portal_ip=10.0.0.1 "
                                      "portal_port=3260/tcp portal_name=new"});
}

TEST(Register, TakesVendorTagsAndNormalisesNames) {
  World world;
  world.script.answer("", "");
  world.isns("register --target IQN.2001-04.com.Example:Disk1 --attr tag:641=00aabb01 --eid HOST");
  EXPECT_EQ(world.script.asked,
            Asked{"DevAttrReg eid=host | eid=host iscsi_name=iqn.2001-04.com.example:disk1 node_type=target "
                  "tag:641=00aabb01"});
}

TEST(Register, RefusesWhatStandsAloneBeforeItsObject) {
  EXPECT_EQ(World().isns("register --alias x").err,
            "sanctl: wrong order: alias stands before the node that it belongs to; name the object first\n");
  EXPECT_EQ(World().isns("register --portal-group 1=10.0.0.1:3260 --eid x").exit, code(Exit::Usage));
  EXPECT_EQ(World().isns("register --attr dd_name=x").exit, code(Exit::Usage));
  EXPECT_EQ(World().isns("register --portal 10.0.0.1").exit, code(Exit::Usage));
  EXPECT_EQ(World().isns("register --node x --portal-group 65536=10.0.0.1:3260").exit, code(Exit::Usage));
}

TEST(Deregister, ListsTheKeysInTheirOrder) {
  World world;
  world.script.answer("", "");
  const Ended ended = world.isns(
      "deregister --portal 10.0.0.1:3260 --node-index 7 --node iqn.2001-04.com.example:a --eid host --attr "
      "fc_node_name=5006016000000001");
  EXPECT_EQ(world.script.asked,
            Asked{"DevDereg | portal_ip=10.0.0.1 portal_port=3260/tcp node_index=7 "
                  "iscsi_name=iqn.2001-04.com.example:a eid=host fc_node_name=50:06:01:60:00:00:00:01"});
  EXPECT_EQ(ended.out, "  Result  deregistered\n");
}

// --- query, list ---

TEST(Query, AsksByFieldsAndGroupsTheAnswerByKindOfObject) {
  World world;
  const std::string answer =
      "iscsi_name=iqn.2001-04.com.example:a node_type=target portal_ip=10.0.0.1 portal_port=3260 "
      "iscsi_name=iqn.2001-04.com.example:b node_type=target portal_ip=10.0.0.1 portal_port=3260";
  world.script.answer("node_type=target", answer);
  world.script.answer("node_type=target", answer);
  const Ended table = world.isns("query --key node_type=target --get iscsi_name,node_type --get portal_ip,portal_port");
  EXPECT_EQ(world.script.asked.at(0), "DevAttrQry node_type=target | iscsi_name node_type portal_ip portal_port");
  EXPECT_EQ(table.out,
            "portal\nportal_ip  portal_port\n10.0.0.1   3260/tcp\n\n"
            "node\niscsi_name                 node_type\n"
            "iqn.2001-04.com.example:a  target\niqn.2001-04.com.example:b  target\n");
  const Ended csv =
      world.isns("query --key node_type=target --get iscsi_name,node_type,portal_ip,portal_port --output csv");
  EXPECT_EQ(csv.out,
            "object,iscsi_name,node_type,portal_ip,portal_port\r\nnode,iqn.2001-04.com.example:a,target,,\r\n"
            "portal,,,10.0.0.1,3260/tcp\r\nnode,iqn.2001-04.com.example:b,target,,\r\n");
}

TEST(Query, NamesTheFieldsOfTheKeysObjectUnlessAllIsAskedFor) {
  World world;
  world.script.answer("", "");
  world.script.answer("", "");
  world.isns("query --key dd_id=7");
  world.isns("query --key dd_id=7 --all");
  EXPECT_EQ(world.script.asked, (Asked{"DevAttrQry dd_id=7 | dd_id dd_name dd_features", "DevAttrQry dd_id=7 |"}));
}

TEST(Query, TakesStatusNineForNothingFound) {
  World world;
  world.script.refuse(9);
  const Ended ended = world.isns("query --key eid=gone --output json");
  EXPECT_EQ(ended.exit, 0);
  EXPECT_EQ(ended.out, "[]\n");
}

TEST(List, GoesFromOneObjectToTheNextUntilThereIsNone) {
  World world;
  world.script.answer("iscsi_name=iqn.2001-04.com.example:a", "node_type=target node_index=1");
  world.script.answer("iscsi_name=iqn.2001-04.com.example:b",
                      "iscsi_name=iqn.2001-04.com.example:b node_type=initiator node_index=12");
  world.script.refuse(9);
  const Ended ended = world.isns("list nodes");
  EXPECT_EQ(ended.exit, 0) << ended.err;
  const std::string fields = " | iscsi_name node_type alias scn_bitmap node_index wwnn_token auth_method";
  EXPECT_EQ(world.script.asked,
            (Asked{"DevGetNext iscsi_name" + fields, "DevGetNext iscsi_name=iqn.2001-04.com.example:a" + fields,
                   "DevGetNext iscsi_name=iqn.2001-04.com.example:b" + fields}));
  EXPECT_EQ(ended.out,
            "NAME                       TYPE       ALIAS  EVENTS  INDEX\n"
            "iqn.2001-04.com.example:a  target     -      -           1\n"
            "iqn.2001-04.com.example:b  initiator  -      -          12\n");
}

TEST(List, AsksByOneQueryWhereTheServerDoesNotKnowGetNextForTheKind) {
  for (const std::uint32_t status : {5U, 15U, 2U, 18U}) {
    World world;
    world.script.refuse(status);
    world.script.answer("dd_id", "dd_id=1 dd_name=default dd_id=7 dd_name=backup dd_features=boot");
    const Ended ended = world.isns("list domains");
    EXPECT_EQ(world.script.asked.at(1), "DevAttrQry dd_id | dd_id dd_name dd_features") << status;
    EXPECT_EQ(ended.out, "ID  NAME     FEATURES\n 1  default  -\n 7  backup   boot\n");
  }
}

TEST(List, DoesNotTryAgainWhereTheSourceIsRefused) {
  World world;
  world.script.refuse(6);
  EXPECT_EQ(world.isns("list nodes").exit, code(Exit::Refused));
  EXPECT_EQ(world.script.asked.size(), 1U);
}

TEST(List, StopsWhereTheServerRepeatsItself) {
  World world;
  for (int i = 0; i < 2; ++i) world.script.answer("iscsi_name=iqn.2001-04.com.example:a", "");
  const Ended ended = world.isns("list nodes");
  EXPECT_EQ(ended.exit, code(Exit::Malformed));
  EXPECT_EQ(ended.err, "sanctl: cannot list the nodes: the server repeats itself\n");
}

TEST(List, GoesOnByTheKeyOfTheAnswerWhereTheIndexIsMissing) {
  World world;
  world.script.answer("pg_index=4",
                      "pg_iscsi_name=iqn.2001-04.com.example:a pg_portal_ip=10.0.0.1 pg_portal_port=3260 pg_tag=1");
  world.script.answer("pg_iscsi_name=iqn.2001-04.com.example:b pg_portal_ip=10.0.0.1 pg_portal_port=3260", "pg_tag");
  world.script.refuse(9);
  const Ended ended = world.isns("list portal-groups --get pg_iscsi_name,pg_tag --output json");
  EXPECT_EQ(world.script.asked,
            (Asked{"DevGetNext pg_index | pg_iscsi_name pg_tag", "DevGetNext pg_index=4 | pg_iscsi_name pg_tag",
                   "DevGetNext pg_iscsi_name=iqn.2001-04.com.example:b pg_portal_ip=10.0.0.1 pg_portal_port=3260/tcp | "
                   "pg_iscsi_name pg_tag"}));
  EXPECT_EQ(ended.out,
            "[\n  {\"pg_iscsi_name\": \"iqn.2001-04.com.example:a\", \"pg_tag\": 1},\n"
            "  {\"pg_iscsi_name\": \"iqn.2001-04.com.example:b\", \"pg_tag\": null}\n]\n");
}

TEST(List, ChoosesByTheBitsOfTheNodeType) {
  World world;
  world.script.answer("iscsi_name=iqn.2001-04.com.example:a", "node_type=initiator");
  world.script.answer("iscsi_name=iqn.2001-04.com.example:b", "node_type=target,initiator");
  world.script.answer("iscsi_name=iqn.2001-04.com.example:c", "node_type=target");
  world.script.refuse(9);
  const Ended ended = world.isns("list targets --get iscsi_name --output csv");
  EXPECT_EQ(ended.out, "iscsi_name\r\niqn.2001-04.com.example:b\r\niqn.2001-04.com.example:c\r\n");
  EXPECT_EQ(world.script.asked.at(0), "DevGetNext iscsi_name | iscsi_name node_type");
}

TEST(List, StopsAtTheLimit) {
  World world;
  world.script.answer("eid=a", "");
  const Ended ended = world.isns("list entities --limit 1");
  EXPECT_EQ(world.script.asked.size(), 1U);
  EXPECT_NE(ended.out.find("\na "), std::string::npos);
}

// --- notifications, domain ids ---

TEST(Scn, RegistersDeregistersAndTellsEvents) {
  World world;
  for (int i = 0; i < 4; ++i) world.script.answer("", "");
  world.isns("scn register --node iqn.2001-04.com.example:a added,removed updated");
  world.isns("scn deregister");
  world.isns("scn event updated --node iqn.2001-04.com.example:a");
  world.isns("scn register --node 50:06:01:60:3b:a0:1f:22 0x18");
  EXPECT_EQ(world.script.asked, (Asked{"SCNReg iscsi_name=iqn.2001-04.com.example:a | scn_bitmap=updated,added,removed",
                                       "SCNDereg iscsi_name=iqn.2001-04.com.example:me |",
                                       "SCNEvent iscsi_name=iqn.2001-04.com.example:a | scn_bitmap=updated",
                                       "SCNReg fc_port_name=50:06:01:60:3b:a0:1f:22 | ifcp_scn_bitmap=added,removed"}));
  EXPECT_EQ(World().isns("scn register aded").err,
            "sanctl: wrong events: \"aded\" is no value of scn_bitmap; did you mean \"added\"?\n");
}

TEST(DomainId, IsRequestedReleasedAndListed) {
  World world;
  world.script.answer("", "assigned_id=12");
  world.script.answer("", "");
  world.script.answer("virtual_fabric_id=f", "assigned_id=1 assigned_id=12");
  EXPECT_EQ(world.isns("domain-id request f --switch 10:00:00:05:1e:00:00:01 --preferred 12 --output csv").out,
            "result,virtual_fabric_id,assigned_id\r\ngranted,f,12\r\n");
  EXPECT_EQ(world.isns("domain-id release f 12 --eid gateway").exit, 0);
  EXPECT_EQ(world.isns("domain-id list f").out, "ID\n 1\n12\n");
  EXPECT_EQ(
      world.script.asked,
      (Asked{"RqstDomId source: switch_name=10:00:00:05:1e:00:00:01 virtual_fabric_id=f | preferred_id=12",
             "RlseDomId source: eid=gateway virtual_fabric_id=f | assigned_id=12", "GetDomId virtual_fabric_id=f |"}));
  EXPECT_EQ(World().isns("domain-id request f --switch 10:00:00:05:1e:00:00:01 --udp").exit, code(Exit::Usage));
  EXPECT_EQ(World().isns("domain-id request f").exit, code(Exit::Usage));
  EXPECT_EQ(World().isns("domain-id release f 240 --eid g").exit, code(Exit::Usage));
}

TEST(Ping, AsksForTheSourceItselfAndTakesAnyAnswer) {
  World world;
  world.script.answer("", "");
  world.script.refuse(6);
  const Ended ended = world.isns("ping --count 2");
  EXPECT_EQ(ended.exit, 0);
  EXPECT_EQ(ended.out,
            "10.0.0.1:3205  speaks iSNS  0 Successful  0.0 ms\n10.0.0.1:3205  speaks iSNS  6 Source Unknown  0.0 ms\n");
  EXPECT_EQ(world.script.asked.at(0), "DevAttrQry iscsi_name=iqn.2001-04.com.example:me | iscsi_name");
}

// --- show node ---

TEST(ShowNode, GathersWhatStandsAroundIt) {
  World world;
  world.script.answer(
      "",
      "eid=array protocol=iscsi iscsi_name=iqn.2001-04.com.example:disk node_type=target portal_ip=10.0.0.1 "
      "portal_port=3260 pg_iscsi_name=iqn.2001-04.com.example:disk pg_portal_ip=10.0.0.1 pg_portal_port=3260 pg_tag=1");
  world.script.answer("", "dd_id=7");
  world.script.answer("",
                      "dd_id=7 dd_name=backup dd_member_iscsi_name=iqn.2001-04.com.example:disk "
                      "dd_member_iscsi_name=iqn.2001-04.com.example:host");
  world.script.answer("", "dds_id=3");
  world.script.answer("", "dds_id=3 dds_name=day dds_status=enabled");
  const Ended ended = world.isns("show node iqn.2001-04.com.example:disk --output json");
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_EQ(ended.out, R"({
  "node": {
    "iscsi_name": "iqn.2001-04.com.example:disk",
    "node_type": ["target"]
  },
  "entity": {
    "eid": "array",
    "protocol": "iscsi"
  },
  "portals": [
    {"portal_ip": "10.0.0.1", "portal_port": "3260/tcp"}
  ],
  "portal_groups": [
    {"pg_iscsi_name": "iqn.2001-04.com.example:disk", "pg_portal_ip": "10.0.0.1", "pg_portal_port": "3260/tcp", "pg_tag": 1}
  ],
  "domains": [
    {"dd_id": 7, "dd_name": "backup"}
  ],
  "domain_sets": [
    {"dds_id": 3, "dds_name": "day", "dds_status": ["enabled"]}
  ],
  "neighbours": [
    {"iscsi_name": "iqn.2001-04.com.example:host", "dd_id": [7]}
  ]
}
)");
}

TEST(ShowNode, LooksIntoTheDomainsWhereTheServerDoesNotTellThem) {
  World world;
  world.script.answer("", "iscsi_name=iqn.2001-04.com.example:disk");
  world.script.refuse(9);                     // no domain ids by the node
  world.script.answer("dd_id=0", "dd_id=0");  // the built-in one of open-isns
  world.script.answer("dd_id=7", "dd_id=7");
  world.script.refuse(9);
  const std::string domain =
      "dd_id=7 dd_name=backup dd_member_iscsi_name=iqn.2001-04.com.example:disk "
      "dd_member_iscsi_name=iqn.2001-04.com.example:host";
  world.script.answer("", domain);
  world.script.answer("", domain);
  world.script.refuse(15);  // no sets
  const Ended ended = world.isns("show node iqn.2001-04.com.example:disk");
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_NE(
      ended.out.find("shares a domain with\nNAME                          DOMAINS\niqn.2001-04.com.example:host  7\n"),
      std::string::npos)
      << ended.out;
}

TEST(ShowNode, SaysThatThereIsNoSuchNode) {
  World world;
  world.script.answer("", "");
  const Ended ended = world.isns("show node iqn.2001-04.com.example:gone");
  EXPECT_EQ(ended.exit, code(Exit::Empty));
  EXPECT_EQ(ended.err.substr(0, 72), "sanctl: no such node: \"iqn.2001-04.com.example:gone\" is not registered, ");
}

}  // namespace
