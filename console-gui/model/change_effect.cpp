#include "console-gui/model/change_effect.h"

#include "console-gui/model/sentences.h"
#include "shared/base/json_members.h"

namespace console {
namespace {

constexpr int kEffectAgain = 500;  // ms: a SAN in which much moves is not asked of all the time

}  // namespace

ChangeEffect::ChangeEffect(Workspace& workspace, QObject* parent) : QObject(parent), workspace_(workspace) {
  again_.setSingleShot(true);
  again_.setInterval(kEffectAgain);
  connect(&again_, &QTimer::timeout, this, &ChangeEffect::ask);
  connect(&workspace, &Workspace::sourceChanged, this, [this] { choose(nullptr); });
  connect(&workspace, &Workspace::presentChanged, this, &ChangeEffect::askAgain);
  connect(&workspace, &Workspace::statusChanged, this, [this] {
    const bool live = workspace_.source() != nullptr && workspace_.source()->status().state == LinkState::Live;
    const bool back = live && !live_;
    live_ = live;
    if (back) askAgain();
  });
}

void ChangeEffect::choose(const ChangeRow* row) {
  const bool waits = row != nullptr && workspace_.source() != nullptr && row->isOpen() && row->committedAt == 0;
  const std::uint64_t id = waits ? row->id : 0;
  const std::uint64_t version = waits ? row->version : 0;
  if (id == id_ && version == version_) return;
  id_ = id;
  version_ = version;
  asking_ = due_ = false;
  ++question_;
  again_.stop();
  forget();
  ask();
  emit changed();
}

void ChangeEffect::forget() {
  known_ = false;
  why_.clear();
  objections_.clear();
  sentences_.clear();
  hash_.clear();
}

void ChangeEffect::askAgain() {
  if (!isChosen()) return;
  due_ = asking_;
  if (!asking_ && !again_.isActive()) again_.start();
}

void ChangeEffect::ask() {
  if (!isChosen() || workspace_.source() == nullptr) return;
  asking_ = true;
  workspace_.source()->ask({mgmt::Route::ImpactChange, {std::to_string(id_)}}, this,
                           [this, question = ++question_](const Answer& answer) {
                             if (question == question_) take(answer);
                           });
}

void ChangeEffect::take(const Answer& answer) {
  asking_ = false;
  forget();
  if (answer) {
    known_ = true;
    hash_ = base::textOf(*answer, "hash");
    for (const base::Json& one : base::listOf(*answer, "objections"))
      objections_ << sentence(base::textOf(one, "text"));
    for (const base::Json& one : base::listOf(*answer, "sentences")) sentences_ << sentence(one.plain());
  } else {
    why_ = sentence(answer.error());
  }
  if (std::exchange(due_, false)) askAgain();
  emit changed();
}

QString ChangeEffect::whyUnknown() const {
  if (known_ || !isChosen()) return {};
  return why_.isEmpty() ? tr("What it does is being worked out.") : why_;
}

}  // namespace console
