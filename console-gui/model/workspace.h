// Workspace: what all pages share: the source and its newest View, what is shown of it, the selection, the filter, the
// draft, the list of change sets, the feed, the notices, and the way back.
//
// Pages read it and listen; they know nothing of each other. The UI thread; one owner (main window, test).
//
// What is shown (shown()) is the newest View (present()), or one of the past (showPast), or what the draft makes of the
// present (preview). Everything that is painted is of shown(); what can be changed is asked of whyNoEdit().
#pragma once

#include <QObject>
#include <memory>
#include <optional>

#include "console-gui/client/source.h"
#include "console-gui/model/draft.h"
#include "console-gui/model/draft_journal.h"
#include "console-gui/model/notices.h"
#include "console-gui/model/object_filter.h"
#include "console-gui/model/selection.h"
#include "console-gui/model/view_maker.h"

namespace console {

enum class PageId : std::uint8_t { Overview, Topology, Access, Zoning, Credentials, Findings, Reports, Activity };
inline constexpr std::size_t kPages = 8;

// Where somebody was: what Back goes to.
struct Place {
  PageId page = PageId::Overview;
  san::ObjectRef object;
  QString filter;
  san::Revision past = 0;  // 0: the present
  friend bool operator==(const Place&, const Place&) = default;
};

// What is written for the draft beside its edits.
struct SubmissionWords {
  QString reason, ticket;
};

class ChangeList;
class FeedList;

class Workspace : public QObject {
  Q_OBJECT

 public:
  static constexpr std::size_t kMostPlaces = 200;

  // `drafts`: where drafts are kept, for tests; empty: in the user's folder.
  explicit Workspace(QObject* parent = nullptr, const QString& drafts = {});
  ~Workspace() override;

  // Everything of the source before is forgotten.
  void setSource(std::unique_ptr<Source> source);
  [[nodiscard]] Source* source() const { return source_.get(); }  // nullptr: none is open
  // How often setSource() was called: what was asked for to open something is not wanted any more under another number.
  [[nodiscard]] std::uint64_t sourceNumber() const { return sourceNumber_; }

  [[nodiscard]] const ViewPtr& present() const { return present_; }  // nullptr: nothing has come yet
  [[nodiscard]] const ViewPtr& shown() const { return past_ ? past_ : present_; }
  [[nodiscard]] bool isPast() const { return past_ != nullptr; }
  // When what is shown is judged: how old it is, and who is silent. What nobody vouches for any more stands still, as a
  // server that cannot be heard, or a file, says nothing of who has reported since.
  [[nodiscard]] san::Seconds shownTime() const { return past_ ? past_->snapshot().time : presentTime(); }
  [[nodiscard]] bool isOld() const { return source_ && source_->status().oldSince != 0; }
  // 0: the present again.
  void showPast(san::Revision revision);

  [[nodiscard]] Selection& selection() { return selection_; }
  [[nodiscard]] ObjectFilter& filter() { return filter_; }
  [[nodiscard]] Draft& draft() { return draft_; }
  [[nodiscard]] Notices& notices() { return notices_; }
  [[nodiscard]] DraftJournal& journal() { return journal_; }
  [[nodiscard]] SubmissionWords& submissionWords() { return submissionWords_; }
  // Of those who need them; each begins when it is asked for first. They are here as a window may go, as when the
  // language changes: what has happened since the console is open, and what was asked of a server, goes on.
  [[nodiscard]] ChangeList& changes();
  [[nodiscard]] FeedList& feed();

  // Why the SAN cannot be changed here and now by who needs that right for it, as a sentence; empty: it can.
  [[nodiscard]] QString whyNoDeed(std::string_view right) const;
  // The same of the draft.
  [[nodiscard]] QString whyNoEdit() const;
  // The same of objects that are selected on some page.
  [[nodiscard]] QString whyNoEditOf(std::span<const san::ObjectRef> objects) const;
  // Why who is logged in may not do it (a right of the API); empty: he may.
  [[nodiscard]] QString whyNot(std::string_view right) const;
  // One deed on the draft; tells in a notice why it does not go.
  bool edit(const QString& deed, std::vector<san::Edit> edits);
  // The same with edits in the ids of the present SAN (Draft::ofPresent).
  bool editOfPresent(const QString& deed, std::vector<san::Edit> edits);
  // For a deed that was asked for before and is done now: as whyNoDeed(); tells in a notice why it does not go.
  bool mayDo(const QString& deed, std::string_view right);

  // Opens a page, and selects an object there if one is given.
  void go(PageId page, san::ObjectRef object = {});
  [[nodiscard]] PageId page() const { return places_[at_].page; }
  [[nodiscard]] bool canGoBack() const { return at_ > 0; }
  [[nodiscard]] bool canGoForward() const { return at_ + 1 < places_.size(); }
  void goBack();
  void goForward();

  // Words of iSNS (discovery domain, domain set) or of SANs (zone, zone set), as a setting says.
  [[nodiscard]] bool sanWords() const { return sanWords_; }
  void setSanWords(bool yes);
  // "zone", "discovery domain", "logical unit": a kind for people, translated.
  [[nodiscard]] QString kindName(san::Kind kind, bool plural = false) const;

 signals:
  void sourceChanged();
  void statusChanged();  // of the source, or whether the draft is held
  void presentChanged();
  void shownChanged();
  void pageChanged();
  void placesChanged();
  void wordsChanged();

 private:
  [[nodiscard]] san::Seconds presentTime() const;
  void tellClock();
  bool tellDone(const QString& deed, const QString& why);
  void forget(const san::NewIds& moved);
  void remember();
  void restore();
  [[nodiscard]] Place here() const;

  std::unique_ptr<Source> source_;
  std::uint64_t sourceNumber_ = 0;
  ViewMaker maker_;
  ViewPtr present_, past_;
  std::uint64_t question_ = 0;  // the newest about the past: answers to earlier ones count no more
  Selection selection_;
  ObjectFilter filter_;
  Draft draft_;
  Notices notices_;
  DraftJournal journal_;
  std::vector<Place> places_{Place{}};
  std::size_t at_ = 0;
  bool restoring_ = false;
  bool sanWords_ = false;
  san::Seconds toldClock_ = 0;  // minutes
  SubmissionWords submissionWords_;
  std::unique_ptr<ChangeList> changes_;
  std::unique_ptr<FeedList> feed_;
};

}  // namespace console
