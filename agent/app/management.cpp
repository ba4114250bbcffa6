#include "agent/app/management.h"

#include <algorithm>

#include "agent/app/control_views.h"
#include "agent/app/managed_credentials.h"
#include "agent/app/managed_report.h"
#include "shared/base/overloaded.h"
#include "shared/base/revisions.h"
#include "shared/base/secret_json.h"
#include "shared/mgmt/certificate_request.h"
#include "shared/program/process.h"

namespace agent {
namespace {

using base::Json;
using control::Code;
using control::Refusal;

// A text with secrets, which nobody leaves in memory that was freed.
std::shared_ptr<std::string> wiped(std::string text) {
  const auto wipe = [](std::string* one) {
    base::wipeText(*one);
    delete one;
  };
  return {new std::string(std::move(text)), wipe};
}

std::string untilText(const Enrolment& enrolment) {
  return timeText(base::unixSeconds(enrolment.link->chain.front().notAfter()));
}

std::vector<std::string> sorted(std::vector<std::string> names) {
  std::ranges::sort(names);
  return names;
}

}  // namespace

base::Result<std::string> managementServer(std::string_view text) {
  constexpr std::string_view kPort = ":3285";
  constexpr std::size_t kMost = 255;
  const bool plain = !text.empty() && text.size() <= kMost && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view(".-_:[]").find(c) != std::string_view::npos;
  });
  if (!plain) return base::fail("\"" + std::string(text.substr(0, kMost)) + "\" is no HOST[:PORT]");
  const std::size_t bracket = text.rfind(']');
  const std::size_t colon = text.rfind(':');
  const bool hasPort = colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  if (hasPort && text.find(':') != colon && bracket == std::string_view::npos) {
    return base::fail("an IPv6 address stands in brackets: [" + std::string(text) + "]");
  }
  return std::string(text) + (hasPort ? std::string() : std::string(kPort));
}

Management::Management(Parts parts)
    : parts_(std::move(parts)),
      folder_(parts_.folder),
      client_(parts_.random, parts_.memory),
      deadline_(parts_.loop.timers(),
                [this] {
                  client_.onTimer(base::now());
                  pump();
                }),
      gather_(parts_.loop.timers(), [this] { tellTruth(); }),
      keepAgain_(parts_.loop.timers(), [this] { keepAgain(); }),
      age_(parts_.loop.timers(), [this] { judgeAge({}); }) {}

// ---- What is kept --------------------------------------------------------------------------------------------------

base::Status Management::load() {
  auto kept = folder_.load();
  if (!kept) {
    return base::fail(kept.error().text + ". Bring it back from a backup, or remove it and enrol the agent anew");
  }
  if (!*kept) return {};
  enrolment_ = std::move(**kept);
  auto glass = folder_.loadGlass();
  if (!glass) parts_.log.write<Event::GlassLost>(base::now(), {{"error", glass.error().text}});
  if (glass) useGlass(std::move(*glass));
  auto state = folder_.loadState(parts_.memory);
  if (!state) {  // nobody shall get in because a file is broken
    parts_.log.write<Event::StateLost>(base::now(), {{"error", state.error().text}});
    hold(std::make_shared<management::DesiredState>(), 0);
  } else if (*state) {
    hold(std::make_shared<management::DesiredState>(std::move((*state)->state)), (*state)->appliedAt);
  } else {
    (void)parts_.targets.obey({sorted(enrolment_->identity.nodes), nullptr, parts_.targets.obeyed().glass});
  }
  rememberLastWord();
  return {};
}

void Management::start() {
  started_ = true;
  parts_.targets.setApplied([this] { dirty(); });
  if (!enrolment_) return;
  since_ = base::wallNow();
  adopt(std::move(*enrolment_), false);
}

management::Standing Management::standing() const {
  const management::LinkIdentity& link = *enrolment_->link;
  auto request = mgmt::makeCertificateRequest(link.key, enrolment_->identity.name);
  return {enrolment_->servers, link.chain, link.roots, request ? std::move(*request) : std::string(),
          link.key.publicFingerprint()};
}

void Management::openLink() {
  if (link_) return;
  link_ = std::make_unique<management::HttpsLink>(parts_.loop, [this](management::Ask ask, management::Answer answer) {
    client_.onAnswer(ask, std::move(answer), base::now());
    pump();
    noteAnswer();
    forgetToldGlass();
    noteAddressesTold();
  });
}

// From now on by this enrolment, which is kept.
void Management::adopt(Enrolment enrolment, bool renewed) {
  const bool other = !enrolment_ || enrolment_->identity.nodes != enrolment.identity.nodes;
  enrolment_ = std::move(enrolment);
  openLink();
  link_->setIdentity(enrolment_->link);
  if (other || !renewed) {
    (void)parts_.targets.obey(
        {sorted(enrolment_->identity.nodes), parts_.targets.obeyed().state, parts_.targets.obeyed().glass});
    endForeignGlass();
  }
  client_.begin(standing(), base::now());
  dirty();
  pump();
}

// ---- Joining and leaving -------------------------------------------------------------------------------------------

void Management::join(std::string_view token, const std::vector<std::string>& servers, Done done) {
  if (joining_ || leaving_) return done(refuse(Code::InUse, "the agent is just being enrolled, or leaves"));
  auto parsed = mgmt::EnrolmentToken::parse(token);
  if (!parsed) return done(refuse(Code::Invalid, parsed.error().text));
  if (servers.empty()) return done(refuse(Code::Invalid, "name the management server"));
  std::vector<std::string> named;
  for (const std::string& one : servers) {
    auto server = managementServer(one);
    if (!server) return done(refuse(Code::Invalid, server.error().text));
    named.push_back(std::move(*server));
  }
  auto key = mgmt::PrivateKey::generate();
  if (!key) return done(refuse(Code::Failed, key.error().text));
  auto request = mgmt::makeCertificateRequest(*key, "san-agent");
  if (!request) return done(refuse(Code::Failed, request.error().text));
  openLink();
  const mgmt::Fingerprint print = key->publicFingerprint();
  joining_ = Joining{std::make_shared<mgmt::PrivateKey>(std::move(*key)), named, std::move(done)};
  auto pinning = std::make_shared<mgmt::EnrolmentToken>(std::move(*parsed));
  client_.enrol({std::move(named), std::move(pinning), std::move(*request), print}, base::now());
  pump();
}

void Management::certified(management::Certified certified) {
  const bool renewed = certified.renewed;
  // One that was renewed is of no use any more while another enrolment is under way, and must not be saved after it.
  if (leaving_ || (renewed ? !enrolment_ || joining_ : !joining_)) return;
  const auto failed = [this, renewed](const std::string& why) {
    if (renewed) return parts_.log.write<Event::ManagementTrouble>(base::now(), {{"why", why}});
    parts_.log.write<Event::NotEnrolled>(base::now(), {{"why", why}});
    if (auto joining = std::exchange(joining_, std::nullopt)) joining->done(refuse(Code::NotSaved, why));
  };
  auto identity = mgmt::identityOf(certified.chain.front());
  if (!identity || identity->kind != mgmt::PeerKind::Agent) return failed("the certificate is no agent's");
  Enrolment next;
  next.link = std::make_shared<management::LinkIdentity>(management::LinkIdentity{
      renewed ? enrolment_->link->key : *joining_->key, std::move(certified.chain), std::move(certified.roots)});
  next.identity = std::move(*identity);
  next.server = renewed ? enrolment_->server : certified.server;
  next.servers = renewed ? enrolment_->servers : joining_->servers;
  next.since = renewed ? enrolment_->since : base::unixSeconds(base::wallNow());
  auto job = [folder = folder_, next, random = parts_.random, first = !enrolment_] {
    return first ? folder.begin(next, random) : folder.save(next, random);
  };
  parts_.worker.submit(std::move(job), [this, next, renewed, failed](const base::Status& saved) {
    if (renewed && !enrolment_) return;  // it was told to leave meanwhile
    if (!saved) return failed(saved.error().text);
    if (renewed) {
      parts_.log.write<Event::CertificateRenewed>(base::now(), {{"server", next.server}, {"until", untilText(next)}});
    } else {
      parts_.log.write<Event::Enrolled>(base::now(), {{"server", next.server},
                                                      {"entity", next.identity.name},
                                                      {"nodes", next.identity.nodes.size()},
                                                      {"until", untilText(next)}});
    }
    if (!renewed) lastWord_.remember(base::wallNow(), base::now());
    adopt(next, renewed);
    if (renewed) return;
    if (auto joining = std::exchange(joining_, std::nullopt)) {
      Json::Array nodes(next.identity.nodes.begin(), next.identity.nodes.end());
      joining->done(Json(Json::Object{{"server", next.server},
                                      {"entity", next.identity.name},
                                      {"nodes", std::move(nodes)},
                                      {"until", untilText(next)}}));
    }
  });
}

void Management::leave(Done done) {
  if (joining_) return done(refuse(Code::InUse, "the agent is just being enrolled"));
  if (!enrolment_ || leaving_) return done(refuse(Code::NotFound, "the agent is not managed"));
  leaving_ = true;
  parts_.worker.submit([folder = folder_] { return folder.removeAll(); },
                       [this, done = std::move(done)](const base::Status& removed) {
                         leaving_ = false;
                         if (!removed) return done(refuse(Code::NotSaved, removed.error().text));
                         const std::string server = enrolment_->server;
                         client_.leave();
                         enrolment_.reset();
                         pump();
                         link_.reset();
                         (void)parts_.targets.obey({});
                         if (host_.stateChanged) host_.stateChanged();
                         tellNameServers();
                         appliedAt_ = 0;
                         // Of another enrolment it would be the wrong one.
                         unsaved_.reset();
                         glassUnsaved_ = false;
                         linked(false, {});
                         lastWord_.forget();
                         judgeAge("the agent is managed no more");
                         parts_.metrics.at<Metric::DesiredRevision>().set(0);
                         parts_.metrics.at<Metric::DesiredApplied>().set(0);
                         parts_.metrics.at<Metric::BreakGlass>().set(0);
                         parts_.log.write<Event::ManagementLeft>(base::now(), {{"server", server}});
                         done(Json(Json::Object{{"server", server}}));
                       });
}

// ---- What the client wants -----------------------------------------------------------------------------------------

void Management::pump() {
  if (pumping_) return;
  pumping_ = true;
  for (auto outputs = client_.take(); !outputs.empty(); outputs = client_.take()) {
    for (management::Output& output : outputs) handle(std::move(output));
  }
  pumping_ = false;
  deadline_.startAt(client_.nextDeadline(base::now()));
}

void Management::linked(bool on, std::string why) {
  since_ = base::wallNow();
  why_ = std::move(why);
  parts_.metrics.at<Metric::ManagementLinked>().set(on ? 1 : 0);
}

void Management::handle(management::Output output) {
  const base::Now now = base::now();
  std::visit(base::Overloaded{
                 [&](management::Send& send) {
                   if (link_) link_->send(std::move(send));
                 },
                 [&](management::Cancel& cancel) {
                   if (link_) link_->cancel(cancel.ask);
                 },
                 [&](management::Certified& one) { certified(std::move(one)); },
                 [&](management::NotEnrolled& failed) {
                   parts_.log.write<Event::NotEnrolled>(now, {{"why", failed.why}});
                   if (auto joining = std::exchange(joining_, std::nullopt)) {
                     joining->done(refuse(Code::Failed, "not enrolled by " + failed.why));
                   }
                 },
                 [&](management::NewState& news) { take(std::move(news)); },
                 [&](management::NewWanted& news) {
                   if (finder_.want) finder_.want(news.wanted);
                 },
                 [&](management::Linked& up) {
                   linked(true, {});
                   parts_.log.write<Event::ManagementLinked>(now, {{"server", up.server}});
                 },
                 [&](management::Away& away) {
                   linked(false, away.server + ": " + away.why);
                   parts_.log.write<Event::ManagementAway>(now, {{"server", away.server}, {"why", away.why}});
                 },
                 [&](management::Refused& refused) {
                   linked(false, refused.server + " refuses the certificate: " + refused.why);
                   parts_.log.write<Event::ManagementRefused>(now, {{"server", refused.server}, {"why", refused.why}});
                 },
                 [&](management::Trouble& trouble) {
                   parts_.log.write<Event::ManagementTrouble>(now, {{"why", trouble.why}});
                 },
             },
             output);
}

// ---- What is applied -----------------------------------------------------------------------------------------------

void Management::hold(std::shared_ptr<const management::DesiredState> state, std::int64_t appliedAt) {
  std::size_t initiators = 0;
  std::size_t maps = 0;
  for (const management::DesiredTarget& target : state->targets) {
    initiators += target.initiators.size();
    for (const management::DesiredInitiator& one : target.initiators) maps += one.maps.size();
  }
  const std::uint64_t revision = state->revision;
  const std::size_t targets = state->targets.size();
  BreakGlass glass = parts_.targets.obeyed().glass;
  const auto ended = endOutdated(glass, *state);
  const bool others = !(glass == parts_.targets.obeyed().glass);
  const auto applied = parts_.targets.obey({sorted(enrolment_->identity.nodes), std::move(state), std::move(glass)});
  if (!applied) {
    return parts_.log.write<Event::ManagementTrouble>(base::now(), {{"why", applied.error().text}});
  }
  appliedAt_ = appliedAt;
  if (host_.stateChanged) host_.stateChanged();
  parts_.metrics.at<Metric::DesiredRevision>().set(static_cast<std::int64_t>(revision));
  parts_.metrics.at<Metric::DesiredApplied>().set(appliedAt * std::int64_t{1'000'000'000});
  parts_.log.write<Event::StateApplied>(
      base::now(), {{"revision", revision}, {"targets", targets}, {"initiators", initiators}, {"maps", maps}});
  tellNameServers();
  if (others) saveGlass();
  endedGlass(ended, "the server has said something else of it");
}

void Management::follow(NameServers hears) {
  nameServers_ = std::move(hears);
  tellNameServers();
}

void Management::tellNameServers() {
  const auto& state = parts_.targets.obeyed().state;
  const bool lost = state && state->lost();
  if (!state || lost) {
    nameServersTold_.reset();
  } else if (nameServersTold_ != state->nameServers) {
    nameServersTold_ = state->nameServers;
    if (state->nameServers.empty()) {
      parts_.log.write<Event::NameServersNotNamed>(base::now(), {});
    } else {
      parts_.log.write<Event::NameServersNamed>(base::now(), {{"servers", program::joined(state->nameServers)}});
    }
  }
  if (!nameServers_) return;
  const bool named = state && !state->nameServers.empty();
  nameServers_({named ? std::optional(state->nameServers) : std::nullopt, lost});
}

void Management::take(management::NewState news) {
  auto text = wiped(std::move(news.text));
  if (!enrolment_ || leaving_) return;
  // The same once more, as after a start, is no new application of it.
  const auto& before = parts_.targets.obeyed().state;
  const bool same = before && before->revision == news.state.revision && appliedAt_ != 0;
  const bool restored = before && base::isAfterRestore(before->revision, news.state.revision);
  const std::int64_t now = same ? appliedAt_ : base::unixSeconds(base::wallNow());
  hold(std::make_shared<management::DesiredState>(std::move(news.state)), now);
  keepState(std::move(text), now);
  if (restored && restored_) restored_();
}

void Management::keepState(std::shared_ptr<std::string> text, std::int64_t appliedAt) {
  auto job = [folder = folder_, text, appliedAt, random = parts_.random] {
    return folder.saveState(*text, appliedAt, random);
  };
  ++saving_;
  parts_.worker.submit(std::move(job), [this, text = std::move(text), appliedAt](const base::Status& saved) mutable {
    --saving_;
    unsaved_ = saved ? std::nullopt : std::optional(Unsaved{std::move(text), appliedAt});
    kept(saved);
    tellTruth();
  });
}

// What could not be kept is tried again: over a restart the state before would let in whom this one has taken out.
void Management::kept(const base::Status& saved) {
  const std::string why = saved ? std::string() : saved.error().text;
  if (why != std::exchange(unsavedWhy_, why) && !why.empty()) {
    parts_.log.write<Event::StateNotSaved>(base::now(), {{"error", why}});
  }
  if (unsaved_ || glassUnsaved_) keepAgain_.startAt(parts_.loop.now() + kKeepAgain);
}

void Management::keepAgain() {
  if (!enrolment_) return unsaved_.reset();
  if (saving_ != 0 || leaving_) return keepAgain_.startAt(parts_.loop.now() + kKeepAgain);
  if (std::exchange(glassUnsaved_, false)) saveGlass();
  if (auto late = std::exchange(unsaved_, std::nullopt)) keepState(std::move(late->text), late->appliedAt);
}

// ---- What is told --------------------------------------------------------------------------------------------------

void Management::dirty() {
  // The first of many changes sets the time: those that come without end may not put it off without end.
  if (!started_ || !enrolment_ || gathering_) return;
  gathering_ = true;
  gather_.startAt(parts_.loop.now() + kGather);
}

void Management::tellTruth() {
  gathering_ = false;
  if (!started_ || !enrolment_ || !parts_.targets.obeyed().state || saving_ != 0) return;
  gather_.startAt(parts_.loop.now() + kLook);
  const auto units = parts_.targets.units();
  const auto sessions = parts_.targets.sessions();
  // A unit whose store is not open is reached by nobody yet.
  const target::Setup local = target::openPartOf(parts_.targets.setup());
  const target::Setup inForce = target::openPartOf(parts_.targets.inForce());
  management::Truth truth = truthOf({parts_.targets.obeyed(), appliedAt_, local, inForce, units, sessions, proofs_});
  if (host_.sessions) addHost(truth, *parts_.targets.obeyed().state, host_.sessions());
  if (host_.heldDisks) truth.heldDisks = host_.heldDisks();
  if (finder_.tell) finder_.tell(truth);
  lookAtNetwork();
  truth.portals = seenPortals_;
  truth.addresses = seenAddresses_;
  client_.setTruth(std::move(truth), base::now());
  pump();
}

// Sessions come and go by the hundred; networks are looked at now and then.
void Management::lookAtNetwork() {
  if (parts_.loop.now() < networkUntil_) return;
  networkUntil_ = parts_.loop.now() + kLook;
  if (portals_) seenPortals_ = portalsOf(registrar::networksOf(portals_()));
  if (addresses_.now) seenAddresses_ = addressTexts(addresses_.now());
}

void Management::noteAddressesTold() {
  const std::vector<std::string>& told = client_.told().addresses;
  const bool again = std::exchange(toldInFull_, client_.toldInFull()) != client_.toldInFull();
  const bool others = std::exchange(addressesTold_, told) != told;
  if ((again || others) && !told.empty() && addresses_.told) addresses_.told();
}

void Management::onLoginRefused(const target::RefusedLogin& refused) {
  if (refused.initiator.empty() || !parts_.targets.obeyed().names(refused.target)) return;
  client_.noteRefused(
      {refused.initiator, refused.target, std::string(refused.why), base::unixSeconds(base::wallNow()), refused.probe},
      base::now());
  dirty();
}

void Management::onProofRefused(const std::string& initiator, const std::string& target, std::uint32_t credential,
                                std::uint32_t version, const std::string& why) {
  client_.noteRefused({initiator, target, why, base::unixSeconds(base::wallNow()), false, credential, version},
                      base::now());
  dirty();
}

void Management::onSessionOpened(const target::SessionFacts& session) {
  if (session.discovery || !parts_.targets.obeyed().names(session.target)) return;
  const management::ProofUsed used = provenBy(parts_.targets.obeyed(), session);
  if (!(used == management::ProofUsed{})) proofs_[session.id] = used;
  dirty();
}

void Management::onSessionEnded(const target::SessionFacts& session, std::string_view) {
  proofs_.erase(session.id);
  dirty();
}

std::string Management::managerOf(std::string_view target) const {
  return enrolment_ && parts_.targets.obeyed().names(target) ? enrolment_->server : std::string();
}

Json::Object Management::view() const {
  if (!enrolment_) return {{"managed_by", "nobody"}};
  const std::string since = timeText(base::unixSeconds(since_));
  const auto& state = parts_.targets.obeyed().state;
  const bool up = client_.state() == management::ManagementClient::State::Linked;
  Json::Array nodes(enrolment_->identity.nodes.begin(), enrolment_->identity.nodes.end());
  Json::Array glass;
  for (const GlassRule& rule : parts_.targets.obeyed().glass.rules) glass.push_back(glassView(rule));
  return {{"managed_by", enrolment_->server + " since " + timeText(enrolment_->since)},
          {"managed_nodes", std::move(nodes)},
          {"management_link", up ? client_.server() + " since " + since
                                 : "away since " + since + (why_.empty() ? std::string() : ": " + why_)},
          {"last_word", lastWord_.at() ? timeText(base::unixSeconds(*lastWord_.at())) : std::string()},
          {"new_logins", closedSince_ != 0 ? "refused since " + timeText(closedSince_) : std::string("taken")},
          {"certificate_until", untilText(*enrolment_)},
          {"desired_revision", state ? state->revision : 0},
          {"desired_applied", timeText(appliedAt_)},
          {"break_glass", std::move(glass)}};
}

}  // namespace agent
