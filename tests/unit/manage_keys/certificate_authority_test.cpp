#include "isns-server/manage/keys/certificate_authority.h"

#include <gmock/gmock.h>

#include "tests/unit/manage_keys/keys_world.h"
#include "tests/unit/manage_keys/openssl_command.h"

namespace keys_test {
namespace {

using keys::CertificateAuthority;
using testing::HasSubstr;
using testing::Not;

TEST(CertificateAuthority, ItsRootIsAnAuthorityAndOpensslSaysSo) {
  const KeysWorld world;
  Openssl openssl;
  openssl.put("root.pem", world.authority().root().pem());
  const std::string text = openssl.run("x509 -in root.pem -noout -text");
  EXPECT_THAT(text, HasSubstr("CA:TRUE, pathlen:3"));
  EXPECT_THAT(text, HasSubstr("Certificate Sign, CRL Sign"));
  EXPECT_THAT(text, HasSubstr("ecdsa-with-SHA256"));
  EXPECT_THAT(openssl.run("x509 -in root.pem -noout -fingerprint -sha256"),
              HasSubstr(world.authority().root().fingerprint().text()));
  EXPECT_THAT(openssl.run("verify -attime 1800000000 -CAfile root.pem root.pem"), HasSubstr("root.pem: OK"));
}

TEST(CertificateAuthority, AnAgentsCertificateIsBoundToItsEntityAndNames) {
  KeysWorld world;
  Openssl openssl;
  openssl.put("root.pem", world.authority().root().pem());
  openssl.put("agent.pem", world.agent().pem());
  const std::string text = openssl.run("x509 -in agent.pem -noout -text");
  EXPECT_THAT(text,
              HasSubstr("URI:urn:sanctum:entity:storage1.example, URI:urn:sanctum:node:iqn.2026-01.example:disk1, "
                        "URI:urn:sanctum:node:iqn.2026-01.example:disk2"));
  EXPECT_THAT(text, HasSubstr("TLS Web Client Authentication"));
  EXPECT_THAT(text, Not(HasSubstr("TLS Web Server")));
  EXPECT_THAT(text, HasSubstr("CA:FALSE"));
  const std::string verify = "verify -x509_strict -attime 1800000000 -CAfile root.pem -purpose ";
  EXPECT_THAT(openssl.run(verify + "sslclient agent.pem"), HasSubstr("agent.pem: OK"));
  EXPECT_THAT(openssl.run(verify + "sslserver agent.pem"), HasSubstr("unsuitable certificate purpose"));
}

TEST(CertificateAuthority, TheServersCertificateIsForItsHostsAndForServersOnly) {
  KeysWorld world;
  Openssl openssl;
  openssl.put("root.pem", world.authority().root().pem());
  openssl.put("server.pem", world.server().pem());
  const std::string verify = "verify -x509_strict -attime 1800000000 -CAfile root.pem ";
  EXPECT_THAT(openssl.run(verify + "-purpose sslserver -verify_hostname isns.example server.pem"), HasSubstr(": OK"));
  EXPECT_THAT(openssl.run(verify + "-purpose sslserver -verify_ip 2001:db8::7 server.pem"), HasSubstr(": OK"));
  EXPECT_THAT(openssl.run(verify + "-purpose sslserver -verify_hostname other.example server.pem"),
              HasSubstr("mismatch"));
  EXPECT_THAT(openssl.run(verify + "-purpose sslclient server.pem"), HasSubstr("unsuitable certificate purpose"));
}

TEST(CertificateAuthority, TakesARequestThatOpensslMadeAndIgnoresWhatItAsksFor) {
  KeysWorld world;
  Openssl openssl;
  (void)openssl.run(
      "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out request.pem -subj /CN=root "
      "-addext basicConstraints=critical,CA:TRUE -addext extendedKeyUsage=serverAuth "
      "-addext subjectAltName=URI:urn:sanctum:user:admin");
  const auto request = mgmt::CertificateRequest::read(base::asBytes(openssl.get("request.pem")));
  ASSERT_TRUE(request) << request.error().text;
  const Certificate issued =
      *world.authority().issueClient(*request, agentIdentity(), world.now, world.random, keys::kAgentLifetime);
  EXPECT_FALSE(issued.isAuthority());
  EXPECT_EQ(issued.commonName(), "storage1.example");
  EXPECT_EQ(issued.uris().front(), "urn:sanctum:entity:storage1.example");
  openssl.put("issued.pem", issued.pem());
  EXPECT_THAT(openssl.run("x509 -in issued.pem -noout -text"), Not(HasSubstr("admin")));
  EXPECT_EQ(openssl.run("x509 -in issued.pem -noout -pubkey"), openssl.run("pkey -in key.pem -pubout"));
}

TEST(CertificateAuthority, RefusesRequestsWithWeakKeysOrForeignSignatures) {
  Openssl openssl;
  (void)openssl.run("req -new -newkey rsa:1024 -nodes -keyout k.pem -out rsa1024.pem -subj /CN=a");
  (void)openssl.run("req -new -newkey rsa:2048 -nodes -keyout k.pem -out rsa2048.der -outform DER -subj /CN=a");
  (void)openssl.run(
      "req -new -newkey ec -pkeyopt ec_paramgen_curve:secp224r1 -nodes -keyout k.pem -out p224.pem -subj /CN=a");
  const auto problem = [&](const std::string& file) {
    const auto request = mgmt::CertificateRequest::read(base::asBytes(openssl.get(file)));
    return request ? "" : request.error().text;
  };
  EXPECT_THAT(problem("rsa1024.pem"), HasSubstr("1024 bits"));
  EXPECT_THAT(problem("p224.pem"), HasSubstr("curve"));
  EXPECT_EQ(problem("rsa2048.der"), "");
  // Each look at its signature would cost as much as making one.
  (void)openssl.run(
      "req -new -newkey rsa:2048 -pkeyopt rsa_keygen_pubexp:340282366920938463463374607431768211457 -nodes "
      "-keyout k.pem -out costly.pem -subj /CN=a");
  EXPECT_THAT(problem("costly.pem"), HasSubstr("exponent of 129 bits"));
  std::string changed = openssl.get("rsa2048.der");
  changed.back() = static_cast<char>(changed.back() ^ 1);
  const auto request = mgmt::CertificateRequest::read(base::asBytes(changed));
  ASSERT_FALSE(request);
  EXPECT_THAT(request.error().text, HasSubstr("not signed by its own key"));
}

TEST(CertificateAuthority, RefusesWhatIsNoRequest) {
  EXPECT_FALSE(mgmt::CertificateRequest::read({}));
  EXPECT_FALSE(mgmt::CertificateRequest::read(base::asBytes("-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n")));
  EXPECT_FALSE(mgmt::CertificateRequest::read(base::Bytes(20000, 0x30)));
}

TEST(CertificateAuthority, ACommaInANameSmugglesInNoOtherName) {
  KeysWorld world;
  const std::string name = "a,URI:urn:sanctum:user:admin\n,DNS:x \xc3\xa4";
  const Certificate issued = *world.authority().issueClient(requestOf(world.agentKey), {PeerKind::Agent, name, {}, {}},
                                                            world.now, world.random, keys::kAgentLifetime);
  ASSERT_EQ(issued.uris().size(), 1U);
  EXPECT_EQ(issued.uris()[0], "urn:sanctum:entity:a%2CURI:urn:sanctum:user:admin%0A%2CDNS:x%20%C3%A4");
  EXPECT_EQ(mgmt::identityOf(issued)->name, name);
}

TEST(CertificateAuthority, RefusesNamesThatDoNotFit) {
  KeysWorld world;
  const auto issue = [&](const Identity& identity) {
    return world.authority()
        .issueClient(requestOf(world.agentKey), identity, world.now, world.random, keys::kAgentLifetime)
        .ok();
  };
  EXPECT_FALSE(issue({PeerKind::Agent, "", {}, {}}));
  EXPECT_FALSE(issue({PeerKind::Agent, std::string(256, 'a'), {}, {}}));
  EXPECT_FALSE(issue({PeerKind::Agent, std::string("a\0b", 3), {}, {}}));
  EXPECT_FALSE(issue({PeerKind::Agent, "a", std::vector<std::string>(257, "iqn.x"), {}}));
  EXPECT_FALSE(issue({PeerKind::Person, "a", {"iqn.x"}, {}}));
  EXPECT_FALSE(issue({PeerKind::Server, "", {}, {}}));
  EXPECT_TRUE(issue({PeerKind::Agent, std::string(255, 'a'), std::vector<std::string>(256, "iqn.x"), {}}));
}

TEST(CertificateAuthority, SerialsAreRandomAndNoCertificateOutlivesItsRoot) {
  KeysWorld world;
  EXPECT_NE(world.agent().serial(), world.agent().serial());
  EXPECT_EQ(world.agent().serial().size(), 32U);
  EXPECT_EQ(world.agent().notBefore(), kStart - keys::kBackdate);
  EXPECT_EQ(world.agent().notAfter(), kStart + keys::kAgentLifetime);
  world.now = kStart + Days(3600);
  EXPECT_EQ(world.agent().notAfter(), world.authority().root().notAfter());
}

TEST(CertificateAuthority, IsOpenedOnlyWithItsOwnKey) {
  const KeysWorld world;
  const base::Secret pem = world.authority().key().toPem().value();
  EXPECT_TRUE(CertificateAuthority::open(world.authority().root(), *mgmt::PrivateKey::fromPem(pem)));
  EXPECT_FALSE(CertificateAuthority::open(world.authority().root(), *mgmt::PrivateKey::generate()));
  EXPECT_FALSE(CertificateAuthority::open(KeysWorld().agent(), world.authority().key()));
}

TEST(CertificateAuthority, WithoutRandomBytesNothingIsMade) {
  KeysWorld world;
  EXPECT_FALSE(CertificateAuthority::create(kStart, support::noRandomBytes()));
  EXPECT_FALSE(world.authority().issueClient(requestOf(world.agentKey), agentIdentity(), kStart,
                                             support::noRandomBytes(), keys::kAgentLifetime));
}

}  // namespace
}  // namespace keys_test
