#include "console-gui/model/change_effect.h"

#include "console-gui/model/sentences.h"
#include "shared/base/json_members.h"

namespace console {

ChangeEffect::ChangeEffect(Workspace& workspace, QObject* parent) : QObject(parent), workspace_(workspace) {
  connect(&workspace, &Workspace::sourceChanged, this, [this] { choose(nullptr); });
}

void ChangeEffect::choose(const ChangeRow* row) {
  const bool waits = row != nullptr && workspace_.source() != nullptr && row->isOpen() && row->committedAt == 0;
  const std::uint64_t id = waits ? row->id : 0;
  const std::uint64_t version = waits ? row->version : 0;
  if (id == id_ && version == version_) return;
  id_ = id;
  version_ = version;
  known_ = false;
  why_.clear();
  objections_.clear();
  sentences_.clear();
  hash_.clear();
  if (waits) {
    workspace_.source()->ask({mgmt::Route::ImpactChange, {std::to_string(id)}}, this,
                             [this, id, version](const Answer& answer) {
                               if (id == id_ && version == version_) take(answer);
                             });
  }
  emit changed();
}

void ChangeEffect::take(const Answer& answer) {
  if (answer) {
    known_ = true;
    hash_ = base::textOf(*answer, "hash");
    for (const base::Json& one : base::listOf(*answer, "objections"))
      objections_ << sentence(base::textOf(one, "text"));
    for (const base::Json& one : base::listOf(*answer, "sentences")) sentences_ << sentence(one.plain());
  } else {
    why_ = sentence(answer.error());
  }
  emit changed();
}

QString ChangeEffect::whyUnknown() const {
  if (known_ || !isChosen()) return {};
  return why_.isEmpty() ? tr("What it does is being worked out.") : why_;
}

}  // namespace console
