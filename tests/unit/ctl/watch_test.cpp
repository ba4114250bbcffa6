// `sanctl isns watch`: what it registers, prints and takes back.
#include <gtest/gtest.h>

#include "tests/unit/ctl/scripted_run.h"

namespace {

using ctl::Exit;
using ctl_test::Asked;
using ctl_test::code;
using ctl_test::Ended;
using ctl_test::World;

ctl::Notice scn(const std::string& sources, std::uint32_t bitmap = isns::scn::kObjectAdded) {
  isns::ScnNotice notice;
  notice.destination = ctl_test::attributes("iscsi_name=iqn.2001-04.com.example:me").front();
  notice.timestamp = 1717146900;
  notice.events.push_back({bitmap, ctl_test::attributes(sources), {}, {}});
  return {"10.0.0.1:3205", notice};
}

void acceptAll(World& world, int count) {
  for (int i = 0; i < count; ++i) world.script.answer("", "");
}

TEST(Watch, RegistersANodeOfItsOwnAndTakesItBack) {
  World world;
  world.script.refuse(9);  // the node is not there yet
  acceptAll(world, 4);
  world.script.notices.push_back(scn("iscsi_name=iqn.2001-04.com.example:disk"));
  const Ended ended = world.isns("watch");
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_EQ(ended.out, "2024-05-31T09:15:00Z  added  node  iqn.2001-04.com.example:disk  iqn.2001-04.com.example:me\n");
  EXPECT_EQ(ended.err, "sanctl: watching as iqn.2001-04.com.example:me:watch-4711 on 10.0.0.99:4711/tcp\n");
  const std::string own = "source: iscsi_name=iqn.2001-04.com.example:me:watch-4711 ";
  EXPECT_EQ(
      world.script.asked,
      (Asked{"DevAttrQry iscsi_name=iqn.2001-04.com.example:me:watch-4711 | eid iscsi_name scn_bitmap portal_ip "
             "portal_port scn_port",
             "DevAttrReg " + own +
                 "eid=sanctl-watch-4711.host1.example.com | eid=sanctl-watch-4711.host1.example.com protocol=iscsi "
                 "portal_ip=10.0.0.99 portal_port=4711/tcp scn_port=4711/tcp "
                 "iscsi_name=iqn.2001-04.com.example:me:watch-4711 node_type=initiator",
             "SCNReg " + own + "iscsi_name=iqn.2001-04.com.example:me:watch-4711 | scn_bitmap=updated,added,removed",
             "SCNDereg " + own + "iscsi_name=iqn.2001-04.com.example:me:watch-4711 |",
             "DevDereg " + own + "| eid=sanctl-watch-4711.host1.example.com"}));
}

TEST(Watch, RegistersItsNodeWhereTheServerAnswersNothingToAStranger) {
  World world;
  world.script.refuse(6);
  acceptAll(world, 4);
  EXPECT_EQ(world.isns("watch").exit, 0);
  EXPECT_EQ(world.script.asked.size(), 5U);
}

TEST(Watch, UsesAnExistingNodeAndRestoresItsEvents) {
  World world;
  world.script.answer("", "eid=host1 iscsi_name=iqn.2001-04.com.example:host1 scn_bitmap=removed");
  acceptAll(world, 4);
  const Ended ended =
      world.isns("watch --node iqn.2001-04.com.example:host1 --events added --scn-udp --listen 10.0.0.7:6000");
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_EQ(world.script.listened, Asked{"10.0.0.7:6000/udp"});
  const std::string own = "source: iscsi_name=iqn.2001-04.com.example:host1 ";
  EXPECT_EQ(world.script.asked.at(1),
            "DevAttrReg " + own + "eid=host1 | eid=host1 portal_ip=10.0.0.7 portal_port=4711/tcp scn_port=4711/udp");
  EXPECT_EQ(world.script.asked.at(2), "SCNReg " + own + "iscsi_name=iqn.2001-04.com.example:host1 | scn_bitmap=added");
  EXPECT_EQ(world.script.asked.at(3),
            "SCNReg " + own + "iscsi_name=iqn.2001-04.com.example:host1 | scn_bitmap=removed");
  EXPECT_EQ(world.script.asked.at(4), "DevDereg " + own + "| portal_ip=10.0.0.7 portal_port=4711/tcp");
}

TEST(Watch, TakesItsPortalBackWhereNobodyReadsWhatItPrints) {
  World world;
  world.outputFails = true;
  world.script.answer("", "eid=host1 iscsi_name=iqn.2001-04.com.example:host1");
  acceptAll(world, 4);
  for (int i = 0; i < 3; ++i) world.script.notices.push_back(scn("iscsi_name=iqn.2001-04.com.example:disk"));
  EXPECT_EQ(world.isns("watch --node iqn.2001-04.com.example:host1").exit, code(Exit::Local));
  EXPECT_EQ(world.script.notices.size(), 2U) << "what nobody reads is not taken";
  EXPECT_EQ(world.script.asked.back(),
            "DevDereg source: iscsi_name=iqn.2001-04.com.example:host1 | portal_ip=10.0.0.99 portal_port=4711/tcp");
}

TEST(Watch, TellsOfAnotherScnPortOfTheEntity) {
  World world;
  world.script.answer(
      "", "eid=host1 iscsi_name=iqn.2001-04.com.example:host1 portal_ip=10.0.0.1 portal_port=860 scn_port=5000");
  acceptAll(world, 4);
  const Ended ended = world.isns("watch --node iqn.2001-04.com.example:host1");
  EXPECT_NE(ended.err.find("another SCN port"), std::string::npos) << ended.err;
}

TEST(Watch, WatchesTheWholeNetworkAsTheControlNode) {
  World world;
  world.script.refuse(9);
  acceptAll(world, 4);
  ctl::Notice notice = scn("iscsi_name=iqn.2001-04.com.example:disk", isns::scn::kManagement | isns::scn::kMemberAdded);
  std::get<isns::ScnNotice>(notice.content).events[0].domains = {7};
  std::get<isns::ScnNotice>(notice.content).events[0].sets = {3, 4};
  world.script.notices.push_back(notice);
  const Ended ended = world.isns("watch --control --output json");
  EXPECT_EQ(
      world.script.asked.at(1),
      "DevAttrReg eid=sanctl-watch-4711.host1.example.com | eid=sanctl-watch-4711.host1.example.com protocol=iscsi "
      "portal_ip=10.0.0.99 portal_port=4711/tcp scn_port=4711/tcp iscsi_name=isns.control node_type=control");
  EXPECT_EQ(world.script.asked.at(2),
            "SCNReg iscsi_name=isns.control | scn_bitmap=member-added,member-removed,updated,added,removed,management");
  EXPECT_EQ(
      ended.out,
      "{\"time\": \"2024-05-31T09:15:00Z\", \"events\": [\"member-added\", \"management\"], \"object\": \"node\", "
      "\"source\": \"iqn.2001-04.com.example:disk\", \"dd_id\": [7], \"dds_id\": [3, 4], "
      "\"destination\": \"iqn.2001-04.com.example:me\"}\n");
}

TEST(Watch, IsTheControlNodeForOtherEventsToo) {
  World world;
  world.script.refuse(9);
  acceptAll(world, 4);
  world.isns("watch --control --events added");
  EXPECT_EQ(world.script.asked.at(2), "SCNReg iscsi_name=isns.control | scn_bitmap=added");
}

TEST(Watch, NamesOtherObjectsThanNodes) {
  World world;
  world.script.refuse(9);
  acceptAll(world, 4);
  world.script.notices.push_back(scn("portal_ip=10.0.0.1 portal_port=3260"));
  world.script.notices.push_back(scn("eid=array"));
  world.script.notices.push_back(scn(""));
  EXPECT_EQ(world.isns("watch --output csv").out,
            "time,events,object,source,dd_id,dds_id,destination\r\n"
            "2024-05-31T09:15:00Z,added,portal,10.0.0.1:3260/tcp,,,iqn.2001-04.com.example:me\r\n"
            "2024-05-31T09:15:00Z,added,entity,array,,,iqn.2001-04.com.example:me\r\n"
            "2024-05-31T09:15:00Z,added,,,,,iqn.2001-04.com.example:me\r\n");
}

TEST(Watch, EndsAfterTheCount) {
  World world;
  world.script.refuse(9);
  acceptAll(world, 4);
  for (int i = 0; i < 3; ++i) world.script.notices.push_back(scn("eid=array"));
  const Ended ended = world.isns("watch --count 2");
  EXPECT_EQ(ended.exit, 0);
  EXPECT_EQ(std::count(ended.out.begin(), ended.out.end(), '\n'), 2);
  EXPECT_EQ(world.script.asked.size(), 5U) << "deregistered";
}

TEST(Watch, EndsAfterTheTimeAndSaysWhereTheCountWasNotReached) {
  World world;
  world.script.interruptAtEnd = false;
  world.script.refuse(9);
  acceptAll(world, 4);
  const Ended ended = world.isns("watch --for 10 --count 1");
  EXPECT_EQ(ended.exit, code(Exit::Timeout));
  EXPECT_NE(ended.err.find("sanctl: the watch ended: 0 of 1 notifications came\n"), std::string::npos) << ended.err;
  EXPECT_EQ(world.script.asked.size(), 5U) << "deregistered";
}

TEST(Watch, KeepsTheRegistrationAliveAndMakesItAgainWhereTheServerLostIt) {
  World world;
  world.script.interruptAtEnd = false;
  world.script.refuse(9);
  acceptAll(world, 2);
  world.script.answer("", "iscsi_name=iqn.2001-04.com.example:me:watch-4711");  // after 60 s: still there
  world.script.answer("", "");                                                  // after 120 s: gone
  acceptAll(world, 4);
  const Ended ended = world.isns("watch --for 150");
  EXPECT_EQ(ended.exit, 0) << ended.err;
  const auto& asked = world.script.asked;
  ASSERT_EQ(asked.size(), 9U);
  EXPECT_EQ(asked[3].substr(0, 10), "DevAttrQry");
  EXPECT_EQ(asked[4].substr(0, 10), "DevAttrQry");
  EXPECT_EQ(asked[5].substr(0, 10), "DevAttrReg");
  EXPECT_EQ(asked[6].substr(0, 6), "SCNReg");
  EXPECT_NE(ended.err.find("the server had lost the registration; made again"), std::string::npos) << ended.err;
}

TEST(Watch, TriesAgainWhereTheServerIsAway) {
  World world;
  world.script.interruptAtEnd = false;
  world.script.refuse(9);
  acceptAll(world, 2);
  world.script.fail(Exit::Connect);                                             // after 60 s
  world.script.answer("", "iscsi_name=iqn.2001-04.com.example:me:watch-4711");  // 5 s later
  acceptAll(world, 2);
  const Ended ended = world.isns("watch --for 100");
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_NE(ended.err.find("trying again"), std::string::npos);
  EXPECT_EQ(world.script.asked.size(), 7U);
}

TEST(Watch, TakesBackWhatItCouldRegisterWhereTheRestFails) {
  World world;
  world.script.refuse(9);
  acceptAll(world, 1);
  world.script.refuse(17);
  acceptAll(world, 1);
  const Ended ended = world.isns("watch");
  EXPECT_EQ(ended.exit, code(Exit::Refused));
  ASSERT_EQ(world.script.asked.size(), 4U);
  EXPECT_EQ(world.script.asked[3].substr(0, 8), "DevDereg");
}

TEST(Watch, SaysThatTheNodeToWatchAsIsNotThere) {
  World world;
  world.script.answer("", "");
  EXPECT_EQ(world.isns("watch --node iqn.2001-04.com.example:gone").exit, code(Exit::Empty));
  EXPECT_EQ(world.script.asked.size(), 1U);
}

}  // namespace
