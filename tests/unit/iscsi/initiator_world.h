// An initiator session whose driver, network and target are the test: transports open when the test says so, logins are
// answered by a real LoginTarget, and from then on the test sees each PDU and says each answer.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agent/iscsi/initiator_session.h"
#include "tests/unit/iscsi/login_fixture.h"
#include "tests/unit/iscsi/pdu_stream.h"

namespace iscsi_test {

inline constexpr Lun kLunOne{0, 1};

inline base::Bytes dataOf(std::size_t size) {
  base::Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 7);
  return bytes;
}

class TestCommand final : public InitiatorCommand {
 public:
  explicit TestCommand(std::size_t reads = 0, std::size_t writes = 0)
      : in(reads, 0xee), out(dataOf(writes)), code(10, 0) {
    lun = kLunOne;
    code[0] = reads != 0 ? 0x28 : 0x2a;
    cdb = code;
    dataIn = in;
    dataOut = out;
  }
  void onDone() override {
    ++ends;
    if (then) then();
  }
  base::Bytes in, out, code;
  int ends = 0;
  std::function<void()> then;
};

// What one transport carries, as the target sees it.
struct TestWire {
  std::string address;
  bool open = false;
  PduReader reader;      // of the target
  RecordingSink seen;
  std::size_t taken = 0;  // PDUs of `seen` that were looked at
  std::unique_ptr<LoginTarget> login;
  std::uint32_t statSn = 0;
  Digests digests;
};

class InitiatorWorld : public InitiatorSessionOwner {
 public:
  virtual ~InitiatorWorld() = default;
  InitiatorWorld() {
    setting.initiatorName = kInitiatorName;
    setting.targetName = kTargetName;
    setting.portal = "portal:3260";
    setting.isid = kIsid;
    setting.policy = policyOf(true, false);
    access.answer.policy = policyOf(true, true);
    (void)access.answer.wishes.set(Key::InitialR2T, 0);
    sessions.joined = {LoginStatus::Success, kTsih, 1, 32};
    sessions.found.expCmdSn = 1;
    sessions.found.maxCmdSn = 32;
  }

  InitiatorSession& session() {
    if (!session_) session_ = std::make_unique<InitiatorSession>(setting, *this, credentials, challenges, random);
    return *session_;
  }

  // The window at login.
  void grant(std::uint32_t maxCmdSnThen) {
    sessions.joined.maxCmdSn = sessions.found.maxCmdSn = maxCmdSnThen;
    loginSetting.commandWindow = maxCmdSnThen == 0 ? 1 : maxCmdSnThen;
  }

  // --- owner ---
  void connect(std::uint16_t cid, std::string_view address) override {
    TestWire& wire = wires[cid];
    wire = TestWire{};
    wire.address = address;
    log.push_back("connect " + std::to_string(cid) + " " + std::string(address));
  }
  void disconnect(std::uint16_t cid) override {
    wires.erase(cid);
    log.push_back("disconnect " + std::to_string(cid));
  }
  void outputReady(std::uint16_t cid) override { ++ready[cid]; }
  void onNotice(const InitiatorNotice& notice) override {
    notices.push_back(notice.kind);
    texts.emplace_back(notice.what);
    if (notice.kind == InitiatorNotice::Kind::ScsiEvent) eventData.assign(notice.data.begin(), notice.data.end());
  }
  void onDiscovered(std::vector<DiscoveredTarget> targets) override { discovered = std::move(targets); }

  // --- the world turns ---
  // Opens transports that are waited for and answers logins, until nothing moves. True where PDUs are there to be seen.
  void settle() {
    for (bool moved = true; moved;) {
      moved = false;
      for (auto at = wires.begin(); at != wires.end(); ++at) {
        if (at->second.open || !networkUp) continue;
        at->second.open = true;
        session().onConnected(at->first, now);
        moved = true;
        break;
      }
      for (const auto& [cid, count] : std::map(ready)) moved = carry(cid) || moved;
    }
  }
  // Output to the target; logins are answered.
  bool carry(std::uint16_t cid) {
    if (!wires.contains(cid) || !carrying) return false;
    std::vector<base::ByteView> views(64);
    bool moved = false;
    while (const std::size_t count = session().gather(cid, views)) {
      base::Bytes bytes;
      for (std::size_t i = 0; i < count; ++i) base::append(bytes, views[i]);
      TestWire& wire = wires[cid];
      feedInPieces(wire.reader, bytes, {}, wire.seen);
      moved = true;
      session().sent(cid, bytes.size(), now);
      if (!wires.contains(cid)) return true;
    }
    if (wires.contains(cid)) answerLogins(cid);
    return moved;
  }
  void answerLogins(std::uint16_t cid) {
    while (wires.contains(cid)) {
      TestWire& wire = wires[cid];
      if (wire.taken == wire.seen.pdus.size()) return;
      const SeenPdu& pdu = wire.seen.pdus[wire.taken];
      const auto request = LoginRequest::decode(LoginHeaderView(pdu.head.data(), kLoginHeaderSize));
      if (!request) return;
      ++wire.taken;
      logins.push_back(*request);
      if (!wire.login) {
        wire.login = std::make_unique<LoginTarget>(
            loginSetting, LoginTargetPorts{access, targetCredentials, sessions, targetChallenges, targetRandom});
      }
      wire.login->onRequest(*request, pdu.data, now);
      const auto reply = wire.login->takeReply();
      if (!reply) return;
      wire.statSn = reply->header.statSn + 1;
      if (wire.login->state() == LoginTarget::State::Agreed) {
        const Parameters& agreed = wire.login->result().parameters;
        wire.digests = {agreed.headerDigest == Digest::Crc32c, agreed.dataDigest == Digest::Crc32c};
        wire.reader.configure({wire.digests, 1U << 24});
      }
      std::array<std::uint8_t, kLoginHeaderSize> head;
      reply->header.encode(head);
      bytesIn(cid, wirePdu(head, {}, reply->text, Digests{}));
    }
  }
  void bytesIn(std::uint16_t cid, base::ByteView bytes) { session().onBytes(cid, bytes, now); }

  // Starts the session and gets it into the full feature phase.
  void logIn() {
    session().start(now);
    settle();
    ASSERT_EQ(session().state(), InitiatorSession::State::Ready);
  }
  void submit(TestCommand& command) {
    ASSERT_TRUE(session().submit(command, now));
    settle();
  }

  // --- the target ---
  // The next PDU that the initiator sent; it must be of this kind.
  template <class Pdu>
  Pdu next(std::uint16_t cid = 1) {
    settle();
    TestWire& wire = wires[cid];
    if (wire.taken == wire.seen.pdus.size()) {
      ADD_FAILURE() << "the initiator has sent nothing";
      return {};
    }
    last = wire.seen.pdus[wire.taken++];
    const auto pdu = Pdu::decode(BhsView(last.head.data(), kBhsSize));
    if (!pdu) {
      ADD_FAILURE() << "another PDU: opcode " << static_cast<int>(last.head[0] & 0x3f);
      return {};
    }
    return *pdu;
  }
  bool silent(std::uint16_t cid = 1) {
    settle();
    return !wires.contains(cid) || wires[cid].taken == wires[cid].seen.pdus.size();
  }
  // Says a PDU, with the target's window and, where `status`, the next StatSN.
  template <class Pdu>
  void say(Pdu pdu, base::ByteView data = {}, bool status = true, std::uint16_t cid = 1) {
    ASSERT_TRUE(wires.contains(cid)) << "the connection is closed";
    TestWire& wire = wires[cid];
    pdu.expCmdSn = expCmdSn;
    pdu.maxCmdSn = maxCmdSn;
    pdu.statSn = wire.statSn;
    if (status) ++wire.statSn;
    std::array<std::uint8_t, kBhsSize> head;
    pdu.encode(head);
    base::Bytes bytes = wirePdu(head, {}, data, wire.digests);
    if (damage) bytes.back() ^= 1;
    bytesIn(cid, bytes);
    settle();
  }
  void sayData(const ScsiCommand& command, std::uint32_t dataSn, std::uint32_t offset, base::ByteView data,
               bool final = true, bool status = true, std::uint16_t cid = 1) {
    DataIn pdu;
    pdu.initiatorTaskTag = command.initiatorTaskTag;
    pdu.dataSn = dataSn;
    pdu.bufferOffset = offset;
    pdu.final = final;
    pdu.hasStatus = status;
    say(pdu, data, status, cid);
  }
  void sayGood(const ScsiCommand& command, std::uint16_t cid = 1) {
    ScsiResponse pdu;
    pdu.initiatorTaskTag = command.initiatorTaskTag;
    say(pdu, {}, true, cid);
  }
  // Takes the next command and counts it.
  ScsiCommand nextCommand(std::uint16_t cid = 1) {
    const auto command = next<ScsiCommand>(cid);
    expCmdSn = command.cmdSn + 1;
    maxCmdSn = expCmdSn + 31;
    return command;
  }
  void lose(std::uint16_t cid = 1) {
    session().onDisconnected(cid, "it broke", now);
    settle();
  }
  void pass(base::Duration time) {
    now += time;
    session().onTimer(now);
    settle();
  }
  // Lets time pass up to each deadline, until the condition holds or so much time went by.
  template <class Condition>
  bool passUntil(base::Duration most, Condition&& condition) {
    const base::TimePoint end = now + most;
    while (!condition() && now < end) {
      const base::TimePoint deadline = session().nextDeadline();
      if (deadline == base::kNever) return condition();
      now = std::max(now, std::min(deadline, end));
      session().onTimer(now);
      settle();
    }
    return condition();
  }
  bool ended() { return session().state() == InitiatorSession::State::Ended; }

  InitiatorSetting setting;
  LoginTargetSetting loginSetting;
  FakeAccess access;
  FakeCredentials credentials, targetCredentials;
  FakeSessions sessions;
  SentChallenges challenges, targetChallenges;
  RandomSource random = counting(std::uint32_t{77}), targetRandom = counting(std::uint32_t{9999});
  base::TimePoint now = kStart;
  bool networkUp = true;
  bool carrying = true;  // output leaves
  bool damage = false;   // the last byte of what is said

  std::map<std::uint16_t, TestWire> wires;
  std::map<std::uint16_t, int> ready;
  std::vector<std::string> log;
  std::vector<InitiatorNotice::Kind> notices;
  std::vector<std::string> texts;
  base::Bytes eventData;
  std::vector<LoginRequest> logins;
  std::vector<DiscoveredTarget> discovered;
  SeenPdu last;
  std::uint32_t expCmdSn = 1;
  std::uint32_t maxCmdSn = 32;

 private:
  std::unique_ptr<InitiatorSession> session_;
};

}  // namespace iscsi_test
