// Session: an iSCSI session of this program, on a loop.
//
// What agent/iscsi decides about a session (login, recovery, escalation) gets its sockets, its clock and its chance
// here. Commands are submitted and end on the loop's thread; their data goes right to and from their memory. A session
// that loses its connections comes back by itself, and commands wait meanwhile, up to `times.replacement`.
//
// One thread: the loop's. The owner is borrowed; from its callbacks and from onDone() of a command anything may be
// called but the destructor, and that from onEnded() only. Secrets are wiped with the object and shown nowhere. Bounds:
// those of iscsi::InitiatorSession.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/initiator/login_credentials.h"
#include "agent/initiator/portal_socket.h"
#include "agent/iscsi/initiator_session.h"
#include "shared/net/loop.h"
#include "shared/net/resolver.h"
#include "shared/net/timer.h"

namespace initiator {

// Of the random kind (RFC 7143 11.12.5): no two sessions of this machine have the same.
iscsi::Isid randomIsid();

enum class DigestWish : std::uint8_t {
  None,       // never
  Preferred,  // CRC32C where the target takes it
  Required,   // CRC32C, or no session
};

struct SessionOptions {
  std::string initiatorName;  // iSCSI names in their normal spelling
  std::string alias;
  std::string targetName;           // empty with `discovery`
  std::string portal;               // host[:port]
  std::optional<iscsi::Isid> isid;  // whoever holds reservations keeps it; else a random one
  bool discovery = false;
  // CHAP of the initiator; an empty name: none. Then that of the target, which makes authentication mutual.
  std::string user;
  base::Secret password;
  std::string targetUser;
  base::Secret targetPassword;
  bool shortSecretsAllowed = true;  // what others have configured cannot be chosen here
  DigestWish headerDigest = DigestWish::None;
  DigestWish dataDigest = DigestWish::None;
  std::uint16_t connections = 1;
  std::uint32_t queueDepth = 128;
  bool immediateData = true;
  bool initialR2T = false;
  bool firstLoginRetried = false;
  iscsi::InitiatorTimes times;

  void setCredentials(const LoginCredentials& credentials) {
    user = credentials.user;
    password = credentials.secret.copy();
    targetUser = credentials.targetUser;
    targetPassword = credentials.targetSecret.copy();
  }
};

class SessionOwner {
 public:
  // The session is there, or there again. Commands may be submitted before.
  virtual void onReady() {}
  virtual void onNotice(const iscsi::InitiatorNotice&) {}
  virtual void onDiscovered(std::vector<iscsi::DiscoveredTarget>) {}
  // It is over, and all commands have ended.
  virtual void onEnded(const iscsi::InitiatorEnd& end) = 0;

 protected:
  ~SessionOwner() = default;
};

class Session final : private iscsi::InitiatorSessionOwner, private PortalSocketOwner {
 public:
  // Does nothing before open().
  Session(net::Loop& loop, SessionOwner& owner, SessionOptions options);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void open();
  // False: the session is over, or too much is submitted; onDone() does not come.
  [[nodiscard]] bool submit(iscsi::InitiatorCommand& command);
  void cancel(iscsi::InitiatorCommand& command);
  void recall(const iscsi::Lun& lun);
  // Logs out when all commands have ended; onEnded() tells.
  void close();
  void abandon();

  [[nodiscard]] const iscsi::InitiatorSession& core() const { return *core_; }
  [[nodiscard]] net::Loop& loop() { return loop_; }

 private:
  class Credentials;

  // Of the core.
  void connect(std::uint16_t cid, std::string_view address) override;
  void disconnect(std::uint16_t cid) override;
  void outputReady(std::uint16_t cid) override;
  void onNotice(const iscsi::InitiatorNotice& notice) override;
  void onDiscovered(std::vector<iscsi::DiscoveredTarget> targets) override;
  // Of the sockets.
  void onSocketOpen(std::uint16_t cid) override;
  void onSocketLost(std::uint16_t cid, std::string why) override;
  std::span<std::uint8_t> wantedBytes(std::uint16_t cid) override { return core_->wanted(cid); }
  void onPlaced(std::uint16_t cid, std::size_t size) override;
  void onBytes(std::uint16_t cid, base::ByteView bytes) override;
  std::size_t gatherOutput(std::uint16_t cid, std::span<base::ByteView> views) override;
  void onSent(std::uint16_t cid, std::size_t size) override;

  void watchTime();
  void onTimer();
  PortalSocket* find(std::uint16_t cid);

  net::Loop& loop_;
  SessionOwner& owner_;
  std::unique_ptr<Credentials> credentials_;
  iscsi::SentChallenges challenges_;
  std::vector<std::pair<std::uint16_t, std::unique_ptr<PortalSocket>>> sockets_;
  std::vector<std::unique_ptr<net::Resolver>> resolvers_;  // by CID - 1
  net::Timer timer_;
  base::TimePoint armed_ = base::kNever;
  net::Timer funeral_;  // destroys closed sockets, and tells of the end, when nothing of them is on the stack
  std::vector<std::unique_ptr<PortalSocket>> dead_;
  bool ended_ = false;
  std::unique_ptr<iscsi::InitiatorSession> core_;
};

}  // namespace initiator
