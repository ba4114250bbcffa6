// A target server over loopback: what its limits, its setups and its end do to connections.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <deque>
#include <filesystem>
#include <fstream>
#include <map>

#include "agent/block/engine_choice.h"
#include "agent/iscsi/control_pdu.h"
#include "agent/iscsi/data_pdu.h"
#include "agent/iscsi/login.h"
#include "agent/iscsi/pdu_reader.h"
#include "agent/iscsi/pdu_writer.h"
#include "agent/iscsi/scsi_pdu.h"
#include "agent/iscsi/text.h"
#include "agent/iscsi/text_pdu.h"
#include "agent/scsi/transport_id.h"
#include "agent/target/target_server.h"
#include "tests/support/scratch_folder.h"

namespace target {
namespace {

using namespace iscsi;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view kTarget = "iqn.2001-04.com.example:disk";

struct NoSecrets final : CredentialsSource {
  void ask(const CredentialsQuestion&, CredentialsReceiver& to, base::TimePoint now) override {
    to.onCredentials(std::nullopt, now);
  }
};
// Of reservations, by unit.
struct States final : UnitStates {
  base::Result<base::Bytes> load(std::string_view unit, scsi::StateKind kind) override {
    const auto found = images.find(unit);
    return kind != scsi::StateKind::Reservations || found == images.end() ? base::Bytes{} : found->second;
  }
  void save(std::string_view unit, scsi::StateKind kind, base::ByteView image, scsi::SaveRequest& request) override {
    if (kind == scsi::StateKind::Reservations) images[std::string(unit)] = base::Bytes(image.begin(), image.end());
    request.done(true);
  }
  std::map<std::string, base::Bytes, std::less<>> images;
};
struct Witness final : Observer {
  void onSessionEnded(const SessionFacts&, std::string_view why) override { ended.emplace_back(why); }
  void onLoginRefused(const RefusedLogin& refused) override {
    refusals.emplace_back(refused.why);
    probes += refused.probe ? 1 : 0;
  }
  void onUnitGone() override { ++gone; }
  std::vector<std::string> ended, refusals;
  int probes = 0;
  int gone = 0;
};

class ServerTest : public testing::Test {
 protected:
  ~ServerTest() override { server.reset(); }
  void start(const Limits& limits = {}) {
    auto made = block::makeEngine(loop, {block::EngineChoice::Pool, 16, 1});
    ASSERT_TRUE(made.ok());
    engine = std::move(*made);
    stores = std::make_unique<block::DeviceOpener>(loop, *engine, "iqn.2024-01.org.example:agent");
    const Environment environment{loop, *stores, secrets, states, witness, [](std::span<std::uint8_t> out) {
                                    for (std::uint8_t& byte : out) byte = 0x11;
                                    return true;
                                  }};
    server = std::make_unique<TargetServer>(environment, limits);
    loop.setTurnEnd([this] {
      if (server) server->onTurnEnd();
    });
    ASSERT_TRUE(server->listen(net::Address::v4(127, 0, 0, 1, 0), 1).ok());
    ASSERT_TRUE(server->apply(mapped({{0, "one"}, {1, "two"}})).ok());
  }
  static target::Setup mapped(std::vector<std::pair<std::uint32_t, std::string>> luns, bool admitted = true) {
    target::Setup made;
    for (const std::string id : {"one", "two"}) {
      made.units.push_back({id, "memory:1M", {}, {}});
      made.units.back().identity.serial = id;
    }
    TargetSetup target;
    target.name = kTarget;
    EXPECT_TRUE(target.wishes.set(Key::MaxConnections, 2));
    EXPECT_TRUE(target.wishes.set(Key::DataDigest, {"None", "CRC32C"}));
    EXPECT_TRUE(target.wishes.set(Key::TaskReporting, {"FastAbort", "ResponseFence", "RFC3720"}));
    AccessRule rule;
    rule.initiator = admitted ? "*" : "iqn.a:nobody";
    rule.policy.noneAllowed = true;
    for (const auto& [lun, id] : luns) rule.luns.push_back({lun, id, Right::ReadWrite});
    target.rules.push_back(rule);
    made.targets.push_back(target);
    made.discovery.noneAllowed = true;
    return made;
  }
  // Unit "one" has gone.
  static target::Setup withoutOne() {
    target::Setup setup = mapped({{1, "two"}});
    std::erase_if(setup.units, [](const UnitSetup& unit) { return unit.id == "one"; });
    return setup;
  }
  void turns(int count = 20) {
    for (int i = 0; i < count; ++i) loop.runTurn(milliseconds(1));
  }
  template <class Condition>
  bool eventually(Condition&& condition) {
    for (int i = 0; i < 5000; ++i) {
      if (condition()) return true;
      loop.runTurn(milliseconds(2));
    }
    return false;
  }

  net::Loop loop;
  std::unique_ptr<block::Engine> engine;
  std::unique_ptr<block::DeviceOpener> stores;
  NoSecrets secrets;
  States states;
  Witness witness;
  std::unique_ptr<TargetServer> server;
};

// An initiator by hand on a socket that does not block.
class Client {
 public:
  // `host`: the last number of its own address, 127.0.0.host.
  Client(const net::Address& to, net::Loop& loop, int receiveBuffer = 0, std::uint32_t host = 1)
      : loop_(loop), fd_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)) {
    if (receiveBuffer != 0) ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUF, &receiveBuffer, sizeof receiveBuffer);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(0x7f000000 + host);
    EXPECT_EQ(::bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    address.sin_port = htons(to.port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    turn(5);
  }
  template <class Pdu>
  void send(const Pdu& pdu, base::ByteView data = {}) {
    prepare(pdu, data);
    flush();
  }
  // What flush() sends together.
  template <class Pdu>
  void prepare(const Pdu& pdu, base::ByteView data = {}) {
    PduWriter writer;
    writer.setDigests(digests_);
    EXPECT_TRUE(writer.write(pdu, DataPart{data, {}}));
    std::array<base::ByteView, 8> views;
    const std::size_t count = writer.gather(views);
    for (std::size_t i = 0; i < count; ++i) base::append(prepared_, views[i]);
  }
  void flush() {
    EXPECT_EQ(::send(fd_.get(), prepared_.data(), prepared_.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(prepared_.size()));
    prepared_.clear();
    turn(3);
  }
  // With `tsih` it joins a session, whose next CmdSN is in `cmdSn`.
  bool login(std::uint8_t isid = 1, std::uint16_t tsih = 0, bool dataDigest = false) {
    base::Bytes text;
    TextWriter out(text);
    names(out);
    return finishLogin(std::move(text), isid, tsih, dataDigest);
  }
  // Only the first of two Login Requests, with the names; finishLogin() sends the other.
  void beginLogin(std::uint8_t isid) {
    base::Bytes text;
    TextWriter out(text);
    names(out);
    LoginRequest request;
    request.csg = request.nsg = 1;
    request.isid = {0x80, 0, 0, 0, 0, isid};
    request.cmdSn = cmdSn;
    request.dataSegmentLength = static_cast<std::uint32_t>(text.size());
    send(request, text);
    EXPECT_TRUE(next());
  }
  bool fastAbort = false;  // offered by the next login
  bool finishLogin(base::Bytes text, std::uint8_t isid, std::uint16_t tsih = 0, bool dataDigest = false) {
    TextWriter out(text);
    out.pair(Key::MaxRecvDataSegmentLength, "262144");
    if (tsih == 0) out.pair(Key::MaxConnections, "2");
    if (fastAbort) out.pair(Key::TaskReporting, "FastAbort,ResponseFence,RFC3720");
    if (dataDigest) out.pair(Key::DataDigest, "CRC32C");
    LoginRequest request;
    request.transit = true;
    request.csg = 1;
    request.nsg = 3;
    request.isid = {0x80, 0, 0, 0, 0, isid};
    request.tsih = tsih;
    request.cid = tsih == 0 ? std::uint16_t{0} : joinsAs;
    request.cmdSn = cmdSn;
    request.dataSegmentLength = static_cast<std::uint32_t>(text.size());
    send(request, text);
    const auto head = next();
    status = head ? (*head)[36] << 8 | (*head)[37] : -1;
    digests_.data = dataDigest;
    reader_.configure({digests_, 1U << 20});
    return head && (*head)[0] == 0x23 && (*head)[36] == 0;
  }
  ScsiCommand command(std::uint32_t itt, std::uint8_t lun, std::array<std::uint8_t, 10> cdb, std::uint32_t length) {
    ScsiCommand command;
    command.initiatorTaskTag = itt;
    command.lun[1] = lun;
    command.write = length != 0 && (cdb[0] == 0x2a || cdb[0] == 0x41 || cdb[0] == 0x55 || cdb[0] == 0x5f);
    command.read = length != 0 && !command.write;
    command.expectedDataTransferLength = length;
    std::copy(cdb.begin(), cdb.end(), command.cdb.begin());
    command.cmdSn = cmdSn++;
    return command;
  }
  // Runs a command that ends at once: its status.
  int run(std::uint8_t lun, std::array<std::uint8_t, 10> cdb, std::uint32_t length = 0, base::ByteView data = {}) {
    send(command(0x6000, lun, cdb, length), data);
    const auto head = next();
    return head ? (*head)[3] : -1;
  }
  // PERSISTENT RESERVE OUT.
  int reserveOut(std::uint8_t action, std::uint8_t type, std::uint64_t key, std::uint64_t actionKey,
                 std::uint8_t flags = 0) {
    base::Bytes list(24);
    base::storeU64(&list[0], key);
    base::storeU64(&list[8], actionKey);
    list[20] = flags;
    return run(0, {0x5f, action, type, 0, 0, 0, 0, 0, 24}, 24, list);
  }
  // On LUN 0.
  TaskManagementRequest function(TaskManagementFunction what, std::uint32_t itt) const {
    TaskManagementRequest function;
    function.function = what;
    function.initiatorTaskTag = itt;
    function.cmdSn = cmdSn;
    return function;
  }
  // Opcode and task tag of the next PDUs.
  std::vector<std::pair<int, std::uint32_t>> responses(int count) {
    std::vector<std::pair<int, std::uint32_t>> all;
    for (int i = 0; i < count; ++i) {
      const auto head = next();
      if (!head) break;
      all.emplace_back((*head)[0], base::loadU32(&(*head)[16]));
    }
    return all;
  }
  // The data segment of the last PDU.
  [[nodiscard]] std::string_view data() const { return base::asText(data_); }

  // The header of the next PDU; nothing: the connection has ended, or nothing comes.
  std::optional<base::Bytes> next() {
    for (int i = 0; i < 2000 && headers_.empty() && !closed_; ++i) {
      read();
      if (headers_.empty()) turn(1);
    }
    if (headers_.empty()) return std::nullopt;
    base::Bytes head = std::move(headers_.front());
    headers_.pop_front();
    return head;
  }
  bool ended() {
    for (int i = 0; i < 3000 && !closed_; ++i) {
      read();
      turn(1);
    }
    return closed_;
  }
  // TEST UNIT READY until there is no unit attention; the ASC/ASCQ that came.
  std::vector<int> attentions(std::uint8_t lun) {
    std::vector<int> all;
    for (int i = 0; i < 8; ++i) {
      send(command(0x5000, lun, {}, 0));
      const auto head = next();
      if (!head || (*head)[3] == 0) break;
      all.push_back(data_.size() > 15 ? data_[14] << 8 | data_[15] : -1);
    }
    return all;
  }
  void close() { fd_.reset(); }

  Placement onHeader(const PduHead& head) {
    data_.assign(head.basic.dataSegmentLength, 0);
    return Placement::into(data_);
  }
  bool onPdu(const PduHead& head, DataVerdict verdict) {
    EXPECT_EQ(verdict, DataVerdict::Right);
    headers_.emplace_back(head.bytes.begin(), head.bytes.end());
    if ((head.bytes[0] & 0x3f) == 0x25) {
      for (const std::uint8_t byte : data_) ++seen[byte];
    }
    return true;
  }
  void onFault(const ReadFault&) { ADD_FAILURE() << "what comes cannot be read"; }

  std::uint32_t cmdSn = 1;
  std::map<std::uint8_t, std::uint64_t> seen;  // bytes of Data-In, how many of each
  std::string alias;
  std::string target{kTarget};
  bool discovery = false;
  std::uint16_t joinsAs = 1;  // CID of a login that joins a session
  int status = 0;  // of the last login; -1: there was no answer

 private:
  void names(TextWriter& out) const {
    out.pair(Key::InitiatorName, "iqn.2001-04.com.example:host");
    if (!alias.empty()) out.pair(Key::InitiatorAlias, alias);
    if (discovery) return out.pair(Key::SessionType, "Discovery");
    out.pair(Key::TargetName, target);
  }
  void turn(int count) {
    for (int i = 0; i < count; ++i) loop_.runTurn(milliseconds(1));
  }
  void read() {
    std::array<std::uint8_t, 65536> bytes;
    const ssize_t got = ::recv(fd_.get(), bytes.data(), bytes.size(), 0);
    if (got > 0) reader_.feed(base::ByteView(bytes).first(static_cast<std::size_t>(got)), *this);
    if (got == 0 || (got < 0 && errno != EAGAIN)) closed_ = true;
  }
  net::Loop& loop_;
  net::UniqueFd fd_;
  PduReader reader_ = [] {
    PduReader reader;
    reader.configure({{}, 1U << 20});
    return reader;
  }();
  Digests digests_;
  base::Bytes data_, prepared_;
  std::deque<base::Bytes> headers_;
  bool closed_ = false;
};

TEST_F(ServerTest, EndsWithConnectionsInEveryState) {
  start();
  const net::Address at = server->portals()[0].address;
  Client half(at, loop), idle(at, loop), busy(at, loop), deaf(at, loop, 4096);
  EXPECT_TRUE(idle.login(1));
  EXPECT_TRUE(busy.login(2));
  busy.attentions(0);
  busy.send(busy.command(1, 0, {0x2a, 0, 0, 0, 0, 0, 0, 0, 8}, 4096));
  EXPECT_TRUE(deaf.login(3));
  deaf.attentions(0);
  for (std::uint32_t itt = 1; itt < 20; ++itt) {
    deaf.send(deaf.command(itt, 0, {0x28, 0, 0, 0, 0, 0, 0, 4, 0}, 1024 * 512));
  }
  EXPECT_EQ(server->sessions().size(), 3U);
  EXPECT_EQ(server->counters().connectionsNow, 4U);
  server.reset();
  EXPECT_EQ(witness.ended.size(), 3U);
}

// The digest is taken when the answer is written, and the write that follows changes the store before it is sent.
TEST_F(ServerTest, DataWithADigestIsNotTheStoresOwnThoughTheFirstConnectionHasNone) {
  start();
  const net::Address at = server->portals()[0].address;
  Client first(at, loop), second(at, loop);
  ASSERT_TRUE(first.login());
  first.attentions(0);
  second.cmdSn = first.cmdSn;
  ASSERT_TRUE(second.login(1, server->sessions()[0].tsih, true));
  ASSERT_EQ(server->sessions()[0].connections.size(), 2U);
  const base::Bytes ones(4096, 1);
  second.prepare(second.command(1, 0, {0x28, 0, 0, 0, 0, 0, 0, 0, 8}, 4096));
  second.prepare(second.command(2, 0, {0x2a, 0, 0, 0, 0, 0, 0, 0, 8}, 4096), ones);
  second.flush();
  for (const int opcode : {0x25, 0x21}) {
    const auto head = second.next();
    ASSERT_TRUE(head);
    EXPECT_EQ((*head)[0], opcode);
    EXPECT_EQ((*head)[3], 0);
  }
}

// Reads of unit 0, 19 times 512 KiB of 5ah, whose answers are more than sockets hold: views of the store. All are taken
// from the connection and executed, though none is sent.
constexpr std::uint64_t kUnread = 19 * 1024 * 512;
Limits muchOutput() {
  Limits limits;
  limits.outputHighWater = 2 * kUnread;
  return limits;
}
void readUnread(Client& client) {
  client.attentions(0);
  client.attentions(1);
  client.send(client.command(1, 0, {0x41, 0, 0, 0, 0, 0, 0, 8, 0}, 512), base::Bytes(512, 0x5a));
  ASSERT_TRUE(client.next());
  for (std::uint32_t itt = 1; itt < 20; ++itt) {
    client.send(client.command(itt, 0, {0x28, 0, 0, 0, 0, 0, 0, 4, 0}, 1024 * 512));
  }
}
void takeUnread(Client& client) {
  for (int good = 0; good < 19;) {
    const auto head = client.next();
    ASSERT_TRUE(head) << "after " << good << " answers";
    ASSERT_EQ((*head)[0], 0x25);
    if (((*head)[1] & 1) == 0) continue;
    EXPECT_EQ((*head)[3], 0);
    ++good;
  }
}

TEST_F(ServerTest, AnswersThatWaitToBeSentOutliveTheirUnit) {
  start(muchOutput());
  Client slow(server->portals()[0].address, loop, 4096);
  ASSERT_TRUE(slow.login());
  readUnread(slow);
  turns();
  ASSERT_TRUE(server->apply(withoutOne()).ok());
  turns();
  takeUnread(slow);
  EXPECT_EQ(slow.seen[0x5a], kUnread);
  EXPECT_THAT(slow.attentions(1), testing::ElementsAre(0x3f0e)) << "the session goes on";
}

TEST_F(ServerTest, AUnitThatGoesIsGoneWithTheSessionThatDidNotTakeItsAnswers) {
  start(muchOutput());
  Client deaf(server->portals()[0].address, loop, 4096);
  ASSERT_TRUE(deaf.login());
  readUnread(deaf);
  turns();
  ASSERT_TRUE(server->apply(withoutOne()).ok());
  turns();
  EXPECT_EQ(server->counters().unitsLeaving, 1U);
  EXPECT_THAT(server->storesLeaving(), testing::ElementsAre("memory:1M"));
  EXPECT_EQ(witness.gone, 0);
  deaf.close();
  EXPECT_TRUE(eventually([&] { return server->counters().unitsLeaving == 0; }));
  EXPECT_EQ(witness.gone, 1) << "who waits for its store hears of it";
}

TEST_F(ServerTest, AnswersThatWaitToBeSentOutliveAnotherSizeOfTheirUnit) {
  start(muchOutput());
  Client slow(server->portals()[0].address, loop, 4096);
  ASSERT_TRUE(slow.login());
  readUnread(slow);
  turns();
  ASSERT_TRUE(server->resize("one", 1U << 20, block::Shrink::Refuse).ok());
  ASSERT_TRUE(server->resize("one", 1024 + 8, block::Shrink::Allow).ok());
  turns();
  takeUnread(slow);
  EXPECT_EQ(slow.seen[0x5a], kUnread);
  EXPECT_THAT(slow.attentions(0), testing::ElementsAre(0x2a09));
}

// A block device that was grown, an NBD export: here a file that somebody else makes longer.
TEST_F(ServerTest, ASizeThatSomebodyElseGaveTheStoreIsTakenOverWhenItIsAskedFor) {
  const support::ScratchFolder folder;
  std::ofstream(folder.file("disk.img")) << std::string(1U << 20, 'a');
  start();
  target::Setup setup = mapped({{0, "one"}});
  setup.units[0].store = "file:" + folder.file("disk.img");
  ASSERT_TRUE(server->apply(setup).ok());
  Client client(server->portals()[0].address, loop);
  ASSERT_TRUE(client.login());
  client.attentions(0);
  ASSERT_TRUE(server->refreshSize("one").ok());
  EXPECT_THAT(client.attentions(0), testing::IsEmpty()) << "nothing has changed";
  std::filesystem::resize_file(folder.file("disk.img"), 3U << 20);
  ASSERT_TRUE(server->refreshSize("one").ok());
  EXPECT_THAT(client.attentions(0), testing::ElementsAre(0x2a09));
  ASSERT_EQ(client.run(0, {0x25}, 8), 0);
  EXPECT_EQ(base::loadU32(base::asBytes(client.data()).data()), (3U << 20) / 512 - 1);
  std::filesystem::resize_file(folder.file("disk.img"), 4U << 20);
  EXPECT_FALSE(server->resize("one", (3U << 20) / 512, block::Shrink::Refuse).ok()) << "it is larger by now";
  EXPECT_THAT(client.attentions(0), testing::ElementsAre(0x2a09));
  EXPECT_FALSE(server->refreshSize("three").ok());
}

constexpr std::string_view kOther = "iqn.2001-04.com.example:other";
constexpr std::array<std::uint8_t, 10> kWriteOne{0x2a, 0, 0, 0, 0, 0, 0, 0, 1};
constexpr std::array<std::uint8_t, 10> kReadOne{0x28, 0, 0, 0, 0, 0, 0, 0, 1};
constexpr int kConflict = 0x18;

// Beside what mapped() says, `unit` as LUN 0 of another target.
target::Setup withOther(target::Setup setup, const std::string& unit) {
  TargetSetup other = setup.targets[0];
  other.name = kOther;
  other.rules[0].luns = {{0, unit, Right::ReadWrite}};
  setup.targets.push_back(other);
  return setup;
}

// The ports of a portal group differ by their targets, and so do the I_T nexuses.
TEST_F(ServerTest, ThroughTwoTargetsOfOneGroupAnInitiatorIsTwoNexuses) {
  start();
  ASSERT_TRUE(server->apply(withOther(mapped({{0, "one"}}), "one")).ok());
  const net::Address at = server->portals()[0].address;
  Client first(at, loop), second(at, loop);
  second.target = kOther;
  ASSERT_TRUE(first.login(1));
  ASSERT_TRUE(second.login(1)) << "with the same ISID";
  first.attentions(0);
  second.attentions(0);
  EXPECT_EQ(first.reserveOut(0, 0, 0, 5), 0);
  EXPECT_EQ(first.reserveOut(1, 3, 5, 0), 0);
  const base::Bytes block(512, 1);
  EXPECT_EQ(first.run(0, kWriteOne, 512, block), 0);
  EXPECT_EQ(second.run(0, kWriteOne, 512, block), kConflict);
  EXPECT_EQ(second.reserveOut(0, 0, 0, 6), 0) << "its own registration";
  for (Client* const one : {&first, &second}) {
    EXPECT_EQ(one->run(0, {0x12, 1, 0x83, 1, 0}, 256), 0);
    EXPECT_THAT(std::string(one->data()), testing::HasSubstr(one->target + ",t,0x0001")) << "its port";
    EXPECT_THAT(std::string(one->data()), testing::HasSubstr(one->target + std::string(1, '\0'))) << "its device";
    EXPECT_EQ(one->run(0, {0x12, 1, 0x88, 1, 0}, 256), 0);
    EXPECT_THAT(std::string(one->data()), testing::HasSubstr(one->target + ",t,0x0001"));
  }
}

// Who may see one target of a unit is told no name of another: not at login, not by SendTargets, not by the unit.
TEST_F(ServerTest, AUnitNamesNoTargetButThatThroughWhichItIsAsked) {
  start();
  ASSERT_TRUE(server->apply(withOther(mapped({{0, "one"}}), "one")).ok());
  for (const std::string_view target : {kTarget, kOther}) {
    Client client(server->portals()[0].address, loop);
    client.target = target;
    ASSERT_TRUE(client.login(1));
    client.attentions(0);
    for (const std::uint8_t page : {std::uint8_t{0x83}, std::uint8_t{0x88}}) {
      EXPECT_EQ(client.run(0, {0x12, 1, page, 1, 0}, 256), 0);
      EXPECT_THAT(std::string(client.data()), testing::HasSubstr(client.target)) << int{page};
      EXPECT_THAT(std::string(client.data()),
                  testing::Not(testing::HasSubstr(std::string(target == kTarget ? kOther : kTarget))))
          << int{page};
    }
  }
}

TEST_F(ServerTest, APortOfPortalGroup0HasARelativeIdentifierThatIsNone) {
  start();
  ASSERT_TRUE(server->listen(net::Address::v4(127, 0, 0, 1, 0), 0).ok());
  Client client(server->portals()[1].address, loop);
  ASSERT_TRUE(client.login());
  client.attentions(0);
  EXPECT_EQ(client.run(0, {0x12, 1, 0x88, 1, 0}, 256), 0);
  std::vector<int> numbers;
  for (std::string_view rest = client.data().substr(4); rest.size() >= 12;) {
    numbers.push_back(base::loadU16(base::asBytes(rest).data() + 2));
    rest.remove_prefix(12U + base::loadU16(base::asBytes(rest).data() + 10));
  }
  EXPECT_THAT(numbers, testing::ElementsAre(1, 2)) << "0 is reserved";
  EXPECT_THAT(std::string(client.data()), testing::HasSubstr(",t,0x0000"));
}

// Asymmetric access: the groups are those of the portals, and one that stays keeps its state.
TEST_F(ServerTest, PortGroupsAreThoseOfThePortals) {
  start();
  ASSERT_TRUE(server->listen(net::Address::v4(127, 0, 0, 1, 0), 2).ok());
  target::Setup setup = mapped({{0, "one"}});
  setup.units[0].settings.alua = setup.units[0].settings.explicitAlua = true;
  setup.units[0].identity.serial = "other";  // so that it is opened anew
  ASSERT_TRUE(server->apply(withoutOne()).ok());
  ASSERT_TRUE(server->apply(setup).ok());
  Client client(server->portals()[1].address, loop);
  ASSERT_TRUE(client.login());
  client.attentions(0);
  // State, group and first port of each.
  const auto groups = [&] {
    ScsiCommand report = client.command(1, 0, {0xa3, 0x0a}, 256);
    report.cdb[8] = 1;  // allocation length 256
    client.send(report);
    client.next();
    std::vector<std::array<int, 3>> all;
    for (std::string_view rest = client.data().substr(4); rest.size() >= 12;) {
      const auto* const at = base::asBytes(rest).data();
      EXPECT_EQ(at[7], 1) << "ports";
      all.push_back({at[0], base::loadU16(at + 2), base::loadU16(at + 10)});
      rest.remove_prefix(8U + 4U * at[7]);
    }
    return all;
  };
  using Groups = std::vector<std::array<int, 3>>;
  EXPECT_EQ(groups(), (Groups{{0, 1, 1}, {0, 2, 2}}));
  ScsiCommand set = client.command(2, 0, {0xa4, 0x0a}, 8);
  set.read = false;
  set.write = true;
  set.cdb[9] = 8;
  client.send(set, base::Bytes{0, 0, 0, 0, 1, 0, 0, 2});  // active/non-optimized
  const auto head = client.next();
  ASSERT_TRUE(head);
  EXPECT_EQ((*head)[3], 0);
  ASSERT_TRUE(server->listen(net::Address::v4(127, 0, 0, 1, 0), 3).ok());
  ASSERT_TRUE(server->apply(setup).ok());
  EXPECT_EQ(groups(), (Groups{{0, 1, 1}, {1, 2, 2}, {0, 3, 3}}));
}

// Version 1 of the image has the portal group tag in the place of the relative identifier.
base::Bytes reservationsOfVersion1(const base::Bytes& transportId, std::uint16_t group, std::uint64_t key) {
  base::Bytes image;
  base::ByteWriter writer(image);
  const auto nexus = [&] {
    writer.u16(group);
    writer.u16(static_cast<std::uint16_t>(transportId.size()));
    writer.bytes(transportId);
  };
  writer.u32(0x01010300);  // version, APTPL, Exclusive Access
  nexus();
  writer.u32(1);
  nexus();
  writer.u64(key);
  writer.u8(0);
  return image;
}

TEST_F(ServerTest, ReservationsThatAnEarlierVersionKeptAreThoseOfTheSameNexus) {
  const std::uint8_t isid[6] = {0x80, 0, 0, 0, 0, 1};
  states.images["three"] = reservationsOfVersion1(scsi::iscsiTransportId("iqn.2001-04.com.example:host", isid), 1, 7);
  start();  // and group 1 of the first target has got the number that its tag is
  target::Setup setup = withOther(mapped({{0, "one"}}), "three");
  setup.units.push_back({"three", "memory:1M", {}, {}});
  ASSERT_TRUE(server->apply(setup).ok());
  Client holder(server->portals()[0].address, loop), stranger(server->portals()[0].address, loop);
  holder.target = stranger.target = kOther;
  ASSERT_TRUE(holder.login(1));
  ASSERT_TRUE(stranger.login(2));
  holder.attentions(0);
  stranger.attentions(0);
  const base::Bytes block(512, 1);
  EXPECT_EQ(holder.run(0, kWriteOne, 512, block), 0);
  EXPECT_EQ(stranger.run(0, kWriteOne, 512, block), kConflict);
  // From now on it is kept by the port's name, whatever its number is after another start.
  EXPECT_EQ(holder.reserveOut(0, 0, 7, 8, 1), 0);
  const base::Bytes kept = states.images["three"];
  EXPECT_EQ(kept[0], 2);
  EXPECT_THAT(std::string(base::asText(kept)), testing::HasSubstr(std::string(kOther) + ",t,0x0001"));
  server.reset();
  stores.reset();
  setup.targets.erase(setup.targets.begin());
  start();
  ASSERT_TRUE(server->apply(setup).ok());
  for (const std::uint8_t isidNow : {std::uint8_t{1}, std::uint8_t{2}}) {
    Client again(server->portals()[0].address, loop);
    again.target = kOther;
    ASSERT_TRUE(again.login(isidNow));
    again.attentions(0);
    EXPECT_EQ(again.run(0, kWriteOne, 512, block), isidNow == 1 ? 0 : kConflict);
  }
}

// A login takes several requests, and others begin theirs in between.
TEST_F(ServerTest, TheMapIsThatOfTheAddressWhichJoins) {
  start();
  target::Setup setup = mapped({{0, "one"}, {1, "two"}});
  AccessRule narrow = setup.targets[0].rules[0];
  narrow.addresses.push_back(*net::Network::parse("127.0.0.2/32"));
  narrow.luns = {{0, "one", Right::ReadOnly}};
  setup.targets[0].rules.insert(setup.targets[0].rules.begin(), narrow);
  ASSERT_TRUE(server->apply(std::move(setup)).ok());
  const net::Address at = server->portals()[0].address;
  Client guest(at, loop, 0, 2);
  guest.beginLogin(1);
  {
    Client other(at, loop);
    other.beginLogin(2);
  }
  turns();  // the other is gone
  ASSERT_TRUE(guest.finishLogin({}, 1));
  for (const UnitFacts& unit : server->units()) EXPECT_EQ(unit.nexuses, unit.id == "one" ? 1U : 0U) << unit.id;
}

// From 127.0.0.2 and .4 LUN 0 to write, from elsewhere LUN 1 to read.
target::Setup inAndOut(target::Setup setup, std::vector<std::string_view> inside) {
  AccessRule rule = setup.targets[0].rules[0];
  for (const std::string_view network : inside) rule.addresses.push_back(*net::Network::parse(network));
  rule.luns = {{0, "one", Right::ReadWrite}};
  setup.targets[0].rules[0].luns = {{1, "two", Right::ReadOnly}};
  setup.targets[0].rules.insert(setup.targets[0].rules.begin(), rule);
  return setup;
}

TEST_F(ServerTest, ASessionIsNotJoinedFromWhereAnotherRuleDecides) {
  start();
  ASSERT_TRUE(server->apply(inAndOut(mapped({}), {"127.0.0.2/32", "127.0.0.4/32"})).ok());
  const net::Address at = server->portals()[0].address;
  Client inside(at, loop, 0, 2);
  ASSERT_TRUE(inside.login(1));
  const std::uint16_t tsih = server->sessions()[0].tsih;
  const std::pair<std::uint16_t, std::uint16_t> ways[] = {{tsih, 1}, {tsih, 0}, {0, 0}};
  for (const auto& [joined, cid] : ways) {  // a new connection, that of another one, a session in its place
    Client outside(at, loop, 0, 3);
    outside.joinsAs = cid;
    EXPECT_FALSE(outside.login(1, joined));
    EXPECT_EQ(outside.status, static_cast<int>(LoginStatus::AuthorizationFailure));
  }
  EXPECT_THAT(witness.refusals, testing::Each(std::string("another access rule than that of the session")));
  EXPECT_THAT(witness.ended, testing::IsEmpty());
  EXPECT_THAT(inside.attentions(0), testing::ElementsAre(0x2900)) << "its connection lives";
  Client second(at, loop, 0, 4);
  EXPECT_TRUE(second.login(1, tsih)) << "by the same rule from another address";
  ASSERT_EQ(server->sessions().size(), 1U);
  EXPECT_EQ(server->sessions()[0].connections.size(), 2U);
  Client again(at, loop, 0, 4);
  EXPECT_TRUE(again.login(1));
  EXPECT_THAT(witness.ended, testing::ElementsAre("reinstated"));
}

TEST_F(ServerTest, EachConnectionOfASessionIsJudgedByItsOwnAddressWhenRulesChange) {
  start();
  for (const std::string_view left : {"127.0.0.2/32", "127.0.0.4/32"}) {
    ASSERT_TRUE(server->apply(inAndOut(mapped({}), {"127.0.0.2/32", "127.0.0.4/32"})).ok());
    const net::Address at = server->portals()[0].address;
    Client first(at, loop, 0, 2), second(at, loop, 0, 4);
    ASSERT_TRUE(first.login(1));
    const std::uint16_t tsih = server->sessions()[0].tsih;
    ASSERT_TRUE(second.login(1, tsih));
    ASSERT_TRUE(server->apply(inAndOut(mapped({}), {left})).ok());
    for (Client* const one : {&first, &second}) {
      const auto asked = one->next();
      ASSERT_TRUE(asked) << left;
      EXPECT_EQ((*asked)[0], 0x32) << "to log out";
    }
    for (const UnitFacts& unit : server->units()) EXPECT_EQ(unit.nexuses, 0U) << "what it sees meanwhile";
    // Nobody has to wait for it to go.
    Client outside(at, loop, 0, 3);
    EXPECT_TRUE(outside.login(1));
    EXPECT_EQ(server->sessions().size(), 1U);
    for (const UnitFacts& unit : server->units()) EXPECT_EQ(unit.nexuses, unit.id == "two" ? 1U : 0U) << unit.id;
    outside.close();
    EXPECT_TRUE(eventually([&] { return server->sessions().empty(); }));
  }
}

TEST_F(ServerTest, ASessionWhoseMapMayBeReadAloneNowIsToldThatItsModeParametersAreOthers) {
  start();
  Client client(server->portals()[0].address, loop);
  ASSERT_TRUE(client.login());
  client.attentions(0);
  client.attentions(1);
  target::Setup setup = mapped({{0, "one"}, {1, "two"}});
  setup.targets[0].rules[0].luns[0].right = Right::ReadOnly;
  ASSERT_TRUE(server->apply(std::move(setup)).ok());
  EXPECT_THAT(client.attentions(0), testing::ElementsAre(0x2a01));
  EXPECT_THAT(client.attentions(1), testing::IsEmpty());
  ASSERT_TRUE(server->apply(mapped({{0, "one"}, {1, "two"}})).ok());
  EXPECT_THAT(client.attentions(0), testing::ElementsAre(0x2a01));
}

TEST_F(ServerTest, TheOldestLoginMakesRoomThoughItIsTheOnlyOneOfItsAddress) {
  Limits limits;
  limits.loginsAtATime = 1;
  start(limits);
  const net::Address at = server->portals()[0].address;
  Client first(at, loop);
  Client second(at, loop);
  EXPECT_TRUE(first.ended());
  EXPECT_EQ(server->counters().loginsEvicted, 1U);
  EXPECT_TRUE(second.login());
  Client third(at, loop);
  EXPECT_TRUE(third.login(2));
  EXPECT_EQ(server->sessions().size(), 2U);
}

TEST_F(ServerTest, ANewLoginOfAnAddressWithTooManyIsClosed) {
  Limits limits;
  limits.loginsOfAnAddress = 2;
  start(limits);
  const net::Address at = server->portals()[0].address;
  Client first(at, loop), second(at, loop), third(at, loop);
  EXPECT_TRUE(third.ended());
  EXPECT_EQ(server->counters().loginsEvicted, 1U);
  EXPECT_TRUE(first.login(1));
  Client fourth(at, loop);
  EXPECT_TRUE(fourth.login(4));
  first.close();
  second.close();
  EXPECT_TRUE(eventually([&] { return server->counters().connectionsNow == 1; }));
}

TEST_F(ServerTest, BeyondItsConnectionsItAcceptsAgainWhenOneHasGone) {
  Limits limits;
  limits.connections = 2;
  start(limits);
  const net::Address at = server->portals()[0].address;
  Client first(at, loop), second(at, loop), third(at, loop);
  EXPECT_EQ(server->counters().connectionsNow, 2U);
  first.close();
  EXPECT_TRUE(third.login());
}

TEST_F(ServerTest, CountsALoginThatTookTooLong) {
  Limits limits;
  limits.loginTime = milliseconds(30);
  start(limits);
  Client slow(server->portals()[0].address, loop);
  EXPECT_TRUE(slow.ended());
  EXPECT_EQ(server->counters().loginsTimedOut, 1U);
  EXPECT_EQ(server->counters().loginsRefused, 1U);
  EXPECT_THAT(witness.refusals, testing::ElementsAre("the login took too long"));
}

TEST_F(ServerTest, APeerThatLogsOutAndDoesNotReadIsGoneSoon) {
  start();
  Client deaf(server->portals()[0].address, loop, 4096);
  EXPECT_TRUE(deaf.login());
  deaf.attentions(0);
  for (std::uint32_t itt = 1; itt < 4; ++itt) {
    deaf.prepare(deaf.command(itt, 0, {0x28, 0, 0, 0, 0, 0, 0, 4, 0}, 1024 * 512));
  }
  LogoutRequest logout;
  logout.cmdSn = deaf.cmdSn;
  deaf.prepare(logout);
  deaf.flush();
  EXPECT_TRUE(server->sessions().empty());
  EXPECT_TRUE(eventually([&] { return server->counters().connectionsNow == 0; }));
}

TEST_F(ServerTest, ADrainEndsAtItsGraceWhateverPeersDo) {
  start();
  Client deaf(server->portals()[0].address, loop, 4096);
  EXPECT_TRUE(deaf.login());
  deaf.attentions(0);
  for (std::uint32_t itt = 1; itt < 30; ++itt) {
    deaf.send(deaf.command(itt, 0, {0x28, 0, 0, 0, 0, 0, 0, 4, 0}, 1024 * 512));
  }
  bool drained = false;
  server->drain(milliseconds(100), [&] { drained = true; });
  EXPECT_TRUE(eventually([&] { return drained; })) << "the deaf one ends nothing by itself";
  EXPECT_THAT(witness.ended, testing::ElementsAre("dropped"));
}

TEST_F(ServerTest, WhatIsTakenAwayWhileTheServerDrainsIsGoneAtOnceAndOthersDrainOn) {
  start();
  const auto admitted = [](std::vector<std::string_view> hosts) {
    target::Setup setup = mapped({{0, "one"}});
    for (const std::string_view host : hosts) {
      setup.targets[0].rules[0].addresses.push_back(*net::Network::parse(host));
    }
    return setup;
  };
  ASSERT_TRUE(server->apply(admitted({"127.0.0.2/32", "127.0.0.4/32"})).ok());
  const net::Address at = server->portals()[0].address;
  Client revoked(at, loop, 0, 2), other(at, loop, 0, 4);
  for (Client* const one : {&revoked, &other}) {
    ASSERT_TRUE(one->login(one == &revoked ? 1 : 2));
    one->attentions(0);
  }
  server->drain(seconds(100), [] {});
  for (Client* const one : {&revoked, &other}) {
    const auto asked = one->next();
    ASSERT_TRUE(asked);
    EXPECT_EQ((*asked)[0], 0x32) << "to log out";
    EXPECT_EQ(one->run(0, {}), 0) << "what it has it keeps until it goes";
  }
  ASSERT_TRUE(server->apply(admitted({"127.0.0.4/32"})).ok());
  EXPECT_EQ(revoked.run(0, {}), 2);
  EXPECT_THAT(revoked.attentions(0), testing::Contains(0x2500)) << "there is no such unit for it any more";
  EXPECT_EQ(other.run(0, {}), 0);
  EXPECT_EQ(server->sessions().size(), 2U);
}

// RFC 7143 7.4.3: in the place of an Asynchronous Message.
TEST_F(ServerTest, ADiscoverySessionIsClosedWithoutBeingAsked) {
  start();
  for (const bool drain : {false, true}) {
    Client asking(server->portals()[0].address, loop);
    asking.discovery = true;
    ASSERT_TRUE(asking.login());
    ASSERT_EQ(server->sessions().size(), 1U);
    if (drain) {
      server->drain(seconds(100), [] {});
    } else {
      EXPECT_TRUE(server->dropSession(server->sessions()[0].id));
    }
    EXPECT_TRUE(asking.ended());
    EXPECT_FALSE(asking.next()) << "it was told something";
  }
}

// A name without an address would mean the portal that was asked (RFC 7143 Appendix C).
TEST_F(ServerTest, SendTargetsNamesNoTargetThatThePortalsOfTheFamilyDoNotReach) {
  start();
  target::Setup setup = withOther(mapped({{0, "one"}}), "two");
  setup.targets[1].groups = {7};
  ASSERT_TRUE(server->apply(std::move(setup)).ok());
  const net::Address at = server->portals()[0].address;
  Client asking(at, loop);
  asking.discovery = true;
  ASSERT_TRUE(asking.login());
  TextRequest text;
  text.final = true;
  text.initiatorTaskTag = 1;
  text.cmdSn = asking.cmdSn;
  const std::string all("SendTargets=All\0", 16);
  text.dataSegmentLength = static_cast<std::uint32_t>(all.size());
  asking.send(text, base::asBytes(all));
  ASSERT_TRUE(asking.next());
  std::string wanted = "TargetName=" + std::string(kTarget) + '\0' + "TargetAddress=" + at.text() + ",1" + '\0';
  EXPECT_EQ(asking.data(), wanted);
}

TEST_F(ServerTest, ADrainEndsWhenAllHaveLoggedOut) {
  start();
  Client polite(server->portals()[0].address, loop);
  EXPECT_TRUE(polite.login());
  bool drained = false;
  server->drain(seconds(100), [&] { drained = true; });
  turns();
  EXPECT_FALSE(drained);
  const auto asked = polite.next();
  ASSERT_TRUE(asked);
  EXPECT_EQ((*asked)[0], 0x32);
  LogoutRequest logout;
  logout.cmdSn = polite.cmdSn;
  polite.send(logout);
  EXPECT_TRUE(eventually([&] { return drained; }));
}

TEST_F(ServerTest, AnotherMapIsToldAndHoldsAtOnce) {
  start();
  Client client(server->portals()[0].address, loop);
  EXPECT_TRUE(client.login());
  client.attentions(0);
  client.attentions(1);
  ASSERT_TRUE(server->apply(mapped({{0, "one"}})).ok());
  EXPECT_THAT(client.attentions(0), testing::ElementsAre(0x3f0e));
  client.send(client.command(1, 1, {}, 0));
  const auto gone = client.next();
  ASSERT_TRUE(gone);
  EXPECT_EQ((*gone)[3], 2);
}

TEST_F(ServerTest, AnotherUnitBehindALunIsReachedByNoCommandBeforeItIsAskedWhoItIs) {
  start();
  Client client(server->portals()[0].address, loop);
  ASSERT_TRUE(client.login());
  client.attentions(0);
  ASSERT_TRUE(server->apply(mapped({{0, "two"}})).ok());
  const std::array<std::uint8_t, 10> write{0x2a, 0, 0, 0, 0, 0, 0, 0, 1}, inquiry{0x12, 0, 0, 0, 36};
  const base::Bytes block(512, 7);
  // Under way when the map changed, with somebody who asks for other reasons among them.
  for (std::uint32_t itt = 1; itt < 8; ++itt) client.prepare(client.command(itt, 0, write, 512), block);
  client.prepare(client.command(8, 0, inquiry, 36));
  client.prepare(client.command(9, 0, write, 512), block);
  client.flush();
  std::uint32_t heard = 0;
  const auto statusOfNext = [&] {
    const auto head = client.next();
    if (!head) return -1;
    heard = base::loadU32(head->data() + 24) + 1;
    return int{(*head)[3]};
  };
  for (std::uint32_t itt = 1; itt < 10; ++itt) EXPECT_EQ(statusOfNext(), itt == 8 ? 0 : 2) << itt;
  const auto ask = [&](const std::array<std::uint8_t, 10>& cdb, std::uint32_t length, base::ByteView data) {
    ScsiCommand command = client.command(20, 0, cdb, length);
    command.expStatSn = heard;
    client.send(command, data);
    return statusOfNext();
  };
  EXPECT_EQ(ask({}, 0, {}), 0) << "a TEST UNIT READY, which says that the unit attentions are over";
  EXPECT_EQ(ask(write, 512, block), 2) << "it was told, and has not asked";
  EXPECT_EQ(ask(inquiry, 36, {}), 0);
  client.attentions(0);
  EXPECT_EQ(ask({0x28, 0, 0, 0, 0, 0, 0, 0, 1}, 512, {}), 0);
  EXPECT_EQ(client.data(), std::string(512, '\0')) << "nothing was written";
  EXPECT_EQ(ask(write, 512, block), 0);
}

// On the unit that is there now a command of another host keeps what comes from starting. What waits there all started
// later, and a unit attention is taken by the first that does.
TEST_F(ServerTest, NoneOfManyCommandsReachesAnotherUnitThatIsBusy) {
  start();
  const auto large = [](target::Setup setup) {
    for (UnitSetup& unit : setup.units) unit.store = "memory:64M";
    return setup;
  };
  ASSERT_TRUE(server->apply(large(mapped({{0, "one"}, {1, "two"}}))).ok());
  const net::Address at = server->portals()[0].address;
  Client client(at, loop), other(at, loop);
  ASSERT_TRUE(client.login(1));
  ASSERT_TRUE(other.login(2));
  client.attentions(0);
  other.attentions(0);
  other.attentions(1);
  ASSERT_TRUE(server->apply(large(mapped({{0, "two"}, {1, "two"}}))).ok());
  other.attentions(1);
  other.attentions(0);
  // WRITE SAME of all but the first blocks.
  ScsiCommand ordered = other.command(2, 1, {0x41, 0, 0, 0, 1, 0, 0, 0xff, 0xff, 0}, 512);
  ordered.attribute = TaskAttribute::Ordered;
  other.prepare(ordered, base::Bytes(512, 0x11));
  for (std::uint8_t itt = 1; itt < 8; ++itt) {
    client.prepare(client.command(itt, 0, {0x2a, 0, 0, 0, 0, itt, 0, 0, 1}, 512), base::Bytes(512, 7));
  }
  other.flush();
  client.flush();
  for (int i = 1; i < 8; ++i) {
    const auto head = client.next();
    ASSERT_TRUE(head);
    EXPECT_EQ((*head)[3], 2) << "write " << i;
  }
  const auto ended = other.next();
  ASSERT_TRUE(ended);
  EXPECT_EQ((*ended)[3], 0);
  EXPECT_EQ(other.run(1, {0x28, 0, 0, 0, 0, 1, 0, 0, 7}, 7 * 512), 0);
  EXPECT_TRUE(other.data() == std::string(7 * 512, '\0')) << "one was written";
}

// Meant for the unit before by an initiator that had heard of nothing, it is whole only when another of its commands
// has heard and asked.
TEST_F(ServerTest, AWriteThatBeganBeforeAnotherUnitBehindItsLunWasAskedForEndsAsOneForNobody) {
  start();
  Client client(server->portals()[0].address, loop);
  ASSERT_TRUE(client.login());
  client.attentions(0);
  ASSERT_TRUE(server->apply(mapped({{0, "two"}})).ok());
  const std::array<std::uint8_t, 10> write{0x2a, 0, 0, 0, 0, 0, 0, 0, 1}, inquiry{0x12, 0, 0, 0, 36};
  client.prepare(client.command(1, 0, write, 512));  // its data is asked for
  // As many as there are unit attentions, so that none is left for it.
  for (const std::uint32_t itt : {2U, 3U}) client.prepare(client.command(itt, 0, write, 512), base::Bytes(512, 6));
  client.flush();
  std::uint32_t heard = 0;
  std::optional<std::uint32_t> tag;
  for (int i = 0; i < 3; ++i) {
    const auto head = client.next();
    ASSERT_TRUE(head);
    if ((*head)[0] == 0x31) {
      tag = base::loadU32(&(*head)[20]);
    } else {
      EXPECT_EQ((*head)[3], 2);
      heard = base::loadU32(&(*head)[24]) + 1;
    }
  }
  ASSERT_TRUE(tag);
  ASSERT_NE(heard, 0U);
  ScsiCommand ask = client.command(4, 0, inquiry, 36);
  ask.expStatSn = heard;
  client.send(ask);
  const auto told = client.next();
  ASSERT_TRUE(told);
  EXPECT_EQ((*told)[0], 0x25) << "who it is, with its status";
  DataOut data;
  data.final = true;
  data.initiatorTaskTag = 1;
  data.targetTransferTag = *tag;
  data.dataSegmentLength = 512;
  client.send(data, base::Bytes(512, 7));
  const auto ended = client.next();
  ASSERT_TRUE(ended);
  EXPECT_EQ((*ended)[3], 2);
  ASSERT_GT(client.data().size(), 15U);
  EXPECT_EQ(client.data().substr(14, 2), std::string_view("\x25\0", 2)) << "LOGICAL UNIT NOT SUPPORTED";
  client.attentions(0);
  EXPECT_EQ(client.run(0, {0x28, 0, 0, 0, 0, 0, 0, 0, 1}, 512), 0);
  EXPECT_EQ(client.data(), std::string(512, '\0')) << "nothing was written";
  EXPECT_EQ(client.run(0, write, 512, base::Bytes(512, 7)), 0) << "what begins now is meant for it";
}

TEST_F(ServerTest, WhoListsTheLunsAndAsksEachReachesAnotherUnitBehindALun) {
  start();
  Client client(server->portals()[0].address, loop);
  ASSERT_TRUE(client.login());
  client.attentions(0);
  ASSERT_TRUE(server->apply(mapped({{0, "two"}})).ok());
  client.send(client.command(1, 0, {0xa0, 0, 0, 0, 0, 0, 0, 0, 0, 64}, 64));
  const auto listed = client.next();
  ASSERT_TRUE(listed);
  ASSERT_EQ((*listed)[0], 0x25) << "data, with its status";
  ScsiCommand inquiry = client.command(2, 0, {0x12, 0, 0, 0, 36}, 36);
  inquiry.expStatSn = base::loadU32(listed->data() + 24) + 1;
  client.send(inquiry);
  ASSERT_TRUE(client.next());
  client.attentions(0);
  client.send(client.command(3, 0, {0x2a, 0, 0, 0, 0, 0, 0, 0, 1}, 512), base::Bytes(512, 7));
  const auto written = client.next();
  ASSERT_TRUE(written);
  EXPECT_EQ((*written)[3], 0);
}

TEST_F(ServerTest, AnInquiryThatIsRefusedTellsNobodyOfAnotherUnitBehindALun) {
  start();
  Client client(server->portals()[0].address, loop);
  ASSERT_TRUE(client.login());
  client.attentions(0);
  ASSERT_TRUE(server->apply(mapped({{0, "two"}})).ok());
  client.send(client.command(1, 0, {0x12, 1, 0xee, 0, 36}, 36));
  const auto refused = client.next();
  ASSERT_TRUE(refused);
  ASSERT_EQ((*refused)[3], 2);
  ScsiCommand inquiry = client.command(2, 0, {0x12, 0, 0, 0, 36}, 36);
  inquiry.expStatSn = base::loadU32(refused->data() + 24) + 1;
  client.send(inquiry);
  ASSERT_TRUE(client.next());
  client.attentions(0);
  client.send(client.command(3, 0, {0x2a, 0, 0, 0, 0, 0, 0, 0, 1}, 512), base::Bytes(512, 7));
  const auto written = client.next();
  ASSERT_TRUE(written);
  EXPECT_EQ((*written)[3], 2);
}

TEST_F(ServerTest, AUnitThatComesBackBehindItsLunIsReachedAtOnce) {
  start();
  Client client(server->portals()[0].address, loop);
  ASSERT_TRUE(client.login());
  client.attentions(0);
  ASSERT_TRUE(server->apply(mapped({})).ok());
  ASSERT_TRUE(server->apply(mapped({{0, "one"}})).ok());
  EXPECT_THAT(client.attentions(0), testing::ElementsAre(0x2900, 0x3f0e));
}

TEST_F(ServerTest, WhoIsNoLongerAdmittedIsAskedToLogOutAndDropped) {
  Limits limits;
  limits.logoutTime = milliseconds(50);
  start(limits);
  Client client(server->portals()[0].address, loop);
  EXPECT_TRUE(client.login());
  ASSERT_TRUE(server->apply(mapped({{0, "one"}}, false)).ok());
  turns();
  const auto asked = client.next();
  ASSERT_TRUE(asked);
  EXPECT_EQ((*asked)[0], 0x32);
  EXPECT_TRUE(client.ended());
  EXPECT_THAT(witness.ended, testing::ElementsAre("dropped"));
  Client again(server->portals()[0].address, loop);
  EXPECT_FALSE(again.login());
}

TEST_F(ServerTest, AClosedRuleTakesNoNewSessionsAndLeavesThoseThatAreThere) {
  start();
  Client there(server->portals()[0].address, loop);
  ASSERT_TRUE(there.login(1));
  const std::uint16_t tsih = server->sessions()[0].tsih;
  target::Setup closed = mapped({{0, "one"}});
  closed.targets[0].rules[0].closed = true;
  ASSERT_TRUE(server->apply(closed).ok());
  turns();
  EXPECT_EQ(server->sessions().size(), 1U);
  Client stranger(server->portals()[0].address, loop);
  EXPECT_FALSE(stranger.login(2));
  EXPECT_EQ(stranger.status, static_cast<int>(LoginStatus::ServiceUnavailable)) << "by which it tries on";
  EXPECT_EQ(witness.refusals, std::vector<std::string>{"no new sessions for now"});
  Client second(server->portals()[0].address, loop);
  second.cmdSn = there.cmdSn;
  EXPECT_TRUE(second.login(1, tsih)) << "one more connection of the session that is there";
  Client again(server->portals()[0].address, loop);
  EXPECT_TRUE(again.login(1)) << "in the place of the session that is there";
  EXPECT_EQ(server->sessions().size(), 1U);
  ASSERT_TRUE(server->apply(mapped({{0, "one"}})).ok());
  Client later(server->portals()[0].address, loop);
  EXPECT_TRUE(later.login(2));
}

// Both find a session at their first request which is gone at their last.
TEST_F(ServerTest, ALoginThatFindsItsSessionGoneIsANewOneAndAClosedRuleRefusesIt) {
  for (const bool closed : {false, true}) {
    start();
    Client there(server->portals()[0].address, loop);
    ASSERT_TRUE(there.login(1));
    Client next(server->portals()[0].address, loop);
    next.beginLogin(1);
    target::Setup setup = mapped({{0, "one"}});
    setup.targets[0].rules[0].closed = closed;
    ASSERT_TRUE(server->apply(setup).ok());
    there.close();
    ASSERT_TRUE(eventually([&] { return server->sessions().empty(); }));
    EXPECT_EQ(next.finishLogin({}, 1), !closed);
    EXPECT_EQ(next.status, static_cast<int>(closed ? LoginStatus::ServiceUnavailable : LoginStatus::Success));
    EXPECT_EQ(server->sessions().size(), closed ? 0U : 1U);
    server.reset();
    stores.reset();
  }
}

TEST_F(ServerTest, WhoIsNotAdmittedLearnsNothingOfAClosedRule) {
  start();
  target::Setup closed = mapped({{0, "one"}}, false);
  closed.targets[0].rules[0].closed = true;
  ASSERT_TRUE(server->apply(closed).ok());
  Client stranger(server->portals()[0].address, loop);
  EXPECT_FALSE(stranger.login(1));
  EXPECT_EQ(stranger.status, static_cast<int>(LoginStatus::NotFound));
}

TEST_F(ServerTest, ARefusedLoginThatCallsItselfAProbeIsToldAsOne) {
  start();
  ASSERT_TRUE(server->apply(mapped({{0, "one"}}, false)).ok());
  Client plain(server->portals()[0].address, loop);
  EXPECT_FALSE(plain.login(1));
  EXPECT_EQ(witness.probes, 0);
  Client probe(server->portals()[0].address, loop);
  probe.alias = kProbeAlias;
  EXPECT_FALSE(probe.login(1));
  EXPECT_EQ(witness.refusals.size(), 2U);
  EXPECT_EQ(witness.probes, 1);
}

TEST_F(ServerTest, AUnitThatGoesTakesItsWaitingCommandsAndFunctionsWithIt) {
  start();
  Client client(server->portals()[0].address, loop);
  EXPECT_TRUE(client.login());
  client.attentions(0);
  client.attentions(1);
  client.send(client.command(1, 0, {0x2a, 0, 0, 0, 0, 0, 0, 8, 0}, 2048 * 512));  // its data does not come
  const auto r2t = client.next();
  ASSERT_TRUE(r2t);
  EXPECT_EQ((*r2t)[0], 0x31);
  TaskManagementRequest function;
  function.function = TaskManagementFunction::AbortTaskSet;
  function.initiatorTaskTag = 9;
  function.cmdSn = client.cmdSn;
  client.send(function);
  ASSERT_TRUE(server->apply(mapped({{1, "two"}})).ok());
  while (const auto head = client.next()) {
    if ((*head)[0] == 0x22) break;
  }
  EXPECT_THAT(client.attentions(1), testing::ElementsAre(0x3f0e));
  EXPECT_EQ(server->sessions().at(0).commandsNow, 0U);
}

// Of LOGICAL UNIT NOT SUPPORTED their initiators know at once. Without an answer they would wait for half a minute, and
// then reset the target, and with it what others have open there.
TEST_F(ServerTest, TheOpenCommandsOfAUnitThatGoesEndAsThoseForNobody) {
  for (const bool deleted : {false, true}) {
    start();
    const auto large = [](target::Setup setup) {
      for (UnitSetup& unit : setup.units) unit.store = "memory:64M";
      return setup;
    };
    ASSERT_TRUE(server->apply(large(mapped({{0, "one"}, {1, "two"}}))).ok());
    Client client(server->portals()[0].address, loop);
    ASSERT_TRUE(client.login());
    client.attentions(0);
    client.attentions(1);
    client.send(client.command(1, 0, kWriteOne, 512));  // its data does not come yet
    const auto r2t = client.next();
    ASSERT_TRUE(r2t);
    client.send(client.command(2, 0, {0x41, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0}, 512), base::Bytes(512, 0x5a));
    ASSERT_EQ(server->sessions().at(0).commandsNow, 2U) << "the store has one, in pieces";
    ASSERT_TRUE(server->apply(large(deleted ? withoutOne() : mapped({{1, "two"}}))).ok());
    std::vector<std::uint32_t> ended;
    for (int i = 0; i < 2; ++i) {
      const auto head = client.next();
      ASSERT_TRUE(head) << "one ended in silence";
      ended.push_back(base::loadU32(&(*head)[16]));
      EXPECT_EQ((*head)[0], 0x21);
      EXPECT_EQ((*head)[3], 0x02);
      ASSERT_GT(client.data().size(), 15U);
      EXPECT_EQ(client.data()[4] & 0x0f, 0x05);
      EXPECT_EQ(client.data()[14], 0x25);
    }
    EXPECT_THAT(ended, testing::UnorderedElementsAre(1U, 2U));
    DataOut data;
    data.final = true;
    data.initiatorTaskTag = 1;
    data.targetTransferTag = base::loadU32(&(*r2t)[20]);
    data.dataSegmentLength = 512;
    client.send(data, base::Bytes(512));
    EXPECT_THAT(client.attentions(1), testing::ElementsAre(0x3f0e)) << "nothing comes of data that is late";
    EXPECT_EQ(server->sessions().at(0).commandsNow, 0U);
    server.reset();
    stores.reset();
  }
}

target::Setup awaitingOne(target::Setup setup) {
  setup.units[0].store.clear();
  return setup;
}

// To a host that logs in again, LOGICAL UNIT NOT SUPPORTED is the end of the disk; that it becomes ready it waits for.
TEST_F(ServerTest, AUnitWhoseStoreIsNotOpenYetSaysWhoItIsAndThatItBecomesReady) {
  start();
  const target::Setup setup = mapped({{0, "one"}, {1, "two"}});
  ASSERT_TRUE(server->apply(awaitingOne(setup)).ok());
  Client client(server->portals()[0].address, loop);
  ASSERT_TRUE(client.login());
  EXPECT_EQ(client.run(0, {}), 2);
  EXPECT_EQ(client.data()[14], 0x29) << "its unit attention";
  const std::pair<std::array<std::uint8_t, 10>, std::uint32_t> refused[] = {{{}, 0},
                                                                            {kReadOne, 512},
                                                                            {kWriteOne, 512},
                                                                            {{0x25}, 8},
                                                                            {{0x42, 0, 0, 0, 0, 0, 0, 0, 24}, 0},
                                                                            {{0x5e, 0, 0, 0, 0, 0, 0, 1, 0}, 256},
                                                                            {{0x56}, 0},
                                                                            {{0x5a, 0, 0x3f, 0, 0, 0, 0, 1, 0}, 256},
                                                                            {{0xff}, 0}};
  for (const auto& [cdb, length] : refused) {
    EXPECT_EQ(client.run(0, cdb, length), 2) << static_cast<int>(cdb[0]);
    ASSERT_GT(client.data().size(), 15U);
    EXPECT_EQ(client.data()[4] & 0x0f, 0x02) << static_cast<int>(cdb[0]);
    EXPECT_EQ(client.data()[14] << 8 | client.data()[15], 0x0401) << static_cast<int>(cdb[0]);
  }
  const auto asks = [&](std::array<std::uint8_t, 10> cdb) {
    EXPECT_EQ(client.run(0, cdb, 255), 0);
    return std::string(client.data());
  };
  const std::array<std::uint8_t, 10> kNames{0x12, 1, 0x83, 0, 255};
  const std::array<std::uint8_t, 10> kSerial{0x12, 1, 0x80, 0, 255};
  const std::array<std::uint8_t, 10> kStandard{0x12, 0, 0, 0, 255};
  const std::array<std::string, 3> who{asks(kNames), asks(kSerial), asks(kStandard)};
  EXPECT_THAT(who[1], testing::HasSubstr("one"));
  EXPECT_EQ(asks({0x03, 0, 0, 0, 18})[2], 0x02) << "REQUEST SENSE";
  EXPECT_EQ(asks({0xa0, 0, 0, 0, 0, 0, 0, 0, 1, 0})[3], 16) << "REPORT LUNS has both";
  EXPECT_EQ(server->units().size(), 1U) << "nothing is known of it yet";
  EXPECT_FALSE(server->resize("one", 8, block::Shrink::Allow).ok());
  EXPECT_FALSE(server->refreshSize("one").ok());
  ASSERT_TRUE(server->apply(setup).ok());
  EXPECT_THAT(client.attentions(0), testing::ElementsAre(0x2900, 0x3f0e));
  EXPECT_EQ(client.run(0, kReadOne, 512), 0) << "it is the same unit: nobody has to ask who it is";
  EXPECT_EQ((std::array<std::string, 3>{asks(kNames), asks(kSerial), asks(kStandard)}), who);
}

// Other words for its store, and the store cannot be opened while the old one has commands.
TEST_F(ServerTest, TheOpenCommandsOfAUnitThatIsOpenedAnewEndAsNotReady) {
  for (const bool awaited : {false, true}) {
    start();
    target::Setup setup = mapped({{0, "one"}, {1, "two"}});
    setup.units[0].store = "memory:64M";
    ASSERT_TRUE(server->apply(setup).ok());
    Client client(server->portals()[0].address, loop);
    ASSERT_TRUE(client.login());
    client.attentions(0);
    client.send(client.command(1, 0, kWriteOne, 512));  // its data does not come
    ASSERT_TRUE(client.next());
    client.send(client.command(2, 0, {0x41, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0}, 512), base::Bytes(512, 0x5a));
    ASSERT_EQ(server->sessions().at(0).commandsNow, 2U);
    setup.units[0].store = "memory:32M";
    ASSERT_TRUE(server->apply(awaited ? awaitingOne(setup) : setup).ok());
    for (int i = 0; i < 2; ++i) {
      const auto head = client.next();
      ASSERT_TRUE(head);
      EXPECT_EQ((*head)[3], 0x02);
      ASSERT_GT(client.data().size(), 15U);
      EXPECT_EQ(client.data()[4] & 0x0f, 0x02);
      EXPECT_EQ(client.data()[14] << 8 | client.data()[15], 0x0401);
    }
    ASSERT_TRUE(server->apply(setup).ok());
    client.attentions(0);
    EXPECT_EQ(client.run(0, kReadOne, 512), 0);
    server.reset();
    stores.reset();
  }
}

// What waits for its turn when its unit goes is for whoever is there by then, and not for one that took its place in
// between by the same address.
TEST_F(ServerTest, ACommandThatWaitsForItsTurnMeetsTheMapOfThen) {
  start();
  Client client(server->portals()[0].address, loop);
  ASSERT_TRUE(client.login());
  client.attentions(0);
  ScsiCommand early = client.command(1, 0, {}, 0);
  ScsiCommand late = client.command(2, 0, {}, 0);
  client.send(late);
  ASSERT_TRUE(server->apply(mapped({{1, "two"}})).ok());
  client.send(early);
  for (int i = 0; i < 2; ++i) {
    const auto head = client.next();
    ASSERT_TRUE(head);
    EXPECT_EQ((*head)[3], 0x02);
    EXPECT_EQ(client.data()[14], 0x25);
  }
}

// It may come back, so nothing of it may fail: an initiator takes LOGICAL UNIT NOT SUPPORTED for the end of the disk.
TEST_F(ServerTest, ASessionThatIsAskedToLogOutKeepsItsUnitsAsLongAsItIsAdmitted) {
  start();
  Client client(server->portals()[0].address, loop);
  ASSERT_TRUE(client.login());
  client.attentions(0);
  ASSERT_TRUE(server->dropSession(server->sessions().at(0).id));
  const auto asked = client.next();
  ASSERT_TRUE(asked);
  EXPECT_EQ((*asked)[0], 0x32);
  EXPECT_EQ(client.run(0, kReadOne, 512), 0);
  ASSERT_TRUE(server->apply(mapped({{0, "one"}, {1, "two"}})).ok());
  EXPECT_EQ(client.run(0, kReadOne, 512), 0);
  ASSERT_TRUE(server->apply(mapped({{0, "one"}, {1, "two"}}, false)).ok());
  EXPECT_EQ(client.run(0, kReadOne, 512), 2) << "now it is not";
  EXPECT_EQ(client.data()[14], 0x25);
}

// The end of the write that it waits for lets it go on while the map changes.
TEST_F(ServerTest, AWarmResetThatWaitsForAWriteOfAUnitThatGoesResetsTheOthers) {
  for (const bool all : {false, true}) {
    start();
    Client client(server->portals()[0].address, loop);
    ASSERT_TRUE(client.login());
    client.attentions(0);
    client.attentions(1);
    client.send(client.command(1, 0, {0x2a, 0, 0, 0, 0, 0, 0, 0, 8}, 4096));  // its data does not come
    ASSERT_TRUE(client.next());
    TaskManagementRequest function;
    function.function = TaskManagementFunction::TargetWarmReset;
    function.initiatorTaskTag = 9;
    function.cmdSn = client.cmdSn;
    client.send(function);
    using Luns = std::vector<std::pair<std::uint32_t, std::string>>;
    ASSERT_TRUE(server->apply(mapped(all ? Luns{} : Luns{{1, "two"}})).ok());
    turns();
    EXPECT_THAT(client.responses(1), testing::ElementsAre(std::pair(0x21, 1U))) << "there is no unit any more";
    const auto response = client.next();
    ASSERT_TRUE(response);
    EXPECT_EQ((*response)[0], 0x22);
    EXPECT_EQ((*response)[2], 0);
    if (!all) {
      EXPECT_THAT(client.attentions(1), testing::ElementsAre(0x2903, 0x3f0e));
    }
    server.reset();
    stores.reset();
  }
}

// A reset waits for a write; behind a gap, which the reset closes, there is a Logout. Whoever ends the write lets both
// go on.
TEST_F(ServerTest, ALogoutBehindAResetEndsItsSessionWhoeverLetsItGoOn) {
  for (const bool byUnmap : {false, true}) {
    start();
    const net::Address at = server->portals()[0].address;
    Client other(at, loop), client(at, loop);
    ASSERT_TRUE(other.login(2));
    ASSERT_TRUE(client.login());
    for (Client* const one : {&other, &client}) {
      one->attentions(0);
      one->attentions(1);
    }
    client.send(client.command(1, 0, {0x2a, 0, 0, 0, 0, 0, 0, 0, 8}, 4096));  // its data does not come
    ASSERT_TRUE(client.next());
    ++client.cmdSn;
    client.send(client.command(2, 0, {0x00}, 0));
    LogoutRequest logout;
    logout.immediate = false;
    logout.initiatorTaskTag = 3;
    logout.cmdSn = client.cmdSn++;
    client.send(logout);
    client.send(client.function(TaskManagementFunction::TargetWarmReset, 9));
    turns();
    ASSERT_EQ(server->sessions().size(), 2U);
    if (byUnmap) {
      ASSERT_TRUE(server->apply(mapped({{1, "two"}})).ok());
    } else {
      other.send(other.function(TaskManagementFunction::ClearTaskSet, 8));
      ASSERT_TRUE(other.next());
    }
    turns();
    EXPECT_EQ(server->sessions().size(), 1U);
    EXPECT_THAT(client.responses(9), testing::Contains(testing::Pair(0x26, 3U))) << "the Logout is answered";
    EXPECT_EQ(other.run(1, {0x00}, 0), 2) << "a unit attention of the reset";
    EXPECT_EQ(other.run(1, {0x12, 0, 0, 0, 36}, 36), 0);
    server.reset();
    stores.reset();
  }
}

TEST_F(ServerTest, CommandsThatEndWithAConnectionAreAUnitAttentionOnTheOthers) {
  start();
  const net::Address at = server->portals()[0].address;
  Client first(at, loop), second(at, loop);
  ASSERT_TRUE(first.login());
  first.attentions(0);
  first.attentions(1);
  second.cmdSn = first.cmdSn;
  ASSERT_TRUE(second.login(1, server->sessions()[0].tsih));
  second.send(second.command(1, 1, {0x2a, 0, 0, 0, 0, 0, 0, 0, 8}, 4096));  // its data does not come
  ASSERT_TRUE(second.next());
  second.close();
  turns();
  first.cmdSn = second.cmdSn;
  EXPECT_THAT(first.attentions(1), testing::ElementsAre(0x477f));
  EXPECT_THAT(first.attentions(0), testing::IsEmpty()) << "of this unit nothing was cleared";
}

TEST_F(ServerTest, AColdResetIsAnsweredAndClosesAllConnections) {
  start();
  const net::Address at = server->portals()[0].address;
  Client asking(at, loop), other(at, loop);
  ASSERT_TRUE(asking.login(1));
  ASSERT_TRUE(other.login(2));
  TaskManagementRequest function;
  function.function = TaskManagementFunction::TargetColdReset;
  function.initiatorTaskTag = 9;
  function.cmdSn = asking.cmdSn;
  asking.send(function);
  const auto head = asking.next();
  ASSERT_TRUE(head);
  EXPECT_EQ((*head)[0], 0x22);
  EXPECT_EQ((*head)[2], 0);
  EXPECT_TRUE(asking.ended());
  EXPECT_TRUE(other.ended());
  EXPECT_THAT(witness.ended, testing::ElementsAre("target cold reset", "target cold reset"));
  Client again(at, loop);
  EXPECT_TRUE(again.login(1));
  EXPECT_THAT(again.attentions(0), testing::ElementsAre(0x2900));
}

TEST_F(ServerTest, ASessionThatSolicitsMuchAndSendsNothingLeavesMemoryToOthers) {
  Limits limits;
  limits.writeMemory = 1U << 20;
  start(limits);
  const net::Address at = server->portals()[0].address;
  Client greedy(at, loop), modest(at, loop);
  ASSERT_TRUE(greedy.login(1));
  ASSERT_TRUE(modest.login(2));
  greedy.attentions(0);
  modest.attentions(0);
  const std::array<std::uint8_t, 10> write{0x2a, 0, 0, 0, 0, 0, 0, 0, 128};  // 64 KiB
  int asked = 0, refused = 0;
  for (std::uint32_t itt = 1; itt <= 20; ++itt) {
    greedy.send(greedy.command(itt, 0, write, 65536));
    const auto head = greedy.next();
    ASSERT_TRUE(head);
    if ((*head)[0] == 0x31) ++asked;
    if ((*head)[0] == 0x21) refused += (*head)[3] == 0x28;
  }
  EXPECT_EQ(asked, 8);
  EXPECT_EQ(refused, 12);
  EXPECT_EQ(server->counters().outOfShare, 12U);
  for (std::uint32_t itt = 1; itt <= 4; ++itt) {
    modest.send(modest.command(itt, 0, write, 65536));
    const auto head = modest.next();
    ASSERT_TRUE(head);
    EXPECT_EQ((*head)[0], 0x31) << "its data is asked for";
  }
}

TEST_F(ServerTest, AConnectionThatSendsAndDoesNotReadIsClosedAndTheOtherGoesOn) {
  Limits limits;
  limits.outputHighWater = 64U << 20;  // so that it is read on
  limits.pingAfter = limits.pingTime = std::chrono::seconds(1);
  start(limits);
  const net::Address at = server->portals()[0].address;
  Client reader(at, loop), deaf(at, loop, 4096);
  ASSERT_TRUE(reader.login());
  reader.attentions(0);
  deaf.cmdSn = reader.cmdSn;
  ASSERT_TRUE(deaf.login(1, server->sessions()[0].tsih));
  for (std::uint32_t itt = 1; itt < 20; ++itt) {
    deaf.send(deaf.command(itt, 0, {0x28, 0, 0, 0, 0, 0, 0, 4, 0}, 1024 * 512));
  }
  reader.cmdSn = deaf.cmdSn;
  NopOut alive;
  alive.immediate = true;
  const auto isAnswered = [&] {
    reader.send(reader.command(100, 1, {}, 0));
    return bool(reader.next());
  };
  EXPECT_TRUE(eventually([&] {
    deaf.send(alive);
    EXPECT_TRUE(isAnswered());
    return server->counters().connectionsNow != 2;
  }));
  EXPECT_EQ(server->counters().connectionsNow, 1U);
  EXPECT_EQ(server->counters().connectionFaults, 1U);
  EXPECT_TRUE(isAnswered());
  EXPECT_THAT(witness.ended, testing::IsEmpty());
}

// RFC 7143 4.2.3.4 and 4.2.3.5: whatever the session that issues the function has agreed.
TEST_F(ServerTest, AResetIsToldToOtherSessionsWithFastAbortThatHaveTasksOnTheUnit) {
  start();
  const net::Address at = server->portals()[0].address;
  Client asking(at, loop), fast(at, loop), plain(at, loop), elsewhere(at, loop);
  fast.fastAbort = elsewhere.fastAbort = true;
  std::uint8_t isid = 0;
  for (Client* const one : {&asking, &fast, &plain, &elsewhere}) {
    ASSERT_TRUE(one->login(++isid));
    one->attentions(0);
    one->attentions(1);
  }
  const std::array<std::uint8_t, 10> write{0x2a, 0, 0, 0, 0, 0, 0, 0, 8};
  for (Client* const one : {&fast, &plain, &elsewhere}) {
    one->send(one->command(7, one == &elsewhere ? 0 : 1, write, 4096));
    const auto r2t = one->next();
    ASSERT_TRUE(r2t);
    EXPECT_EQ((*r2t)[0], 0x31);
  }
  TaskManagementRequest function;
  function.function = TaskManagementFunction::LogicalUnitReset;
  function.lun[1] = 1;
  function.initiatorTaskTag = 9;
  function.cmdSn = asking.cmdSn;
  asking.send(function);
  const auto response = asking.next();
  ASSERT_TRUE(response);
  EXPECT_EQ((*response)[0], 0x22);
  for (Client* const one : {&fast, &plain}) {
    EXPECT_THAT(one->responses(1), testing::ElementsAre(std::pair(0x21, 7U))) << "TASK ABORTED";
  }
  const auto told = fast.next();
  ASSERT_TRUE(told);
  EXPECT_EQ((*told)[0], 0x32);
  EXPECT_EQ((*told)[36], 5);
  EXPECT_EQ((*told)[9], 1) << "the LUN";
  EXPECT_THAT(plain.attentions(1), testing::ElementsAre(0x2903)) << "and the unit attention";
  elsewhere.send(elsewhere.command(8, 0, {}, 0));
  const auto answer = elsewhere.next();
  ASSERT_TRUE(answer);
  EXPECT_EQ((*answer)[0], 0x21) << "nothing was told there";
}

// TAS zero in the control mode page of LUN 0.
void keepAbortedSilent(Client& client) {
  ASSERT_EQ(client.run(0, {0x5a, 8, 0x0a, 0, 0, 0, 0, 0, 20}, 20), 0);
  base::Bytes list(client.data().begin(), client.data().end());
  ASSERT_EQ(list.size(), 20U);
  list[0] = list[1] = list[3] = 0;
  list[8] &= 0x3f;
  ASSERT_EQ(list[8 + 5], 0x40) << "one by default";
  list[8 + 5] = 0;
  ASSERT_EQ(client.run(0, {0x55, 0x10, 0, 0, 0, 0, 0, 0, 20}, 20, list), 0);
}

TEST_F(ServerTest, AWriteWhoseDataIsAwaitedDoesNotEndInSilenceWhenAnotherInitiatorClearsItsTaskSet) {
  using F = TaskManagementFunction;
  const std::tuple<F, bool, std::vector<int>> kinds[] = {{F::ClearTaskSet, false, {0x2f00}},
                                                         {F::ClearTaskSet, true, {}},
                                                         {F::LogicalUnitReset, false, {0x2903}},
                                                         {F::LogicalUnitReset, true, {0x2903}}};
  for (const auto& [what, tas, attentions] : kinds) {
    start();
    const net::Address at = server->portals()[0].address;
    Client asking(at, loop), writing(at, loop);
    ASSERT_TRUE(asking.login(1));
    ASSERT_TRUE(writing.login(2));
    asking.attentions(0);
    if (!tas) keepAbortedSilent(asking);
    writing.attentions(0);
    writing.send(writing.command(7, 0, {0x2a, 0, 0, 0, 0, 0, 0, 0, 8}, 4096));  // its data does not come
    ASSERT_TRUE(writing.next());
    TaskManagementRequest function;
    function.function = what;
    function.initiatorTaskTag = 9;
    function.cmdSn = asking.cmdSn;
    asking.send(function);
    const auto response = asking.next();
    ASSERT_TRUE(response);
    EXPECT_EQ((*response)[0], 0x22);
    if (tas) {
      const auto told = writing.next();
      ASSERT_TRUE(told);
      EXPECT_EQ((*told)[0], 0x21);
      EXPECT_EQ((*told)[3], 0x40) << "TASK ABORTED";
    }
    EXPECT_EQ(writing.attentions(0), attentions) << static_cast<int>(what) << tas;
    for (const SessionFacts& session : server->sessions()) EXPECT_EQ(session.commandsNow, 0U);
    server.reset();
    stores.reset();
  }
}

// Each function ends what the other session's function waits for, which then ends what the first session's wait for.
TEST_F(ServerTest, FunctionsOfTwoSessionsThatFreeEachOtherAreAnsweredOnceEach) {
  start();
  const net::Address at = server->portals()[0].address;
  Client one(at, loop), other(at, loop);
  ASSERT_TRUE(one.login(1));
  ASSERT_TRUE(other.login(2));
  std::uint32_t tag = 0;
  for (Client* const client : {&other, &one}) {
    client->attentions(0);
    client->send(client->command(1, 0, {0x2a, 0, 0, 0, 0, 0, 0, 0, 8}, 4096));  // its data does not come yet
    const auto r2t = client->next();
    ASSERT_TRUE(r2t);
    ASSERT_EQ((*r2t)[0], 0x31);
    tag = base::loadU32(&(*r2t)[20]);
    for (const std::uint32_t itt : {9U, 10U})
      client->send(client->function(TaskManagementFunction::LogicalUnitReset, itt));
  }
  const base::Bytes zeros(4096);
  DataOut data;
  data.final = true;
  data.initiatorTaskTag = 1;
  data.targetTransferTag = tag;
  data.dataSegmentLength = 4096;
  one.send(data, zeros);
  EXPECT_THAT(one.responses(2), testing::UnorderedElementsAre(std::pair(0x22, 9U), std::pair(0x22, 10U)))
      << "and the write has ended by the first";
  EXPECT_THAT(other.responses(3),
              testing::UnorderedElementsAre(std::pair(0x21, 1U), std::pair(0x22, 9U), std::pair(0x22, 10U)))
      << "its write with TASK ABORTED";
  for (Client* const client : {&one, &other}) EXPECT_THAT(client->attentions(0), testing::ElementsAre(0x2903));
  for (const SessionFacts& session : server->sessions()) EXPECT_EQ(session.commandsNow, 0U);
}

// One logical unit has one task set, at however many LUNs a session sees it (SAM-5 4.6.9, 7.3).
TEST_F(ServerTest, AUnitAtTwoLunsOfASessionIsClearedAtBoth) {
  using F = TaskManagementFunction;
  for (const F what : {F::AbortTaskSet, F::ClearTaskSet, F::LogicalUnitReset}) {
    for (const bool fast : {false, true}) {
      start();
      ASSERT_TRUE(server->apply(mapped({{0, "one"}, {2, "one"}})).ok());
      Client client(server->portals()[0].address, loop);
      client.fastAbort = fast;
      ASSERT_TRUE(client.login());
      client.attentions(0);
      client.attentions(2);
      client.send(client.command(7, 2, kWriteOne, 512));  // its data does not come yet
      const auto r2t = client.next();
      ASSERT_TRUE(r2t);
      DataOut data;
      data.final = true;
      data.lun[1] = 2;
      data.initiatorTaskTag = 7;
      data.targetTransferTag = base::loadU32(&(*r2t)[20]);
      data.dataSegmentLength = 512;
      const base::Bytes block(512, 0x5a);
      client.send(client.function(what, 9));
      if (!fast) client.send(data, block);
      EXPECT_THAT(client.responses(1), testing::ElementsAre(std::pair(0x22, 9U))) << "and no status of the write";
      if (fast) client.send(data, block);
      client.attentions(0);
      client.attentions(2);
      EXPECT_EQ(client.run(0, kReadOne, 512), 0);
      EXPECT_EQ(client.seen[0x5a], 0U) << "it was written after it had been aborted";
      server.reset();
      stores.reset();
    }
  }
}

// Whoever may only read a unit does not end what others do there. The reset of a unit stays: the error handling of
// initiators in use needs it, as for a disk that they share.
TEST_F(ServerTest, WhoMayOnlyReadDoesNotEndTheCommandsOfOthersByAFunctionThatHeCanDoWithout) {
  using F = TaskManagementFunction;
  start();
  target::Setup setup = withOther(mapped({{0, "one"}}), "one");
  setup.targets[1].rules[0].luns = {{0, "two", Right::ReadWrite}, {1, "one", Right::ReadOnly}};
  ASSERT_TRUE(server->apply(setup).ok());
  const net::Address at = server->portals()[0].address;
  Client writing(at, loop), reading(at, loop);
  reading.target = kOther;
  ASSERT_TRUE(writing.login(1));
  ASSERT_TRUE(reading.login(2));
  writing.attentions(0);
  const auto answerOf = [&](F what, std::uint8_t lun) {
    TaskManagementRequest function = reading.function(what, 9);
    function.lun[1] = lun;
    reading.send(function);
    const auto response = reading.next();
    return response && (*response)[0] == 0x22 ? (*response)[2] : -1;
  };
  writing.send(writing.command(7, 0, kWriteOne, 512));  // its data does not come yet
  const auto r2t = writing.next();
  ASSERT_TRUE(r2t);
  EXPECT_EQ(answerOf(F::ClearTaskSet, 1), 6);
  EXPECT_EQ(answerOf(F::ClearTaskSet, 0), 0) << "where it may write";
  EXPECT_EQ(answerOf(F::AbortTaskSet, 1), 0) << "its own";
  setup.targets[1].rules[0].luns = {{1, "one", Right::ReadOnly}};
  ASSERT_TRUE(server->apply(setup).ok());
  EXPECT_EQ(answerOf(F::TargetWarmReset, 0), 6);
  EXPECT_EQ(answerOf(F::TargetColdReset, 0), 6);
  DataOut data;
  data.final = true;
  data.initiatorTaskTag = 7;
  data.targetTransferTag = base::loadU32(&(*r2t)[20]);
  data.dataSegmentLength = 512;
  writing.send(data, base::Bytes(512));
  EXPECT_THAT(writing.responses(1), testing::ElementsAre(std::pair(0x21, 7U)));
  EXPECT_EQ(answerOf(F::LogicalUnitReset, 1), 0);
  EXPECT_THAT(writing.attentions(0), testing::ElementsAre(0x2903));
  setup.targets[1].rules[0].luns.clear();
  ASSERT_TRUE(server->apply(setup).ok());
  EXPECT_EQ(answerOf(F::TargetColdReset, 0), 6) << "who sees no unit";
  setup.targets[1].rules[0].luns = {{0, "two", Right::ReadWrite}, {1, "one", Right::ReadOnly}};
  ASSERT_TRUE(server->apply(setup).ok());
  EXPECT_EQ(answerOf(F::TargetWarmReset, 0), 0) << "no more than the reset of each, which is everybody's";
}

TEST_F(ServerTest, AUnitAtTwoLunsThatKeepsOneIsStillClearedThere) {
  start();
  ASSERT_TRUE(server->apply(mapped({{0, "one"}, {2, "one"}})).ok());
  const net::Address at = server->portals()[0].address;
  Client asking(at, loop), writing(at, loop);
  ASSERT_TRUE(asking.login(1));
  ASSERT_TRUE(writing.login(2));
  ASSERT_TRUE(server->apply(mapped({{0, "one"}})).ok());
  asking.attentions(0);
  writing.attentions(0);
  writing.send(writing.command(7, 0, {0x2a, 0, 0, 0, 0, 0, 0, 0, 8}, 4096));  // its data does not come
  ASSERT_TRUE(writing.next());
  TaskManagementRequest function;
  function.function = TaskManagementFunction::ClearTaskSet;
  function.initiatorTaskTag = 9;
  function.cmdSn = asking.cmdSn;
  asking.send(function);
  const auto response = asking.next();
  ASSERT_TRUE(response);
  EXPECT_EQ((*response)[0], 0x22);
  EXPECT_THAT(writing.responses(1), testing::ElementsAre(std::pair(0x21, 7U))) << "TASK ABORTED";
  EXPECT_THAT(writing.attentions(0), testing::IsEmpty());
}

TEST_F(ServerTest, TellsWhatItsSessionsDo) {
  start();
  Client client(server->portals()[0].address, loop);
  EXPECT_TRUE(client.login());
  client.attentions(0);
  client.send(client.command(1, 0, {0x28, 0, 0, 0, 0, 0, 0, 0, 4}, 2048));
  ASSERT_TRUE(client.next());
  turns();
  const SessionFacts facts = server->sessions().at(0);
  EXPECT_EQ(facts.target, kTarget);
  EXPECT_EQ(facts.io.bytesIn, 2048U);
  EXPECT_EQ(facts.connections.size(), 1U);
  EXPECT_EQ(facts.commandsNow, 0U);
  EXPECT_FALSE(server->trace(facts.id).empty());
  EXPECT_TRUE(server->trace(facts.id + 1).empty());
  for (const UnitFacts& unit : server->units()) EXPECT_EQ(unit.nexuses, 1U);
  EXPECT_TRUE(server->dropSession(facts.id));
  EXPECT_FALSE(server->dropSession(facts.id + 1));
}

}  // namespace
}  // namespace target
