#include "console-gui/model/access_model.h"

#include <QPointer>
#include <algorithm>

namespace console {

AccessModel::AccessModel(Workspace& workspace, QObject* parent) : QObject(parent), workspace_(workspace) {
  connect(&workspace.draft(), &Draft::effectChanged, this, &AccessModel::mark);
  connect(&workspace, &Workspace::sourceChanged, this, [this] {
    task_.cancel();
    compareTask_.cancel();
    view_ = nullptr;
    facts_ = nullptr;
    grid_ = nullptr;
    marks_ = {};
    before_ = nullptr;
    comparison_.reset();
    restriction_.clear();
    options_.collapsedRows.clear();
    options_.collapsedColumns.clear();
    emit narrowingChanged();
    emit gridChanged();
  });
}

void AccessModel::show(const ViewPtr& view) {
  if (view == view_) return;
  view_ = view;
  facts_ = nullptr;
  work();
}

void AccessModel::refilter() {
  if (view_) work();
}

void AccessModel::setOptions(AccessOptions options) {
  options.only = nullptr;
  if (options == options_) return;
  options_ = std::move(options);
  if (view_) work();
}

void AccessModel::toggleGroup(bool row, san::ObjectRef group) {
  auto options = options_;
  auto& collapsed = row ? options.collapsedRows : options.collapsedColumns;
  if (collapsed.erase(group) == 0) collapsed.insert(group);
  setOptions(std::move(options));
}

// What all that narrows leaves together.
std::shared_ptr<const std::vector<san::ObjectRef>> AccessModel::narrowedTo() const {
  const bool filtered = workspace_.filter().isActive();
  std::vector<san::ObjectRef> left;
  if (comparison_ && changedOnly_) {
    left = comparison_->hosts;
    left.insert(left.end(), comparison_->units.begin(), comparison_->units.end());
  } else if (!restriction_.isEmpty()) {
    left = restricted_;
  } else {
    return filtered ? std::make_shared<const std::vector<san::ObjectRef>>(workspace_.filter().matched()) : nullptr;
  }
  if (filtered) std::erase_if(left, [&](san::ObjectRef ref) { return !workspace_.filter().meets(ref); });
  return std::make_shared<const std::vector<san::ObjectRef>>(std::move(left));
}

void AccessModel::restrictTo(const QString& what, std::vector<san::ObjectRef> objects) {
  endComparison();
  restriction_ = what;
  restricted_ = std::move(objects);
  if (view_) work();
  emit narrowingChanged();
}

void AccessModel::endRestriction() {
  if (restriction_.isEmpty()) return;
  restriction_.clear();
  restricted_.clear();
  if (view_) work();
  emit narrowingChanged();
}

void AccessModel::showChangedOnly(bool yes) {
  if (std::exchange(changedOnly_, yes) == yes) return;
  if (comparison_ && view_) work();
  emit narrowingChanged();
}

void AccessModel::work() {
  AccessOptions options = options_;
  options.only = narrowedTo();
  const san::Seconds now = workspace_.shownTime();
  task_.run(
      [view = view_, facts = facts_, options = std::move(options), now] {
        const AccessFactsPtr made = facts ? facts : AccessFacts::make(view, now);
        return Made{made, AccessGrid::make(made, options)};
      },
      [this](Made made) {
        const bool isNew = made.facts != facts_;
        facts_ = std::move(made.facts);
        grid_ = std::move(made.grid);
        if (isNew && before_) compare(before_);
        mark();
        emit gridChanged();
      });
}

void AccessModel::mark() {
  marks_ = {};
  if (grid_) {
    if (comparison_) {
      marks_ = AccessMarks(*grid_, comparison_->listed);
    } else if (const DraftEffectPtr& effect = workspace_.draft().effect(); effect && !workspace_.isPast()) {
      marks_ = AccessMarks(*grid_, effect->impact.listed);
    }
  }
  emit marksChanged();
}

void AccessModel::compareWith(san::Revision revision, bool changedOnly) {
  if (workspace_.source() == nullptr) return;
  endRestriction();
  changedOnly_ = changedOnly;
  const std::uint64_t question = ++question_;
  workspace_.source()->past(revision, this, [this, revision, question](const PastSan& past) {
    if (question != question_) return;
    if (!past) {
      workspace_.notices().tell({Notice::Level::Warning,
                                 QStringLiteral("past"),
                                 tr("Revision %1 cannot be compared with").arg(revision),
                                 tr("The history does not go back that far, or the server cannot be reached."),
                                 {},
                                 {}});
      return;
    }
    before_ = *past;
    if (facts_) compare(before_);
  });
}

void AccessModel::compare(const SnapshotPtr& before) {
  compareTask_.run(
      [before, after = facts_] {
        const ViewPtr view = viewOf(*before, before->time, nullptr, Rules::Keep);
        return compareAccess(*AccessFacts::make(view, before->time), *after);
      },
      [this](AccessComparison comparison) {
        comparison_ = std::move(comparison);
        mark();
        if (changedOnly_) work();
        emit narrowingChanged();
      });
}

void AccessModel::endComparison() {
  ++question_;
  compareTask_.cancel();
  before_ = nullptr;
  if (!comparison_) return;
  comparison_.reset();
  mark();
  if (changedOnly_ && view_) work();
  emit narrowingChanged();
}

}  // namespace console
