// A target's sessions whose initiators are the test, PDU by PDU, and whose units do what the test says.
//
// Peer::take() gives what came out as lines: "R2T 1 sn=0 off=0 len=512", "IN 1 sn=0 off=0 len=512 F S", "RESP 1 st=02
// 0c/0d", "TMF 9 r=0", "REJECT 06", "NOP 5 len=4", "NOP ping", "NOP window", "TEXT F a=b", "LOGOUT r=0", "ASYNC 1".
// StatSN and the window are checked in all of them.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agent/iscsi/ahs.h"
#include "tests/support/target_world.h"
#include "tests/unit/iscsi/pdu_stream.h"
#include "tests/unit/iscsi/text_testing.h"

namespace iscsi_test {

using namespace iscsi;
using Lines = std::vector<std::string>;

// What units are told to do, and what they saw; for all sessions of a bench.
struct UnitLog {
  bool answersLater = false;              // execute() leaves it to finish()
  bool abortsLater = false;               // likewise abort()
  std::vector<std::uint32_t> abortFrees;  // what waits at the unit for the command that is aborted next
  bool functionsLater = false;            // manage() leaves it to finishFunction()
  bool room = true;                       // begin()
  std::size_t memory = SIZE_MAX;          // bytes of data-out
  std::uint8_t status = 0;
  base::Bytes sense;
  bool dataWithStatus = false;  // data-in also where the status is not GOOD
  std::size_t parts = 1;        // views of data-in
  std::uint64_t luns = 4;

  std::vector<std::uint32_t> executed, aborted;
  std::vector<std::string> functions;
  std::vector<std::uint64_t> lost;  // LUNs of commands that ended with their connection
  std::map<std::uint32_t, base::Bytes> written;
  std::size_t commands = 0, reserved = 0;
  int left = 0;
};

inline constexpr std::uint8_t kTestRead = 0x28, kTestWrite = 0x2a, kTestNone = 0x00;
inline std::uint8_t patternAt(std::size_t offset) { return static_cast<std::uint8_t>(offset * 7 + (offset >> 8)); }
const base::Bytes& pattern();

class FakeUnits final : public UnitPort {
 public:
  FakeUnits(TargetSession& session, UnitLog& log) : session_(session), log_(log) {}
  bool begin(TargetTask& task, UnitMoves& moves) override;
  bool reserve(TargetTask& task, std::uint32_t bytes) override;
  void execute(TargetTask& task) override;
  void abort(TargetTask& task) override;
  void release(TargetTask& task) override;
  void lostWithConnection(std::uint64_t lun) override { log_.lost.push_back(lun >> 48); }
  void leave() override;
  [[nodiscard]] bool hasUnit(std::uint64_t lun) const override { return (lun >> 48) < log_.luns; }
  void manage(TargetTask& function, TargetTask* referenced) override;

  void finish(std::uint32_t itt);       // a command that was executed
  void finishAbort(std::uint32_t itt);  // ... and aborted
  void finishFunction(std::uint32_t itt);
  [[nodiscard]] std::size_t executing() const { return executing_.size(); }
  [[nodiscard]] std::uint32_t firstExecuting() const { return executing_.front()->itt; }

 private:
  struct Command final : UnitTask {
    std::vector<base::ByteView> dataIn;
    base::Bytes out;
  };
  void answer(TargetTask& task);
  TargetTask& takeExecuting(std::uint32_t itt);

  TargetSession& session_;
  UnitLog& log_;
  std::vector<TargetTask*> executing_;
  std::vector<TargetTask*> functions_;
};

class Bench;

// The initiator's end of a connection.
class Peer final : private ConnectionDriver {
 public:
  Peer(Bench& bench, std::uint16_t cid);

  // A login that starts in the operational stage; false where it failed.
  bool login(std::initializer_list<std::string_view> keys = {}, std::uint16_t tsih = 0);
  // The first of two Login Requests, with the names; finishLogin() sends the other. What came back are their lines.
  Lines beginLogin();
  Lines finishLogin();
  TargetSession& session() { return *connection->session(); }
  FakeUnits& units() { return *static_cast<FakeUnits*>(session().units()); }

  template <class Pdu>
  void send(const Pdu& pdu, base::ByteView data = {}, base::ByteView ahs = {}) {
    give(bytesOf(pdu, data, ahs));
  }
  // Only the first bytes of it; finish() sends the rest.
  template <class Pdu>
  void begin(const Pdu& pdu, base::ByteView data, std::size_t bytes) {
    rest_ = bytesOf(pdu, data, {});
    give(base::ByteView(rest_).first(bytes));
    rest_.erase(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(bytes));
  }
  void finish() { give(std::exchange(rest_, {})); }
  void give(base::ByteView bytes);
  template <class Pdu>
  base::Bytes bytesOf(const Pdu& pdu, base::ByteView data, base::ByteView ahs) {
    std::array<std::uint8_t, kBhsSize> bhs{};
    pdu.encode(bhs);
    return wirePdu(bhs, ahs, data, digests);
  }

  // Commands take the next CmdSN of the session unless they are immediate.
  ScsiCommand command(std::uint32_t itt, std::uint8_t opcode, std::uint32_t length);
  ScsiCommand read(std::uint32_t itt, std::uint32_t length) { return command(itt, kTestRead, length); }
  ScsiCommand write(std::uint32_t itt, std::uint32_t length) { return command(itt, kTestWrite, length); }
  void sendWrite(std::uint32_t itt, std::uint32_t length) { send(write(itt, length)); }
  void sendRead(std::uint32_t itt, std::uint32_t length) { send(read(itt, length)); }
  // Bytes of the pattern; `tag` of the last R2T of the task, or reserved.
  DataOut dataOut(std::uint32_t itt, std::uint32_t offset, std::uint32_t length, bool final, std::uint32_t dataSn = 0);
  void sendData(std::uint32_t itt, std::uint32_t offset, std::uint32_t length, bool final = true,
                std::uint32_t dataSn = 0) {
    send(dataOut(itt, offset, length, final, dataSn), base::ByteView(pattern()).subspan(offset, length));
  }
  TaskManagementRequest function(TaskManagementFunction function, std::uint32_t itt,
                                 std::uint32_t referenced = kReservedTag, std::uint32_t refCmdSn = 0);
  void sendFunction(TaskManagementFunction what, std::uint32_t itt, std::uint32_t referenced = kReservedTag,
                    std::uint32_t refCmdSn = 0) {
    send(function(what, itt, referenced, refCmdSn));
  }
  NopOut nop(std::uint32_t itt, bool immediate = true);
  LogoutRequest logout(LogoutReason reason, std::uint16_t cid);
  TextRequest text(std::uint32_t itt, bool final = true, std::uint32_t tag = kReservedTag);

  // What has come since, read from the connection's output.
  Lines take();
  // Reads so many bytes of it at most.
  void readSome(std::size_t bytes);
  [[nodiscard]] bool closing() const { return connection->closing(); }
  void lose();
  void acknowledge();  // a NOP-Out that says nothing but ExpStatSN

  Placement onHeader(const PduHead& head);
  bool onPdu(const PduHead& head, DataVerdict verdict);
  void onFault(const ReadFault& fault) { lines_.push_back("unreadable: " + std::string(nameOf(fault.kind))); }

  Bench& bench;
  std::uint16_t cid;
  std::unique_ptr<TargetConnection> connection;
  Digests digests;
  bool recovers = false;           // what comes again says "again"
  std::uint32_t* cmdSn = nullptr;  // of its session
  std::uint32_t expStatSn = 0;
  std::uint32_t maxCmdSn = 0, expCmdSn = 0;        // as told last
  std::map<std::uint32_t, std::uint32_t> tags;     // of the last R2T of a task
  std::map<std::uint32_t, base::Bytes> received;   // data-in of a task
  std::map<std::uint32_t, std::uint32_t> dataIns;  // of a task, since its last response
  base::Bytes texts;                               // of all Text Responses
  std::vector<std::string> faults;
  std::string refused;
  int attended = 0;

 private:
  Lines sendLogin(std::initializer_list<std::string_view> keys, std::uint16_t tsih, bool names, bool transit);
  void attend() override { ++attended; }
  void onLoggedIn(TargetSession&) override {}
  void onLoginRefused(const LoginFailure& failure, const AgreedLogin&) override { refused = failure.what; }
  void onFault(std::string_view why) override { faults.emplace_back(why); }
  std::string lineOf(const PduHead& head);

  PduReader reader_;
  base::Bytes data_, rest_;
  Lines lines_;
  std::uint32_t ownCmdSn_ = 100;
};

class Bench {
 public:
  explicit Bench(const SessionLimits& limits = {})
      : world([this](TargetSession& session) { return std::make_unique<FakeUnits>(session, log); }, limits) {
    Wishes& wishes = world.access.wishes;
    EXPECT_TRUE(wishes.set(Key::MaxConnections, 4));
    EXPECT_TRUE(wishes.set(Key::InitialR2T, 0));
    EXPECT_TRUE(wishes.set(Key::MaxOutstandingR2T, 4));
    EXPECT_TRUE(wishes.set(Key::ErrorRecoveryLevel, 2));
    EXPECT_TRUE(wishes.set(Key::HeaderDigest, {"CRC32C", "None"}));
    EXPECT_TRUE(wishes.set(Key::DataDigest, {"CRC32C", "None"}));
  }
  // Nothing is left when all connections are gone.
  ~Bench();
  // A connection that is logged in to a session of its own.
  Peer& peer(std::initializer_list<std::string_view> keys = {}, std::uint8_t isid = 1);
  // Another connection of the same session.
  Peer& join(Peer& first, std::uint16_t cid, std::initializer_list<std::string_view> keys = {});

  UnitLog log;
  TargetWorld world;
  std::uint8_t isid = 1;
  bool discovery = false;
  std::string target = "iqn.2001-04.com.example:disk";
  std::vector<std::unique_ptr<Peer>> peers;
};

}  // namespace iscsi_test
