// AuditModel: the audit log of the source, the newest record first, fetched page by page as somebody scrolls.
//
// Event and actor are filtered by the source, object and time here: so what is shown is a part of what has been looked
// through, and looked() says how much that is. Newer records come in front when the SAN has moved (look()). What goes
// wrong is fault(), and fetchMore() tries again. The UI thread. Bounds: kMost records, of which the oldest go when
// newer ones come; kPages pages for one fetchMore(). Errors: sentences.
#pragma once

#include <QAbstractTableModel>
#include <QPointer>
#include <deque>
#include <optional>

#include "console-gui/model/workspace.h"
#include "shared/ops/audit_record.h"

namespace console {

struct AuditRow {
  ops::AuditRecord record;
  std::string hash;  // its place in the chain
  [[nodiscard]] san::Seconds time() const;
};

struct AuditFilter {
  std::string event, actor;  // empty: any
  QString object;            // a part of the object's text
  san::Seconds since = 0;    // 0: all
  friend bool operator==(const AuditFilter&, const AuditFilter&) = default;
};

class AuditModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  static constexpr std::size_t kMost = 50'000;
  static constexpr std::size_t kPage = 200;
  static constexpr int kPages = 10;
  enum Column { Number, When, Event, Who, Object, Reason, kColumns };

  explicit AuditModel(Workspace& workspace, QObject* parent = nullptr);

  void setFilter(const AuditFilter& filter);
  [[nodiscard]] const AuditFilter& filter() const { return filter_; }
  // Asks for the first page, or for what is newer than the first row.
  void look();
  [[nodiscard]] const AuditRow* at(int row) const;
  [[nodiscard]] int indexOf(std::uint64_t sequence) const;  // -1: it is not there
  [[nodiscard]] bool isBusy() const { return busy_; }
  [[nodiscard]] std::size_t looked() const { return looked_; }
  // Why there are no more records behind the last row: a sentence; empty: there may be.
  [[nodiscard]] QString whyNoMore() const;
  [[nodiscard]] const QString& fault() const { return fault_; }

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : kColumns; }
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  [[nodiscard]] bool canFetchMore(const QModelIndex& parent) const override;
  void fetchMore(const QModelIndex& parent) override;

 signals:
  void changed();  // rows, what has been looked through, busy or fault

 private:
  struct Page {
    std::vector<AuditRow> rows;
    std::optional<std::uint64_t> next;
  };
  void forget();
  void ask(mgmt::Query more, std::function<void(Page page)> take);
  void older(int pages);
  void takeNewer(Page page);
  void dropOldest();
  [[nodiscard]] bool shows(const AuditRow& row) const;

  Workspace& workspace_;
  AuditFilter filter_;
  std::deque<AuditRow> rows_;
  std::optional<std::uint64_t> next_;  // the record to go on with, once begun
  std::uint64_t newest_ = 0;
  std::size_t looked_ = 0;
  std::uint64_t generation_ = 0;
  bool begun_ = false, ended_ = false, busy_ = false, lookAgain_ = false;
  QString fault_;
};

// "change set 104", "domain z_web": the object of a record for people; as it stands there where it is not in the snapshot.
QString auditObjectText(const san::Snapshot* snapshot, const std::string& object);
// What it means, as text for a person.
QString meaningOf(const ops::LogEvent& event);
// "person", "server": by which kind of actor.
QString actorKindWord(ops::ActorKind kind);

}  // namespace console
