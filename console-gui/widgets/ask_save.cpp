#include "console-gui/widgets/ask_save.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QRegularExpression>

#include "console-gui/client/tr.h"

namespace console {
namespace {

bool isReplaced(QWidget* parent, const QString& title, const QString& path) {
  QMessageBox question(QMessageBox::Warning, title,
                       tr("%1 is there already. Shall it be replaced?").arg(QFileInfo(path).fileName()),
                       QMessageBox::Yes | QMessageBox::No, parent);
  question.setTextFormat(Qt::PlainText);
  question.setDefaultButton(QMessageBox::No);
  return question.exec() == QMessageBox::Yes;
}

}  // namespace

QString withEnding(const QString& path, const QString& kinds) {
  static const QRegularExpression pattern(QStringLiteral("\\*(\\.[^\\s;)]+)"));
  QString first;
  for (const QRegularExpressionMatch& match : pattern.globalMatch(kinds)) {
    const QString ending = match.captured(1);
    if (path.endsWith(ending, Qt::CaseInsensitive)) return path;
    if (first.isEmpty()) first = ending;
  }
  return path + first;
}

QString askSaveFile(QWidget* parent, const QString& title, const QString& proposed, const QString& kinds) {
  QString name = proposed;
  for (;;) {
    const QString chosen = QFileDialog::getSaveFileName(parent, title, name, kinds);
    if (chosen.isEmpty()) return {};
    const QString path = withEnding(chosen, kinds);
    if (path == chosen || !QFileInfo::exists(path) || isReplaced(parent, title, path)) return path;
    name = path;
  }
}

}  // namespace console
