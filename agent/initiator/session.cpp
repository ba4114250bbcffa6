#include "agent/initiator/session.h"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <utility>

#include "shared/names/ports.h"

namespace initiator {
namespace {

bool randomBytes(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const ssize_t got = ::getrandom(out.data(), out.size(), 0);
    if (got <= 0) return false;
    out = out.subspan(static_cast<std::size_t>(got));
  }
  return true;
}

void wishDigest(iscsi::Wishes& wishes, iscsi::Key key, DigestWish wish) {
  switch (wish) {
    case DigestWish::None:
      (void)wishes.set(key, {"None"});
      return;
    case DigestWish::Preferred:
      (void)wishes.set(key, {"CRC32C", "None"});
      return;
    case DigestWish::Required:
      (void)wishes.set(key, {"CRC32C"});
      return;
  }
}

iscsi::InitiatorSetting settingOf(const SessionOptions& options) {
  iscsi::InitiatorSetting setting;
  setting.initiatorName = options.initiatorName;
  setting.initiatorAlias = options.alias;
  setting.targetName = options.targetName;
  setting.discovery = options.discovery;
  setting.portal = options.portal;
  setting.isid = options.isid ? *options.isid : randomIsid();
  setting.policy.chapAllowed = !options.user.empty();
  setting.policy.noneAllowed = options.targetUser.empty();
  setting.policy.mutualRequired = !options.targetUser.empty();
  setting.policy.shortSecretsAllowed = options.shortSecretsAllowed;
  wishDigest(setting.wishes, iscsi::Key::HeaderDigest, options.headerDigest);
  wishDigest(setting.wishes, iscsi::Key::DataDigest, options.dataDigest);
  (void)setting.wishes.set(iscsi::Key::ImmediateData, options.immediateData ? 1 : 0);
  (void)setting.wishes.set(iscsi::Key::InitialR2T, options.initialR2T ? 1 : 0);
  setting.connections = options.connections;
  setting.queueDepth = options.queueDepth;
  setting.firstLoginRetried = options.firstLoginRetried;
  setting.times = options.times;
  return setting;
}

}  // namespace

iscsi::Isid randomIsid() {
  iscsi::Isid isid{};
  (void)randomBytes(isid);
  isid[0] = 0x80;
  return isid;
}

// The secrets of the one pair of nodes that there is.
class Session::Credentials final : public iscsi::CredentialsSource {
 public:
  explicit Credentials(SessionOptions& options) {
    own_.initiator = {options.user, std::move(options.password), {}};
    own_.target = {options.targetUser, std::move(options.targetPassword), {}};
  }
  void ask(const iscsi::CredentialsQuestion&, iscsi::CredentialsReceiver& receiver, base::TimePoint now) override {
    if (!own_.initiator.usable()) return receiver.onCredentials(std::nullopt, now);
    iscsi::ChapCredentials copy;
    copy.initiator = {own_.initiator.name, own_.initiator.current.copy(), {}};
    copy.target = {own_.target.name, own_.target.current.copy(), {}};
    receiver.onCredentials(std::move(copy), now);
  }

 private:
  iscsi::ChapCredentials own_;
};

Session::Session(net::Loop& loop, SessionOwner& owner, SessionOptions options)
    : loop_(loop),
      owner_(owner),
      credentials_(std::make_unique<Credentials>(options)),
      timer_(loop.timers(), [this] { onTimer(); }),
      funeral_(loop.timers(), [this] {
        dead_.clear();
        if (ended_) owner_.onEnded(core_->end());
      }) {
  iscsi::InitiatorSessionOwner& self = *this;
  core_ = std::make_unique<iscsi::InitiatorSession>(settingOf(options), self, *credentials_, challenges_, randomBytes);
}

Session::~Session() = default;

void Session::open() {
  core_->start(loop_.now());
  watchTime();
}

bool Session::submit(iscsi::InitiatorCommand& command) {
  const bool taken = core_->submit(command, loop_.now());
  watchTime();
  return taken;
}

void Session::cancel(iscsi::InitiatorCommand& command) {
  core_->cancel(command, loop_.now());
  watchTime();
}

void Session::recall(const iscsi::Lun& lun) {
  core_->recall(lun, loop_.now());
  watchTime();
}

void Session::close() {
  core_->close(loop_.now());
  watchTime();
}

void Session::abandon() { core_->abandon(loop_.now()); }

// ---- of the core

void Session::connect(std::uint16_t cid, std::string_view address) {
  sockets_.emplace_back(cid, std::make_unique<PortalSocket>(loop_, static_cast<PortalSocketOwner&>(*this), cid));
  while (resolvers_.size() < cid) resolvers_.push_back(std::make_unique<net::Resolver>(loop_));
  PortalSocket* const socket = sockets_.back().second.get();
  const auto answered = [this, cid, socket](base::Result<std::vector<net::Address>> found) {
    if (found) return socket->connect(*found);
    // Only a name that was asked for can fail, and that answer comes from the loop.
    onSocketLost(cid, found.error().text);
  };
  resolvers_[cid - 1U]->ask(std::string(address), names::kIscsiPort, answered);
}

void Session::disconnect(std::uint16_t cid) {
  if (cid <= resolvers_.size()) resolvers_[cid - 1U]->forget();
  for (auto at = sockets_.begin(); at != sockets_.end(); ++at) {
    if (at->first != cid) continue;
    at->second->close();
    dead_.push_back(std::move(at->second));
    sockets_.erase(at);
    funeral_.startAt(loop_.now());
    return;
  }
}

void Session::outputReady(std::uint16_t cid) {
  if (PortalSocket* const socket = find(cid)) socket->outputReady();
}

void Session::onNotice(const iscsi::InitiatorNotice& notice) {
  if (notice.kind == iscsi::InitiatorNotice::Kind::Ended) {
    ended_ = true;
    funeral_.startAt(loop_.now());
  }
  owner_.onNotice(notice);
  if (notice.kind == iscsi::InitiatorNotice::Kind::LoggedIn) owner_.onReady();
}

void Session::onDiscovered(std::vector<iscsi::DiscoveredTarget> targets) { owner_.onDiscovered(std::move(targets)); }

// ---- of the sockets

PortalSocket* Session::find(std::uint16_t cid) {
  for (const auto& [number, socket] : sockets_) {
    if (number == cid) return socket.get();
  }
  return nullptr;
}

void Session::onSocketOpen(std::uint16_t cid) {
  core_->onConnected(cid, loop_.now());
  watchTime();
}

void Session::onSocketLost(std::uint16_t cid, std::string why) {
  core_->onDisconnected(cid, std::move(why), loop_.now());
  watchTime();
}

void Session::onPlaced(std::uint16_t cid, std::size_t size) {
  core_->placed(cid, size, loop_.now());
  watchTime();
}

void Session::onBytes(std::uint16_t cid, base::ByteView bytes) {
  core_->onBytes(cid, bytes, loop_.now());
  watchTime();
}

std::size_t Session::gatherOutput(std::uint16_t cid, std::span<base::ByteView> views) {
  return core_->gather(cid, views);
}

void Session::onSent(std::uint16_t cid, std::size_t size) { core_->sent(cid, size, loop_.now()); }

// ---- time

// Deadlines move with every byte that comes, mostly away: the timer is moved only where it would fire too late, and may
// fire for nothing.
void Session::watchTime() {
  const base::TimePoint next = core_->nextDeadline();
  if (next >= armed_) return;
  armed_ = next;
  timer_.startAt(next);
}

void Session::onTimer() {
  armed_ = base::kNever;
  core_->onTimer(loop_.now());
  watchTime();
}

}  // namespace initiator
