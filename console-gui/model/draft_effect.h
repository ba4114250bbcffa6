// DraftEffect: what a draft does, in words and numbers: difference, impact in hosts x logical units, findings, guards.
//
// Made by makeEffect() from immutable values, on any thread; EffectMaker does that off the UI thread and gives the newest
// alone. The same functions as the server's (shared/san), so the server will say the same.
#pragma once

#include <QObject>
#include <QThreadPool>
#include <functional>
#include <memory>

#include "shared/san/diff.h"
#include "shared/san/finding_changes.h"
#include "shared/san/guards.h"
#include "shared/san/impact.h"

namespace console {

struct DraftEffect {
  std::shared_ptr<const san::SanIndex> before, after;
  san::Diff diff;
  std::vector<std::string> lines;      // of the difference, for people
  san::Impact impact;
  std::vector<std::string> sentences;  // of the impact
  san::Findings findingsBefore, findingsAfter;  // on desired reach
  san::FindingsImpact findings;                 // what of them appears, grows and clears
  std::vector<san::Objection> objections;
};
using DraftEffectPtr = std::shared_ptr<const DraftEffect>;

DraftEffectPtr makeEffect(const std::shared_ptr<const san::SanIndex>& before, const san::Snapshot& after, san::Seconds now);

// The SAN before a draft. Whoever works out effects makes its index, once: nobody else reads it there.
struct EffectBase {
  san::Snapshot snapshot;
  std::shared_ptr<const san::SanIndex> index;
};

class EffectMaker : public QObject {
 public:
  explicit EffectMaker(QObject* parent = nullptr);
  ~EffectMaker() override;
  // Calls done on this thread, unless another make() came meanwhile.
  void make(std::shared_ptr<EffectBase> before, san::Snapshot after, std::function<void(DraftEffectPtr)> done);
  void cancel() { ++generation_; }

 private:
  QThreadPool pool_;  // one thread
  std::uint64_t generation_ = 0;
};

}  // namespace console
