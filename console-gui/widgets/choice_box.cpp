#include "console-gui/widgets/choice_box.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <algorithm>

namespace console {

void fillChoices(QComboBox* box, const Choices& choices) {
  bool same = std::ssize(choices) == box->count();
  for (int i = 0; same && i < box->count(); ++i) {
    const auto& [text, value] = choices[static_cast<std::size_t>(i)];
    same = box->itemText(i) == text && box->itemData(i) == value;
  }
  if (same || box->view()->isVisible()) return;
  const QVariant chosen = box->currentData();
  box->clear();
  for (const auto& [text, value] : choices) box->addItem(text, value);
  box->setCurrentIndex(chosen.isValid() ? std::max(0, box->findData(chosen)) : 0);
}

}  // namespace console
