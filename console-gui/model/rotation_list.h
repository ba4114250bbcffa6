// RotationList: batches of changes of secrets: how far they are, what failed. Asked for at the source while somebody looks.
//
// A batch begins nothing new after its first failure, until somebody lets it go on. The UI thread. Errors: a notice.
#pragma once

#include <QStringList>
#include <QTimer>

#include "console-gui/model/row_table.h"
#include "console-gui/model/workspace.h"

namespace console {

struct RotationRow {
  quint64 id = 0;
  QString state;  // of the API: running, paused, finished
  QString by, reason;
  san::Seconds madeAt = 0;
  quint64 waiting = 0, done = 0;
  std::vector<san::ObjectRef> running, failed;
  friend bool operator==(const RotationRow&, const RotationRow&) = default;
  [[nodiscard]] quint64 all() const { return waiting + done + running.size() + failed.size(); }
};

class RotationList : public RowTable<RotationRow> {
  Q_OBJECT

 public:
  enum Column { Number, State, Progress, Failed, What, Since, kColumns };

  explicit RotationList(Workspace& workspace, QObject* parent = nullptr);

  void refresh();
  [[nodiscard]] bool isBusy() const { return soon_.isActive() || asking_ != 0; }

  // Those that meet the filter, some at a time; older than so many days where that is not 0.
  void start(const QString& filter, int olderThanDays, const QString& reason);
  // pause, resume or cancel.
  void step(const RotationRow& batch, const QString& action, const QString& reason);

  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : kColumns; }
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 signals:
  void refreshed();

 private:
  void take(const base::Json& list);

  Workspace& workspace_;
  QTimer soon_, again_;
  int asking_ = 0;
};

QString rotationStateWord(const QString& state);

}  // namespace console
