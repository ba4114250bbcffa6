// The core with a scripted server and a clock of numbers.
#include "agent/management/management_client.h"

#include <gtest/gtest.h>

#include "isns-server/manage/keys/certificate_authority.h"
#include "shared/base/json_reader.h"
#include "shared/mgmt/certificate_request.h"

namespace management {
namespace {

using namespace std::chrono_literals;

constexpr base::WallTime kStart{1'800'000'000s};

bool dice(std::span<std::uint8_t> bytes) {
  static std::uint8_t next = 1;
  for (std::uint8_t& byte : bytes) byte = next++;
  return true;
}
// Without jitter.
bool noDice(std::span<std::uint8_t> bytes) {
  for (std::uint8_t& byte : bytes) byte = 0;
  return true;
}

struct Agent : testing::Test {
  keys::CertificateAuthority authority = *keys::CertificateAuthority::create(kStart, dice);
  mgmt::PrivateKey key = *mgmt::PrivateKey::generate();
  std::string request = *mgmt::makeCertificateRequest(key, "agent");
  ManagementClient client{noDice, std::pmr::get_default_resource()};
  base::Now now{base::TimePoint(1h), kStart};
  std::vector<Output> seen;

  mgmt::Certificate certificate(const keys::CertificateAuthority& by, base::WallTime at = kStart,
                                const std::string& node = "iqn.t") {
    const auto csr = *mgmt::CertificateRequest::read(base::asBytes(request));
    return *by.issueClient(csr, {mgmt::PeerKind::Agent, "store", {node}, ""}, at, dice, keys::kAgentLifetime);
  }
  Standing standing(std::vector<std::string> servers = {"one:1"}) {
    return {std::move(servers), {certificate(authority)}, {authority.root()}, request, key.publicFingerprint()};
  }
  void pass(base::Duration time) {
    now.mono += time;
    now.wall += std::chrono::duration_cast<std::chrono::seconds>(time);
    client.onTimer(now);
  }
  // What came out since it was asked last.
  const std::vector<Output>& fresh() {
    seen = client.take();
    return seen;
  }
  template <class T>
  const T* get() const {
    for (const Output& one : seen) {
      if (const T* found = std::get_if<T>(&one)) return found;
    }
    return nullptr;
  }
  // The request of a kind that has just come out.
  const Send* sent(Ask ask) {
    fresh();
    for (const Output& one : seen) {
      const Send* send = std::get_if<Send>(&one);
      if (send != nullptr && send->ask == ask) return send;
    }
    return nullptr;
  }
  void answer(Ask ask, std::string body, int status = 200) {
    Answer answer;
    answer.status = status;
    answer.body = std::move(body);
    client.onAnswer(ask, std::move(answer), now);
  }
  void silence(Ask ask) {
    Answer answer;
    answer.why = "connection refused";
    client.onAnswer(ask, std::move(answer), now);
  }
  std::string desired(std::uint64_t revision, bool changed = true) {
    return R"({"revision": )" + std::to_string(revision) + R"(, "changed": )" + (changed ? "true" : "false") +
           R"(, "authority": ")" + authority.root().fingerprint().text() + "\"" +
           (changed ? R"(, "targets": [], "credentials": []})" : "}");
  }
  static std::string receipt(std::uint64_t sequence, bool taken, bool fullWanted = false, bool unknown = false) {
    return R"({"sequence": )" + std::to_string(sequence) + R"(, "revision": 1, "taken": )" +
           (taken ? "true" : "false") + R"(, "full_wanted": )" + (fullWanted ? "true" : "false") + R"(, "unknown": )" +
           (unknown ? "[\"x\"]}" : "[]}");
  }
  static Truth truth(std::uint64_t bytes) {
    Truth truth;
    truth.units.push_back({"naa.6", bytes, {}});
    return truth;
  }
  static Truth holding() {
    Truth held = truth(1);
    held.heldDisks->push_back({"iqn.i", "iqn.t", 3, "naa.6", "mounted at /srv", 5});
    held.heldDisks->push_back({"iqn.i", "iqn.t", 4, "", "", 6});
    return held;
  }
  void link() {
    client.begin(standing(), now);
    answer(Ask::Desired, desired(7));
    fresh();
  }
  // Linked, and a full report is taken.
  void told() {
    link();
    client.setTruth(truth(1), now);
    answer(Ask::Report, receipt(0, false, true));
    answer(Ask::Report, receipt(1, true));
    fresh();
  }
};

TEST_F(Agent, asksAtOnceAndThenWaitsForNews) {
  client.begin(standing(), now);
  const Send* first = sent(Ask::Desired);
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(first->path, "/agent/desired?since=0&wait=0");
  answer(Ask::Desired, desired(7));
  const Send* next = sent(Ask::Desired);
  ASSERT_NE(next, nullptr);
  EXPECT_EQ(next->path, "/agent/desired?since=7&wait=50");
  ASSERT_NE(get<NewState>(), nullptr);
  EXPECT_EQ(get<NewState>()->state.revision, 7U);
  EXPECT_NE(get<Linked>(), nullptr);
  answer(Ask::Desired, desired(7, false));
  EXPECT_EQ(sent(Ask::Desired)->path, "/agent/desired?since=7&wait=50");
  EXPECT_EQ(get<NewState>(), nullptr);
}

TEST_F(Agent, aMapThatCannotBeIsTroubleAndTheStateHolds) {
  link();
  std::string text = desired(8);
  const std::string none = R"("targets": [])";
  ASSERT_NE(text.find(none), std::string::npos) << text;
  text.replace(text.find(none), none.size(), R"("targets": [{"target": "iqn.t", "revision": 8, "enforcement": "zoning",
    "chap": "none", "initiators": [{"name": "iqn.i", "chap": "none", "md5_refused": false, "maps": [
      {"unit": "naa.1", "lun": 0, "right": "read-write"}, {"unit": "naa.2", "lun": 0, "right": "read-write"}],
      "credentials": []}]}])");
  answer(Ask::Desired, text);
  fresh();
  ASSERT_NE(get<Trouble>(), nullptr);
  EXPECT_EQ(get<Trouble>()->why, "iqn.i is to have two units at LUN 0: naa.2, which came second, is left out");
  ASSERT_NE(get<NewState>(), nullptr);
  EXPECT_EQ(get<NewState>()->state.revision, 8U);
  EXPECT_EQ(get<Away>(), nullptr);
}

TEST_F(Agent, otherNameServersWithoutARevisionMakeItAskForTheWholeStateOnce) {
  link();
  const std::string others = R"("name_servers": ["10.0.0.5:3205"], "authority")";
  const auto with = [&](std::string text) { return text.replace(text.find(R"("authority")"), 11, others); };
  answer(Ask::Desired, with(desired(7, false)));
  const Send* whole = sent(Ask::Desired);
  ASSERT_NE(whole, nullptr);
  EXPECT_EQ(whole->path, "/agent/desired?since=0&wait=50");
  answer(Ask::Desired, with(desired(7)));
  const Send* next = sent(Ask::Desired);
  ASSERT_NE(next, nullptr);
  EXPECT_EQ(next->path, "/agent/desired?since=7&wait=50");
  ASSERT_NE(get<NewState>(), nullptr);
  EXPECT_EQ(get<NewState>()->state.nameServers.size(), 1U);
  answer(Ask::Desired, with(desired(7, false)));
  EXPECT_EQ(sent(Ask::Desired)->path, "/agent/desired?since=7&wait=50") << "it has them now";
}

TEST_F(Agent, whatTheServerWantsFoundOutIsToldWhenItIsAnotherAndEndsWithTheLink) {
  link();
  const std::string wants = R"("discover": ["10.0.0.9:3260"], "authority")";
  const auto with = [&](std::string text) { return text.replace(text.find(R"("authority")"), 11, wants); };
  answer(Ask::Desired, with(desired(7, false)));
  fresh();
  ASSERT_NE(get<NewWanted>(), nullptr);
  EXPECT_EQ(get<NewWanted>()->wanted.discover.size(), 1U);
  answer(Ask::Desired, with(desired(7, false)));
  EXPECT_EQ(sent(Ask::Desired)->path, "/agent/desired?since=7&wait=50") << "no part of the state";
  EXPECT_EQ(get<NewWanted>(), nullptr) << "it is the same";
  client.leave();
  fresh();
  ASSERT_NE(get<NewWanted>(), nullptr);
  EXPECT_EQ(get<NewWanted>()->wanted, Wanted{});
}

TEST_F(Agent, whatWasFoundOutIsReportedAndTakenBack) {
  told();
  Truth found = truth(1);
  found.probes.push_back({"iqn.i", "iqn.t", false, san::ProbeOutcome::Refused, "Not found", {}, 5});
  found.discoveries.push_back({"10.0.0.9:3260", "iqn.x", "10.0.0.9:3260/tcp", 1, "", 6});
  client.setTruth(found, now);
  const Send* report = sent(Ask::Report);
  ASSERT_NE(report, nullptr);
  EXPECT_NE(report->body.find(
                R"("probes": [{"initiator": "iqn.i", "target": "iqn.t", "expected": false, "outcome": "refused", )"
                R"("reason": "Not found", "units": [], "at": 5}])"),
            std::string::npos)
      << report->body;
  EXPECT_NE(report->body.find(R"("target": "iqn.x", "portal": "10.0.0.9:3260/tcp", "tag": 1, "reason": null, "at": 6)"),
            std::string::npos)
      << report->body;
  answer(Ask::Report, receipt(2, true));
  client.setTruth(truth(1), now);
  report = sent(Ask::Report);
  ASSERT_NE(report, nullptr);
  EXPECT_NE(report->body.find(R"("discoveries": [], "probes": [])"), std::string::npos) << report->body;
}

TEST_F(Agent, disksThatAreHeldAreReportedAndTakenBack) {
  told();
  client.setTruth(holding(), now);
  const Send* report = sent(Ask::Report);
  ASSERT_NE(report, nullptr);
  EXPECT_EQ(report->body, R"({"sequence": 2, "full": false, "held_disks": [{"initiator": "iqn.i", "target": "iqn.t", )"
                          R"("lun": 3, "unit": "naa.6", "reason": "mounted at /srv", "since": 5}, )"
                          R"({"initiator": "iqn.i", "target": "iqn.t", "lun": 4, "unit": null, "reason": null, )"
                          R"("since": 6}]})");
  answer(Ask::Report, receipt(2, true));
  client.setTruth(truth(1), now);
  EXPECT_EQ(sent(Ask::Report)->body, R"({"sequence": 3, "full": false, "held_disks": []})");
}

TEST_F(Agent, beforeItIsKnownWhichDisksAreHeldAFullReportSaysSoAndTheNextOneTellsThem) {
  link();
  Truth beginning = truth(1);
  beginning.heldDisks.reset();
  client.setTruth(beginning, now);
  fresh();
  answer(Ask::Report, receipt(0, false, true));
  const Send* report = sent(Ask::Report);
  ASSERT_NE(report, nullptr);
  EXPECT_NE(report->body.find(R"("held_disks": null)"), std::string::npos) << report->body;
  answer(Ask::Report, receipt(1, true));
  client.setTruth(truth(1), now);
  EXPECT_EQ(sent(Ask::Report)->body, R"({"sequence": 2, "full": false, "held_disks": []})");
}

TEST_F(Agent, aServerThatCannotHearThatItIsNotKnownYetIsToldThatNoneIsHeld) {
  link();
  Truth beginning = truth(1);
  beginning.heldDisks.reset();
  client.setTruth(beginning, now);
  fresh();
  answer(Ask::Report, receipt(0, false, true));
  ASSERT_NE(sent(Ask::Report)->body.find(R"("held_disks": null)"), std::string::npos);
  answer(Ask::Report, R"({"code": "bad-value", "detail": "x", "pointer": "/held_disks"})", 422);
  const std::string without = sent(Ask::Report)->body;
  EXPECT_EQ(without.find("held_disks"), std::string::npos) << without;
}

TEST_F(Agent, aServerThatKnowsNoHeldDisksIsToldTheRestUntilTheLinkBeginsAnew) {
  told();
  Truth held = holding();
  held.units[0].bytes = 2;
  client.setTruth(held, now);
  EXPECT_NE(sent(Ask::Report)->body.find("held_disks"), std::string::npos);
  answer(Ask::Report, R"({"code": "bad-value", "detail": "x", "pointer": "/held_disks"})", 422);
  const std::string without = sent(Ask::Report)->body;
  EXPECT_NE(without.find("\"sequence\": 2, \"full\": false, \"units\": [{"), std::string::npos) << without;
  EXPECT_EQ(without.find("held_disks"), std::string::npos) << without;
  EXPECT_EQ(get<Trouble>(), nullptr);
  answer(Ask::Report, receipt(2, true));
  client.setTruth(held, now);
  EXPECT_EQ(sent(Ask::Report), nullptr) << "nothing that it could take is new";
  silence(Ask::Desired);
  fresh();
  pass(ManagementClient::kMinBackOff);
  answer(Ask::Desired, desired(7, false));
  client.setTruth(held, now);
  fresh();
  answer(Ask::Report, receipt(3, true));  // whether it knows what it was told
  EXPECT_NE(sent(Ask::Report)->body.find("held_disks"), std::string::npos) << "it may have been upgraded";
}

TEST_F(Agent, addressesAreToldInFullAndWhenTheyAreOthers) {
  link();
  Truth here = truth(1);
  here.addresses = {"10.0.0.7", "fd00::7"};
  client.setTruth(here, now);
  fresh();
  answer(Ask::Report, receipt(0, false, true));
  const std::string full = sent(Ask::Report)->body;
  EXPECT_NE(full.find(R"("addresses": ["10.0.0.7", "fd00::7"])"), std::string::npos) << full;
  EXPECT_TRUE(client.told().addresses.empty()) << "not before it is taken";
  answer(Ask::Report, receipt(1, true));
  EXPECT_EQ(client.told().addresses, here.addresses);
  here.units[0].bytes = 2;
  fresh();
  client.setTruth(here, now);
  EXPECT_EQ(sent(Ask::Report)->body.find("addresses"), std::string::npos);
  answer(Ask::Report, receipt(2, true));
  here.addresses = {"10.0.0.8"};
  fresh();
  client.setTruth(here, now);
  EXPECT_EQ(sent(Ask::Report)->body, R"({"sequence": 3, "full": false, "addresses": ["10.0.0.8"]})");
}

TEST_F(Agent, aServerThatKnowsNoneOfTheNewerListsIsToldWithoutOneAfterTheOther) {
  told();
  Truth held = holding();
  held.addresses = {"10.0.0.7"};
  client.setTruth(held, now);
  fresh();
  answer(Ask::Report, R"({"code": "bad-value", "detail": "x", "pointer": "/addresses"})", 422);
  const std::string one = sent(Ask::Report)->body;
  EXPECT_EQ(one.find("addresses"), std::string::npos) << one;
  EXPECT_NE(one.find("held_disks"), std::string::npos) << one;
  answer(Ask::Report, R"({"code": "bad-value", "detail": "x", "pointer": "/held_disks"})", 422);
  EXPECT_EQ(get<Trouble>(), nullptr);
  client.setTruth(held, now);
  EXPECT_EQ(sent(Ask::Report), nullptr) << "nothing that it could take is new";
}

TEST_F(Agent, aReportThatIsRefusedForSomethingElseIsTrouble) {
  told();
  client.setTruth(holding(), now);
  fresh();
  answer(Ask::Report, R"({"code": "bad-value", "detail": "x", "pointer": "/held_disks/0/lun"})", 422);
  fresh();
  EXPECT_NE(get<Trouble>(), nullptr);
}

TEST_F(Agent, asksForTheNumberThenReportsInFullThenWhatDiffers) {
  link();
  client.setTruth(truth(1), now);
  EXPECT_EQ(sent(Ask::Report)->body, R"({"sequence": 1})");
  answer(Ask::Report, receipt(41, false));
  const std::string full = sent(Ask::Report)->body;
  EXPECT_NE(full.find("\"sequence\": 42, \"full\": true, \"targets\": [], \"units\": [{"), std::string::npos) << full;
  client.setTruth(truth(2), now);
  EXPECT_EQ(sent(Ask::Report), nullptr) << "one on its way";
  answer(Ask::Report, receipt(42, true));
  const std::string delta = sent(Ask::Report)->body;
  EXPECT_NE(delta.find("\"sequence\": 43, \"full\": false, \"units\": [{"), std::string::npos) << delta;
  EXPECT_EQ(delta.find("targets"), std::string::npos);
  answer(Ask::Report, receipt(43, true));
  client.setTruth(truth(2), now);
  EXPECT_EQ(sent(Ask::Report), nullptr) << "nothing is new";
  pass(ManagementClient::kSignOfLife);
  EXPECT_NE(sent(Ask::Report), nullptr) << "a sign of life";
}

TEST_F(Agent, theNumberOfAServerThatJustHasOneIsNotTakenForAnAnswer) {
  link();
  client.setTruth(truth(1), now);
  fresh();
  answer(Ask::Report, receipt(1, true));  // of the report 1 of an earlier run
  EXPECT_NE(sent(Ask::Report)->body.find("\"sequence\": 2, \"full\": true"), std::string::npos);
}

TEST_F(Agent, aFullReportFollowsWhereOneIsWanted) {
  told();
  client.setTruth(truth(2), now);
  fresh();
  answer(Ask::Report, receipt(0, false, true));  // the server has started anew
  EXPECT_NE(sent(Ask::Report)->body.find("\"sequence\": 1, \"full\": true"), std::string::npos);
}

TEST_F(Agent, aServerThatIsBackIsAskedAtOnceWhetherItStillKnowsWhatItWasTold) {
  told();
  silence(Ask::Desired);
  silence(Ask::Desired);
  pass(2s);
  answer(Ask::Desired, desired(7, false));
  const Send* first = sent(Ask::Report);
  ASSERT_NE(first, nullptr) << "what it was told it may have forgotten";
  EXPECT_EQ(first->body, R"({"sequence": 2, "full": false})") << "if not, that is all";
  answer(Ask::Report, receipt(0, false, true));
  const Send* full = sent(Ask::Report);
  ASSERT_NE(full, nullptr);
  EXPECT_NE(full->body.find("naa.6"), std::string::npos);
  answer(Ask::Report, receipt(1, true));
  answer(Ask::Desired, desired(7, false));
  EXPECT_EQ(sent(Ask::Report), nullptr) << "once";
}

// A request is sent once more where the connection was gone: nobody here hears of it.
TEST_F(Agent, soIsOneThatAnswersByAnotherConnection) {
  told();
  Answer later;
  later.status = 200;
  later.body = desired(7, false);
  client.onAnswer(Ask::Desired, later, now);
  EXPECT_EQ(sent(Ask::Report), nullptr);
  later.connected = true;
  client.onAnswer(Ask::Desired, later, now);
  EXPECT_NE(sent(Ask::Report), nullptr);
}

TEST_F(Agent, aReportWithoutAnAnswerIsNotCountedOnFrom) {
  told();
  client.setTruth(truth(2), now);
  fresh();
  silence(Ask::Report);
  fresh();
  EXPECT_NE(get<Away>(), nullptr);
  pass(ManagementClient::kMinBackOff);
  answer(Ask::Desired, desired(7, false));
  EXPECT_EQ(sent(Ask::Report)->body, R"({"sequence": 1})");
  answer(Ask::Report, receipt(2, false));
  EXPECT_NE(sent(Ask::Report)->body.find("\"sequence\": 3, \"full\": true"), std::string::npos);
}

TEST_F(Agent, namesThatTheServerDoesNotKnowAreToldAgain) {
  link();
  client.setTruth(truth(1), now);
  answer(Ask::Report, receipt(0, false, true));
  answer(Ask::Report, receipt(1, true, false, true));
  fresh();
  pass(ManagementClient::kTellAgain - 1s);
  EXPECT_EQ(sent(Ask::Report), nullptr);
  EXPECT_EQ(client.nextDeadline(now), now.mono + 1s);
  pass(1s);
  EXPECT_NE(sent(Ask::Report)->body.find("\"full\": true"), std::string::npos);
  answer(Ask::Report, receipt(2, true, false, true));
  EXPECT_EQ(client.nextDeadline(now), now.mono + 2 * ManagementClient::kTellAgain) << "later and later";
  client.setTruth(truth(2), now);
  const Send* news = sent(Ask::Report);
  ASSERT_NE(news, nullptr) << "news do not wait for it";
  EXPECT_NE(news->body.find("\"full\": false"), std::string::npos);
  answer(Ask::Report, receipt(3, true));
  EXPECT_EQ(client.nextDeadline(now), now.mono + 2 * ManagementClient::kTellAgain);
  pass(2 * ManagementClient::kTellAgain);
  EXPECT_NE(sent(Ask::Report)->body.find("\"full\": true"), std::string::npos);
  answer(Ask::Report, receipt(4, true));
  EXPECT_EQ(client.nextDeadline(now), now.mono + ManagementClient::kSignOfLife);
}

TEST_F(Agent, newsDoNotPutOffThatNamesAreToldAgain) {
  link();
  client.setTruth(truth(1), now);
  answer(Ask::Report, receipt(0, false, true));
  answer(Ask::Report, receipt(1, true, false, true));
  fresh();
  const base::TimePoint due = now.mono + ManagementClient::kTellAgain;
  pass(ManagementClient::kTellAgain / 2);
  client.setTruth(truth(2), now);
  ASSERT_NE(sent(Ask::Report), nullptr);
  answer(Ask::Report, receipt(2, true, false, true));
  fresh();
  EXPECT_EQ(client.nextDeadline(now), due);
  pass(ManagementClient::kTellAgain / 2);
  const Send* again = sent(Ask::Report);
  ASSERT_NE(again, nullptr);
  EXPECT_NE(again->body.find("\"full\": true"), std::string::npos);
}

TEST_F(Agent, refusedLoginsAreToldOnce) {
  told();
  client.noteRefused({"iqn.i", "iqn.t", "no proof", 5}, now);
  EXPECT_NE(sent(Ask::Report)->body.find("no proof"), std::string::npos);
  client.noteRefused({"iqn.j", "iqn.t", "later", 6}, now);
  answer(Ask::Report, receipt(2, true));
  const std::string next = sent(Ask::Report)->body;
  EXPECT_EQ(next.find("no proof"), std::string::npos);
  EXPECT_NE(next.find("later"), std::string::npos);
}

TEST_F(Agent, enrolledForOtherNamesItTellsNothingOfThoseBefore) {
  told();
  answer(Ask::Desired, R"({"code": "certificate-refused"})", 401);
  Truth before = truth(2);
  before.units[0].paths = {{"iqn.t", 3}};
  client.setTruth(before, now);
  client.noteRefused({"iqn.i", "iqn.t", "before", 5}, now);
  client.noteRefused({"iqn.u", "iqn.t", "by its own initiator", 5, false, 7, 2}, now);
  fresh();
  Standing other = standing();
  key = *mgmt::PrivateKey::generate();
  request = *mgmt::makeCertificateRequest(key, "agent");
  other.chain = {certificate(authority, kStart, "iqn.u")};
  other.key = key.publicFingerprint();
  client.begin(std::move(other), now);
  answer(Ask::Desired, desired(7));
  EXPECT_EQ(sent(Ask::Report), nullptr) << "what is true now is not known yet";
  client.setTruth(truth(3), now);
  fresh();
  answer(Ask::Report, receipt(0, false, true));
  const std::string body = sent(Ask::Report)->body;
  EXPECT_EQ(body.find("before"), std::string::npos) << body;
  EXPECT_NE(body.find("by its own initiator"), std::string::npos) << body;
  answer(Ask::Report, receipt(1, true));
  fresh();
  client.noteRefused({"iqn.i", "iqn.t", "late", 6}, now);
  EXPECT_EQ(sent(Ask::Report), nullptr);
  client.noteRefused({"iqn.i", "iqn.u", "its own", 6}, now);
  EXPECT_NE(sent(Ask::Report), nullptr);
}

TEST_F(Agent, aRefusedLoginIsToldInWordsThatTheServerTakes) {
  told();
  client.noteRefused({"iqn.i\n", "iqn.t", "refused by CHAP as " + std::string(300, 'u'), 5}, now);
  const std::string body = sent(Ask::Report)->body;
  EXPECT_NE(body.find("refused by CHAP as uuu"), std::string::npos);
  EXPECT_EQ(body.find(std::string(250, 'u')), std::string::npos);
  EXPECT_NE(body.find("iqn.i\\\\x0a"), std::string::npos) << body;
}

TEST_F(Agent, aRefusedProofIsToldWithItsVersionWhereTheInitiatorTriedIt) {
  told();
  client.noteRefused({"iqn.i", "iqn.t", "not you", 5, false, 7, 2}, now);
  EXPECT_NE(sent(Ask::Report)->body.find(R"("credential": 7, "version": 2)"), std::string::npos);
}

TEST_F(Agent, triesEachServerThenWaitsLongerAndLonger) {
  client.begin(standing({"one:1", "two:2"}), now);
  EXPECT_EQ(sent(Ask::Desired)->server, "one:1");
  silence(Ask::Desired);
  EXPECT_EQ(sent(Ask::Desired)->server, "two:2");
  ASSERT_NE(get<Away>(), nullptr);
  base::Duration wait = 1s;
  for (int round = 0; round < 8; ++round) {
    silence(Ask::Desired);
    EXPECT_EQ(sent(Ask::Desired), nullptr);
    EXPECT_EQ(get<Away>(), nullptr) << "told once";
    EXPECT_EQ(client.nextDeadline(now), now.mono + wait);
    pass(wait);
    EXPECT_EQ(sent(Ask::Desired)->server, "one:1");
    silence(Ask::Desired);
    EXPECT_EQ(sent(Ask::Desired)->server, "two:2");
    wait = std::min<base::Duration>(2 * wait, ManagementClient::kMaxBackOff);
  }
  answer(Ask::Desired, desired(7));
  fresh();
  ASSERT_NE(get<Linked>(), nullptr);
  EXPECT_EQ(get<Linked>()->server, "two:2");
}

TEST_F(Agent, revokedItSaysSoOnceAndAsksNowAndThen) {
  link();
  answer(Ask::Desired, R"({"code": "certificate-refused"})", 401);
  fresh();
  ASSERT_NE(get<Refused>(), nullptr);
  EXPECT_EQ(client.state(), ManagementClient::State::Refused);
  pass(ManagementClient::kRefusedRetry - 1s);
  EXPECT_EQ(sent(Ask::Desired), nullptr);
  pass(1s);
  ASSERT_NE(sent(Ask::Desired), nullptr);
  answer(Ask::Desired, "{}", 401);
  fresh();
  EXPECT_EQ(get<Refused>(), nullptr);
}

TEST_F(Agent, aStateThatCannotBeReadIsNotApplied) {
  client.begin(standing(), now);
  answer(Ask::Desired, R"({"revision": 7, "changed": true, "authority": "A"})");
  fresh();
  EXPECT_EQ(get<NewState>(), nullptr);
  ASSERT_NE(get<Away>(), nullptr);
  EXPECT_EQ(client.nextDeadline(now), now.mono + ManagementClient::kMaxBackOff);
}

TEST_F(Agent, renewsAtTwoThirdsOfItsLife) {
  link();
  pass(keys::kAgentLifetime * 2 / 3 - 24h);
  EXPECT_EQ(sent(Ask::Renew), nullptr);
  pass(24h);
  ASSERT_NE(sent(Ask::Renew), nullptr);
  base::Json::Object body{{"certificate", certificate(authority, now.wall).pem()}, {"ca", authority.root().pem()}};
  std::string text;
  base::Json(std::move(body)).writeCompact(text);
  answer(Ask::Renew, text);
  fresh();
  ASSERT_NE(get<Certified>(), nullptr);
  EXPECT_TRUE(get<Certified>()->renewed);
}

TEST_F(Agent, renewsWhereAnotherRootIssuesAndNotInCircles) {
  client.begin(standing(), now);
  const auto other = *keys::CertificateAuthority::create(kStart, dice);
  std::string state = desired(7);
  const std::string own = authority.root().fingerprint().text();
  state.replace(state.find(own), own.size(), other.root().fingerprint().text());
  answer(Ask::Desired, state);
  ASSERT_NE(sent(Ask::Renew), nullptr);
  answer(Ask::Renew, "{}", 503);
  fresh();
  EXPECT_NE(get<Trouble>(), nullptr);
  answer(Ask::Desired, state);
  EXPECT_EQ(sent(Ask::Renew), nullptr);
  pass(ManagementClient::kRenewRetry);
  EXPECT_NE(sent(Ask::Renew), nullptr);
}

struct Enrolling : Agent {
  std::string enrolled(const mgmt::Certificate& root, const mgmt::Certificate& certificate) {
    std::string text;
    base::Json(base::Json::Object{{"certificate", certificate.pem()}, {"ca", root.pem()}}).writeCompact(text);
    return text;
  }
  void enrol() {
    auto token = mgmt::EnrolmentToken::make(authority.root().fingerprint(), dice);
    client.enrol({{"one:1", "two:2"},
                  std::make_shared<mgmt::EnrolmentToken>(std::move(*token)),
                  request,
                  key.publicFingerprint()},
                 now);
  }
};

TEST_F(Enrolling, keepsWhatLeadsToTheRootOfItsToken) {
  enrol();
  const Send* send = sent(Ask::Enrol);
  ASSERT_NE(send, nullptr);
  EXPECT_NE(send->token, nullptr);
  EXPECT_NE(send->body.find("CERTIFICATE REQUEST"), std::string::npos);
  answer(Ask::Enrol, enrolled(authority.root(), certificate(authority)));
  fresh();
  ASSERT_NE(get<Certified>(), nullptr);
  EXPECT_FALSE(get<Certified>()->renewed);
  EXPECT_EQ(get<Certified>()->server, "one:1");
  EXPECT_EQ(client.state(), ManagementClient::State::Idle);
}

TEST_F(Enrolling, doesNotKeepTheRootOfAnotherNorACertificateForAnotherKey) {
  const auto other = *keys::CertificateAuthority::create(kStart, dice);
  enrol();
  answer(Ask::Enrol, enrolled(other.root(), certificate(other)));
  fresh();
  EXPECT_EQ(get<Certified>(), nullptr);
  ASSERT_NE(get<NotEnrolled>(), nullptr);
  enrol();
  request = *mgmt::makeCertificateRequest(*mgmt::PrivateKey::generate(), "another");
  answer(Ask::Enrol, enrolled(authority.root(), certificate(authority)));
  fresh();
  EXPECT_EQ(get<Certified>(), nullptr);
  EXPECT_NE(get<NotEnrolled>(), nullptr);
}

TEST_F(Enrolling, triesAllServersSomeTimesButNotAfterARefusal) {
  enrol();
  for (int round = 0; round < ManagementClient::kEnrolRounds; ++round) {
    EXPECT_EQ(sent(Ask::Enrol)->server, "one:1");
    silence(Ask::Enrol);
    EXPECT_EQ(sent(Ask::Enrol)->server, "two:2");
    silence(Ask::Enrol);
    fresh();
    pass(2s);
  }
  EXPECT_EQ(sent(Ask::Enrol), nullptr);
  EXPECT_EQ(client.state(), ManagementClient::State::Idle);
  enrol();
  fresh();
  answer(Ask::Enrol, R"({"code": "token-refused"})", 403);
  EXPECT_EQ(sent(Ask::Enrol), nullptr);
  ASSERT_NE(get<NotEnrolled>(), nullptr);
  EXPECT_EQ(get<NotEnrolled>()->why, "one:1: status 403: token-refused");
}

TEST_F(Agent, whoLeavesAsksNothingMore) {
  told();
  client.leave();
  fresh();
  EXPECT_NE(get<Cancel>(), nullptr);
  pass(1h);
  EXPECT_TRUE(fresh().empty());
  EXPECT_EQ(client.nextDeadline(now), base::kNever);
}

}  // namespace
}  // namespace management
