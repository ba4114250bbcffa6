// fileFor(): answers the question for a file that a test brings up, as a person would who types its name.
#pragma once

#include <QApplication>
#include <QFileDialog>
#include <QLineEdit>
#include <QTest>
#include <QTimer>
#include <functional>

namespace test {

// `open` brings up the dialog and comes back when it is closed; `meanwhile` happens while it stands open.
inline void fileFor(const std::function<void()>& open, const QString& path,
                    const std::function<void()>& meanwhile = {}) {
  QTimer person;
  QObject::connect(&person, &QTimer::timeout, &person, [&] {
    auto* dialog = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
    if (dialog == nullptr || dialog->focusWidget() == nullptr) return;
    person.stop();
    if (meanwhile) meanwhile();
    auto* line = dialog->findChild<QLineEdit*>();
    line->setText(path);
    QTest::keyClick(line, Qt::Key_Return);
  });
  person.start(1);
  open();
}

}  // namespace test
