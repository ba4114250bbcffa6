#include "console-gui/model/access_model.h"

#include <QPointer>
#include <algorithm>

#include "shared/base/clock.h"

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
    options_.collapsedRows.clear();
    options_.collapsedColumns.clear();
    emit comparisonChanged();
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

std::shared_ptr<const std::vector<san::ObjectRef>> AccessModel::narrowedTo() const {
  const bool filtered = workspace_.filter().isActive();
  const bool changed = comparison_ && changedOnly_;
  if (!filtered && !changed) return nullptr;
  if (!changed) return std::make_shared<const std::vector<san::ObjectRef>>(workspace_.filter().matched());
  std::vector<san::ObjectRef> both;
  for (const auto* side : {&comparison_->hosts, &comparison_->units}) {
    for (const san::ObjectRef ref : *side) {
      if (!filtered || workspace_.filter().meets(ref)) both.push_back(ref);
    }
  }
  return std::make_shared<const std::vector<san::ObjectRef>>(std::move(both));
}

void AccessModel::work() {
  AccessOptions options = options_;
  options.only = narrowedTo();
  const san::Seconds now = workspace_.isPast() ? view_->snapshot().time : base::unixSeconds(base::wallNow());
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
  changedOnly_ = changedOnly;
  const QPointer<AccessModel> alive(this);
  workspace_.source()->past(revision, [alive, revision](const SnapshotPtr& snapshot) {
    if (!alive) return;
    if (!snapshot) {
      alive->workspace_.notices().tell({Notice::Level::Warning,
                                        QStringLiteral("past"),
                                        tr("Revision %1 cannot be compared with").arg(revision),
                                        tr("The history does not go back that far, or the server cannot be reached."),
                                        {},
                                        {}});
      return;
    }
    alive->before_ = snapshot;
    if (alive->facts_) alive->compare(snapshot);
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
        emit comparisonChanged();
      });
}

void AccessModel::endComparison() {
  compareTask_.cancel();
  before_ = nullptr;
  if (!comparison_) return;
  const bool narrowed = std::exchange(changedOnly_, false);
  comparison_.reset();
  mark();
  if (narrowed && view_) work();
  emit comparisonChanged();
}

}  // namespace console
