// ChangeList: the change sets of the source, the newest first, as a table; asked anew when the SAN has moved, after
// what was done here, and while one waits to be confirmed.
//
// The server's list is walked page by page. It may be long, as each change of domains from the wire is in it: beyond
// kMostPages of kPage what has ended is left out (isCut()), and what has not is asked for by its state.
// Rows come, go and change one by one. Deeds on one (submit, approve, commit ...) are questions to the source, one at a
// time for a change set: from the question until the list has come anew after its answer, another one is not asked.
// What goes wrong is told in a notice, and what is not known is told as that. The workspace owns it, so that an answer
// comes to somebody whatever becomes of the window. The UI thread.
#pragma once

#include <QTimer>
#include <map>

#include "console-gui/model/row_table.h"
#include "console-gui/model/workspace.h"

namespace console {

// By a reason: no guard refuses it outright.
bool canBeLifted(const Problem& problem);

struct ChangeRow {
  std::uint64_t id = 0, version = 0;
  QString state, title, author, approver, reason, ticket, exception, overrideReason, note;
  san::Seconds createdAt = 0, committedAt = 0, confirmBy = 0;
  san::Revision revision = 0;
  bool stale = false;
  std::uint64_t edits = 0;
  friend bool operator==(const ChangeRow&, const ChangeRow&) = default;
  // Not ended yet: somebody has to do something.
  [[nodiscard]] bool isOpen() const;
  // Since when it is there; of a record that tells of no draft: when it took effect.
  [[nodiscard]] san::Seconds since() const { return createdAt != 0 ? createdAt : committedAt; }
  // Why it was committed although a guard or a freeze window stood against it: a line each.
  [[nodiscard]] QStringList inSpiteOf() const;
};

class ChangeList : public RowTable<ChangeRow> {
  Q_OBJECT

 public:
  enum Column { Number, State, What, Who, When, kColumns };

  static constexpr std::size_t kPage = 500;
  static constexpr std::size_t kMostPages = 4;

  explicit ChangeList(Workspace& workspace, QObject* parent = nullptr);

  void refresh();
  // An answer is still to come.
  [[nodiscard]] bool isBusy() const { return soon_.isActive() || asking_; }
  // There are older ones, all ended, that are not listed.
  [[nodiscard]] bool isCut() const { return cut_; }

  // Begins a change set of the draft's edits and submits it. The draft is held meanwhile, and cleared when it is there.
  // Where no answer told whether it was submitted, the next try goes on with the one that was begun, also in the next
  // console (DraftJournal::begun()).
  void submitDraft(const QString& title, const QString& reason, const QString& ticket);
  // `hash`: of the effect that was shown (ChangeEffect).
  void approve(const ChangeRow& change, const std::string& hash);
  // `reason`: why, in spite of what a guard says; empty: whoever commits has not been asked yet (reasonWanted()).
  void commit(const ChangeRow& change, const QString& reason);
  void confirm(const ChangeRow& change);
  void rollBack(const ChangeRow& change, const QString& reason);
  void discard(const ChangeRow& change);
  // A deed on it is not answered yet, or its row is still that of before.
  [[nodiscard]] bool isUnderWay(std::uint64_t id) const { return underWay_.contains(id); }

  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 signals:
  void refreshed();  // the rows, or what is under way
  void draftSubmitted();
  // A guard stops the commit unless there is a reason; `guard`: in the server's words.
  void reasonWanted(const console::ChangeRow& change, const QString& guard);
  // What was shown of a change set may not hold any more.
  void refused();

 private:
  struct Submission {
    QString title, reason, ticket;
    Draft::Hold hold;
  };
  void begin(const Submission& asked);
  void goOn(const Submission& asked);
  void submitBegun(const Submission& asked, std::uint64_t version);
  void onSubmitted(const QString& state);
  void tellNotSubmitted(const Problem& problem);
  void tellNotKnown(const Problem& problem);
  void tellNotBegun(const Problem& problem);
  void dropBegun();
  // One walk through the server's list.
  struct Walk {
    std::map<std::uint64_t, ChangeRow> found;
    std::size_t pages = 0;
    std::size_t states = 0;  // asked for by themselves
    bool cut = false;
  };
  void look();
  void ask(Walk walk, mgmt::Query query);
  void onPage(Walk walk, std::uint64_t cursor);
  void take(Walk walk);
  // How far a deed is. Bound: one for a row that is listed.
  enum class Stage : std::uint8_t { Asked, Told, Listing };
  void onListed();
  // What is told of a deed when it is done, when it is not, and when nobody knows.
  struct Words {
    QString done, failed, unknown;
  };
  // `onRefusal`: true: what the refusal asks for is dealt with, and no notice tells it.
  using OnRefusal = std::function<bool(const Problem& problem)>;
  void step(mgmt::Route route, const ChangeRow& change, base::Json::Object body, const Words& words,
            const OnRefusal& onRefusal = {});

  Workspace& workspace_;
  QTimer soon_, clock_;
  bool asking_ = false, again_ = false, cut_ = false;
  bool live_ = false;  // the link, when it was last heard of
  std::map<std::uint64_t, Stage> underWay_;
};

// A state of a change set for people.
QString changeStateWord(const QString& state);

}  // namespace console
