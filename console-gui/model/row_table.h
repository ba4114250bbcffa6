// RowTable: rows of values as a Qt table, merged with what is wanted by inserts and removes of runs, never by reset: so
// selection and place survive. The base of the console's lists that are asked for or worked out anew as a whole.
//
// A Row is a value with ==. The UI thread. Bound: what its owner puts in.
#pragma once

#include <QAbstractTableModel>
#include <utility>
#include <vector>

namespace console {

template <class Row>
class RowTable : public QAbstractTableModel {
 public:
  using QAbstractTableModel::QAbstractTableModel;

  [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }
  // nullptr: there is no such row.
  [[nodiscard]] const Row* at(int row) const {
    return row < 0 || static_cast<std::size_t>(row) >= rows_.size() ? nullptr : &rows_[static_cast<std::size_t>(row)];
  }
  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override {
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
  }

 protected:
  // Both ascend by `before`, a strict order in which rows that are the same one are equal.
  template <class Before>
  void merge(std::vector<Row> wanted, Before&& before) {
    std::size_t at = 0;
    std::size_t from = 0;
    while (at < rows_.size() || from < wanted.size()) {
      std::size_t gone = at;
      while (gone < rows_.size() && (from == wanted.size() || before(rows_[gone], wanted[from]))) ++gone;
      if (gone > at) {
        beginRemoveRows({}, static_cast<int>(at), static_cast<int>(gone) - 1);
        rows_.erase(iterator(at), iterator(gone));
        endRemoveRows();
        continue;
      }
      std::size_t fresh = from;
      while (fresh < wanted.size() && (at == rows_.size() || before(wanted[fresh], rows_[at]))) ++fresh;
      if (fresh > from) {
        beginInsertRows({}, static_cast<int>(at), static_cast<int>(at + fresh - from) - 1);
        const auto first = wanted.begin() + static_cast<std::ptrdiff_t>(from);
        const auto last = wanted.begin() + static_cast<std::ptrdiff_t>(fresh);
        rows_.insert(iterator(at), std::make_move_iterator(first), std::make_move_iterator(last));
        endInsertRows();
        at += fresh - from;
        from = fresh;
        continue;
      }
      if (!(rows_[at] == wanted[from])) {
        rows_[at] = std::move(wanted[from]);
        emit dataChanged(index(static_cast<int>(at), 0), index(static_cast<int>(at), columnCount() - 1));
      }
      ++at;
      ++from;
    }
  }

 private:
  auto iterator(std::size_t at) { return rows_.begin() + static_cast<std::ptrdiff_t>(at); }
  std::vector<Row> rows_;
};

}  // namespace console
