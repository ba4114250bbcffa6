// What happens, as lines: the differences between successive Views, and their list with a bound.
//
// feedOf() is pure and runs off the UI thread. More than kStorm objects with one deed (kind, what became of them, by whom)
// are one line: "412 nodes registered again". A time alone that moved on is no event. FeedList collects also while nobody
// looks, shows ten times a second at most, the newest first, and holds back while it is paused. Bound: kMost lines, shown
// and held back alike; the oldest go. The UI thread.
#pragma once

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>
#include <QThreadPool>
#include <QTimer>
#include <deque>
#include <optional>

#include "console-gui/model/level.h"
#include "console-gui/model/workspace.h"

namespace console {

enum class FeedKind : std::uint8_t { Registration, Session, Zoning, Access, Credential, Agent, Change, Finding, Other };
inline constexpr std::size_t kFeedKinds = 9;
QString feedKindWord(FeedKind kind);

struct FeedEntry {
  static constexpr std::size_t kMaxObjects = 20;
  san::Revision revision = 0;
  san::Seconds time = 0;
  FeedKind kind = FeedKind::Other;
  Level level = Level::None;
  QString text;
  QString actor;
  std::vector<san::ObjectRef> objects;  // some of them
  std::size_t count = 1;
  bool gone = false;  // they are there in the revision before alone
};

inline constexpr std::size_t kStorm = 10;
// The order is that of the kinds; safe from any thread.
std::vector<FeedEntry> feedOf(const View& before, const View& after);

class FeedList : public QAbstractTableModel {
  Q_OBJECT

 public:
  static constexpr std::size_t kMost = 100'000;
  static constexpr int kPace = 100;  // ms
  enum Column { When, Kind, What, Who, Where, kColumns };

  explicit FeedList(Workspace& workspace, QObject* parent = nullptr);
  ~FeedList() override;

  void setPaused(bool yes);
  [[nodiscard]] bool isPaused() const { return paused_; }
  [[nodiscard]] std::size_t held() const { return held_.size(); }
  [[nodiscard]] const FeedEntry* at(int row) const;
  [[nodiscard]] san::Seconds begun() const { return begun_; }
  [[nodiscard]] const QStringList& actors() const { return actors_; }
  // What feedOf() gave; for tests too.
  void take(std::vector<FeedEntry> entries);

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : kColumns; }
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 signals:
  void changed();  // what is held back, or who has been seen

 private:
  void next();
  void flush();

  Workspace& workspace_;
  std::deque<FeedEntry> entries_, held_;  // the newest first; the oldest first
  QStringList actors_;
  QTimer pace_;
  QThreadPool pool_;
  ViewPtr last_;
  san::Seconds begun_ = 0;
  std::uint64_t generation_ = 0;
  bool busy_ = false, paused_ = false;
};

class FeedFilter : public QSortFilterProxyModel {
 public:
  using QSortFilterProxyModel::QSortFilterProxyModel;
  void setKind(std::optional<FeedKind> kind);  // nothing: every kind
  void setActor(const QString& actor);         // empty: anybody

 protected:
  [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

 private:
  std::optional<FeedKind> kind_;
  QString actor_;
};

}  // namespace console
