// The way of a session from connect() to ready: login without authentication, then the capacity of its LUN.
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdio>

#include "shared/net/os_error.h"
#include "tests/bench/common/posix.h"
#include "tests/bench/iscsi_load/keys.h"
#include "tests/bench/iscsi_load/session.h"

namespace bench::iscsi {
namespace {

constexpr unsigned kLoginRounds = 8;
constexpr unsigned kAskRounds = 8;  // each may bring one more unit attention
constexpr std::uint8_t kSecurityStage = 0;
constexpr std::uint8_t kOperationalStage = 1;
constexpr std::uint8_t kFullFeature = 3;
constexpr std::uint8_t kCheckCondition = 2;

}  // namespace

base::Status Session::open() {
  sockaddr_storage address{};
  const socklen_t size = options_.server.toSockaddr(address);
  net::UniqueFd fd(socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return net::osFailure("cannot make a socket");
  if (base::Status done = setNoDelay(fd.get()); !done) return done;
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0 && errno != EINPROGRESS) {
    return net::osFailure("cannot connect to " + options_.server.text());
  }
  wire_.open(std::move(fd));
  state_ = State::Connecting;
  return {};
}

base::Status Session::onConnected() {
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(fd(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return base::fail("cannot connect to " + options_.server.text() + ": error " + std::to_string(error));
  if (options_.bare) {
    agreed_ = {.targetMaxRecv = 1U << 24, .firstBurst = 1U << 24, .maxBurst = 1U << 24, .initialR2t = false};
    capacity_ = options_.span;
    wire_.useDigests(options_.headerDigest, options_.dataDigest);
    state_ = State::Ready;
    return {};
  }
  state_ = State::Security;
  return sendLogin(kSecurityStage, kOperationalStage, true, securityKeys(options_));
}

base::Status Session::sendLogin(std::uint8_t current, std::uint8_t next, bool transit, const std::string& keys) {
  if (++rounds_ > kLoginRounds) return base::fail("the login does not end");
  Header header{};
  header[0] = kLoginRequest | kImmediate;
  header[1] = static_cast<std::uint8_t>((transit ? kTransit | next : 0) | current << 2);
  header[8] = 0x80;  // ISID of the random type: the process in three bytes, the session in two
  store24(header.data() + 9, static_cast<std::uint32_t>(getpid()));
  store16(header.data() + 12, number_);
  store16(header.data() + 14, tsih_);
  store32(header.data() + 16, 0);
  putNumbers(header, true);
  outText_ = keys;
  wire_.add(header, reinterpret_cast<const std::uint8_t*>(outText_.data()), outText_.size());
  return wire_.flush();
}

base::Status Session::onLogin() {
  if (in_[36] != 0 || in_[37] != 0) {
    char status[8];
    std::snprintf(status, sizeof status, "%02x%02x", in_[36], in_[37]);
    return base::fail("the login is refused with status " + std::string(status));
  }
  // The first response sets where StatSN begins.
  const std::uint32_t statSn = statSnOf(in_.data());
  if (rounds_ > 1 && statSn != expStatSn_) return wrong("StatSN out of order in the login");
  expStatSn_ = statSn + 1;
  maxCmdSn_ = load32(in_.data() + 32);
  if (base::Status taken = takeKeys(text_, options_, agreed_); !taken) return taken;
  const bool transit = (in_[1] & kTransit) != 0;
  const auto next = static_cast<std::uint8_t>(in_[1] & 3);
  const bool security = state_ == State::Security;
  const std::uint8_t stage = security ? kSecurityStage : kOperationalStage;
  if ((in_[1] & kContinue) != 0) return sendLogin(stage, 0, false, "");
  if (!transit) return sendLogin(stage, security ? kOperationalStage : kFullFeature, true, "");
  if (next == kFullFeature) return enterFullFeature();
  state_ = State::Operational;
  return sendLogin(kOperationalStage, kFullFeature, true, operationalKeys(options_));
}

base::Status Session::enterFullFeature() {
  if (options_.headerDigest != agreed_.headerDigest || options_.dataDigest != agreed_.dataDigest) {
    return base::fail("the target does not agree to the digests");
  }
  tsih_ = static_cast<std::uint16_t>(in_[14] << 8 | in_[15]);
  if (tsih_ == 0) return wrong("no TSIH at the end of the login");
  wire_.useDigests(agreed_.headerDigest, agreed_.dataDigest);
  rounds_ = 0;
  if (ask_) return ask(Kind::Ready);
  state_ = State::Ready;
  return {};
}

base::Status Session::ask(Kind kind) {
  if (++rounds_ > kAskRounds) return base::fail("the LUN does not become ready");
  state_ = State::Asking;
  Slot& slot = slots_[0];
  ++slot.generation;
  slot.kind = kind;
  slot.dataSn = slot.moved = 0;
  slot.offset = 0;
  slot.length = kind == Kind::Capacity ? 8 : 0;
  std::array<std::uint8_t, 10> cdb{};  // TEST UNIT READY, READ CAPACITY(10)
  if (kind == Kind::Capacity) cdb[0] = 0x25;
  text_.clear();
  sendCommand(slot, kind == Kind::Capacity ? kFinal | kRead : kFinal, cdb, 0);
  return wire_.flush();
}

base::Status Session::onAsked(Slot& slot, std::uint8_t status) {
  const Kind kind = slot.kind;
  slot.kind = Kind::Free;
  if (status == kCheckCondition) return ask(kind);
  if (status != 0) return wrong("status " + std::to_string(status) + " while asking for the capacity");
  if (kind == Kind::Ready) return ask(Kind::Capacity);
  if (text_.size() != 8) return wrong("no 8 bytes of capacity");
  const auto* data = reinterpret_cast<const std::uint8_t*>(text_.data());
  if (load32(data + 4) != 512) return base::fail("the LUN has no blocks of 512 bytes");
  capacity_ = (std::uint64_t{load32(data)} + 1) * 512;
  state_ = State::Ready;
  return {};
}

}  // namespace bench::iscsi
