// The least that a program with Qt Widgets can do: a window with a word, painted once. Says so and ends.
#include <QApplication>
#include <QLabel>
#include <QMainWindow>
#include <QStyleFactory>
#include <cstdio>

int main(int argc, char** argv) {
  QApplication application(argc, argv);
  QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
  QMainWindow window;
  window.setCentralWidget(new QLabel(QStringLiteral("Ready")));
  window.resize(1600, 900);
  window.show();
  window.repaint();
  std::puts("shown");
  return 0;
}
