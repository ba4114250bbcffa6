// An export behind its socket: with agent/block's client side of NBD, and with clients that say what a test says.
#include "agent/attach/nbd_server.h"

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <deque>

#include "agent/block/device_opener.h"
#include "agent/block/engine_choice.h"
#include "agent/block/memory_device.h"
#include "tests/support/block_request.h"
#include "tests/support/drive_until.h"
#include "tests/support/scratch_folder.h"
#include "tests/unit/attach/nbd_client_words.h"

namespace attach {
namespace {

using namespace attach::testing;
using nbd::Command;
using scsi::IoKind;
using scsi::IoResult;
using support::Request;
using ::testing::HasSubstr;

// Reads of the server itself end at once; the rest when the test says so.
class HeldDevice final : public block::Device {
 public:
  scsi::Geometry shape{2048, 512, 3, false, true, false, true};
  std::deque<scsi::BlockRequest*> open;
  bool holdsLooks = false;
  std::uint64_t nextBlocks = 0;  // for refresh()

  [[nodiscard]] scsi::Geometry geometry() const override { return shape; }
  void submit(scsi::BlockRequest& request) override {
    const bool look = request.kind == IoKind::Read && request.lba == 0 && request.blocks == 1;
    if (look && !holdsLooks) return request.done(IoResult::Ok);
    open.push_back(&request);
  }
  [[nodiscard]] std::string description() const override { return "held"; }
  base::Status resize(std::uint64_t, block::Shrink) override { return {}; }
  base::Result<bool> refresh() override {
    if (nextBlocks == 0) return false;
    shape.blocks = std::exchange(nextBlocks, 0);
    return true;
  }
  void end(IoResult result = IoResult::Ok) {
    scsi::BlockRequest* const request = open.front();
    open.pop_front();
    request->done(result);
  }
};

class NbdServerTest : public ::testing::Test, protected NbdServerObserver {
 protected:
  void serve(block::Device& with) {
    NbdServerObserver& self = *this;
    server = std::make_unique<NbdServer>(loop, with, news, "a disk", self);
    ASSERT_TRUE(server->listen(path));
  }
  bool driveUntil(const std::function<bool()>& condition) {
    return support::driveUntil(loop, condition, std::chrono::seconds(20));
  }
  net::UniqueFd connect() {
    net::UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    path.copy(to.sun_path, sizeof to.sun_path - 1);
    EXPECT_EQ(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
    return fd;
  }
  static void say(const net::UniqueFd& fd, const base::Bytes& bytes) {
    EXPECT_EQ(::send(fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
  }
  // What comes until there are so many bytes, or until the end.
  base::Bytes hear(const net::UniqueFd& fd, std::size_t size = SIZE_MAX) {
    base::Bytes heard;
    EXPECT_TRUE(driveUntil([&] {
      std::array<std::uint8_t, 4096> piece;
      const ssize_t got = ::recv(fd.get(), piece.data(), std::min(piece.size(), size - heard.size()), 0);
      if (got > 0) base::append(heard, base::ByteView(piece).first(static_cast<std::size_t>(got)));
      return got == 0 || (got < 0 && errno == ECONNRESET) || heard.size() == size;
    }));
    return heard;
  }
  // A client in its transmission; the size that it was told.
  net::UniqueFd client(std::uint64_t* size = nullptr) {
    net::UniqueFd fd = connect();
    base::Bytes words = clientFlags();
    base::append(words, option(nbd::Option::ExportName));
    say(fd, words);
    const base::Bytes heard = hear(fd, 18 + 10);
    if (size != nullptr && heard.size() == 28) *size = base::loadU64(heard.data() + 18);
    return fd;
  }

  void onClientCame(const NbdPeer&) override { ++came; }
  void onClientLeft(const NbdPeer& client) override {
    ++left;
    (client.atFault() ? faults : farewells).push_back(client.why());
  }
  void onClientRefused(const net::UnixPeer&, const std::string&) override { ++refused; }

  net::Loop loop;
  support::ScratchFolder folder;
  std::string path = folder.file("disk");
  HeldDevice device;
  scsi::FlushNews news{0};
  std::unique_ptr<NbdServer> server;
  unsigned came = 0;
  unsigned left = 0;
  unsigned refused = 0;
  std::vector<std::string> faults;
  std::vector<std::string> farewells;
};

TEST_F(NbdServerTest, OurOwnClientUsesItAsAStore) {
  auto memory = block::MemoryDevice::make(64 << 20, 4096, false);
  ASSERT_TRUE(memory);
  serve(**memory);
  auto engine = block::makeEngine(loop, {block::EngineChoice::Pool, 16, 1});
  ASSERT_TRUE(engine);
  block::DeviceOpener opener(loop, **engine, "iqn.2026-01.org.example:host");
  const std::string store = "nbd+unix:///?socket=" + path;
  std::unique_ptr<block::Device> remote;
  ASSERT_TRUE(driveUntil([&] {
    auto opened = opener.open(store);
    if (opened) remote = std::move(*opened);
    return remote != nullptr;
  }));
  EXPECT_EQ(remote->geometry().blockSize, 4096U);
  EXPECT_TRUE(remote->geometry().thin);
  std::deque<Request> requests;
  // More than the memory for payloads, at once, in long pieces and short ones.
  for (std::uint64_t i = 0; i < 300; ++i) {
    const std::uint64_t count = i % 3 == 0 ? 512 : 1;
    Request& request = requests.emplace_back(IoKind::Write, (i * 37) % 15'000, count, count * 4096);
    support::fillPattern(request.bytes(), request.lba, 4096, 5);
    remote->submit(request);
  }
  requests.emplace_back(IoKind::Flush, 0, 0, 0);
  remote->submit(requests.back());
  for (std::uint64_t i = 0; i < 300; ++i) {
    const std::uint64_t count = i % 3 == 0 ? 512 : 1;
    remote->submit(requests.emplace_back(IoKind::Read, (i * 37) % 15'000, count, count * 4096));
  }
  ASSERT_TRUE(driveUntil([&] {
    return std::all_of(requests.begin(), requests.end(), [](const Request& each) { return each.result.has_value(); });
  }));
  for (const Request& request : requests) {
    ASSERT_EQ(request.result, IoResult::Ok);
    if (request.kind != IoKind::Read) continue;
    const auto wanted = support::pattern(request.lba, request.blocks, 4096, 5);
    ASSERT_TRUE(std::equal(wanted.begin(), wanted.end(), request.bytes().begin())) << request.lba;
  }
  Request discard(IoKind::Discard, 0, 8, 0);
  remote->submit(discard);
  Request read(IoKind::Read, 0, 8, std::size_t{8} * 4096);
  ASSERT_TRUE(driveUntil([&] { return discard.result.has_value(); }));
  remote->submit(read);
  ASSERT_TRUE(driveUntil([&] { return read.result.has_value(); }));
  EXPECT_TRUE(std::all_of(read.bytes().begin(), read.bytes().end(), [](auto b) { return b == 0; }));
  remote.reset();
  EXPECT_TRUE(driveUntil([&] { return left > 0; }));
  EXPECT_THAT(farewells, ::testing::ElementsAre("it disconnected"));
}

TEST_F(NbdServerTest, NobodyElseMayOpenTheSocket) {
  serve(device);
  struct stat file {};
  ASSERT_EQ(::stat(path.c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 07777U, 0600U);
}

TEST_F(NbdServerTest, AClientThatSendsGarbageEndsAlone) {
  serve(device);
  const auto good = client();
  const auto bad = client();
  say(bad, base::Bytes(64, 'x'));
  EXPECT_TRUE(hear(bad).empty());
  const auto worse = connect();
  say(worse, base::Bytes(64, 'x'));
  EXPECT_EQ(hear(worse).size(), 18U);
  EXPECT_TRUE(driveUntil([&] { return faults.size() == 2; }));
  EXPECT_THAT(faults[0], HasSubstr("magic"));
  say(good, request(Command::Flush, 5, 0, 0));
  ASSERT_TRUE(driveUntil([&] { return !device.open.empty(); }));
  device.end();
  base::Bytes heard = hear(good, nbd::kSimpleReplySize);
  EXPECT_EQ(takeReply(heard).cookie, 5U);
  EXPECT_EQ(came, 2U);
}

TEST_F(NbdServerTest, AClientThatGoesWithRequestsOpenIsKeptUntilTheyHaveEnded) {
  serve(device);
  auto fd = client();
  base::Bytes words = request(Command::Read, 1, 4096, 4096);
  base::append(words, request(Command::Flush, 2, 0, 0));
  say(fd, words);
  ASSERT_TRUE(driveUntil([&] { return device.open.size() == 2; }));
  fd.reset();
  for (int i = 0; i < 5; ++i) loop.runTurn(std::chrono::milliseconds(1));
  EXPECT_EQ(left, 0U);
  device.end();
  device.end();
  EXPECT_TRUE(driveUntil([&] { return left == 1; }));
  EXPECT_EQ(server->clients(), 0U);
}

// It would come over what others are told is written.
TEST_F(NbdServerTest, NothingIsTakenWhileTheDeviceHasWhatAClientLeftThatHasGone) {
  serve(device);
  const auto other = client();
  auto gone = client();
  say(gone, request(Command::WriteZeroes, 1, 4096, 4096));
  ASSERT_TRUE(driveUntil([&] { return device.open.size() == 1; }));
  gone.reset();
  for (int i = 0; i < 5; ++i) loop.runTurn(std::chrono::milliseconds(1));
  say(other, request(Command::WriteZeroes, 2, 4096, 4096));
  const auto next = connect();
  for (int i = 0; i < 20; ++i) loop.runTurn(std::chrono::milliseconds(1));
  std::uint8_t byte = 0;
  EXPECT_EQ(::recv(next.get(), &byte, 1, 0), -1) << "a new one is not greeted";
  ASSERT_EQ(device.open.size(), 1U) << "one that is there is not heard";
  device.end();
  EXPECT_EQ(hear(next, 18).size(), 18U);
  ASSERT_TRUE(driveUntil([&] { return device.open.size() == 1; }));
  device.end();
  base::Bytes heard = hear(other, nbd::kSimpleReplySize);
  EXPECT_EQ(takeReply(heard).cookie, 2U);
}

TEST_F(NbdServerTest, AFlushThatFailedIsToldToAProcessOnceOverAllItsConnectionsAndToOthers) {
  serve(device);
  scsi::FlushNews::Way other(news, "file");
  const auto first = client();
  const auto second = client();
  const auto flush = [&](const net::UniqueFd& fd, IoResult result) {
    say(fd, request(Command::Flush, 1, 0, 0));
    EXPECT_TRUE(driveUntil([&] { return device.open.size() == 1; }));
    device.end(result);
    base::Bytes heard = hear(fd, nbd::kSimpleReplySize);
    return static_cast<nbd::Error>(takeReply(heard).error);
  };
  EXPECT_EQ(flush(first, IoResult::MediumError), nbd::Error::Io);
  EXPECT_EQ(flush(first, IoResult::Ok), nbd::Error::Ok);
  EXPECT_EQ(flush(second, IoResult::Ok), nbd::Error::Ok);
  EXPECT_EQ(other.asked(IoResult::Ok), IoResult::MediumError);
  EXPECT_EQ(other.asked(IoResult::MediumError), IoResult::MediumError);
  EXPECT_EQ(flush(second, IoResult::Ok), nbd::Error::Io);
  EXPECT_EQ(flush(first, IoResult::Ok), nbd::Error::Ok);
}

TEST_F(NbdServerTest, StopAnswersWhatIsOpenThenFlushesThenEnds) {
  serve(device);
  const auto fd = client();
  say(fd, request(Command::Flush, 5, 0, 0));
  ASSERT_TRUE(driveUntil([&] { return device.open.size() == 1; }));
  std::optional<IoResult> ended;
  server->stop([&](IoResult flushed) { ended = flushed; });
  say(fd, request(Command::Flush, 6, 0, 0));
  for (int i = 0; i < 5; ++i) loop.runTurn(std::chrono::milliseconds(1));
  ASSERT_EQ(device.open.size(), 1U) << "nothing new is taken, and the flush waits for what is open";
  device.end();
  ASSERT_TRUE(driveUntil([&] { return device.open.size() == 1; }));
  EXPECT_EQ(device.open[0]->kind, IoKind::Flush);
  EXPECT_FALSE(ended.has_value());
  device.end(IoResult::MediumError);
  ASSERT_TRUE(driveUntil([&] { return ended.has_value(); }));
  EXPECT_EQ(*ended, IoResult::MediumError);
  base::Bytes heard = hear(fd);
  EXPECT_EQ(takeReply(heard).cookie, 5U);
  EXPECT_TRUE(heard.empty());
  struct stat file {};
  EXPECT_NE(::stat(path.c_str(), &file), 0);
}

TEST_F(NbdServerTest, ANewClientSeesASizeThatTheDeviceHeardOfByTheLook) {
  serve(device);
  std::uint64_t size = 0;
  const auto first = client(&size);
  EXPECT_EQ(size, 1U << 20);
  device.nextBlocks = 4096;
  const auto second = client(&size);
  EXPECT_EQ(size, 2U << 20);
}

TEST_F(NbdServerTest, ALookThatTakesLongKeepsNobodyWaitingForEver) {
  device.holdsLooks = true;
  serve(device);
  const auto first = connect();
  const auto second = connect();
  EXPECT_EQ(hear(first, 18).size(), 18U);
  EXPECT_EQ(hear(second, 18).size(), 18U);
  ASSERT_EQ(device.open.size(), 1U) << "one look at a time";
  EXPECT_EQ(server->clients(), 2U);
  device.end(IoResult::Gone);
}

TEST_F(NbdServerTest, WhoWaitsForMemoryGoesOnWhenAnotherGivesItBack) {
  constexpr std::uint32_t kLong = 32U << 20;
  device.shape.blocks = kLong / 512;
  serve(device);
  const auto first = client();
  const auto second = client();
  for (std::uint64_t i = 0; i < 4; ++i) say(first, request(Command::Read, i, 0, kLong));
  ASSERT_TRUE(driveUntil([&] { return device.open.size() == 3; })) << "nobody gets all";
  for (std::uint64_t i = 0; i < 3; ++i) say(second, request(Command::Read, i, 0, kLong));
  ASSERT_TRUE(driveUntil([&] { return device.open.size() == 5; })) << "the second finds its share";
  for (int i = 0; i < 3; ++i) device.end(IoResult::MediumError);
  ASSERT_TRUE(driveUntil([&] { return device.open.size() == 4; })) << "the last of each goes on";
  while (!device.open.empty()) device.end(IoResult::MediumError);
}

// Wakes it when there are news, as a server does.
class WakingOwner final : public NbdPeerOwner {
 public:
  void onPeerReady(NbdPeer&) override {}
  void onPeerNews() override { news = true; }
  void onPeerEnded(NbdPeer&) override {}
  bool holdsBack() override { return false; }
  bool news = false;
};

TEST_F(NbdServerTest, AWakeOfAPeerThatHasToWaitOnIsNoNews) {
  constexpr std::uint32_t kPiece = 4096;
  block::DataMemory memory(kPiece);
  block::DataShare others;
  const auto taken = memory.take(kPiece, others);
  ASSERT_FALSE(taken.empty());
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends), 0);
  const net::UniqueFd client(ends[0]);
  WakingOwner owner;
  NbdPeer peer(loop, 1, {}, nbdOfferOf(device.shape, ""), device, memory, news, owner);
  ASSERT_TRUE(peer.accept(net::UniqueFd(ends[1])));
  base::Bytes words = clientFlags();
  base::append(words, option(nbd::Option::ExportName));
  base::append(words, request(Command::Read, 1, 0, kPiece));
  base::append(words, request(Command::Read, 2, 0, kPiece));
  say(client, words);
  ASSERT_TRUE(driveUntil([&] { return peer.hungry(); }));
  int wakes = 0;
  for (int turn = 0; turn < 100; ++turn) {
    if (turn == 0 || std::exchange(owner.news, false)) {
      ++wakes;
      peer.wake();
    }
    loop.runTurn({});
  }
  EXPECT_LE(wakes, 3) << "else both go on at full speed until there is memory";
  memory.give(taken, others);
  peer.wake();
  EXPECT_TRUE(driveUntil([&] { return device.open.size() == 1; })) << "a wake is one";
  peer.close("the test ends");
  device.end();
  EXPECT_TRUE(peer.ended());
}

TEST_F(NbdServerTest, ClientsHaveABound) {
  serve(device);
  std::vector<net::UniqueFd> clients;
  for (std::size_t i = 0; i < NbdServer::kMaxClients; ++i) clients.push_back(client());
  const auto tooMany = connect();
  EXPECT_TRUE(hear(tooMany).empty());
  EXPECT_EQ(refused, 1U);
  clients.pop_back();
  ASSERT_TRUE(driveUntil([&] { return left == 1; }));
  clients.push_back(client());
  EXPECT_EQ(came, NbdServer::kMaxClients + 1);
}

}  // namespace
}  // namespace attach
