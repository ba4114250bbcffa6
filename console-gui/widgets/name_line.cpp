#include "console-gui/widgets/name_line.h"

#include <QCompleter>
#include <QStringListModel>

namespace console {
namespace {

// Completes the last name of a list with commas.
class NamesCompleter : public QCompleter {
 public:
  using QCompleter::QCompleter;

  [[nodiscard]] QString pathFromIndex(const QModelIndex& index) const override {
    const QString text = qobject_cast<QLineEdit*>(widget())->text();
    const qsizetype comma = text.lastIndexOf(QLatin1Char(','));
    return (comma < 0 ? QString() : text.left(comma + 1) + QLatin1Char(' ')) + QCompleter::pathFromIndex(index);
  }
  [[nodiscard]] QStringList splitPath(const QString& text) const override {
    return {text.mid(text.lastIndexOf(QLatin1Char(',')) + 1).trimmed()};
  }
};

}  // namespace

NameLine::NameLine(QWidget* parent) : QLineEdit(parent), known_(new QStringListModel(this)) {
  setClearButtonEnabled(true);
  auto* completer = new NamesCompleter(known_, this);
  completer->setCaseSensitivity(Qt::CaseInsensitive);
  completer->setFilterMode(Qt::MatchContains);
  completer->setMaxVisibleItems(12);
  setCompleter(completer);
  setSeveral(false);
}

void NameLine::setKnown(const QStringList& names) {
  // A list that is open stays so while the SAN moves on and its names do not.
  if (known_->stringList() != names) known_->setStringList(names);
}

void NameLine::setSeveral(bool several) {
  setPlaceholderText(several ? tr("Names, with commas between them") : tr("A name"));
}

}  // namespace console
