// ImportModel: a file that is imported, as a grid: one sheet of it (a kind of object) at a time, a row an object, with
// what it would do and why a cell is wrong. Cells can be mended and rows left out; each time everything is judged anew.
//
// Files are read and judged off the UI thread; the newest judgement alone comes. Nothing is done here: edits() gives
// what would be done, all of it or nothing. The UI thread. Errors: fault() where the file is no import; whyNot() says
// why there are no edits.
#pragma once

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>

#include "console-gui/model/access_task.h"
#include "console-gui/model/import_verdict.h"

namespace console {

class ImportModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column { Take, Does, kFixed };                   // then those of the sheet that are used
  static constexpr int kWrongRole = Qt::UserRole + 1;   // bool, of a cell; in column Does of its row
  static constexpr int kReasonRole = Qt::UserRole + 2;  // every reason of the cell; in Take and Does of the row

  explicit ImportModel(QObject* parent = nullptr) : QAbstractTableModel(parent) {}

  // A file on the disk, or the text of one.
  void open(const QString& path);
  void openText(const std::string& text, const QString& name);
  // The SAN that it is judged on, and the first id of new objects in edits().
  void setSan(const san::Snapshot& san, san::Id firstNew);
  // The same SAN, which has moved on: what was judged counts until it is judged anew.
  void followSan(const san::Snapshot& san);

  [[nodiscard]] const ImportFile& file() const { return file_; }
  [[nodiscard]] const ImportVerdict& verdict() const { return verdict_; }
  [[nodiscard]] bool isBusy() const { return reading_.isBusy() || judging_.isBusy(); }
  // It has rows to show.
  [[nodiscard]] bool isOpen() const { return !file_.sheets.empty(); }

  void setKind(san::Kind kind);
  // Column of the sheet: a field, or "" to leave it out.
  void useColumn(int column, const std::string& field);
  [[nodiscard]] int sheet() const { return sheet_; }
  void setSheet(int sheet);
  // "Hosts 12, 3 wrong"; `sanWords`: zones for discovery domains.
  [[nodiscard]] QString sheetTitle(int sheet, bool sanWords) const;
  void leaveOutWrong();

  // Empty: there are edits.
  [[nodiscard]] QString whyNot() const;
  [[nodiscard]] std::vector<san::Edit> edits() const {
    return whyNot().isEmpty() ? verdict_.edits : std::vector<san::Edit>{};
  }

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
  bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;

 signals:
  void fileChanged();  // another one, or other columns of it
  void judged();       // and whenever whyNot() may be another

 private:
  using Read = std::pair<ImportFile, std::shared_ptr<const std::string>>;
  void read(std::function<Read()> work);
  void show(Read read);
  // Something else is to be judged: nothing of what is under way counts.
  void judge();
  void work();
  void useColumns();
  template <class Change>
  void changeRows(Change&& change);
  [[nodiscard]] const ImportSheet& current() const { return file_.sheets[static_cast<std::size_t>(sheet_)]; }
  [[nodiscard]] const ImportRow& row(int at) const { return *current().rows[static_cast<std::size_t>(at)]; }
  [[nodiscard]] const RowVerdict* verdictOf(int at) const;
  [[nodiscard]] QString reasons(const RowVerdict& verdict, int column) const;
  [[nodiscard]] QString does(int at) const;

  ImportFile file_;
  std::shared_ptr<const std::string> text_;  // only of a table whose kind can be chosen
  ImportVerdict verdict_;
  bool isJudged_ = false;  // verdict_ is of this file
  bool isFresh_ = false;   // and of its rows as they are
  san::Snapshot san_;
  san::Id firstNew_ = san::kFirstProvisional;
  int sheet_ = 0;
  std::vector<int> used_;  // columns of the sheet that are shown
  AccessTask<Read> reading_;
  AccessTask<ImportVerdict> judging_;
};

// All rows, or those alone that are wrong.
class ImportFilter : public QSortFilterProxyModel {
  Q_OBJECT

 public:
  using QSortFilterProxyModel::QSortFilterProxyModel;
  void setOnlyWrong(bool yes) {
    only_ = yes;
    invalidateFilter();
  }

 protected:
  [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex& parent) const override {
    return !only_ || sourceModel()->index(row, ImportModel::Does, parent).data(ImportModel::kWrongRole).toBool();
  }

 private:
  bool only_ = false;
};

}  // namespace console
