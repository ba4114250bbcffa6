#include "agent/initiator/ctl/client.h"

#include <array>
#include <utility>

#include "shared/base/printable.h"

namespace initiator_ctl {
namespace {

using ctl::Exit;
using ctl::Failure;
using iscsi::CommandOutcome;
using iscsi::InitiatorEnd;
using iscsi::InitiatorNotice;

constexpr std::chrono::milliseconds kTurn{200};
constexpr std::chrono::seconds kLogoutPatience{3};

std::string_view adviceFor(iscsi::LoginStatus status) {
  switch (status) {
    case iscsi::LoginStatus::AuthenticationFailure:
      return "check user and password; a target with mutual CHAP wants target_user too";
    case iscsi::LoginStatus::AuthorizationFailure:
      return "the target does not let this initiator in: check its access list and --initiator";
    case iscsi::LoginStatus::NotFound:
      return "the target does not exist or hides from this initiator: sanctl iscsi discover shows the targets";
    default:
      return {};
  }
}

}  // namespace

Client::Client(net::Loop& loop, Destination to, std::ostream* trace)
    : loop_(loop), to_(std::move(to)), trace_(trace), session_(loop, *this, std::move(to_.options)) {}

Client::~Client() = default;

void Client::onNotice(const InitiatorNotice& notice) {
  if (trace_ != nullptr) *trace_ << "sanctl: " << noticeText(notice) << '\n';
  if (noticed) noticed(notice);
}

void Client::runUntil(const std::function<bool()>& done) {
  while (!done() && !ended()) loop_.runTurn(kTurn);
}

ctl::Outcome Client::connect() {
  loop_.runTurn({});  // so that the loop knows what time it is
  session_.open();
  runUntil([&] { return ready_; });
  if (ended()) return base::fail(failure("cannot log in to " + to_.url.text()));
  return {};
}

ctl::Asked<std::vector<iscsi::DiscoveredTarget>> Client::discover() {
  loop_.runTurn({});
  session_.open();
  runUntil([] { return false; });
  if (!targets_) return base::fail(failure("cannot discover at " + to_.url.portal));
  return std::move(*targets_);
}

void Client::close() {
  if (ended()) return;
  session_.close();
  const base::TimePoint until = base::MonotonicClock::now() + kLogoutPatience;
  runUntil([&] { return base::MonotonicClock::now() > until; });
}

Failure Client::failure(std::string what) const {
  const InitiatorEnd end = end_.value_or(InitiatorEnd{});
  switch (end.kind) {
    case InitiatorEnd::Kind::LoginRefused:
      if (end.status == iscsi::LoginStatus::Success) return {Exit::Refused, std::move(what), end.what, ""};
      return {Exit::Refused, std::move(what), "the target answers " + end.what, std::string(adviceFor(end.status))};
    case InitiatorEnd::Kind::Protocol:
      return {Exit::Malformed, std::move(what), end.what, ""};
    case InitiatorEnd::Kind::TimedOut:
      return {Exit::Timeout, std::move(what), end.what, ""};
    default:
      return {Exit::Connect, std::move(what), end.what.empty() ? "the session has ended" : end.what, ""};
  }
}

ctl::Outcome Client::ask(initiator::LogicalUnit& unit, Asking& request) {
  request.ended = false;
  if (ended() || !unit.submit(request)) return base::fail(failure("cannot ask " + to_.url.text()));
  runUntil([&] { return request.ended; });
  if (!request.ended) return base::fail(failure("no answer of " + to_.url.text()));
  return {};
}

ctl::Outcome Client::askGood(initiator::LogicalUnit& unit, Asking& request, std::string what) {
  if (const auto asked = ask(unit, request); !asked) return asked;
  if (request.result.good()) return {};
  return base::fail(commandFailure(std::move(what), request.result));
}

ctl::Asked<initiator::Capacity> Client::capacity(initiator::LogicalUnit& unit) {
  std::array<std::uint8_t, 32> data{};
  Asking request;
  initiator::setReadCapacity16(request, data);
  if (const auto asked = ask(unit, request); !asked) return base::fail(asked.error());
  auto capacity = request.result.good() ? initiator::readCapacity16(base::ByteView(data).first(request.result.received))
                                        : std::nullopt;
  if (capacity) return *capacity;
  // Older units know the short form only.
  initiator::setReadCapacity10(request, std::span(data).first(8));
  if (const auto asked = askGood(unit, request, "cannot read the capacity"); !asked) return base::fail(asked.error());
  capacity = initiator::readCapacity10(base::ByteView(data).first(request.result.received));
  if (capacity) return *capacity;
  return base::fail(Failure{Exit::Malformed, "cannot read the capacity", "the answer makes no sense", ""});
}

Failure commandFailure(std::string what, const iscsi::CommandResult& result) {
  const bool answered = result.outcome == CommandOutcome::Completed ||
                        result.outcome == CommandOutcome::TargetFailure || result.outcome == CommandOutcome::Rejected;
  const Exit exit = answered                                        ? Exit::Refused
                    : result.outcome == CommandOutcome::SessionLost ? Exit::Connect
                                                                    : Exit::Timeout;
  return {exit, std::move(what), initiator::describe(result), ""};
}

std::string_view noticeName(InitiatorNotice::Kind kind) {
  switch (kind) {
    case InitiatorNotice::Kind::LoggedIn:
      return "logged-in";
    case InitiatorNotice::Kind::LoginFailed:
      return "login-failed";
    case InitiatorNotice::Kind::Redirected:
      return "redirected";
    case InitiatorNotice::Kind::ConnectionAdded:
      return "connection-added";
    case InitiatorNotice::Kind::ConnectionLost:
      return "connection-lost";
    case InitiatorNotice::Kind::CommandSilent:
      return "command-silent";
    case InitiatorNotice::Kind::LogoutRequested:
      return "logout-requested";
    case InitiatorNotice::Kind::SessionDropped:
      return "session-dropped";
    case InitiatorNotice::Kind::ScsiEvent:
      return "scsi-event";
    case InitiatorNotice::Kind::OtherEvent:
      return "event";
    case InitiatorNotice::Kind::Rejected:
      return "rejected";
    case InitiatorNotice::Kind::Ended:
      return "ended";
  }
  return {};
}

std::string noticeText(const InitiatorNotice& notice) {
  std::string text(noticeName(notice.kind));
  if (!notice.what.empty()) text += ": " + base::printable(notice.what);  // it may be a peer's text
  return text;
}

}  // namespace initiator_ctl
