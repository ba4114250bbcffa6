#include "agent/block/remote_lun_link.h"

#include <algorithm>
#include <utility>

#include "shared/net/secret_file.h"

namespace block {
namespace {

constexpr std::uint32_t kMaxProbes = 8;  // of a unit that changes again while it is asked

initiator::DigestWish wishOf(std::optional<bool> digest) {
  return digest.value_or(false) ? initiator::DigestWish::Required : initiator::DigestWish::None;
}

std::string textOf(const iscsi::InitiatorEnd& end) {
  if (end.what.empty()) return "the session has ended";
  return end.kind == iscsi::InitiatorEnd::Kind::LoginRefused ? "the login was refused: " + end.what : end.what;
}

// The target knows who asks and what for, and does not let him in (RFC 7143 11.13.5).
bool isRefusal(const iscsi::InitiatorEnd& end) {
  if (end.kind != iscsi::InitiatorEnd::Kind::LoginRefused) return false;
  return end.status == iscsi::LoginStatus::AuthenticationFailure ||
         end.status == iscsi::LoginStatus::AuthorizationFailure || end.status == iscsi::LoginStatus::NotFound;
}

}  // namespace

class RemoteLunLink::Unit final : public initiator::LogicalUnit {
 public:
  Unit(initiator::Session& session, std::uint32_t lun, RemoteLunLink& link) : LogicalUnit(session, lun), link_(link) {}

 private:
  bool onUnitAttention(const initiator::SenseView&, const initiator::ScsiRequest& request) override {
    return link_.onAttention(request);
  }
  bool holds(const initiator::ScsiRequest& request) const override {
    return link_.state_ != State::Up && &request != &link_.probe_;
  }
  RemoteLunLink& link_;
};

RemoteLunLink::RemoteLunLink(net::Loop& loop, RemoteLunParameters parameters, RemoteLunLinkOwner& owner)
    : loop_(loop),
      parameters_(std::move(parameters)),
      owner_(&owner),
      isid_(parameters_.initiatorName, parameters_.url),
      nextPause_(parameters_.times.firstPause),
      timer_(loop.timers(), [this] { attempt(); }) {
  timer_.startAt(loop_.now());
}

RemoteLunLink::~RemoteLunLink() {
  destroyed_ = true;
  if (session_ != nullptr) session_->abandon();
}

std::string RemoteLunLink::state() const {
  if (dead_) return "lost for good: " + why_;
  switch (state_) {
    case State::Up:
      return {};
    case State::Pausing:
    case State::Closing:
      return why_.empty() ? "not connected yet" : why_;
    case State::LoggingIn:
      return why_.empty() ? "connecting" : "connecting again; before that: " + why_;
    case State::Probing:
      break;
  }
  return "asking what the unit is";
}

LinkState RemoteLunLink::where() const {
  if (dead_ || another_) return LinkState::AnotherUnit;
  if (up()) return LinkState::Up;
  if (state_ == State::Probing && was_) return LinkState::Held;
  if (refused_) return LinkState::Refused;
  return facts_ ? LinkState::Lost : LinkState::Connecting;
}

void RemoteLunLink::retire() {
  retired_ = true;
  // Its owner hears of the end in the next turn, as of any other.
  if (session_ == nullptr) return timer_.startAt(loop_.now());
  const bool loggedIn = state_ != State::LoggingIn;
  state_ = State::Closing;
  loggedIn ? session_->close() : session_->abandon();
}

void RemoteLunLink::setCredentials(const RemoteLunParameters& with) {
  parameters_.setCredentials(with);
  if (state_ != State::Pausing || dead_) return;
  nextPause_ = parameters_.times.firstPause;
  timer_.startAt(loop_.now());
}

bool RemoteLunLink::submit(initiator::ScsiRequest& request) { return up() && unit_->submit(request); }

void RemoteLunLink::doubt() {
  if (!up()) return;
  state_ = State::Probing;
  owner_->onLinkHeld();
  unit_->recall();
  if (state_ == State::Probing) probe();  // those who heard of it may have retired the link
}

base::Result<initiator::SessionOptions> RemoteLunLink::options() const {
  initiator::SessionOptions options;
  options.initiatorName = parameters_.initiatorName;
  options.targetName = parameters_.url.target;
  options.portal = parameters_.url.portal;
  options.isid = isid();
  options.headerDigest = wishOf(parameters_.url.headerDigest);
  options.dataDigest = wishOf(parameters_.url.dataDigest);
  options.times.login = parameters_.times.login;
  options.times.command = parameters_.times.command;
  options.times.ping = parameters_.times.ping;
  options.times.replacement = {};
  const auto read = [](const StoreCredential& credential, std::string& user, base::Secret& secret) -> base::Status {
    if (credential.user.empty()) return {};
    auto found = net::readSecretFile(credential.secretFile);
    if (!found) return base::fail(found.error());
    user = credential.user;
    secret = std::move(*found);
    return {};
  };
  if (parameters_.login != nullptr) {
    options.setCredentials(*parameters_.login);
    return options;
  }
  if (auto own = read(parameters_.credential, options.user, options.password); !own) return base::fail(own.error());
  if (auto theirs = read(parameters_.target, options.targetUser, options.targetPassword); !theirs) {
    return base::fail(theirs.error());
  }
  return options;
}

void RemoteLunLink::attempt() {
  if (retired_) return owner_->onLinkDown();
  auto chosen = options();
  if (!chosen) {
    why_ = chosen.error().text;
    pause({});
    return owner_->onLinkDown();
  }
  state_ = State::LoggingIn;
  initiator::SessionOwner& self = *this;
  session_ = std::make_unique<initiator::Session>(loop_, self, std::move(*chosen));
  unit_ = std::make_unique<Unit>(*session_, *parameters_.url.lun, *this);
  session_->open();
}

void RemoteLunLink::pause(base::Duration atLeast) {
  state_ = State::Pausing;
  timer_.startAt(loop_.now() + std::max(nextPause_, atLeast));
  nextPause_ = std::min(nextPause_ * 2, parameters_.times.longestPause);
}

void RemoteLunLink::onReady() {
  if (state_ != State::LoggingIn) return;
  portalGroup_ = session_->core().agreed().portalGroupTag;
  probe();
}

void RemoteLunLink::onEnded(const iscsi::InitiatorEnd& end) {
  if (state_ != State::Closing) why_ = textOf(end);
  // What the two agreed on holds for the loss of a session that was there.
  const bool was = session_->core().sessionsMade() > 0;
  const std::chrono::seconds wait(was ? session_->core().parameters().defaultTime2Wait : 0);
  refused_ = isRefusal(end) || std::exchange(unmapped_, false);
  was_ = false;
  state_ = State::Pausing;
  owner_->onLinkDown();
  unit_.reset();
  session_.reset();
  if (retired_) return owner_->onLinkDown();
  if (!dead_) pause(wait);
}

// ---- what the unit is

void RemoteLunLink::probe() {
  state_ = State::Probing;
  attentions_ = 0;
  probe_.start(*unit_, [this](auto found) { probed(std::move(found)); });
}

// True: the request is sent again at once. Of others than the probe nobody knows what they would reach now.
bool RemoteLunLink::onAttention(const initiator::ScsiRequest& request) {
  const bool ours = &request == &probe_;
  // The first command of a session hears of all that was before it.
  if (!ours || !probe_.atStart()) ++attentions_;
  if (ours) return true;
  doubt();
  return false;
}

void RemoteLunLink::probed(base::Result<std::optional<RemoteLunFacts>> found) {
  if (destroyed_ || state_ != State::Probing) return;
  if (!found) {
    unmapped_ = probe_.noUnit();
    return leave(found.error().text);
  }
  if (!found->has_value()) return;  // onEnded() follows
  if (attentions_ > 0) {
    if (++probes_ >= kMaxProbes) return leave("the unit changes while it is asked what it is");
    return probe();
  }
  probes_ = 0;
  RemoteLunFacts facts = std::move(**found);
  auto accepted = accept(facts);
  if (accepted) accepted = owner_->admit(facts);
  another_ = !accepted;
  if (!accepted) {
    // Before it was a device it may still become what it should be.
    dead_ = facts_.has_value();
    return leave(accepted.error().text);
  }
  facts_ = std::move(facts);
  refused_ = false;
  why_.clear();
  nextPause_ = parameters_.times.firstPause;
  state_ = State::Up;
  was_ = true;
  owner_->onLinkUp();
}

base::Status RemoteLunLink::accept(RemoteLunFacts& found) const {
  if (facts_ && found.identity != facts_->identity) {
    const auto shown = [](const std::string& identity) { return identity.empty() ? "without a designator" : identity; };
    return base::fail("behind its LUN is another unit now: " + shown(found.identity) + ", and it was " +
                      shown(facts_->identity));
  }
  if (!found.usable()) return {};
  const std::uint32_t blockSize = found.geometry.blockSize;
  if (blockSize != 512 && blockSize != 4096) {
    return base::fail("it has blocks of " + std::to_string(blockSize) + " bytes; 512 and 4096 can be served");
  }
  if (parameters_.blockSize != 0 && parameters_.blockSize != blockSize) {
    return base::fail("it has blocks of " + std::to_string(blockSize) + " bytes and not of " +
                      std::to_string(parameters_.blockSize) + ", as the store says");
  }
  found.geometry.readOnly = found.geometry.readOnly || parameters_.readOnly;
  if (found.geometry.readOnly) found.geometry.volatileCache = false;  // what others wrote before: RemoteLunPaths
  if (facts_ && facts_->usable() && blockSize != facts_->geometry.blockSize) {
    return base::fail("it has blocks of " + std::to_string(blockSize) + " bytes now, and had blocks of " +
                      std::to_string(facts_->geometry.blockSize));
  }
  return {};
}

void RemoteLunLink::leave(std::string why) {
  why_ = std::move(why);
  probes_ = 0;
  state_ = State::Closing;
  // Of another unit nothing more is wanted, not even the end of what is under way.
  if (dead_) return session_->abandon();
  session_->close();
}

}  // namespace block
