#include "agent/management/management_client.h"

#include <algorithm>

#include "shared/base/json_reader.h"
#include "shared/base/printable.h"
#include "shared/base/secret_json.h"
#include "shared/mgmt/chain_check.h"

namespace management {
namespace {

using base::Json;

const std::optional<std::vector<HeldDisk>> kNoneHeld = std::vector<HeldDisk>();
constexpr int kOk = 200;
constexpr int kUnauthorised = 401;
constexpr int kUnprocessable = 422;
constexpr int kTooMany = 429;
constexpr int kServerFault = 500;

// What the server says is wrong, for people.
std::string problemText(const Answer& answer) {
  if (answer.status == 0) return answer.why;
  std::string text = "status " + std::to_string(answer.status);
  const auto json = base::parseJson(answer.body);
  for (const char* name : {"code", "detail"}) {
    const Json* member = json ? json->find(name) : nullptr;
    if (member == nullptr || member->text() == nullptr) continue;
    constexpr std::size_t kMost = 255;
    text += ": " + base::printable(member->text()->substr(0, kMost));
  }
  return text;
}

}  // namespace

void ManagementClient::send(Ask ask, std::string method, std::string path, std::string body, base::Duration patience) {
  line(ask) = {true, base::kNever};
  out(Send{ask, servers_[server_], std::move(method), std::move(path), std::move(body), nullptr, patience});
}

void ManagementClient::cancelAll() {
  // Nobody knows whether a report on its way is taken, so what number comes next.
  if (line(Ask::Report).busy) numbering_ = Numbering::Unknown;
  refusedSending_ = 0;
  for (const Ask ask : {Ask::Desired, Ask::Report, Ask::Renew}) {
    if (std::exchange(line(ask).busy, false)) out(Cancel{ask});
  }
  line(Ask::Desired).at = base::kNever;
  line(Ask::Report).at = base::kNever;
}

// ---- Enrolment -----------------------------------------------------------------------------------------------------

void ManagementClient::enrol(EnrolOrder order, base::Now now) {
  enrolment_.emplace();
  enrolment_->order = std::move(order);
  sendToken(now);
}

void ManagementClient::sendToken(base::Now) {
  EnrolmentRun& e = *enrolment_;
  e.at = base::kNever;
  base::SecretJson secrets(random_);
  const Json body = Json::Object{{"token", secrets.mark(e.order.token->text())}, {"csr", e.order.request}};
  line(Ask::Enrol) = {true, base::kNever};
  out(Send{Ask::Enrol, e.order.servers[e.server], "POST", "/agent/enrol", secrets.text(body), e.order.token,
           kPatience});
}

void ManagementClient::enrolFailed(std::string why, bool tryOn, base::Now now) {
  EnrolmentRun& e = *enrolment_;
  e.why = e.order.servers[e.server] + ": " + std::move(why);
  if (tryOn && ++e.server < e.order.servers.size()) return sendToken(now);
  e.server = 0;
  if (tryOn && ++e.round < kEnrolRounds) {
    e.at = now.mono + backOff(e.round);
    return;
  }
  out(NotEnrolled{std::move(e.why)});
  enrolment_.reset();
}

void ManagementClient::onEnrolAnswer(Answer answer, base::Now now) {
  if (!enrolment_) return;
  if (answer.status != kOk) {
    const bool tryOn = answer.status == 0 || answer.status == kTooMany || answer.status >= kServerFault;
    return enrolFailed(problemText(answer), tryOn, now);
  }
  auto certified = readCertified(answer, enrolment_->order.key, now.wall);
  if (!certified) return enrolFailed(certified.error().text, false, now);
  // The root that the token named, and that the server was checked by, must be among those to believe.
  const auto pinned = std::ranges::any_of(certified->roots, [&](const mgmt::Certificate& root) {
    return enrolment_->order.token->pins(root.fingerprint());
  });
  if (!pinned) return enrolFailed("the roots that it wants believed are not those of the token", false, now);
  certified->server = enrolment_->order.servers[enrolment_->server];
  enrolment_.reset();
  out(std::move(*certified));
}

base::Result<Certified> ManagementClient::readCertified(const Answer& answer, mgmt::Fingerprint key,
                                                        base::WallTime now) const {
  const auto json = base::parseJson(answer.body);
  const Json* chain = json ? json->find("certificate") : nullptr;
  const Json* roots = json ? json->find("ca") : nullptr;
  if (chain == nullptr || roots == nullptr || chain->text() == nullptr || roots->text() == nullptr) {
    return base::fail("its answer holds no certificates");
  }
  auto shown = mgmt::chainFromPem(*chain->text());
  auto believed = mgmt::chainFromPem(*roots->text());
  if (!shown || !believed || shown->empty() || believed->empty()) {
    return base::fail("its answer holds certificates that cannot be read");
  }
  if (shown->front().publicKeyFingerprint() != key) return base::fail("it sent a certificate for another key");
  const auto fault = mgmt::checkChain(*shown, *believed, mgmt::Usage::Client, now);
  if (fault != mgmt::ChainFault::None) {
    return base::fail("it sent a certificate that does not hold: " + std::string(mgmt::chainFaultText(fault)));
  }
  return Certified{false, {}, std::move(*shown), std::move(*believed)};
}

// ---- The link ------------------------------------------------------------------------------------------------------

void ManagementClient::begin(Standing standing, base::Now now) {
  cancelAll();
  const bool goesOn = state_ != State::Idle && standing.servers == servers_ && standing.key == standing_.key;
  standing_ = std::move(standing);
  servers_ = standing_.servers;
  if (server_ >= servers_.size()) server_ = 0;
  const mgmt::Certificate& leaf = standing_.chain.front();
  const auto identity = mgmt::identityOf(leaf);
  identity_ = identity ? *identity : mgmt::Identity();
  std::erase_if(refusedLogins_, [this](const RefusedLogin& login) { return !covers(login); });
  renewAt_ = leaf.notBefore() + (leaf.notAfter() - leaf.notBefore()) * 2 / 3;
  authority_.clear();
  triedInARow_ = 0;
  rounds_ = 0;
  refusedTold_ = false;
  if (!goesOn) {
    revision_ = 0;
    numbering_ = Numbering::Unknown;
    full_ = true;
    truth_.reset();  // of other names, perhaps
    awayTold_ = false;
    line(Ask::Renew).at = base::kNever;
  }
  state_ = State::Away;
  greeted_ = false;
  ask(now);
}

void ManagementClient::leave() {
  cancelAll();
  if (line(Ask::Enrol).busy) out(Cancel{Ask::Enrol});
  enrolment_.reset();
  state_ = State::Idle;
  standing_ = {};
  servers_.clear();
  server_ = 0;
  truth_.reset();
  told_ = {};
  refusedLogins_.clear();
  if (wanted_ != Wanted{}) out(NewWanted{wanted_ = {}});
}

void ManagementClient::ask(base::Now) {
  const auto wait = greeted_ ? kWait : std::chrono::seconds(0);
  send(Ask::Desired, "GET",
       "/agent/desired?since=" + std::to_string(revision_) + "&wait=" + std::to_string(wait.count()), {},
       wait + kPatience);
}

base::Duration ManagementClient::backOff(int tries) const {
  const int doublings = std::clamp(tries - 1, 0, 10);
  const base::Duration wait = std::min<base::Duration>(kMinBackOff * (1 << doublings), kMaxBackOff);
  std::uint8_t dice = 0;  // thousands of agents shall not come back in one moment
  (void)random_({&dice, 1});
  return wait + wait * dice / 1024;
}

void ManagementClient::away(std::string why, std::optional<base::Duration> wait, base::Now now) {
  cancelAll();
  const bool told = std::exchange(awayTold_, true) && state_ == State::Away;
  state_ = State::Away;
  greeted_ = false;
  if (!told) out(Away{servers_[server_], std::move(why)});
  server_ = (server_ + 1) % servers_.size();
  if (!wait && ++triedInARow_ < servers_.size()) return ask(now);
  triedInARow_ = 0;
  line(Ask::Desired).at = now.mono + std::max(backOff(++rounds_), wait.value_or(base::Duration{}));
}

bool ManagementClient::goesOn(Ask ask, const Answer& answer, base::Now now) {
  if (answer.status == 0) {
    away(answer.why, std::nullopt, now);
    return false;
  }
  if (answer.status == kUnauthorised) {
    cancelAll();
    state_ = State::Refused;
    greeted_ = false;
    if (!std::exchange(refusedTold_, true)) out(Refused{servers_[server_], problemText(answer)});
    // One that does not know us may be the wrong one of several.
    server_ = (server_ + 1) % servers_.size();
    line(Ask::Desired).at = now.mono + kRefusedRetry;
    return false;
  }
  if (ask == Ask::Desired && answer.status != kOk) {
    away(problemText(answer), answer.retryAfter.value_or(base::Duration{}), now);
    return false;
  }
  return true;
}

void ManagementClient::onDesired(Answer answer, base::Now now) {
  if (!goesOn(Ask::Desired, answer, now)) return;
  auto desired = readDesiredText(answer.body, memory_);
  if (!desired) {
    base::wipeText(answer.body);
    return away("what it wants applied cannot be read: " + desired.error().text, kMaxBackOff, now);
  }
  triedInARow_ = 0;
  rounds_ = 0;
  greeted_ = true;
  refusedTold_ = false;
  awayTold_ = false;
  const bool away = std::exchange(state_, State::Linked) != State::Linked;
  if (away || answer.connected) {  // it may have begun anew
    heldKnown_ = addressesKnown_ = true;
    signOfLifeAt_ = now.mono;  // what it was told it has forgotten then
  }
  if (away) out(Linked{servers_[server_]});
  authority_ = desired->authority;
  if (desired->wanted != wanted_) {
    wanted_ = std::move(desired->wanted);
    out(NewWanted{wanted_});
  }
  if (desired->state) {
    revision_ = desired->revision;
    nameServers_ = desired->nameServers;
    if (!desired->leftOut.empty()) out(Trouble{Ask::Desired, desired->leftOut});
    out(NewState{std::move(*desired->state), std::move(answer.body)});
  } else if (desired->nameServers != nameServers_) {
    revision_ = 0;  // a new configuration of the server is no revision: the state is asked for whole, to be kept so
  }
  ask(now);
  maybeReport(now);
  maybeRenew(now);
}

// ---- Reports -------------------------------------------------------------------------------------------------------

void ManagementClient::setTruth(Truth truth, base::Now now) {
  truth_ = std::move(truth);
  cutUnknown(*truth_);
  maybeReport(now);
}

bool ManagementClient::covers(const RefusedLogin& login) const {
  const bool tried = login.credential != 0 && identity_.speaksFor(login.initiator);
  return tried || identity_.speaksFor(login.target);
}

void ManagementClient::noteRefused(RefusedLogin login, base::Now now) {
  if (state_ == State::Idle || !covers(login)) return;
  if (refusedLogins_.size() == kRefusedLogins) {
    if (refusedSending_ != 0) return;  // those at the front are on their way
    refusedLogins_.pop_front();
  }
  login.initiator = brief(login.initiator);
  login.reason = brief(login.reason);
  refusedLogins_.push_back(std::move(login));
  maybeReport(now);
}

void ManagementClient::maybeReport(base::Now now) {
  Line& reports = line(Ask::Report);
  if (state_ != State::Linked || !truth_ || reports.busy) return;
  if (reports.at != base::kNever && now.mono < reports.at) return;
  reports.at = base::kNever;
  if (numbering_ == Numbering::Unknown) {
    numbering_ = Numbering::Asked;
    return send(Ask::Report, "POST", "/agent/report", R"({"sequence": 1})", kPatience);
  }
  full_ = full_ || now.mono >= tellAgainAt_;
  const bool news = full_ || *truth_ != told_ || !refusedLogins_.empty();
  if (!news && now.mono < signOfLifeAt_) return;
  sending_ = *truth_;
  sendingFull_ = full_;
  refusedSending_ = refusedLogins_.size();
  send(Ask::Report, "POST", "/agent/report", reportText(sequence_ + 1, full_, sending_, told_, refusedLogins_),
       kPatience);
}

// Whether it refused a report for a list that servers of its version do not know, and is to be told without.
bool ManagementClient::leaveOut(const Answer& answer) {
  if (answer.status != kUnprocessable) return false;
  const auto json = base::parseJson(answer.body);
  const Json* pointer = json ? json->find("pointer") : nullptr;
  if (pointer == nullptr || pointer->text() == nullptr) return false;
  const bool held = *pointer->text() == "/held_disks" && heldKnown_ && sending_.heldDisks != kNoneHeld;
  const bool addresses = *pointer->text() == "/addresses" && addressesKnown_ && !sending_.addresses.empty();
  if (held) heldKnown_ = false;
  if (addresses) addressesKnown_ = false;
  return held || addresses;
}

void ManagementClient::cutUnknown(Truth& truth) const {
  if (!heldKnown_) truth.heldDisks = kNoneHeld;
  if (!addressesKnown_) truth.addresses.clear();
}

// What the server did not know the names of is told with all the rest. News need not wait for that, nor do they put it
// off.
void ManagementClient::tellAgain(bool wanted, base::Now now) {
  const bool first = !wanted || !sendingFull_;
  if (first) tellAgainAfter_ = kTellAgain;
  if (sendingFull_) tellAgainAt_ = base::kNever;
  if (wanted) tellAgainAt_ = std::min(tellAgainAt_, now.mono + tellAgainAfter_);
  if (!first) tellAgainAfter_ = std::min<base::Duration>(tellAgainAfter_ * 2, kSignOfLife);
}

void ManagementClient::onReceipt(Answer answer, base::Now now) {
  const bool asked = numbering_ == Numbering::Asked;
  if (answer.status == 0) numbering_ = Numbering::Unknown;  // perhaps it is taken
  if (!goesOn(Ask::Report, answer, now)) {
    if (asked) numbering_ = Numbering::Unknown;
    return;
  }
  const auto receipt = answer.status == kOk ? readReceipt(answer.body) : base::Result<ReportReceipt>(base::fail(""));
  if (leaveOut(answer)) {
    cutUnknown(*truth_);
    refusedSending_ = 0;
    return maybeReport(now);
  }
  if (!receipt) {
    if (asked) numbering_ = Numbering::Unknown;
    refusedSending_ = 0;
    out(Trouble{Ask::Report, answer.status == kOk ? "its answer to a report: " + receipt.error().text
                                                  : "a report is not taken: " + problemText(answer)});
    line(Ask::Report).at = now.mono + std::max(backOff(++reportTries_), answer.retryAfter.value_or(base::Duration{}));
    return;
  }
  if (asked) {
    numbering_ = Numbering::Known;
    sequence_ = receipt->sequence;
    full_ = true;
    return maybeReport(now);
  }
  if (!receipt->taken) {  // another has counted on, or the server has started anew
    refusedSending_ = 0;
    full_ = true;
    sequence_ = receipt->sequence;
    if (++reportTries_ > 1) line(Ask::Report).at = now.mono + backOff(reportTries_ - 1);
    return maybeReport(now);
  }
  reportTries_ = 0;
  sequence_ = receipt->sequence;
  full_ = false;
  told_ = std::move(sending_);
  signOfLifeAt_ = now.mono + kSignOfLife;
  refusedLogins_.erase(refusedLogins_.begin(), refusedLogins_.begin() + static_cast<std::ptrdiff_t>(refusedSending_));
  refusedSending_ = 0;
  if (sendingFull_) ++toldInFull_;
  if (sendingFull_ || receipt->someUnknown) tellAgain(receipt->someUnknown, now);
  maybeReport(now);
}

// ---- Renewal -------------------------------------------------------------------------------------------------------

// The fingerprint of the root that issued the certificate; empty: it is none of those that are believed.
std::string ManagementClient::issuer() const {
  for (const mgmt::Certificate& root : standing_.roots) {
    if (standing_.chain.front().issuedBy(root)) return root.fingerprint().text();
  }
  return {};
}

void ManagementClient::maybeRenew(base::Now now) {
  Line& renewals = line(Ask::Renew);
  if (state_ != State::Linked || renewals.busy) return;
  if (renewals.at != base::kNever && now.mono < renewals.at) return;
  if (now.wall < renewAt_ && (authority_.empty() || authority_ == issuer())) return;
  std::string body;
  Json(Json::Object{{"csr", standing_.request}}).writeCompact(body);
  send(Ask::Renew, "POST", "/agent/renew", std::move(body), kPatience);
}

void ManagementClient::onRenewed(const Answer& answer, base::Now now) {
  if (!goesOn(Ask::Renew, answer, now)) return;
  line(Ask::Renew).at = now.mono + std::max<base::Duration>(kRenewRetry, answer.retryAfter.value_or(base::Duration{}));
  if (answer.status != kOk) return out(Trouble{Ask::Renew, "no new certificate: " + problemText(answer)});
  auto certified = readCertified(answer, standing_.key, now.wall);
  if (!certified) return out(Trouble{Ask::Renew, certified.error().text});
  certified->renewed = true;
  certified->server = servers_[server_];
  out(std::move(*certified));
}

// ---- Events --------------------------------------------------------------------------------------------------------

void ManagementClient::onAnswer(Ask ask, Answer answer, base::Now now) {
  if (!line(ask).busy) return;
  line(ask) = {};
  switch (ask) {
    case Ask::Enrol:
      return onEnrolAnswer(std::move(answer), now);
    case Ask::Desired:
      return onDesired(std::move(answer), now);
    case Ask::Report:
      return onReceipt(std::move(answer), now);
    case Ask::Renew:
      return onRenewed(answer, now);
  }
}

void ManagementClient::onTimer(base::Now now) {
  if (enrolment_ && now.mono >= enrolment_->at) sendToken(now);
  if (state_ == State::Idle) return;
  if (Line& asking = line(Ask::Desired); !asking.busy && now.mono >= asking.at) ask(now);
  maybeReport(now);
  maybeRenew(now);
}

base::TimePoint ManagementClient::nextDeadline(base::Now now) const {
  base::TimePoint next = enrolment_ ? enrolment_->at : base::kNever;
  if (state_ == State::Idle) return next;
  if (!line(Ask::Desired).busy) next = std::min(next, line(Ask::Desired).at);
  if (state_ != State::Linked) return next;
  if (const Line& reports = line(Ask::Report); truth_ && !reports.busy) {
    next = std::min(next, reports.at != base::kNever ? reports.at : std::min(signOfLifeAt_, tellAgainAt_));
  }
  if (const Line& renewals = line(Ask::Renew); !renewals.busy) {
    // The wall clock may jump: it is looked at now and then.
    constexpr std::chrono::hours kLook{1};
    const base::Duration left = std::clamp<base::Duration>(renewAt_ - now.wall, base::Duration{}, kLook);
    next = std::min(next, renewals.at != base::kNever ? renewals.at : now.mono + left);
  }
  return next;
}

}  // namespace management
