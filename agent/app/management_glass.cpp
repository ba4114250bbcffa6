// Management: what is changed here though the server decides (break_glass.h).
#include <algorithm>

#include "agent/app/management.h"
#include "agent/app/objects.h"

namespace agent {

using base::Json;
using control::Code;
using control::Refusal;

void Management::useGlass(BreakGlass glass) {
  parts_.metrics.at<Metric::BreakGlass>().set(static_cast<std::int64_t>(glass.rules.size()));
  Obeyed obeyed = parts_.targets.obeyed();
  obeyed.glass = std::move(glass);
  if (const auto applied = parts_.targets.obey(std::move(obeyed)); !applied) {
    parts_.log.write<Event::ManagementTrouble>(base::now(), {{"why", applied.error().text}});
  }
}

// Applied, then kept, then told; what cannot be kept is taken back.
void Management::changeGlass(BreakGlass next, std::function<void(const base::Status&)> done) {
  BreakGlass before = parts_.targets.obeyed().glass;
  useGlass(next);
  ++saving_;
  parts_.worker.submit([folder = folder_, next = std::move(next)] { return folder.saveGlass(next); },
                       [this, before = std::move(before), done = std::move(done)](const base::Status& saved) mutable {
                         --saving_;
                         if (!saved && parts_.targets.obeyed().state) {
                           (void)endOutdated(before, *parts_.targets.obeyed().state);
                           useGlass(std::move(before));
                         }
                         dirty();
                         done(saved);
                       });
}

void Management::saveGlass() {
  auto job = [folder = folder_, glass = parts_.targets.obeyed().glass] { return folder.saveGlass(glass); };
  parts_.worker.submit(std::move(job), [this](const base::Status& saved) {
    glassUnsaved_ = !saved;
    kept(saved);
  });
}

void Management::breakGlass(const control::Request& request, std::uint32_t uid, Done done) {
  const Obeyed& obeyed = parts_.targets.obeyed();
  if (!enrolment_ || leaving_ || !obeyed.state) {
    return done(
        refuse(Code::Failed, "the server has not said anything yet; `sanctl agent leave` lets local rules decide"));
  }
  const std::int64_t now = base::unixSeconds(base::wallNow());
  auto rule = agent::breakGlass(obeyed.glass, {request, *obeyed.state, parts_.targets.inForce(), uid, now});
  if (!rule) return done(base::fail(rule.error()));
  BreakGlass next = obeyed.glass;
  next.put(*rule);
  next.untold.push_back(rule->last);
  changeGlass(std::move(next),
              [this, act = rule->last, view = glassView(*rule), done = std::move(done)](const base::Status& saved) {
                if (!saved) return done(refuse(Code::NotSaved, saved.error().text));
                parts_.log.write<Event::GlassBroken>(base::now(), {{"command", act.command},
                                                                   {"target", act.target},
                                                                   {"initiator", act.initiator},
                                                                   {"uid", act.uid},
                                                                   {"reason", act.reason}});
                done(Json(Json::Object{{"holds", view}, {"until", "the management server says something else of it"}}));
              });
}

void Management::endBreakGlass(const control::Request& request, std::uint32_t uid, Done done) {
  const std::string target = normalName(request.arguments.text("target"));
  const std::string initiator =
      request.arguments.has("initiator") ? normalName(request.arguments.text("initiator")) : std::string();
  BreakGlass next = parts_.targets.obeyed().glass;
  std::vector<GlassRule> ended;
  for (const GlassRule& rule : next.rules) {
    if (rule.target == target && (initiator.empty() || rule.initiator == initiator)) ended.push_back(rule);
  }
  if (ended.empty() || leaving_) return done(refuse(Code::NotFound, "nothing was changed there with --break-glass"));
  for (const GlassRule& rule : ended) {
    std::erase(next.rules, rule);
    if (next.untold.size() == BreakGlass::kMaxUntold) continue;
    next.untold.push_back(
        {rule.target, rule.initiator, "end", rule.last.reason, uid, base::unixSeconds(base::wallNow())});
  }
  changeGlass(std::move(next), [this, ended, done = std::move(done)](const base::Status& saved) {
    if (!saved) return done(refuse(Code::NotSaved, saved.error().text));
    endedGlass(ended, "sanctl agent break-glass end");
    done(Json(Json::Object{{"rules", std::uint64_t{ended.size()}}}));
  });
}

void Management::endedGlass(const std::vector<GlassRule>& ended, std::string_view why) {
  parts_.metrics.at<Metric::BreakGlass>().set(static_cast<std::int64_t>(parts_.targets.obeyed().glass.rules.size()));
  for (const GlassRule& rule : ended) {
    parts_.log.write<Event::GlassMended>(base::now(),
                                         {{"target", rule.target}, {"initiator", rule.initiator}, {"why", why}});
  }
}

// The server refuses a report whole that names a target which the certificate does not.
void Management::endForeignGlass() {
  const Obeyed& obeyed = parts_.targets.obeyed();
  BreakGlass glass = obeyed.glass;
  const auto ended = endForeign(glass, obeyed.nodes);
  if (glass == obeyed.glass) return;
  useGlass(std::move(glass));
  saveGlass();
  endedGlass(ended, "the certificate does not name the target");
}

// What the server has heard of is in its audit log, and not told again after a restart.
void Management::forgetToldGlass() {
  const auto& told = client_.told().brokenGlass;
  if (told.empty() || saving_ != 0 || leaving_) return;
  BreakGlass glass = parts_.targets.obeyed().glass;
  const auto forgotten = std::erase_if(
      glass.untold, [&](const management::BrokenGlass& act) { return std::ranges::find(told, act) != told.end(); });
  if (forgotten == 0) return;
  useGlass(std::move(glass));
  saveGlass();
}

}  // namespace agent
