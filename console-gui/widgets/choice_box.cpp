#include "console-gui/widgets/choice_box.h"

#include <QAbstractItemView>
#include <QComboBox>

namespace console {
namespace {

constexpr const char* kGone = "choiceGone";  // a property: what was chosen went, maybe with all others

}  // namespace

void fillChoices(QComboBox* box, const Choices& choices) {
  bool same = std::ssize(choices) == box->count();
  for (int i = 0; same && i < box->count(); ++i) {
    const auto& [text, value] = choices[static_cast<std::size_t>(i)];
    same = box->itemText(i) == text && box->itemData(i) == value;
  }
  if (same || box->view()->isVisible()) return;
  const bool first = box->count() == 0 && !box->property(kGone).toBool();
  const QVariant chosen = box->currentData();
  box->clear();
  for (const auto& [text, value] : choices) box->addItem(text, value);
  box->setCurrentIndex(first ? 0 : chosen.isValid() ? box->findData(chosen) : -1);
  box->setProperty(kGone, box->currentIndex() < 0);
}

void emptyChoices(QComboBox* box) {
  box->clear();
  box->setProperty(kGone, false);
}

bool isChoiceGone(const QComboBox* box) { return box->property(kGone).toBool() && box->currentIndex() < 0; }

}  // namespace console
