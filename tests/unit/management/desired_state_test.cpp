#include "agent/management/desired_state.h"

#include <gtest/gtest.h>

namespace management {
namespace {

constexpr std::string_view kHead = R"({"revision": 7, "changed": true, "authority": "AA:BB", )";

std::string whole(std::string_view initiator, std::string_view credentials = "[]") {
  return std::string(kHead) +
         R"("targets": [{"target": "iqn.t", "revision": 5, "enforcement": "list", "chap": "one-way",
    "initiators": [)" +
         std::string(initiator) + R"(]}], "credentials": )" + std::string(credentials) + "}";
}

constexpr std::string_view kInitiator = R"({"name": "iqn.i", "chap": "mutual", "md5_refused": true,
  "maps": [{"unit": "naa.6", "lun": 3, "right": "read-only"}],
  "credentials": [{"credential": 9, "step": 2, "user_name": "u", "mutual": true, "mutual_user_name": null,
    "accept": [{"version": 1, "secret": "first secret"}, {"version": 2, "secret": "next secret"}],
    "answer": [{"version": 1, "secret": "own secret"}], "answer_as_peer": true}]})";

base::Result<DesiredAnswer> readText(const std::string& text) {
  return readDesiredText(text, std::pmr::get_default_resource());
}
std::string errorOf(const std::string& text) {
  const auto read = readText(text);
  return read ? "" : read.error().text;
}

TEST(DesiredState, isReadWithItsSecrets) {
  const auto answer = readText(whole(kInitiator));
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->revision, 7U);
  EXPECT_EQ(answer->authority, "AA:BB");
  ASSERT_TRUE(answer->state);
  const DesiredTarget* target = answer->state->find("iqn.t");
  ASSERT_NE(target, nullptr);
  EXPECT_EQ(target->revision, 5U);
  EXPECT_EQ(target->enforcement, san::Enforcement::List);
  EXPECT_EQ(target->chap, san::ChapDemand::OneWay);
  const DesiredInitiator* initiator = target->find("iqn.i");
  ASSERT_NE(initiator, nullptr);
  EXPECT_EQ(initiator->chap, san::ChapDemand::Mutual);
  EXPECT_TRUE(initiator->md5Refused);
  EXPECT_EQ(initiator->maps[0].lun, 3U);
  EXPECT_EQ(initiator->maps[0].right, san::Right::ReadOnly);
  const HandOver& over = initiator->credentials[0];
  EXPECT_EQ(over.mutualUserName, "");
  EXPECT_TRUE(over.answerAsPeer);
  ASSERT_EQ(over.accept.size(), 2U);
  EXPECT_EQ(over.accept[1].version, 2U);
  EXPECT_EQ(base::asText(over.accept[1].secret.reveal()), "next secret");
}

TEST(DesiredState, saysWhatLeavesAndWhen) {
  const std::string leaving =
      R"({"initiator": "iqn.i", "target": "iqn.t", "unit": "naa.6", "lun": 3, "leaves_at": 1900000000})";
  const auto with = [](const std::string& list) {
    return std::string(kHead) + R"("targets": [], "credentials": [], "leaving": [)" + list + "]}";
  };
  const auto answer = readText(with(leaving));
  ASSERT_TRUE(answer && answer->state);
  ASSERT_EQ(answer->state->leaving.size(), 1U);
  const DesiredLeaving& one = answer->state->leaving[0];
  EXPECT_EQ(one.initiator + one.target + one.unit, "iqn.iiqn.tnaa.6");
  EXPECT_EQ(one.lun, 3U);
  EXPECT_EQ(one.leavesAt, 1'900'000'000);
  EXPECT_NE(errorOf(with(R"({"initiator": "iqn.i", "target": "iqn.t", "unit": "naa.6", "lun": 3})")), "");
  EXPECT_NE(errorOf(with(R"({"why": "x"})")), "");
  // One that was sealed before there were drains.
  EXPECT_TRUE(readText(std::string(kHead) + R"("targets": [], "credentials": []})")->state->leaving.empty());
}

TEST(DesiredState, aMapMaySayUntilWhen) {
  std::string text(kInitiator);
  const std::string right = R"("right": "read-only")";
  text.replace(text.find(right), right.size(), right + R"(, "leaves_at": 1900000000)");
  const auto answer = readText(whole(text));
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->state->find("iqn.t")->find("iqn.i")->maps[0].leavesAt, 1'900'000'000);
}

TEST(DesiredState, aSecondMapAtOneLunIsLeftOutAndTheRestHolds) {
  std::string twice(kInitiator);
  const std::string maps = R"("maps": [)";
  twice.replace(twice.find(maps), maps.size(),
                maps + R"({"unit": "naa.5", "lun": 3, "right": "read-write"}, {"unit": "naa.7", "lun": 4,
                           "right": "read-write"}, )");
  const auto answer = readText(whole(twice));
  ASSERT_TRUE(answer) << answer.error().text;
  const auto& kept = answer->state->find("iqn.t")->find("iqn.i")->maps;
  ASSERT_EQ(kept.size(), 2U);
  EXPECT_EQ(kept[0].unit, "naa.5");
  EXPECT_EQ(kept[1].unit, "naa.7");
  EXPECT_EQ(answer->leftOut, "iqn.i is to have two units at LUN 3: naa.6, which came second, is left out");
  EXPECT_EQ(readText(whole(kInitiator))->leftOut, "");
}

TEST(DesiredState, namesTheNameServersAlsoWithoutNews) {
  const std::string news = R"("name_servers": ["10.0.0.5:3205", "[2001:db8::5]:13205"])";
  const auto answer = readText(R"({"revision": 7, "changed": false, "authority": "AA", )" + news + "}");
  ASSERT_TRUE(answer) << answer.error().text;
  ASSERT_EQ(answer->nameServers.size(), 2U);
  EXPECT_EQ(answer->nameServers[1].text(), "[2001:db8::5]:13205");
  const auto whole = readText(std::string(kHead) + news + R"(, "targets": [], "credentials": []})");
  ASSERT_TRUE(whole && whole->state);
  EXPECT_EQ(whole->state->nameServers, whole->nameServers);
  EXPECT_TRUE(readText(std::string(kHead) + R"("targets": [], "credentials": []})")->state->nameServers.empty());
}

TEST(DesiredState, saysAlsoWithoutNewsWhatTheServerWantsFoundOut) {
  const std::string news = R"("discover": ["10.0.0.9:3260"], "probes": [{"initiator": "iqn.i", "target": "iqn.t",
    "portals": ["10.0.0.7:3260", "[2001:db8::7]:3260"], "expected": true}])";
  const auto answer = readText(R"({"revision": 7, "changed": false, "authority": "AA", )" + news + "}");
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->wanted.discover, std::vector<std::string>{"10.0.0.9:3260"});
  ASSERT_EQ(answer->wanted.probes.size(), 1U);
  const WantedProbe& probe = answer->wanted.probes[0];
  EXPECT_EQ(probe, (WantedProbe{"iqn.i", "iqn.t", {"10.0.0.7:3260", "[2001:db8::7]:3260"}, true}));
  EXPECT_EQ(readText(std::string(kHead) + R"("targets": [], "credentials": []})")->wanted, Wanted{});
}

TEST(DesiredState, whatIsToBeAskedAndTriedIsOfItsShape) {
  const auto wrong = [](const std::string& members) {
    return errorOf(std::string(kHead) + members + R"(, "targets": [], "credentials": []})");
  };
  EXPECT_EQ(wrong(R"("discover": ["somewhere"])"),
            "/discover/0 must be an address with its port, at which a server can be");
  EXPECT_EQ(wrong(R"("discover": ["10.0.0.9:3260", "10.0.0.9:3260"])"), "/discover/1 is there twice");
  EXPECT_EQ(wrong(R"("probes": [{"initiator": "i", "target": "t", "portals": ["0.0.0.0:3260"], "expected": true}])"),
            "/probes/0/portals/0 must be an address with its port, at which a server can be");
  EXPECT_EQ(wrong(R"("probes": [{"initiator": "i", "target": "t", "portals": []}])"),
            "/probes/0/expected must be true or false");
  const std::string one = R"({"initiator": "i", "target": "t", "portals": [], "expected": true})";
  EXPECT_EQ(wrong(R"("probes": [)" + one + "," + one + "]"), "/probes/1 is there twice");
}

TEST(DesiredState, nameServersAreAddressesAtWhichServersCanBe) {
  const auto wrong = [](const std::string& list) {
    return errorOf(std::string(kHead) + R"("name_servers": )" + list + R"(, "targets": [], "credentials": []})");
  };
  for (const char* bad : {R"(["10.0.0.5"])", R"(["10.0.0.5:0"])", R"(["0.0.0.0:3205"])", R"(["239.1.1.1:3205"])",
                          R"(["san.example.org:3205"])", "[7]"}) {
    EXPECT_EQ(wrong(bad), "/name_servers/0 must be an address with its port, at which a server can be") << bad;
  }
  EXPECT_EQ(wrong(R"(["10.0.0.5:3205", "10.0.0.5:3205"])"), "/name_servers/1 is there twice");
  EXPECT_EQ(wrong(R"("10.0.0.5:3205")"), "/name_servers must be a list");
  std::string many = R"("10.0.0.1:3205")";
  for (int i = 2; i < 18; ++i) many += R"(, "10.0.0.)" + std::to_string(i) + R"(:3205")";
  EXPECT_EQ(wrong("[" + many + "]"), "/name_servers has too many elements");
}

TEST(DesiredState, withoutNewsHasNoState) {
  const auto answer = readText(R"({"revision": 7, "changed": false, "authority": "AA"})");
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->state);
}

TEST(DesiredState, whatIsNotAsAgreedIsRefusedWithItsPlace) {
  EXPECT_EQ(errorOf(std::string(kHead) + R"("targets": [], "credentials": [], "more": 1})"), "/more is not known here");
  EXPECT_EQ(errorOf(std::string(kHead) + R"("targets": []})"), "/credentials is missing");
  std::string lun(kInitiator);
  lun.replace(lun.find("\"lun\": 3"), 8, "\"lun\": 16384");
  EXPECT_EQ(errorOf(whole(lun)), "/targets/0/initiators/0/maps/0/lun must be a whole number up to 16383");
  EXPECT_EQ(errorOf(whole(std::string(kInitiator) + "," + std::string(kInitiator))),
            "/targets/0/initiators/1 is there twice");
  std::string secret(kInitiator);
  secret.replace(secret.find("\"own secret\""), 12, "17");
  EXPECT_EQ(errorOf(whole(secret)),
            "/targets/0/initiators/0/credentials/0/answer/0/secret must be a text of 1 to 255 bytes");
  std::string chap(kInitiator);
  chap.replace(chap.find("\"mutual\", "), 10, "\"both\", ");
  EXPECT_NE(errorOf(whole(chap)).find("/targets/0/initiators/0/chap must be one of"), std::string::npos);
}

TEST(DesiredState, errorsHoldNoSecret) {
  const std::string far(300, 'x');
  const std::pair<std::string, std::string> mistakes[] = {
      {"\"own secret\"", "\"own secret" + far + "\""},
      {"\"own secret\"", "\"own secret"},
      {"\"own secret\"", "[\"own secret\"]"},
      {"\"version\": 1, \"secret\": \"own", "\"version\": \"own\", \"secret\": \"own"},
      {"\"answer_as_peer\": true", "\"answer_as_peer\": 7"},
  };
  for (const auto& [good, wrong] : mistakes) {
    std::string text(kInitiator);
    text.replace(text.find(good), good.size(), wrong);
    const std::string error = errorOf(whole(text));
    EXPECT_NE(error, "") << wrong;
    for (const char* part : {"own", "first secret", "next secret"})
      EXPECT_EQ(error.find(part), std::string::npos) << error;
  }
}

}  // namespace
}  // namespace management
