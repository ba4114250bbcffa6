// `sanctl isns dd` and `dds`: what they send, and what they print of the answers.
#include <gtest/gtest.h>

#include "tests/unit/ctl/scripted_run.h"

namespace {

using ctl::Exit;
using ctl_test::Asked;
using ctl_test::code;
using ctl_test::Ended;
using ctl_test::World;

// --- domains ---

TEST(Domain, IsCreatedWithMembersOfEveryKind) {
  World world;
  world.script.answer("", "dd_id=9 dd_name=backup dd_features=boot dd_member_node_index=3");
  const Ended ended = world.isns(
      "dd create backup --id 9 --features boot --member iqn.2001-04.com.example:a --member 3 --member 10.0.0.1:3260 "
      "--member 50:06:01:60:3b:a0:1f:22 --member portal-index:4 --member name:12");
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_EQ(world.script.asked,
            Asked{"DDReg | dd_id=9 dd_name=backup dd_features=boot dd_member_iscsi_name=iqn.2001-04.com.example:a "
                  "dd_member_node_index=3 dd_member_portal_ip=10.0.0.1 dd_member_portal_port=3260/tcp "
                  "dd_member_fc_port_name=50:06:01:60:3b:a0:1f:22 dd_member_portal_index=4 dd_member_iscsi_name=12"});
  EXPECT_EQ(
      ended.out,
      "  Result            created\n  DD ID             9\n  DD Symbolic Name  backup\n  DD Features       boot\n");
}

TEST(Domain, RefusesMembersThatNobodyUnderstands) {
  for (const char* member : {"portal-index:x", "node-index:iqn.x", "portal:host", "wwpn:12", "iqn.2001", "eui.12", "payroll",
                             "host:x"}) {
    World world;
    EXPECT_EQ(world.run({"isns", "dd", "add", "7", member}).exit, code(Exit::Usage)) << member;
    EXPECT_TRUE(world.script.asked.empty()) << member;
  }
}

TEST(Domain, IsFoundByItsName) {
  World world;
  world.script.answer("dd_id=1", "dd_id=1 dd_name=default");
  world.script.answer("dd_id=7", "dd_id=7 dd_name=backup");
  world.script.refuse(9);
  world.script.answer("dd_id=7", "dd_id=7");
  EXPECT_EQ(world.isns("dd add backup iqn.2001-04.com.example:a").exit, 0);
  EXPECT_EQ(world.script.asked.at(0), "DevGetNext dd_id | dd_id dd_name");
  EXPECT_EQ(world.script.asked.back(), "DDReg dd_id=7 | dd_id=7 dd_member_iscsi_name=iqn.2001-04.com.example:a");
}

TEST(Domain, SuggestsTheNearestName) {
  World world;
  world.script.answer("dd_id=7", "dd_id=7 dd_name=backup");
  world.script.refuse(9);
  const Ended ended = world.isns("dd delete bakcup");
  EXPECT_EQ(ended.exit, code(Exit::Empty));
  EXPECT_EQ(ended.err, "sanctl: no such domain: \"bakcup\"; did you mean \"backup\"?\n");
}

TEST(Domain, IsChangedByItsId) {
  World world;
  for (int i = 0; i < 4; ++i) world.script.answer("", "dd_id=7");
  world.isns("dd rename 7 nightly");
  world.isns("dd features id:7 none");
  world.isns("dd remove 7 iqn.2001-04.com.example:a 10.0.0.1:3260/udp");
  world.isns("dd delete 7");
  EXPECT_EQ(world.script.asked,
            (Asked{"DDReg dd_id=7 | dd_id=7 dd_name=nightly", "DDReg dd_id=7 | dd_id=7 dd_features=none",
                   "DDDereg dd_id=7 | dd_member_iscsi_name=iqn.2001-04.com.example:a dd_member_portal_ip=10.0.0.1 "
                   "dd_member_portal_port=3260/udp",
                   "DDDereg dd_id=7 |"}));
}

TEST(Domain, ShowsItsMembersWithTheirIndexes) {
  World world;
  world.script.answer(
      "dd_id=7",
      "dd_id=7 dd_name=backup dd_features=none dd_member_node_index=1 dd_member_iscsi_name=iqn.2001-04.com.example:a "
      "dd_member_node_index=2 dd_member_iscsi_name=iqn.2001-04.com.example:b dd_member_portal_index=3 "
      "dd_member_portal_ip=10.0.0.1 dd_member_portal_port=3260");
  EXPECT_EQ(world.isns("dd show 7").out,
            "domain\n  DD ID             7\n  DD Symbolic Name  backup\n  DD Features       none\n\n"
            "members\nKIND    MEMBER                     INDEX\nnode    iqn.2001-04.com.example:a      1\n"
            "node    iqn.2001-04.com.example:b      2\nportal  10.0.0.1:3260/tcp              3\n");
}

TEST(Domain, ShowsWhichMembersAreRegisteredAsWhat) {
  World world;
  world.script.answer("dd_id=7",
                      "dd_id=7 dd_member_node_index=1 dd_member_iscsi_name=iqn.2001-04.com.example:a "
                      "dd_member_node_index=2 dd_member_iscsi_name=iqn.2001-04.com.example:typo");
  world.script.answer("dd_id=7", "iscsi_name=iqn.2001-04.com.example:a node_type=target");
  EXPECT_EQ(world.isns("dd show 7").out,
            "domain\n  DD ID  7\n\n"
            "members\nKIND  MEMBER                        TYPE            INDEX\n"
            "node  iqn.2001-04.com.example:a     target              1\n"
            "node  iqn.2001-04.com.example:typo  not registered      2\n");
  EXPECT_EQ(world.script.asked.at(1), "DevAttrQry dd_id=7 | iscsi_name node_type");
}

// open-isns gives the first member only, unless everything is asked for.
TEST(Domain, AsksForEverythingWhereTheMembersMayBeCut) {
  World world;
  world.script.answer("dd_id=7",
                      "dd_id=7 dd_name=backup dd_member_node_index=1 dd_member_iscsi_name=iqn.2001-04.com.example:a");
  world.script.answer("dd_id=7",
                      "dd_id=7 dd_name=backup dd_member_node_index=1 dd_member_iscsi_name=iqn.2001-04.com.example:a "
                      "dd_member_node_index=2 dd_member_iscsi_name=iqn.2001-04.com.example:b");
  const Ended ended = world.isns("dd show 7 --output csv");
  EXPECT_EQ(world.script.asked.at(1), "DevAttrQry dd_id=7 |");
  EXPECT_NE(ended.out.find("members,2,member,iqn.2001-04.com.example:b"), std::string::npos) << ended.out;
}

TEST(Domain, PairsNamesAndIndexesThatComeInSeparateGroups) {
  World world;
  world.script.answer(
      "dd_id=7",
      "dd_id=7 dd_member_node_index=1 dd_member_node_index=2 dd_member_iscsi_name=iqn.2001-04.com.example:a "
      "dd_member_iscsi_name=iqn.2001-04.com.example:b");
  EXPECT_EQ(world.isns("dd show 7").out,
            "domain\n  DD ID  7\n\nmembers\nKIND  MEMBER                     INDEX\n"
            "node  iqn.2001-04.com.example:a      1\nnode  iqn.2001-04.com.example:b      2\n");
}

// --- sets ---

TEST(DomainSet, IsCreatedAndChanged) {
  World world;
  for (int i = 0; i < 7; ++i) world.script.answer("", "dds_id=3");
  EXPECT_EQ(world.isns("dds create day --id 3 --enable --domain 7 --domain id:8").out,
            "  Result     created\n  DD Set ID  3\n");
  world.isns("dds add 3 9 10");
  world.isns("dds remove 3 9");
  world.isns("dds enable 3");
  EXPECT_EQ(world.isns("dds disable 3").out, "  Result     disabled\n  DD Set ID  3\n");
  world.isns("dds rename 3 night");
  world.isns("dds delete 3");
  EXPECT_EQ(world.script.asked,
            (Asked{"DDSReg | dds_id=3 dds_name=day dds_status=enabled dd_id=7 dd_id=8",
                   "DDSReg dds_id=3 | dds_id=3 dd_id=9 dd_id=10", "DDSDereg dds_id=3 | dd_id=9",
                   "DDSReg dds_id=3 | dds_id=3 dds_status=enabled", "DDSReg dds_id=3 | dds_id=3 dds_status=none",
                   "DDSReg dds_id=3 | dds_id=3 dds_name=night", "DDSDereg dds_id=3 |"}));
}

TEST(DomainSet, IsShownWithItsDomains) {
  World world;
  world.script.answer("dds_id=3",
                      "dds_id=3 dds_name=day dds_status=enabled dd_id=7 dd_name=backup dd_id=8 dd_name=mail");
  EXPECT_EQ(world.isns("dds show 3").out,
            "domain set\n  DD Set ID             3\n  DD Set Symbolic Name  day\n  DD Set Status         enabled\n\n"
            "domains\nID  NAME\n 7  backup\n 8  mail\n");
}

TEST(DomainSet, IsDisabledInTheAnswerToItsDisabling) {
  World world;
  world.script.answer("", "dds_id=3 dds_status=none");
  EXPECT_EQ(world.isns("dds disable 3").out, "  Result         disabled\n  DD Set ID      3\n  DD Set Status  disabled\n");
}

TEST(DomainSet, IsListedAsDisabledWithoutItsBit) {
  World world;
  world.script.answer("dds_id=3", "dds_name=day dds_status=none");
  world.script.refuse(9);
  EXPECT_EQ(world.isns("dds list").out, "ID  NAME  STATUS\n 3  day   disabled\n");
}

}  // namespace
