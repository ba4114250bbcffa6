// Inspector: what is known of the selected object: facts, what it belongs to, health, why, history. Content of a dock.
//
// Follows Workspace::shown() and the selection while it is visible. Every object in it is a link that selects; nothing
// is changed here. The UI thread; the workspace outlives it.
#pragma once

#include <QScrollArea>

#include "console-gui/model/access_why.h"
#include "console-gui/model/workspace.h"
#include "console-gui/widgets/history_view.h"

class QLabel;
class QVBoxLayout;

namespace console {

class Inspector : public QScrollArea {
  Q_OBJECT

 public:
  explicit Inspector(Workspace& workspace, QWidget* parent = nullptr);
  [[nodiscard]] san::ObjectRef object() const { return object_; }
  [[nodiscard]] HistoryView& history() { return *history_; }
  [[nodiscard]] QSize sizeHint() const override { return {320, 480}; }

 signals:
  // Somebody wants to change what is selected.
  void editAsked();
  // Somebody wants the proof of this host and this unit: both are selected.
  void whyAsked();
  void findingAsked(const QString& rule, san::ObjectRef subject);

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  void refresh();
  void build();
  void clear();
  void addHead(const View& view);
  void addHealth(const View& view);
  void addWhy(const View& view);
  void addFacts(const View& view);
  void addEmpty();
  QVBoxLayout* section(const QString& title);
  QLabel* text(const QString& html);
  void follow(const QString& link);

  Workspace& workspace_;
  ViewPtr seen_;
  san::ObjectRef object_;
  HostAndUnit pair_;
  QWidget* content_;
  QVBoxLayout* layout_;
  HistoryView* history_;
  QLabel* historyTitle_;
};

}  // namespace console
