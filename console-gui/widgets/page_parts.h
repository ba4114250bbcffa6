// What pages are made of, in one look: headings, tables, trees, columns, buttons that say why they cannot be pressed.
//
// Pure makers; the parent owns what is made. The UI thread.
#pragma once

#include <QModelIndex>
#include <QSize>
#include <QString>
#include <QStringList>
#include <functional>
#include <initializer_list>

#include "console-gui/canvas/theme.h"

class QAbstractButton;
class QAbstractItemModel;
class QAbstractItemView;
class QDialog;
class QLabel;
class QSplitter;
class QTabBar;
class QTableView;
class QTreeView;
class QVBoxLayout;
class QWidget;

namespace console {

// Shows its text as it is. QLabel by itself would take names that look like HTML, of the SAN or of people, for that,
// and load what they name: every label is made here, and what is rich text is said to be so, with all names escaped.
QLabel* plainLabel(const QString& text, QWidget* parent);
QLabel* labelOf(const QString& text, const char* role, QWidget* parent);
inline QLabel* titleLabel(const QString& text, QWidget* parent) { return labelOf(text, "title", parent); }
inline QLabel* headingLabel(const QString& text, QWidget* parent) { return labelOf(text, "heading", parent); }
inline QLabel* mutedLabel(const QString& text, QWidget* parent) { return labelOf(text, "muted", parent); }

// Rows that are chosen whole; Tab leaves it; the name is what a screen reader says. A row that goes leaves nothing
// chosen, not its neighbour.
QTableView* tableOf(QAbstractItemModel* model, const QString& name, QWidget* parent);
QTreeView* treeOf(QAbstractItemModel* model, const QString& name, QWidget* parent);
// What a table or tree says in its midst while it has no row; empty: nothing.
void sayWhenEmpty(QAbstractItemView* view, const QString& text);
// What somebody has chosen in a list, of several the one that he chose last; invalid: nothing. The current row alone
// does not say so: the keys go on from there, and it is the neighbour of one that has gone, or where Tab has led.
QModelIndex chosenIn(const QAbstractItemView& view);
// Calls `then` when that may be another one.
void whenChosen(QAbstractItemView* view, QObject* context, std::function<void()> then);
// The parts of a page, all to be read whole.
QTabBar* tabsOf(const QStringList& parts, const QString& name, QWidget* parent);
// Columns of these widths, each at least as wide as its heading; 0: as wide as that. The last takes what is left.
void sizeColumns(QTableView* view, std::initializer_list<int> widths);
// A column without margins.
QVBoxLayout* columnOf(QWidget* widget);

// That of a page, with its margins.
QVBoxLayout* pageColumn(QWidget* page);
// That of a window, which goes when it is closed.
QVBoxLayout* windowColumn(QDialog* window, const QString& title, QSize size);

// Parts beside or below each other, none of which can be made to vanish, with lines to drag between them.
struct Pane {
  QWidget* widget;
  int stretch;
  int size;  // px, to begin with
};
QSplitter* panesOf(Qt::Orientation orientation, std::initializer_list<Pane> panes, QWidget* parent);

// Styles it anew after one of its properties has changed.
void repolish(QWidget* widget);

// Enabled where `why` is empty, else it says why not.
void allow(QAbstractButton* button, const QString& why, const QString& help = {});

// Rich text in the colours of the theme.
QString coloredHtml(Token token, const QString& text);
// Names and values below each other; a value is HTML.
class FactRows {
 public:
  void add(const QString& name, const QString& value);
  [[nodiscard]] bool isEmpty() const { return rows_.isEmpty(); }
  [[nodiscard]] QString html() const;

 private:
  QString rows_;
};
QString sectionHtml(const QString& title, const QString& body);

}  // namespace console
