// What the actions of the table do in the main window, and why they cannot: one binding each.
#include <QApplication>
#include <QClipboard>
#include <QDockWidget>
#include <QFileDialog>
#include <algorithm>

#include "console-gui/app/help_window.h"
#include "console-gui/app/main_window.h"
#include "console-gui/model/cli_twin.h"
#include "console-gui/pages/access_page.h"
#include "console-gui/pages/activity_page.h"
#include "console-gui/pages/credential_form.h"
#include "console-gui/pages/credentials_page.h"
#include "console-gui/pages/findings_page.h"
#include "console-gui/pages/import_window.h"
#include "console-gui/pages/label_window.h"
#include "console-gui/pages/object_window.h"
#include "console-gui/pages/reports_page.h"
#include "console-gui/pages/template_window.h"
#include "console-gui/pages/zoning_page.h"
#include "console-gui/report/save_file.h"
#include "console-gui/widgets/ask_save.h"
#include "console-gui/widgets/ask_strip.h"
#include "console-gui/widgets/omnibox.h"
#include "shared/mgmt/snapshot_writer.h"

namespace console {
void MainWindow::bindActions() {
  bindNavigation();
  bindFiles();
  bindDraft();
  bindReports();
  bindCredentials();
  bindFindings();
}

QString MainWindow::nothingSelected() const {
  return workspace_.selection().current() ? QString() : tr("Nothing is selected.");
}

// What is written in a form or a question goes with the window. Asked when it counts: forms come and go by themselves.
QString MainWindow::whyNoNewWindow() const {
  const auto isOpen = [](const QWidget* one) {
    return !one->isHidden() && qobject_cast<const HelpWindow*>(one) == nullptr;
  };
  const bool writing = std::ranges::any_of(findChildren<QDialog*>(), isOpen) ||
                       std::ranges::any_of(findChildren<AskStrip*>(), isOpen) ||
                       std::ranges::any_of(findChildren<CredentialForm*>(), isOpen) || firstRun_->isUnderWay();
  return writing ? tr("Finish or close the form or the question that is open: what is written there would be lost.")
                 : QString();
}

void MainWindow::bindNavigation() {
  const auto nothingOpen = [this] { return workspace_.source() ? QString() : tr("Nothing is open."); };
  for (std::size_t i = 0; i < kPages; ++i) {
    if (pages_[i] == nullptr) continue;
    registry_.bind(kPageActions[i], {[this, i] { workspace_.go(static_cast<PageId>(i)); }, nothingOpen, {}});
  }
  registry_.bind(ActionId::Back, {[this] { workspace_.goBack(); },
                                  [this] { return workspace_.canGoBack() ? QString() : tr("This is where you began."); }, {}});
  registry_.bind(ActionId::Forward, {[this] { workspace_.goForward(); },
                                     [this] { return workspace_.canGoForward() ? QString() : tr("You have not gone back."); }, {}});
  registry_.bind(ActionId::Omnibox, {[this] { omnibox_->open(); }, nothingOpen, {}});
  registry_.bind(ActionId::Inspector, {[this] { inspectorDock_->setVisible(!inspectorDock_->isVisible()); }, nothingOpen, {}});
  registry_.bind(ActionId::Why, {[this] {
                   workspace_.go(PageId::Access);
                   access_->askWhy();
                 }, [this] { return nothingSelected(); }, {}});
  registry_.bind(ActionId::Trace, {[this] { workspace_.go(PageId::Topology); }, [this] { return nothingSelected(); }, {}});
  registry_.bind(ActionId::Filter, {[this] { filter_->focus(); }, nothingOpen, {}});
  registry_.bind(ActionId::ClearFilter, {[this] { workspace_.filter().setText({}); },
                                         [this] { return workspace_.filter().text().isEmpty() ? tr("There is no filter.") : QString(); }, {}});
  registry_.bind(ActionId::Present, {[this] { workspace_.showPast(0); },
                                     [this] { return workspace_.isPast() ? QString() : tr("What is shown is the present."); }, {}});
  registry_.bind(ActionId::Theme, {[this] {
                   const auto next = static_cast<ThemeKind>((static_cast<int>(theme().kind) + 1) % 3);
                   settings_.setTheme(next);
                   ThemeHolder::instance().set(next);
                 }, {}, {}});
  registry_.bind(ActionId::Words, {[this] {
                   workspace_.setSanWords(!workspace_.sanWords());
                   settings_.setSanWords(workspace_.sanWords());
                 }, {}, {}});
  registry_.bind(ActionId::Language, {[this] {
                                        const QString why = whyNoNewWindow();
                                        if (!why.isEmpty())
                                          return emit registry_.refused(ActionRegistry::textOf(ActionId::Language),
                                                                        why);
                                        emit languageWanted(languageAfter(language()));
                                      },
                                      {},
                                      {}});
  registry_.bind(ActionId::ResetLayout, {[this] {
                   settings_.forgetWindow();
                   resize(1440, 900);
                   addDockWidget(inspectorArea(), inspectorDock_);
                   inspectorDock_->show();
                 }, {}, {}});
  registry_.bind(ActionId::CopyName, {[this] {
                   const ViewPtr& view = workspace_.shown();
                   if (view) QApplication::clipboard()->setText(QString::fromStdString(san::nameOf(view->snapshot(), workspace_.selection().current())));
                 }, [this] { return nothingSelected(); }, {}});
  registry_.bind(ActionId::CopyCommand, {[this] {
                   const ViewPtr& view = workspace_.shown();
                   if (view) QApplication::clipboard()->setText(commandFor(view->snapshot(), workspace_.selection()));
                 }, [this] { return nothingSelected(); }, {}});
  registry_.bind(ActionId::Help, {[this] { (new HelpWindow(registry_, this))->show(); }, {}, {}});
  registry_.bind(ActionId::Quit, {[this] { close(); }, {}, {}});
}

void MainWindow::bindFiles() {
  registry_.bind(ActionId::OpenDemo, {[this] { openDemo(); }, {}, {}});
  registry_.bind(ActionId::Connect, {[this] {
                   workspace_.setSource(nullptr);
                   firstRun_->setKnown(settings_.servers());
                   firstRun_->begin();
                 }, {}, {}});
  registry_.bind(ActionId::OpenFile, {[this] {
                   const QString path = QFileDialog::getOpenFileName(this, tr("Open a saved snapshot"), {}, tr("Snapshots (*.json);;All files (*)"));
                   if (!path.isEmpty()) openFile(path);
                 }, {}, {}});
  registry_.bind(ActionId::SaveSnapshot, {[this] { saveSnapshot(); },
                                          [this] { return workspace_.shown() ? QString() : tr("There is nothing to save yet."); }, {}});
  registry_.bind(ActionId::Import, {[this] {
                                      auto* window = new ImportWindow(workspace_, this);
                                      window->show();
                                      window->chooseFile();
                                    },
                                    [this] { return workspace_.whyNoEdit(); },
                                    {}});
  registry_.bind(ActionId::CableLabels,
                 {[this] { (new LabelWindow(workspace_, this))->show(); },
                  [this] { return workspace_.shown() ? QString() : tr("There is nothing to show yet."); },
                  {}});
  registry_.bind(ActionId::Retry, {[this] { workspace_.source()->retry(); },
                                   [this] {
                                     if (!workspace_.source()) return tr("Nothing is open.");
                                     const LinkState state = workspace_.source()->status().state;
                                     return state == LinkState::Offline || state == LinkState::Rejected ? QString() : tr("The server is reached.");
                                   }, {}});
}

// Whole or not at all: a full disk leaves the file that was there. What was seen is what is saved, whatever comes while
// the dialog is open; the text of a big SAN takes its time, which is not the window's.
void MainWindow::saveSnapshot() {
  const ViewPtr shown = workspace_.shown();
  if (!shown) return;
  const QString path = askSaveFile(this, tr("Save the snapshot"), QStringLiteral("san.json"), tr("Snapshots (*.json)"));
  if (path.isEmpty()) return;
  saving_.run([shown, path] { return saveWhole(path, mgmt::snapshotText(shown->snapshot())); },
              [this, path](const QString& fault) {
                const QString key = QStringLiteral("save");
                if (fault.isEmpty()) {
                  workspace_.notices().tell({Notice::Level::Success, key, tr("Saved as %1").arg(path), {}, {}, {}});
                } else {
                  workspace_.notices().tell({Notice::Level::Fault, key, tr("Not saved: %1").arg(path), fault,
                                             tr("Try again"), [this] { saveSnapshot(); }, this});
                }
              });
}

void MainWindow::bindDraft() {
  Draft& draft = workspace_.draft();
  registry_.bind(ActionId::Undo,
                 {[&draft] { draft.undo().undo(); },
                  [&draft] { return draft.undo().canUndo() ? draft.whyHeld() : tr("There is no step to take back."); },
                  [&draft] {
                    return draft.undo().canUndo() ? tr("Undo: %1").arg(draft.undo().undoText())
                                                  : ActionRegistry::textOf(ActionId::Undo);
                  }});
  registry_.bind(ActionId::Redo,
                 {[&draft] { draft.undo().redo(); },
                  [&draft] { return draft.undo().canRedo() ? draft.whyHeld() : tr("There is no step to do again."); },
                  [&draft] {
                    return draft.undo().canRedo() ? tr("Redo: %1").arg(draft.undo().redoText())
                                                  : ActionRegistry::textOf(ActionId::Redo);
                  }});
  const auto noEdit = [this] { return workspace_.whyNoEdit(); };
  const auto noDraft = [this, &draft] {
    const QString why = workspace_.whyNoEdit();
    return why.isEmpty() && draft.isEmpty() ? tr("The draft is empty.") : why;
  };
  registry_.bind(ActionId::NewZone, {[this] { workspace_.go(PageId::Zoning); zoning_->newZone(); }, noEdit, {}});
  registry_.bind(ActionId::NewZoneSet, {[this] { workspace_.go(PageId::Zoning); zoning_->newZoneSet(); }, noEdit, {}});
  registry_.bind(ActionId::IntoSet,
                 {[this] { zoning_->putIntoSet(); }, [this] { return zoning_->whyNoPutIntoSet(); }, {}});
  registry_.bind(ActionId::NewCluster, {[this] {
                                          workspace_.go(PageId::Zoning);
                                          zoning_->newCluster();
                                        },
                                        [this] { return zoning_->whyNoNewCluster(); },
                                        {}});
  registry_.bind(ActionId::Template, {[this] { (new TemplateWindow(workspace_, this))->show(); }, noEdit, {}});
  registry_.bind(ActionId::NewObject, {[this] { (new ObjectWindow(workspace_, this))->show(); }, noEdit, {}});
  registry_.bind(ActionId::Edit, {[this] { edit(workspace_.selection().objects()); },
                                  [this] { return whyNoForm(workspace_, workspace_.selection().objects()); },
                                  {}});
  registry_.bind(ActionId::SanSettings,
                 {[this] {
                    (new ObjectWindow(workspace_, {{san::Kind::Settings, san::Settings::kId}}, this))->show();
                  },
                  noEdit,
                  {}});
  registry_.bind(ActionId::Rename, {[this] { workspace_.go(PageId::Zoning); zoning_->renameSelected(); },
                                    [this] { return zoning_->whyNoRename(); }, {}});
  // On Zoning a line of the tree is meant, which says out of what a member is taken.
  registry_.bind(ActionId::Delete,
                 {[this] { workspace_.page() == PageId::Zoning ? zoning_->deleteSelected() : eraseSelected(); },
                  [this, &draft] {
                    if (workspace_.page() == PageId::Zoning) return zoning_->whyNoDelete();
                    const std::vector<san::ObjectRef>& objects = workspace_.selection().objects();
                    const QString why = whyNoErase(draft.result(), objects);
                    return why.isEmpty() ? workspace_.whyNoEditOf(objects) : why;
                  },
                  {}});
  registry_.bind(ActionId::Submit, {[this] { workspace_.go(PageId::Zoning); zoning_->beginSubmit(); },
                                    [this, noDraft] {
                                      const QString why = noDraft();
                                      return why.isEmpty() ? workspace_.whyNoDeed("change.submit") : why;
                                    }, {}});
  registry_.bind(ActionId::Discard, {[&draft] { draft.clear(); }, noDraft, {}});
  registry_.bind(ActionId::Rebase, {[this] { zoning_->rebase(); },
                                    [&draft, noDraft] {
                                      const QString why = noDraft();
                                      return why.isEmpty() && !draft.isBehind()
                                                 ? tr("Nobody has changed what the draft touches.")
                                                 : why;
                                    }, {}});
  registry_.bind(
      ActionId::CopyCommands,
      {[&draft] { QApplication::clipboard()->setText(commandsFor(draft.base(), draft.edits(), draft.undo().text(0))); },
       [&draft] { return draft.isEmpty() ? tr("The draft is empty.") : QString(); },
       {}});
  registry_.bind(ActionId::Approve, {[this] { zoning_->approveChosen(); }, [this] { return zoning_->whyNoApprove(); }, {}});
  registry_.bind(ActionId::Commit, {[this] { zoning_->commitChosen(); }, [this] { return zoning_->whyNoCommit(); }, {}});
  registry_.bind(ActionId::Confirm, {[this] { zoning_->confirmChosen(); }, [this] { return zoning_->whyNoConfirm(); }, {}});
  registry_.bind(ActionId::RollBack, {[this] {
                                        workspace_.go(PageId::Zoning);
                                        zoning_->rollBackChosen();
                                      },
                                      [this] { return zoning_->whyNoRollBack(); },
                                      {}});
}

void MainWindow::edit(const std::vector<san::ObjectRef>& objects) {
  if (const QString why = whyNoForm(workspace_, objects); !why.isEmpty())
    return emit registry_.refused(ActionRegistry::textOf(ActionId::Edit), why);
  (new ObjectWindow(workspace_, objects, this))->show();
}

void MainWindow::eraseSelected() {
  const std::vector<san::ObjectRef>& objects = workspace_.selection().objects();
  const QString what = objects.size() == 1 ? titled(workspace_.draft().result(), objects.front())
                                           : tr("%n objects", nullptr, static_cast<int>(objects.size()));
  (void)workspace_.edit(tr("Delete %1").arg(what), eraseEdits(objects));
}

void MainWindow::bindReports() {
  const auto onActivity = [this](ActivityPage::Part part) {
    workspace_.go(PageId::Activity);
    activity_->showPart(part);
  };
  const auto nothingOpen = [this] { return workspace_.source() ? QString() : tr("Nothing is open."); };
  // A line is chosen on its page alone.
  const auto elsewhere = [this] {
    return workspace_.source() && workspace_.page() == PageId::Activity ? QString()
                                                                        : tr("Open Activity and choose a line.");
  };
  registry_.bind(ActionId::ActivityPause,
                 {[this] { activity_->togglePause(); }, nothingOpen,
                  [this] { return activity_->feed().isPaused() ? tr("Continue the feed") : tr("Pause the feed"); }});
  registry_.bind(ActionId::ActivityHistory,
                 {[onActivity] { onActivity(ActivityPage::Part::History); }, nothingOpen, {}});
  registry_.bind(ActionId::ActivityOlder, {[this] { activity_->loadOlder(); },
                                           [this, elsewhere] {
                                             return elsewhere().isEmpty()
                                                        ? activity_->whyNoOlder()
                                                        : tr("Open the history on the page Activity.");
                                           },
                                           {}});
  registry_.bind(ActionId::ActivityCompare,
                 {[this] { activity_->compare(); },
                  [this, elsewhere] { return elsewhere().isEmpty() ? activity_->whyNoCompare() : elsewhere(); },
                  {}});
  registry_.bind(ActionId::ActivityThen,
                 {[this] { activity_->showThen(); },
                  [this, elsewhere] { return elsewhere().isEmpty() ? activity_->whyNoThen() : elsewhere(); },
                  {}});
  using Format = ReportsPage::Format;
  for (const auto& [id, format] :
       {std::pair{ActionId::ReportCsv, Format::Csv}, std::pair{ActionId::ReportJson, Format::Json},
        std::pair{ActionId::ReportPdf, Format::Pdf}, std::pair{ActionId::ReportPack, Format::Pack}}) {
    registry_.bind(id, {[this, format = format] { reports_->save(format); },
                        [this, format = format] {
                          if (!workspace_.source() || workspace_.page() != PageId::Reports)
                            return tr("Open Reports and choose what is to be in it.");
                          return reports_->whyNoSave(format);
                        },
                        {}});
  }
  registry_.bind(ActionId::ReportVerify,
                 {[this] {
                    workspace_.go(PageId::Reports);
                    reports_->verify();
                  },
                  [this, nothingOpen] { return workspace_.source() ? reports_->whyNoVerify() : nothingOpen(); },
                  {}});
}

void MainWindow::bindCredentials() {
  const auto bind = [this](ActionId id, void (CredentialsPage::*run)(), QString (CredentialsPage::*whyNot)() const) {
    registry_.bind(id, {[this, run] {
                          workspace_.go(PageId::Credentials);
                          (credentials_->*run)();
                        },
                        [this, whyNot] { return (credentials_->*whyNot)(); },
                        {}});
  };
  bind(ActionId::CredentialNew, &CredentialsPage::newCredential, &CredentialsPage::whyNoNew);
  bind(ActionId::CredentialRotate, &CredentialsPage::rotateChosen, &CredentialsPage::whyNoRotate);
  bind(ActionId::CredentialCancel, &CredentialsPage::cancelChosen, &CredentialsPage::whyNoCancel);
  bind(ActionId::CredentialRetire, &CredentialsPage::retireChosen, &CredentialsPage::whyNoRetire);
  bind(ActionId::CredentialBatch, &CredentialsPage::rotateOld, &CredentialsPage::whyNoRotateOld);
  bind(ActionId::CredentialPause, &CredentialsPage::pauseOrResume, &CredentialsPage::whyNoPause);
  bind(ActionId::CredentialEnd, &CredentialsPage::endBatch, &CredentialsPage::whyNoPause);
  bind(ActionId::CredentialPolicy, &CredentialsPage::showPolicy, &CredentialsPage::whyNoPolicy);
}

void MainWindow::bindFindings() {
  // A finding is chosen on its page alone.
  const auto bind = [this](ActionId id, void (FindingsPage::*run)(), QString (FindingsPage::*whyNot)() const) {
    registry_.bind(id, {[this, run] { (findings_->*run)(); },
                        [this, whyNot] {
                          return workspace_.source() && workspace_.page() == PageId::Findings
                                     ? (findings_->*whyNot)()
                                     : tr("Open Findings and choose one.");
                        },
                        {}});
  };
  bind(ActionId::FindingMend, &FindingsPage::mendChosen, &FindingsPage::whyNoMend);
  bind(ActionId::FindingWaive, &FindingsPage::waiveChosen, &FindingsPage::whyNoWaive);
  registry_.bind(
      ActionId::Tasks,
      {[this] { showTasks(!tasksDock_->isVisible()); },
       [this] { return isDemo() ? QString() : tr("The tasks are about the demo SAN: open it in the menu File."); },
       {}});
}

}  // namespace console
