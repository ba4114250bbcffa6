#include "console-gui/model/draft_effect.h"

#include "console-gui/client/time_now.h"

namespace console {

DraftEffectPtr makeEffect(const std::shared_ptr<const san::SanIndex>& before, const san::Snapshot& after, san::Seconds now) {
  auto effect = std::make_shared<DraftEffect>();
  effect->before = before;
  effect->after = std::make_shared<const san::SanIndex>(after);
  effect->diff = san::diff(before->snapshot(), after);
  effect->lines = san::textLines(effect->diff, before->snapshot(), after);
  effect->impact = san::impact(*before, *effect->after);
  effect->sentences = san::sentencesOf(effect->impact, *before, *effect->after);
  san::FindingContext context;
  context.now = now;
  context.basis = san::Basis::Desired;
  context.mends = false;
  effect->findingsBefore = san::evaluate(*before, context);
  effect->findingsAfter = san::evaluate(*effect->after, context);
  effect->findings = san::impactOn(effect->findingsBefore, effect->findingsAfter);
  effect->objections = san::objectionsTo(effect->diff, effect->impact, *before, *effect->after, now);
  return effect;
}

EffectMaker::EffectMaker(QObject* parent) : QObject(parent) { pool_.setMaxThreadCount(1); }

EffectMaker::~EffectMaker() {
  pool_.clear();
  pool_.waitForDone();
}

void EffectMaker::make(std::shared_ptr<EffectBase> before, san::Snapshot after,
                       std::function<void(DraftEffectPtr)> done) {
  const auto generation = ++generation_;
  pool_.clear();  // what has not begun yet is of an earlier step
  pool_.start([this, generation, before = std::move(before), after = std::move(after), done = std::move(done)] {
    if (!before->index) before->index = std::make_shared<const san::SanIndex>(before->snapshot);
    const DraftEffectPtr effect = makeEffect(before->index, after, timeNow());
    QMetaObject::invokeMethod(this, [this, generation, effect, done] {
      if (generation == generation_) done(effect);
    });
  });
}

}  // namespace console
