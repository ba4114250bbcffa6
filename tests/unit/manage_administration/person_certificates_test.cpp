// Client certificates of people and their end, with a clock that is set; what a start reads back.
#include "isns-server/manage/administration/person_certificates.h"

#include "tests/support/key_world.h"

using keys::ClockVerdict;
using manage::PersonCertificates;
using mgmt::ProblemCode;
using people::Role;

namespace {

class PersonCertificatesTest : public test::KeyWorld {
 protected:
  PersonCertificatesTest() { EXPECT_TRUE(users.add("ann", {Role::Viewer}, {}, now.wall)); }
  manage::Wanted<PersonCertificates::Issued> ask(std::uint64_t days = 90) { return ask(people::Login{}, days); }
  manage::Wanted<PersonCertificates::Issued> ask(const people::Login& maker, std::uint64_t days = 90) {
    return keeper.issue("ann", *mgmt::makeCertificateRequest(key, "root"), days, ann, maker, now, now.wall);
  }
  mgmt::Certificate issued(std::uint64_t days = 90) {
    auto made = ask(days);
    EXPECT_TRUE(made) << made.error().detail;
    carryOut(made->step);
    return *mgmt::Certificate::fromPem(made->chain);
  }
  std::string verdict(const PersonCertificates& by, const mgmt::Certificate& one, ClockVerdict clock = ClockVerdict::Good) {
    const auto found = by.find(one.der(), users, clock, now);
    return found ? (*found)->user : found.error().word;
  }
  std::string verdict(const mgmt::Certificate& one) { return verdict(keeper, one); }
  // A keeper that starts from what is stored.
  void start(PersonCertificates& fresh) {
    const store::TableIndex tables(keys::schema());
    std::map<std::int64_t, base::Bytes> last;
    store::OpsReader reader(rows.view());
    store::Op op;
    std::map<std::int64_t, bool> erased;
    while (reader.next(op)) {
      if (op.table != keys::kCertificateTable) continue;
      if (op.kind == store::OpKind::Erase) {
        erased[op.id] = true;
      } else {
        EXPECT_TRUE(fresh.loadRow(op.table, op.id, op.cells));
      }
    }
    EXPECT_TRUE(erased.empty());
  }

  PersonCertificates keeper{authority, support::knownBytes(2)};
  people::Users users;
  const manage::Actor ann{ops::ActorKind::Person, "ann", "192.0.2.1"};
};

TEST_F(PersonCertificatesTest, OneIsTheUsersUntilItExpires) {
  const auto one = issued(7);
  EXPECT_EQ(verdict(one), "ann");
  EXPECT_EQ(verdict(keeper, one, ClockVerdict::WentBack), "clock-went-back");
  EXPECT_TRUE(keeper.stands("ann", one.serial(), now.wall));
  EXPECT_FALSE(keeper.stands("bob", one.serial(), now.wall));
  pass(std::chrono::hours(7 * 24));
  EXPECT_EQ(verdict(one), "expired");
  EXPECT_FALSE(keeper.stands("ann", one.serial(), now.wall));
  EXPECT_EQ(audit, std::vector<std::string>{"user.certified user:ann"});
}

TEST_F(PersonCertificatesTest, OneStandsAsLongAsItsAuthorityIsBelieved) {
  const auto stands = [&](const mgmt::Certificate& one) { return keeper.stands("ann", one.serial(), now.wall); };
  const auto one = issued(90);
  EXPECT_TRUE(stands(one));
  carryOut(authority.change(keys::ClockVerdict::Good, now.wall, keys::Days(30))->step);
  const auto second = issued(90);
  EXPECT_TRUE(stands(one) && stands(second));
  pass(keys::Days(30) - std::chrono::seconds(1));
  EXPECT_TRUE(stands(one));
  pass(std::chrono::seconds(1));
  EXPECT_FALSE(stands(one)) << "the overlap has ended";
  EXPECT_EQ(verdict(one), "disowned");
  EXPECT_TRUE(stands(second));
  carryOut(authority.change(keys::ClockVerdict::Good, now.wall, keys::Days(30))->step);
  EXPECT_TRUE(stands(second));
  carryOut(*authority.disownPrevious());
  EXPECT_FALSE(stands(second));
  EXPECT_EQ(verdict(second), "disowned");
  EXPECT_TRUE(stands(issued(90)));
}

TEST_F(PersonCertificatesTest, OneThatIsNotDurableOrNotOursOpensNothing) {
  auto made = ask();
  ASSERT_TRUE(made);
  const auto one = *mgmt::Certificate::fromPem(made->chain);
  EXPECT_EQ(verdict(one), "unknown");  // on its way
  made->step.failed();
  EXPECT_EQ(verdict(one), "unknown");
  EXPECT_TRUE(keeper.ofUser("ann").empty());
  // What our authority made without us.
  const auto request = mgmt::CertificateRequest::read(base::asBytes(*mgmt::makeCertificateRequest(key, "x")));
  const auto issue = [&](mgmt::PeerKind kind) {
    return *authority.authorities().current().issueClient(*request, {kind, "ann", {}, {}}, now.wall, support::knownBytes(7),
                                                          keys::Days(1));
  };
  EXPECT_EQ(verdict(issue(mgmt::PeerKind::Person)), "unknown");
  EXPECT_EQ(verdict(issue(mgmt::PeerKind::Agent)), "no-person");
}

TEST_F(PersonCertificatesTest, WhatIsVoidIsVoidAtOnceAndAfterAStart) {
  const auto one = issued();
  const auto other = issued();
  auto step = keeper.revoke("ann", one.serial(), ann, now);
  ASSERT_TRUE(step);
  EXPECT_EQ(verdict(one), "revoked");
  step->failed();  // the store did not take it
  EXPECT_EQ(verdict(one), "ann");
  carryOut(*keeper.revoke("ann", one.serial(), ann, now));
  EXPECT_EQ(keeper.revoke("ann", one.serial(), ann, now).error().code, ProblemCode::NoSuchObject);
  EXPECT_EQ(keeper.revoke("bob", other.serial(), ann, now).error().code, ProblemCode::NoSuchObject);
  PersonCertificates fresh(authority, support::knownBytes(3));
  start(fresh);
  EXPECT_EQ(verdict(fresh, one), "revoked");
  EXPECT_EQ(verdict(fresh, other), "ann");
}

TEST_F(PersonCertificatesTest, WhatTlsDidNotAcceptIsNamedAsAtTheAgentsPaths) {
  const auto word = [&](base::ByteView der) { return keeper.turnAway(der, users, ClockVerdict::Good, now).word; };
  const auto one = issued(7);
  EXPECT_EQ(word(base::asBytes("nonsense")), "malformed");
  EXPECT_EQ(word(one.der()), "handshake") << "it holds for us, and all the same";
  const auto foreign = keys::CertificateAuthority::create(now.wall, support::knownBytes(5));
  const auto request = mgmt::CertificateRequest::read(base::asBytes(*mgmt::makeCertificateRequest(key, "x")));
  const auto theirs = foreign->issueClient(*request, {mgmt::PeerKind::Person, "ann", {}, {}}, now.wall, support::knownBytes(6),
                                           keys::Days(7));
  EXPECT_EQ(word(theirs->der()), "foreign-authority");
  EXPECT_EQ(keeper.turnAway(theirs->der(), users, ClockVerdict::Good, now).user, "ann") << "whom it claims to be of";
  carryOut(authority.change(keys::ClockVerdict::Good, now.wall, keys::Days(30))->step);
  EXPECT_EQ(verdict(one), "ann");
  carryOut(*authority.disownPrevious());
  EXPECT_EQ(word(one.der()), "disowned");
  EXPECT_EQ(word(theirs->der()), "foreign-authority");
  const auto late = issued(7);
  pass(keys::Days(7));
  EXPECT_EQ(word(late.der()), "expired");
}

TEST_F(PersonCertificatesTest, OneOnItsWayIsVoidWithTheOthers) {
  auto made = ask();
  ASSERT_TRUE(made);
  const auto voided = keeper.voidAll("ann", "the user was removed", ann, now);
  carryOut(made->step);  // in the order in which they were decided
  carryOut(voided);
  EXPECT_EQ(verdict(*mgmt::Certificate::fromPem(made->chain)), "revoked");
}

TEST_F(PersonCertificatesTest, ALaterUserOfTheNameIsAnotherOne) {
  const auto one = issued();
  EXPECT_TRUE(users.add("bob", {Role::Administrator}, {}, now.wall));
  EXPECT_TRUE(users.setDisabled("ann", true));
  EXPECT_EQ(verdict(one), "disabled");
  ASSERT_TRUE(users.remove("ann"));
  EXPECT_EQ(verdict(one), "disabled");
  pass(std::chrono::seconds(1));
  ASSERT_TRUE(users.add("ann", {Role::Administrator}, {}, now.wall));
  EXPECT_EQ(verdict(one), "other-user");
}

TEST_F(PersonCertificatesTest, HasBounds) {
  EXPECT_EQ(ask(0).error().pointer, "/days");
  EXPECT_EQ(ask(366).error().pointer, "/days");
  EXPECT_EQ(keeper.issue("ann", "nothing", 1, ann, {}, now, now.wall).error().pointer, "/csr");
  for (std::size_t i = 0; i < PersonCertificates::kMaxLive; ++i) issued();
  EXPECT_EQ(ask().error().code, ProblemCode::LimitReached);
  for (std::size_t i = 0; i < 2 * PersonCertificates::kMaxKept; ++i) {
    carryOut(*keeper.revoke("ann", keeper.ofUser("ann").back()->serial, ann, now));
    issued();
  }
  EXPECT_LE(keeper.ofUser("ann").size(), PersonCertificates::kMaxKept);
}

// ---- What ends with what made it -----------------------------------------------------------------------------------

class CertificatesMadeWith : public PersonCertificatesTest {
 protected:
  CertificatesMadeWith() {
    administration.setCertificates(keeper);
    auto user = administration.addUser("ann", {Role::Administrator}, {}, "hash", ann, now);
    EXPECT_TRUE(user);
    carryOut(*user);
  }
  std::string login() {
    auto session = administration.finishLogin("ann", "192.0.2.1", "hash", now);
    EXPECT_TRUE(session);
    carryOut(session->step);
    return std::string(base::asText(session->token.reveal()));
  }
  people::Principal in(const std::string& text) {
    const auto who = administration.authenticate(text, "192.0.2.1", now);
    return who ? *who : people::Principal{};
  }
  std::string token(const people::Principal& who, const std::string& name) {
    auto made = administration.makeToken(who, name, who.roles, now.wall + std::chrono::hours(1), ann, now);
    EXPECT_TRUE(made);
    carryOut(made->step);
    return std::string(base::asText(made->token.reveal()));
  }
  mgmt::Certificate certificate(const people::Principal& who) {
    auto made = ask(who.login);
    EXPECT_TRUE(made);
    carryOut(made->step);
    return *mgmt::Certificate::fromPem(made->chain);
  }
  people::Principal by(const mgmt::Certificate& one) {
    people::Principal who = *administration.users().principalOf("ann");
    who.login = {people::Login::Proof::Certificate, {}, one.serial()};
    return who;
  }

  manage::Administration administration{support::knownBytes(9)};
};

TEST_F(CertificatesMadeWith, ASessionThatStoodInAUrlTakesAlongItsCertificatesAndWhatWasMadeWithThose) {
  const std::string session = login();
  const auto first = certificate(in(session));
  const auto second = certificate(in(token(by(first), "by first")));
  const auto third = certificate(in(token(in(session), "own")));
  const auto other = certificate(in(login()));
  audit.clear();
  auto step = administration.voidSeen(session, ann, now);
  ASSERT_TRUE(step);
  for (const auto* one : {&first, &second, &third}) EXPECT_EQ(verdict(*one), "revoked");
  EXPECT_EQ(verdict(other), "ann");
  ASSERT_EQ(administration.tokensOf("ann").size(), 1U) << "the other session";
  step->failed();  // the store did not take it
  for (const auto* one : {&first, &second, &third, &other}) EXPECT_EQ(verdict(*one), "ann");
  carryOut(*administration.voidSeen(session, ann, now));
  EXPECT_EQ(std::ranges::count(audit, "user.certificate-voided user:ann"), 3);
  EXPECT_EQ(std::ranges::count(audit, "token.revoked token:ann/by first"), 1);
  for (const auto* held : keeper.ofUser("ann")) {
    if (held->serial == first.serial()) {
      EXPECT_EQ(held->record.reason, "what it was made with stood in a URL");
    }
  }
  PersonCertificates fresh(authority, support::knownBytes(3));
  start(fresh);
  EXPECT_EQ(verdict(fresh, second), "revoked");
  EXPECT_EQ(verdict(fresh, other), "ann");
}

TEST_F(CertificatesMadeWith, WhatASessionMadeOutlivesItsLogout) {
  const std::string session = login();
  const auto one = certificate(in(session));
  carryOut(administration.logout(session, ann, now));
  EXPECT_EQ(verdict(one), "ann");
}

TEST_F(CertificatesMadeWith, ATokenOrCertificateThatIsRevokedTakesAlongItsCertificates) {
  const auto first = certificate(in(token(in(login()), "first")));
  const auto second = certificate(by(first));
  auto step = administration.revokeToken("ann", "first", ann, now);
  ASSERT_TRUE(step);
  carryOut(*step);
  EXPECT_EQ(verdict(first), "revoked");
  EXPECT_EQ(verdict(second), "revoked");
  EXPECT_EQ(keeper.ofUser("ann").front()->record.reason, "the token first, with which it was made, has ended");
  const auto third = certificate(in(login()));
  const auto fourth = certificate(by(third));
  carryOut(administration.endMadeWith(third.serial(), ann, now));
  EXPECT_EQ(verdict(fourth), "revoked");
}

TEST_F(CertificatesMadeWith, ItIsKnownAfterAStart) {
  const std::string session = login();
  const auto one = certificate(in(session));
  PersonCertificates fresh(authority, support::knownBytes(3));
  start(fresh);
  administration.setCertificates(fresh);
  ASSERT_TRUE(administration.voidSeen(session, ann, now));
  EXPECT_EQ(verdict(fresh, one), "revoked");
}

TEST_F(PersonCertificatesTest, LoginsAreRecordedNowAndThen) {
  const auto one = issued();
  const auto note = [&](const char* address) { return keeper.note(*keeper.ofUser("ann").front(), address, now.mono); };
  EXPECT_TRUE(note("192.0.2.1"));
  EXPECT_FALSE(note("192.0.2.1"));
  EXPECT_FALSE(note("192.0.2.2"));  // a flood from here and there
  pass(PersonCertificates::kRecordPace);
  EXPECT_TRUE(note("192.0.2.2"));
  pass(PersonCertificates::kRecordPace);
  EXPECT_FALSE(note("192.0.2.2"));
  pass(PersonCertificates::kRest);
  EXPECT_TRUE(note("192.0.2.2"));
  int records = 0;
  for (int i = 0; i < 24 * 6; ++i) {
    pass(std::chrono::minutes(10));
    records += note("192.0.2.2") ? 1 : 0;
  }
  EXPECT_EQ(records, 2);  // a day
}

}  // namespace
