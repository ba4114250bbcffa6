// ConnectionSocket: one TCP connection of an initiator: bytes between the kernel and a TargetConnection.
//
// Reads up to 64 KiB at a time into memory that all connections of the loop share, and long data segments right into
// their place; sends what has gathered by one call at the end of a turn. It answers the login's questions of access and
// discovery with the address of its peer at hand. When the connection wants to close, it sends what there is, for
// kLingerTime at most, says end-of-stream and waits for the peer's, again for kLingerTime at most. The owner is told
// onEnded() and destroys it later. Bounds: kReadsATurn reads, so that others have their turn; what it cannot feed while
// its peer does not read is one read. One thread, that of the loop.
#pragma once

#include <memory>
#include <string>

#include "agent/iscsi/target_connection.h"
#include "agent/target/facts.h"
#include "shared/net/address.h"
#include "shared/net/loop.h"
#include "shared/net/timer.h"
#include "shared/net/unique_fd.h"

namespace target {

class ConnectionSocket;

// The server, as its connections see it.
class SocketOwner {
 public:
  virtual iscsi::AccessAnswer admit(const iscsi::AccessQuestion& question, const ConnectionSocket& socket) = 0;
  // A login is agreed and proven. Others may have asked since admit().
  virtual iscsi::JoinAnswer join(const iscsi::SessionQuestion& question, const iscsi::AgreedLogin& login,
                                 const ConnectionSocket& socket) = 0;
  // Whether this peer may try a proof now: whoever fails often waits.
  virtual bool mayProve(const ConnectionSocket& socket) = 0;
  virtual iscsi::TargetSession* findSession(const iscsi::AgreedLogin& login) = 0;
  virtual void listTargets(const iscsi::AgreedLogin& login, const ConnectionSocket& socket, std::string_view which,
                           iscsi::TextWriter& out) = 0;
  virtual void onLoggedIn(ConnectionSocket& socket, iscsi::TargetSession& session) = 0;
  virtual void onLoginRefused(ConnectionSocket& socket, const iscsi::LoginFailure& failure,
                              const iscsi::AgreedLogin& known) = 0;
  virtual void onFault(ConnectionSocket& socket, std::string_view why) = 0;
  // Bytes go again on a connection whose `active` was false.
  virtual void onActive() = 0;
  // The socket is closed; destroy the object, but not inside of the call.
  virtual void onEnded(ConnectionSocket& socket) = 0;

 protected:
  ~SocketOwner() = default;
};

class ConnectionSocket final : private net::Handler,
                               private iscsi::ConnectionDriver,
                               private iscsi::LoginAccess,
                               private iscsi::CredentialsSource,
                               private iscsi::LoginSessions,
                               private iscsi::TargetDirectory {
 public:
  static constexpr int kReadsATurn = 4;
  static constexpr std::chrono::seconds kLingerTime{2};

  struct Login {
    iscsi::CredentialsSource& credentials;
    iscsi::LoginSessions& sessions;
    iscsi::SentChallenges& challenges;
    const iscsi::RandomSource& random;
  };

  ConnectionSocket(net::Loop& loop, SocketOwner& owner, const net::Address& peer, std::uint16_t group);
  ~ConnectionSocket() override;
  ConnectionSocket(const ConnectionSocket&) = delete;
  ConnectionSocket& operator=(const ConnectionSocket&) = delete;

  base::Status open(net::UniqueFd fd, const iscsi::ConnectionSetting& setting, const Login& login);
  // Closes at once.
  void close();

  [[nodiscard]] const net::Address& peer() const { return peer_; }
  [[nodiscard]] const net::Address& local() const { return local_; }
  [[nodiscard]] std::uint16_t group() const { return group_; }
  [[nodiscard]] iscsi::TargetConnection& connection() { return *connection_; }
  [[nodiscard]] bool loggedIn() const { return connection_->fullFeature(); }
  // Gives back memory that an idle connection does not need. Cheap where there is none.
  void trim() { connection_->output().trim(); }
  bool active = false;  // the owner's: bytes went since its last look

 private:
  void onEvents(std::uint32_t events) override;
  void onTurnEnd() override;
  void attend() override;
  void onLoggedIn(iscsi::TargetSession& session) override { owner_.onLoggedIn(*this, session); }
  void onLoginRefused(const iscsi::LoginFailure& failure, const iscsi::AgreedLogin& known) override {
    owner_.onLoginRefused(*this, failure, known);
  }
  void onFault(std::string_view why) override { owner_.onFault(*this, why); }
  iscsi::AccessAnswer decide(const iscsi::AccessQuestion& question) override {
    return owner_.admit(question, *this);
  }
  void ask(const iscsi::CredentialsQuestion& question, iscsi::CredentialsReceiver& receiver,
           base::TimePoint now) override {
    if (!owner_.mayProve(*this)) return receiver.onCredentialsFailed(now);
    credentials_->ask(question, receiver, now);
  }
  void withdraw(iscsi::CredentialsReceiver& receiver) override { credentials_->withdraw(receiver); }
  iscsi::SessionAnswer lookUp(const iscsi::SessionQuestion& question) override { return sessions_->lookUp(question); }
  iscsi::JoinAnswer join(const iscsi::SessionQuestion& question, const iscsi::AgreedLogin& login) override {
    return owner_.join(question, login, *this);
  }
  iscsi::TargetSession* find(const iscsi::AgreedLogin& login) override { return owner_.findSession(login); }
  void sendTargets(const iscsi::AgreedLogin& login, std::uint32_t, std::string_view which,
                   iscsi::TextWriter& out) override {
    owner_.listTargets(login, *this, which, out);
  }

  void markActive() {
    if (!std::exchange(active, true)) owner_.onActive();
  }
  void read();
  [[nodiscard]] bool readOnce();
  [[nodiscard]] bool feed(base::ByteView bytes);
  void flush();
  void updateInterest();
  void armTimer();
  void onTimer();
  void linger();
  void discard();
  void end();

  net::Loop& loop_;
  SocketOwner& owner_;
  net::Address peer_;
  net::Address local_;
  std::uint16_t group_;
  iscsi::LoginSessions* sessions_ = nullptr;  // from open() on
  iscsi::CredentialsSource* credentials_ = nullptr;
  net::UniqueFd fd_;
  net::Watch watch_;
  net::Timer timer_;
  base::TimePoint timerAt_{};
  std::unique_ptr<iscsi::TargetConnection> connection_;
  base::Bytes kept_;       // read, and not fed: the connection does not want input
  bool blocked_ = false;   // the kernel took not all output
  bool leaves_ = false;    // the connection closes, and output is left
  bool lingers_ = false;   // end-of-stream is said
  bool ended_ = false;
  bool turnEndAsked_ = false;
};

}  // namespace target
