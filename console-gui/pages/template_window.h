// TemplateWindow: zoning by a template: which one, for whom, what it would change and do, and then all of it as one
// step of the draft.
//
// Not modal. What there is to choose and what comes of it is worked out off the UI thread, on the SAN as the draft
// makes it; the newest answer alone is shown. While the SAN moves and the draft does not, what was worked out stays,
// and can be put into the draft, until it is there anew. The UI thread. It closes when another source is opened.
#pragma once

#include <QDialog>

#include "console-gui/model/access_task.h"
#include "console-gui/model/known_names.h"
#include "console-gui/model/workspace.h"
#include "console-gui/model/zone_templates.h"

class QComboBox;
class QLabel;
class QListWidget;
class QTextBrowser;

namespace console {

class NameLine;
class PutBar;

// What can be chosen, by name.
struct TemplateNames {
  std::shared_ptr<const san::SanIndex> index;
  std::array<KnownNames, 8> names;  // by ChoiceOf
};

struct TemplatePreview {
  TemplateDone done;
  std::vector<std::string> lines;      // of the difference
  std::vector<std::string> sentences;  // of the impact
};

class TemplateWindow : public QDialog {
  Q_OBJECT

 public:
  explicit TemplateWindow(Workspace& workspace, QWidget* parent = nullptr);

  void choose(ZoneTemplate which);
  [[nodiscard]] bool isBusy() const { return naming_.isBusy() || previewing_.isBusy(); }

 private:
  struct Part {
    QLabel* word = nullptr;
    NameLine* names = nullptr;
  };

  QWidget* makeList();
  QWidget* makeForm();
  Part makePart(const char* name, QWidget* parent);
  void showTemplate();
  void showNames();
  // The draft is another one: nothing of what was worked out counts.
  void look();
  // The SAN has moved.
  void followSan();
  void name();
  void fillSets();
  // Whether it has written something else.
  bool fillFromSelection();
  // Something else is wanted.
  void preview();
  void work();
  void showPreview(const TemplatePreview& preview);
  void putIntoDraft();
  [[nodiscard]] const TemplateRow& row() const;
  // Only where known_.
  [[nodiscard]] const KnownNames& namesOf(ChoiceOf what) const { return known_->names[static_cast<std::size_t>(what)]; }
  [[nodiscard]] QString whyNoSet() const;
  [[nodiscard]] QString whyNot() const;

  Workspace& workspace_;
  QListWidget* list_;
  QLabel* title_;
  QLabel* help_;
  Part from_, to_;
  QLabel* setWord_;
  QComboBox* set_;
  QTextBrowser* text_;
  PutBar* end_;
  std::shared_ptr<const TemplateNames> known_;
  TemplatePreview shown_;
  QString shownHtml_;
  QString fault_;  // why there is no preview
  bool filled_ = false;
  bool anew_ = true;    // the names that come are of another draft
  bool fresh_ = false;  // shown_ is of what stands in the fields, and of the draft
  AccessTask<std::shared_ptr<const TemplateNames>> naming_;
  AccessTask<TemplatePreview> previewing_;
};

}  // namespace console
