#include "isns-server/manage/credentials/credential_machine.h"

#include <algorithm>
#include <utility>

namespace credentials {
namespace {

std::string versionText(Version version) { return "version " + std::to_string(version); }

bool isReady(const Credential& c, const CredentialEnd& end) { return !end.managed || end.applied >= c.step; }

bool targetsReady(const Credential& c) {
  return std::all_of(c.targets.begin(), c.targets.end(), [&](const CredentialEnd& end) { return isReady(c, end); });
}

}  // namespace

void CredentialMachine::audit(std::string text) {
  out_.push_back({OutputKind::Audit, {}, {}, c_.next != 0 ? c_.next : c_.current, std::move(text)});
}

void CredentialMachine::give(Side side) {
  if (side == Side::Initiator) {
    if (c_.initiator.managed && handOver(c_, side)) {
      out_.push_back({OutputKind::Give, side, c_.initiator.node, 0, {}});
    }
    return;
  }
  for (const CredentialEnd& end : c_.targets) {
    if (end.managed) out_.push_back({OutputKind::Give, side, end.node, 0, {}});
  }
}

void CredentialMachine::giveAll() {
  ++c_.step;
  give(Side::Target);
  give(Side::Initiator);
}

// To one side alone: what the other one holds does not change, so who is ready there stays so.
void CredentialMachine::giveAnew(Side side) {
  const auto stay = [step = c_.step++](CredentialEnd& end) {
    if (end.applied == step) end.applied = step + 1;
  };
  if (side == Side::Target) {
    stay(c_.initiator);
  } else {
    std::for_each(c_.targets.begin(), c_.targets.end(), stay);
  }
  give(side);
}

// An agent tells a step once for all its ends: that of a new end is one that it has not told yet.
void CredentialMachine::welcome() {
  if (c_.phase != Phase::Retired) giveAll();
}

bool CredentialMachine::anyForeign() const {
  return !c_.initiator.managed ||
         std::any_of(c_.targets.begin(), c_.targets.end(), [](const CredentialEnd& end) { return !end.managed; });
}

// An initiator that verifies nobody need not know yet.
bool CredentialMachine::allApplied() const {
  return (!c_.initiatorMutual || isReady(c_, c_.initiator)) && targetsReady(c_);
}

// One login proves the initiator and the target of it. Every foreign target needs its own; managed ones have told that
// they hold the next version.
bool CredentialMachine::proven() const {
  bool any = false;
  for (const CredentialEnd& end : c_.targets) {
    any = any || end.proven == c_.next;
    if (!end.managed && end.proven != c_.next) return false;
  }
  const bool initiatorTells = c_.initiatorMutual && c_.initiator.managed;
  return any && (!initiatorTells || c_.initiator.proven == c_.next);
}

// Whether the next version may be set at a foreign end already.
bool CredentialMachine::mayBeTyped() const {
  const auto may = [&](const CredentialEnd& end) { return !end.managed && end.revealed == c_.next; };
  return may(c_.initiator) || std::any_of(c_.targets.begin(), c_.targets.end(), may);
}

base::Status CredentialMachine::create(base::WallTime now, Version above) {
  if (c_.targets.size() > kMaxTargets) return base::fail("a credential is for at most 1024 targets");
  c_.current = c_.last = above + 1;
  c_.next = 0;
  c_.step = 0;
  c_.currentStep = 1;
  c_.nextStep = 0;
  c_.phase = Phase::Settled;
  c_.setAt = now;
  c_.initiatorMutual = c_.targetMutual = c_.mutual;
  out_.push_back({OutputKind::MakeVersion, {}, {}, c_.current, {}});
  audit(std::string(kMadeText));
  giveAll();
  return {};
}

base::Status CredentialMachine::startChange(base::WallTime now, const ChangeOptions& options, Version above) {
  if (c_.phase == Phase::Retired) return base::fail("the credential is retired");
  if (c_.phase != Phase::Settled) return base::fail("a change of this secret is under way");
  if (options.within <= std::chrono::seconds(0)) return base::fail("a change needs time");
  if (!c_.initiator.managed &&
      std::none_of(c_.targets.begin(), c_.targets.end(), [](const CredentialEnd& end) { return end.managed; })) {
    return base::fail("no agent speaks for either end: change the secret by hand at both");
  }
  c_.next = c_.last = std::max(c_.last, above) + 1;
  c_.nextSetAt = now;
  c_.phase = Phase::Spreading;
  c_.deadline = now + options.within;
  c_.atDeadline = options.atDeadline;
  out_.push_back({OutputKind::MakeVersion, {}, {}, c_.next, {}});
  audit("change to " + versionText(c_.next) + " begun");
  giveAll();
  return {};
}

base::Status CredentialMachine::cancelChange(base::WallTime now) {
  if (c_.next == 0) return base::fail("there is no change to take back");
  if (c_.phase == Phase::RollingBack) {  // its initiator does not answer; the administrator does not wait for it
    dropNext();
    return {};
  }
  goBack(now, "taken back");
  return {};
}

void CredentialMachine::retire(base::WallTime) {
  if (c_.phase == Phase::Retired) return;
  audit("credential retired");
  for (const Version version : {c_.current, c_.next}) {
    if (version != 0) out_.push_back({OutputKind::EraseVersion, {}, {}, version, {}});
  }
  c_.phase = Phase::Retired;
  c_.next = 0;
  c_.deadline = {};
  ++c_.step;
  give(Side::Target);
  if (c_.initiator.managed) out_.push_back({OutputKind::Give, Side::Initiator, c_.initiator.node, 0, {}});
}

// What agents told before says nothing of now: who holds it tells the new step.
void CredentialMachine::comeBack() {
  if (c_.phase == Phase::Retired) return;
  c_.currentStep = c_.step + 1;
  if (c_.nextStep != 0) c_.nextStep = c_.currentStep;
  giveAll();
}

void CredentialMachine::onApplied(Side side, std::string_view node, std::uint32_t step, base::WallTime now) {
  CredentialEnd* end = findEnd(c_, side, node);
  if (end == nullptr || !end->managed || step > c_.step || step <= end->applied) return;
  end->applied = step;
  if (side == Side::Target && c_.phase == Phase::Settled && c_.initiator.applied == 0) give(Side::Initiator);
  const bool usesNext = c_.phase == Phase::Switching || c_.phase == Phase::WaitingForForeign;
  if (side == Side::Initiator && usesNext && step == c_.step) {
    for (const CredentialEnd& target : c_.targets) {
      if (target.proven != c_.next) out_.push_back({OutputKind::AskLogin, side, target.node, c_.next, {}});
    }
  }
  advance(now);
}

void CredentialMachine::onLogin(const LoginReport& report, base::WallTime now) {
  CredentialEnd* target = findEnd(c_, Side::Target, report.target);
  if (target == nullptr || c_.phase == Phase::Retired) return;
  const bool known = report.forward != 0 && (report.forward == c_.current || report.forward == c_.next);
  // Our target is believed about who proved itself there, not the initiator.
  const bool counts = known && (report.reportedBy == Side::Target || !target->managed);
  if (counts) {
    target->proven = report.forward;
    c_.md5 = report.md5;
    if (report.forward == c_.current) c_.provenAt = std::max(c_.provenAt, now);
  }
  const bool reverse = report.reverse != 0 && (report.reverse == c_.current || report.reverse == c_.next);
  if (report.reportedBy == Side::Initiator && (c_.initiatorMutual ? reverse : known)) {
    c_.initiator.proven = c_.initiatorMutual ? report.reverse : report.forward;
  } else if (counts && !c_.initiator.managed) {
    c_.initiator.proven = report.forward;
  }
  advance(now);
}

void CredentialMachine::onLoginRefused(Version version, base::WallTime now) {
  if (version == 0 || version != c_.next) return;
  if (c_.phase == Phase::Switching) goBack(now, "a login with " + versionText(version) + " was refused");
}

void CredentialMachine::onTimer(base::WallTime now) {
  if (c_.deadline == base::WallTime{} || now < c_.deadline) return;
  if (c_.phase == Phase::RollingBack || c_.next == 0) {
    c_.deadline = {};
    return;
  }
  if (c_.atDeadline == AtDeadline::RetireOld) {
    out_.push_back({OutputKind::Alarm,
                    {},
                    {},
                    c_.next,
                    "the old secret is retired though no login has proven the new one: the deadline has passed"});
    finish(now);
    return;
  }
  if (mayBeTyped()) {  // where it was, the old one does not work any more: our end goes on to take both
    c_.deadline = {};
    const std::string text =
        "not proven before its deadline, but a person was shown it for a foreign end: both hold "
        "until a login proves it, or somebody takes it back";
    out_.push_back({OutputKind::Alarm, {}, {}, c_.next, "change to " + versionText(c_.next) + " " + text});
    audit(text);
    out_.push_back({OutputKind::Failed, {}, {}, c_.next, {}});
    return;
  }
  goBack(now, "it was not proven before its deadline");
}

void CredentialMachine::setTargets(const std::vector<Target>& targets, base::WallTime now) {
  std::vector<CredentialEnd> ends;
  bool newcomer = false;
  for (const Target& target : targets) {
    if (ends.size() == kMaxTargets) break;
    const CredentialEnd* before = findEnd(c_, Side::Target, target.node);
    ends.push_back(before != nullptr ? *before : CredentialEnd{target.node, target.managed, 0, 0, 0});
    newcomer = newcomer || (before == nullptr && target.managed);
  }
  c_.targets = std::move(ends);
  if (newcomer) welcome();
  for (const Target& target : targets) onManaged(Side::Target, target.node, target.managed, now);
  advance(now);
}

void CredentialMachine::setUserName(std::string userName, base::WallTime now) {
  const bool halfway = !c_.formerUserName.empty() && !c_.usesFormer;  // the initiator may have either
  if (c_.userName == userName || halfway) return;
  if (c_.initiator.managed && c_.formerUserName.empty()) {
    c_.formerUserName = c_.userName;
    c_.usesFormer = true;
  }
  c_.userName = std::move(userName);
  if (c_.phase == Phase::Retired) return;
  audit("the user name changed");
  giveAll();
  advance(now);
}

// Both versions of a change get a secret of the other way, or are used without it.
void CredentialMachine::setMutual(bool mutual, base::WallTime now) {
  if (c_.mutual == mutual) return;
  c_.mutual = mutual;
  if (mutual) {
    c_.targetMutual = true;
  } else {
    c_.initiatorMutual = false;
  }
  if (c_.phase == Phase::Retired) return;
  for (const Version version : {c_.current, c_.next}) {
    if (version != 0) out_.push_back({OutputKind::MakeVersion, {}, {}, version, {}});
  }
  audit(mutual ? "the target proves itself too from now on" : "the target does not prove itself any more");
  giveAll();  // the first secret stays where it is: who holds it holds it
  advance(now);
}

void CredentialMachine::onManaged(Side side, std::string_view node, bool managed, base::WallTime now) {
  CredentialEnd* end = findEnd(c_, side, node);
  if (end == nullptr || end->managed == managed) return;
  end->managed = managed;
  end->applied = 0;
  if (managed) welcome();
  advance(now);
}

// The side that goes first has been given its part; the other one follows when that has been applied.
void CredentialMachine::settleTerms() {
  const bool demands = c_.mutual && !c_.initiatorMutual;
  if ((demands || c_.usesFormer) && targetsReady(c_)) {
    c_.initiatorMutual = c_.mutual;
    c_.usesFormer = false;
    giveAnew(Side::Initiator);
    if (demands) c_.currentStep = c_.step;  // only now it has the second secret
  }
  const bool former = !c_.formerUserName.empty() && !c_.usesFormer;
  if ((c_.targetMutual != c_.mutual || former) && isReady(c_, c_.initiator)) {
    c_.targetMutual = c_.mutual;
    if (former) c_.formerUserName.clear();
    giveAnew(Side::Target);
  }
}

void CredentialMachine::advance(base::WallTime now) {
  if (c_.phase == Phase::Retired) return;
  settleTerms();
  if (c_.phase == Phase::Spreading && allApplied()) {
    c_.phase = anyForeign() ? Phase::WaitingForForeign : Phase::Switching;
    audit(anyForeign() ? "our end takes both; waiting for the foreign end" : "every end takes both; switching");
    // What targets hold does not change: they take both and answer as they are asked. What a foreign initiator's
    // targets hold does not either.
    if (c_.initiator.managed) giveAnew(Side::Initiator);
    c_.nextStep = c_.step;
    return;
  }
  if ((c_.phase == Phase::Switching || c_.phase == Phase::WaitingForForeign) && c_.next != 0) {
    if (proven()) finish(now);
    return;
  }
  if (c_.phase == Phase::RollingBack && isReady(c_, c_.initiator)) dropNext();
}

void CredentialMachine::finish(base::WallTime now) {
  const Version old = c_.current;
  const bool wasProven = proven();
  c_.current = c_.next;
  // One that ends while it spreads is handed to the initiator only now.
  c_.currentStep = c_.nextStep != 0 ? c_.nextStep : c_.step + 1;
  c_.next = 0;
  c_.nextStep = 0;
  c_.phase = Phase::Settled;
  c_.setAt = c_.nextSetAt;
  c_.provenAt = wasProven ? now : base::WallTime{};
  c_.deadline = {};
  c_.weaknesses = std::exchange(c_.nextWeaknesses, 0);
  out_.push_back({OutputKind::EraseVersion, {}, {}, old, {}});
  audit(versionText(old) + " retired, " + versionText(c_.current) + " holds" +
        (wasProven ? ", proven by a login" : ""));
  giveAll();
  out_.push_back({OutputKind::Done, {}, {}, c_.current, {}});
}

void CredentialMachine::goBack(base::WallTime, const std::string& why) {
  out_.push_back({OutputKind::Alarm, {}, {}, c_.next, "change to " + versionText(c_.next) + " rolled back: " + why});
  audit("change to " + versionText(c_.next) + " rolled back: " + why);
  // An initiator that was never told to use the next version needs no step back.
  const bool mayUseNext = c_.initiator.managed && c_.phase != Phase::Spreading;
  c_.deadline = {};
  if (!mayUseNext) return dropNext();
  c_.phase = Phase::RollingBack;
  giveAnew(Side::Initiator);
}

void CredentialMachine::dropNext() {
  const Version dropped = c_.next;
  c_.next = 0;
  c_.nextStep = 0;
  c_.nextWeaknesses = 0;
  c_.phase = Phase::Settled;
  out_.push_back({OutputKind::EraseVersion, {}, {}, dropped, {}});
  giveAll();
  out_.push_back({OutputKind::Failed, {}, {}, dropped, {}});
}

}  // namespace credentials
