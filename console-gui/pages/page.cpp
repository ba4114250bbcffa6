#include "console-gui/pages/page.h"

#include <utility>

namespace console {

Page::Page(Workspace& workspace, PageId id, QWidget* parent) : QWidget(parent), workspace_(workspace), id_(id) {
  connect(&workspace, &Workspace::shownChanged, this, &Page::update);
  connect(&workspace, &Workspace::sourceChanged, this, &Page::update);
  const auto marks = [this] {
    marksDue_ = true;
    update();
  };
  connect(&workspace.selection(), &Selection::changed, this, marks);
  connect(&workspace.filter(), &ObjectFilter::changed, this, marks);
  connect(&workspace, &Workspace::wordsChanged, this, marks);
}

void Page::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  update();
}

void Page::update() {
  if (!isVisible()) return;
  const ViewPtr& view = workspace_.shown();
  if (view && view != seen_) {
    seen_ = view;
    marksDue_ = false;
    refresh(view);
    refreshMarks();
  } else if (!view) {
    seen_ = nullptr;
  } else if (std::exchange(marksDue_, false)) {
    refreshMarks();
  }
}

}  // namespace console
