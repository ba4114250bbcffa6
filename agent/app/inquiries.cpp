#include "agent/app/inquiries.h"

#include <algorithm>

#include "agent/app/control_views.h"
#include "agent/app/objects.h"
#include "shared/base/clock.h"
#include "shared/base/whole_number.h"
#include "shared/mgmt/report_limits.h"
#include "shared/names/ports.h"

namespace agent {
namespace {

using base::Json;
using management::brief;
using management::FoundPortal;
using management::ProbeResult;
using management::WantedProbe;
using mgmt::ReportLimits;

std::int64_t secondsNow() { return base::unixSeconds(base::wallNow()); }

san::ProbeOutcome outcomeOf(attach::LoginMet met) {
  switch (met) {
    case attach::LoginMet::In:
      return san::ProbeOutcome::In;
    case attach::LoginMet::Refused:
      return san::ProbeOutcome::Refused;
    case attach::LoginMet::Unreachable:
      return san::ProbeOutcome::Unreachable;
    case attach::LoginMet::Failed:
      break;
  }
  return san::ProbeOutcome::Failed;
}

// "10.0.0.9:3260,1" of an answer as the model writes a portal, with its tag; a host name stays one.
FoundPortal foundPortal(const std::string& asked, const std::string& target, std::string_view address) {
  FoundPortal found;
  found.asked = asked;
  found.target = target;
  found.at = secondsNow();
  const std::size_t comma = address.rfind(',');
  if (comma != std::string_view::npos) {
    if (const auto tag = base::wholeNumber<std::uint16_t>(address.substr(comma + 1))) found.tag = *tag;
    address = address.substr(0, comma);
  }
  const auto parsed = net::Address::parse(address, names::kIscsiPort);
  found.portal = brief((parsed ? parsed->text() : std::string(address)) + "/tcp");
  return found;
}

}  // namespace

Inquiries::Inquiries(Parts parts)
    : parts_(std::move(parts)),
      discoverRounds_(parts_.random, kAtATime),
      probeRounds_(parts_.random, kAtATime),
      deadline_(parts_.loop.timers(), [this] {
        deadQuestions_.clear();
        deadProbes_.clear();
        run();
      }) {}

void Inquiries::setEvery(std::chrono::seconds discover, std::chrono::seconds probe) {
  discoverRounds_.setEvery(discover, parts_.loop.now());
  probeRounds_.setEvery(probe, parts_.loop.now());
  arm();
}

void Inquiries::want(const management::Wanted& wanted) {
  const bool portals = wanted.discover != wanted_.discover && !wanted.discover.empty();
  // The sample goes round by itself, which is no news; where there was nothing to try there is.
  const bool probes = wanted_.probes.empty() && !wanted.probes.empty();
  wanted_ = wanted;
  if (portals) discoverRounds_.wake(parts_.loop.now());
  if (probes) probeRounds_.wake(parts_.loop.now());
  const auto unwanted = [&](const auto& entry) {
    return std::ranges::find(wanted_.discover, entry.first) == wanted_.discover.end();
  };
  if (std::erase_if(asked_, unwanted) != 0) discovered();
  arm();
}

void Inquiries::arm() {
  const bool ended = !deadQuestions_.empty() || !deadProbes_.empty();
  const base::TimePoint next = std::min(discoverRounds_.nextDeadline(), probeRounds_.nextDeadline());
  if (ended) return deadline_.startAt(parts_.loop.now());
  deadline_.startAt(next);
}

void Inquiries::run() {
  const base::TimePoint now = parts_.loop.now();
  if (discoverRounds_.due(now)) {
    asking_ = wanted_.discover;
    discoverRounds_.begin(asking_.size(), now);
  }
  if (probeRounds_.due(now)) {
    trying_.clear();
    for (const WantedProbe& one : wanted_.probes) {
      if (parts_.proofsFor && one.initiator == parts_.initiator && !one.portals.empty()) trying_.push_back(one);
    }
    in_ = against_ = 0;
    probeRounds_.begin(trying_.size(), now);
  }
  runDiscovery();
  runProbes();
  arm();
}

// ---- SendTargets ---------------------------------------------------------------------------------------------------

void Inquiries::runDiscovery() {
  while (const auto place = discoverRounds_.take()) {
    const std::string portal = asking_[*place];
    questions_[portal] = std::make_unique<attach::PortalQuestion>(
        parts_.loop, parts_.initiator, portal, parts_.discoveryProof ? parts_.discoveryProof() : std::nullopt,
        [this, portal](attach::PortalQuestion::Told answer) { told(portal, std::move(answer)); });
  }
}

void Inquiries::told(const std::string& portal, attach::PortalQuestion::Told answer) {
  const base::Now now = base::now();
  deadQuestions_.push_back(std::move(questions_.at(portal)));
  questions_.erase(portal);
  std::vector<FoundPortal> found;
  if (!answer) {
    parts_.log.write<Event::PortalSilent>(now, {{"portal", portal}, {"why", answer.error().text}});
    FoundPortal& none = found.emplace_back();
    none.asked = portal;
    none.reason = brief(answer.error().text);
    none.at = secondsNow();
  } else {
    for (const iscsi::DiscoveredTarget& target : *answer) {
      const std::string name = brief(normalName(target.name));
      if (name.empty()) continue;
      std::vector<std::string> addresses = target.addresses;
      if (addresses.empty()) addresses.push_back(portal);  // RFC 7143 appendix C
      for (const std::string& address : addresses) {
        FoundPortal one = foundPortal(portal, name, address);
        const auto same = [&](const FoundPortal& other) {
          return other.target == one.target && other.portal == one.portal;
        };
        const bool room = found.size() < ReportLimits::kDiscoveries / management::DesiredBounds::kDiscover;
        if (room && std::ranges::none_of(found, same)) found.push_back(std::move(one));
      }
    }
    const auto names = [](const std::vector<FoundPortal>& all) {
      std::vector<std::pair<std::string, std::string>> list;
      for (const FoundPortal& one : all) list.emplace_back(one.target, one.portal);
      return list;
    };
    if (names(found) != names(asked_[portal].found)) {
      parts_.log.write<Event::PortalAsked>(now, {{"portal", portal}, {"targets", answer->size()}});
    }
  }
  asked_[portal].found = std::move(found);
  if (discoverRounds_.ended()) discovered();
  arm();
}

void Inquiries::discovered() {
  discoveriesTold_.clear();
  for (const auto& [portal, asked] : asked_) {
    discoveriesTold_.insert(discoveriesTold_.end(), asked.found.begin(), asked.found.end());
  }
  parts_.changed();
}

// ---- Probes --------------------------------------------------------------------------------------------------------

void Inquiries::runProbes() {
  while (const auto place = probeRounds_.take()) {
    const WantedProbe& wanted = trying_[*place];
    probes_[wanted.target] = std::make_unique<attach::TargetProbe>(
        parts_.loop,
        attach::TargetProbe::Order{wanted.initiator, wanted.target, wanted.portals, parts_.proofsFor(wanted.target)},
        [this, wanted](attach::ProbeMet found) { met(wanted, std::move(found)); });
  }
}

void Inquiries::met(const WantedProbe& wanted, attach::ProbeMet found) {
  using san::ProbeOutcome;
  deadProbes_.push_back(std::move(probes_.at(wanted.target)));
  probes_.erase(wanted.target);
  const ProbeOutcome outcome = outcomeOf(found.outcome);
  ProbeResult result{wanted.initiator, wanted.target, wanted.expected, outcome, brief(found.why), {}, secondsNow()};
  for (const attach::UnitSeen& unit : found.units) {
    if (result.units.size() == ReportLimits::kProbeUnits / ReportLimits::kProbes) break;
    result.units.push_back(brief(unit.designator));
  }
  parts_.metrics.at<Metric::Probes>(outcome).add();
  const bool in = outcome == ProbeOutcome::In;
  in_ += in ? 1U : 0U;
  if (outcome != ProbeOutcome::Failed && in != wanted.expected) {
    ++against_;
    parts_.log.write<Event::ProbeAgainstReach>(base::now(),
                                               {{"target", wanted.target},
                                                {"expected", std::string_view(wanted.expected ? "in" : "refused")},
                                                {"outcome", san::wordOf(outcome)},
                                                {"why", result.reason}});
  }
  met_.insert_or_assign(wanted.target, std::move(result));
  if (probeRounds_.ended()) probed();
  arm();
}

void Inquiries::probed() {
  const std::int64_t now = secondsNow();
  std::erase_if(met_, [&](const auto& entry) {
    return now - entry.second.at > std::chrono::seconds(kKeep).count() || entry.second.at > now;
  });
  while (met_.size() > ReportLimits::kProbes) {
    met_.erase(std::ranges::min_element(met_, {}, [](const auto& entry) { return entry.second.at; }));
  }
  probesTold_.clear();
  for (const auto& [target, result] : met_) probesTold_.push_back(result);
  if (!trying_.empty()) {
    parts_.log.write<Event::ProbesDone>(base::now(),
                                        {{"tried", trying_.size()}, {"in", in_}, {"against_reach", against_}});
  }
  parts_.changed();
}

// ---- What is told --------------------------------------------------------------------------------------------------

void Inquiries::tell(management::Truth& truth) const {
  truth.discoveries = discoveriesTold_;
  truth.probes = probesTold_;
}

Json Inquiries::view() const {
  Json::Array probes;
  for (const auto& [target, result] : met_) {
    probes.emplace_back(Json::Object{{"initiator", result.initiator},
                                     {"target", target},
                                     {"expected", result.expected ? "in" : "refused"},
                                     {"outcome", san::wordOf(result.outcome)},
                                     {"units", std::uint64_t{result.units.size()}},
                                     {"at", timeText(result.at)},
                                     {"why", result.reason}});
  }
  Json::Array found;
  for (const auto& [portal, asked] : asked_) {
    for (const FoundPortal& one : asked.found) {
      found.emplace_back(Json::Object{{"asked", one.asked},
                                      {"target", one.target},
                                      {"portal", one.portal},
                                      {"tag", one.tag},
                                      {"at", timeText(one.at)},
                                      {"why", one.reason}});
    }
  }
  return Json::Object{{"probes", std::move(probes)}, {"discoveries", std::move(found)}};
}

}  // namespace agent
