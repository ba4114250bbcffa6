// The agent's side: what it sees of a server before it gives its token away.
#include "shared/mgmt/server_check.h"

#include <gmock/gmock.h>

#include "isns-server/manage/keys/certificate_builder.h"
#include "tests/unit/manage_keys/keys_world.h"

namespace keys_test {
namespace {

using mgmt::checkServer;
using mgmt::checkServerForEnrolment;
using mgmt::EnrolmentToken;
using testing::HasSubstr;

EnrolmentToken tokenFor(KeysWorld& world) {
  return EnrolmentToken::make(world.authority().root().fingerprint(), world.random).value();
}

KeysWorld rogueWorld() {
  KeysWorld rogue;
  rogue.random = support::knownBytes(7);
  rogue.authorities = keys::Authorities(*keys::CertificateAuthority::create(kStart, rogue.random));
  return rogue;
}

TEST(ServerCheck, TheServerThatMadeTheTokenIsBelievedAndItsRootIsKept) {
  KeysWorld world;
  const auto chain = world.authorities.serverChain(world.server(), world.now);
  const auto root = checkServerForEnrolment(chain, tokenFor(world), world.now);
  ASSERT_TRUE(root) << root.error().text;
  EXPECT_EQ(*root, world.authority().root());
  EXPECT_TRUE(checkServer(chain, {&*root, 1}, world.now));
}

TEST(ServerCheck, ARogueServerGetsNothing) {
  KeysWorld world;
  KeysWorld rogue = rogueWorld();
  const EnrolmentToken token = tokenFor(world);
  const auto ofRogue = checkServerForEnrolment(rogue.authorities.serverChain(rogue.server(), kStart), token, kStart);
  ASSERT_FALSE(ofRogue);
  EXPECT_THAT(ofRogue.error().text, HasSubstr("nothing was sent to it"));
  // It shows the right root, which anybody can have, behind its own certificate.
  EXPECT_FALSE(checkServerForEnrolment(std::vector{rogue.server(), world.authority().root()}, token, kStart));
  EXPECT_FALSE(checkServerForEnrolment({}, token, kStart));
}

TEST(ServerCheck, AnAgentCannotPlayTheServer) {
  KeysWorld world;
  const std::vector<Certificate> chain{world.agent(), world.authority().root()};
  EXPECT_FALSE(checkServerForEnrolment(chain, tokenFor(world), kStart));
  EXPECT_FALSE(checkServer(chain, {&chain[1], 1}, kStart));
}

// Whatever its usage says: who it speaks for must be the server.
TEST(ServerCheck, ACertificateForServersThatNamesAnAgentIsNotTheServers) {
  KeysWorld world;
  keys::CertificateBuilder builder(world.random, kStart, kStart + Days(1));
  const std::vector<std::string> uris{"urn:sanctum:entity:storage1.example"};
  builder.subject("x").publicKey(world.agentKey.get()).alternativeNames({}, uris);
  builder.extension(NID_ext_key_usage, "serverAuth");
  const Certificate odd = *builder.sign(&world.authority().root(), world.authority().key());
  EXPECT_FALSE(checkServer(std::vector{odd}, {&world.authority().root(), 1}, kStart));
}

TEST(ServerCheck, WhatTheTokenPinsMustBeARoot) {
  KeysWorld world;
  const Certificate server = world.server();
  const EnrolmentToken token = EnrolmentToken::make(server.fingerprint(), world.random).value();
  const auto result = checkServerForEnrolment(std::vector{server}, token, kStart);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().text, "what the token pins is not a root certificate");
}

TEST(ServerCheck, AnExpiredServerIsRefused) {
  KeysWorld world;
  const auto chain = world.authorities.serverChain(world.server(), kStart);
  const auto late = checkServerForEnrolment(chain, tokenFor(world), kStart + keys::kServerLifetime + Days(1));
  ASSERT_FALSE(late);
  EXPECT_THAT(late.error().text, HasSubstr("expired"));
}

TEST(ServerCheck, AnAgentWhoseClockIsAnHourBehindIsServedAndADayBehindIsToldOfItsClock) {
  KeysWorld world;
  const auto chain = world.authorities.serverChain(world.server(), kStart);
  EXPECT_TRUE(checkServerForEnrolment(chain, tokenFor(world), kStart - std::chrono::hours(1)));
  const auto early = checkServerForEnrolment(chain, tokenFor(world), kStart - Days(1));
  ASSERT_FALSE(early);
  EXPECT_THAT(early.error().text, HasSubstr("compare the clocks"));
}

TEST(ServerCheck, WhoKeptTheOldRootBelievesTheServerOfTheNewOne) {
  KeysWorld world;
  const Certificate oldRoot = world.authority().root();
  const EnrolmentToken oldToken = tokenFor(world);
  ASSERT_TRUE(world.authorities.change(kStart, Days(30), world.random));
  const auto chain = world.authorities.serverChain(world.server(), kStart);
  EXPECT_TRUE(checkServer(chain, {&oldRoot, 1}, kStart));
  EXPECT_TRUE(checkServer(chain, {&world.authority().root(), 1}, kStart));
  EXPECT_TRUE(checkServerForEnrolment(chain, oldToken, kStart));
  EXPECT_TRUE(checkServerForEnrolment(chain, tokenFor(world), kStart));
}

TEST(ServerCheck, WhoSleptThroughAsManyChangesAsMayOverlapBelievesTheServer) {
  KeysWorld world;
  const Certificate oldRoot = world.authority().root();
  const EnrolmentToken oldToken = tokenFor(world);
  for (std::size_t i = 0; i < keys::Authorities::kMaxPrevious; ++i) {
    ASSERT_TRUE(world.authorities.change(kStart, Days(30), world.random));
    const auto chain = world.authorities.serverChain(world.server(), kStart);
    EXPECT_TRUE(checkServer(chain, {&oldRoot, 1}, kStart)) << i;
    EXPECT_TRUE(checkServerForEnrolment(chain, oldToken, kStart)) << i;
  }
}

// As roots were made before: with one authority below them.
TEST(ServerCheck, AChangeThatWouldLockOutWhoKnowsTheOldestRootIsRefused) {
  KeysWorld world;
  mgmt::PrivateKey key = *mgmt::PrivateKey::generate();
  keys::CertificateBuilder builder(world.random, kStart, kStart + Days(3650));
  builder.subject("Sanctum CA old").publicKey(key.get()).extension(NID_basic_constraints, "critical,CA:TRUE,pathlen:1");
  builder.extension(NID_key_usage, "critical,keyCertSign,cRLSign").extension(NID_subject_key_identifier, "hash");
  Certificate root = *builder.sign(nullptr, key);
  EXPECT_EQ(root.pathLength(), 1U);
  world.authorities = keys::Authorities(*keys::CertificateAuthority::open(root, std::move(key)));
  ASSERT_TRUE(world.authorities.change(kStart, Days(30), world.random));
  EXPECT_TRUE(checkServer(world.authorities.serverChain(world.server(), kStart), {&root, 1}, kStart));
  const auto second = world.authorities.change(kStart, Days(30), world.random);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().text, HasSubstr("disown it"));
  EXPECT_TRUE(world.authorities.change(kStart + Days(31), Days(30), world.random)) << "its overlap is over";
}

}  // namespace
}  // namespace keys_test
