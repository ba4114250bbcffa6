// ReportModel: a report as a table for views. Another report takes the place of the one before by a reset: nothing of
// it is the same. The UI thread; the report is immutable.
#pragma once

#include <QAbstractTableModel>

#include "console-gui/model/report_table.h"

namespace console {

class ReportModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  using QAbstractTableModel::QAbstractTableModel;

  void set(ReportPtr report);
  [[nodiscard]] const ReportPtr& report() const { return report_; }  // nullptr: none yet

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  ReportPtr report_;
};

}  // namespace console
