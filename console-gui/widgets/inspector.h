// Inspector: what is known of the selected object: facts, what it belongs to, health, why, history. Content of a dock.
//
// Follows Workspace::shown() and the selection while it is visible: what says the same stays, texts change in their
// place, and only what is otherwise other is made anew, with the focus where it was, and not while somebody presses on
// something. Every object in it is a link that selects; nothing is changed here. The UI thread; the workspace outlives
// it.
#pragma once

#include <QPointer>
#include <QScrollArea>
#include <QStringList>
#include <vector>

#include "console-gui/model/access_why.h"
#include "console-gui/model/workspace.h"
#include "console-gui/widgets/history_view.h"

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace console {

class PressGuard;

class Inspector : public QScrollArea {
  Q_OBJECT

 public:
  explicit Inspector(Workspace& workspace, QWidget* parent = nullptr);
  [[nodiscard]] san::ObjectRef object() const { return object_; }
  [[nodiscard]] HistoryView& history() { return *history_; }
  [[nodiscard]] QSize sizeHint() const override { return {320, 480}; }

 signals:
  // Somebody wants to change the object that is shown, and with it those of its kind that are selected, too.
  void editAsked(const std::vector<san::ObjectRef>& objects);
  // Somebody wants the proof of this host and this unit: both are selected.
  void whyAsked();
  void findingAsked(const QString& rule, san::ObjectRef subject);

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  // What stands there from the top, in words: so that what is new is told from what is not.
  struct Part {
    enum class What { Head, Heading, Text, Why } what;
    QStringList words;  // of Text: one, which is HTML
    friend bool operator==(const Part&, const Part&) = default;
  };
  using Parts = std::vector<Part>;

  void refresh();
  void build();
  void clear();
  [[nodiscard]] Parts partsNow() const;
  void tellEmpty(Parts& parts) const;
  void tellHead(const View& view, Parts& parts) const;
  void tellHealth(const View& view, Parts& parts) const;
  void tellWhy(const View& view, Parts& parts) const;
  void tellFacts(const View& view, Parts& parts) const;
  // Where only texts differ, they change in their place; false: something else does.
  bool changeTexts(const Parts& parts);
  void add(const Part& part);
  void addHead(const QStringList& words);
  [[nodiscard]] std::vector<san::ObjectRef> toEdit() const;
  void allowEdit();
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
  Parts parts_;  // that are shown
  QPointer<QPushButton> edit_;
  PressGuard* press_;
};

}  // namespace console
