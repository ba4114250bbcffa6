#include "console-gui/model/report_model.h"

namespace console {

void ReportModel::set(ReportPtr report) {
  beginResetModel();
  report_ = std::move(report);
  endResetModel();
}

int ReportModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() || !report_ ? 0 : static_cast<int>(report_->rows.size());
}
int ReportModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() || !report_ ? 0 : static_cast<int>(report_->columns.size());
}

QVariant ReportModel::data(const QModelIndex& index, int role) const {
  if (!report_ || !index.isValid() || (role != Qt::DisplayRole && role != Qt::ToolTipRole)) return {};
  return QString::fromStdString(
      report_->rows[static_cast<std::size_t>(index.row())][static_cast<std::size_t>(index.column())]);
}

QVariant ReportModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (!report_ || orientation != Qt::Horizontal || role != Qt::DisplayRole || section >= columnCount()) return {};
  return report_->columns[static_cast<std::size_t>(section)].title;
}

}  // namespace console
