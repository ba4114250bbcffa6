#include "agent/iscsi/initiator_session.h"

#include <algorithm>
#include <array>
#include <utility>

namespace iscsi {
namespace {

constexpr std::uint16_t kLeadingCid = 1;

// Whether the same login may succeed later, when there was a session before: a target that comes back may not know all
// its nodes yet. A wrong secret does not become right, and trying it again looks like an attack.
bool mayComeBack(LoginStatus status) {
  return status != LoginStatus::Success && status != LoginStatus::AuthenticationFailure &&
         status != LoginStatus::TargetRemoved && status != LoginStatus::UnsupportedVersion &&
         status != LoginStatus::MissingParameter;
}

std::chrono::seconds seconds(std::uint32_t count) { return std::chrono::seconds(count); }

}  // namespace

Wishes InitiatorSetting::initiatorWishes() {
  Wishes wishes;
  // All of these lie in the ranges of their rows.
  (void)wishes.set(Key::InitialR2T, 0);
  (void)wishes.set(Key::ImmediateData, 1);
  (void)wishes.set(Key::MaxRecvDataSegmentLength, 262144);
  (void)wishes.set(Key::FirstBurstLength, 262144);
  (void)wishes.set(Key::MaxBurstLength, 16776192);
  (void)wishes.set(Key::MaxOutstandingR2T, 16);
  (void)wishes.set(Key::DefaultTime2Wait, 0);
  (void)wishes.set(Key::HeaderDigest, {"None", "CRC32C"});
  (void)wishes.set(Key::DataDigest, {"None", "CRC32C"});
  return wishes;
}

InitiatorSession::InitiatorSession(InitiatorSetting setting, InitiatorSessionOwner& owner,
                                   CredentialsSource& credentials, SentChallenges& challenges,
                                   const RandomSource& random)
    : setting_(std::move(setting)),
      owner_(owner),
      credentials_(credentials),
      challenges_(challenges),
      random_(random),
      address_(setting_.portal),
      tasks_(setting_.maxCommands + kManagementReserve) {
  setting_.connections = std::clamp(setting_.connections, std::uint16_t{1}, kMaxConnections);
  if (setting_.discovery) setting_.connections = 1;
  if (!setting_.discovery) (void)setting_.wishes.set(Key::MaxConnections, setting_.connections);
}

InitiatorSession::~InitiatorSession() = default;

void InitiatorSession::start(base::TimePoint now) {
  if (state_ != State::Idle) return;
  const Entry entry(*this, now);
  state_ = State::LoggingIn;
  pause_ = setting_.times.firstPause;
  giveUp_ = setting_.firstLoginRetried ? now + setting_.times.replacement : base::kNever;
  attempt();
}

void InitiatorSession::close(base::TimePoint now) {
  if (state_ == State::Ended || closing_) return;
  const Entry entry(*this, now);
  closing_ = true;
}

void InitiatorSession::abandon(base::TimePoint now) {
  if (state_ == State::Ended) return;
  const Entry entry(*this, now);
  closing_ = true;
  drop("abandoned", {});
}

// ---- settling: what may destroy connections waits until nothing of them is on the stack

void InitiatorSession::settle() {
  for (bool again = true; again;) {
    endEnding();
    again = settleConnections();
    if (!dropWanted_.empty() && state_ != State::Ended) {
      const std::string_view why = std::exchange(dropWanted_, {});
      if (closing_) {
        finish({InitiatorEnd::Kind::LoggedOut, LoginStatus::Success, std::string(why)});
      } else if (state_ == State::Ready) {
        recover(dropPause_);
      }
      again = true;
    }
    dropWanted_ = {};
    if (state_ == State::Ready) pump();
    logOutWhenIdle();
  }
  for (const auto& connection : connections_) {
    if (connection->told || connection->writer().empty()) continue;
    connection->told = true;
    owner_.outputReady(connection->cid());
  }
}

// True where a connection had failed.
bool InitiatorSession::settleConnections() {
  for (std::size_t i = 0; i < connections_.size(); ++i) {
    InitiatorConnection& connection = *connections_[i];
    if (!connection.failed()) continue;
    const LoginInitiator* login = connection.loginState();
    if (login != nullptr && login->state() == LoginInitiator::State::Redirected) {
      redirect(*login);
    } else if (login != nullptr && login->state() == LoginInitiator::State::Failed) {
      loginFailed(connection);
    } else {
      connectionLost(connection.cid(), {InitiatorEnd::Kind::Protocol, {}, std::string(connection.failure())});
    }
    return true;
  }
  return false;
}

// ---- connections

InitiatorConnection* InitiatorSession::find(std::uint16_t cid) const {
  for (const auto& connection : connections_) {
    if (connection->cid() == cid) return connection.get();
  }
  return nullptr;
}

std::size_t InitiatorSession::connections() const {
  return static_cast<std::size_t>(
      std::count_if(connections_.begin(), connections_.end(), [](const auto& c) { return c->inFullFeature(); }));
}

void InitiatorSession::openConnection(std::uint16_t cid) {
  InitiatorConnectionOwner& self = *this;
  connections_.push_back(std::make_unique<InitiatorConnection>(self, cid, setting_.times.ping));
  owner_.connect(cid, address_);
}

// The further connections of a session whose first one is there.
void InitiatorSession::openMore() {
  const std::uint32_t allowed = std::min<std::uint32_t>(setting_.connections, agreed_.parameters.maxConnections);
  for (std::uint32_t cid = kLeadingCid + 1; cid <= allowed; ++cid) openConnection(static_cast<std::uint16_t>(cid));
}

void InitiatorSession::closeConnection(std::uint16_t cid) {
  std::erase_if(connections_, [&](const auto& connection) { return connection->cid() == cid; });
  owner_.disconnect(cid);
}

void InitiatorSession::closeConnections() {
  while (!connections_.empty()) closeConnection(connections_.back()->cid());
  attemptDeadline_ = base::kNever;
}

void InitiatorSession::onConnected(std::uint16_t cid, base::TimePoint now) {
  InitiatorConnection* const connection = find(cid);
  if (connection == nullptr || connection->loginState() != nullptr) return;
  const Entry entry(*this, now);
  connection->login(loginSetting(cid), credentials_, challenges_, random_, now);
}

void InitiatorSession::onDisconnected(std::uint16_t cid, std::string why, base::TimePoint now) {
  if (find(cid) == nullptr) return;
  const Entry entry(*this, now);
  connectionLost(cid, {InitiatorEnd::Kind::NoConnection, {}, std::move(why)});
}

void InitiatorSession::onBytes(std::uint16_t cid, base::ByteView bytes, base::TimePoint now) {
  InitiatorConnection* const connection = find(cid);
  if (connection == nullptr) return;
  const Entry entry(*this, now);
  connection->onBytes(bytes, now);
}

std::span<std::uint8_t> InitiatorSession::wanted(std::uint16_t cid) const {
  const InitiatorConnection* const connection = find(cid);
  return connection == nullptr ? std::span<std::uint8_t>{} : connection->wanted();
}

void InitiatorSession::placed(std::uint16_t cid, std::size_t size, base::TimePoint now) {
  InitiatorConnection* const connection = find(cid);
  if (connection == nullptr) return;
  const Entry entry(*this, now);
  connection->placed(size, now);
}

std::size_t InitiatorSession::gather(std::uint16_t cid, std::span<base::ByteView> out) const {
  const InitiatorConnection* const connection = find(cid);
  return connection == nullptr ? 0 : connection->writer().gather(out);
}

void InitiatorSession::sent(std::uint16_t cid, std::size_t bytes, base::TimePoint now) {
  InitiatorConnection* const connection = find(cid);
  if (connection == nullptr) return;
  const Entry entry(*this, now);
  connection->writer().sent(bytes);
  if (!connection->unsent.empty()) sendUnsent(*connection);
  connection->told = !connection->writer().empty();
}

// ---- login

LoginInitiatorSetting InitiatorSession::loginSetting(std::uint16_t cid) const {
  LoginInitiatorSetting login;
  login.initiatorName = setting_.initiatorName;
  login.initiatorAlias = setting_.initiatorAlias;
  login.targetName = setting_.targetName;
  login.discovery = setting_.discovery;
  login.isid = setting_.isid;
  login.cid = cid;
  login.initiatorTaskTag = kLoginTagBase | cid;
  login.policy = setting_.policy;
  login.wishes = setting_.wishes;
  login.limits.deadline = now_ + setting_.times.login;
  if (cid != kLeadingCid) {
    login.tsih = agreed_.tsih;
    login.portalGroupTag = agreed_.portalGroupTag;
    login.session = agreed_.parameters;
    login.cmdSn = currentCmdSn();
  }
  return login;
}

void InitiatorSession::attempt() {
  nextAttempt_ = base::kNever;
  attemptDeadline_ = now_ + setting_.times.login;
  openConnection(kLeadingCid);
}

void InitiatorSession::onLoginEnded(InitiatorConnection& connection) {
  if (!connection.failed()) ready(connection);
}

void InitiatorSession::ready(InitiatorConnection& connection) {
  const AgreedLogin& login = connection.loginState()->result();
  if (connection.cid() != kLeadingCid) {
    onWindow(login.expCmdSn, login.maxCmdSn);
    return notice({.kind = InitiatorNotice::Kind::ConnectionAdded, .cid = connection.cid()});
  }
  agreed_ = login;
  issue_.emplace(login.cmdSn, setting_.queueDepth);
  onWindow(login.expCmdSn, login.maxCmdSn);
  attemptDeadline_ = giveUp_ = base::kNever;
  pause_ = setting_.times.firstPause;
  redirects_ = 0;
  draining_ = false;
  ++sessionsMade_;
  state_ = State::Ready;
  // The time without a session does not count against those that waited.
  pending_.forEach([&](InitiatorTask& task) {
    task.deadline = now_ + timeoutOf(*task.command);
    watch(task.deadline);
  });
  notice({.kind = InitiatorNotice::Kind::LoggedIn, .cid = connection.cid(), .what = address_});
  if (setting_.discovery) return askForTargets(connection);
  openMore();
}

void InitiatorSession::redirect(const LoginInitiator& login) {
  const std::string address = login.addresses().empty() ? std::string{} : login.addresses().front();
  const bool forGood = login.failure().status == LoginStatus::TargetMovedPermanently;
  closeConnections();
  if (address.empty() || ++redirects_ > kMaxRedirects) {
    redirects_ = 0;
    address_ = setting_.portal;
    return attemptFailed({InitiatorEnd::Kind::LoginRefused, LoginStatus::TargetMovedTemporarily,
                          address.empty() ? "redirected to no address" : "redirected too often"});
  }
  address_ = address;
  if (forGood) setting_.portal = address;
  notice({.kind = InitiatorNotice::Kind::Redirected, .what = address_});
  attempt();
}

void InitiatorSession::loginFailed(InitiatorConnection& connection) {
  const LoginFailure& failure = connection.loginState()->failure();
  const std::string_view what = failure.status == LoginStatus::Success ? failure.what : loginStatusName(failure.status);
  const bool security = failure.key != nullptr && failure.key->stages == Stages::Security;
  const bool refused = failure.status != LoginStatus::Success || security;
  InitiatorEnd why{refused ? InitiatorEnd::Kind::LoginRefused : InitiatorEnd::Kind::Protocol, failure.status,
                   std::string(what)};
  if (connection.cid() == kLeadingCid) return attemptFailed(std::move(why));
  // The session goes on without the further connection.
  notice({.kind = InitiatorNotice::Kind::LoginFailed, .cid = connection.cid(), .status = why.status, .what = why.what});
  closeConnection(connection.cid());
}

base::Duration InitiatorSession::nextPause() {
  const base::Duration pause = pause_;
  pause_ = std::min(pause_ * 2, setting_.times.longestPause);
  // A quarter more or less, so that many initiators of one target do not come together.
  std::array<std::uint8_t, 1> chance{};
  if (!random_(chance)) return pause;
  return pause * (384 + chance[0]) / 512;
}

void InitiatorSession::attemptFailed(InitiatorEnd why) {
  closeConnections();
  notice({.kind = InitiatorNotice::Kind::LoginFailed, .cid = kLeadingCid, .status = why.status, .what = why.what});
  const bool refused = why.kind == InitiatorEnd::Kind::LoginRefused;
  const bool again = state_ == State::Recovering ? !refused || mayComeBack(why.status)
                                                 : setting_.firstLoginRetried && (!refused || mayRetry(why.status));
  lastFailure_ = std::move(why);
  if (closing_ || !again || now_ >= giveUp_) return finish(lastFailure_);
  address_ = setting_.portal;
  nextAttempt_ = now_ + nextPause();
}

// ---- loss and recovery

base::Duration InitiatorSession::time2Wait() const { return seconds(agreed_.parameters.defaultTime2Wait); }

void InitiatorSession::connectionLost(std::uint16_t cid, InitiatorEnd why) {
  const InitiatorConnection* const connection = find(cid);
  const LoginInitiator* const login = connection->loginState();
  const bool worked = login != nullptr && login->state() == LoginInitiator::State::Agreed;
  if (state_ == State::LoggingIn || state_ == State::Recovering) return attemptFailed(std::move(why));
  if (loggingOut_) {
    if (closing_) return finish({InitiatorEnd::Kind::LoggedOut, {}, {}});
    return recover({});
  }
  notice({.kind = InitiatorNotice::Kind::ConnectionLost, .cid = cid, .what = why.what});
  if (!worked) return closeConnection(cid);
  lastFailure_ = std::move(why);
  if (setting_.discovery) return finish(lastFailure_);
  recover(std::max(time2Wait(), dropPause_));
}

void InitiatorSession::recover(base::Duration pause) {
  closeConnections();
  state_ = State::Recovering;
  loggingOut_ = draining_ = false;
  drainDeadline_ = logoutDeadline_ = base::kNever;
  dropPause_ = {};
  address_ = setting_.portal;
  issue_.reset();
  requeueSent();
  pause_ = setting_.times.firstPause;
  giveUp_ = now_ + setting_.times.replacement;
  nextAttempt_ = now_ + pause;
}

void InitiatorSession::drop(std::string_view why, base::Duration pause) {
  if (!dropWanted_.empty()) return;
  dropWanted_ = why;
  dropPause_ = pause;
}

// ---- the end

void InitiatorSession::logOutWhenIdle() {
  if (state_ == State::Ended || loggingOut_) return;
  if (closing_ && (state_ != State::Ready)) {
    return finish({InitiatorEnd::Kind::LoggedOut, {}, {}});
  }
  if (state_ != State::Ready) return;
  const bool idle = sent_.empty() && ending_.empty();
  const bool closeNow = closing_ && idle && pending_.empty();
  const bool drainNow = draining_ && (idle || now_ >= drainDeadline_);
  if (!closeNow && !drainNow) return;
  loggingOut_ = true;
  drainDeadline_ = base::kNever;
  logoutDeadline_ = now_ + setting_.times.logout;
  InitiatorConnection& connection = *connections_.front();
  LogoutRequest request;
  request.reason = LogoutReason::CloseSession;
  request.initiatorTaskTag = kLogoutTagBase | connection.cid();
  request.cmdSn = currentCmdSn();
  request.expStatSn = connection.expStatSn();
  if (!connection.writer().write(request)) connection.fail("the target does not read");
}

void InitiatorSession::onLogoutResponse(InitiatorConnection& connection, const LogoutResponse& pdu) {
  if (!loggingOut_ || pdu.initiatorTaskTag != (kLogoutTagBase | connection.cid())) {
    return connection.fail("a Logout Response that answers nothing");
  }
  connection.fail("logged out");
}

void InitiatorSession::finish(InitiatorEnd end) {
  if (state_ == State::Ended) return;
  closeConnections();
  state_ = State::Ended;
  end_ = std::move(end);
  nextAttempt_ = giveUp_ = drainDeadline_ = logoutDeadline_ = nextScan_ = base::kNever;
  endAll(CommandOutcome::SessionLost);
  notice({.kind = InitiatorNotice::Kind::Ended, .status = end_.status, .what = end_.what});
}

// ---- time

base::TimePoint InitiatorSession::nextDeadline() const {
  if (state_ == State::Ended || state_ == State::Idle) return base::kNever;
  base::TimePoint next =
      std::min({attemptDeadline_, nextAttempt_, giveUp_, drainDeadline_, logoutDeadline_, nextScan_});
  for (const auto& connection : connections_) next = std::min(next, connection->nextDeadline());
  return next;
}

void InitiatorSession::onTimer(base::TimePoint now) {
  if (state_ == State::Ended || state_ == State::Idle) return;
  const Entry entry(*this, now);
  if (now >= giveUp_) {
    if (lastFailure_.what.empty()) lastFailure_ = {InitiatorEnd::Kind::TimedOut, {}, "no session in time"};
    return finish(lastFailure_);
  }
  if (now >= attemptDeadline_) {
    return attemptFailed({InitiatorEnd::Kind::TimedOut, {}, "no login in time"});
  }
  if (now >= nextAttempt_) return attempt();
  if (now >= logoutDeadline_)
    return connectionLost(connections_.front()->cid(), {InitiatorEnd::Kind::TimedOut, {}, {}});
  for (const auto& connection : connections_) connection->onTimer(now);
  if (now >= nextScan_) scan();
}

}  // namespace iscsi
