// MemberList: whom a zone can be given: hosts by their initiators, and targets, as a table that is typed into.
//
// Rows ascend by title; rows come and go one by one. The UI thread. Bound: what the SAN has.
#pragma once

#include "console-gui/model/row_table.h"
#include "console-gui/model/view.h"

namespace console {

struct MemberRow {
  san::ObjectRef ref;
  QString name, full, where;
  int zones = 0;
  friend bool operator==(const MemberRow&, const MemberRow&) = default;
};

class MemberList : public RowTable<MemberRow> {
  Q_OBJECT

 public:
  enum class Side : std::uint8_t { Initiators, Targets };
  enum Role { RefRole = Qt::UserRole };
  enum Column { Name, Where, Zones, kColumns };

  MemberList(Side side, QObject* parent = nullptr);

  void setSan(const san::Snapshot& snapshot);
  // Only those whose title, name or host has all the words.
  void setWords(const QString& words);
  [[nodiscard]] san::ObjectRef refOf(const QModelIndex& index) const;

  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
  [[nodiscard]] QStringList mimeTypes() const override;
  [[nodiscard]] QMimeData* mimeData(const QModelIndexList& indexes) const override;

 private:
  void show();

  const Side side_;
  std::vector<MemberRow> all_;
  QStringList words_;
};

}  // namespace console
