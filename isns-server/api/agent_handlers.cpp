#include "isns-server/api/agent_handlers.h"

#include "isns-server/api/desired_json.h"

namespace api {

using manage::Step;
using mgmt::ProblemCode;

AgentHandlers::AgentHandlers(Desk& desk, CredentialRunner& credentials) : desk_(desk), credentials_(credentials) {
  book_.onCredentials([&keeper = desk.credentials](const std::vector<std::string>& names, const san::Snapshot& now) {
    return handOverSteps(keeper, names, now);
  });
}

const mgmt::Problem AgentHandlers::kVoid{ProblemCode::CertificateRefused, "The certificate has been revoked.", {}, {}};

// ---- Who asks ------------------------------------------------------------------------------------------------------

void AgentHandlers::note(std::optional<Step> step) {
  if (step) desk_.clerk.carryOut(std::move(*step), [](const auto&) {});
}

std::optional<mgmt::Problem> AgentHandlers::identify(Call& call) {
  if (!desk_.administration.initialised()) return mgmt::Problem{ProblemCode::NotInitialised, {}, {}, {}};
  call.actorKind = ops::ActorKind::Agent;
  const HttpRequest& request = call.request();
  if (request.peerCertificate.empty()) {
    manage::AgentKeeper::Refusal refusal = desk_.agents.turnAway(request.refusedCertificate, call.actor(), call.now);
    note(std::move(refusal.step));
    return refusal.problem;
  }
  auto identity = desk_.agents.authenticate(request.peerCertificate, call.actor(), call.now);
  if (!identity) {
    note(std::move(identity.error().step));
    return identity.error().problem;
  }
  call.agent = std::move(*identity);
  call.who.user = call.agent.name;
  notePlace(call);
  return std::nullopt;
}

// From where any request of an agent comes its names are accepted, too: one that has moved, and whose reports are not
// taken for another reason, is not to be locked out.
void AgentHandlers::notePlace(const Call& call) {
  const std::string entity = call.agent.name;
  const auto place = [this, agent = call.agent, actor = call.actor()] {
    return desk_.agents.takeAddresses(agent, manage::AgentReport{}, actor);
  };
  if (!place() || !moving_.insert(entity).second) return;
  // When it is its turn: a report may be on its way.
  const auto plan = [this, place, entity, at = call.now.mono](san::SnapshotEditor&) -> manage::Wanted<Planned> {
    auto step = place();
    if (step) told_.pace(entity, step->audit, at);
    return Planned{step ? std::move(*step) : Step{}, false};
  };
  inLane(desk_, plan, [this, entity](const manage::Wanted<std::uint64_t>&) { moving_.erase(entity); });
}

// ---- Changes of the model ------------------------------------------------------------------------------------------

void AgentHandlers::carryOut(Step step, Edit edit, LaneDone done) {
  auto kept = std::make_shared<std::optional<Step>>(std::move(step));  // until it is handed on
  const auto plan = [kept, edit = std::move(edit)](san::SnapshotEditor& editor) -> manage::Wanted<Planned> {
    const auto edited = edit(editor);
    if (!edited) return problem(ProblemCode::LimitReached, edited.error().text);
    return Planned{*std::exchange(*kept, std::nullopt), *edited};
  };
  inLane(desk_, plan, [kept, done = std::move(done)](const manage::Wanted<std::uint64_t>& outcome) {
    if (*kept && (*kept)->failed) (*kept)->failed();
    done(outcome);
  });
}

// The agent as the model knows it is brought up to what its names stand for now.
void AgentHandlers::adopt(const std::string& entity) {
  const manage::AgentFacts* facts = desk_.agents.find(entity);
  if (facts == nullptr || desk_.timeline.empty() || adopting_.contains(entity)) return;
  if (!manage::agentDiffers(desk_.timeline.now(), *facts)) return;
  adopting_.insert(entity);
  carryOut(
      {},
      [this, entity](san::SnapshotEditor& editor) -> san::Edited<bool> {
        // As they are when it is its turn: the certificate may have been revoked meanwhile.
        const manage::AgentFacts* now = desk_.agents.find(entity);
        if (now == nullptr || !manage::agentDiffers(editor.view(), *now)) return false;
        const auto put = manage::putAgent(editor, *now);
        if (!put) return base::Failure<san::EditError>{put.error()};
        return true;
      },
      [this, entity](const manage::Wanted<std::uint64_t>&) { adopting_.erase(entity); });
}

}  // namespace api
