// OverviewPage: is everything reachable that should be, is anything reachable that should not, what has changed, and what
// needs me: four numbers that open what proves them, below how fresh all of it is.
#pragma once

#include "console-gui/model/overview_facts.h"
#include "console-gui/pages/page.h"
#include "console-gui/widgets/state_badge.h"

class QGridLayout;
class QLabel;
class QPushButton;

namespace console {

class OverviewPage : public Page {
  Q_OBJECT

 public:
  explicit OverviewPage(Workspace& workspace, QWidget* parent = nullptr);
  [[nodiscard]] QString title() const override { return tr("Overview"); }
  // What was seen when somebody last looked (a setting of the owner); shown as new is what came after.
  void setLastSeen(san::Revision revision) { lastSeen_ = revision; }

 signals:
  // Somebody has looked; 0: not at this SAN, whatever was said before.
  void seen(quint64 revision);
  // The findings of these rules are to be shown.
  void rulesWanted(const QStringList& rules);

 protected:
  void refresh(const ViewPtr& view) override;

 private:
  struct Card {
    QWidget* frame;
    QLabel* question;
    QLabel* number;
    StateBadge* state;
    QLabel* proof;
    QPushButton* open;
  };
  Card card(const QString& question, const QString& open);
  void showAge();
  void judgeLastSeen();
  void show(Card& card, const OverviewAnswer& answer, const QString& good, const QString& bad);

  Card missing_, tooMuch_, changed_, needs_;
  StateBadge* agents_;
  StateBadge* foreign_;
  StateBadge* age_;
  QLabel* totals_;
  QStringList missingRules_, tooMuchRules_, needsRules_;
  san::Revision lastSeen_ = 0;
  bool wasOld_ = false;  // Workspace::isOld() when it was shown
};

}  // namespace console
